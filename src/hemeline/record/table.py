"""Records as a long table: one row per fact, in CSV or Parquet, with a table of patients beside it."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from hemeline.errors import RecordError, did_you_mean
from hemeline.record.records import FACT_COLUMNS, NOT_UNDERSTOOD_COLUMNS, PATIENT_COLUMNS, Records, schema, shown, table

SUFFIXES = {".csv": ",", ".tsv": "\t", ".parquet": ""}


def read_frame(path: Path, separator: str | None = None, encoding: str = "utf8") -> pl.DataFrame:
    """A CSV, TSV or Parquet file with all columns as text. Raises :class:`RecordError`."""
    try:
        if path.suffix == ".parquet":
            return pl.read_parquet(path)
        return pl.read_csv(path, separator=separator or SUFFIXES[path.suffix], infer_schema=False, encoding=encoding)
    except pl.exceptions.NoDataError:
        raise RecordError(f"{path.name}: expected a header line and rows, found nothing") from None
    except (pl.exceptions.PolarsError, UnicodeDecodeError, OSError) as fault:
        kind = "Parquet" if path.suffix == ".parquet" else "a table in CSV with equally many fields in every row"
        raise RecordError(f"{path.name}: expected {kind} ({type(fault).__name__})") from None


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
    unnamed = facts.filter(pl.col("patient_id").is_null())
    problems = [_problem(0, column, f"this column is not known{did_you_mean(column, FACT_COLUMNS)}") for column in unknown]
    problems += [_problem(row, shown(fact), "the row names no patient") for row, fact in unnamed.select("row", "fact").rows()]
    facts = facts.filter(pl.col("patient_id").is_not_null())
    patients, more = _read_patients(beside, facts)
    listed = facts["patient_id"].is_in(patients["patient_id"].implode())
    problems += [
        _problem(row, shown(fact), "the table of patients does not list this patient")
        for row, fact in facts.filter(~listed).select("row", "fact").rows()
    ]
    return Records(patients, facts.filter(listed), table([*problems, *more], NOT_UNDERSTOOD_COLUMNS))


def _problem(row: int, fact: str, why: str) -> dict[str, object]:
    return {"patient_id": None, "row": row, "fact": fact, "why": why}


def _require(frame: pl.DataFrame, needed: tuple[str, ...], columns: tuple[str, ...], file: str) -> None:
    for column in needed:
        if column not in frame.columns:
            near = did_you_mean(column, frame.columns).replace("did you mean", "nearest found:").replace("?", "")
            raise RecordError(f'{file}:1: expected a column "{column}"{near}; the columns are {", ".join(columns)}')


def _known(frame: pl.DataFrame, columns: tuple[str, ...]) -> pl.DataFrame:
    return frame.select([column for column in columns if column in frame.columns])


def _complete(frame: pl.DataFrame, columns: tuple[str, ...]) -> pl.DataFrame:
    """Every column, as text; dates may stay dates."""
    casts = [pl.col(name).cast(pl.String) for name, kind in frame.schema.items() if kind not in (pl.String, pl.Date)]
    empty = [pl.lit(None, dtype=pl.String).alias(column) for column in columns if column not in (*frame.columns, "row")]
    return frame.with_columns(*casts, *empty)


def _read_patients(path: Path | None, facts: pl.DataFrame) -> tuple[pl.DataFrame, list[dict[str, object]]]:
    if path is None:
        ids = facts["patient_id"].unique(maintain_order=True)
        return _complete(pl.DataFrame({"patient_id": ids}), PATIENT_COLUMNS).select(PATIENT_COLUMNS), []
    frame = read_frame(path)
    _require(frame, ("patient_id",), PATIENT_COLUMNS, path.name)
    unknown = [column for column in frame.columns if column not in PATIENT_COLUMNS]
    frame = _complete(_known(frame, PATIENT_COLUMNS), PATIENT_COLUMNS).select(PATIENT_COLUMNS)
    problems = [
        _problem(0, column, f"this column of {path.name} is not known{did_you_mean(column, PATIENT_COLUMNS)}") for column in unknown
    ]
    repeated = frame["patient_id"].is_duplicated() & frame["patient_id"].is_not_null()
    if repeated.any():
        row = int(repeated.arg_true()[-1]) + 1
        raise RecordError(f"{path.name}: row {row}: the patient id of an earlier row; expected one row per patient")
    return frame.filter(pl.col("patient_id").is_not_null()), problems


def write_table(records: Records, path: Path) -> None:
    """Write the facts to ``path`` and the patients beside it, in the format of the suffix."""
    beside = path.with_name(f"{path.stem}.patients{path.suffix}")
    for frame, target in ((records.facts.drop("row"), path), (records.patients, beside)):
        if path.suffix == ".parquet":
            frame.write_parquet(target)
        else:
            frame.write_csv(target, separator=SUFFIXES[path.suffix])


__all__ = ["SUFFIXES", "read_frame", "read_table", "schema", "write_table"]
