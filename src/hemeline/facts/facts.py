"""Facts that were understood: codes and intervals, one row each, ready to be counted and compared in columns.

Every recorded finding is an interval of what is possible: a number ``24`` is ``[24, 24]``, ``<0.01`` is ``[0, 0.01)``,
``positive`` is ``[1, 1]``, ``indeterminate`` is ``[0, 1]``. Findings that contradict each other on one day are their hull.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hemeline.table import Array, Table
from hemeline.vocabulary import Vocabulary
from hemeline.when import NO_DAY, Days, to_day

UNDATED_LOW = to_day(dt.date(1900, 1, 1))
UNDATED_HIGH = to_day(dt.date(9999, 12, 31))
HISTORY = ("diagnosis", "treatment", "response", "relapse", "progression", "status", "death", "intolerant")


class FactCodes:
    """The numbers that stand for facts: one per fact, and one per word of a stance or choice (``fit-for:transplant``)."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        names: list[str] = []
        for fact in vocabulary.facts.values():
            names.append(fact.id)
            if fact.kind in ("stance", "choice"):
                names += [f"{fact.id}:{word}" for word in vocabulary.value_ids(fact.values or "")]
            if fact.kind == "choice":
                names.append(f"{fact.id}:available")
        self.names: tuple[str, ...] = tuple(names)
        self.code: Mapping[str, int] = {name: position for position, name in enumerate(names)}
        self.kind_of: Mapping[str, str] = {fact.id: fact.kind for fact in vocabulary.facts.values()}


@lru_cache(maxsize=8)
def fact_codes(vocabulary: Vocabulary) -> FactCodes:
    """The codes of a vocabulary, made once."""
    return FactCodes(vocabulary)


@dataclass(frozen=True)
class Patients:
    """Who they are: identifiers, dates of birth and death as intervals (``NO_DAY`` if not recorded), sex, history."""

    ids: pl.Series
    birth_low: Days
    birth_high: Days
    death_low: Days
    death_high: Days
    sex: NDArray[np.int32]
    partial_history: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.birth_low)

    def take(self, who: NDArray[np.intp]) -> Patients:
        """Some of them, by position, each as often as named."""
        born, died = (self.birth_low[who], self.birth_high[who]), (self.death_low[who], self.death_high[who])
        return Patients(self.ids.gather(who), *born, *died, self.sex[who], self.partial_history[who])


