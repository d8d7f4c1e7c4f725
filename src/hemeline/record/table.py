"""Records as a long table: one row per fact, in CSV or Parquet, with a table of patients beside it."""

from __future__ import annotations

import csv
import io
from contextlib import suppress
from pathlib import Path

import polars as pl

from hemeline.errors import RecordError, did_you_mean, nearest
from hemeline.record.documents import decoded
from hemeline.record.records import FACT_COLUMNS, NOT_UNDERSTOOD_COLUMNS, PATIENT_COLUMNS, Records, schema, shown, table

SUFFIXES = {".csv": ",", ".tsv": "\t", ".parquet": ""}
_PLAIN = (pl.String, pl.Boolean, pl.Date, pl.Datetime, pl.Categorical, pl.Enum, pl.Null)


def read_frame(path: Path, separator: str | None = None, encoding: str = "utf8") -> pl.DataFrame:
    """A CSV, TSV or Parquet file, its columns text or what Parquet made them. Raises :class:`RecordError`."""
    if path.suffix == ".parquet":
        return plain(_read_parquet(path), path.name)
    if path.suffix not in SUFFIXES:
        raise RecordError(f"{path.name}: expected a table that ends in {', '.join(SUFFIXES)}")
    return csv_frame(path.read_bytes(), path.name, separator or SUFFIXES[path.suffix], encoding)


def csv_frame(raw: bytes, file: str, separator: str, encoding: str = "utf8", skipped: int = 0) -> pl.DataFrame:
    """The text of a CSV as a table. Between its header and its rows ``skipped`` lines of the file may be left out.

    Raises :class:`RecordError`.
    """
    try:
        frame = pl.read_csv(raw, separator=separator, infer_schema=False, encoding=encoding)
    except pl.exceptions.NoDataError:
        raise RecordError(f"{file}: expected a header line and rows, found nothing") from None
    except pl.exceptions.PolarsError:
        raise RecordError(_why_no_table(raw, file, separator, skipped)) from None
    if encoding == "utf8" and any("\ufffd" in name for name in frame.columns):
        decoded(raw, file)  # Polars minds the encoding of the rows, not that of the header
    return frame


def _read_parquet(path: Path) -> pl.DataFrame:
    try:
        return pl.read_parquet(path)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException):
        raise RecordError(f"{path.name}: expected Parquet, found something else or a damaged file") from None


def plain(frame: pl.DataFrame, file: str) -> pl.DataFrame:
    """The table, if each of its columns holds text, numbers or dates. Raises :class:`RecordError`."""
    for name, kind in frame.schema.items():
        if not (kind.is_numeric() or isinstance(kind, _PLAIN)):
            raise RecordError(f'{file}: column "{shown(name)}": expected text, numbers or dates, found {str(kind).partition("(")[0]}')
    return frame


def _why_no_table(raw: bytes, file: str, separator: str, skipped: int) -> str:
    """What keeps a file from being a table, and on which line."""
    lines = csv.reader(io.StringIO(decoded(raw, file, skipped), newline=""), delimiter=separator)
    expected = None
    with suppress(csv.Error):
        for fields in lines:
            expected = len(fields) if expected is None else expected
            if len(fields) > expected:
                return f"{file}:{skipped + lines.line_num}: expected {expected} fields as in the header, found {len(fields)}"
    return f"{file}:{skipped + lines.line_num}: expected a table in CSV; a quotation mark is open or stands within a field"


def patients_beside(path: Path) -> Path | None:
    """The table of patients that belongs to a table of facts: ``facts.csv`` and ``patients.csv``, or ``x.csv`` and ``x.patients.csv``."""
    candidates = [path.with_name(f"{path.stem}.patients{path.suffix}")]
    candidates += [path.with_name(f"patients{path.suffix}")] if path.stem == "facts" else []
    return next((one for one in candidates if one.is_file()), None)


def read_table(path: Path) -> Records:
    """Read a long table. Raises :class:`RecordError` if it cannot be one."""
    facts, problems = facts_of(read_frame(path), path.name)
    beside = patients_beside(path)
    if beside is None:
        patients = patients_in(facts)
    else:
        patients, more = patients_of(read_frame(beside), beside.name)
        refuse_repeated(patients, beside.name)
        problems = pl.concat([problems, more])
    if not len(patients):
        raise RecordError(nobody_in(path))
    listed = facts["patient_id"].is_in(patients["patient_id"].implode())
    return Records(patients.select(PATIENT_COLUMNS), facts.filter(listed), pl.concat([problems, unlisted(facts.filter(~listed))]))


