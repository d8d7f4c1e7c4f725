"""Counts over many patients: each adds up, and what the data leave open is counted as open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import polars as pl
import pytest

from hemeline.cohort.summary import Summary, summarise
from hemeline.knowledge import Knowledge
from hemeline.record import Records
from hemeline.record.documents import records_from
from tests.facts.recording import written
from tests.real.tables import TARGET

TODAY = dt.date(2026, 11, 22)
DIAGNOSIS = "2019-05-06 diagnosis b-all"
TREATED = (DIAGNOSIS, "2019-05-10 treatment vincristine end=2019-06-08 intent=induction")
REMISSION = (*TREATED, "2019-06-12 response CR")


def people(*each: tuple[str, ...], **patient: str) -> Records:
    """The records of some patients, each with some facts."""
    named = [
        {"patient": patient | {"id": str(number)}, "facts": [written(line) for line in lines]} for number, lines in enumerate(each, start=1)
    ]
    return records_from(named, "test")


def counted(knowledge: Knowledge, *each: tuple[str, ...], day: dt.date = TODAY, **patient: str) -> Mapping[str, Mapping[str, int]]:
    return summarise(people(*each, **patient), knowledge, day).tables


def test_states_and_diseases_count_each_patient_once(knowledge: Knowledge) -> None:
    tables = counted(knowledge, (DIAGNOSIS,), REMISSION, (*REMISSION, "2021-09-01 relapse marrow"), ())
    assert tables["state"] == {"untreated": 2, "remission": 1, "relapsed": 1}
    assert tables["disease"] == {"b-all": 3, "not recorded": 1}


def test_only_the_first_event_of_a_patient_counts(knowledge: Knowledge) -> None:
    relapsed = (*REMISSION, "2021-09-01 relapse marrow")
    died = (*relapsed, "2022-01-01 death")
    failed = (*TREATED, "2019-06-12 response NR", "2019-07-01 death")
    tables = counted(knowledge, relapsed, died, failed, (*TREATED, "2019-07-01 death"), REMISSION)
    assert tables["first event"] == {"relapse": 2, "treatment failure": 1, "death": 1, "none": 1}


def test_a_relapse_counts_at_each_of_its_sites_and_once_by_its_kind(knowledge: Knowledge) -> None:
    combined = (*REMISSION, "2021-09-01 relapse marrow", "2021-09-01 relapse cns")
    tables = counted(knowledge, combined, (*REMISSION, "2021-09-01 relapse testis"))
    assert tables["sites of relapses (a relapse may have several)"] == {"marrow": 1, "cns": 1, "testis": 1}
    assert tables["kind of relapses"] == {"combined": 1, "isolated-extramedullary": 1}


def test_every_relapse_of_a_patient_is_timed(knowledge: Knowledge) -> None:
    again = ("2021-10-30 response CR", "2025-01-01 relapse marrow", "2025-02-20 response CR", "2026-01-01 relapse marrow")
    tables = counted(knowledge, (*REMISSION, "2020-09-01 relapse marrow", *again))
    assert tables["relapses by COG analysis of relapses 1996-2014 (cog-relapse-analysis)"] == {"early": 1, "intermediate": 0, "late": 2}


def test_a_timing_that_the_dates_leave_open_is_unknown(knowledge: Knowledge) -> None:
    tables = counted(knowledge, (*REMISSION, "2020 relapse marrow"), (*REMISSION, "2021-09-01 relapse marrow"))
    assert tables["relapses by GMALL (gmall-adult-all)"] == {"early": 0, "late": 1, "unknown": 1}


def test_definitions_of_other_diseases_are_not_shown(knowledge: Knowledge) -> None:
    lines = ("2019-05-06 diagnosis cml", "2019-06-01 treatment imatinib", "2019-09-01 response CHR", "2021-09-01 relapse unspecified")
    assert not [title for title in counted(knowledge, lines) if title.startswith("relapses by")]


def test_counts_of_an_incomplete_history_are_the_least_they_may_be(knowledge: Knowledge) -> None:
    each = ((DIAGNOSIS,), (*REMISSION, "2021-09-01 relapse marrow"))
    closed, partial = counted(knowledge, *each), counted(knowledge, *each, history="partial")
    for title in ("complete remissions", "relapses", "lines of therapy"):
        assert closed[title] == {"0": 1, "1": 1}
        assert partial[title] == {"at least 0": 1, "at least 1": 1}
    assert partial["state"] == {"unknown": 1, "relapsed": 1}


def test_an_incomplete_history_with_partial_dates_is_counted_with_the_others(knowledge: Knowledge) -> None:
    either = (*TREATED, "2019-06-12 response CR", "2021 relapse marrow", "2021 treatment blinatumomab")
    assert counted(knowledge, TREATED, either, history="partial")["lines of therapy"] == {"at least 1": 2}


def test_a_count_that_depends_on_the_order_of_partial_dates_is_a_range(knowledge: Knowledge) -> None:
    lines = (*TREATED, "2019-06-12 response CR", "2021 relapse marrow", "2021 treatment blinatumomab")
    assert counted(knowledge, lines)["lines of therapy"] == {"1 to 2": 1}


def test_nothing_later_than_the_day_is_counted(knowledge: Knowledge) -> None:
    later = (*REMISSION, "2021-09-01 relapse marrow", "2021-10-01 ward 7")
    tables = counted(knowledge, later, day=dt.date(2021, 8, 31))
    assert tables["relapses"] == {"0": 1} and "kind of relapses" not in tables


def test_levels_count_who_was_measured_reached_lost_and_holds_them(knowledge: Knowledge) -> None:
    def cml(*values: str) -> tuple[str, ...]:
        start = "2019-05-06 diagnosis cml"
        return (start, *(f"{2020 + at}-01-01 BCR::ABL1-IS {value} unit=%" for at, value in enumerate(values)))

    tables = counted(knowledge, cml("5", "0.05"), cml("0.05", "2"), cml("5", "<1"), ("2019-05-06 diagnosis cml",))
    assert tables["major molecular response (MMR)"] == {
        "measured": 3,
        "reached": 2,
        "lost after reaching it": 1,
        "met at the last measurement": 1,
        "open at the last measurement (below an insensitive limit)": 1,
    }


def test_what_reader_and_vocabulary_do_not_understand_is_counted_with_the_reason(knowledge: Knowledge) -> None:
    tables = counted(knowledge, (DIAGNOSIS, "2020-01-01 ward 7"), (DIAGNOSIS, "2020-01-01 ward 8", "2020-01-01 CD19 purple"))
    counts = tables["not understood (facts)"]
    assert sorted(counts.values()) == [1, 2]
    assert [fact.partition(":")[0] for fact in counts] == ["ward", "CD19"]


def test_nobody_is_counted_as_nobody(knowledge: Knowledge) -> None:
    assert summarise(people((DIAGNOSIS,)).part(0, 0), knowledge, TODAY) == Summary(0, 0, {"first event": {"none": 0}})


@TARGET.needed
def test_a_registry_read_whole_counts_as_the_sum_of_its_parts(knowledge: Knowledge) -> None:
    records = TARGET.records(knowledge)
    whole = summarise(records, knowledge, TODAY)
    parts = [summarise(records.part(start, 100), knowledge, TODAY) for start in range(0, len(records), 100)]
    assert (whole.patients, whole.facts) == (432, len(records.facts))
    totals = pl.DataFrame(
        [(title, word, count) for part in parts for title, counts in part.tables.items() for word, count in counts.items()],
        schema=["title", "word", "count"],
        orient="row",
    )
    summed = {(title, word): count for title, word, count in totals.group_by("title", "word").agg(pl.col("count").sum()).rows() if count}
    assert summed == {(title, word): count for title, counts in whole.tables.items() for word, count in counts.items() if count}


@TARGET.needed
@pytest.mark.parametrize("title", ["disease", "state", "first event", "complete remissions", "relapses", "lines of therapy"])
def test_a_count_of_patients_adds_up_to_all_of_them(title: str, knowledge: Knowledge) -> None:
    assert sum(summarise(TARGET.records(knowledge), knowledge, TODAY).tables[title].values()) == 432
