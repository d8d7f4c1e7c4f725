"""OMOP CDM 5.4 is read from Parquet and from a real PostgreSQL, each row used or listed."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from hemeline import api
from hemeline.errors import RecordError
from hemeline.facts import understand
from hemeline.knowledge import Knowledge
from hemeline.record import Records
from hemeline.record.omop import is_omop, read_omop
from hemeline.synth import chunks
from tests.record.omop import (
    SCHEMAS,
    binaries,
    concept,
    condition,
    drug,
    fill,
    frame,
    measurement,
    observation,
    postgres,
    tables,
    write_folder,
)

pytest.importorskip("adbc_driver_postgresql", reason="reading PostgreSQL needs the extra omop")


@pytest.fixture(scope="module")
def made(knowledge: Knowledge) -> Records:
    """Made-up patients, whose identifiers become numbers in OMOP."""
    (course,) = [one for one in knowledge.content.synthetic if one.id == "b-all"]
    return next(iter(chunks(course, 60, 5)))


def said(records: Records, knowledge: Knowledge) -> pl.DataFrame:
    """What was understood, without row numbers and names of patients."""
    rows = understand(records, knowledge.vocabulary).rows.frame()
    wanted = ("patient", "fact", "value", "low", "high", "date_low", "date_high", "end_low", "end_high", "reason")
    return rows.select(wanted).sort(wanted)


def read(source: Path | str, knowledge: Knowledge) -> Records:
    (found,) = read_omop(source, knowledge.vocabulary)
    return found


def test_a_folder_of_tables_says_what_the_records_said(made: Records, knowledge: Knowledge, tmp_path: Path) -> None:
    folder = write_folder(tables(made), tmp_path / "omop")
    assert is_omop(folder)
    found = read(folder, knowledge)
    assert said(_renamed(made), knowledge).equals(said(found, knowledge))
    assert found.patients["birth_date"].to_list() == _renamed(made).patients["birth_date"].to_list()


def _renamed(records: Records) -> Records:
    """The same records with the identifiers that OMOP gives, in their order."""
    ids = {one: str(place) for place, one in enumerate(records.patients["patient_id"], start=1)}
    new = pl.col("patient_id").replace_strict(ids)
    patients = records.patients.with_columns(new).sort("patient_id")
    return Records(patients, records.facts.with_columns(new).sort("patient_id"), records.not_understood)


@pytest.mark.skipif(binaries() is None, reason="PostgreSQL's programs are not on this machine")
def test_a_database_gives_the_same_as_the_folder(made: Records, knowledge: Knowledge, tmp_path: Path) -> None:
    programs = binaries()
    assert programs is not None
    held = tables(made)
    with postgres(programs) as address:
        fill(held, address)
        found = read(address, knowledge)
        parts = list(read_omop(address, knowledge.vocabulary, at_a_time=25))
        api.assess_cohort(address, tmp_path / "cohort", as_of="2026-11-22", region="US", workers=1)
    folder = read(write_folder(held, tmp_path / "omop"), knowledge)
    assert found.facts.equals(folder.facts) and found.patients.equals(folder.patients)
    assert [len(part) for part in parts] == [25, 25, 10]
    assert len(pl.read_parquet(tmp_path / "cohort" / "patients" / "*.parquet")) == 60


@pytest.mark.skipif(binaries() is None, reason="PostgreSQL's programs are not on this machine")
def test_a_database_that_is_none_of_omop_is_one_line(knowledge: Knowledge) -> None:
    programs = binaries()
    assert programs is not None
    with postgres(programs) as address, pytest.raises(RecordError, match="expected the OMOP table person and concept") as raised:
        read(address, knowledge)
    assert "\n" not in str(raised.value)
    with pytest.raises(RecordError, match="database: cannot be read"):
        read("postgresql://reader@127.0.0.1:1/nowhere", knowledge)


@pytest.fixture
def hand_made(tmp_path: Path) -> Path:
    """One patient, with everything said by concepts."""
    person = {"person_id": 7, "year_of_birth": 1990, "month_of_birth": 5, "day_of_birth": None, "gender_concept_id": 8507}
    rows = {
        "person": [person],
        "condition_occurrence": [condition(7, "2020-01-05", 102), condition(7, "2019-03-01", 103)],
        "drug_exposure": [drug(7, "2020-01-10", 202, "BLINATUMOMAB VIAL", "2020-03-01", "progression"), drug(7, "2020-05-01", 0, None)],
        "measurement": [
            measurement(7, "2020-01-06", 301, 1.0),
            measurement(7, "2020-01-06", 302, 50.0, unit_concept_id=501, operator_concept_id=402),
            measurement(7, "2020-01-07", 303, value_as_concept_id=401),
        ],
        "observation": [observation(7, "2020-02-10", 0, "response", said="CR")],
    }
    held = {name: frame(listed, SCHEMAS[name]) for name, listed in rows.items()} | {"concept": concept()}
    held["procedure_occurrence"] = _events("procedure", [(7, "2020-06-01", 601), (7, "2015-01-01", 602)])
    held["episode"] = _events("episode", [(7, "2021-02-02", 701), (7, "2020-02-11", 702), (7, "2020-01-10", 703)])
    held["concept_ancestor"] = pl.DataFrame({"ancestor_concept_id": [201], "descendant_concept_id": [202]})
    held["death"] = pl.DataFrame({"person_id": [7], "death_date": ["2023-01-01"]}).with_columns(pl.col("death_date").str.to_date())
    return write_folder(held, tmp_path / "hand")


def _events(of: str, rows: list[tuple[int, str, int]]) -> pl.DataFrame:
    day = "procedure_date" if of == "procedure" else "episode_start_date"
    named = ["person_id", day, f"{of}_concept_id"]
    found = pl.DataFrame(rows, schema=named, orient="row").with_columns(pl.col(day).str.to_date())
    return found.with_columns(pl.lit(None, dtype=pl.String).alias(f"{of}_source_value"))


def test_concepts_are_read_by_code_by_ingredient_and_by_name(hand_made: Path, knowledge: Knowledge) -> None:
    found = read(hand_made, knowledge)
    rows = {(row["fact"], row["value"], row["unit"], row["date"], row["end"], row["reason"]) for row in found.facts.to_dicts()}
    assert rows == {
        ("diagnosis", "b-all", None, "2020-01-05", None, None),
        ("treatment", "blinatumomab", None, "2020-01-10", "2020-03-01", "progression"),
        ("ECOG", "1", None, "2020-01-06", None, None),
        ("platelets", "<50", "10*9/L", "2020-01-06", None, None),
        ("CD19", "Positive", None, "2020-01-07", None, None),
        ("response", "CR", None, "2020-02-10", None, None),
        ("treatment", "allogeneic-sct", None, "2020-06-01", None, None),
        ("relapse", None, None, "2021-02-02", None, None),
        ("status", "remission", None, "2020-02-11", None, None),
    }
    assert found.patients.rows() == [("7", "1990-05", "male", "2023-01-01", None)]


def test_what_is_not_used_is_listed_with_why(hand_made: Path, knowledge: Knowledge) -> None:
    found = read(hand_made, knowledge)
    assert sorted(found.not_understood.select("fact", "why").rows()) == [
        ("diagnosis", "the condition is no disease of the vocabulary"),
        ("episode", "this kind of episode says nothing that the other tables do not"),
        ("treatment", "neither a concept nor a source value names it"),
        ("treatment", "the procedure is no treatment of the vocabulary"),
    ]


def test_tables_with_other_columns_are_one_error(tmp_path: Path, knowledge: Knowledge) -> None:
    write_folder({"person": pl.DataFrame({"person": [1]}), "concept": concept()}, tmp_path / "bad")
    with pytest.raises(RecordError, match="bad: not the tables of OMOP"):
        read(tmp_path / "bad", knowledge)