def facts_of(frame: pl.DataFrame, file: str, before: int = 0) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The facts of some rows of a long table, and what is not understood of them; ``before`` rows of the file stand before them.

    Raises :class:`RecordError`.
    """
    _require(frame, ("patient_id", "fact"), FACT_COLUMNS, file)
    unknown = [column for column in frame.columns if column not in FACT_COLUMNS] if not before else []
    facts = _complete(_known(frame, FACT_COLUMNS).drop("row", strict=False), FACT_COLUMNS)
    rows = pl.int_range(before + 1, before + len(facts) + 1, dtype=pl.Int64, eager=True)
    facts = facts.with_columns(rows.alias("row")).select(FACT_COLUMNS)
    problems = [_problem(0, shown(column), f"this column is not known{did_you_mean(column, FACT_COLUMNS)}") for column in unknown]
    unnamed = _problems_of(facts.filter(pl.col("patient_id").is_null()), "the row names no patient")
    return facts.filter(pl.col("patient_id").is_not_null()), pl.concat([table(problems, NOT_UNDERSTOOD_COLUMNS), unnamed])


def patients_in(facts: pl.DataFrame) -> pl.DataFrame:
    """The patients of a table that has none beside it."""
    ids = facts["patient_id"].unique(maintain_order=True)
    return _complete(pl.DataFrame({"patient_id": ids}), PATIENT_COLUMNS).select(PATIENT_COLUMNS)


def patients_of(frame: pl.DataFrame, file: str, before: int = 0) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The patients of some rows of a table of patients, with their ``row``, and what is not understood.

    ``before`` rows of the file stand before them. Raises :class:`RecordError`.
    """
    _require(frame, ("patient_id",), PATIENT_COLUMNS, file)
    unknown = [column for column in frame.columns if column not in PATIENT_COLUMNS] if not before else []
    rows = pl.int_range(before + 1, before + len(frame) + 1, dtype=pl.Int64, eager=True)
    frame = _complete(_known(frame, PATIENT_COLUMNS), PATIENT_COLUMNS).select(PATIENT_COLUMNS).with_columns(rows.alias("row"))
    problems = [_problem(0, shown(one), f"this column of {file} is not known{did_you_mean(one, PATIENT_COLUMNS)}") for one in unknown]
    unnamed = frame.filter(pl.col("patient_id").is_null()).with_columns(pl.lit("").alias("fact"))
    lost = pl.concat([table(problems, NOT_UNDERSTOOD_COLUMNS), _problems_of(unnamed, f"this row of {file} names no patient")])
    return frame.filter(pl.col("patient_id").is_not_null()), lost


def refuse_repeated(patients: pl.DataFrame, file: str) -> None:
    """Raises :class:`RecordError` where a patient stands twice in a table of patients."""
    repeated = patients.filter(patients["patient_id"].is_duplicated())["row"]
    if len(repeated):
        raise RecordError(f"{file}: row {repeated[-1]}: the patient id of an earlier row; expected one row per patient")


def nobody_in(path: Path) -> str:
    """What is said of a table without patients."""
    return f"{path.name}: expected at least one row that names a patient, found none"


def unlisted(facts: pl.DataFrame) -> pl.DataFrame:
    """Facts of patients whom the table of patients does not list, as what is not understood."""
    return _problems_of(facts, "the table of patients does not list this patient")


def _problems_of(rows: pl.DataFrame, why: str) -> pl.DataFrame:
    # Only the few words that differ are made fit to be shown.
    words = {word: shown(word) for word in rows["fact"].unique().to_list()}
    named = rows["fact"].replace_strict(list(words), list(words.values()), return_dtype=pl.String) if words else rows["fact"]
    nobody, reason = pl.lit(None, dtype=pl.String), pl.lit(why)
    return rows.select(nobody.alias("patient_id"), "row", named.alias("fact"), reason.alias("why")).cast(schema(NOT_UNDERSTOOD_COLUMNS))  # type: ignore[arg-type]


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


def write_table(records: Records, path: Path, beside: Path, kind: str) -> None:
    """Write the facts to ``path`` and the patients to ``beside``, as ``csv``, ``tsv`` or ``parquet``."""
    for frame, target in ((records.facts.drop("row"), path), (records.patients, beside)):
        if kind == "parquet":
            frame.write_parquet(target)
        else:
            frame.write_csv(target, separator=SUFFIXES[f".{kind}"])


__all__ = [
    "SUFFIXES", "csv_frame", "facts_of", "nobody_in", "patients_beside", "patients_in", "patients_of", "plain", "read_frame", "read_table",
    "refuse_repeated", "unlisted", "write_table",
]  # fmt: skip
