"""Files and folders of records: the suffix tells the format, and what cannot be read is one clear line."""

from __future__ import annotations

import os
from pathlib import Path

import polars as pl
import pytest

from hemeline import api
from hemeline.errors import RecordError, UsageError
from hemeline.knowledge import Knowledge
from hemeline.record import FORMATS, format_of
from tests.record.reading import facts, lost, read, saved

YAML = "patient: {id: p}\nfacts:\n- {date: 2020-01-05, fact: diagnosis, value: b-all}\n"
JSON = '{"patient": {"id": "p"}, "facts": [{"date": "2020-01-05", "fact": "diagnosis", "value": "b-all"}]}\n'
CSV = "patient_id,date,fact,value\np,2020-01-05,diagnosis,b-all\n"
NDJSON = (
    '{"resourceType": "Patient", "id": "p"}\n'
    '{"resourceType": "Condition", "subject": {"reference": "Patient/p"}, "code": {"text": "b-all"}, "onsetDateTime": "2020-01-05"}\n'
)
TEXTS = {".yaml": YAML, ".yml": YAML, ".json": JSON, ".csv": CSV, ".tsv": CSV.replace(",", "\t"), ".ndjson": NDJSON}
SUFFIXES = (*TEXTS, ".parquet")
SAID = [("p", "2020-01-05", "diagnosis", "b-all")]


def refused(path: Path, knowledge: Knowledge) -> str:
    """What is said of a file that cannot be read."""
    with pytest.raises(RecordError) as error:
        api.read_records(path, knowledge)
    message = str(error.value)
    assert "\n" not in message
    return message


@pytest.mark.parametrize("suffix", TEXTS)
def test_the_suffix_tells_the_format(suffix: str, tmp_path: Path, knowledge: Knowledge) -> None:
    assert facts(read(tmp_path / f"r{suffix}", TEXTS[suffix], knowledge)) == SAID


@pytest.mark.parametrize("suffix", TEXTS)
def test_the_line_ends_of_windows_change_nothing(suffix: str, tmp_path: Path, knowledge: Knowledge) -> None:
    assert facts(read(tmp_path / f"r{suffix}", TEXTS[suffix].replace("\n", "\r\n"), knowledge)) == SAID


@pytest.mark.parametrize("suffix", TEXTS)
def test_the_mark_that_some_editors_put_first_changes_nothing(suffix: str, tmp_path: Path, knowledge: Knowledge) -> None:
    assert facts(read(tmp_path / f"r{suffix}", "\ufeff" + TEXTS[suffix], knowledge)) == SAID


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("content", ["", " \n\n"], ids=["empty", "blank"])
def test_an_empty_file_is_refused(suffix: str, content: str, tmp_path: Path, knowledge: Knowledge) -> None:
    message = refused(saved(tmp_path / f"r{suffix}", content), knowledge)
    assert message.startswith(f"r{suffix}:")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_binary_garbage_is_refused(suffix: str, tmp_path: Path, knowledge: Knowledge) -> None:
    message = refused(saved(tmp_path / f"r{suffix}", bytes(range(256)) * 20), knowledge)
    assert message.startswith(f"r{suffix}:")


@pytest.mark.parametrize("suffix", TEXTS)
@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_text_in_another_encoding_is_refused_with_its_line(suffix: str, encoding: str, tmp_path: Path, knowledge: Knowledge) -> None:
    content = TEXTS[suffix].replace("b-all", "b-äll").encode(encoding)
    line = 1 if encoding == "utf-16" else next(n for n, one in enumerate(content.split(b"\n"), start=1) if b"\xe4" in one)
    assert refused(saved(tmp_path / f"r{suffix}", content), knowledge) == f"r{suffix}:{line}: not UTF-8 text"


