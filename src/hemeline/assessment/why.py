"""Why a therapy has its verdict: the whole criteria tree, the facts behind each leaf, and what would flip it."""

from __future__ import annotations

import datetime as dt
from typing import NotRequired

from typing_extensions import TypedDict

from hemeline.assessment.evaluate import evaluate
from hemeline.assessment.force import Candidate
from hemeline.assessment.options import sources, verdict_of
from hemeline.assessment.person import Person
from hemeline.assessment.shape import Because, SourceView
from hemeline.criteria import Group, Leaf, Tree, judge, leaves_of
from hemeline.criteria.text import text_of_tree
from hemeline.errors import UsageError, did_you_mean
from hemeline.facts import understand
from hemeline.knowledge import Knowledge, Region
from hemeline.record import Records
from hemeline.truth import Truth, Verdict, word


class Node(TypedDict):
    """One part of a criteria tree: what it asks, its verdict, and either its parts or the facts behind it."""

    text: str
    joined: str | None
    verdict: Verdict
    parts: list[Node]
    because: list[Because]


class Flip(TypedDict):
    """If one leaf came out otherwise, with everything else as it is: the verdict that would follow."""

    leaf: str
    fact: str
    now: Verdict
    then: Verdict
    verdict: Verdict


class IndicationWhy(TypedDict):
    id: str
    setting: str
    basis: str
    since: str | None
    until: str | None
    verdict: Verdict
    tree: Node
    flips: list[Flip]
    sources: list[SourceView]


class Why(TypedDict):
    """All indications of a therapy that are in force for a patient; ``absent`` says why none is, if so."""

    patient: str
    therapy: str
    name: str
    as_of: str
    region: str
    indications: list[IndicationWhy]
    absent: NotRequired[str]


def why(records: Records, therapy: str, knowledge: Knowledge, as_of: dt.date, region: Region) -> list[Why]:
    """Why a therapy is or is not an option, for every patient of some records.

    ``therapy`` is any spelling of the vocabulary. Raises :class:`UsageError` with the nearest right word if it is none.
    """
    found = knowledge.vocabulary.therapy_index.find(therapy)
    if found is None:
        shown = [entry.name for entry in knowledge.vocabulary.therapies.values()]
        raise UsageError(f'unknown therapy "{therapy[:60]}"{did_you_mean(therapy, [*knowledge.vocabulary.therapies, *shown])}')
    evaluation = evaluate(understand(records, knowledge.vocabulary), knowledge, as_of, region)
    return [_why(Person(evaluation, i), records.patients["patient_id"][i], found) for i in range(len(records))]


def _why(person: Person, patient: str, therapy: str) -> Why:
    plan = person.group.plan
    mine = [(position, one) for position, one in enumerate(plan.candidates) if one.entry.id == therapy]
    name = person.evaluation.course.knowledge.vocabulary.therapies[therapy].title
    answer: Why = {
        "patient": patient,
        "therapy": therapy,
        "name": name,
        "as_of": person.day,
        "region": person.evaluation.region,
        "indications": [_indication(person, position, candidate) for position, candidate in mine],
    }
    if not mine:
        absent = next((one for one in plan.absent if one.entry.id == therapy), None)
        answer["absent"] = (
            f"{absent.status}{f'; {absent.note}' if absent.note else ''}" if absent else "no indication for this disease is known"
        )
    return answer


def _indication(person: Person, position: int, candidate: Candidate) -> IndicationWhy:
    tree = _told(person, person.group.plan.trees[f"{position}.{len(candidate.versions) - 1}"])
    return {
        "id": candidate.indication.id,
        "setting": candidate.indication.setting,
        "basis": candidate.version.basis,
        "since": candidate.version.since,
        "until": person.told(candidate.version.until),
        "verdict": word(verdict_of(person, position)),
        "tree": _node(person, tree),
        "flips": list(_flips(person, tree)),
        "sources": sources(person, candidate.version.sources),
    }


def _told(person: Person, tree: Tree) -> Tree:
    """The criteria with the disease; that the patient is alive is told only where it is not so."""
    assert isinstance(tree, Group)
    return Group("all", tuple(part for part in tree.parts if not (_is_alive(part) and judge(part, person.truth))))


def _is_alive(part: Tree) -> bool:
    return isinstance(part, Leaf) and part.name == "alive"


def _node(person: Person, tree: Tree) -> Node:
    verdict, text = word(judge(tree, person.truth)), text_of_tree(tree)
    if isinstance(tree, Leaf):
        return {"text": text, "joined": None, "verdict": verdict, "parts": [], "because": person.because(tree)}
    parts = [_node(person, part) for part in tree.parts]
    return {"text": text, "joined": tree.joined, "verdict": verdict, "parts": parts, "because": []}


def _flips(person: Person, tree: Tree) -> list[Flip]:
    """Every single leaf whose other answer would change the verdict."""
    now = judge(tree, person.truth)
    found: list[Flip] = []
    for leaf in dict.fromkeys(one for one in leaves_of(tree) if not _is_alive(one)):
        answer = person.truth(leaf)
        for other in (True, False):
            then = judge(tree, lambda one: other if one == leaf else person.truth(one))  # noqa: B023
            if other is not answer and then is not now and then is not None:
                found.append(_flip(leaf, answer, other, then))
    return found


def _flip(leaf: Leaf, answer: Truth, other: Truth, then: Truth) -> Flip:
    return {"leaf": leaf.text, "fact": leaf.fact, "now": word(answer), "then": word(other), "verdict": word(then)}
