"""A source, whatever its format, as a sequence of records small enough to be held one after another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl

from hemeline.errors import RecordError
from hemeline.record import Mapping, Records, read_records
from hemeline.record.fhir_bulk import read_bulk
from hemeline.record.files import files_in, is_ndjson
from hemeline.record.omop import is_omop, read_omop
from hemeline.record.pieces import frames
from hemeline.record.records import FACT_COLUMNS, table, with_text
from hemeline.record.table import SUFFIXES, facts_of, patients_beside, patients_in, patients_of
from hemeline.record.wide_parts import read_wide_parts
from hemeline.vocabulary import Vocabulary

_BYTES_OF_A_ROW = 500  # of OMOP, with the columns it is joined to
Told = Callable[[int, int], None]
Part = tuple[str, Records]  # the place it is from, for an error


def parts_of(
    source: str, vocabulary: Vocabulary, mapping: Mapping | None, folder: Path, room: int, told: Told | None = None
) -> Iterator[Part]:
    """The records of a database, a folder or a file, each part of about ``room`` bytes. What has to be regrouped first is in ``folder``.

    ``told`` hears how much is read, in whatever the source is counted in. Raises :class:`RecordError` as the readers do.
    """
    path = Path(source)
    if mapping is None and is_omop(source):
        for records in read_omop(source, vocabulary, rows=room // _BYTES_OF_A_ROW, folder=folder / "omop", told=told):
            yield "person", records
    elif not path.is_dir():
        yield from _of_file(path, vocabulary, mapping, folder, room, told)
    else:
        yield from _of_folder(path, vocabulary, mapping, folder, room, told)


def _of_folder(path: Path, vocabulary: Vocabulary, mapping: Mapping | None, folder: Path, room: int, told: Told | None) -> Iterator[Part]:
    files = files_in(path)
    bulk = [one for one in files if is_ndjson(one)] if mapping is None else []
    alone = [one for one in files if one not in set(bulk)]
    if bulk:
        for records in read_bulk(bulk, vocabulary, folder, room, told):
            yield f"{path.name}: resource", _as_text(records)
    for number, one in enumerate(alone, start=1):
        for place, records in _of_file(one, vocabulary, mapping, folder, room, None):
            yield place, _as_text(records)  # a run has dates or text; another file may have text
        if told:
            told(number, len(alone))


def _of_file(path: Path, vocabulary: Vocabulary, mapping: Mapping | None, folder: Path, room: int, told: Told | None) -> Iterator[Part]:
    try:
        if mapping is not None and path.suffix in SUFFIXES:
            for records in read_wide_parts(path, mapping, folder, room, told):
                yield path.name, records
        elif mapping is None and path.suffix in SUFFIXES:
            yield from _of_table(path, room, told)
        elif mapping is None and is_ndjson(path):
            for records in read_bulk([path], vocabulary, folder, room, told):
                yield f"{path.name}: resource", records
        else:
            yield path.name, read_records(path, vocabulary, mapping)
    except OSError as fault:
        raise RecordError(f"{path}: cannot be read ({fault.strerror or 'is it a file?'})") from None


def _of_table(path: Path, room: int, told: Told | None) -> Iterator[Part]:
    """A long table: its facts, with the patients they mention if no table of patients is beside it; then that table."""
    beside, before = patients_beside(path), 0
    for frame in frames(path, room, told=told):
        facts, lost = facts_of(frame, path.name, before)
        mentioned = patients_in(facts.clear() if beside else facts).with_columns(pl.lit(False).alias("told"))
        yield path.name, Records(mentioned, facts, lost)
        before += len(frame)
    if beside:
        yield from _of_patients(beside, room)


def _of_patients(path: Path, room: int) -> Iterator[Part]:
    before, no_facts = 0, table([], FACT_COLUMNS)
    for frame in frames(path, room):
        patients, lost = patients_of(frame, path.name, before)
        yield f"{path.name}: row", Records(patients, no_facts, lost)
        before += len(frame)


def _as_text(records: Records) -> Records:
    return Records(with_text(records.patients), with_text(records.facts), records.not_understood)
