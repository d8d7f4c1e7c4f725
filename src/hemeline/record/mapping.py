"""Any wide table through a mapping: a small YAML that says which column gives which fact.

Registries keep one row per patient or per sample and count days from diagnosis. A mapping names the columns, what their
words mean, and how a date is made. Each column is used, or ignored for a reason the mapping gives, or reported.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PrivateAttr,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic_core import PydanticCustomError

from hemeline.errors import RecordError, did_you_mean
from hemeline.record.documents import decoded
from hemeline.record.records import shown
from hemeline.vocabulary import Vocabulary
from hemeline.when import parse_date
from hemeline.yaml import Document, YamlFault, read_yaml


def _day(written: str) -> str:
    interval = parse_date(written)
    if interval is None or interval[0] != interval[1]:
        raise PydanticCustomError("day", "expected a day of the calendar, YYYY-MM-DD")
    return written


Day = Annotated[str, AfterValidator(_day)]
Word = Annotated[str, BeforeValidator(lambda v: str(v) if isinstance(v, int | float) and not isinstance(v, bool) else v)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Column(_Part):
    """The value of a column; ``words`` translate it, and what they do not list is reported (or is ``otherwise``).

    Where one cell holds several values, ``split`` is what stands between them, and each gives a fact.
    """

    column: str
    split: Annotated[str, StringConstraints(min_length=1)] | None = None
    words: dict[str, Word | None] = {}
    otherwise: Word | None = None


class Moment(_Part):
    """A date: a calendar date in a ``column``, a time from day zero (a number, a column, or the sum of several), or the first
    of several such dates that the row has. Of a birth also ``age``, a column of completed years on day zero: it gives the year of
    birth, so day zero must be the last day of a year.
    """

    column: str | None = None
    days: float | str | list[float | str] | None = None
    weeks: float | str | None = None
    months: float | str | None = None
    years: float | str | None = None
    before: bool = False
    age: str | None = None
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
    """One fact: its name, its value, its date, and the rows that give it: ``when`` a column has one of some words, ``*`` for any, an
    empty word for none."""

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


class RowNumber(_Part):
    """The identifier of a table that has none: each row is a patient, numbered from 1."""

    row: Literal["number"]


class PatientMapping(_Part):
    """Who a row is about: the column (or columns) that name the patient, or the number of the row."""

    id: str | list[str] | RowNumber
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
    day_zero: Day = "2000-01-01"
    patient: PatientMapping
    facts: list[FactMapping]
    ignore: dict[str, str] = {}
    _file: str = PrivateAttr("")
    _lines: dict[str, int] = PrivateAttr(default_factory=dict)

    @model_validator(mode="after")
    def _ages_give_years(self) -> Mapping:
        aged = self.patient.birth is not None and self.patient.birth.age is not None
        if aged and not self.day_zero.endswith("-12-31"):
            raise PydanticCustomError("age", "an age in years gives the year of birth only if day_zero is a 31 December")
        return self

    def place(self, word: str) -> str:
        """Where a word of this mapping first stands: ``file:line``."""
        return f"{self._file}:{self._lines.get(word, 1)}"


_KEYS = sorted(
    {key for part in (Column, Moment, Censored, FactMapping, RowNumber, PatientMapping, TableShape, Mapping) for key in part.model_fields}
)


def read_mapping(path: Path, vocabulary: Vocabulary) -> Mapping:
    """Read a mapping file. Raises :class:`RecordError` with file, line and the nearest right word."""
    try:
        document = read_yaml(decoded(path.read_bytes(), path.name))
    except OSError as fault:
        raise RecordError(f"{path}: cannot be read ({fault.strerror})") from None
    except YamlFault as fault:
        raise RecordError(f"{path.name}:{fault.line}: {fault.what}") from None
    try:
        mapping = Mapping.model_validate(document.data)
    except ValidationError as error:
        raise RecordError(_fault(error, document, path.name)) from None
    for position, fact in enumerate(mapping.facts):
        if vocabulary.fact_index.find(fact.fact) is None:
            near = vocabulary.fact_index.nearest(fact.fact)
            like = f" (did you mean {near}?)" if near else ""
            line = document.line(("facts", position, "fact"))
            raise RecordError(f'{path.name}:{line}: unknown fact "{shown(fact.fact)}"{like}')
    mapping._file, mapping._lines = path.name, _first_lines(document)
    return mapping


def _fault(error: ValidationError, document: Document, file: str) -> str:
    """The clearest fault of a mapping, where it stands, and the nearest right word."""
    clear = ("extra_forbidden", "missing")  # where several forms are allowed, these tell more than "no text"
    faults = error.errors(include_url=False, include_input=False)
    fault = min(faults, key=lambda one: clear.index(one["type"]) if one["type"] in clear else len(clear))
    path: tuple[str | int, ...] = ()
    for part in fault["loc"]:  # pydantic puts the names of types between the keys
        path = (*path, part) if (*path, part) in document.lines else path
    if fault["type"] == "extra_forbidden":
        name = str(fault["loc"][-1])
        what = f'unknown key "{shown(name)}"{did_you_mean(name, _KEYS)}'
    elif fault["type"] == "missing":
        what = f'"{fault["loc"][-1]}" is missing'
    else:
        what = f"{path[-1] if path else 'the mapping'}: {fault['msg']}"
    return f"{file}:{document.line(path)}: {what}"


def _first_lines(document: Document) -> dict[str, int]:
    """The line on which each word of a mapping first stands, as a key or a value."""
    lines: dict[str, int] = {}

    def walk(data: Any, path: tuple[str | int, ...]) -> None:
        if isinstance(data, dict):
            for key, value in data.items():
                lines.setdefault(key, document.line((*path, key)))
                walk(value, (*path, key))
        elif isinstance(data, list):
            for position, value in enumerate(data):
                walk(value, (*path, position))
        else:
            lines.setdefault(str(data), document.line(path))

    walk(document.data, ())
    return lines
