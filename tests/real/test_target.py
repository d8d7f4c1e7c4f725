"""TARGET ALL phase II through its mapping: what comes out is what the columns of the published table say, patient by patient."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import numpy as np
import polars as pl
import pytest

from hemeline.cohort.summary import summarise
from hemeline.course import Course, derive_course, judge_definitions
from hemeline.facts import understand
from hemeline.knowledge import Knowledge
from hemeline.record import Records
from tests.real.tables import DAYS_PER_MONTH, TARGET

pytestmark = TARGET.needed
TODAY, DAY_ZERO = dt.date(2026, 11, 22), dt.date(2000, 1, 1)
SITES = {"marrow": "Bone Marrow Site of Relapse", "cns": "CNS Site of Relapse", "testis": "Testes Site of Relapse"}
SITES |= {"extramedullary": "Other Site of Relapse"}


@pytest.fixture(scope="module")
def people() -> pl.DataFrame:
    """One row per patient: the clinical columns are the same in all samples of one."""
    return TARGET.raw().unique("Patient ID", keep="first", maintain_order=True)


@pytest.fixture(scope="module")
def records(knowledge: Knowledge) -> Records:
    return TARGET.records(knowledge)


@pytest.fixture(scope="module")
def course(records: Records, knowledge: Knowledge) -> Course:
    return derive_course(understand(records, knowledge.vocabulary), knowledge, TODAY)


def day(written: str) -> dt.date:
    """A day that the table counts from diagnosis."""
    return DAY_ZERO + dt.timedelta(days=float(written))


def relapsed(people: pl.DataFrame) -> pl.DataFrame:
    return people.filter(pl.col("First Event") == "Relapse")


def test_the_samples_of_a_patient_are_one_record_without_repeated_facts(people: pl.DataFrame, records: Records) -> None:
    assert records.patients["patient_id"].to_list() == people["Patient ID"].to_list()
    assert not records.facts.drop("row").is_duplicated().any()


def test_every_relapse_has_its_day_and_sites(people: pl.DataFrame, course: Course, knowledge: Knowledge) -> None:
    expected = {
        (row["Patient ID"], day(row["Time To Event (days)"]), frozenset(site for site, column in SITES.items() if row[column] == "Yes"))
        for row in relapsed(people).to_dicts()
    }
    ids, words = people["Patient ID"].to_list(), knowledge.vocabulary.value_ids("site")
    found = {
        (ids[row["patient"]], dt.date(1970, 1, 1) + dt.timedelta(days=int(row["date_low"])), sites_of(row["sites"], words))
        for row in course.relapses.dicts(slice(None))
    }
    assert found == expected


def sites_of(bits: int, words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word for place, word in enumerate(words) if bits >> place & 1)


def test_deaths_are_dated_by_their_own_column_or_by_survival(people: pl.DataFrame, records: Records, course: Course) -> None:
    died = people.filter(pl.col("Overall Survival Status") == "1:DECEASED")
    days = died.select(pl.coalesce("Death from Initial Pathologic Diagnosis Date", "Overall Survival Days")).to_series()
    expected = dict(zip(died["Patient ID"], [day(one).isoformat() for one in days], strict=True))
    dead = records.patients.filter(pl.col("death_date").is_not_null())
    assert dict(dead.select("patient_id", "death_date").rows()) == expected
    assert {one for one, state in zip(people["Patient ID"], course.states(), strict=True) if state == "dead"} == set(expected)


def test_first_events_are_those_of_the_table(people: pl.DataFrame, records: Records, knowledge: Knowledge) -> None:
    told = Counter(people["First Event"].to_list())
    censored_then_died = people.filter((pl.col("First Event") == "Censored") & (pl.col("Overall Survival Status") == "1:DECEASED"))
    expected = {
        "relapse": told["Relapse"],
        "treatment failure": told["Induction failure"],
        "death": told["Death"] + len(censored_then_died),  # the table stops looking where somebody leaves the study
    }
    found = summarise(records, knowledge, TODAY).tables["first event"]
    assert found == {**expected, "none": len(people) - sum(expected.values())}


def test_relapses_are_timed_as_the_raw_days_say(people: pl.DataFrame, course: Course) -> None:
    rows = relapsed(people).to_dicts()
    months = {row["Patient ID"]: float(row["Time To Event (days)"]) / DAYS_PER_MONTH for row in rows}
    in_marrow = {row["Patient ID"]: row["Bone Marrow Site of Relapse"] == "Yes" for row in rows}
    ids = people["Patient ID"].to_numpy()[course.relapses["patient"]]
    judged = judge_definitions(course, ("cog-pediatric-all", "cog-relapse-analysis", "bfm-uk-childhood-all")).of_relapses

    def told(result: str) -> set[str]:
        surely, perhaps = judged[f"relapse_timing:{result}"]
        assert np.array_equal(surely, perhaps), "the days decide"
        return set(ids[surely])

    early = {one for one in months if months[one] < (36 if in_marrow[one] else 18)}
    assert told("cog-pediatric-all:early") == early and told("cog-pediatric-all:late") == set(months) - early
    assert told("cog-relapse-analysis:early") == {one for one in months if months[one] < 18}
    assert told("cog-relapse-analysis:intermediate") == {one for one in months if 18 <= months[one] < 36}
    assert told("cog-relapse-analysis:late") == {one for one in months if months[one] >= 36}
    assert told("bfm-uk-childhood-all:very-early") == {one for one in months if months[one] < 18}


def test_what_needs_the_end_of_treatment_is_unknown_where_the_table_lacks_it(people: pl.DataFrame, course: Course) -> None:
    judged = judge_definitions(course, ("bfm-uk-childhood-all",)).of_relapses
    days = relapsed(people).select(pl.col("Time To Event (days)").cast(pl.Float64)).to_series()
    undecided = int((days / DAYS_PER_MONTH >= 18).sum())
    for result in ("early", "late"):
        surely, perhaps = judged[f"relapse_timing:bfm-uk-childhood-all:{result}"]
        assert not surely.any() and int(perhaps.sum()) == undecided


def test_births_lie_as_many_days_before_diagnosis_as_the_table_says(people: pl.DataFrame, records: Records) -> None:
    born = records.patients.select(pl.col("birth_date").str.to_date()).to_series()
    assert born.to_list() == [DAY_ZERO - dt.timedelta(days=float(days)) for days in people["Diagnosis Age (days)"]]


def zeros(people: pl.DataFrame, *, limited: bool) -> int:
    """How many values of residual disease are zero, with or without a limit of detection."""
    columns = [f"MRD Percentage Day {day}" for day in ("8", "29", "43")]
    return sum(
        len(people.filter((pl.col(one).cast(pl.Float64) == 0) & (pl.col(f"{one} Sensitivity").is_not_null() == limited))) for one in columns
    )


def test_residual_disease_below_detection_is_a_range_and_never_zero(people: pl.DataFrame, course: Course) -> None:
    found = course.facts.rows_of("MRD")
    assert int(((found["low"] == 0) & (found["high"] > 0)).sum()) == zeros(people, limited=True) > 0
    assert not (found["high"] == 0).any()


def test_nothing_is_lost_but_zeros_without_a_limit_of_detection(people: pl.DataFrame, records: Records, course: Course) -> None:
    assert course.facts.not_understood["why"].tolist() == []
    lost = records.not_understood.select("fact", "why").rows()
    assert lost == [("MRD", "a zero whose limit of detection is not known")] * zeros(people, limited=False) != []
