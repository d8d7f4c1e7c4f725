"""Any source of records as two sorted Parquet tables, so that any range of patients can be read on its own.

A long table in Parquet that is already grouped by patient is read in place; everything else is written once into a folder of the
run. Rows keep the number they have in the source.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from hemeline.errors import RecordError
from hemeline.record import Mapping, Records, read_records
from hemeline.record.omop import is_omop, read_omop
from hemeline.record.records import FACT_COLUMNS, NOT_UNDERSTOOD_COLUMNS, PATIENT_COLUMNS, schema, with_text
from hemeline.record.table import patients_beside
from hemeline.vocabulary import Vocabulary

_BATCH_FILES = 500


@dataclass(frozen=True)
class Source:
    """Sorted tables of facts, patients and what no reader could use; ``bounds`` are the first patients of each range."""

    facts: Path
    patients: Path
    lost: Path | None
    bounds: tuple[str, ...]
    size: int

    def __len__(self) -> int:
        return len(self.bounds)

    def read(self, number: int) -> Records:
        """The records of one range of patients."""
        low = self.bounds[number]
        high = self.bounds[number + 1] if number + 1 < len(self.bounds) else None
        mine = (pl.col("patient_id") >= low) & (pl.lit(True) if high is None else pl.col("patient_id") < high)
        patients = _complete(pl.scan_parquet(self.patients).filter(mine).collect(), PATIENT_COLUMNS)
        facts = pl.scan_parquet(self.facts)
        if "row" not in facts.collect_schema():  # counted by the scan, so that row groups of other patients are still passed over
            facts = pl.scan_parquet(self.facts, row_index_name="row", row_index_offset=1)
        found = _complete(facts.filter(mine).collect(), FACT_COLUMNS).with_columns(pl.col("row").cast(pl.Int64))
        lost = pl.DataFrame(schema=schema(NOT_UNDERSTOOD_COLUMNS))
        if self.lost:
            lost = pl.scan_parquet(self.lost).filter(mine).collect()
        return Records(patients.sort("patient_id"), found, lost)


def open_source(source: str, work: Path, vocabulary: Vocabulary, mapping: Mapping | None, chunk: int) -> Source:
    """The source at a path: read in place where its tables are sorted by patient, else staged in ``work``.

    Raises :class:`RecordError` as the readers do.
    """
    path = Path(source)
    beside = patients_beside(path) if path.suffix == ".parquet" else None
    if path.suffix == ".parquet" and mapping is None and beside and _is_sorted(path) and _is_sorted(beside):
        return _ranges(path, beside, None, chunk)
    facts, patients, lost = (work / f"{name}.parquet" for name in ("facts", "patients", "lost"))
    if not lost.is_file():  # written last, so what is there is whole
        _stage(list(_parts(source, vocabulary, mapping)), facts, patients, lost)
    return _ranges(facts, patients, lost, chunk)


def _is_sorted(path: Path) -> bool:
    """Whether the row groups of a table follow each other by patient, by what Parquet says of them and by the column itself."""
    column = pl.scan_parquet(path).select((pl.col("patient_id").cast(pl.String) >= pl.col("patient_id").cast(pl.String).shift()).all())
    return bool(column.collect(engine="streaming").item())


def _parts(source: str, vocabulary: Vocabulary, mapping: Mapping | None) -> Iterator[Records]:
    """The records of a file, of a folder file by file, or of an OMOP database by persons."""
    if mapping is None and is_omop(source):
        yield from read_omop(source, vocabulary)
        return
    path = Path(source)
    if not path.is_dir() or mapping is not None:
        yield read_records(path, vocabulary, mapping)
        return
    files = [one for one in sorted(path.iterdir()) if one.is_file() and not one.name.startswith(".")]
    if any(one.suffix not in (".yaml", ".yml", ".json") for one in files):
        yield read_records(path, vocabulary)
        return
    for one in files:
        yield read_records(one, vocabulary)


def _stage(parts: list[Records], facts: Path, patients: Path, lost: Path) -> None:
    everybody = pl.concat([with_text(part.patients) for part in parts])
    if everybody["patient_id"].is_duplicated().any():
        raise RecordError("two files hold the same patient id; expected each patient once")
    everybody.sort("patient_id").write_parquet(patients)
    pl.concat([with_text(part.facts) for part in parts]).sort("patient_id", "row").write_parquet(facts, row_group_size=200_000)
    pl.concat([part.not_understood for part in parts]).write_parquet(lost)


def _ranges(facts: Path, patients: Path, lost: Path | None, chunk: int) -> Source:
    ids = pl.scan_parquet(patients).select(pl.col("patient_id").cast(pl.String)).collect()["patient_id"].sort()
    if not len(ids):
        raise RecordError(f"{patients.name}: expected at least one patient, found none")
    return Source(facts, patients, lost, tuple(ids.gather_every(chunk).to_list()), len(ids))


def _complete(frame: pl.DataFrame, columns: tuple[str, ...]) -> pl.DataFrame:
    casts = [pl.col(name).cast(pl.String) for name, kind in frame.schema.items() if kind not in (pl.String, pl.Date) and name != "row"]
    empty = [pl.lit(None, dtype=pl.String).alias(column) for column in columns if column not in frame.columns]
    return frame.with_columns(*casts, *empty).select(columns)
