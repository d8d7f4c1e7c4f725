"""A number made of everything recorded of a patient, to see whether a record has changed since an earlier run."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hemeline.record.records import FACT_COLUMNS, PATIENT_COLUMNS, Records, said

Numbers = NDArray[np.uint64]
_NOT_SAID = ("patient_id", "row", "note")  # a row's place in its source, and a remark, are not what was recorded
_ODD = np.uint64(0x9E3779B97F4A7C15)
_HALF = np.uint64(32)


def fingerprints(records: Records) -> pl.Series:
    """One number for each patient; the order of rows, the format of the source and columns without a value make no difference."""
    facts, people = records.facts, records.patients
    whose = facts["patient_id"]
    starts = np.flatnonzero(whose.ne_missing(whose.shift()).to_numpy()) if len(whose) else np.zeros(0, dtype=np.intp)
    told = _of_rows(facts, FACT_COLUMNS)
    if len(starts):
        starts[0] = 0
        told = np.add.reduceat(told, starts)
    rows = pl.DataFrame({"patient_id": whose.gather(starts), "record": told}).group_by("patient_id").agg(pl.col("record").sum())
    found = people.select("patient_id").join(rows, on="patient_id", how="left", maintain_order="left")["record"]
    return pl.Series("record", found.fill_null(0).to_numpy() + _of_rows(people, PATIENT_COLUMNS))


def _of_rows(frame: pl.DataFrame, columns: tuple[str, ...]) -> Numbers:
    """A number for each row: the same words in other rows, or in other columns, give others."""
    total, full = np.zeros(len(frame), dtype=np.uint64), said(frame)
    for seed, column in enumerate(columns):
        if column not in _NOT_SAID and column in full:
            total += _of_words(frame[column], seed)
    total ^= total >> _HALF
    total *= _ODD
    return total ^ (total >> _HALF)


def _of_words(words: pl.Series, seed: int) -> Numbers:
    """A number for each word, and 0 where there is none; a day has that of its text."""
    hashed = _of_days(words, seed) if words.dtype == pl.Date else words.hash(seed).to_numpy()
    return np.where(words.is_null().to_numpy(), np.uint64(0), hashed) if words.null_count() else hashed


def _of_days(days: pl.Series, seed: int) -> Numbers:
    """The numbers of days by a table of all between the first and the last, or of those there are where that is shorter."""
    day = days.to_physical()
    low, high = int(day.min() or 0), int(day.max() or 0)  # type: ignore[arg-type]
    which = day.fill_null(low).to_numpy() - low
    if high - low < len(days):
        different = np.arange(high - low + 1)
    else:
        different, which = np.unique(which, return_inverse=True)
    numbers: Numbers = pl.Series((different + low).astype(np.int32)).cast(pl.Date).cast(pl.String).hash(seed).to_numpy()
    return numbers.take(which)


__all__ = ["fingerprints"]
