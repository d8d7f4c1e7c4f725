"""The state of a patient, and how many lines, remissions and relapses there were."""

from __future__ import annotations

import pytest

from hemeline.knowledge import Knowledge
from tests.course.walking import RELAPSE, REMISSION, patient

INDUCTION = REMISSION[:2]
REINDUCTION = "2023-06-10 treatment flag-ida"
# What happened to somebody with acute lymphoblastic leukaemia, and the state in which that leaves him.
STATES: dict[str, tuple[tuple[str, ...], str]] = {
    "nothing but a diagnosis": (REMISSION[:1], "untreated"),
    "treatment without a response yet": (INDUCTION, "on-treatment"),
    "complete response": (REMISSION, "remission"),
    "complete response without recovery of the counts": ((*INDUCTION, "2020-02-01 response CRi"), "remission"),
    "complete response of which the treatment was not recorded": (("2020-01-01 diagnosis b-all", "2020-02-01 response CR"), "remission"),
    "lesser response": ((*INDUCTION, "2020-02-01 response PR"), "partial-response"),
    "no response to induction": ((*INDUCTION, "2020-02-01 response NR"), "refractory"),
    "no response of which the treatment was not recorded": ((REMISSION[0], "2020-02-01 response NR"), "refractory"),
    "progression during induction": ((*INDUCTION, "2020-01-20 progression"), "refractory"),
    "induction stopped for progression": (
        (REMISSION[0], "2020-01-05 treatment vincristine end=2020-01-20 reason=progression"),
        "refractory",
    ),
    "salvage after failure": ((*INDUCTION, "2020-02-01 response NR", "2020-02-10 treatment flag-ida"), "refractory"),
    "remission after failure": (
        (*INDUCTION, "2020-02-01 response NR", "2020-02-10 treatment flag-ida", "2020-03-10 response CR"),
        "remission",
    ),
    "relapse": (RELAPSE, "relapsed"),
    "progression after remission": ((*REMISSION, "2023-06-01 progression marrow"), "relapsed"),
    "progressive disease after remission": ((*REMISSION, "2023-06-01 response PD"), "relapsed"),
    "treatment of the relapse": ((*RELAPSE, REINDUCTION), "relapsed"),
    "treatment of the relapse failed": ((*RELAPSE, REINDUCTION, "2023-07-10 response NR"), "relapsed-refractory"),
    "lesser response after relapse": ((*RELAPSE, REINDUCTION, "2023-07-10 response PR"), "partial-response"),
    "second remission": ((*RELAPSE, REINDUCTION, "2023-07-10 response CR"), "remission"),
    "death": ((*RELAPSE, "2023-08-01 death"), "dead"),
}


@pytest.mark.parametrize(("facts", "state"), STATES.values(), ids=STATES)
def test_the_state_is_what_the_facts_come_to(facts: tuple[str, ...], state: str, knowledge: Knowledge) -> None:
    assert patient(knowledge, *facts).state == state


def test_a_date_of_death_is_a_death(knowledge: Knowledge) -> None:
    assert patient(knowledge, *RELAPSE, death_date="2023-08-01").state == "dead"


def test_nothing_that_is_dated_after_death_revives(knowledge: Knowledge) -> None:
    assert patient(knowledge, *RELAPSE, "2023-08-01 death", "2023-09-01 response CR").state == "dead"


@pytest.mark.parametrize(
    ("day", "state"),
    [
        ("2019-12-31", "untreated"), ("2020-01-04", "untreated"), ("2020-01-05", "on-treatment"), ("2020-01-31", "on-treatment"),
        ("2020-02-01", "remission"), ("2023-05-31", "remission"), ("2023-06-01", "relapsed"),
    ],
)  # fmt: skip
def test_the_state_is_that_of_the_day_asked_about(day: str, state: str, knowledge: Knowledge) -> None:
    assert patient(knowledge, *RELAPSE, on=day).state == state


def test_a_relapse_counts_the_remission_that_it_ended(knowledge: Knowledge) -> None:
    assert patient(knowledge, *RELAPSE).counts == (1, 1, 1)


def test_a_relapse_without_a_recorded_remission_implies_one(knowledge: Knowledge) -> None:
    told = patient(knowledge, *INDUCTION, "2023-06-01 relapse marrow")
    assert told.counts == (1, 1, 1) and told.remissions == [(None, "2023-06-01")]


def test_a_second_relapse_without_a_recorded_remission_implies_a_second_one(knowledge: Knowledge) -> None:
    told = patient(knowledge, *RELAPSE, REINDUCTION, "2024-06-01 relapse cns")
    assert told.counts == (2, 2, 2) and told.remissions == [("2020-02-01", "2023-06-01"), (None, "2024-06-01")]


def test_a_relapse_that_is_recorded_again_before_any_treatment_is_the_same(knowledge: Knowledge) -> None:
    assert patient(knowledge, *RELAPSE, "2023-06-04 relapse cns").counts == (1, 1, 1)


