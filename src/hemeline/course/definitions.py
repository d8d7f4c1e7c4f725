"""Named definitions judged on a course: timing of each relapse, risk groups, response milestones.

Sources disagree, so every definition is computed and reported under its own name. A category that the dates leave open is
unknown, and so is the definition's result.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from hemeline.columns import last_of_group
from hemeline.course.course import Course
from hemeline.course.features import Features
from hemeline.course.truths import Pair, Truth, coded, in_all_orders, relapse_truth
from hemeline.criteria import NO, YES, Program, Tree, leaves_of
from hemeline.knowledge import Knowledge
from hemeline.knowledge.schema import Definition
from hemeline.knowledge.words import RESULT_FEATURES
from hemeline.table import Table

Results = Mapping[str, Truth]
_MONTHS = ("months_from_diagnosis", "months_from_remission", "months_from_end_of_treatment")


def columns_of(trees: Iterable[Tree]) -> list[str]:
    """Every column that some trees read."""
    return list(dict.fromkeys(column for tree in trees for leaf in leaves_of(tree) for column in leaf.columns))


@dataclass(frozen=True, eq=False)
class Definitions:
    """Some definitions of one stage, with their trees compiled.

    A category stands under ``feature:definition:category``, a criterion under ``criterion:definition``, an item of a score under
    ``item:definition:place``, and whether a definition was made for such a patient under ``applies:definition``.
    """

    knowledge: Knowledge
    definitions: tuple[Definition, ...]

    @cached_property
    def trees(self) -> dict[str, Tree]:
        tree = self.knowledge.tree
        trees: dict[str, Tree] = {}
        for one in self.definitions:
            results = {f"{RESULT_FEATURES.get(one.kind)}:{one.id}:{part.result}": part.when for part in one.categories}
            trees |= {name: tree(when) for name, when in results.items() if when}
            trees |= {f"item:{one.id}:{place}": tree(item.when) for place, item in enumerate(one.items)}
            trees |= {f"criterion:{one.id}": tree(one.when)} if one.when else {}
            trees |= {f"applies:{one.id}": tree(one.applies)} if one.applies else {}
        return trees

    @cached_property
    def columns(self) -> list[str]:
        return columns_of(self.trees.values())

    @cached_property
    def program(self) -> Program:
        """All trees, to be judged together."""
        return Program(self.trees)

    def judge(self, table: Table, size: int) -> dict[str, Truth]:
        """The truths of all trees over a table of so many rows that has ``columns``."""
        if not self.trees:
            return {}
        found = self.program.run(table.__getitem__, size)
        return {name: (found[name] == YES, found[name] != NO) for name in self.trees}


@lru_cache(maxsize=256)
def definitions_of(knowledge: Knowledge, definition: str) -> Definitions:
    """One definition by itself."""
    return Definitions(knowledge, (knowledge.definitions[definition],))


@lru_cache(maxsize=256)
def staged(knowledge: Knowledge, ids: tuple[str, ...]) -> tuple[Definitions, Definitions]:
    """Some definitions in the two stages they are judged in: timing of relapses first, then all that may ask for it."""
    chosen = [knowledge.definitions[one] for one in ids]
    timing = tuple(one for one in chosen if one.kind == "relapse-timing")
    others = tuple(one for one in chosen if one.kind in ("risk", "milestone", "criterion", "score"))
    return Definitions(knowledge, timing), Definitions(knowledge, others)


class _RelapseFeatures(Features):
    """Features of relapses: one row per relapse instead of one per patient."""

    def __init__(self, course: Course, columns: Iterable[str]) -> None:
        super().__init__(course, columns)
        self._people = Features(course, columns)
        self.size = len(course.relapses)

    def truth(self, name: str) -> Truth:
        feature, _, word = name.partition(":")
        if feature in ("relapse_kind", "relapse_site"):
            return relapse_truth(self.course.relapses, feature, word, self.course.facts.vocabulary)
        surely, perhaps = self._people.truth(name)
        return surely.take(self.course.relapses["patient"]), perhaps.take(self.course.relapses["patient"])

    def pair(self, name: str) -> Pair:
        relapses = self.course.relapses
        if name in _MONTHS:
            return relapses[f"{name}.low"], relapses[f"{name}.high"]
        low, high = self._people.pair(name)
        return low.take(relapses["patient"]), high.take(relapses["patient"])


def timing_of_relapses(course: Course, timing: Definitions) -> dict[str, Truth]:
    """For each relapse (row of ``course.relapses``): the truths of every category of some timing definitions."""
    if not len(course.relapses):
        return {name: (np.zeros(0, dtype=bool), np.zeros(0, dtype=bool)) for name in timing.trees}
    return timing.judge(_RelapseFeatures(course, timing.columns).table(), len(course.relapses))


@dataclass(frozen=True)
class Judgement:
    """Results of definitions: ``of_relapses`` per relapse, ``of_patients`` per patient (timing: of the latest relapse).

    ``features`` are those of the patients, ``table`` their columns with the results beside them.
    """

    of_relapses: dict[str, Truth]
    of_patients: dict[str, Truth]
    features: Features
    table: Table


def judge_definitions(course: Course, ids: Iterable[str], columns: Iterable[str] = ()) -> Judgement:
    """Judge some definitions, and build the features for some more columns (which may ask for the results).

    No category of timing holds for who has had no relapse.
    """
    timing, others = staged(course.knowledge, tuple(ids))
    of_relapses = timing_of_relapses(course, timing)
    of_patients = {name: _of_latest(course, truth) for name, truth in of_relapses.items()}
    if course.others:
        other = course.others.course
        for name, truth in timing_of_relapses(other, timing).items():
            of_patients[name] = in_all_orders(course, of_patients[name], _of_latest(other, truth))
    wanted = [*columns, *others.columns]
    features = Features(course, [name for name in wanted if name not in others.trees], of_patients)
    table = features.table()
    judged = others.judge(table, len(course))
    table = table.having(**{name: coded(truth) for name, truth in judged.items()})
    return Judgement(of_relapses, of_patients | judged, features, table)


def _of_latest(course: Course, truth: Truth) -> Truth:
    """A truth of relapses as one of patients: that of the latest relapse (written last)."""
    who = course.relapses["patient"]  # sorted by time: the last of each is the latest
    latest = np.flatnonzero(last_of_group(who))
    found = tuple(np.zeros(len(course), dtype=bool) for _ in range(2))
    for one, values in zip(found, truth, strict=True):
        one[who[latest]] = values.take(latest)
    return found[0], found[1]


@lru_cache(maxsize=1024)
def needed_definitions(knowledge: Knowledge, columns: tuple[str, ...]) -> tuple[str, ...]:
    """The definitions whose results some columns are, with those that these ask for in turn."""
    wanted: dict[str, None] = {}
    queue = list(columns)
    while queue:
        feature, _, rest = queue.pop().partition(":")
        definition = rest.rpartition(":")[0]
        if feature in RESULT_FEATURES.values() and definition not in wanted:
            wanted[definition] = None
            queue += definitions_of(knowledge, definition).columns
    return tuple(wanted)
