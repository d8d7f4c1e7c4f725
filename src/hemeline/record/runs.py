"""A table on disk in runs: files that are each sorted by one column, the key.

So the rows of one key, which a source may hold far apart, come together again without the whole table ever being in memory: a stretch
of keys is read from every run that reaches into it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from hemeline.record.writing import whole

_MOST_FILES = 256  # more are merged, lest every stretch opens them all
_ROW_GROUP = 10_000  # small, so that little beside a stretch is read with it
_BYTES_OF_A_TEXT = 16
_AT_A_TIME = 500_000  # rows of one column
_FINENESS = 16  # samples for each stretch: by so much it may be shorter than asked


@dataclass(frozen=True)
class Run:
    """One sorted file, with its number of rows, its first and its last key."""

    path: str
    rows: int
    first: Any  # text, or a number
    last: Any

    def reaches(self, low: Any, high: Any) -> bool:
        """Whether keys from ``low`` up to, but without, ``high`` may be in it."""
        return (high is None or self.first < high) and (low is None or self.last >= low)


def bytes_of(frame: pl.DataFrame) -> int:
    """What a table takes in memory. Of text, Polars itself counts only the letters, not where each begins."""
    return int(frame.estimated_size()) + _BYTES_OF_A_TEXT * len(frame) * sum(kind == pl.String for kind in frame.dtypes)


def within(key: str, low: Any, high: Any) -> pl.Expr:
    """The rows of a stretch of keys; without a bound it has no end on that side."""
    return (pl.lit(True) if low is None else pl.col(key) >= low) & (pl.lit(True) if high is None else pl.col(key) < high)


def stretch(runs: Sequence[Run], key: str, low: Any, high: Any) -> pl.DataFrame | None:
    """The rows of a stretch of keys, not in order; none where no run reaches into it."""
    files = [one.path for one in runs if one.reaches(low, high)]
    return pl.scan_parquet(files, glob=False).filter(within(key, low, high)).collect() if files else None


def samples(runs: Sequence[Run], key: str, step: int) -> pl.Series:
    """Each so-many-th key of every run."""
    found: list[pl.Series] = []
    for one in runs:
        found += [keys.gather_every(step, -start % step) for start, keys in column(one.path, key, one.rows) if -start % step < len(keys)]
    return pl.concat(found) if found else pl.Series(key, [], dtype=pl.String)


def column(path: str, key: str, rows: int) -> Iterator[tuple[int, pl.Series]]:
    """One column of a file, some rows at a time, each part with the number of rows before it."""
    for start in range(0, rows, _AT_A_TIME):
        yield start, pl.scan_parquet(path, glob=False).select(key).slice(start, _AT_A_TIME).collect().to_series()


def cuts(run: Run, key: str, bounds: Sequence[Any]) -> list[int]:
    """How many rows of a run come before each of some keys."""
    found, wanted = np.zeros(len(bounds), dtype=np.int64), pl.Series(bounds, dtype=pl.String if isinstance(run.first, str) else None)
    for _, keys in column(run.path, key, run.rows):
        found += keys.search_sorted(wanted, side="left").to_numpy()
    return [int(one) for one in found]


def sorted_run(path: Path, key: str, *, strictly: bool = False, marks: Marks | None = None) -> Run | None:
    """A Parquet file as a run, if its keys are in order, and none is missing (or, ``strictly``, repeated); ``marks`` see all keys."""
    table = pl.scan_parquet(path, glob=False)
    rows, first, last = int(table.select(pl.len()).collect().item()), None, None
    for start, keys in column(str(path), key, rows):
        if keys.null_count() or not keys.is_sorted() or (last is not None and keys[0] < last):
            return None
        if strictly and (keys[0] == last or (keys == keys.shift()).any()):
            return None
        first, last = keys[0] if first is None else first, keys[-1]
        if marks:
            marks.see(start, keys)
    return None if first is None or last is None else Run(str(path), rows, first, last)


def write_run(frame: pl.DataFrame, key: str, path: Path) -> Run:
    """Write sorted rows as one run. Raises :class:`UsageError` where it cannot be written."""
    with whole(path) as (part,):
        frame.write_parquet(part, compression="lz4", row_group_size=_ROW_GROUP)
    return Run(str(path), len(frame), frame[key][0], frame[key][-1])


class Marks:
    """Each so-many-th key of a run (repeated ones once), with how many rows of the run come ``before`` it."""

    def __init__(self, step: int) -> None:
        self.step = step
        self.keys: list[Any] = []
        self.before: list[int] = []
        self._last: tuple[Any, int] = (None, 0)  # the last key seen, and the rows before it

    def see(self, start: int, keys: pl.Series) -> None:
        """The next keys of the run, from some row on."""
        at = -start % self.step
        wanted = keys.gather_every(self.step, at).unique(maintain_order=True) if at < len(keys) else keys.clear()
        before = [start + place for place in keys.search_sorted(wanted, side="left").to_list()] if len(wanted) else []
        for key, rows in zip(wanted.to_list(), before, strict=True):
            if not self.keys or key != self.keys[-1]:
                self.keys.append(key)
                self.before.append(self._last[1] if key == self._last[0] else rows)
        if keys[-1] != self._last[0]:
            self._last = (keys[-1], start + int(keys.search_sorted(keys[-1], side="left")))


class Runs:
    """A table being written: rows are kept until they fill ``room`` bytes, then sorted and written."""

    def __init__(self, folder: Path, key: str, room: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.key, self.room = folder, key, room
        self.runs: list[Run] = []
        self._kept: list[pl.DataFrame] = []
        self._schema = pl.Schema()
        self._filled = self._bytes = self._files = 0

    def add(self, frame: pl.DataFrame) -> None:
        """Add rows: always of the same columns, none without a key."""
        if not len(frame):
            return
        self._schema = frame.schema
        frame = frame.select(one for one in frame if one.null_count() < len(one))  # an empty column costs as much as a full one
        self._kept.append(frame)
        self._filled += bytes_of(frame)
        if self._filled >= self.room:
            self._flush()

    def close(self) -> tuple[Run, ...]:
        """Write what is left, and merge the runs if there are very many. Returns the runs."""
        self._flush()
        if len(self.runs) > _MOST_FILES:
            groups = [self.runs[start : start + _MOST_FILES] for start in range(0, len(self.runs), _MOST_FILES)]
            self.runs = [one for group in groups for one in self._merged(group)]
        return tuple(self.runs)

    def parts(self, each: int | None = None) -> Iterator[pl.DataFrame]:
        """All rows of all runs in order of their keys, so many (or what fills ``room``) at a time, the rows of one key together."""
        yield from self._parts(self.runs, each)

    def _parts(self, runs: Sequence[Run], each: int | None = None) -> Iterator[pl.DataFrame]:
        rows = sum(one.rows for one in self.runs)
        each = each or max(1, int(self.room * rows / max(self._bytes, 1)))
        lows: list[Any] = [None, *self._bounds(runs, each)]
        for low, high in zip(lows, [*lows[1:], None], strict=True):
            found = stretch(runs, self.key, low, high)
            if found is not None and len(found):
                yield found.sort(self.key, maintain_order=True)

    def _bounds(self, runs: Sequence[Run], each: int) -> list[Any]:
        """Keys that cut the rows into stretches of about so many; each stretch but the first begins with one."""
        step = max(1, each // (_FINENESS + len(runs)))
        keys = samples(runs, self.key, step).sort().gather_every(max(1, each // step))
        return keys[1:].unique(maintain_order=True).to_list()

    def _flush(self) -> None:
        if self._kept:
            frame = pl.concat(self._kept, how="diagonal").sort(self.key, maintain_order=True)
            self._bytes += self._filled
            self._kept, self._filled = [], 0
            empty = [pl.lit(None, dtype=kind).alias(name) for name, kind in self._schema.items() if name not in frame.columns]
            self.runs.append(self._write(frame.with_columns(empty).select(self._schema.names())))

    def _write(self, frame: pl.DataFrame) -> Run:
        self._files += 1
        return write_run(frame, self.key, self.folder / f"{self._files:06d}.parquet")

    def _merged(self, group: Sequence[Run]) -> list[Run]:
        """The same rows in files of which no two hold the same key."""
        merged = [self._write(part) for part in self._parts(group)]
        for one in group:
            Path(one.path).unlink()
        return merged
