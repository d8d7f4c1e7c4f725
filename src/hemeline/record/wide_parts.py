"""A wide table larger than memory: its rows are brought together by patient on disk, then read some patients at a time."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from hemeline.record.mapping import Mapping
from hemeline.record.pieces import Told, frames
from hemeline.record.records import FACT_COLUMNS, PATIENT_COLUMNS, Records, table
from hemeline.record.runs import Runs
from hemeline.record.wide import ID, WideTable

_GROWS = 4  # a mapping makes so many times the bytes of its rows, in facts and on the way to them


def read_wide_parts(path: Path, mapping: Mapping, folder: Path, room: int, told: Told | None = None) -> Iterator[Records]:
    """The records of a wide table, each part of whole patients and about ``room`` bytes; its rows are in ``folder`` until the end.

    Raises :class:`RecordError` if a column that the mapping names is not there.
    """
    wide, before = WideTable(mapping, path.name), 0
    rows = Runs(folder / "rows", ID, room // _GROWS)
    for frame in frames(path, room // _GROWS, mapping.table.separator, mapping.table.encoding, told):
        named = wide.named(frame, before)
        rows.add(named.filter(pl.col(ID).is_not_null()))
        if not before:
            wide.records(named.clear())  # says whether all columns are there before the whole table is read
        yield wide.records(named.filter(pl.col(ID).is_null()))
        before += len(frame)
    rows.close()
    for part in rows.parts():
        yield wide.records(part)
    yield Records(table([], PATIENT_COLUMNS), table([], FACT_COLUMNS), wide.columns_not_used())
    shutil.rmtree(rows.folder)
