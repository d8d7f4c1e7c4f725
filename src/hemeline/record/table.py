"""Records as a long table: one row per fact, in CSV or Parquet, with a table of patients beside it."""

from __future__ import annotations

import csv
import io
from contextlib import suppress
from pathlib import Path

import polars as pl

from hemeline.errors import RecordError, did_you_mean, nearest
from hemeline.record.documents import decoded
from hemeline.record.records import FACT_COLUMNS, NOT_UNDERSTOOD_COLUMNS, PATIENT_COLUMNS, Records, shown, table

SUFFIXES = {".csv": ",", ".tsv": "\t", ".parquet": ""}
_PLAIN = (pl.String, pl.Boolean, pl.Date, pl.Datetime, pl.Categorical, pl.Enum, pl.Null)


def read_frame(path: Path, separator: str | None = None, encoding: str = "utf8") -> pl.DataFrame:
    """A CSV, TSV or Parquet file, its columns text or what Parquet made them. Raises :class:`RecordError`."""
    if path.suffix == ".parquet":
        return _plain(_read_parquet(path), path.name)
    if path.suffix not in SUFFIXES:
        raise RecordError(f"{path.name}: expected a table that ends in {', '.join(SUFFIXES)}")
    separator = separator or SUFFIXES[path.suffix]
    try:
        frame = pl.read_csv(path, separator=separator, infer_schema=False, encoding=encoding)
    except pl.exceptions.NoDataError:
        raise RecordError(f"{path.name}: expected a header line and rows, found nothing") from None
    except pl.exceptions.PolarsError:
        raise RecordError(_why_no_table(path, separator)) from None
    if encoding == "utf8" and any("\ufffd" in name for name in frame.columns):
        decoded(path.read_bytes(), path.name)  # Polars minds the encoding of the rows, not that of the header
    return frame


def _read_parquet(path: Path) -> pl.DataFrame:
    try:
        return pl.read_parquet(path)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException):
        raise RecordError(f"{path.name}: expected Parquet, found something else or a damaged file") from None


def _plain(frame: pl.DataFrame, file: str) -> pl.DataFrame:
    for name, kind in frame.schema.items():
        if not (kind.is_numeric() or isinstance(kind, _PLAIN)):
            raise RecordError(f'{file}: column "{shown(name)}": expected text, numbers or dates, found {str(kind).partition("(")[0]}')
    return frame


def _why_no_table(path: Path, separator: str) -> str:
    """What keeps a file from being a table, and on which line."""
    lines = csv.reader(io.StringIO(decoded(path.read_bytes(), path.name), newline=""), delimiter=separator)
    expected = None
    with suppress(csv.Error):
        for fields in lines:
            expected = len(fields) if expected is None else expected
            if len(fields) > expected:
                return f"{path.name}:{lines.line_num}: expected {expected} fields as in the header, found {len(fields)}"
    return f"{path.name}:{lines.line_num}: expected a table in CSV; a quotation mark is open or stands within a field"


def patients_beside(path: Path) -> Path | None:
    """The table of patients that belongs to a table of facts: ``facts.csv`` and ``patients.csv``, or ``x.csv`` and ``x.patients.csv``."""
    candidates = [path.with_name(f"{path.stem}.patients{path.suffix}")]
    candidates += [path.with_name(f"patients{path.suffix}")] if path.stem == "facts" else []
    return next((one for one in candidates if one.is_file()), None)


