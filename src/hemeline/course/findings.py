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

from hemeline.columns import Codes, over_runs, runs
from hemeline.facts import Facts
from hemeline.when import NO_DAY, Days

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Latest:
    """Latest findings, one row per patient and fact that has any: ``key`` is ``patient * facts + fact``."""

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
        shape = (len(self.facts.patients), len(self.names))
        low, high = np.full(shape, -np.inf), np.full(shape, np.inf)
        low.ravel()[self.key], high.ravel()[self.key] = self.low, self.high
        return low, high

    @cached_property
    def _dates(self) -> tuple[Days, Days]:
        shape = (len(self.facts.patients), len(self.names))
        low, high = np.full(shape, NO_DAY, np.int32), np.full(shape, NO_DAY, np.int32)
        low.ravel()[self.key], high.ravel()[self.key] = self.date_low, self.date_high
        return low, high

    def range_of(self, name: str) -> tuple[Floats, Floats]:
        """What the latest findings of a fact leave possible; everything, where there is none."""
        return self._ranges[0][:, self.column[name]], self._ranges[1][:, self.column[name]]

    def date_of(self, name: str) -> tuple[Days, Days]:
        """When it was found; ``NO_DAY`` where it was not."""
        return self._dates[0][:, self.column[name]], self._dates[1][:, self.column[name]]


def latest(facts: Facts, names: Sequence[str]) -> Latest:
    """The latest finding of each of some facts (column names such as ``CD19`` or ``fit-for:transplant``)."""
    place = np.full(len(facts.codes.names), -1, dtype=np.int32)
    for position, name in enumerate(names):
        place[facts.codes.code[name]] = position
    column = place[facts.rows["fact"]]
    at = np.flatnonzero(column >= 0)
    key = facts.rows["patient"][at].astype(np.int64) * len(names) + column[at]
    order = np.argsort(key, kind="stable")  # the rows are sorted by date, so each group stays so
    at, key = at[order], key[order]
    rows = facts.rows.take(at, "row", "low", "high", "date_low", "date_high")
    low, high, date_low, date_high = rows["low"], rows["high"], rows["date_low"], rows["date_high"]
    starts, lengths = runs(key)
    last = starts + lengths - 1
    counts = date_high >= np.repeat(date_low[last], lengths)
    hull_low = over_runs(np.minimum, np.where(counts, low, np.inf), starts)
    hull_high = over_runs(np.maximum, np.where(counts, high, -np.inf), starts)
    most_low = over_runs(np.maximum, np.where(counts, low, -np.inf), starts)
    least_high = over_runs(np.minimum, np.where(counts, high, np.inf), starts)
    dated = (date_low[last], date_high[last], rows["row"][last])
    return Latest(facts, tuple(names), key[last], hull_low, hull_high, *dated, most_low > least_high)
