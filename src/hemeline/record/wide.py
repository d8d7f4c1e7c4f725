"""A wide table read through a mapping: each row and each column is used, or reported."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl

from hemeline.errors import RecordError, did_you_mean
from hemeline.record.mapping import Censored, Column, FactMapping, Mapping, Moment, RowNumber, Word
from hemeline.record.records import FACT_COLUMNS, NOT_UNDERSTOOD_COLUMNS, PATIENT_COLUMNS, Records, schema, shown, table
from hemeline.record.table import read_frame
from hemeline.when import DAYS_PER_MONTH, parse_date, to_date

ANY, EMPTY = "*", ""  # in a condition: the column holds anything, or nothing
DAYS_PER = {"days": 1.0, "weeks": 7.0, "months": DAYS_PER_MONTH, "years": 365.25}
_FARTHEST = 365 * 1000  # days from day zero


def read_wide(path: Path, mapping: Mapping) -> Records:
    """Read a wide table through a mapping. Raises :class:`RecordError` if a column it names is not there."""
    return WideTable(mapping, path.name).read(read_frame(path, mapping.table.separator, mapping.table.encoding))


class WideTable:
    """One wide table being read, whole or in parts of whole patients."""

    def __init__(self, mapping: Mapping, file: str) -> None:
        self.mapping, self.file = mapping, file
        self.columns: list[str] = []
        self.used: set[str] = set()
        self.problems: list[dict[str, Any]] = []

    def read(self, frame: pl.DataFrame) -> Records:
        """The records of the whole table."""
        found = self.records(self.named(frame))
        return Records(found.patients, found.facts, pl.concat([found.not_understood, self.columns_not_used()]))

    def named(self, frame: pl.DataFrame, before: int = 0) -> pl.DataFrame:
        """Some rows as text, with their number (``before`` rows of the file stand before them) and whom they are about."""
        self.columns = frame.columns
        missing = self.mapping.table.missing
        text = frame.select(pl.all().cast(pl.String).str.strip_chars())
        text = text.select(pl.when(pl.all().is_in(missing)).then(None).otherwise(pl.all()).name.keep())
        return text.with_columns((_NUMBER + before).alias(ROW)).with_columns(self._who().alias(ID))

    def _who(self) -> pl.Expr:
        """Whom a row is about; null where a column that names the patient is empty."""
        names = self.mapping.patient.id
        if isinstance(names, RowNumber):
            return pl.col(ROW).cast(pl.String)
        return pl.concat_str([self.column(one) for one in ([names] if isinstance(names, str) else names)], separator="-")

    def column(self, name: str) -> pl.Expr:
        """A column of the table, marked as used."""
        if name not in self.columns:
            near = did_you_mean(name, self.columns)
            raise RecordError(f'{self.mapping.place(name)}: the column "{shown(name)}" is not in {self.file}{near}')
        self.used.add(name)
        return pl.col(name)

    def records(self, frame: pl.DataFrame) -> Records:
        """The records of the :meth:`named` rows of whole patients."""
        self.frame, self.problems = frame, []
        parts = [part for fact in self.mapping.facts for part in self._facts(fact)]
        facts = pl.concat([pl.DataFrame(schema=schema(FACT_COLUMNS)), *parts])
        giving = facts["row"].unique()
        # A fact of the patient stands in every row (sample) of the patient: it is one fact.
        facts = facts.unique([name for name in FACT_COLUMNS if name != "row"], keep="first", maintain_order=True)
        patients = self._patients()
        self._account(giving)
        order = patients["patient_id"].to_list()
        facts = facts.sort("patient_id", "row", maintain_order=True) if order == sorted(order) else facts
        return Records(patients, facts, table(self.problems, NOT_UNDERSTOOD_COLUMNS))

    def _when(self, conditions: dict[str, Any]) -> pl.Expr:
        tests = [self._holds(self.column(name), words if isinstance(words, list) else [words]) for name, words in conditions.items()]
        return pl.all_horizontal(*tests).fill_null(False) if tests else pl.lit(True)

    @staticmethod
    def _holds(value: pl.Expr, words: list[str]) -> pl.Expr:
        """Whether a column holds one of some words, anything, or nothing."""
        if words == [ANY]:
            return value.is_not_null()
        return value.is_in(words).fill_null(EMPTY in words)

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
        if moment.age:
            year = int(self.mapping.day_zero[:4]) - self._number(moment.age).floor()
            return pl.when(year.is_between(1000, 9999)).then(year.cast(pl.Int64, strict=False).cast(pl.String))
        days = pl.lit(0.0)
        for unit, factor in DAYS_PER.items():
            written = getattr(moment, unit)
            for one in written if isinstance(written, list) else [] if written is None else [written]:
                days = days + (self._number(one) if isinstance(one, str) else pl.lit(float(one))) * factor
        interval = parse_date(self.mapping.day_zero)
        assert interval is not None  # the mapping sees to it
        days = days if not moment.before else -days
        near = pl.when(days.abs() <= _FARTHEST).then(days).round().cast(pl.Int64, strict=False)  # farther away no calendar reaches
        return (pl.lit(to_date(interval[0])) + pl.duration(days=near)).dt.to_string("%Y-%m-%d")

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
            why = f'a word of the column "{written.column}" that the mapping does not list'
            self._report(frame.filter(value.is_not_null() & ~known), fact, why)
        otherwise = pl.when(value.is_not_null()).then(pl.lit(written.otherwise)) if written.otherwise else pl.lit(None, dtype=pl.String)
        return (
            pl.when(known)
            .then(value.replace_strict(list(listed), list(listed.values()), default=None, return_dtype=pl.String))
            .otherwise(otherwise)
        )

    def _facts(self, fact: FactMapping) -> Iterator[pl.DataFrame]:
        rows = self._split(self.frame.filter(pl.col(ID).is_not_null() & self._when(fact.when)), fact.value)
        value = self._word(fact.value, rows, fact.fact)
        if isinstance(fact.value, Column) and self.mapping.table.decimal == ",":
            value = value.str.replace(",", ".", literal=True)
        columns = {
            "patient_id": pl.col(ID), "row": pl.col(ROW), "date": self._moment(fact.date), "end": self._moment(fact.end),
            "fact": pl.lit(fact.fact), "value": self._censored(value, fact.censored), "unit": pl.lit(fact.unit, dtype=pl.String),
            **{name: self._word(getattr(fact, name), rows, fact.fact) for name in _MODIFIERS}, "note": pl.lit(None, dtype=pl.String),
        }  # fmt: skip
        found = rows.select(**columns)
        needed = pl.col("value").is_not_null() if fact.value is not None else pl.lit(True)
        dated = pl.col("date").is_not_null() if fact.date is not None else pl.lit(True)
        if fact.censored:
            zero = value.is_not_null() & columns["value"].is_null()
            self._report(rows.filter(zero), fact.fact, "a zero whose limit of detection is not known")
        self._report(rows.filter(self._no_number(fact.end)), fact.fact, "the columns of its end hold no number; the end is left out")
        lost = rows.filter(found.select(needed & ~dated).to_series())
        self._report(lost, fact.fact, "the columns of its date are empty or no number")
        yield found.filter(needed & dated).select(FACT_COLUMNS)

    def _split(self, rows: pl.DataFrame, written: Word | Column | None) -> pl.DataFrame:
        """One row for each value of a cell that holds several."""
        if not isinstance(written, Column) or written.split is None:
            return rows
        values = self.column(written.column)
        apart = rows.with_columns(values.str.split(written.split)).explode(written.column).with_columns(values.str.strip_chars())
        return apart.with_columns(pl.when(~values.is_in(["", *self.mapping.table.missing])).then(values).alias(written.column))

    def _report(self, rows: pl.DataFrame, fact: str, why: str) -> None:
        self.problems += [{"patient_id": who, "row": row, "fact": fact, "why": why} for who, row in rows.select(ID, ROW).rows()]

    def _no_number(self, moment: Moment | None) -> pl.Expr:
        """Whether a column that a moment counts with holds something else than a number."""
        if moment is None:
            return pl.lit(False)
        counted = [getattr(moment, unit) for unit in (*DAYS_PER, "age")]
        names = [name for one in counted for name in (one if isinstance(one, list) else [one]) if isinstance(name, str)]
        strange = [self.column(name).is_not_null() & ~self._number(name).is_finite().fill_null(False) for name in names]
        return pl.any_horizontal(pl.lit(False), *strange, *(self._no_number(one) for one in moment.first_of))

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
        named = self.frame.filter(pl.col(ID).is_not_null())
        sex = self._word(mapped.sex, named, "sex")
        for name, moment in (("birth_date", mapped.birth), ("death_date", mapped.death)):
            self._report(named.filter(self._no_number(moment)), name, "its columns hold no number")
        died = self._when(mapped.death_when)
        columns = {
            "patient_id": pl.col(ID), "birth_date": self._moment(mapped.birth), "sex": sex,
            "death_date": pl.when(died).then(self._moment(mapped.death)), "history": pl.lit(mapped.history),
        }  # fmt: skip
        rows = named.select(**columns, **{ROW: pl.col(ROW), ID: pl.col(ID)})
        patients = rows.group_by("patient_id", maintain_order=True).agg(pl.col(PATIENT_COLUMNS[1:]).drop_nulls().first())
        both = rows.join(patients, on="patient_id", suffix=_FIRST, maintain_order="left")
        for name in PATIENT_COLUMNS[1:]:
            other = both.filter(pl.col(name) != pl.col(f"{name}{_FIRST}"))
            self._report(other, name, "the row says something else than an earlier row of this patient and is left out")
        return patients.select(PATIENT_COLUMNS)

    def columns_not_used(self) -> pl.DataFrame:
        """Columns that nothing used, and that the mapping does not ignore."""
        lost = [one for one in self.columns if one not in self.used and one not in self.mapping.ignore]
        rows = [{"patient_id": None, "row": 0, "fact": one, "why": "the mapping does not use this column"} for one in lost]
        return table(rows, NOT_UNDERSTOOD_COLUMNS)

    def _account(self, giving: pl.Series) -> None:
        """Rows that gave nothing."""
        for row in self.frame.filter(pl.col(ID).is_null())[ROW].to_list():
            self.problems.append({"patient_id": None, "row": row, "fact": "", "why": "the row names no patient"})
        told = pl.concat([giving, pl.Series([one["row"] for one in self.problems], dtype=pl.Int64)])
        silent = self.frame.filter(pl.col(ID).is_not_null() & ~pl.col(ROW).is_in(told.implode()))
        for who, row in silent.select(ID, ROW).rows():
            self.problems.append({"patient_id": who, "row": row, "fact": "", "why": "the row gives no fact"})


_NUMBER = pl.int_range(1, pl.len() + 1, dtype=pl.Int64)
ID, ROW, _FIRST = "\x1fid", "\x1frow", "\x1ffirst"
_MODIFIERS = ("intent", "donor", "conditioning", "line", "courses", "reason")
