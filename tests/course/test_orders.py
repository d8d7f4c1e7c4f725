"""What partial dates leave open: everything in it holds for some order of the events, and nothing else is left out."""

from __future__ import annotations

from itertools import product

import pytest

from hemeline.knowledge import Knowledge
from tests.course.walking import REMISSION, Patient, patient

INDUCTION = REMISSION[:2]
ASKED = ({"relapsed": True}, {"in_remission": True}, {"refractory": True}, {"prior_lines": ">= 2"}, {"relapse_number": ">= 1"},
         {"remission_number": ">= 2"}, {"refractory_to": "flag-ida"}, {"refractory_to": "vincristine"},
         {"relapse_after": "flag-ida"})  # fmt: skip


def days_of(month: str) -> list[str]:
    """A few days of a month that tell orders of events apart."""
    return [f"{month}-{day:02d}" for day in (1, 2, 10, 14, 15, 16, 20, 28)]


# Facts of June 2023 of which the day is not known, beside others.
OPEN: dict[str, tuple[str, ...]] = {
    "a relapse and its treatment": (*REMISSION, "2023-06-15 relapse marrow", "MONTH treatment flag-ida"),
    "a treatment and its failure": (*INDUCTION, "2023-06-15 response NR", "MONTH treatment flag-ida"),
    "a remission and a relapse": (*INDUCTION, "MONTH response CR", "2023-06-15 relapse marrow"),
    "a relapse and a remission": (*REMISSION, "MONTH relapse marrow", "2023-06-15 response CR"),
    "two of unknown day": (*REMISSION, "MONTH relapse marrow", "MONTH treatment flag-ida", "2023-06-15 response NR"),
    "a relapse about 60 days after the last dose": (
        "2022-01-10 diagnosis mm", "2022-02-01 treatment lenalidomide end=2023-04-11", "2022-05-01 response VGPR",
        "MONTH progression marrow",
    ),
    "a clinician's word": (*REMISSION, "MONTH status refractory", "2023-06-15 response CR"),
}  # fmt: skip


def resolved(facts: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The same facts with every choice of days."""
    places = [position for position, fact in enumerate(facts) if "MONTH" in fact]
    chosen = []
    for days in product(days_of("2023-06"), repeat=len(places)):
        exact = dict(zip(places, days, strict=True))
        chosen.append(tuple(fact.replace("MONTH", exact.get(position, "")) for position, fact in enumerate(facts)))
    return chosen


def answers(told: Patient) -> list[str]:
    return [told.asked(criterion) for criterion in ASKED]


@pytest.mark.parametrize("facts", OPEN.values(), ids=OPEN)
def test_what_is_certain_with_a_partial_date_holds_on_every_day_of_it(facts: tuple[str, ...], knowledge: Knowledge) -> None:
    told = patient(knowledge, *(fact.replace("MONTH", "2023-06") for fact in facts))
    exact = [patient(knowledge, *one) for one in resolved(facts)[:: 3 if facts.count("MONTH") > 1 else 1]]
    if told.state != "unknown":
        assert {one.state for one in exact} == {told.state}
    for criterion, verdict, seen in zip(ASKED, answers(told), zip(*(answers(one) for one in exact), strict=True), strict=True):
        assert verdict == "unknown" or set(seen) == {verdict}, criterion


@pytest.mark.parametrize("facts", OPEN.values(), ids=OPEN)
def test_a_count_that_partial_dates_leave_open_is_reached_at_both_ends(facts: tuple[str, ...], knowledge: Knowledge) -> None:
    course = patient(knowledge, *(fact.replace("MONTH", "2023-06") for fact in facts)).course
    exact = [patient(knowledge, *one).counts for one in resolved(facts)]
    ranges = [(int(one.low[0]), int(one.high[0])) for one in (course.line_count, course.remission_number, course.relapse_number)]
    assert ranges == [(min(counts), max(counts)) for counts in zip(*exact, strict=True)]


def test_exact_dates_have_one_order(knowledge: Knowledge) -> None:
    assert patient(knowledge, *REMISSION, "2023-06-01 relapse marrow").course.others is None
