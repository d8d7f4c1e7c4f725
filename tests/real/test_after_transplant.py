"""Courses through transplant: the transitions of ``survival::myeloid`` and the EBMT tables, counted again from the raw days."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import Counter

import polars as pl
import pytest

from examples.real_data import course_of, steps_of_platelets, transitions
from hemeline.cohort.summary import first_events
from hemeline.course import judge_definitions
from hemeline.knowledge import Knowledge
from tests.real.tables import DAYS_PER_MONTH, EBMT1, EBMT2, EBMT3, EBMT4, MYELOID, Table

STEPS = {"crtime": "remission", "txtime": "transplant", "rltime": "relapse"}  # on one day in this order
RELAPSES = [
    pytest.param(EBMT1, ("rel", "relstat"), ("srv", "srvstat"), marks=EBMT1.needed, id="ebmt1"),
    pytest.param(EBMT4, ("rel", "rel.s"), ("srv", "srv.s"), marks=EBMT4.needed, id="ebmt4"),
]


def raw_transitions(people: pl.DataFrame) -> Counter[tuple[str, str]]:
    """From the columns alone, by the rule of the package's own example: on one day a remission comes before a transplant."""
    counted: Counter[tuple[str, str]] = Counter()
    for row in people.to_dicts():
        steps = sorted((float(row[column]), place, name) for place, (column, name) in enumerate(STEPS.items()) if row[column])
        last = "death" if row["death"] == "1.0" else "none"
        names = ["entry", *(name for _, _, name in steps), last]
        counted.update(itertools.pairwise(names))
    return counted


@MYELOID.needed
def test_what_follows_what_is_what_the_raw_days_say(knowledge: Knowledge) -> None:
    found = transitions(course_of(MYELOID.records(knowledge), knowledge))
    assert found == raw_transitions(MYELOID.raw())


def transitions_of_the_package(people: pl.DataFrame) -> Counter[tuple[str, str]]:
    """By the package's own code (its file tests/multistrata.R): a remission on the day of a transplant is put a day earlier, and nothing
    follows an event only where somebody is observed beyond its day."""
    counted: Counter[tuple[str, str]] = Counter()
    for row in people.to_dicts():
        days = {name: float(row[column]) for column, name in STEPS.items() if row[column]}
        if days.get("remission", -1) == days.get("transplant"):
            days["remission"] -= 1
        names, end = ["entry", *sorted(days, key=lambda name: days[name])], float(row["futime"])
        died, observed = row["death"] == "1.0", end > max(days.values(), default=0)
        counted.update(itertools.pairwise([*names, *(["death"] if died else ["none"] if observed else [])]))
    return counted


@MYELOID.needed
def test_transitions_are_those_of_the_package_but_for_one_transplant_on_the_last_day(knowledge: Knowledge) -> None:
    """Its counts of who has no further event leave out who is not observed any longer; here everybody counts."""
    found, theirs = transitions(course_of(MYELOID.records(knowledge), knowledge)), transitions_of_the_package(MYELOID.raw())
    assert found - theirs == Counter({("transplant", "none"): 1}) and not theirs - found


@EBMT3.needed
def test_transitions_of_ebmt3_are_those_its_authors_print(knowledge: Knowledge) -> None:
    """As under ``events`` in the manual of mstate, https://hputter.github.io/mstate/reference/events.html."""
    assert steps_of_platelets(EBMT3.records(knowledge)) == {
        ("transplant", "recovery"): 1169, ("transplant", "relapse or death"): 458, ("transplant", "none"): 577,
        ("recovery", "relapse or death"): 383, ("recovery", "none"): 786,
    }  # fmt: skip


@EBMT3.needed
def test_one_event_for_relapse_or_death_is_kept_and_listed_and_makes_neither(knowledge: Knowledge) -> None:
    records, people = EBMT3.records(knowledge), EBMT3.raw()
    course = course_of(records, knowledge)
    assert first_events(course) == {"none": len(people)} and records.patients["death_date"].null_count() == len(people)
    told = people.filter(pl.col("rfsstat") == "1")["id"].to_list()
    lost = course.facts.not_understood
    assert sorted(course.facts.patients.ids.gather(lost["patient"])) == sorted(told) and set(lost["fact"]) == {"relapse"}


@MYELOID.needed
def test_of_646_people_443_begin_with_a_remission_and_106_with_a_transplant(knowledge: Knowledge) -> None:
    found = transitions(course_of(MYELOID.records(knowledge), knowledge))
    begin = {then: count for (first, then), count in found.items() if first == "entry"}
    assert begin == {"remission": 443, "transplant": 106, "relapse": 13, "death": 55, "none": 29}
    assert found["transplant", "remission"] == 11 and found["remission", "relapse"] == 168


@pytest.mark.parametrize(("table", "relapse", "death"), RELAPSES)
def test_first_events_after_a_transplant_are_those_of_the_table(
    table: Table, relapse: tuple[str, str], death: tuple[str, str], knowledge: Knowledge
) -> None:
    people = table.raw()
    relapsed = pl.col(relapse[1]) == "1"
    died = (pl.col(death[1]) == "1") & ~relapsed  # nobody relapses after death
    expected = {"relapse": len(people.filter(relapsed)), "death": len(people.filter(died))}
    assert first_events(course_of(table.records(knowledge), knowledge)) == {**expected, "none": len(people) - sum(expected.values())}


@EBMT4.needed
def test_a_relapse_is_not_timed_from_a_diagnosis_whose_day_is_not_known(knowledge: Knowledge) -> None:
    course = course_of(EBMT4.records(knowledge), knowledge)
    judged = judge_definitions(course, ("cog-pediatric-all",)).of_relapses
    assert len(course.relapses) > 0
    for surely, perhaps in judged.values():
        assert not surely.any() and perhaps.all()


@EBMT2.needed
def test_months_become_days_and_causes_of_death_relapses_of_an_unknown_day(knowledge: Knowledge) -> None:
    people = EBMT2.raw()
    records = EBMT2.records(knowledge)
    months = people.filter(pl.col("status") != "0")["time"].cast(pl.Float64)
    expected = [dt.date(2000, 1, 1) + dt.timedelta(days=round(one * DAYS_PER_MONTH)) for one in months]
    assert records.patients["death_date"].drop_nulls().str.to_date().to_list() == expected
    told = set(people.filter(pl.col("cod") == "Relapse")["id"])
    found = records.facts.filter(fact="relapse")
    assert set(found["patient_id"]) == told and found["date"].null_count() == len(found)


@pytest.mark.parametrize("table", [pytest.param(one, marks=one.needed, id=one.mapping) for one in (MYELOID, EBMT1, EBMT2, EBMT3, EBMT4)])
def test_every_column_is_used_or_left_out_for_a_reason(table: Table, knowledge: Knowledge) -> None:
    assert table.records(knowledge).not_understood.rows() == []
