"""A number made of everything recorded of a patient, to see whether a record has changed since an earlier run."""

from __future__ import annotations

from collections.abc import Container

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hemeline.record.records import FACT_COLUMNS, PATIENT_COLUMNS, SAYS, Records, said

Numbers = NDArray[np.uint64]
_NOT_SAID = ("patient_id", "row", "note")  # a row's place in its source, and a remark, are not what was recorded
_NOT_COMBINED = tuple(one for one in FACT_COLUMNS if one not in SAYS)
_ODD = np.uint64(0x9E3779B97F4A7C15)
_HALF = np.uint64(32)


def fingerprints(records: Records) -> pl.Series:
    """One number for each patient; the order of rows, the format of the source and columns without a value make no difference."""
    found = _mixed(_of_columns(records.patients, PATIENT_COLUMNS, _NOT_SAID))
    if len(records.facts):
        which, example = records.combinations
        told = _of_columns(records.facts[example], FACT_COLUMNS, _NOT_COMBINED).take(which)
        told += _of_columns(records.facts, FACT_COLUMNS, (*_NOT_SAID, *SAYS))
        starts, patient = records.stretches
        listed = patient >= 0
        np.add.at(found, patient[listed], np.add.reduceat(_mixed(told), starts)[listed])
    return pl.Series("record", found)


def _of_columns(frame: pl.DataFrame, columns: tuple[str, ...], without: Container[str]) -> Numbers:
    """A number for each row, from all columns but some: the same words in other columns give another."""
    total, full = np.zeros(len(frame), dtype=np.uint64), said(frame)
    for seed, column in enumerate(columns):
        if column not in without and column in full:
            total += _of_words(frame[column], seed)
    return total


def _mixed(numbers: Numbers) -> Numbers:
    """Other numbers, which tell the rows they are of when they are added up."""
    numbers = numbers ^ (numbers >> _HALF)
    numbers *= _ODD
    return numbers ^ (numbers >> _HALF)


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
