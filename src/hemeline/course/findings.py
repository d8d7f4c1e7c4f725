"""The latest finding of each fact for each patient: what was last measured, and when.

Findings whose dates overlap the latest one are all taken into account: their hull is what remains possible. So two
opposite answers of one day, or of one month where only the month is known, leave the answer unknown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from hemeline.columns import Codes, over_runs, owners, runs
from hemeline.facts import Facts
from hemeline.table import Array
from hemeline.when import NO_DAY, Days

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Latest:
    """Latest findings, one row per fact and patient who has any: ``key`` is ``fact * patients + patient``."""

    facts: Facts
    names: tuple[str, ...]
    key: NDArray[np.int64]
    low: Floats
    high: Floats
    date_low: Days
    date_high: Days
    row: Codes
    conflict: NDArray[np.bool_]

    @cached_property
    def column(self) -> dict[str, int]:
        """Position of each name."""
        return {name: position for position, name in enumerate(self.names)}

    @cached_property
    def _ranges(self) -> tuple[Floats, Floats]:
        return self._spread(self.low, -np.inf), self._spread(self.high, np.inf)

    @cached_property
    def _dates(self) -> tuple[Days, Days]:
        return self._spread(self.date_low, NO_DAY), self._spread(self.date_high, NO_DAY)

    def _spread(self, column: Array, nothing: float) -> Array:
        """A row for each fact, so that what is known of one lies together."""
        spread = np.full((len(self.names), len(self.facts.patients)), nothing, dtype=column.dtype)
        spread.ravel()[self.key] = column
        return spread

    def range_of(self, name: str) -> tuple[Floats, Floats]:
        """What the latest findings of a fact leave possible; everything, where there is none."""
        if name not in self.column:
            return self._nothing(-np.inf), self._nothing(np.inf)
        return self._ranges[0][self.column[name]], self._ranges[1][self.column[name]]

    def date_of(self, name: str) -> tuple[Days, Days]:
        """When it was found; ``NO_DAY`` where it was not."""
        if name not in self.column:
            return self._nothing(NO_DAY), self._nothing(NO_DAY)
        return self._dates[0][self.column[name]], self._dates[1][self.column[name]]

    def _nothing(self, value: float) -> Array:
        """A value for everybody, of a fact that nobody has."""
        return np.full(len(self.facts.patients), value, dtype=np.int32 if value == NO_DAY else np.float64)


def latest(facts: Facts, names: Sequence[str]) -> Latest:
    """The latest finding of each of some facts (column names such as ``CD19`` or ``fit-for:transplant``)."""
    at, count = facts.grouped(names)
    rows = facts.rows.take(at)
    key = np.repeat(np.arange(len(names)) * len(facts.patients), count) + rows["patient"]
    starts, lengths = runs(key)
    last = starts + lengths - 1
    counts = np.flatnonzero(rows["date_high"] >= rows["date_low"].take(last).take(owners(lengths)))
    low, high, starts = rows["low"].take(counts), rows["high"].take(counts), runs(key.take(counts))[0]  # the latest itself always counts
    hull_low, hull_high = over_runs(np.minimum, low, starts), over_runs(np.maximum, high, starts)
    conflict = over_runs(np.maximum, low, starts) > over_runs(np.minimum, high, starts)
    dated = (rows["date_low"].take(last), rows["date_high"].take(last), rows["row"].take(last))
    return Latest(facts, tuple(names), key[last], hull_low, hull_high, *dated, conflict)
