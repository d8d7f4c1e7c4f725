"""Writing made-up patients chunk by chunk, so that there may be more than fit in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import polars as pl
from polars.io.plugins import register_io_source

from hemeline.errors import UsageError
from hemeline.knowledge.schema_background import SyntheticCourse
from hemeline.record import Records, write_records
from hemeline.record.fhir_writer import fhir_bytes
from hemeline.record.files import format_of
from hemeline.record.records import FACT_COLUMNS, PATIENT_COLUMNS, together, with_text
from hemeline.record.writing import whole
from hemeline.synth.courses import CHUNK, chunks
from hemeline.vocabulary import Vocabulary

_WHOLE = 50_000  # patients that may be held for a format that is one document
Told = Callable[[int, int], None]


def write_synthetic(
    course: SyntheticCourse, patients: int, seed: int, path: Path, vocabulary: Vocabulary, told: Told | None = None
) -> None:
    """Write so many made-up patients in the format that the file name asks for. Raises :class:`UsageError`."""
    if patients < 1:
        raise UsageError("expected at least one patient")
    kind = format_of(path)
    if kind in ("parquet", "csv", "tsv"):
        _tables(course, patients, seed, path, kind, told)
    elif kind == "ndjson":
        with whole(path) as (part,), part.open("wb") as stream:
            stream.writelines(fhir_bytes(one, vocabulary, "ndjson") for one in _told(chunks(course, patients, seed), patients, told))
    elif patients > _WHOLE:
        raise UsageError(f"{path.name}: one document of {patients:,} patients does not fit in memory; choose .parquet, .csv or .ndjson")
    else:
        write_records(together(list(_told(chunks(course, patients, seed), patients, told))), path, vocabulary)


def _told(found: Iterable[Records], patients: int, told: Told | None) -> Iterator[Records]:
    for number, one in enumerate(found, start=1):
        yield one
        if told:
            told(min(number * CHUNK, patients), patients)


def _tables(course: SyntheticCourse, patients: int, seed: int, path: Path, kind: str, told: Told | None) -> None:
    """The long table and the patients beside it, each streamed to its file."""
    with whole(path, path.with_name(f"{path.stem}.patients{path.suffix}")) as (part, beside):
        for target, columns, of in ((part, FACT_COLUMNS, "facts"), (beside, PATIENT_COLUMNS, "patients")):
            shown = told if of == "facts" else None
            _sink(_lazy(course, patients, seed, tuple(one for one in columns if one != "row"), of, shown), target, kind)


def _lazy(course: SyntheticCourse, patients: int, seed: int, columns: tuple[str, ...], of: str, told: Told | None) -> pl.LazyFrame:
    def frames(
        with_columns: list[str] | None, predicate: pl.Expr | None, n_rows: int | None, batch_size: int | None
    ) -> Iterator[pl.DataFrame]:
        for one in _told(chunks(course, patients, seed), patients, told):
            frame = with_text(one.facts if of == "facts" else one.patients).select(columns)
            yield frame.select(with_columns) if with_columns else frame

    return register_io_source(frames, schema=dict.fromkeys(columns, pl.String()))


def _sink(frame: pl.LazyFrame, target: Path, kind: str) -> None:
    if kind == "parquet":
        frame.sink_parquet(target, row_group_size=500_000)
    else:
        frame.sink_csv(target, separator="\t" if kind == "tsv" else ",")


__all__ = ["write_synthetic"]
