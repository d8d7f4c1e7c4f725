"""Records in the small: writing a file, reading it, and what came out, as plain tuples."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hemeline import api
from hemeline.knowledge import Knowledge
from hemeline.record import Records
from hemeline.record.records import FACT_COLUMNS

Content = str | bytes
MODIFIERS = tuple(name for name in FACT_COLUMNS if name not in ("patient_id", "row"))


def saved(path: Path, content: Content) -> Path:
    """A file with some content."""
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read(path: Path, content: Content, knowledge: Knowledge, mapping: Path | None = None) -> Records:
    """The records of a file with some content."""
    return api.read_records(saved(path, content), knowledge, mapping=mapping)


def facts(records: Records) -> list[tuple[Any, ...]]:
    """Who, when, what, value."""
    return records.facts.select("patient_id", "date", "fact", "value").rows()


def told(records: Records) -> list[dict[str, Any]]:
    """Every fact with all it says, whatever its row, in an order of its own."""
    rows = records.facts.select("patient_id", *MODIFIERS).to_dicts()
    return sorted(
        ({key: str(value) for key, value in row.items() if value is not None} for row in rows), key=lambda row: sorted(row.items())
    )


def lost(records: Records) -> list[tuple[Any, ...]]:
    """What the reader could not use: row, fact, why."""
    return records.not_understood.select("row", "fact", "why").rows()
