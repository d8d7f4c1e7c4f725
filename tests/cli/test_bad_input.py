"""Input that cannot be read at all: one line with file and place, the same on the command line and in Python, and exit code 4."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from hemeline import api
from hemeline.errors import RecordError
from hemeline.knowledge import Knowledge
from tests.cli.running import MAPPINGS, Ran, Run, forbidden, record, saved

SECRET = "Secretname"  # stands where a patient's value would: no error may show it


def refused(run: Run, knowledge: Knowledge, source: Path, *mapping: Path) -> str:
    """The one line that says why nothing can be read."""
    with pytest.raises(RecordError) as raised:
        api.read_records(source, knowledge, mapping=mapping[0] if mapping else None)
    line = str(raised.value)
    assert run("assess", source, *(["--mapping", mapping[0]] if mapping else [])) == Ran(4, "", f"hemeline: {line}\n")
    assert "\n" not in line and SECRET not in line
    return line


def bundle(*resources: Any) -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in resources]}


NO_NUMBER = '{"patient": {"id": "p"}, "facts": [{"fact": "LVEF", "value": %s}]}'
HUGE = "1" + "0" * 5000
CASES: dict[str, tuple[str, Any, str]] = {
    "truncated JSON": ("r.json", f'{{"patient":\n{{"id": "{SECRET}', "r.json:2: not JSON at column 19: unexpected end of data"),
    "truncated YAML": (
        "r.yaml",
        f"patient: {{id: {SECRET}}}\nfacts:\n- {{fact: {SECRET}",
        "r.yaml:3: not YAML: expected ',' or '}', but got '<stream end>'",
    ),
    "truncated CSV": (
        "r.csv",
        f'patient_id,fact\np,"{SECRET}\n',
        "r.csv:2: expected a table in CSV; a quotation mark is open or stands within a field",
    ),
    "list where a mapping is expected": ("r.yaml", f"patient: [{SECRET}]", "r.yaml: patient: expected a mapping, found a list"),
    "text where a list is expected": ("r.yaml", f"patient: {{id: p}}\nfacts: {SECRET}", "r.yaml: facts: expected a list, found text"),
    "NaN in JSON": ("r.json", NO_NUMBER % "NaN", "r.json:1: not JSON at column 62: unexpected character, expected a JSON value"),
    "Infinity in JSON": ("r.json", NO_NUMBER % "Infinity", "r.json:1: not JSON at column 62: unexpected character, expected a JSON value"),
    "an endless number in JSON": ("r.json", NO_NUMBER % HUGE, "r.json:1: not JSON at column 62: number is infinity when parsed as double"),
    "duplicate patients": (
        "r.json",
        [record(id=SECRET), record(id=SECRET)],
        "r.json: record 2: the patient id of an earlier record; expected one record per patient",
    ),
    "duplicate Patient resources": (
        "r.json",
        bundle(*[{"resourceType": "Patient", "id": SECRET}] * 2),
        "r.json: resource 2: the Patient of an earlier resource; expected each patient once",
    ),
    "duplicate keys in JSON": ("r.json", f'{{"patient": {{"id": "{SECRET}", "id": "q"}}}}', 'r.json: the key "id" twice in one mapping'),
    "duplicate keys in YAML": ("r.yaml", f"patient: {{id: p}}\nfacts: []\npatient: {{id: {SECRET}}}", "r.yaml:3: the same key twice"),
    "empty YAML": ("r.yaml", "", "r.yaml: expected a mapping, found nothing"),
    "empty JSON": ("r.json", "", "r.json:1: not JSON at column 1: Input is a zero-length, empty document"),
    "empty CSV": ("r.csv", "", "r.csv: expected a header line and rows, found nothing"),
    "empty TSV": ("r.tsv", "", "r.tsv: expected a header line and rows, found nothing"),
    "empty Parquet": ("r.parquet", "", "r.parquet: expected Parquet, found something else or a damaged file"),
    "empty NDJSON": ("r.ndjson", "", "r.ndjson: expected a Patient or resources about one, found none"),
    "a CSV of only a header": (
        "r.csv",
        "patient_id,date,fact,value\n",
        "r.csv: expected at least one row that names a patient, found none",
    ),
    "binary garbage as YAML": ("r.yaml", bytes(range(256)), "r.yaml:2: not UTF-8 text"),
    "binary garbage as JSON": ("r.json", bytes(range(256)), "r.json:2: not UTF-8 text"),
    "binary garbage as CSV": ("r.csv", bytes(range(256)), "r.csv:2: not UTF-8 text"),
    "binary garbage as Parquet": (
        "r.parquet",
        bytes(range(256)),
        "r.parquet: expected Parquet, found something else or a damaged file",
    ),
    "binary garbage as NDJSON": (
        "r.ndjson",
        bytes(range(256)),
        "r.ndjson:1: not JSON at column 1: unexpected character, expected a JSON value",
    ),
    "Latin-1 YAML": ("r.yaml", "patient: {id: p}\nfacts:\n- {fact: Müller}".encode("latin-1"), "r.yaml:3: not UTF-8 text"),
    "Latin-1 JSON": ("r.json", '{"patient":\n{"id": "Müller"}}'.encode("latin-1"), "r.json:2: not UTF-8 text"),
    "Latin-1 CSV": ("r.csv", "patient_id,fact,value\np,ECOG,1\nMüller,ECOG,1".encode("latin-1"), "r.csv:3: not UTF-8 text"),
    "Latin-1 header": ("r.csv", "patient_id,fact,Größe\np,ECOG,1".encode("latin-1"), "r.csv:1: not UTF-8 text"),
    "UTF-16": ("r.csv", "patient_id,fact\np,ECOG".encode("utf-16"), "r.csv:1: not UTF-8 text"),
    "deep nesting in JSON": ("r.json", "[" * 100_000, "r.json:1: not JSON at column 1026: depth limit exceeded"),
    "deep nesting in YAML": ("r.yaml", "[\n" * 2_000, "r.yaml:1: nested too deeply"),
    "NUL in YAML": (
        "r.yaml",
        f"patient: {{id: p}}\nfacts: [{SECRET}\0]",
        "r.yaml:2: not YAML: a character that YAML does not allow",
    ),
    "NUL in JSON": (
        "r.json",
        f'{{"patient": {{"id": "{SECRET}\0"}}}}',
        "r.json:1: not JSON at column 31: unexpected control character in string",
    ),
    "a Bundle without a Patient": ("r.json", bundle(), "r.json: expected a Patient or resources about one, found none"),
    "NDJSON with one broken line": (
        "r.ndjson",
        f'{{"resourceType": "Patient", "id": "p"}}\n{{"resourceType": "{SECRET}\n',
        "r.ndjson:2: not JSON at column 29: unexpected end of data",
    ),
    "a CSV with a longer row": (
        "r.csv",
        f"patient_id,date,fact,value\np,2020,ECOG,1,{SECRET}\n",
        "r.csv:2: expected 4 fields as in the header, found 5",
    ),
    "an ending that tells no format": (
        "r.txt",
        SECRET,
        "r.txt: expected a file that ends in .yaml, .yml, .json, .csv, .tsv, .parquet, .ndjson",
    ),
    "a line of ten million characters of YAML": (
        "r.yaml",
        f"patient: {{id: {SECRET * 10**6}}}",
        "r.yaml:1: a line of more than 1,000,000 characters",
    ),
}


@pytest.mark.parametrize(("name", "content", "line"), CASES.values(), ids=CASES.keys())
def test_one_line_says_file_place_and_what_was_expected(
    name: str, content: Any, line: str, run: Run, knowledge: Knowledge, tmp_path: Path
) -> None:
    assert refused(run, knowledge, saved(tmp_path / name, content)) == line


def test_a_csv_without_a_needed_column_is_told_which_column_looks_most_like_it(run: Run, knowledge: Knowledge, tmp_path: Path) -> None:
    file = saved(tmp_path / "r.csv", f"patient_id,date,fcat,value\n{SECRET},2020,ECOG,1\n")
    said = refused(run, knowledge, file)
    assert said.startswith('r.csv:1: expected a column "fact" (column 3 looks most like it); the columns are patient_id, ')


def test_a_csv_without_a_header_line_is_refused_without_its_words(run: Run, knowledge: Knowledge, tmp_path: Path) -> None:
    said = refused(run, knowledge, saved(tmp_path / "r.csv", f"{SECRET},2020,ECOG,1\n"))
    assert said.startswith('r.csv:1: expected a column "patient_id"; the columns are ')


def test_two_rows_of_the_table_of_patients_for_one_patient_are_refused(run: Run, knowledge: Knowledge, tmp_path: Path) -> None:
    saved(tmp_path / "r.patients.csv", f"patient_id,sex\np,male\n{SECRET},male\n{SECRET},female\n")
    said = refused(run, knowledge, saved(tmp_path / "r.csv", f"patient_id,fact\n{SECRET},ECOG\n"))
    assert said == "r.patients.csv: row 3: the patient id of an earlier row; expected one row per patient"


# -- files and folders -------------------------------------------------------------------------------------------------


def test_a_missing_file_is_named(run: Run, knowledge: Knowledge, tmp_path: Path) -> None:
    assert refused(run, knowledge, tmp_path / "no.yaml") == f"{tmp_path / 'no.yaml'}: no such file"


def test_an_empty_folder_is_told_what_it_should_hold(run: Run, knowledge: Knowledge, tmp_path: Path) -> None:
    said = refused(run, knowledge, tmp_path)
    assert said == f"{tmp_path}: expected files that end in .yaml, .yml, .json, .csv, .tsv, .parquet, .ndjson, found none"


def test_one_patient_in_two_files_of_a_folder_is_refused(run: Run, knowledge: Knowledge, tmp_path: Path) -> None:
    for name in ("a.json", "b.json"):
        saved(tmp_path / name, record(id=SECRET))
    assert refused(run, knowledge, tmp_path) == f"{tmp_path}: two files hold the same patient id; expected each patient once"


def test_a_faulty_file_of_a_folder_is_named(run: Run, knowledge: Knowledge, tmp_path: Path) -> None:
    saved(tmp_path / "good.json", record())
    saved(tmp_path / "odd.json", "{")
    assert refused(run, knowledge, tmp_path).startswith("odd.json:1: not JSON at column 2")


@pytest.mark.parametrize("what", ["file", "folder"])
def test_what_may_not_be_read_is_named(what: str, run: Run, knowledge: Knowledge, tmp_path: Path) -> None:
    folder = tmp_path / "closed"
    folder.mkdir()
    closed = saved(folder / "r.json", record()) if what == "file" else folder
    with forbidden(closed, os.R_OK):
        assert refused(run, knowledge, closed) == f"{closed}: cannot be read (Permission denied)"


# -- mapping files -----------------------------------------------------------------------------------------------------

MAPPING = """\
name: test
patient: {id: who}
facts:
- {fact: diagnosis, value: cml, date: {days: 0}}
- fact: ECOG
  value: {column: fitness}
  date: {days: day}