@dataclass(frozen=True)
class Facts:
    """Understood facts of some patients.

    ``rows`` is sorted by patient, first possible day, stated order of same-day facts, and row. Columns: ``patient``
    (position), ``row``, ``fact`` (code), ``value`` (position in the vocabulary's list for that fact), ``low``, ``high``,
    ``date_low``, ``date_high``, ``end_low``, ``end_high`` (days), ``intent``, ``donor``, ``conditioning``, ``reason``
    (positions, -1 if none), ``line`` (0 if none), ``courses`` (NaN if none), ``order``. ``not_understood`` lists what was
    kept but not used; ``perhaps`` pairs patients with therapies that a misspelt treatment may have been.
    """

    vocabulary: Vocabulary
    codes: FactCodes
    patients: Patients
    rows: Table
    not_understood: Table
    perhaps: Table

    @cached_property
    def therapies(self) -> tuple[str, ...]:
        """Therapy identifiers by position."""
        return tuple(self.vocabulary.therapies)

    @cached_property
    def _by_fact(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Row positions grouped by fact, and where each fact's group begins."""
        count = np.bincount(self.rows["fact"], minlength=len(self.codes.names))
        few = np.count_nonzero(count) <= np.iinfo(np.uint8).max
        rank = (np.cumsum(count > 0) - 1).astype(np.uint8 if few else np.uint16)  # so few bits are sorted by radix
        return np.argsort(rank.take(self.rows["fact"]), kind="stable"), np.concatenate([[0], np.cumsum(count)])

    @property
    def recorded(self) -> tuple[str, ...]:
        """Every fact that anybody has."""
        return tuple(name for name, has in zip(self.codes.names, np.diff(self._by_fact[1]), strict=True) if has)

    def where(self, *facts: str) -> NDArray[np.intp]:
        """Positions of the rows of some facts, in the order of the rows."""
        codes = [self.codes.code[fact] for fact in facts]
        if len(codes) == 1:
            order, starts = self._by_fact
            return order[starts[codes[0]] : starts[codes[0] + 1]]
        wanted = np.zeros(len(self.codes.names), dtype=bool)
        wanted[codes] = True
        return np.flatnonzero(wanted.take(self.rows["fact"]))

    def grouped(self, facts: Sequence[str]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Positions of the rows of some facts, one fact after the other, and how many each has."""
        order, starts = self._by_fact
        parts = [order[starts[code] : starts[code + 1]] for code in (self.codes.code[fact] for fact in facts)]
        return np.concatenate([order[:0], *parts]), np.array([len(part) for part in parts], dtype=np.intp)

    def rows_of(self, fact: str) -> Table:
        """The rows of a fact."""
        return self.rows.take(self.where(fact))

    def take(self, who: NDArray[np.intp]) -> Facts:
        """The facts of some patients, by position, each as often as named; ``origin`` tells the row that each row was.

        What was not understood is left out.
        """
        rows, origin = _taken(self.rows, who)
        return replace(
            self,
            patients=self.patients.take(who),
            rows=rows.having(origin=origin),
            not_understood=self.not_understood.take(slice(0, 0)),
            perhaps=_taken(self.perhaps, who)[0],
        )

    def as_of(self, day: int) -> Facts:
        """What was known on ``day``: later facts are gone, later ends are open, partial dates end on ``day`` at the latest."""
        rows = self.rows if not (late := self.rows["date_low"] > day).any() else self.rows.take(~late)
        if (rows["date_high"] > day).any():
            rows = rows.having(date_high=np.minimum(rows["date_high"], day))
        if (rows["end_high"] > day).any():
            rows = rows.having(**_ends_seen(rows, day))
        people = self.patients
        alive = people.death_low > day
        death_high = np.where(people.death_high == NO_DAY, NO_DAY, np.minimum(people.death_high, day))
        seen = self.not_understood["date_low"] <= day
        return replace(
            self,
            rows=rows,
            patients=replace(
                people,
                death_low=np.where(alive, NO_DAY, people.death_low).astype(np.int32),
                death_high=np.where(alive, NO_DAY, death_high).astype(np.int32),
            ),
            not_understood=self.not_understood.take(seen),
            perhaps=self.perhaps.take(self.perhaps["date_low"] <= day),
        )

    def supposing(self, steps: Sequence[Table], day: int) -> Facts:
        """Everybody as they are, and once more for each step with its rows added on ``day``.

        Patient ``i`` with the rows of step ``k`` (from 1) is patient ``i + k * size``. ``steps`` hold understood rows of
        one patient, such as ``understand`` gives.
        """
        size = len(self.patients)
        times = range(len(steps) + 1)
        parts = [self.rows.having(patient=self.rows["patient"] + np.int32(size * k)) for k in times]
        perhaps = [self.perhaps.having(patient=self.perhaps["patient"] + np.int32(size * k)) for k in times]
        today = np.int32(day)
        for k, step in enumerate(steps, start=1):
            for i in range(len(step)):
                row = step.take(np.full(size, i))
                who = np.arange(size, dtype=np.int32) + np.int32(size * k)
                dates = {name: np.full(size, today) for name in ("date_low", "date_high")}
                parts.append(row.having(patient=who, **dates))
        rows = Table.together(parts)
        order = np.lexsort((rows["order"], rows["date_low"], rows["patient"]))
        everybody = self.patients.take(np.tile(np.arange(size), len(times)))
        return replace(self, rows=rows.take(order), patients=everybody, perhaps=Table.together(perhaps))


def _taken(rows: Table, who: NDArray[np.intp]) -> tuple[Table, NDArray[np.intp]]:
    """The rows of some patients, who are now numbered from 0 in the order named, and where each row was."""
    first = np.searchsorted(rows["patient"], who, "left")
    count = np.searchsorted(rows["patient"], who, "right") - first
    origin = np.repeat(first - (np.cumsum(count) - count), count) + np.arange(int(count.sum()))
    return rows.take(origin).having(patient=np.repeat(np.arange(len(who), dtype=np.int32), count)), origin


def _ends_seen(rows: Table, day: int) -> dict[str, Array]:
    """The ends of treatments as known on ``day``: later ones are open, with all that was recorded at the end."""
    running = rows["end_low"] > day
    return {
        "end_low": np.where(running, NO_DAY, rows["end_low"]).astype(np.int32),
        "end_high": np.where(running, NO_DAY, np.minimum(rows["end_high"], day)).astype(np.int32),
        "reason": np.where(running, -1, rows["reason"]).astype(rows["reason"].dtype),
        "courses": np.where(running, np.nan, rows["courses"]),
    }
