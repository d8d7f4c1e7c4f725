"""Columns of words that are all known before: as numbers, which Parquet writes in a fifth of the time that looking at words takes.

Every range of a run has the same words, so that its files are read as one table.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import polars as pl

from hemeline.columns import lists_of
from hemeline.table import Array


def one_of(words: Iterable[str]) -> pl.Enum:
    """The kind of a column that holds nothing but some words. They sort as words do."""
    return pl.Enum(sorted(set(words)))


def words(of: Sequence[str], codes: Array, kind: pl.Enum | None = None) -> pl.Series:
    """Codes as words, null for a negative one. ``kind`` is that of the column, where it may hold others too."""
    lacking = len(codes) > 0 and codes.min() < 0
    named = pl.Series([*of, None] if lacking else of, dtype=kind or one_of(of))
    return named.gather(pl.Series((np.where(codes < 0, len(of), codes) if lacking else codes).astype(np.uint32)))


def lists(of: Sequence[Sequence[str]], codes: Array, kind: pl.Enum) -> pl.Series:
    """Codes as lists of words. The words are put in lists only once they are numbers, which takes a hundredth of the time."""
    every = pl.Series([word for one in of for word in one], dtype=kind)
    return lists_of(every, np.array([len(one) for one in of], dtype=np.intp)).gather(pl.Series(codes.astype(np.uint32)))
