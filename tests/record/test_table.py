"""The long table in CSV, TSV and Parquet, with the table of patients beside it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from hemeline import api
from hemeline.errors import RecordError
from hemeline.knowledge import Knowledge
from tests.record.reading import facts, lost, read, saved, told

HEAD = "patient_id,date,fact,value\n"


def refused(path: Path, knowledge: Knowledge) -> str:
    with pytest.raises(RecordError) as error:
        api.read_records(path, knowledge)
    return str(error.value)


def test_every_column_of_a_fact_is_read(tmp_path: Path, knowledge: Knowledge) -> None:
    table = (
        "patient_id,date,end,fact,value,unit,intent,donor,conditioning,line,courses,reason,note\n"
        'p,2020-05,2020-06-01,treatment,FLAG-IDA,,salvage,,,2,1,completed,"said, by letter"\n'
        "p,2021,,treatment,allogeneic-sct,,,haploidentical,reduced,,,,\n"
        "p,2021-02-03,,MRD,<0.01,%,,,,,,,\n"
    )
    assert told(read(tmp_path / "f.csv", table, knowledge)) == [
        {"patient_id": "p", "date": "2021", "fact": "treatment", "value": "allogeneic-sct", "donor": "haploidentical",
         "conditioning": "reduced"},
        {"patient_id": "p", "date": "2020-05", "end": "2020-06-01", "fact": "treatment", "value": "FLAG-IDA", "intent": "salvage",
         "line": "2", "courses": "1", "reason": "completed", "note": "said, by letter"},
        {"patient_id": "p", "date": "2021-02-03", "fact": "MRD", "value": "<0.01", "unit": "%"},
    ]  # fmt: skip


def test_without_a_table_of_patients_they_are_those_of_the_facts_in_their_order(tmp_path: Path, knowledge: Knowledge) -> None:
    found = read(tmp_path / "f.csv", HEAD + "q,2020,ECOG,1\np,2020,ECOG,1\nq,2021,ECOG,2\n", knowledge)
    assert found.patients["patient_id"].to_list() == ["q", "p"]


@pytest.mark.parametrize(("table", "beside"), [("facts.csv", "patients.csv"), ("x.csv", "x.patients.csv"), ("facts.tsv", "patients.tsv")])
def test_the_table_of_patients_stands_beside_the_facts(table: str, beside: str, tmp_path: Path, knowledge: Knowledge) -> None:
    between = "\t" if table.endswith("tsv") else ","
    patients = "patient_id,birth_date,sex,death_date,history\np,2001-02,female,2024,partial\nq,,,,\n"
    saved(tmp_path / beside, patients.replace(",", between))
    found = read(tmp_path / table, (HEAD + "p,2020,ECOG,1\n").replace(",", between), knowledge)
    assert found.patients.rows() == [("p", "2001-02", "female", "2024", "partial"), ("q", None, None, None, None)]


def test_a_table_called_patients_belongs_only_to_one_called_facts(tmp_path: Path, knowledge: Knowledge) -> None:
    saved(tmp_path / "patients.csv", "patient_id,sex\nq,male\n")
    assert read(tmp_path / "other.csv", HEAD + "p,2020,ECOG,1\n", knowledge).patients["patient_id"].to_list() == ["p"]


def test_a_fact_of_a_patient_who_is_not_listed_is_listed_as_not_used(tmp_path: Path, knowledge: Knowledge) -> None:
    saved(tmp_path / "patients.csv", "patient_id\np\n")
    found = read(tmp_path / "facts.csv", HEAD + "p,2020,ECOG,1\nq,2020,CD19,positive\n", knowledge)
    assert facts(found) == [("p", "2020", "ECOG", "1")]
    assert lost(found) == [(2, "CD19", "the table of patients does not list this patient")]


def test_a_row_that_names_nobody_is_listed_with_its_number(tmp_path: Path, knowledge: Knowledge) -> None:
    found = read(tmp_path / "f.csv", HEAD + ',2020,ECOG,1\np,2020,ECOG,2\n\n"",2020,,\n', knowledge)
    assert facts(found) == [("p", "2020", "ECOG", "2")]
    assert found.facts["row"].to_list() == [2]
    assert lost(found) == [
        (1, "ECOG", "the row names no patient"),
        (3, "", "the row names no patient"),
        (4, "", "the row names no patient"),
    ]


def test_a_row_of_the_patients_that_names_nobody_is_listed(tmp_path: Path, knowledge: Knowledge) -> None:
    saved(tmp_path / "f.patients.csv", "patient_id,sex\np,female\n,male\n")
    found = read(tmp_path / "f.csv", HEAD + "p,2020,ECOG,1\n", knowledge)
    assert len(found) == 1
    assert lost(found) == [(2, "", "this row of f.patients.csv names no patient")]


def test_an_unknown_column_is_listed_with_the_nearest_and_the_rest_is_read(tmp_path: Path, knowledge: Knowledge) -> None:
    saved(tmp_path / "f.patients.csv", "patient_id,birthdate\np,2001\n")
    found = read(tmp_path / "f.csv", "patient_id,fact,valeu,ward\np,ECOG,1,7\n", knowledge)
    assert facts(found) == [("p", None, "ECOG", None)]
    assert lost(found) == [
        (0, "valeu", "this column is not known (did you mean value?)"),
        (0, "ward", "this column is not known"),
        (0, "birthdate", "this column of f.patients.csv is not known (did you mean birth_date?)"),
    ]


def test_a_row_may_end_early_but_not_late(tmp_path: Path, knowledge: Knowledge) -> None:
    assert facts(read(tmp_path / "a.csv", HEAD + "p,2020,relapse\n", knowledge)) == [("p", "2020", "relapse", None)]
    assert refused(saved(tmp_path / "b.csv", HEAD + "p,2020,ECOG,1\np,2020,ECOG,1,2\n"), knowledge) == (
        "b.csv:3: expected 4 fields as in the header, found 5"
    )


@pytest.mark.parametrize("row", ['p,2020,"ECOG,1\n', 'p,2020,EC"OG,1\np,"2020,ECOG,1\n'])
def test_an_open_quotation_mark_is_refused(row: str, tmp_path: Path, knowledge: Knowledge) -> None:
    assert "a quotation mark is open or stands within a field" in refused(saved(tmp_path / "f.csv", HEAD + row), knowledge)


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_a_header_in_another_encoding_is_refused_even_where_the_rows_could_be_read(
    encoding: str, tmp_path: Path, knowledge: Knowledge
) -> None:
    content = "patient_id,fact,valué\np,ECOG,1\n".encode(encoding)
    assert refused(saved(tmp_path / "f.csv", content), knowledge) == "f.csv:1: not UTF-8 text"


@pytest.mark.parametrize(
    ("head", "column", "hint"),
    [
        ("patiend_id,fact", "patient_id", " (column 1 looks most like it)"),
        ("Patient_ID,fact", "patient_id", " (column 1 looks most like it)"),
        ("patient_id,value,fct", "fact", " (column 3 looks most like it)"),
        ("patient_id,Smith", "fact", ""),
    ],
)
def test_a_missing_column_is_named_with_the_place_of_the_most_like(
    head: str, column: str, hint: str, tmp_path: Path, knowledge: Knowledge
) -> None:
    message = refused(saved(tmp_path / "f.csv", f"{head}\np,ECOG\n"), knowledge)
    assert message.startswith(f'f.csv:1: expected a column "{column}"{hint}; the columns are patient_id, row, date, ')
    assert "Smith" not in message


def test_a_table_of_patients_without_their_id_is_refused(tmp_path: Path, knowledge: Knowledge) -> None:
    saved(tmp_path / "f.patients.csv", "id,sex\np,female\n")
    assert refused(saved(tmp_path / "f.csv", HEAD + "p,2020,ECOG,1\n"), knowledge).startswith(
        'f.patients.csv:1: expected a column "patient_id"'
    )


def test_a_patient_listed_twice_is_refused_with_the_row(tmp_path: Path, knowledge: Knowledge) -> None:
    saved(tmp_path / "f.patients.csv", "patient_id,sex\np,female\nq,male\np,male\n")
    message = refused(saved(tmp_path / "f.csv", HEAD + "p,2020,ECOG,1\n"), knowledge)
    assert message == "f.patients.csv: row 3: the patient id of an earlier row; expected one row per patient"


@pytest.mark.parametrize("rows", ["", ",2020,ECOG,1\n"], ids=["header only", "nobody named"])
def test_a_table_without_a_patient_is_refused(rows: str, tmp_path: Path, knowledge: Knowledge) -> None:
    assert refused(saved(tmp_path / "f.csv", HEAD + rows), knowledge) == "f.csv: expected at least one row that names a patient, found none"


# -- parquet -----------------------------------------------------------------------------------------------------------


def parquet(path: Path, **columns: Any) -> Path:
    pl.DataFrame(columns).write_parquet(path)
    return path


def test_parquet_may_hold_numbers_dates_and_categories(tmp_path: Path, knowledge: Knowledge) -> None:
    path = parquet(
        tmp_path / "f.parquet",
        patient_id=[17, 18],
        date=[dt.date(2020, 1, 5), None],
        fact=pl.Series(["ECOG", "death"], dtype=pl.Categorical),
        value=[1, None],
    )
    found = api.read_records(path, knowledge)
    assert facts(found) == [("17", dt.date(2020, 1, 5), "ECOG", "1"), ("18", None, "death", None)]
    assert lost(found) == []


def test_a_time_of_day_in_parquet_is_assessed_as_its_day(tmp_path: Path, knowledge: Knowledge) -> None:
    path = parquet(tmp_path / "f.parquet", patient_id=["p"], date=[dt.datetime(2020, 1, 5, 23, 59)], fact=["diagnosis"], value=["b-all"])
    [assessment] = api.assess(api.read_records(path, knowledge), knowledge, as_of="2020-01-05", region="US")
    assert assessment["course"]["disease"] == "b-all"
    assert assessment["not_understood"] == []


def test_a_column_of_lists_is_refused(tmp_path: Path, knowledge: Knowledge) -> None:
    path = parquet(tmp_path / "f.parquet", patient_id=["p"], fact=["treatment"], value=[["vincristine", "dexamethasone"]])
    assert refused(path, knowledge) == 'f.parquet: column "value": expected text, numbers or dates, found List'


@pytest.mark.parametrize("kept", [0, 3, 40, -5])
def test_a_damaged_or_truncated_parquet_file_is_refused(kept: int, tmp_path: Path, knowledge: Knowledge) -> None:
    path = parquet(tmp_path / "f.parquet", patient_id=["p"], fact=["ECOG"], value=["1"])
    path.write_bytes(path.read_bytes()[:kept])
    assert refused(path, knowledge) == "f.parquet: expected Parquet, found something else or a damaged file"


@pytest.mark.parametrize("name", ["f.parquet", "f.csv"])
def test_ids_that_look_like_numbers_are_the_same_in_both_tables(name: str, tmp_path: Path, knowledge: Knowledge) -> None:
    if name == "f.csv":
        saved(tmp_path / "f.patients.csv", "patient_id,sex\n007,female\n")
        saved(tmp_path / name, "patient_id,fact,value\n007,ECOG,1\n")
    else:
        parquet(tmp_path / "f.patients.parquet", patient_id=[7], sex=["female"])
        parquet(tmp_path / name, patient_id=["7"], fact=["ECOG"], value=[1])
    found = api.read_records(tmp_path / name, knowledge)
    assert (len(found.facts), lost(found)) == (1, [])
