"""Tables of numpy columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

Array = NDArray[Any]


class _Rows:
    """Positions of rows; of rows of rows they are worked out when somebody asks."""

    __slots__ = ("_is",)  # in one piece, so that several threads may ask

    def __init__(self, rows: Array | slice, within: _Rows | None = None) -> None:
        self._is = (rows, within)

    def get(self) -> Array | slice:
        """The positions."""
        rows, within = self._is
        if within is not None:
            of = within.get()
            assert isinstance(of, np.ndarray)  # a slice is taken at once
            rows = of.take(rows) if isinstance(rows, np.ndarray) else of[rows]
            self._is = (rows, None)
        return rows


class _Later:
    """Some rows of a column, picked when somebody asks for them and kept then."""

    __slots__ = ("is_",)  # the column, and the rows of it, none once they are picked

    def __init__(self, column: Array, rows: _Rows | None) -> None:
        self.is_ = (column, rows)

    def get(self) -> Array:
        """The picked rows."""
        column, rows = self.is_
        if rows is not None:
            column = _taken(column, rows.get())
            self.is_ = (column, None)
        return column


def _taken(column: Array, rows: Array | slice) -> Array:
    if isinstance(rows, slice):
        return column[rows]
    if column.strides == (0,) and len(column):
        return one_for_all(column[0], len(rows))
    return column.take(rows, axis=0)  # in half the time of ``column[rows]``


def one_for_all(value: np.generic, size: int) -> Array:
    """A column with one value in every row, which takes no room and is not to be changed."""
    return np.broadcast_to(value, (size,))


class Table:
    """Equally long columns by name. A Polars frame without the cost of starting its engine for a handful of rows.

    Of a table made by taking rows, a column costs nothing until it is asked for: a column is not to be changed while tables that were
    taken from it are in use.
    """

    __slots__ = ("_columns", "_size")

    def __init__(self, columns: Mapping[str, Array | _Later], size: int | None = None) -> None:
        self._columns = dict(columns)
        self._size = size

    def __len__(self) -> int:
        if self._size is None:
            self._size = len(self[next(iter(self._columns))]) if self._columns else 0
        return self._size

    def __getitem__(self, name: str) -> Array:
        column = self._columns[name]
        return column.get() if isinstance(column, _Later) else column

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(self._columns)

    def take(self, rows: Array | slice) -> Table:
        """Some rows: a mask, positions or a slice."""
        if isinstance(rows, np.ndarray) and rows.dtype == bool:
            if rows.all():
                return self
            rows = np.flatnonzero(rows)
        size = len(range(*rows.indices(len(self)))) if isinstance(rows, slice) else len(rows)
        if isinstance(rows, np.ndarray):
            rows = rows.astype(np.intp, copy=False)  # else every column would do so
        own, within = _Rows(rows), dict[_Rows, _Rows]()

        def taken(column: Array | _Later) -> Array | _Later:
            of, before = column.is_ if isinstance(column, _Later) else (column, None)
            if before is None:
                return of[rows] if isinstance(rows, slice) else _Later(of, own)
            if before not in within:
                within[before] = _Rows(rows, before)
            return _Later(of, within[before])

        return Table({name: taken(column) for name, column in self._columns.items()}, size)

    def having(self, **columns: Array) -> Table:
        """The same rows with more, or other, columns."""
        return Table({**self._columns, **columns}, self._size)

    def beside(self, other: Table) -> Table:
        """The same rows with the columns of an equally long table."""
        return Table({**self._columns, **other._columns}, self._size)

    def only(self, *names: str) -> Table:
        """The same rows with some columns."""
        return Table({name: self._columns[name] for name in names}, self._size)

    def of(self, patient: int) -> slice:
        """The rows of one patient, in a table sorted by ``patient``."""
        who = self["patient"]
        return slice(int(np.searchsorted(who, patient, "left")), int(np.searchsorted(who, patient, "right")))

    def dicts(self, rows: slice) -> list[dict[str, Any]]:
        """Some rows as dictionaries of Python values."""
        taken = [self[name][rows].tolist() for name in self._columns]
        return [dict(zip(self._columns, values, strict=True)) for values in zip(*taken, strict=True)]

    def frame(self) -> pl.DataFrame:
        """The table as a Polars frame."""
        return pl.DataFrame({name: self[name] for name in self._columns})

    @staticmethod
    def together(parts: list[Table]) -> Table:
        """Tables of the same columns, one below the other."""
        return Table({name: np.concatenate([part[name] for part in parts]) for name in parts[0].names})
