"""Lymphoma tables without identifiers, and myeloma responses with partial dates, against their raw columns."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from examples.real_data import course_of
from hemeline.cohort.summary import first_events
from hemeline.facts import understand
from hemeline.knowledge import Knowledge
from hemeline.when import parse_date
from tests.real.tables import DAYS_PER_YEAR, FOLLICULAR, HODGKIN, IMWG, Table

LYMPHOMA = [pytest.param(one, marks=one.needed, id=one.mapping) for one in (FOLLICULAR, HODGKIN)]
DAY_ZERO = dt.date(1967, 12, 31)


@pytest.mark.parametrize("table", LYMPHOMA)
def test_the_first_event_is_a_relapse_or_a_death_without_one(table: Table, knowledge: Knowledge) -> None:
    status = table.raw()["status"]
    expected = {name: int((status == word).sum()) for name, word in (("relapse", "1"), ("death", "2"), ("none", "0"))}
    assert first_events(course_of(table.records(knowledge), knowledge)) == expected


@pytest.mark.parametrize("table", LYMPHOMA)
def test_a_row_without_an_identifier_is_a_patient_of_its_own(table: Table, knowledge: Knowledge) -> None:
    people, records = table.raw(), table.records(knowledge)
    assert records.patients["patient_id"].to_list() == [str(number) for number in range(1, len(people) + 1)]
    relapses = records.facts.filter(fact="relapse")
    years = dict(enumerate(people["time"].cast(pl.Float64), start=1))
    expected = {who: DAY_ZERO + dt.timedelta(days=round(years[int(who)] * DAYS_PER_YEAR)) for who in relapses["patient_id"]}
    assert dict(relapses.select("patient_id", pl.col("date").str.to_date()).rows()) == expected
    assert records.not_understood.rows() == []


@IMWG.needed
def test_a_response_keeps_its_partial_date_and_what_could_not_be_evaluated_is_none(knowledge: Knowledge) -> None:
    people, records = IMWG.raw(), IMWG.records(knowledge)
    judged = people.filter(pl.col("RSORRES") != "NE")
    found = records.facts.filter(fact="response").select("patient_id", "date", "value")
    assert set(found.rows()) == set(judged.select("USUBJID", "RSDTC", "RSORRES").rows())
    facts = understand(records, knowledge.vocabulary)
    rows = facts.rows_of("response")
    intervals = sorted(zip(rows["date_low"].tolist(), rows["date_high"].tolist(), strict=True))
    assert intervals == sorted(interval for date in found["date"] if (interval := parse_date(date)))
    assert (rows["date_low"] < rows["date_high"]).sum() == (found["date"].str.len_chars() < len("2014-02-11")).sum() > 0


@IMWG.needed
def test_a_progression_after_a_response_is_a_relapse_and_without_one_no_event(knowledge: Knowledge) -> None:
    """The table names no treatment that could have failed."""
    told = IMWG.raw().filter(pl.col("RSORRES") != "NE").sort("USUBJID", "RSDTC")
    relapsed = set()
    for who, responses in told.group_by("USUBJID").agg("RSORRES").rows():
        if "PD" in responses and {"sCR", "CR", "VGPR", "PR", "MR"} & set(responses[: responses.index("PD")]):
            relapsed.add(who)
    course = course_of(IMWG.records(knowledge), knowledge)
    assert {course.facts.patients.ids[int(one)] for one in course.relapses["patient"]} == relapsed != set()
