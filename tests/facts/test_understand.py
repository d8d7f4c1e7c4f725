"""Rows of a record become facts, or are listed with why they do not."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from hemeline.facts import understand
from hemeline.knowledge import Knowledge
from hemeline.record import Records
from hemeline.record.records import FACT_COLUMNS
from hemeline.when import NO_DAY, text_of
from tests.facts.reading import dates, rows, why
from tests.facts.recording import facts_of, listed, record

GIVEN = "2021-01-01 treatment imatinib"


def words(knowledge: Knowledge, line: str, column: str) -> str | None:
    """The word of an optional column of a treatment."""
    (row,) = rows(facts_of(knowledge, line), "treatment")
    return knowledge.vocabulary.value_ids(column)[row[column]] if row[column] >= 0 else None


# -- dates -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("date", ["2021-09-01", "2021-09", "2021"])
def test_a_partial_date_stays_one(date: str, knowledge: Knowledge) -> None:
    assert dates(facts_of(knowledge, f"{date} CD19 positive"), "CD19") == [date]


@pytest.mark.parametrize("date", ["yesterday", "2021-13-01", "01/02/2021"])
def test_a_fact_whose_date_is_none_is_not_understood(date: str, knowledge: Knowledge) -> None:
    facts = facts_of(knowledge, f"{date} CD19 positive")
    assert rows(facts, "CD19") == []
    assert listed(facts) == [("CD19", "the date is not a date; expected YYYY-MM-DD, YYYY-MM or YYYY")]


def test_a_fact_without_a_date_may_be_of_any_day(knowledge: Knowledge) -> None:
    facts = facts_of(knowledge, "- CD19 positive")
    assert dates(facts, "CD19") == ["1900-01-01/9999-12-31"] and listed(facts) == []


def test_an_end_that_is_no_date_is_left_out_and_the_treatment_kept(knowledge: Knowledge) -> None:
    facts = facts_of(knowledge, f"{GIVEN} end=soon")
    assert dates(facts, "treatment", "end") == [None]
    assert listed(facts) == [("treatment", "the end is not a date and is left out; expected YYYY-MM-DD, YYYY-MM or YYYY")]


def test_an_end_before_the_beginning_is_a_contradiction_and_left_out(knowledge: Knowledge) -> None:
    facts = facts_of(knowledge, f"{GIVEN} end=2020-12-31")
    assert dates(facts, "treatment", "end") == [None]
    assert listed(facts) == [("treatment", "it ends before it begins; the end is left out")]
    assert facts.not_understood["conflict"].tolist() == [True]


@pytest.mark.parametrize("end", ["2021-01-01", "2021-01", "2021", "2022-02-02"])
def test_an_end_that_may_lie_after_the_beginning_is_kept(end: str, knowledge: Knowledge) -> None:
    assert dates(facts_of(knowledge, f"{GIVEN} end={end}"), "treatment", "end") == [end]


# -- what belongs to a treatment -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "column", "word"),
    [
        ("intent=Continuation", "intent", "maintenance"), ("reason='side effects'", "reason", "toxicity"),
        ("donor=MSD", "donor", "matched-sibling"),
        ("conditioning=RIC", "conditioning", "reduced-intensity"), ("", "intent", None),
    ],
)  # fmt: skip
def test_the_words_of_a_treatment_are_found_by_any_spelling(written: str, column: str, word: str | None, knowledge: Knowledge) -> None:
    assert words(knowledge, f"{GIVEN} {written}", column) == word


def test_a_word_of_a_treatment_that_is_not_known_is_left_out_with_the_nearest(knowledge: Knowledge) -> None:
    facts = facts_of(knowledge, f"{GIVEN} intent=indcution")
    assert [row["intent"] for row in rows(facts, "treatment")] == [-1]
    assert listed(facts) == [("treatment", "the value is not a intent of the vocabulary (nearest: induction)")]


@pytest.mark.parametrize("written", ["line=first", "courses=many", "line=-1", "courses=10001", "courses=inf"])
def test_a_line_or_course_that_is_no_number_is_left_out(written: str, knowledge: Knowledge) -> None:
    assert why(knowledge, f"{GIVEN} {written}") == f"{written.split('=')[0]} is not a number and is left out"


def test_a_line_and_courses_are_kept(knowledge: Knowledge) -> None:
    (row,) = rows(facts_of(knowledge, f"{GIVEN} line=3 courses=2"), "treatment")
    assert (row["line"], row["courses"]) == (3, 2)


# -- names -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["BCR::ABL1", "bcr-abl1", "Ph", "philadelphia CHROMOSOME", "t(9;22)"])
def test_a_fact_is_found_by_any_spelling_in_any_case(name: str, knowledge: Knowledge) -> None:
    assert len(rows(facts_of(knowledge, f"2021-01-01 '{name}' positive"), "BCR::ABL1")) == 1


def test_a_fact_that_is_not_known_is_kept_and_listed_with_its_row(knowledge: Knowledge) -> None:
    facts = facts_of(knowledge, "2021-01-01 CD19 positive", "2021-01-01 'shoe size' 42")
    assert facts.not_understood["row"].tolist() == [2]
    ((name, reason),) = listed(facts)
    assert name == "shoe size" and reason.startswith("the value is not a fact of the vocabulary")


# -- repetition ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second"),
    [("CD19 positive", "CD19 detected"), ("treatment imatinib", "treatment Glivec"), ("MRD 0.002", "MRD 0.2 unit=%"),
     ("relapse BM", "recurrence marrow")],
)  # fmt: skip
def test_what_two_rows_say_alike_is_counted_once_and_reported(first: str, second: str, knowledge: Knowledge) -> None:
    facts = facts_of(knowledge, f"2021-01-01 {first}", f"2021-01-01 {second}")
    assert len(facts.rows) == 1
    assert [reason for _, reason in listed(facts)] == ["it repeats another row and is counted once"]


@pytest.mark.parametrize(
    "second", ["2021-01-02 treatment imatinib", f"{GIVEN} end=2021-02-01", f"{GIVEN} intent=maintenance", "2021-01 treatment imatinib"]
)
def test_what_differs_in_anything_is_no_repetition(second: str, knowledge: Knowledge) -> None:
    facts = facts_of(knowledge, GIVEN, second)
    assert len(facts.rows) == 2 and listed(facts) == []


def test_of_repeated_treatments_the_most_courses_are_kept(knowledge: Knowledge) -> None:
    (row,) = rows(facts_of(knowledge, f"{GIVEN} courses=2", GIVEN, f"{GIVEN} courses=1"), "treatment")
    assert row["courses"] == 2


# -- treatments that may have been meant -----------------------------------------------------------------------------------


def test_a_misspelt_treatment_may_be_the_nearest_listed_one(knowledge: Knowledge) -> None:
    facts = facts_of(knowledge, "2021-01-01 treatment imatinb", "2021-01-01 treatment zzzz", "2021-02-01 CD91 imatinb")
    assert [facts.therapies[one] for one in facts.perhaps["therapy"]] == ["imatinib"]


# -- patients --------------------------------------------------------------------------------------------------------------


def test_who_a_patient_is(knowledge: Knowledge) -> None:
    people = facts_of(knowledge, birth_date="1990-06", death_date="2021", sex="F", history="incomplete").patients
    assert text_of(people.birth_low[0], people.birth_high[0]) == "1990-06"
    assert text_of(people.death_low[0], people.death_high[0]) == "2021"
    assert knowledge.vocabulary.value_ids("sex")[people.sex[0]] == "female" and people.partial_history.tolist() == [True]


def test_what_is_not_said_of_a_patient_is_not_known(knowledge: Knowledge) -> None:
    people = facts_of(knowledge).patients
    assert (people.birth_low[0], people.death_low[0], people.sex[0], people.partial_history[0]) == (NO_DAY, NO_DAY, -1, False)


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("birth_date", "not a date; expected YYYY-MM-DD, YYYY-MM or YYYY"),
        ("death_date", "not a date; expected YYYY-MM-DD, YYYY-MM or YYYY"),
        ("sex", "the value is not a sex of the vocabulary"), ("history", "the value is not a history of the vocabulary"),
    ],
)  # fmt: skip
def test_what_is_not_understood_of_a_patient_is_listed_without_its_value(key: str, reason: str, knowledge: Knowledge) -> None:
    assert listed(facts_of(knowledge, **{key: "zzz"})) == [(key, reason)]


def test_each_fact_belongs_to_its_patient(knowledge: Knowledge) -> None:
    one, other = record("2021-01-01 CD19 positive", id="a"), record("2021-01-01 CD19 negative", "2022-01-01 CD19 positive", id="b")
    both = Records(pl.concat([one.patients, other.patients]), pl.concat([other.facts, one.facts]), one.not_understood)
    facts = understand(both, knowledge.vocabulary)
    assert [(row["patient"], row["low"]) for row in rows(facts, "CD19")] == [(0, 1), (1, 0), (1, 1)]


def test_facts_of_nobody_in_the_records_are_not_taken_for_anybodys(knowledge: Knowledge) -> None:
    stray = record("2021-01-01 CD19 positive").facts.with_columns(patient_id=pl.lit("stranger"))
    records = record()
    assert len(understand(Records(records.patients, stray, records.not_understood), knowledge.vocabulary).rows) == 0


def test_days_of_a_table_mean_the_same_as_written_ones(knowledge: Knowledge) -> None:
    written = record("2021-01-01 CD19 positive")
    days = written.facts.with_columns(date=pl.lit(dt.date(2021, 1, 1)), end=pl.lit(None, dtype=pl.Date)).select(FACT_COLUMNS)
    facts = understand(Records(written.patients, days, written.not_understood), knowledge.vocabulary)
    assert dates(facts, "CD19") == ["2021-01-01"]