@pytest.mark.parametrize(
    ("suffix", "content", "message"),
    [
        (".json", JSON[:40], "1: not JSON at column 41: unexpected end of data"),
        (".yaml", YAML[:12], "1: not YAML: expected ',' or '}', but got '<stream end>'"),
        (".ndjson", NDJSON[:60], "2: not JSON at column 22: unexpected end of data"),
        (".csv", CSV + 'p,2020-01-05,ECOG,"1', "3: expected a table in CSV; a quotation mark is open or stands within a field"),
    ],
)
def test_a_truncated_file_is_refused_where_it_ends(suffix: str, content: str, message: str, tmp_path: Path, knowledge: Knowledge) -> None:
    assert refused(saved(tmp_path / f"r{suffix}", content), knowledge) == f"r{suffix}:{message}"


@pytest.mark.parametrize("suffix", TEXTS)
def test_a_nul_byte_is_refused_or_stays_within_its_value(suffix: str, tmp_path: Path, knowledge: Knowledge) -> None:
    path = saved(tmp_path / f"r{suffix}", TEXTS[suffix].replace("b-all", "b\0all"))
    if suffix in (".csv", ".tsv"):
        assert facts(api.read_records(path, knowledge)) == [("p", "2020-01-05", "diagnosis", "b\0all")]
    else:
        assert "character" in refused(path, knowledge)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e400", "9" * 5000])
def test_json_with_a_number_that_json_does_not_know_is_refused_with_its_place(number: str, tmp_path: Path, knowledge: Knowledge) -> None:
    message = refused(saved(tmp_path / "r.json", JSON.replace('"b-all"', number)), knowledge)
    assert message.startswith("r.json:1: not JSON at column ")


@pytest.mark.parametrize(
    ("suffix", "content"),
    [(".json", '{"patient": {"id": "p"}, "facts": ' + "[" * 100_000), (".ndjson", "[" * 100_000), (".yaml", "- " * 5_000)],
)
def test_a_deeply_nested_document_is_refused(suffix: str, content: str, tmp_path: Path, knowledge: Knowledge) -> None:
    message = refused(saved(tmp_path / f"r{suffix}", content), knowledge)
    assert "depth limit" in message or "nested too deeply" in message


@pytest.mark.parametrize(("suffix", "message"), [(".yaml", "r.yaml:1: the same key twice"), (".json", 'r.json: the key "id" twice')])
def test_a_key_written_twice_is_refused(suffix: str, message: str, tmp_path: Path, knowledge: Knowledge) -> None:
    content = '{"patient": {"id": "p", "id": "q"}, "facts": []}'
    assert refused(saved(tmp_path / f"r{suffix}", content), knowledge).startswith(message)


@pytest.mark.parametrize("suffix", TEXTS)
@pytest.mark.parametrize("place", ["b-all", "diagnosis"])
def test_a_text_of_ten_million_signs_is_refused_or_kept_whole(suffix: str, place: str, tmp_path: Path, knowledge: Knowledge) -> None:
    path = saved(tmp_path / f"r{suffix}", TEXTS[suffix].replace(place, "x" * 10_000_000))
    if suffix in (".yaml", ".yml"):
        assert refused(path, knowledge) == f"r{suffix}:3: a line of more than 1,000,000 characters"
        return
    found = api.read_records(path, knowledge)
    if suffix == ".ndjson":  # a Condition says a diagnosis whatever its words, and these name no disease
        assert len(found.facts) == (place == "diagnosis")
        assert len(found.not_understood) == (place == "b-all")
        return
    assert found.facts["value" if place == "b-all" else "fact"].str.len_chars().to_list() == [10_000_000]


def test_a_missing_file_is_refused(tmp_path: Path, knowledge: Knowledge) -> None:
    assert refused(tmp_path / "none.yaml", knowledge) == f"{tmp_path / 'none.yaml'}: no such file"


def test_a_name_too_long_for_a_file_is_refused(tmp_path: Path, knowledge: Knowledge) -> None:
    assert refused(tmp_path / ("x" * 300 + ".yaml"), knowledge).endswith("cannot be read (File name too long)")