def test_a_response_that_is_confirmed_later_is_the_same_remission(knowledge: Knowledge) -> None:
    told = patient(knowledge, *REMISSION, "2020-08-01 response CR")
    assert told.counts == (1, 1, 0) and told.remissions == [("2020-02-01", None)]


def test_no_response_in_remission_changes_nothing(knowledge: Knowledge) -> None:
    assert patient(knowledge, *REMISSION, "2020-08-01 response NR").state == "remission"


# -- the clinician's word ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "word", "state"),
    [
        (INDUCTION, "remission", "remission"), (INDUCTION, "refractory", "refractory"), (INDUCTION, "relapsed", "relapsed"),
        (REMISSION, "relapsed", "relapsed"), (REMISSION, "refractory", "refractory"), (RELAPSE, "remission", "remission"),
        (RELAPSE, "refractory", "relapsed-refractory"), (REMISSION[:1], "relapsed", "relapsed"),
    ],
)  # fmt: skip
def test_a_clinicians_word_overrides_what_was_derived(facts: tuple[str, ...], word: str, state: str, knowledge: Knowledge) -> None:
    assert patient(knowledge, *facts, f"2024-01-01 status {word}").state == state


def test_a_clinicians_word_of_the_same_day_overrides_the_finding(knowledge: Knowledge) -> None:
    assert patient(knowledge, *INDUCTION, "2020-02-01 response NR", "2020-02-01 status remission").state == "remission"


def test_what_happens_after_a_clinicians_word_counts_again(knowledge: Knowledge) -> None:
    assert patient(knowledge, *INDUCTION, "2020-02-01 status remission", "2021-01-01 relapse marrow").state == "relapsed"


def test_a_clinicians_word_counts_the_relapse_once(knowledge: Knowledge) -> None:
    assert patient(knowledge, *RELAPSE, "2023-06-03 status relapsed").counts == (1, 1, 1)


# -- what partial dates leave open -----------------------------------------------------------------------------------------


def test_a_relapse_in_the_same_month_as_a_remission_leaves_the_state_open(knowledge: Knowledge) -> None:
    told = patient(knowledge, *INDUCTION, "2020-06 response CR", "2020-06 relapse marrow")
    assert told.state == "unknown"


def test_a_partial_date_that_meets_no_other_leaves_nothing_open(knowledge: Knowledge) -> None:
    told = patient(knowledge, *INDUCTION, "2020-02 response CR", "2023 relapse marrow")
    assert told.state == "relapsed" and told.counts == (1, 1, 1)
    assert told.remissions == [("2020-02", "2023")]


def test_a_treatment_in_the_month_of_the_relapse_leaves_the_number_of_lines_open(knowledge: Knowledge) -> None:
    course = patient(knowledge, *REMISSION, "2023-06-15 relapse marrow", "2023-06 treatment flag-ida").course
    assert (course.line_count.low[0], course.line_count.high[0]) == (1, 2)


def test_a_response_in_the_month_of_the_relapse_leaves_the_number_of_remissions_open(knowledge: Knowledge) -> None:
    course = patient(knowledge, *REMISSION, "2023-06-15 relapse marrow", "2023-06 response CR").course
    assert (course.remission_number.low[0], course.remission_number.high[0]) == (1, 2)
    assert (course.relapse_number.low[0], course.relapse_number.high[0]) == (1, 1)


def test_what_dates_leave_open_is_unknown_to_a_criterion(knowledge: Knowledge) -> None:
    told = patient(knowledge, *INDUCTION, "2020-06 response CR", "2020-06 relapse marrow")
    assert {told.asked(one) for one in ({"relapsed": True}, {"in_remission": True}, {"state": "relapsed"})} == {"unknown"}


def test_a_partial_date_is_over_by_the_day_asked_about(knowledge: Knowledge) -> None:
    facts = (*INDUCTION, "2020-06 response CR", "2020-06-20 relapse marrow")
    assert patient(knowledge, *facts, on="2020-06-19").state == "remission"
    assert patient(knowledge, *facts, on="2020-06-20").state == "relapsed"
    assert patient(knowledge, *facts, on="2020-06-21").state == "unknown"


# -- incomplete history ----------------------------------------------------------------------------------------------------


def test_nothing_recorded_of_an_incomplete_history_leaves_the_state_open(knowledge: Knowledge) -> None:
    assert patient(knowledge, *REMISSION[:1]).state == "untreated"
    assert patient(knowledge, *REMISSION[:1], history="partial").state == "unknown"


def test_an_incomplete_history_keeps_the_state_that_is_told(knowledge: Knowledge) -> None:
    assert patient(knowledge, *RELAPSE, history="partial").state == "relapsed"


def test_an_incomplete_history_counts_at_least_what_is_told(knowledge: Knowledge) -> None:
    told = patient(knowledge, *RELAPSE, history="partial")
    assert told.asked({"relapse_number": ">= 1"}) == "yes"
    assert told.asked({"relapse_number": ">= 2"}) == "unknown"
    assert told.asked({"prior_lines": "< 1"}) == "no"
