"""Dates that cannot be."""

from __future__ import annotations

import pytest

from hemeline.facts import plausible
from hemeline.knowledge import Knowledge
from hemeline.when import NO_DAY
from tests.facts.reading import rows
from tests.facts.recording import facts_of, listed

DIAGNOSIS = "2021-03-10 diagnosis b-all"


@pytest.mark.parametrize("event", ["response CR", "relapse marrow", "progression marrow"])
def test_an_event_before_the_diagnosis_is_left_out_and_reported(event: str, knowledge: Knowledge) -> None:
    facts = plausible(facts_of(knowledge, DIAGNOSIS, f"2021-03-09 {event}"))
    name = event.split()[0]
    assert rows(facts, name) == []
    assert listed(facts) == [(name, "it is dated before the diagnosis and is left out")]
    assert facts.not_understood["conflict"].tolist() == [True]


@pytest.mark.parametrize("date", ["2021-03-10", "2021-03", "2021", "2022-01-01"])
def test_an_event_that_may_come_after_the_diagnosis_is_kept(date: str, knowledge: Knowledge) -> None:
    facts = plausible(facts_of(knowledge, DIAGNOSIS, f"{date} relapse marrow"))
    assert len(rows(facts, "relapse")) == 1 and listed(facts) == []


def test_treatments_and_findings_may_come_before_the_diagnosis(knowledge: Knowledge) -> None:
    facts = plausible(facts_of(knowledge, DIAGNOSIS, "2021-03-01 treatment dexamethasone", "2021-03-01 CD19 positive"))
    assert len(rows(facts, "treatment")) == len(rows(facts, "CD19")) == 1


def test_the_first_of_several_diagnoses_counts(knowledge: Knowledge) -> None:
    facts = plausible(facts_of(knowledge, "2015-01-01 diagnosis cml", DIAGNOSIS, "2020-01-01 response MMR"))
    assert len(rows(facts, "response")) == 1


@pytest.mark.parametrize(("born", "believed"), [("2021-03-11", False), ("2021-03-10", True), ("2021", True), ("2022", False)])
def test_a_birth_after_the_diagnosis_is_not_believed(born: str, believed: bool, knowledge: Knowledge) -> None:
    facts = plausible(facts_of(knowledge, DIAGNOSIS, birth_date=born))
    assert (facts.patients.birth_low[0] != NO_DAY) == believed
    assert [fact for fact, _ in listed(facts)] == ([] if believed else ["birth_date"])


def test_without_a_diagnosis_every_date_can_be(knowledge: Knowledge) -> None:
    facts = plausible(facts_of(knowledge, "1800-01-01 relapse marrow", birth_date="2020-01-01"))
    assert len(rows(facts, "relapse")) == 1 and listed(facts) == []