"""


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("name: test", "nmae: test", 'm.yaml:1: unknown key "nmae" (did you mean name?)'),
        ("  date: {days: day}", "  datee: {days: day}", 'm.yaml:7: unknown key "datee" (did you mean date?)'),
        ("fitness", "fitnes", 'm.yaml:6: the column "fitnes" is not in t.csv (did you mean fitness?)'),
        ("days: day", "days: dya", 'm.yaml:7: the column "dya" is not in t.csv (did you mean day?)'),
        ("id: who", "id: whom", 'm.yaml:2: the column "whom" is not in t.csv (did you mean who?)'),
        ("- fact: ECOG", "- fact: ECGO", 'm.yaml:5: unknown fact "ECGO" (did you mean ECOG?)'),
        ("patient: {id: who}\n", "", 'm.yaml:1: "patient" is missing'),
        ("  date: {days: day}", "  date: {days: day", "m.yaml:8: not YAML: expected ',' or '}', but got '<stream end>'"),
        ("name: test", "name: test\nname: test", "m.yaml:2: the same key twice"),
    ],
    ids=["key", "inner key", "column", "column of a date", "column of the patient", "fact", "missing key", "truncated", "key twice"],
)
def test_a_fault_of_a_mapping_has_its_line_and_the_nearest_word(
    old: str, new: str, line: str, run: Run, knowledge: Knowledge, tmp_path: Path
) -> None:
    mapping, table = saved(tmp_path / "m.yaml", MAPPING.replace(old, new)), saved(tmp_path / "t.csv", f"who,fitness,day\n{SECRET},1,30\n")
    assert refused(run, knowledge, table, mapping) == line


def test_a_missing_mapping_is_named(run: Run, knowledge: Knowledge, tmp_path: Path) -> None:
    table, mapping = saved(tmp_path / "t.csv", "who\np\n"), tmp_path / "m.yaml"
    assert refused(run, knowledge, table, mapping) == f"{mapping}: cannot be read (No such file or directory)"


def test_a_mapping_that_may_not_be_read_is_named(run: Run, knowledge: Knowledge, tmp_path: Path) -> None:
    table, mapping = saved(tmp_path / "t.csv", "who\np\n"), saved(tmp_path / "m.yaml", MAPPING)
    with forbidden(mapping, os.R_OK):
        assert refused(run, knowledge, table, mapping) == f"{mapping}: cannot be read (Permission denied)"


def test_a_mapping_reads_tables_only(run: Run, knowledge: Knowledge, tmp_path: Path) -> None:
    file = saved(tmp_path / "r.json", json.dumps(record()))
    said = refused(run, knowledge, file, MAPPINGS / "cml-stein.yaml")
    assert said == "r.json: expected a table that ends in .csv, .tsv, .parquet"
