"""AMLSG HD98A through its mapping: first events and the phase at transplant are what the trial itself says, patient by patient."""

from __future__ import annotations

from collections import Counter

import polars as pl
import pytest

from examples.real_data import course_of, phase_told, phases_at_transplant
from hemeline.cohort.summary import first_events
from hemeline.course import Course
from hemeline.course.rules import CONFLICT, EVENT, FAIL
from hemeline.knowledge import Knowledge
from hemeline.record import Records
from tests.real.tables import HD98A

pytestmark = HD98A.needed


@pytest.fixture(scope="module")
def people() -> pl.DataFrame:
    days = ("efs", "OS", "CR_date", "Recurrence_date", "TPL_date")
    return HD98A.raw().with_columns(pl.col(name).cast(pl.Float64) for name in days)


@pytest.fixture(scope="module")
def records(knowledge: Knowledge) -> Records:
    return HD98A.records(knowledge)


@pytest.fixture(scope="module")
def course(records: Records, knowledge: Knowledge) -> Course:
    return course_of(records, knowledge)


def test_every_column_is_used_or_left_out_for_a_reason_and_every_fact_is_understood(records: Records, course: Course) -> None:
    assert records.not_understood.rows() == [] and course.facts.not_understood["why"].tolist() == []


def test_the_phase_at_transplant_is_that_of_the_trial_where_the_days_decide_it(people: pl.DataFrame, course: Course) -> None:
    """One patient is labelled as relapsed, though the only relapse in the table came 120 days after the transplant."""
    transplanted = people.filter(pl.col("TPL_date").is_not_null())
    told = {row["PDID"]: phase_told(row["TPL_Phase"]) for row in transplanted.to_dicts()}
    found = phases_at_transplant(course)
    assert found.keys() == told.keys()
    apart = people.filter(pl.col("PDID").is_in([one for one in told if told[one] != found[one]]))
    assert apart.select("TPL_Phase", (pl.col("Recurrence_date") - pl.col("TPL_date")).alias("days")).rows() == [("Rez1", 120.0)]


def test_after_a_relapse_the_days_leave_the_phase_open(people: pl.DataFrame, course: Course) -> None:
    """The table has no second remission: the labels CR2, Rez1 and so on all stand after one relapse, and no course invents one."""
    after = people.filter(pl.col("TPL_date") > pl.col("Recurrence_date"))
    found = phases_at_transplant(course)
    assert {found[one] for one in after["PDID"]} == {"after relapse 1"}
    assert len(after["TPL_Phase"].unique()) > 2


def test_first_events_are_those_of_the_trial_but_for_the_failure_of_one_course(people: pl.DataFrame, course: Course) -> None:
    """The trial counts a failure after the first course; ELN calls nobody refractory before two, so what came next counts instead."""
    told = Counter(people["ereignart"].fill_null("none").to_list())
    after_one = people.filter(pl.col("ereignart") == "RD_after_Ind1")
    remitted = pl.col("CR_date") < pl.col("efs")  # a failure recorded in a remission: a conflict, not an event
    conflicting = people.filter((pl.col("ereignart") == "RD_or_PR_after_Ind2") & remitted)
    later = pl.concat([after_one, conflicting])
    relapsed = later.filter(pl.col("Recurrence_date").is_not_null())
    died = later.filter(pl.col("Recurrence_date").is_null() & (pl.col("Status") == "1"))
    unlabelled = people.filter(pl.col("ereignart").is_null() & (pl.col("Status") == "1"))
    expected = {
        "relapse": told["Recurrence"] + len(relapsed),
        "death": told["Death_in_CR"] + told["Death_in_Induktion"] + len(died) + len(unlabelled),
        "treatment failure": told["RD_or_PR_after_Ind2"] - len(conflicting),
    }
    assert first_events(course) == {**expected, "none": len(people) - sum(expected.values())}


def test_a_failure_after_two_courses_is_refractory_on_its_day(people: pl.DataFrame, course: Course) -> None:
    failed = people.filter((pl.col("ereignart") == "RD_or_PR_after_Ind2") & ~(pl.col("CR_date") < pl.col("efs")).fill_null(False))
    events, does = course.events, course.walked.does_at
    ids = course.facts.patients.ids
    found = {ids[int(events.patient[at])] for at in ((does & FAIL) != 0).nonzero()[0]}
    assert found == set(failed["PDID"])


def test_a_failure_recorded_during_a_remission_is_a_conflict(people: pl.DataFrame, course: Course) -> None:
    failures = people.filter(pl.col("ereignart").is_in(["RD_after_Ind1", "RD_or_PR_after_Ind2"]) & (pl.col("CR_date") < pl.col("efs")))
    gone = failures.filter((pl.col("Recurrence_date") <= pl.col("efs")).fill_null(False))
    conflicts = ((course.walked.does_at & CONFLICT) != 0) & (course.events.kind == EVENT["none"])
    conflicts |= ((course.walked.does_at & CONFLICT) != 0) & (course.events.kind == EVENT["none-early"])
    ids = course.facts.patients.ids
    assert {ids[int(course.events.patient[at])] for at in conflicts.nonzero()[0]} == set(failures["PDID"]) - set(gone["PDID"])


def test_the_age_in_years_gives_the_year_of_birth(people: pl.DataFrame, records: Records) -> None:
    assert records.patients["birth_date"].to_list() == [str(2000 - int(float(age))) for age in people["AOD"]]
