"""Markers that decide an option and were measured too long ago: before the latest relapse, or before a therapy against them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from hemeline.assessment.evaluate import Evaluation, Judged
from hemeline.assessment.plan import Plan
from hemeline.columns import Truths
from hemeline.course import Course
from hemeline.criteria import leaves_of
from hemeline.facts.facts import UNDATED_LOW
from hemeline.vocabulary import Vocabulary
from hemeline.when import NO_DAY, Days

Stale = tuple[NDArray[np.intp], str, str]


def stale_markers(evaluation: Evaluation) -> Iterator[Stale]:
    """Whose test is out of date, why, and of which marker."""
    relapse = _latest_relapse(evaluation.course)
    for group in evaluation.groups:
        yield from _of_group(evaluation, group, relapse)


def _of_group(evaluation: Evaluation, group: Judged, relapse: Days) -> Iterator[Stale]:
    """Markers of the living that decide an option in force."""
    course, vocabulary = evaluation.course, evaluation.course.facts.vocabulary
    mine = np.zeros(len(course), dtype=bool)
    mine[group.patients] = evaluation.truth_of("alive")[0][group.patients]
    known = set(evaluation.course.findings.names)
    for marker in (one for one in _deciding(group.plan) if one in known):
        first, measured = evaluation.course.findings.date_of(marker)
        tested, name = mine & (first > UNDATED_LOW), vocabulary.facts[marker].name
        old = tested & (relapse != NO_DAY) & (measured < relapse)
        yield np.flatnonzero(old), f"{name} was last tested before the latest relapse: test again", marker
        against = _treated_against(course, marker, measured)
        who = np.flatnonzero(tested & ~old & (against >= 0))
        for therapy in np.unique(against[who]):
            given = tuple(vocabulary.therapies.values())[therapy].name
            yield who[against[who] == therapy], f"{name} was last tested before treatment with {given}: test again", marker


def _latest_relapse(course: Course) -> Days:
    """The earliest day of the latest relapse."""
    found = np.full(len(course), NO_DAY, dtype=np.int32)
    found[course.relapses["patient"]] = course.relapses["date_low"]
    return found


def _treated_against(course: Course, marker: str, measured: Days) -> NDArray[np.int32]:
    """The last therapy aimed at a marker that began after the marker was measured; -1 if none did.

    Of a marker of resistance, the last that failed: only then is there something new to find.
    """
    aims, selects = _aimed_at(course.facts.vocabulary, marker)
    rows = course.exposures.take((aims | selects).take(course.exposures["therapy"]))
    counts = aims.take(rows["therapy"]) | rows["surely"]
    rows = rows.take(counts & (rows["start_low"] > measured.take(rows["patient"])))
    found = np.full(len(course), -1, dtype=np.int32)
    found[rows["patient"]] = rows["therapy"]
    return found


@lru_cache(maxsize=512)
def _aimed_at(vocabulary: Vocabulary, marker: str) -> tuple[Truths, Truths]:
    """Which therapies of the vocabulary are aimed at a marker, and which it makes resistant."""
    aimed = [marker in vocabulary.markers_of(one) for one in vocabulary.therapies]
    return np.array(aimed), np.array([marker in vocabulary.resistance_to(one) for one in vocabulary.therapies])


@lru_cache(maxsize=512)
def _deciding(plan: Plan) -> tuple[str, ...]:
    """Markers that decide an option in force, or that one is aimed at, and that may change."""
    vocabulary = plan.knowledge.vocabulary
    decided = {leaf.fact for tree in plan.trees.values() for leaf in leaves_of(tree)}
    aimed = {marker for candidate in plan.candidates for marker in vocabulary.markers_of(candidate.entry.id)}
    may_change = (one for one, fact in vocabulary.facts.items() if fact.kind == "marker" and not fact.settled)
    return tuple(one for one in may_change if one in decided | aimed)


__all__ = ["stale_markers"]
