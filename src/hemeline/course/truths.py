"""Truths and bounds as columns: joined over the orders of events, and asked of words, diseases and relapses."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from hemeline.columns import Truths, among
from hemeline.course.course import Course
from hemeline.course.tables import KINDS
from hemeline.criteria.features import FEATURES, ONE_OF
from hemeline.table import Table
from hemeline.vocabulary import Vocabulary

Floats = NDArray[np.float64]
Pair = tuple[Floats, Floats]
Truth = tuple[Truths, Truths]


def in_all_orders(course: Course, own: Truth, others: Truth) -> Truth:
    """A truth by the earliest order of events, and by the others: surely only if surely in all, perhaps if perhaps in any."""
    if course.others is None:
        return own
    surely, perhaps = own[0].copy(), own[1].copy()
    np.logical_and.at(surely, course.others.who, others[0])
    np.logical_or.at(perhaps, course.others.who, others[1])
    return surely, perhaps


def hull_of_orders(course: Course, own: Pair, others: Pair) -> Pair:
    """Bounds by the earliest order of events widened to those of the others."""
    if course.others is None:
        return own
    low, high = own[0].copy(), own[1].copy()
    np.minimum.at(low, course.others.who, others[0])
    np.maximum.at(high, course.others.who, others[1])
    return low, high


def coded(truth: Truth) -> NDArray[np.int8]:
    """A truth as one column: ``NO``, ``PERHAPS`` or ``YES``."""
    surely, perhaps = truth
    return surely.astype(np.int8) + perhaps


def asks_exposure(column: str) -> bool:
    """Whether a column is about treatments given."""
    feature = FEATURES.get(column.partition(":")[0])
    return feature is not None and feature.kind in ("exposure", "exposure-count") and ":" in column


def within(low: Floats, high: Floats, asked: Truths) -> Truth:
    """Whether a range of word positions lies wholly within, or touches, the words asked for."""
    first = np.clip(low, 0, len(asked) - 1).astype(np.intp)
    last = np.clip(high, 0, len(asked) - 1).astype(np.intp)
    before = np.concatenate([[0], np.cumsum(asked)])
    hits = before.take(last + 1) - before.take(first)
    return hits == last - first + 1, hits > 0


@lru_cache(maxsize=256)
def disease_truths(vocabulary: Vocabulary, word: str) -> Truth:
    """For each disease of the vocabulary (and, last, for none recorded): surely and perhaps one of some diseases or groups."""
    wanted = frozenset().union(*(vocabulary.diseases_within(one) for one in word.split(ONE_OF)))
    exact = {
        each: frozenset(one for one in vocabulary.diseases_within(each) if not vocabulary.diseases[one].group)
        for each in vocabulary.diseases
    }
    inside = [each in wanted or (bool(kinds) and kinds <= wanted) for each, kinds in exact.items()]
    touches = [here or bool(kinds & wanted) for here, kinds in zip(inside, exact.values(), strict=True)]
    return np.array([*inside, False]), np.array([*touches, True])


def relapse_truth(relapses: Table, feature: str, word: str, vocabulary: Vocabulary) -> Truth:
    """Whether each relapse is at a site, or of a kind (one of several, joined); one at a site not recorded may be."""
    unspecified = relapses["kind"] == KINDS.index("unspecified")
    if feature == "relapse_site":
        found = (relapses["sites"] >> vocabulary.value_ids("site").index(word) & 1).astype(bool)
    else:
        found = among(KINDS, word.split(ONE_OF)).take(relapses["kind"])
    return found, found | unspecified
