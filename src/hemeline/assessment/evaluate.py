"""Verdicts of all patients at once: those with the same recorded disease share a plan and are judged in columns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from hemeline.assessment.plan import Plan, plan_for
from hemeline.columns import Truths, among
from hemeline.course import Course, Features, Judgement, derive_course, judge_definitions, levels, needed_definitions
from hemeline.course.course import SHOWN_STATES
from hemeline.course.definitions import definitions_of
from hemeline.course.truths import Truth
from hemeline.criteria import Leaf, Tree, Verdicts
from hemeline.facts import Facts
from hemeline.facts.shown import shown_fact
from hemeline.knowledge import Knowledge, Region
from hemeline.table import Table
from hemeline.when import Days, to_day


@dataclass(frozen=True)
class Judged:
    """The patients of one recorded disease: which they are (positions in the course), their plan and their verdicts.

    ``found`` has the leaves too, so that reasons come from what was computed.
    """

    patients: NDArray[np.intp]
    plan: Plan
    found: Verdicts


@dataclass(frozen=True, eq=False)
class Definitional:
    """The trees of a definition's categories under their column names, and its leaves over all patients."""

    trees: Mapping[str, Tree]
    columns: Mapping[Leaf, str]
    found: Verdicts


def _definitional(course: Course, known: Table, definition: str) -> Definitional:
    """A definition, judged from columns that are known already if they are all there."""
    one = definitions_of(course.knowledge, definition)
    if not set(one.columns) <= set(known.names):
        known = judge_definitions(course, needed_definitions(course.knowledge, tuple(one.columns)), one.columns).table
    return Definitional(one.trees, one.program.leaves, one.program.run(known.__getitem__, len(course)))


@dataclass(frozen=True, eq=False)
class Evaluation:
    """A course judged under the knowledge in force in a region on a day."""

    course: Course
    region: Region
    definitions: Judgement
    groups: tuple[Judged, ...]

    @property
    def features(self) -> Features:
        """The features of all patients."""
        return self.definitions.features

    def is_in(self, *states: str) -> Truths:
        """Who is in one of some states, in the contract's words."""
        return among(SHOWN_STATES, states).take(self.course.shown_state)

    @cached_property
    def levels(self) -> dict[str, Table]:
        """Levels of measured response, reached and lost."""
        return levels(self.course)

    def truth_of(self, feature: str) -> Truth:
        """A truth feature of the course, one value per patient: surely, perhaps."""
        if feature not in self._truths:
            self._truths[feature] = self.features.truth(feature)
        return self._truths[feature]

    @cached_property
    def _truths(self) -> dict[str, Truth]:
        return {}

    @cached_property
    def declines(self) -> Truths:
        """Who wants no treatment against the cancer: a recorded wish whose word says "no"."""
        found = np.zeros(len(self.course), dtype=bool)
        for name in self.course.findings.names:
            fact, word = shown_fact(name)
            if fact == "wish" and (word or "").startswith("no-"):
                found |= self.course.findings.range_of(name)[0] == 1
        return found

    def within(self, definition: str) -> Definitional:
        """The categories of a definition and the truth of their leaves (of a timing: at the latest relapse)."""
        if definition not in self._within:
            self._within[definition] = _definitional(self.course, self.definitions.table, definition)
        return self._within[definition]

    @cached_property
    def _within(self) -> dict[str, Definitional]:
        return {}

    def place(self, patient: int) -> tuple[Judged, int]:
        """Group and row of a patient."""
        groups, rows = self._places
        return self.groups[groups[patient]], int(rows[patient])

    @cached_property
    def _places(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        groups, rows = np.empty(len(self.course), dtype=np.intp), np.empty(len(self.course), dtype=np.intp)
        for number, group in enumerate(self.groups):
            groups[group.patients], rows[group.patients] = number, np.arange(len(group.patients))
        return groups, rows


def evaluate(
    facts: Facts, knowledge: Knowledge, as_of: dt.date, region: Region, *, all_definitions: bool = False, today: Days | None = None
) -> Evaluation:
    """Judge every indication in force for every patient.

    With ``all_definitions`` every definition of each disease is computed, not only those that criteria ask for; ``today`` is the day on
    which each patient is looked at, if it is not ``as_of`` for all. In force is what is so on ``as_of``.
    """
    course = derive_course(facts, knowledge, as_of, today)
    diseases = tuple(facts.vocabulary.diseases)
    plans = {
        int(code): plan_for(knowledge, diseases[code] if code >= 0 else None, region, to_day(as_of))
        for code in np.unique(course.diagnoses.disease)
    }
    columns = [column for plan in plans.values() for column in plan.columns]
    results = judge_definitions(course, _wanted(knowledge, plans.values(), all_definitions), columns)
    return Evaluation(course, region, results, tuple(_judged(course, plans, results.table)))


def _wanted(knowledge: Knowledge, plans: Iterable[Plan], all_definitions: bool) -> list[str]:
    wanted: dict[str, None] = {}
    for plan in plans:
        wanted |= dict.fromkeys(needed_definitions(knowledge, tuple(plan.columns)))
        if all_definitions and plan.disease:
            wanted |= dict.fromkeys(definitions_for(knowledge, plan.disease))
    return list(wanted)


def _judged(course: Course, plans: Mapping[int, Plan], table: Table) -> Iterator[Judged]:
    for code, plan in plans.items():
        rows = np.flatnonzero(course.diagnoses.disease == code)
        everybody = len(rows) == len(course)
        found = plan.judge(lambda name: table[name] if everybody else table[name].take(rows), len(rows))  # noqa: B023
        yield Judged(rows, plan, found)


@lru_cache(maxsize=256)
def definitions_for(knowledge: Knowledge, disease: str) -> tuple[str, ...]:
    """Every definition made for a disease or for a group it is in."""
    within = knowledge.vocabulary.diseases_within
    return tuple(
        one.id for one in knowledge.content.definitions if not one.diseases or any(disease in within(group) for group in one.diseases)
    )
