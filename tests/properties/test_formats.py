"""Every format holds the same facts: a record written in it and read back is understood and assessed the same.

Rows are left aside: FHIR counts the resources, of which the patient is one.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from hemeline.api import read_records, write_records
from hemeline.assessment.shape import Assessment
from hemeline.facts import understand
from hemeline.record import Records
from tests.properties.assessing import examples_of, of_each, read
from tests.properties.strategies import Record, records, shipped

_FILES = ("one.json", "one.yaml", "one.csv", "one.tsv", "one.parquet", "one.fhir.json", "one.ndjson")


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("formats")


def _written_and_read(found: Records, path: Path) -> Records:
    write_records(found, path, shipped())
    return read_records(path, shipped())


def _told(data: Any) -> Any:
    """The same data without the numbers of rows."""
    if isinstance(data, list):
        return [_told(one) for one in data]
    if isinstance(data, dict):
        return {key: _told(value) for key, value in data.items() if key != "row"}
    return re.sub(r" \(row \d+\)", "", data) if isinstance(data, str) else data


def _meant(found: Records) -> list[str]:
    """What is understood and what is not, as text, because a number that is missing equals no other."""
    facts = understand(found, shipped().vocabulary)
    rows = [_told(row) for table in (facts.rows, facts.not_understood, facts.perhaps) for row in table.dicts(slice(0, len(table)))]
    return [*map(repr, rows), repr(found.patients.to_dicts()), *map(repr, _told(found.not_understood.to_dicts()))]


def _named(written: Record) -> Record:
    """The record without rows that name no fact: FHIR can only list them in other words."""
    return {**written, "facts": [row for row in written["facts"] if row["fact"]]}


@given(written=records().map(_named))
def test_a_record_says_the_same_in_every_format(written: Record, folder: Path) -> None:
    found = read(written)
    said = _meant(found)
    for file in _FILES:
        assert _meant(_written_and_read(found, folder / file)) == said, file


@cache
def _cohort() -> tuple[Records, list[Assessment]]:
    found = read(*examples_of(records().map(_named), 40))
    return found, of_each(found)


@pytest.mark.parametrize("file", _FILES)
def test_many_records_are_assessed_the_same_in_every_format(file: str, folder: Path) -> None:
    found, expected = _cohort()
    assert _told(of_each(_written_and_read(found, folder / file))) == _told(expected)
