"""Which facts are missing, and what each would help to decide.

Most patients wait for the same facts for the same therapies as many others. So the rows are made once for each way of waiting, and
given to all who wait that way.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hemeline.assessment.evaluate import Evaluation
from hemeline.cohort.reasons import askable
from hemeline.cohort.words import lists, one_of, words
from hemeline.columns import Codes, Truths, flattened, owners, places, positions, runs, sequences, spread

_Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Waiting:
    """For whom of a group (``patients``) a missing fact may decide a therapy: ``facts[which[i]]`` are those for ``rows[i]``."""

    therapy: str
    patients: NDArray[np.intp]
    rows: NDArray[np.intp]
    facts: list[tuple[int, ...]]
    which: Codes

    def among(self, rows: Truths) -> tuple[NDArray[np.intp], _Numbers]:
        """Some rows of the group and a fact that each waits for: as many rows as facts."""
        mine = rows[self.rows]
        at, fact = flattened(self.facts, self.which[mine])
        return self.rows[mine][at], fact


@dataclass(frozen=True)
class Waits:
    """What the patients of an evaluation wait for: by group of patients, and ``names`` of the facts that their numbers stand for."""

    evaluation: Evaluation
    groups: list[list[Waiting]]
    names: list[str]

    def table(self) -> pl.DataFrame:
        """Rows by patient in the order of their ids, those facts first that would decide most."""
        ids = self.evaluation.course.facts.patients.ids
        way, keys = self._ways(len(ids))
        way_of, fact, therapies = self._distinct(np.concatenate([np.zeros(0, dtype=np.int64), *keys]))
        size = np.bincount(way_of, minlength=int(way.max(initial=0)) + 1)  # those of one way lie together
        order = np.flatnonzero(way >= 0)[ids.filter(pl.Series(way >= 0)).arg_sort().to_numpy()]
        mine = way.take(order)
        count = size.take(mine)
        at = pl.Series(spread((np.cumsum(size) - size).take(mine), count).astype(np.uint32))
        who = pl.Series(order.take(owners(count)).astype(np.uint32))
        return pl.DataFrame({"patient_id": ids.gather(who), "fact": fact.gather(at), "would_decide": therapies.gather(at)})

    def _ways(self, patients: int) -> tuple[_Numbers, list[_Numbers]]:
        """The way of waiting of each patient, by number, and the rows of each way: way, fact and therapy as one number."""
        way, keys, ways = np.full(patients, -1, dtype=np.int64), [], 0
        for group in self.groups:
            if not group:
                continue
            which, example = _alike(group)
            way[group[0].patients] = which + ways
            is_example = np.zeros(len(which), dtype=bool)
            is_example[example] = True
            for one in group:
                row, fact = one.among(is_example)
                key = (which[row] + ways) * len(self.names) + self._rank[fact]
                keys.append(key * len(self._therapies) + self._number[one.therapy])
            ways += len(example)
        return way, keys

    def _distinct(self, keys: _Numbers) -> tuple[_Numbers, pl.Series, pl.Series]:
        """The rows of all ways, sorted by way: the way, the fact, and the therapies it would help to decide."""
        packed, therapy = np.divmod(np.unique(keys), len(self._therapies))
        first, count = runs(packed)
        way, fact = np.divmod(packed[first], max(len(self.names), 1))
        order = np.lexsort((fact, -count, way))
        which, distinct = sequences(first[order], count[order], therapy.astype(np.int32))
        named = [[self._therapies[one] for one in several] for several in distinct]
        facts = words(sorted(self.names), fact[order], one_of(askable(self.evaluation.course.facts.vocabulary)))
        return way[order], facts, lists(named, which, one_of(self._therapies))

    @cached_property
    def _rank(self) -> _Numbers:
        """The place of each fact among the names in order."""
        return np.argsort(np.argsort(self.names)).astype(np.int64)

    @cached_property
    def _therapies(self) -> list[str]:
        return [entry.id for entry in self.evaluation.course.knowledge.content.entries]

    @cached_property
    def _number(self) -> dict[str, int]:
        return positions(self._therapies)


def _alike(group: list[Waiting]) -> tuple[_Numbers, NDArray[np.intp]]:
    """The number of each patient's way of waiting within a group, and a row for each way."""
    which, example = np.zeros(len(group[0].patients), dtype=np.int64), np.zeros(1, dtype=np.intp)
    for one in group:
        if not len(one.rows):
            continue
        key = which * (len(one.facts) + 1)
        key[one.rows] += one.which + 1
        codes, example = places(key, len(example) * (len(one.facts) + 1))
        which = codes.astype(np.int64)
    return which, example


__all__ = ["Waiting", "Waits"]
