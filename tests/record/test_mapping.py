"""Mapping files: what is wrong with one is said with its line and the nearest right word."""

from __future__ import annotations

from pathlib import Path

import pytest

from hemeline import api
from hemeline.errors import RecordError
from hemeline.knowledge import Knowledge
from hemeline.record import read_mapping
from tests.conftest import ROOT
from tests.record.reading import saved
from tests.record.wide import START

SHIPPED = sorted((ROOT / "examples" / "mappings").glob("*.yaml"))


def refused(folder: Path, content: str | bytes, knowledge: Knowledge) -> str:
    with pytest.raises(RecordError) as error:
        read_mapping(saved(folder / "m.yaml", content), knowledge.vocabulary)
    assert "\n" not in str(error.value)
    return str(error.value)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_mapping_of_the_examples_is_read(path: Path, knowledge: Knowledge) -> None:
    assert read_mapping(path, knowledge.vocabulary).facts[0].fact == "diagnosis"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (START + "facts:\n- {fact: ECGO, value: 1}\n", 'm.yaml:4: unknown fact "ECGO" (did you mean ECOG?)'),
        (START + "facts:\n- fact: ECOG\n- fact: shoe size\n", 'm.yaml:5: unknown fact "shoe size"'),
        (START + "facts: []\nignroe: {}\n", 'm.yaml:4: unknown key "ignroe" (did you mean ignore?)'),
        (START + "facts:\n- fact: ECOG\n  valeu: 1\n", 'm.yaml:5: unknown key "valeu" (did you mean value?)'),
        (START + "facts:\n- fact: ECOG\n  date:\n    dyas: 0\n", 'm.yaml:6: unknown key "dyas" (did you mean days?)'),
        (START + "facts:\n- fact: ECOG\n  value: {colum: ECOG}\n", 'm.yaml:5: unknown key "colum" (did you mean column?)'),
        (START + "facts:\n- fact: ECOG\n  value: {words: {}}\n", 'm.yaml:5: "column" is missing'),
        ("name: x\nfacts: []\n", 'm.yaml:1: "patient" is missing'),
        (START, 'm.yaml:1: "facts" is missing'),
        (START + "facts: {}\n", "m.yaml:3: facts: Input should be a valid list"),
        ("name: x\npatient: {id: Pt, history: open}\nfacts: []\n", "m.yaml:2: history: Input should be 'closed' or 'partial'"),
        ("- a\n", "m.yaml:1: the mapping: Input should be a valid dictionary or instance of Mapping"),
        ("", "m.yaml:1: the mapping: Input should be a valid dictionary or instance of Mapping"),
        (START + "name: again\n", "m.yaml:3: the same key twice"),
        (START + "facts: [\n", "m.yaml:4: not YAML: expected the node content, but found '<stream end>'"),
        ("name: x\nabout: \xe9\n".encode("latin-1"), "m.yaml:2: not UTF-8 text"),
    ],
)
def test_what_is_no_mapping_is_refused_with_its_line(content: str | bytes, message: str, tmp_path: Path, knowledge: Knowledge) -> None:
    assert refused(tmp_path, content, knowledge) == message


@pytest.mark.parametrize("day", ["2021-02-30", "0000-01-01", "2021-13-01", "99999-01-01", "soon", "2021-01", "2021", "''"])
def test_a_day_zero_that_no_calendar_has_is_refused(day: str, tmp_path: Path, knowledge: Knowledge) -> None:
    message = refused(tmp_path, START + f"day_zero: {day}\nfacts: []\n", knowledge)
    assert message.startswith("m.yaml:3: day_zero: ")
    assert day == "2021" or message.endswith("expected a day of the calendar, YYYY-MM-DD")


@pytest.mark.parametrize(("name", "why"), [("none.yaml", "No such file or directory"), ("", "Is a directory")])
def test_a_mapping_that_cannot_be_opened_is_refused(name: str, why: str, tmp_path: Path, knowledge: Knowledge) -> None:
    with pytest.raises(RecordError) as error:
        read_mapping(tmp_path / name, knowledge.vocabulary)
    assert str(error.value) == f"{tmp_path / name}: cannot be read ({why})"


def test_a_column_that_the_table_lacks_is_refused_with_the_line_of_the_mapping(tmp_path: Path, knowledge: Knowledge) -> None:
    mapping = saved(tmp_path / "m.yaml", START + "facts:\n- fact: ECOG\n  value: {column: Perfomance}\n")
    table = saved(tmp_path / "t.csv", "Pt,Performance\np,1\n")
    with pytest.raises(RecordError) as error:
        api.read_records(table, knowledge, mapping=mapping)
    assert str(error.value) == 'm.yaml:5: the column "Perfomance" is not in t.csv (did you mean Performance?)'


def test_a_mapping_reads_tables_only(tmp_path: Path, knowledge: Knowledge) -> None:
    mapping = saved(tmp_path / "m.yaml", START + "facts: []\n")
    with pytest.raises(RecordError, match=r"^t\.json: expected a table that ends in \.csv, \.tsv, \.parquet$"):
        api.read_records(saved(tmp_path / "t.json", "{}"), knowledge, mapping=mapping)
