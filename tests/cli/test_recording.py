"""convert, summary and schema."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hemeline import api
from hemeline.knowledge import Knowledge
from tests.cli.running import AS_OF, DIAGNOSIS, EXAMPLE, Run, record, saved, two_patients
from tests.record.reading import told

NAMES = ("r.yaml", "r.yml", "r.json", "r.csv", "r.tsv", "r.parquet", "r.ndjson", "r.fhir.json")


# -- convert -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_a_record_converted_and_back_says_the_same(name: str, run: Run, knowledge: Knowledge, tmp_path: Path) -> None:
    there, back = tmp_path / name, tmp_path / "back.yaml"
    assert run("convert", EXAMPLE, there, "--strict").code == 0
    assert run("convert", there, back, "--strict").code == 0
    before, after = api.read_records(EXAMPLE, knowledge), api.read_records(back, knowledge)
    assert told(after) == told(before)
    assert after.patients.rows() == before.patients.rows()


@pytest.mark.parametrize("name", NAMES)
def test_a_converted_record_gives_the_same_assessment(name: str, run: Run, tmp_path: Path) -> None:
    assert run("convert", EXAMPLE, tmp_path / name).code == 0
    assert run("assess", tmp_path / name, *AS_OF).out == run("assess", EXAMPLE, *AS_OF).out


def test_convert_says_on_standard_error_how_much_it_wrote(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "r.csv"
    ran = run("convert", two_patients(tmp_path), target)
    assert (ran.out, ran.err) == ("", f"{target}: 2 patients, 2 facts, 0 not used\n")


def test_convert_lists_what_it_cannot_carry_over(run: Run, tmp_path: Path) -> None:
    source, target = saved(tmp_path / "s.json", record({"value": "a word"}, name="x")), tmp_path / "r.csv"
    assert run("convert", source, target).err.splitlines() == [
        "not used: patient p, row 0, name: this key of patient is not known",
        "not used: patient p, row 2, no name: expected a mapping with the key fact",
        f"{target}: 1 patient, 1 facts, 2 not used",
    ]


def test_convert_keeps_facts_that_the_vocabulary_does_not_know(run: Run, tmp_path: Path) -> None:
    odd = {"date": "2021-09", "fact": "shoe size", "value": "42", "note": 'said, "so"\nby them'}
    source, target = saved(tmp_path / "s.json", record(odd)), tmp_path / "r.json"
    for name in NAMES:
        assert run("convert", source, tmp_path / name).code == run("convert", tmp_path / name, target).code == 0
        assert sorted(json.loads(target.read_text())["facts"], key=lambda one: str(one["date"])) == [DIAGNOSIS, odd], name


def test_a_folder_becomes_one_file(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "clinic"
    folder.mkdir()
    saved(folder / "a.json", record())
    saved(folder / "b.csv", "patient_id,date,fact,value\nq,2020-01-05,diagnosis,b-all\n")
    saved(folder / "b.patients.csv", "patient_id,birth_date\nq,1990\n")
    saved(folder / "c.ndjson", '{"resourceType": "Patient", "id": "r"}\n')
    saved(folder / "notes.txt", "not a record")
    assert run("convert", folder, tmp_path / "all.json", "--strict").code == 0
    written = json.loads((tmp_path / "all.json").read_text())
    assert [one["patient"] for one in written] == [{"id": "p"}, {"id": "q", "birth_date": "1990"}, {"id": "r"}]


def test_a_wide_table_becomes_a_record_through_its_mapping(run: Run, tmp_path: Path) -> None:
    text = "name: test\npatient: {id: who}\nfacts:\n- {fact: ECOG, value: {column: fitness}, date: {column: on}}\n"
    mapping = saved(tmp_path / "m.yaml", text)
    table = saved(tmp_path / "t.tsv", "who\tfitness\ton\tshoe\np\t1\t2021-09\t42\n")
    ran = run("convert", table, tmp_path / "r.json", "--mapping", mapping)
    assert "not used: row 0, shoe: the mapping does not use this column" in ran.err
    assert json.loads((tmp_path / "r.json").read_text())["facts"] == [{"date": "2021-09", "fact": "ECOG", "value": "1"}]


# -- summary -----------------------------------------------------------------------------------------------------------


def test_summary_counts_patients_facts_and_states(run: Run, tmp_path: Path) -> None:
    relapsed = record({"date": "2021-01-01", "fact": "relapse", "value": "cns"}, id="q")
    out = run("summary", saved(tmp_path / "two.json", [record(), relapsed]), *AS_OF).out
    assert out.startswith("2 patients, 3 facts\n")
    assert "\nstate\n         1  untreated\n         1  relapsed\n" in out


def test_summary_in_json_is_what_python_gives(run: Run, knowledge: Knowledge) -> None:
    found = api.summarise(api.read_records(EXAMPLE, knowledge), knowledge, "2026-11-22")
    data = run("summary", EXAMPLE, *AS_OF, "--format", "json").data
    assert data == {"patients": 1, "facts": 22, **found.tables}


def test_summary_sees_nothing_after_its_day(run: Run) -> None:
    assert run("summary", EXAMPLE, "--as-of", "2021-01-01", "--format", "json").data["state"] == {"remission": 1}


# -- schema ------------------------------------------------------------------------------------------------------------


def valid(schema: Any, data: Any) -> bool:
    """Whether data keep to a JSON Schema."""
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed")
    jsonschema.Draft202012Validator.check_schema(schema)
    return bool(jsonschema.Draft202012Validator(schema).is_valid(data))


def as_json(run: Run, source: Path, folder: Path) -> Any:
    """A record as the data of a JSON file."""
    assert run("convert", source, folder / "as.json").code == 0
    return json.loads((folder / "as.json").read_text())


@pytest.mark.parametrize("region", ["US", "EU", "UK"])
@pytest.mark.parametrize("day", ["2018-01-01", "2021-01-01", "2026-11-22"], ids=["before", "remission", "relapsed"])
def test_an_assessment_keeps_to_the_published_schema(day: str, region: str, run: Run) -> None:
    data = run("assess", EXAMPLE, "--as-of", day, "--region", region, "--format", "json").data
    assert valid(run("schema", "assessment").data, data)


def test_an_assessment_of_hardly_anything_keeps_to_the_published_schema(run: Run, tmp_path: Path) -> None:
    bare = saved(tmp_path / "r.json", {"patient": {"id": 7, "history": "partial"}, "facts": [{"fact": "relapse"}, {"fact": "death"}, 3]})
    schema, data = run("schema", "assessment").data, run("assess", bare, *AS_OF, "--format", "json").data
    assert valid(schema, data)
    assert not valid(schema, {key: value for key, value in data.items() if key != "options"})


def test_the_example_record_keeps_to_the_published_schema(run: Run, tmp_path: Path) -> None:
    assert valid(run("schema", "record").data, as_json(run, EXAMPLE, tmp_path))


@pytest.mark.parametrize(
    ("broken", "is_valid"),
    [
        (record({"date": 2021, "fact": "ECOG", "value": [1, 0.5, "x", True], "line": 2}), True),
        (record({"date": "2021", "fact": "ECOG", "vlaue": 1}), False),
        (record({"date": "2021", "value": 1}), False),
        (record({"fact": "ECOG", "value": {"is": 1}}), False),
        ({"patient": {"sex": "female"}, "facts": []}, False),
        ({"facts": []}, False),
    ],
    ids=["all kinds of values", "unknown key", "no fact", "mapping as value", "no id", "no patient"],
)
def test_the_schema_of_the_record_allows_what_the_reader_understands(broken: Any, is_valid: bool, run: Run) -> None:
    assert valid(run("schema", "record").data, broken) is is_valid