def read_table(path: Path) -> Records:
    """Read a long table. Raises :class:`RecordError` if it cannot be one."""
    facts = read_frame(path)
    _require(facts, ("patient_id", "fact"), FACT_COLUMNS, path.name)
    beside = patients_beside(path)
    known, unknown = _known(facts, FACT_COLUMNS), [column for column in facts.columns if column not in FACT_COLUMNS]
    rows = pl.int_range(1, len(facts) + 1, dtype=pl.Int64, eager=True)
    facts = _complete(known.drop("row", strict=False), FACT_COLUMNS).with_columns(rows.alias("row")).select(FACT_COLUMNS)
    problems = [_problem(0, shown(column), f"this column is not known{did_you_mean(column, FACT_COLUMNS)}") for column in unknown]
    problems += _problems_of(facts.filter(pl.col("patient_id").is_null()), "the row names no patient")
    facts = facts.filter(pl.col("patient_id").is_not_null())
    patients, more = _read_patients(beside, facts)
    if not len(patients):
        raise RecordError(f"{path.name}: expected at least one row that names a patient, found none")
    listed = facts["patient_id"].is_in(patients["patient_id"].implode())
    problems += _problems_of(facts.filter(~listed), "the table of patients does not list this patient")
    return Records(patients, facts.filter(listed), table([*problems, *more], NOT_UNDERSTOOD_COLUMNS))


def _problems_of(rows: pl.DataFrame, why: str) -> list[dict[str, object]]:
    return [_problem(row, shown(fact), why) for row, fact in rows.select("row", "fact").rows()]


def _problem(row: int, fact: str, why: str) -> dict[str, object]:
    return {"patient_id": None, "row": row, "fact": fact, "why": why}


def _require(frame: pl.DataFrame, needed: tuple[str, ...], columns: tuple[str, ...], file: str) -> None:
    for column in needed:
        if column not in frame.columns:
            # The place of the column, not its words: without a header line they are a patient's.
            near = nearest(column, frame.columns)
            like = f" (column {frame.columns.index(near) + 1} looks most like it)" if near else ""
            raise RecordError(f'{file}:1: expected a column "{column}"{like}; the columns are {", ".join(columns)}')


def _known(frame: pl.DataFrame, columns: tuple[str, ...]) -> pl.DataFrame:
    return frame.select([column for column in columns if column in frame.columns])


def _complete(frame: pl.DataFrame, columns: tuple[str, ...]) -> pl.DataFrame:
    """Every column, as text; dates may stay dates."""
    casts = [pl.col(name).cast(pl.String) for name, kind in frame.schema.items() if kind not in (pl.String, pl.Date)]
    empty = [pl.lit(None, dtype=pl.String).alias(column) for column in columns if column not in (*frame.columns, "row")]
    return frame.with_columns(*casts, *empty).with_columns(pl.col("patient_id").replace("", None))


def _read_patients(path: Path | None, facts: pl.DataFrame) -> tuple[pl.DataFrame, list[dict[str, object]]]:
    if path is None:
        ids = facts["patient_id"].unique(maintain_order=True)
        return _complete(pl.DataFrame({"patient_id": ids}), PATIENT_COLUMNS).select(PATIENT_COLUMNS), []
    frame = read_frame(path)
    _require(frame, ("patient_id",), PATIENT_COLUMNS, path.name)
    unknown = [column for column in frame.columns if column not in PATIENT_COLUMNS]
    frame = _complete(_known(frame, PATIENT_COLUMNS), PATIENT_COLUMNS).select(PATIENT_COLUMNS)
    problems = [
        _problem(0, shown(column), f"this column of {path.name} is not known{did_you_mean(column, PATIENT_COLUMNS)}") for column in unknown
    ]
    unnamed = frame["patient_id"].is_null().arg_true().to_list()
    problems += [_problem(row + 1, "", f"this row of {path.name} names no patient") for row in unnamed]
    repeated = frame["patient_id"].is_duplicated() & frame["patient_id"].is_not_null()
    if repeated.any():
        row = int(repeated.arg_true()[-1]) + 1
        raise RecordError(f"{path.name}: row {row}: the patient id of an earlier row; expected one row per patient")
    return frame.filter(pl.col("patient_id").is_not_null()), problems


def write_table(records: Records, path: Path, beside: Path, kind: str) -> None:
    """Write the facts to ``path`` and the patients to ``beside``, as ``csv``, ``tsv`` or ``parquet``."""
    for frame, target in ((records.facts.drop("row"), path), (records.patients, beside)):
        if kind == "parquet":
            frame.write_parquet(target)
        else:
            frame.write_csv(target, separator=SUFFIXES[f".{kind}"])


__all__ = ["SUFFIXES", "patients_beside", "read_frame", "read_table", "write_table"]
