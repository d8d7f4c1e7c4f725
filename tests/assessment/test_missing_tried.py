"""What is missing, tried out on the shipped knowledge: each listed fact can change a verdict, and no other fact can."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from typing import Any

import pytest

from hemeline.assessment import evaluate
from hemeline.assessment.options import verdict_of
from hemeline.assessment.person import Person
from hemeline.assessment.shape import Missing
from hemeline.criteria import Compare, leaves_of
from hemeline.facts import understand
from hemeline.facts.facts import HISTORY
from hemeline.knowledge import REGIONS, Knowledge, Region
from hemeline.record.documents import records_from
from hemeline.truth import any_of
from hemeline.vocabulary import Fact
from tests.assessment.making import TODAY, assessed
from tests.facts.recording import record, written

Given = dict[str, Any]  # something that might be found, as a record would hold it
Verdicts = dict[str, list[bool | None]]  # by therapy, on each of its indications in force

PATIENTS = {
    "a first relapse of a child": (
        "2012-04-01", "2020-01-01 diagnosis b-all", "2020-01-05 treatment vincristine end=2022-01-05", "2020-02-01 response CR",
        "2024-01-01 relapse marrow",
    ),
    "a relapse of T lineage": (
        "1980-04-01", "2020-01-01 diagnosis t-all", "2020-01-05 treatment nelarabine", "2020-02-01 response CR", "2024-01-01 relapse cns",
        "2024-01-02 ECOG 1",
    ),
    "a first remission": (
        "1960-04-01", "2025-01-01 diagnosis b-all", "2025-01-01 BCR::ABL1 positive", "2025-01-05 treatment imatinib",
        "2025-02-01 response CR",
    ),
    "a chronic phase on its third treatment": (
        "1950-04-01", "2020-01-01 diagnosis cml", "2020-01-05 treatment imatinib end=2021-05-01 reason=progression",
        "2021-05-02 treatment bosutinib end=2022-05-01 reason=progression", "2022-05-02 treatment dasatinib",
    ),
}  # fmt: skip
EVERYWHERE = [pytest.param(name, region, id=f"{name}, {region}") for name in PATIENTS for region in REGIONS]


def verdicts(name: str, found: Sequence[Sequence[Given]], knowledge: Knowledge, region: Region) -> list[Verdicts]:
    """The verdict on every therapy for a patient with each of some sets of facts added, all judged together."""
    birth, *lines = PATIENTS[name]
    facts = [written(line) for line in lines]
    documents = [
        {"patient": {"id": str(place), "birth_date": birth}, "facts": [*facts, *({"date": TODAY, **one} for one in more)]}
        for place, more in enumerate(found)
    ]
    understood = understand(records_from(documents, "tried"), knowledge.vocabulary)
    evaluation = evaluate(understood, knowledge, dt.date.fromisoformat(TODAY), region)
    return [of_indications(Person(evaluation, place)) for place in range(len(documents))]


def of_indications(person: Person) -> Verdicts:
    found: Verdicts = {}
    for position, candidate in enumerate(person.group.plan.candidates):
        found.setdefault(candidate.entry.id, []).append(verdict_of(person, position))
    return found


def of_therapies(verdicts: Verdicts) -> dict[str, bool | None]:
    return {therapy: any_of(listed) for therapy, listed in verdicts.items()}


def might_say(fact: Fact, knowledge: Knowledge) -> list[Given]:
    """What finding out about an open fact might say: each of its words, and numbers around every limit a criterion sets."""
    if fact.kind == "marker":
        return [{"fact": fact.id, "value": word} for word in ("positive", "negative")]
    if fact.kind in ("category", "choice"):
        return [{"fact": fact.id, "value": word} for word in knowledge.vocabulary.value_ids(fact.values or "")]
    if fact.kind == "stance":
        words = knowledge.vocabulary.value_ids(fact.values or "")
        return [{"fact": fact.id, "value": f"{sign}{word}"} for word in words for sign in ("", "not:")]
    return [{"fact": fact.id, "value": f"{number:g}", "unit": fact.unit} for number in around_limits(fact, knowledge)]


def around_limits(fact: Fact, knowledge: Knowledge) -> list[float]:
    versions = [one for _, each in knowledge.indications() for listed in each.regions.values() for one in listed]
    definitions = [part.when for one in knowledge.content.definitions for part in one.categories]
    trees = [knowledge.tree(one) for one in [*definitions, *(one.criteria for one in versions)] if one]
    tests = [leaf.test for tree in trees for leaf in leaves_of(tree)]
    limits = {test.limit for test in tests if isinstance(test, Compare) and test.column == fact.id} or {fact.at_least or 0.0}
    limits |= {limit for one in fact.words.values() for limit in (one.at_least, one.below) if limit is not None}
    inside = {limit * factor for limit in limits for factor in (0.5, 1, 1.5)}
    return sorted(one for one in inside if (fact.at_least or 0) <= one <= (fact.at_most or one))


def about(one: Missing, knowledge: Knowledge) -> list[Given]:
    """What finding out about a missing fact might say, about the word it is missing for."""
    said = might_say(knowledge.vocabulary.facts[one["fact"]], knowledge)
    if knowledge.vocabulary.facts[one["fact"]].kind != "stance" or "value" not in one:
        return said
    return [given for given in said if given["value"].removeprefix("not:") == one["value"]]


def open_facts(knowledge: Knowledge, name: str, listed: set[str]) -> list[Fact]:
    """Open facts that are neither recorded nor listed, nor tell of one that is (a test that looks for several markers)."""
    recorded = {line.split()[1] for line in PATIENTS[name][1:]}
    facts = knowledge.vocabulary.facts.values()
    asked = listed | recorded
    told = asked.union(*(one.covers for one in facts if one.id in asked))  # what a test covers tells of the test
    return [one for one in facts if one.kind not in HISTORY and one.id not in told and not {*one.covers} & asked]


def missing(name: str, knowledge: Knowledge, region: Region) -> list[Missing]:
    birth, *lines = PATIENTS[name]
    return assessed(knowledge, record(*lines, birth_date=birth), region=region)["missing"]


def beside(said: Sequence[Sequence[Given]], place: int, draw: random.Random) -> list[Given]:
    """Answers to the other questions, one for each fact; often all markers but a few alike, as a panel may come back."""
    mine = said[place][0]["fact"]
    questions = {answers[0]["fact"]: answers for answers in draw.sample(said, len(said)) if answers[0]["fact"] != mine}
    asked = [answers for answers in questions.values() if draw.random() < 0.97]
    panel, other = draw.choice((("", ""), ("negative", "positive"), ("negative", "positive"), ("positive", "negative")))
    exceptions = draw.sample(range(len(asked)), min(len(asked), draw.randrange(5)))
    wanted = [other if at in exceptions else panel for at in range(len(asked))]
    alike = [[given for given in answers if given["value"] == word] for answers, word in zip(asked, wanted, strict=True)]
    return [draw.choice(same or answers) for same, answers in zip(alike, asked, strict=True)]


@pytest.mark.parametrize(("name", "region"), EVERYWHERE)
def test_each_missing_fact_can_change_the_verdict_on_each_therapy_it_would_decide(name: str, region: Region, knowledge: Knowledge) -> None:
    listed = missing(name, knowledge, region)
    draw = random.Random(7)
    said = [about(one, knowledge) for one in listed]
    for place, one in enumerate(listed):
        # Several facts may have to come together: beside every answer to this one, the others are there as chance has it.
        others = [beside(said, place, draw) for _ in range(500)]
        tried = [[*found, given] for found in others for given in said[place]]
        judged = verdicts(name, tried, knowledge, region)
        groups = [judged[at : at + len(said[place])] for at in range(0, len(judged), len(said[place]))]
        for therapy in one["would_decide"]:
            assert any(each[therapy] != group[0][therapy] for group in groups for each in group), (one["fact"], therapy)


@pytest.mark.parametrize(("name", "region"), EVERYWHERE)
def test_a_fact_that_is_not_missing_changes_no_verdict(name: str, region: Region, knowledge: Knowledge) -> None:
    others = open_facts(knowledge, name, {one["fact"] for one in missing(name, knowledge, region)})
    assert len(others) > 50
    said = [might_say(fact, knowledge) for fact in others]
    draw = random.Random(7)
    alone = [[given] for answers in said for given in answers]
    together = [[draw.choice(answers) for answers in said] for _ in range(60)]
    before, *after = verdicts(name, [[], *alone, *together], knowledge, region)
    changed = [given for given, now in zip([*alone, *together], after, strict=True) if of_therapies(now) != of_therapies(before)]
    assert changed == []


@pytest.mark.parametrize(("name", "region"), EVERYWHERE)
def test_a_missing_fact_alone_changes_no_verdict_but_those_it_would_decide(name: str, region: Region, knowledge: Knowledge) -> None:
    listed = missing(name, knowledge, region)
    for one in listed:
        would = {therapy for other in listed if other["fact"] == one["fact"] for therapy in other["would_decide"]}
        before, *after = verdicts(name, [[], *([given] for given in about(one, knowledge))], knowledge, region)
        changed = {therapy for now in after for therapy in before if any_of(now[therapy]) != any_of(before[therapy])}
        assert changed <= would, one["fact"]
