"""A table file as a sequence of frames, so that one larger than memory can be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import polars as pl

from hemeline.errors import RecordError
from hemeline.record.table import SUFFIXES, csv_frame, plain

_BYTES_OF_A_CELL = 24  # in memory: the view of a text, its place in a copy, and some text
_CSV_GROWS = 6  # a CSV of mostly empty fields takes so many times its bytes when read
_LONGEST = 16  # pieces: how far an open quotation mark may reach before the file is no table


Told = Callable[[int, int], None]


def frames(
    path: Path, room: int, separator: str | None = None, encoding: str = "utf8", told: Told | None = None,
    columns: Sequence[str] | None = None,
) -> Iterator[pl.DataFrame]:  # fmt: skip
    """The rows of a CSV, TSV or Parquet file in their order, each frame of about ``room`` bytes. There is always one frame.

    ``told`` hears how much is read, of how much: rows, or bytes. Of Parquet only some ``columns`` may be read. Raises :class:`RecordError`.
    """
    if path.suffix == ".parquet":
        yield from _of_parquet(path, room, told, columns)
    elif path.suffix in SUFFIXES:
        yield from _of_csv(path, room // _CSV_GROWS, separator or SUFFIXES[path.suffix], encoding, told)
    else:
        raise RecordError(f"{path.name}: expected a table that ends in {', '.join(SUFFIXES)}")


def _of_parquet(path: Path, room: int, told: Told | None, wanted: Sequence[str] | None) -> Iterator[pl.DataFrame]:
    try:
        table = pl.scan_parquet(path, glob=False)
        table = table.select(wanted) if wanted else table
        columns = len(table.collect_schema())
        rows = int(table.select(pl.len()).collect().item())
        each = max(1, room // (_BYTES_OF_A_CELL * max(columns, 1)))
        for start in range(0, max(rows, 1), each):
            yield plain(table.slice(start, each).collect(), path.name)
            if told:
                told(min(start + each, rows), rows)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException):
        raise RecordError(f"{path.name}: expected Parquet, found something else or a damaged file") from None


def _of_csv(path: Path, size: int, separator: str, encoding: str, told: Told | None) -> Iterator[pl.DataFrame]:
    """Each piece is read as a table of its own, under the header of the file."""
    with path.open("rb") as file:
        header = _header(file)
        skipped, empty = 0, True
        for piece in _pieces(file, size, path.name):
            yield csv_frame(header + piece, path.name, separator, encoding, skipped)
            skipped, empty = skipped + piece.count(b"\n"), False
            if told:
                told(file.tell(), path.stat().st_size)
        if empty:
            yield csv_frame(header, path.name, separator, encoding)


def _header(file: BinaryIO) -> bytes:
    """The lines up to the end of the first that says something; an end of line within quotation marks is none."""
    read = file.readline()
    while (not read.strip() or read.count(b'"') % 2) and (more := file.readline()):
        read += more
    return read


def _pieces(file: BinaryIO, size: int, name: str) -> Iterator[bytes]:
    """Whole rows: a piece ends with a line, where all quotation marks are closed."""
    left = b""
    while read := file.read(max(size, 1)):
        left += read
        end = _end(left)
        if end:
            yield left[:end]
            left = left[end:]
        elif len(left) > _LONGEST * max(size, 100_000):
            raise RecordError(f"{name}: expected a table in CSV; a quotation mark is open or stands within a field")
    if left:
        yield left


def _end(text: bytes) -> int:
    """Where the last whole row ends; 0 where none does."""
    end = text.rfind(b"\n") + 1
    while end and text.count(b'"', 0, end) % 2:
        end = text.rfind(b"\n", 0, end - 1) + 1
    return end
