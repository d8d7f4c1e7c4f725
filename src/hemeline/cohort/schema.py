"""What the tables of an assessed cohort hold, column by column, for whoever reads them.

Source of the form: Frictionless Data, Table Schema (https://datapackage.org/standard/table-schema/).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, get_args

from hemeline.assessment.alerts import KINDS as ALERT_KINDS
from hemeline.cohort.naming import STATES
from hemeline.course.tables import KINDS as RELAPSE_KINDS
from hemeline.knowledge.schema import Basis, Status
from hemeline.truth import WORDS

_NAME = "https://datapackage.org/profiles/2.0/tableschema.json"


@dataclass(frozen=True)
class Column:
    """A column: its type in the words of Table Schema, what it says, and the only words there are, where these are few."""

    name: str
    type: str
    says: str
    words: tuple[str, ...] = ()

    def field(self) -> dict[str, Any]:
        """As a field of a Table Schema."""
        items = {"itemType": "string"} if self.type == "list" else {}
        only = {"constraints": {"enum": list(self.words)}} if self.words else {}
        return {"name": self.name, "type": self.type, **items, "description": self.says, **only}


def _day(name: str, what: str, none: str = "") -> Iterator[Column]:
    yield Column(f"{name}_first", "date", f"{what}: the earliest day that it may be{none and f'; null {none}'}")
    yield Column(f"{name}_last", "date", f"{what}: the latest day that it may be, the same where it is known")


_WHO = Column("patient_id", "string", "the patient, as the source names them")

COLUMNS: dict[str, tuple[Column, ...]] = {
    "patients": (
        _WHO,
        Column("disease", "string", "the present disease, by its id in the vocabulary; null where none is recorded"),
        Column("state", "string", "the state of the course; unknown where dates leave it open, or nothing tells it", tuple(STATES)),
        *_day("birth", "birth", "where it is not recorded"),
        *_day("death", "death", "where none is dated; the state tells who died"),
        *_day("last_contact", "last contact", "where none is dated"),
        *_day("diagnosis", "first diagnosis", "where none is dated"),
        Column("transformed_from", "string", "the disease before the last change of disease; null where it never changed"),
        Column("remission_number", "integer", "complete remissions, recorded or shown by a relapse; null where dates leave it open"),
        Column("relapse_number", "integer", "relapses that are recorded; null where dates leave it open"),
        Column("line_count", "integer", "lines of therapy that are recorded; null where dates leave it open"),
        Column("refractory", "boolean", "whether the disease is refractory now; null where unknown"),
        Column("primary_refractory", "boolean", "whether it is, and never was in remission; null where unknown"),
        Column("partial_history", "boolean", "whether the source says that the history is incomplete"),
        Column("refractory_to", "list", "therapies and their drugs to which it is known to have been refractory; others may be unknown"),
        Column("record", "integer", "a number made of everything recorded of the patient: another record has another one"),
    ),
    "lines": (
        _WHO,
        Column("number", "integer", "which line it is, from 1"),
        *_day("start", "its start", "where it is not dated"),
        *_day("end", "its end", "where the end of a treatment of it is not recorded"),
        Column("best_response", "string", "the deepest response recorded in it, by its id in the vocabulary; null where there is none"),
        Column("refractory", "boolean", "whether it is known to have failed; false does not say that it did not"),
        Column("therapies", "list", "what was given, in the order it began"),
    ),
    "remissions": (
        _WHO,
        Column("number", "integer", "which complete remission it is, from 1"),
        *_day("start", "its start", "where it is not dated, or only a relapse shows that there was one"),
        *_day("end", "its end", "while no relapse after it is recorded"),
    ),
    "relapses": (
        _WHO,
        Column("number", "integer", "which relapse it is, from 1"),
        *_day("date", "its date", "where it is not dated"),
        Column("kind", "string", "in the marrow, outside it alone, or both (combined); unspecified where nobody says", RELAPSE_KINDS),
        Column("sites", "list", "the sites recorded on that date, by their ids in the vocabulary"),
        Column("months_from_diagnosis_least", "number", "months from the first diagnosis, at least; 0 where dates do not tell"),
        Column("months_from_diagnosis_most", "number", "the same, at most; null where dates do not tell"),
        Column("months_from_remission_least", "number", "months since the remission before it began, at least; 0 where dates do not tell"),
        Column("months_from_remission_most", "number", "the same, at most; null where dates do not tell"),
    ),
    "verdicts": (
        _WHO,
        Column("therapy", "string", "the therapy, by its id in the knowledge"),
        Column("indication", "string", "the indication, by its id in the knowledge"),
        Column("basis", "string", "on what it rests", get_args(Basis)),
        Column("status", "string", "its status in the region on the day", get_args(Status)),
        Column("verdict", "string", "whether its criteria are met", tuple(WORDS.values())),
        Column("missing", "list", "the facts that an unknown verdict waits for"),
        Column("near", "string", "the one criterion that is not met where all others are, as it reads; else null"),
    ),
    "missing": (
        _WHO,
        Column("fact", "string", "a fact that is not known, by its id in the vocabulary, with the word that is asked about"),
        Column("would_decide", "list", "the therapies that it would help to decide, by their ids"),
    ),
    "alerts": (
        _WHO,
        Column("kind", "string", "what it is about", ALERT_KINDS),
        Column("text", "string", "what it says"),
        Column("facts", "list", "the facts that it is about"),
    ),
    "not_understood": (
        Column("patient_id", "string", "whose it is; null for what is no patient's"),
        Column("row", "integer", "its row in the source"),
        Column("fact", "string", "what it was called"),
        Column("why", "string", "why it was not understood"),
    ),
    "failed": (
        _WHO,
        Column("why", "string", "what went wrong in this program"),
    ),
}  # fmt: skip


def schema() -> dict[str, Any]:
    """A Table Schema for each table, by its name."""
    return {name: {"$schema": _NAME, "fields": [one.field() for one in columns]} for name, columns in COLUMNS.items()}


__all__ = ["COLUMNS", "Column", "schema"]
