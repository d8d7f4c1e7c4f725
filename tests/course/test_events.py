"""Events in the order they happened, what of one day comes first, and which belong together."""

from __future__ import annotations

import datetime as dt

import pytest

from hemeline.course.rules import EVENTS
from hemeline.knowledge import Knowledge
from hemeline.when import to_date
from tests.course.walking import RELAPSE, REMISSION, Patient, patient


def events(told: Patient) -> list[str]:
    """The events in their order."""
    return [EVENTS[kind] for kind in told.course.events.kind]


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        # A response is seen before the treatment it leads to, a relapse before its treatment.
        (("response NR", "treatment flag-ida"), "refractory"), (("relapse marrow", "treatment flag-ida"), "relapsed"),
        # A remission that is found on the day of a relapse came before it.
        (("response CR", "relapse marrow"), "relapsed"),
        # The clinician's word comes after the facts of the day, and death after all.
        (("relapse marrow", "status remission"), "remission"), (("status remission", "death"), "dead"),
    ],
)  # fmt: skip
def test_the_facts_of_one_day_have_a_stated_order(facts: tuple[str, ...], state: str, knowledge: Knowledge) -> None:
    for order in (facts, facts[::-1]):
        told = patient(knowledge, *REMISSION[:2], *(f"2021-01-01 {fact}" for fact in order))
        assert told.state == state


def test_treatment_on_the_day_of_a_relapse_is_treatment_of_it(knowledge: Knowledge) -> None:
    told = patient(knowledge, "2023-06-01 treatment flag-ida", *RELAPSE)
    assert told.lines == [["vincristine"], ["flag-ida"]]


def test_treatment_stopped_for_progression_has_failed_before_the_next_of_that_day(knowledge: Knowledge) -> None:
    told = patient(
        knowledge, REMISSION[0], "2020-02-01 treatment flag-ida", "2020-01-05 treatment vincristine end=2020-02-01 reason=progression"
    )
    assert told.lines == [["vincristine"], ["flag-ida"]] and told.refractory_to == {"vincristine": "yes", "flag-ida": "no"}


def test_a_treatment_that_failed_on_its_first_day_fails_after_it_began(knowledge: Knowledge) -> None:
    told = patient(knowledge, REMISSION[0], "2020-01-05 treatment vincristine end=2020-01-05 reason=progression")
    assert events(told) == ["treatment", "failed"]


def test_several_sites_of_one_day_are_one_event(knowledge: Knowledge) -> None:
    assert events(patient(knowledge, *REMISSION, "2023-06-01 relapse marrow", "2023-06-01 relapse cns")).count("relapse") == 1


def test_two_words_of_one_day_for_the_same_response_are_one_event(knowledge: Knowledge) -> None:
    assert events(patient(knowledge, *REMISSION, "2020-02-01 response CRi")).count("complete") == 1


def test_several_treatments_that_fail_on_one_day_are_one_failure(knowledge: Knowledge) -> None:
    ended = "end=2020-02-01 reason=progression"
    told = patient(knowledge, REMISSION[0], f"2020-01-05 treatment vincristine {ended}", f"2020-01-05 treatment dexamethasone {ended}")
    assert events(told).count("failed") == 1


@pytest.mark.parametrize(
    ("treatment", "kind"),
    [
        ("flag-ida", "treatment"), ("filgrastim", "minor-treatment"), ("intrathecal-chemotherapy intent=prophylaxis", "minor-treatment"),
        ("tisagenlecleucel", "treatment"),
    ],
)  # fmt: skip
def test_support_and_prophylaxis_are_minor(treatment: str, kind: str, knowledge: Knowledge) -> None:
    assert events(patient(knowledge, *RELAPSE, f"2023-06-10 treatment {treatment}"))[-1] == kind


def test_support_does_not_part_an_infusion_from_what_prepared_for_it(knowledge: Knowledge) -> None:
    told = patient(
        knowledge, *RELAPSE, "2023-06-10 treatment inotuzumab-ozogamicin intent=bridging", "2023-06-20 treatment filgrastim",
        "2023-07-01 response NR", "2023-07-15 treatment tisagenlecleucel",
    )  # fmt: skip
    assert told.counts[0] == 2


def test_a_partial_date_is_taken_at_its_earliest_and_not_before_the_diagnosis(knowledge: Knowledge) -> None:
    course = patient(knowledge, "2020-03-05 diagnosis b-all", "2020-03 response CR").course
    assert to_date(course.events.day[0]) == dt.date(2020, 3, 5)


def test_a_treatment_begins_before_it_ends(knowledge: Knowledge) -> None:
    told = patient(knowledge, REMISSION[0], "2020 treatment vincristine end=2020-01-31", "2020-02-01 response CR")
    assert told.state == "remission" and told.counts == (1, 1, 0)
    assert told.course.others is None


@pytest.mark.parametrize(("courses", "counted"), [("courses=2", 2), ("", 1)])
def test_drugs_begun_together_are_one_course_or_as_many_as_recorded(courses: str, counted: int, knowledge: Knowledge) -> None:
    told = patient(knowledge, REMISSION[0], f"2020-01-05 treatment vincristine {courses}", "2020-01-05 treatment dexamethasone")
    assert told.course.events.courses.sum() == counted


@pytest.mark.parametrize("death", ["- death", "2022 death"])
def test_a_death_whose_date_leaves_it_open_comes_after_whatever_is_recorded(death: str, knowledge: Knowledge) -> None:
    told = patient(knowledge, *REMISSION, "2022-05-01 relapse marrow", death)
    assert events(told)[-2:] == ["relapse", "death"] and told.counts[2] == 1 and told.state == "dead"


def test_a_death_on_an_earlier_day_stays_there(knowledge: Knowledge) -> None:
    assert events(patient(knowledge, *REMISSION, "2022-05-01 relapse marrow", "2021-06 death"))[-2:] == ["death", "relapse"]
