"""What was not understood, gathered while facts are read: whose, which row, which fact, and why."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hemeline.facts.shown import shown_fact
from hemeline.record.records import Records
from hemeline.table import Array, Table
from hemeline.when import Days

_LONGEST = 80
_ALWAYS = -(2**31) + 1  # a problem without a date is seen on every day
_TYPES = {"patient": np.int32, "row": np.int32, "fact": object, "why": object, "date_low": np.int32, "conflict": bool}


class Problems:
    """Gathers problems of the rows of one fact table."""

    def __init__(self, records: Records) -> None:
        self.facts, self.patient = records.facts, records.whose
        self.row = self.facts["row"].to_numpy().astype(np.int32)
        self._date = np.full(len(self.facts), _ALWAYS, dtype=np.int32)
        self._parts: list[Table] = []

    def dates(self, date_low: Days) -> None:
        """From which day on each row is seen."""
        self._date = date_low

    def add(self, rows: NDArray[np.bool_], why: str, conflict: bool = False) -> None:
        """The same reason for all rows of a mask."""
        if rows.any():
            self.add_each(np.flatnonzero(rows), np.full(int(rows.sum()), why, dtype=object), conflict)

    def add_each(self, rows: NDArray[np.intp], why: NDArray[np.object_], conflict: bool = False) -> None:
        """A reason for each of some rows."""
        if len(rows):
            names = [(name or "")[:_LONGEST] for name in self.facts["fact"][rows].to_list()]
            self._add(self.patient[rows], self.row[rows], names, why, self._date[rows], conflict)

    def add_rows(self, rows: Table, why: str, names: tuple[str, ...], conflict: bool = False) -> None:
        """The same reason for rows that were already understood."""
        if len(rows):
            self._parts.append(problems_of_rows(rows, why, names, conflict))

    def add_patients(self, rows: NDArray[np.bool_], what: str, why: str) -> None:
        """The same reason for something said of some patients."""
        if rows.any():
            self._parts.append(problems_of_patients(rows, what, why))

    def _add(self, patient: Array, row: Array, fact: list[str], why: Array, date: Array, conflict: bool) -> None:
        self._parts.append(_table(patient, row, fact, why, date, conflict))

    def table(self) -> Table:
        """All problems, in the order of patients and rows."""
        return together([_table([], [], [], [], [], False), *self._parts])


def problems_of_rows(rows: Table, why: str, names: tuple[str, ...], conflict: bool = False) -> Table:
    """The same reason for rows that were understood; ``names`` are those of the fact codes."""
    facts = [shown_fact(names[code])[0] for code in rows["fact"]]
    return _table(rows["patient"], rows["row"], facts, [why] * len(rows), rows["date_low"], conflict)


def problems_of_patients(which: NDArray[np.bool_], what: str, why: str, conflict: bool = False) -> Table:
    """The same reason for something said of some patients; it is seen on every day."""
    who = np.flatnonzero(which)
    size = len(who)
    return _table(who, np.zeros(size), [what] * size, [why] * size, np.full(size, _ALWAYS), conflict)


def together(problems: list[Table]) -> Table:
    """All of some problems, in the order of patients and rows."""
    gathered = Table.together(problems)
    return gathered.take(np.lexsort((gathered["row"], gathered["patient"])))


def _table(patient: ArrayLike, row: ArrayLike, fact: list[str], why: ArrayLike, date: ArrayLike, conflict: bool) -> Table:
    columns = (patient, row, fact, why, date, np.full(len(fact), conflict))
    return Table({name: np.asarray(column, dtype=kind) for (name, kind), column in zip(_TYPES.items(), columns, strict=True)})
