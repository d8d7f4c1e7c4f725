"""Who was given what: earlier treatment, refractoriness and intolerance by therapy and by class, on demand.

Each answer is two truths per patient: *surely* and *perhaps*. Perhaps without surely is unknown: an unrecorded treatment
where the history is known to be incomplete, a misspelt one, or one whose end nobody recorded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from hemeline.columns import Codes, Truths, owners, positions, spread
from hemeline.course.course import Course
from hemeline.table import Table
from hemeline.vocabulary import Vocabulary
from hemeline.when import NO_DAY

KINDS = ("prior", "refractory_to", "intolerant_to", "failed", "relapse_after")


@dataclass(frozen=True)
class Exposures:
    """Truth matrices of some therapies (rows) over patients (columns), for each of ``KINDS``.

    ``unsure`` is added to every perhaps: what a history that is not complete, or a misspelt treatment, leaves open.
    """

    therapies: tuple[str, ...]
    surely: dict[str, Truths]
    perhaps: dict[str, Truths]
    unsure: Truths

    def any_of(self, kind: str, members: Sequence[int]) -> tuple[Truths, Truths]:
        """Whether any of some therapies (by row) was given, failed and so on: surely, perhaps."""
        surely, perhaps = self._of(kind, members)
        return np.asarray(surely.any(axis=0)), np.asarray(perhaps.any(axis=0))

    def count_of(self, kind: str, members: Sequence[int]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """How many of some therapies: at least, at most."""
        surely, perhaps = self._of(kind, members)
        return surely.sum(axis=0).astype(np.float64), perhaps.sum(axis=0).astype(np.float64)

    def _of(self, kind: str, members: Sequence[int]) -> tuple[Truths, Truths]:
        rows = np.array(members, dtype=np.intp)
        perhaps: Truths = np.logical_or(self.perhaps[kind][rows], self.unsure[rows])
        return self.surely[kind][rows], perhaps


def exposures_of(course: Course, therapies: Sequence[str]) -> Exposures:
    """The matrices for the therapies that somebody asks about. A regimen given is each of its drugs given."""
    vocabulary = course.facts.vocabulary
    table = course.exposures
    scatter = _Scatter(*_given(vocabulary, tuple(therapies)), len(course), len(therapies))
    given = scatter.cells(table["patient"], table["therapy"])
    before = _before_latest_relapse(course, table)
    intolerant = table["reason"] == vocabulary.value_ids("reason").index("toxicity")
    told = course.facts.rows_of("intolerant")
    surely = {
        "prior": scatter.matrix(given),
        "refractory_to": scatter.matrix(given, table["surely"]),
        "intolerant_to": scatter.matrix(given, intolerant) | scatter.matrix(scatter.cells(told["patient"], told["value"])),
        "relapse_after": scatter.matrix(given, before[0]),
    }
    surely["failed"] = surely["refractory_to"] | surely["intolerant_to"]
    maybe_refractory = scatter.matrix(given, table["perhaps"])
    perhaps = {
        **surely, "refractory_to": maybe_refractory, "failed": maybe_refractory | surely["intolerant_to"],
        "relapse_after": scatter.matrix(given, before[1]),
    }  # fmt: skip
    unsure = scatter.matrix(scatter.cells(course.facts.perhaps["patient"], course.facts.perhaps["therapy"]))
    unsure |= course.facts.patients.partial_history
    return Exposures(tuple(therapies), surely, perhaps, unsure)


@lru_cache(maxsize=64)
def _given(vocabulary: Vocabulary, therapies: tuple[str, ...]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The positions among ``therapies`` of what each therapy of the vocabulary gives: all in a row, and how many each has."""
    column = positions(therapies)
    given = [[column[one] for one in vocabulary.given_with(therapy) if one in column] for therapy in vocabulary.therapies]
    return np.array([one for columns in given for one in columns], dtype=np.intp), np.array(
        [len(columns) for columns in given], dtype=np.intp
    )


@dataclass(frozen=True)
class _Scatter:
    """Writes rows of (patient, therapy) into truth matrices, each therapy in the rows of what it gives."""

    flat: NDArray[np.intp]
    sizes: NDArray[np.intp]
    patients: int
    therapies: int

    def cells(self, patient: Codes, therapy: Codes) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """The places in a matrix of some pairs, and the pair that each is of."""
        repeats = self.sizes.take(therapy)
        pair = owners(repeats)
        at = spread((np.cumsum(self.sizes) - self.sizes).take(therapy), repeats, pair)
        return self.flat.take(at) * self.patients + patient.take(pair), pair

    def matrix(self, cells: tuple[NDArray[np.intp], NDArray[np.intp]], which: Truths | None = None) -> Truths:
        """The matrix of some pairs, or of those ``which`` of them."""
        result = np.zeros((self.therapies, self.patients), dtype=bool)
        at, pair = cells
        result.ravel()[at if which is None else at.take(np.flatnonzero(which.take(pair)))] = True
        return result


def _before_latest_relapse(course: Course, table: Table) -> tuple[Truths, Truths]:
    """Which treatments began before the latest relapse: surely, perhaps."""
    low, high = np.full(len(course), NO_DAY, np.int32), np.full(len(course), NO_DAY, np.int32)
    who = course.relapses["patient"]  # sorted by time: the last one written is the latest
    low[who], high[who] = course.relapses["date_low"], course.relapses["date_high"]
    mine = table["patient"]
    low, high = low.take(mine), high.take(mine)
    relapsed = high != NO_DAY
    return relapsed & (table["start_high"] < low), relapsed & (table["start_low"] < high)