@pytest.mark.parametrize("name", ["r.txt", "r", "r.YAML", "r.xlsx"])
def test_another_suffix_is_refused_with_those_that_are_read(name: str, tmp_path: Path, knowledge: Knowledge) -> None:
    message = refused(saved(tmp_path / name, YAML), knowledge)
    assert message == f"{name}: expected a file that ends in .yaml, .yml, .json, .csv, .tsv, .parquet, .ndjson"


@pytest.mark.parametrize("name", ["", "r.yaml"], ids=["folder", "file"])
def test_what_may_not_be_read_is_refused(name: str, tmp_path: Path, knowledge: Knowledge) -> None:
    saved(tmp_path / "r.yaml", YAML)
    path = tmp_path / name
    path.chmod(0)
    try:
        if os.access(path, os.R_OK):
            pytest.skip("this user may read everything")
        assert refused(path, knowledge) == f"{path}: cannot be read (Permission denied)"
    finally:
        path.chmod(0o700)


# -- folders -----------------------------------------------------------------------------------------------------------


def test_a_folder_is_all_its_files_and_a_table_takes_the_patients_beside_it(tmp_path: Path, knowledge: Knowledge) -> None:
    saved(tmp_path / "a.yaml", YAML.replace("id: p", "id: a"))
    saved(tmp_path / "b.csv", CSV)
    saved(tmp_path / "b.patients.csv", "patient_id,sex\np,female\n")
    saved(tmp_path / "c.ndjson", NDJSON.replace('"p"', '"c"').replace("Patient/p", "Patient/c"))
    saved(tmp_path / "notes.txt", "no record")
    saved(tmp_path / ".hidden.yaml", "no record")
    found = api.read_records(tmp_path, knowledge)
    assert found.patients.select("patient_id", "sex").rows() == [("a", None), ("p", "female"), ("c", None)]
    assert lost(found) == []


def test_dates_of_parquet_and_text_of_yaml_stand_in_one_column(tmp_path: Path, knowledge: Knowledge) -> None:
    saved(tmp_path / "a.yaml", YAML.replace("id: p", "id: a").replace("2020-01-05", "2020"))
    dated = pl.DataFrame({"patient_id": ["p"], "date": ["2020-01-05"], "fact": ["diagnosis"], "value": ["b-all"]})
    dated.with_columns(pl.col("date").str.to_date()).write_parquet(tmp_path / "b.parquet")
    assert facts(api.read_records(tmp_path, knowledge)) == [("a", "2020", "diagnosis", "b-all"), *SAID]


@pytest.mark.parametrize("files", [(), ("notes.txt",)], ids=["empty", "no records"])
def test_a_folder_without_records_is_refused(files: tuple[str, ...], tmp_path: Path, knowledge: Knowledge) -> None:
    for name in files:
        saved(tmp_path / name, "text")
    assert refused(tmp_path, knowledge).startswith(f"{tmp_path}: expected files that end in .yaml, ")


def test_two_files_of_one_patient_are_refused(tmp_path: Path, knowledge: Knowledge) -> None:
    saved(tmp_path / "a.yaml", YAML)
    saved(tmp_path / "b.csv", CSV)
    assert refused(tmp_path, knowledge) == f"{tmp_path}: two files hold the same patient id; expected each patient once"


def test_a_broken_file_of_a_folder_is_named(tmp_path: Path, knowledge: Knowledge) -> None:
    saved(tmp_path / "a.yaml", YAML)
    saved(tmp_path / "b.json", "{")
    assert refused(tmp_path, knowledge).startswith("b.json:1: not JSON")


# -- names of formats --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "format"),
    [("a.fhir.json", "fhir"), ("a.json", "json"), ("a.yml", "yaml"), ("a.b.parquet", "parquet"), ("a.ndjson", "ndjson"), ("a.tsv", "tsv")],
)
def test_the_name_of_a_file_tells_the_format_to_write(name: str, format: str) -> None:
    assert format_of(Path(name)) == format
    assert format in FORMATS


@pytest.mark.parametrize("name", ["a.txt", "a", "fhir.jso"])
def test_a_name_that_tells_no_format_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match=r"expected a name that ends in \.fhir\.json or one of \.yaml"):
        format_of(Path(name))
