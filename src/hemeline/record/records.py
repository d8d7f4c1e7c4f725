"""The record as it was read: who, when, what, value. Text as the source wrote it; nothing is interpreted yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hemeline.columns import Codes, combinations, runs, translate

PATIENT_COLUMNS = ("patient_id", "birth_date", "sex", "death_date", "history")
FACT_COLUMNS = (
    "patient_id", "row", "date", "end", "fact", "value", "unit", "intent", "donor", "conditioning", "line", "courses",
    "reason", "note",
)  # fmt: skip
NOT_UNDERSTOOD_COLUMNS = ("patient_id", "row", "fact", "why")
_LONGEST_SHOWN = 80
SAYS = ("fact", "value", "unit")  # what a fact says; few combinations of these are all that is said
_FEW = 100  # patients; below this a dictionary is faster than starting a columnar engine


def schema(columns: Iterable[str]) -> dict[str, pl.DataType]:
    """Column types of a record table: ``row`` is a number, all else is text."""
    return {column: pl.Int64() if column == "row" else pl.String() for column in columns}


def table(rows: Sequence[Mapping[str, Any]], columns: Iterable[str]) -> pl.DataFrame:
    """A table with exactly these columns from rows that may lack some."""
    return pl.DataFrame(rows, schema=schema(columns), orient="row") if rows else pl.DataFrame(schema=schema(columns))


@dataclass(frozen=True)
class Records:
    """Patients and their facts, as read.

    ``patients`` has one row per patient (``PATIENT_COLUMNS``), ``facts`` one row per fact (``FACT_COLUMNS``; ``row``
    counts from 1 within the source), ``not_understood`` what the reader could not use and why. ``date`` and ``end`` may be
    text or Polars dates, all other columns are text.
    """

    patients: pl.DataFrame
    facts: pl.DataFrame
    not_understood: pl.DataFrame

    def __len__(self) -> int:
        return len(self.patients)

    @staticmethod
    def of(patients: Sequence[Mapping[str, Any]], facts: Sequence[Mapping[str, Any]]) -> Records:
        """Records from rows that may lack columns."""
        return Records(table(patients, PATIENT_COLUMNS), table(facts, FACT_COLUMNS), table([], NOT_UNDERSTOOD_COLUMNS))

    def with_facts(self, facts: Sequence[Mapping[str, Any]]) -> Records:
        """The same records with more facts, numbered after the last row."""
        last = self.facts["row"].max()
        start = last + 1 if isinstance(last, int) else 1
        added = table([{**fact, "row": start + position} for position, fact in enumerate(facts)], FACT_COLUMNS)
        return Records(self.patients, pl.concat([with_text(self.facts), added]), self.not_understood)

    @cached_property
    def stretches(self) -> tuple[NDArray[np.intp], Codes]:
        """Where stretches of facts of one patient begin, and the position of that patient; -1 for one who is not listed.

        A patient's facts lie together, mostly, so that each is looked up once.
        """
        ids, whose = self.patients["patient_id"], self.facts["patient_id"]
        if len(ids) < _FEW:
            place = {one: position for position, one in enumerate(ids.to_list())}
            return np.arange(len(whose)), translate(whose, lambda one: place.get(one, -1))
        starts, _ = runs(whose.rle_id().to_numpy())
        found = whose.gather(starts).cast(pl.Enum(ids), strict=False).to_physical()
        return starts, found.cast(pl.Int32).fill_null(-1).to_numpy()

    @cached_property
    def whose(self) -> Codes:
        """The position of each fact's patient; -1 for one who is not listed."""
        starts, patient = self.stretches
        return np.repeat(patient, np.diff(starts, append=len(self.facts)))

    @cached_property
    def combinations(self) -> tuple[Codes, NDArray[np.intp]]:
        """The number of what each fact says (fact, value and unit) among all that is said, and a row for each of them."""
        return combinations(*(self.facts[name] for name in SAYS))

    def in_one_piece(self) -> Records:
        """The same records, each column in one piece: out of many pieces rows are picked a hundred times slower."""
        if self.patients.n_chunks() <= 1 and self.facts.n_chunks() <= 1:  # all columns are in as many pieces as the first
            return self
        return Records(_in_one_piece(self.patients), _in_one_piece(self.facts), self.not_understood)

    def part(self, start: int, size: int) -> Records:
        """Some patients, by position, with their facts."""
        patients = self.patients.slice(start, size)
        mine = pl.col("patient_id").is_in(patients["patient_id"].implode())
        return Records(patients, self.facts.filter(mine), self.not_understood.filter(mine))

    def of_nobody(self) -> pl.DataFrame:
        """What was not understood and is no patient's: an unknown column, a row that names nobody."""
        listed = pl.col("patient_id").is_in(self.patients["patient_id"].implode())
        return self.not_understood.filter(~listed.fill_null(False))

    def only(self, patient_id: str) -> Records:
        """The records of one patient."""
        mine = pl.col("patient_id") == patient_id
        return Records(self.patients.filter(mine), self.facts.filter(mine), self.not_understood.filter(mine))


def together(parts: list[Records]) -> Records:
    """Several records as one."""
    return Records(
        pl.concat([with_text(part.patients) for part in parts]),
        pl.concat([with_text(part.facts) for part in parts]),
        pl.concat([part.not_understood for part in parts]),
    )


def said(frame: pl.DataFrame) -> frozenset[str]:
    """The columns that say something of anybody."""
    return frozenset(name for name, count in zip(frame.columns, frame.null_count().row(0), strict=True) if count < len(frame))


def _in_one_piece(frame: pl.DataFrame) -> pl.DataFrame:
    """What says nothing is kept as one nothing for all rows."""
    full = said(frame)
    if not full:
        return frame
    nothing = [pl.lit(None, dtype=kind).alias(name) for name, kind in frame.schema.items() if name not in full]
    return frame.select(one for one in frame.columns if one in full).rechunk().with_columns(nothing).select(frame.columns)


def with_text(frame: pl.DataFrame) -> pl.DataFrame:
    """A record table with its dates as text: a partial date has no other form."""
    return frame.with_columns(pl.col(pl.Date).cast(pl.String))


def shown(word: str | None) -> str:
    """A name as an error or report may show it: one line, not endless, no signs that steer a terminal."""
    text = "".join(sign if sign.isprintable() else "\ufffd" for sign in " ".join((word or "")[: 2 * _LONGEST_SHOWN].split()))
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"
