"""Wide tables in the small, read through a mapping that gives the diagnosis of each patient and a few facts more."""

from __future__ import annotations

from pathlib import Path

from hemeline import api
from hemeline.knowledge import Knowledge
from hemeline.record import Records
from tests.record.reading import saved

START = "name: made up\npatient: {id: Pt}\n"


def mapped(folder: Path, knowledge: Knowledge, mapping: str, table: str, name: str = "t.csv") -> Records:
    """The records of a table read through a mapping, both in a folder."""
    return api.read_records(saved(folder / name, table), knowledge, mapping=saved(folder / "mapping.yaml", mapping))
