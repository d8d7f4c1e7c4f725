"""Any wide table through a mapping: a small YAML that says which column gives which fact.

Registries keep one row per patient or per sample and count days from diagnosis. A mapping names the columns, what their
words mean, and how a date is made. Each column is used, or ignored for a reason the mapping gives, or reported.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

import orjson
import polars as pl
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from hemeline.errors import RecordError, did_you_mean
from hemeline.record.records import FACT_COLUMNS, NOT_UNDERSTOOD_COLUMNS, PATIENT_COLUMNS, Records, schema, table
from hemeline.record.table import read_frame
from hemeline.when import DAYS_PER_MONTH, parse_date, to_date
from hemeline.yaml import YamlFault, read_yaml

Word = Annotated[str, BeforeValidator(lambda v: str(v) if isinstance(v, int | float) and not isinstance(v, bool) else v)]
ANY = "*"  # in a condition: the column holds anything
DAYS_PER = {"days": 1.0, "weeks": 7.0, "months": DAYS_PER_MONTH, "years": 365.25}


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Column(_Part):
    """The value of a column; ``words`` translate it, and what they do not list is reported (or is ``otherwise``)."""

    column: str
    words: dict[str, Word | None] = {}
    otherwise: Word | None = None


class Moment(_Part):
    """A date: a calendar date in a ``column``, a time from day zero (a number, a column, or the sum of several), or the first
    of several such dates that the row has."""

    column: str | None = None
    days: float | str | list[float | str] | None = None
    weeks: float | str | None = None
    months: float | str | None = None
    years: float | str | None = None
    before: bool = False
    first_of: list[Moment] = []


class Censored(_Part):
    """When a number is a limit of detection: ``column`` has one of ``values``, or the number is zero.

    ``zero`` is the limit that a zero stands for: a number, a column that holds it, or ``unknown``; then the zero is reported and left
    out, because a value below an unknown limit says nothing.
    """

    column: str | None = None
    values: list[Word] = []
    zero: str | float | None = None


class FactMapping(_Part):
    """One fact: its name, its value, its date, and the rows (``when`` a column has one of some words, ``*`` for any) that give it."""

    fact: str
    value: Word | Column | None = None
    unit: str | None = None
    date: Moment | None = None
    end: Moment | None = None
    when: dict[str, Word | list[Word]] = {}
    censored: Censored | None = None
    intent: Word | Column | None = None
    donor: Word | Column | None = None
    conditioning: Word | Column | None = None
    line: Word | Column | None = None
    courses: Word | Column | None = None
    reason: Word | Column | None = None


class PatientMapping(_Part):
    """Who a row is about."""

    id: str | list[str]
    sex: Column | None = None
    birth: Moment | None = None
    death: Moment | None = None
    death_when: dict[str, Word | list[Word]] = {}
    history: Literal["closed", "partial"] = "closed"


class TableShape(_Part):
    """How the file is written."""

    separator: str | None = None
    missing: list[str] = ["", "NA"]
    decimal: Literal[".", ","] = "."
    encoding: Literal["utf8", "utf8-lossy"] = "utf8"


class Mapping(_Part):
    """A whole mapping. ``day_zero`` is the calendar day that stands for day 0 where a table counts from diagnosis."""

    name: str
    about: str = ""
    table: TableShape = TableShape()
    day_zero: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")] = "2000-01-01"
    patient: PatientMapping
    facts: list[FactMapping]
    ignore: dict[str, str] = {}


def read_mapping(path: Path) -> Mapping:
    """Read a mapping file. Raises :class:`RecordError` with file and line."""
    try:
        document = read_yaml(path.read_text(encoding="utf-8"))
        return Mapping.model_validate_json(orjson.dumps(document.data))
    except YamlFault as fault:
        raise RecordError(f"{path.name}:{fault.line}: {fault.what}") from None
    except ValidationError as error:
        detail = error.errors()[0]
        place = tuple(part for part in detail["loc"] if isinstance(part, int) or part in str(document.data))
        raise RecordError(f"{path.name}:{document.line(place)}: {detail['loc'][-1]}: {detail['msg']}") from None


def read_wide(path: Path, mapping: Mapping) -> Records:
    """Read a wide table through a mapping. Raises :class:`RecordError` if a column it names is not there."""
    return _Wide(read_frame(path, mapping.table.separator, mapping.table.encoding), mapping, path.name).records()


class _Wide:
    """One wide table being read."""

    def __init__(self, frame: pl.DataFrame, mapping: Mapping, file: str) -> None:
        self.mapping, self.file = mapping, file
        self.columns = frame.columns
        self.used: set[str] = set()
        self.problems: list[dict[str, Any]] = []
        missing = mapping.table.missing
        text = frame.select(pl.all().cast(pl.String).str.strip_chars())
        text = text.select(pl.when(pl.all().is_in(missing)).then(None).otherwise(pl.all()).name.keep())
        ids = [mapping.patient.id] if isinstance(mapping.patient.id, str) else mapping.patient.id
        who = pl.concat_str([self.column(one) for one in ids], separator="-")
        self.frame = text.with_columns(who.alias(_ID), pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias(_ROW))

    def column(self, name: str) -> pl.Expr:
        """A column of the table, marked as used."""
        if name not in self.columns:
            raise RecordError(f'{self.file}:1: the mapping names a column "{name}" that is not there{did_you_mean(name, self.columns)}')
        self.used.add(name)
        return pl.col(name)

    def records(self) -> Records:
        parts = [part for fact in self.mapping.facts for part in self._facts(fact)]
        facts = pl.concat([pl.DataFrame(schema=schema(FACT_COLUMNS)), *parts])
        # A fact of the patient stands in every row (sample) of the patient: it is one fact.
        facts = facts.unique([name for name in FACT_COLUMNS if name != "row"], keep="first", maintain_order=True)
        patients = self._patients()
        self._account(facts)
        order = patients["patient_id"].to_list()
        facts = facts.sort("patient_id", "row", maintain_order=True) if order == sorted(order) else facts
        return Records(patients, facts, table(self.problems, NOT_UNDERSTOOD_COLUMNS))

    def _when(self, conditions: dict[str, Any]) -> pl.Expr:
        tests = [
            self.column(name).is_not_null() if words == ANY else self.column(name).is_in(words if isinstance(words, list) else [words])
            for name, words in conditions.items()
        ]
        return pl.all_horizontal(*tests).fill_null(False) if tests else pl.lit(True)

    def _number(self, name: str) -> pl.Expr:
        text = self.column(name)
        return (text.str.replace(",", ".", literal=True) if self.mapping.table.decimal == "," else text).cast(pl.Float64, strict=False)

    def _moment(self, moment: Moment | None) -> pl.Expr:
        """The text of a date, null where the table has none."""
        if moment is None:
            return pl.lit(None, dtype=pl.String)
        if moment.first_of:
            return pl.coalesce([self._moment(one) for one in moment.first_of])
        if moment.column:
            return self.column(moment.column)
        days = pl.lit(0.0)
        for unit, factor in DAYS_PER.items():
            written = getattr(moment, unit)
            for one in written if isinstance(written, list) else [] if written is None else [written]:
                days = days + (self._number(one) if isinstance(one, str) else pl.lit(float(one))) * factor
        interval = parse_date(self.mapping.day_zero)
        assert interval is not None  # the pattern of day_zero sees to it
        sign = -1 if moment.before else 1
        return (pl.lit(to_date(interval[0])) + pl.duration(days=(days * sign).round().cast(pl.Int64))).dt.to_string("%Y-%m-%d")

    def _word(self, written: Word | Column | None, frame: pl.DataFrame, fact: str) -> pl.Expr:
        """A constant, or a column with its words translated; a word that is not listed is reported."""
        if not isinstance(written, Column):
            return pl.lit(written, dtype=pl.String)
        value = self.column(written.column)
        if not written.words:
            return value
        listed = {key: None if word is None else str(word) for key, word in written.words.items()}
        known = value.is_in(list(listed))
        if written.otherwise is None:
            strange = frame.filter(value.is_not_null() & ~known).select(_ID, _ROW)
            why = f'a word of the column "{written.column}" that the mapping does not list'
            self.problems += [{"patient_id": who, "row": row, "fact": fact, "why": why} for who, row in strange.rows()]
        otherwise = pl.when(value.is_not_null()).then(pl.lit(written.otherwise)) if written.otherwise else pl.lit(None, dtype=pl.String)
        return (
            pl.when(known)
            .then(value.replace_strict(list(listed), list(listed.values()), default=None, return_dtype=pl.String))
            .otherwise(otherwise)
        )

    def _facts(self, fact: FactMapping) -> Iterator[pl.DataFrame]:
        rows = self.frame.filter(self._when(fact.when))
        value = self._word(fact.value, rows, fact.fact)
        if isinstance(fact.value, Column) and self.mapping.table.decimal == ",":
            value = value.str.replace(",", ".", literal=True)
        columns = {
            "patient_id": pl.col(_ID), "row": pl.col(_ROW), "date": self._moment(fact.date), "end": self._moment(fact.end),
            "fact": pl.lit(fact.fact), "value": self._censored(value, fact.censored), "unit": pl.lit(fact.unit, dtype=pl.String),
            **{name: self._word(getattr(fact, name), rows, fact.fact) for name in _MODIFIERS}, "note": pl.lit(None, dtype=pl.String),
        }  # fmt: skip
        found = rows.select(**columns)
        needed = pl.col("value").is_not_null() if fact.value is not None else pl.lit(True)
        dated = pl.col("date").is_not_null() if fact.date is not None else pl.lit(True)
        if fact.censored and fact.censored.zero == "unknown":
            zeros = rows.filter(value.cast(pl.Float64, strict=False) == 0).select(_ID, _ROW)
            why = "a zero whose limit of detection is not known"
            self.problems += [{"patient_id": who, "row": row, "fact": fact.fact, "why": why} for who, row in zeros.rows()]
        lost = found.filter(needed & ~dated).select("patient_id", "row")
        why = "the columns of its date are empty or no number"
        self.problems += [{"patient_id": who, "row": row, "fact": fact.fact, "why": why} for who, row in lost.rows()]
        yield found.filter(needed & dated).select(FACT_COLUMNS)

    def _censored(self, value: pl.Expr, censored: Censored | None) -> pl.Expr:
        """A number that is only a limit of detection gets a ``<`` before it."""
        if censored is None:
            return value
        if censored.column:
            value = pl.when(self.column(censored.column).is_in(censored.values)).then(pl.lit("<") + value).otherwise(value)
        if censored.zero is not None:
            zero = value.cast(pl.Float64, strict=False) == 0
            if censored.zero == "unknown":
                return pl.when(~zero).then(value)
            limit = self.column(censored.zero) if isinstance(censored.zero, str) else pl.lit(str(censored.zero))
            value = pl.when(zero & limit.is_not_null()).then(pl.lit("<") + limit).when(zero).then(None).otherwise(value)
        return value

    def _patients(self) -> pl.DataFrame:
        mapped = self.mapping.patient
        sex = self._word(mapped.sex, self.frame, "sex")
        died = self._when(mapped.death_when)
        columns = {
            "patient_id": pl.col(_ID), "birth_date": self._moment(mapped.birth), "sex": sex,
            "death_date": pl.when(died).then(self._moment(mapped.death)), "history": pl.lit(mapped.history),
        }  # fmt: skip
        rows = self.frame.filter(pl.col(_ID).is_not_null()).select(**columns).select(PATIENT_COLUMNS)
        return rows.unique("patient_id", keep="first", maintain_order=True)

    def _account(self, facts: pl.DataFrame) -> None:
        """Columns that nothing used, and rows that gave nothing."""
        for column in self.columns:
            if column not in self.used and column not in self.mapping.ignore:
                self.problems.append({"patient_id": None, "row": 0, "fact": column, "why": "the mapping does not use this column"})
        for row in self.frame.filter(pl.col(_ID).is_null())[_ROW].to_list():
            self.problems.append({"patient_id": None, "row": row, "fact": "", "why": "the row names no patient"})
        silent = self.frame.filter(pl.col(_ID).is_not_null() & ~pl.col(_ID).is_in(facts["patient_id"].unique().implode()))
        for who, row in silent.select(_ID, _ROW).rows():
            self.problems.append({"patient_id": who, "row": row, "fact": "", "why": "the row gives no fact"})


_ID, _ROW = "\x1fid", "\x1frow"
_MODIFIERS = ("intent", "donor", "conditioning", "line", "courses", "reason")
