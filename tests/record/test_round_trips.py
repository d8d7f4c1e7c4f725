"""Every format written and read again gives the same facts."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings

from hemeline import api
from hemeline.knowledge import Knowledge
from hemeline.record import Records
from hemeline.record.documents import records_from
from tests.conftest import ROOT
from tests.properties.strategies import AS_OF, Record, records, shipped
from tests.record.reading import lost, read, told

NAMES = ["r.yaml", "r.json", "r.csv", "r.tsv", "r.parquet", "r.fhir.json", "r.ndjson"]
FHIR = ["r.fhir.json", "r.ndjson"]
EXAMPLE = ROOT / "examples" / "records" / "second-relapse.yaml"
# One folder serves all examples of a property: each writes over the one before.
quick = settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def again(found: Records, path: Path, knowledge: Knowledge) -> Records:
    """Records written and read again."""
    api.write_records(found, path, knowledge)
    return api.read_records(path, knowledge)


def without_rows(data: Any) -> Any:
    """An assessment without the numbers of rows: in FHIR the patient is a row too."""
    if isinstance(data, dict):
        return {key: without_rows(value) for key, value in data.items() if key != "row"}
    return [without_rows(one) for one in data] if isinstance(data, list) else data


def patients(found: Records) -> list[Any]:
    return found.patients.cast(pl.String).rows()


@pytest.mark.parametrize("name", NAMES)
def test_the_example_record_goes_through_every_format(name: str, tmp_path: Path, knowledge: Knowledge) -> None:
    example = api.read_records(EXAMPLE, knowledge)
    found = again(example, tmp_path / name, knowledge)
    assert told(found) == told(example)
    assert (patients(found), lost(found)) == (patients(example), [])


def test_a_record_goes_from_every_format_into_every_other(tmp_path: Path, knowledge: Knowledge) -> None:
    example = api.read_records(EXAMPLE, knowledge)
    ordered = [name for pair in itertools.combinations(NAMES, 2) for name in pair]  # a walk over every two formats in both directions
    found = example
    for name in [*ordered, *reversed(ordered)]:
        found = again(found, tmp_path / name, knowledge)
    assert told(found) == told(example)


def test_the_assessment_is_the_same_from_every_format(tmp_path: Path, knowledge: Knowledge) -> None:
    example = api.read_records(EXAMPLE, knowledge)
    expected = without_rows(api.assess(example, knowledge, as_of=AS_OF, region="US"))
    for name in NAMES:
        back = again(example, tmp_path / name, knowledge)
        assert without_rows(api.assess(back, knowledge, as_of=AS_OF, region="US")) == expected, name


@pytest.mark.parametrize("name", NAMES)
def test_what_a_format_has_no_place_for_comes_back_all_the_same(name: str, tmp_path: Path, knowledge: Knowledge) -> None:
    odd = [
        {"fact": "treatment", "date": "2020-05", "end": "2020-06", "value": "grandmother's tea", "intent": "indcution", "line": 2,
         "courses": 3, "reason": "toxicity", "note": 'said "so",\nby letter; é'},
        {"fact": "treatment", "date": "2021", "value": "allogeneic-sct", "donor": "haploidentical", "conditioning": "reduced"},
        {"fact": "treatment", "date": "2021-02-03", "value": "allogeneic-sct", "end": "2021-02-04"},
        {"fact": "relapse", "date": "2020-01-05/2020-03"}, {"fact": "death", "date": "soon"},
        {"fact": "shoe size", "value": 42, "unit": "EU"},
        {"fact": "diagnosis", "date": "2020", "value": "no such disease"}, {"fact": "diagnosis", "date": "2019", "value": "C91.00"},
        {"fact": "MRD", "value": "<=0.01", "unit": "%"}, {"fact": "MRD", "value": "negative", "unit": "%", "line": "x"},
        {"fact": "platelets", "value": "30"}, {"fact": "platelets", "value": "007", "unit": "G/L"}, {"fact": "ECOG", "value": "NO"},
        {"fact": "CD19", "value": "true"}, {"fact": "CD20", "value": "=1+1"}, {"fact": "CD22", "value": " positive "},
    ]  # fmt: skip
    who = {"id": "007", "birth_date": "1984", "sex": "other", "death_date": "2024-05", "history": "partial"}
    found = records_from({"patient": who, "facts": odd}, "test")
    back = again(found, tmp_path / name, knowledge)
    assert told(back) == told(found)
    assert (patients(back), lost(back)) == (patients(found), [])


@pytest.mark.parametrize("name", NAMES)
def test_a_patient_without_facts_comes_back(name: str, tmp_path: Path, knowledge: Knowledge) -> None:
    found = records_from([{"patient": {"id": "p", "sex": "male"}}, {"patient": {"id": "q"}}], "test")
    assert patients(again(found, tmp_path / name, knowledge)) == patients(found)


@quick
@given(record=records())
def test_any_record_comes_back(record: Record, tmp_path: Path) -> None:
    found = records_from(record, "test")
    for name in NAMES:
        if name not in FHIR:
            back = again(found, tmp_path / name, shipped())
            assert (told(back), patients(back)) == (told(found), patients(found)), name


def meant(found: Records) -> list[Any]:
    """Every fact, a treatment by what it means: FHIR names it by a code, and keeps a limit apart from its sign."""
    therapies = shipped().vocabulary.therapy_index

    def meaning(row: dict[str, Any], value: Any) -> Any:
        if row["fact"] == "treatment":
            return therapies.find(value) or value
        return value.replace(" ", "") if isinstance(value, str) and value[:1] in "<>" else value

    return sorted(sorted((key, meaning(row, value)) for key, value in row.items()) for row in told(found))


@quick
@given(record=records(junk=False))
def test_any_record_comes_back_from_fhir_meaning_the_same(record: Record, tmp_path: Path) -> None:
    found = records_from(record, "test")
    for name in FHIR:
        back = again(found, tmp_path / name, shipped())
        assert (meant(back), patients(back), lost(back)) == (meant(found), patients(found), []), name


def test_dates_of_parquet_are_written_as_dates_in_every_format(tmp_path: Path, knowledge: Knowledge) -> None:
    rows = pl.DataFrame({"patient_id": ["p"], "date": ["2020-01-05"], "fact": ["diagnosis"], "value": ["b-all"]})
    rows.with_columns(pl.col("date").str.to_date()).write_parquet(tmp_path / "in.parquet")
    dated = api.read_records(tmp_path / "in.parquet", knowledge)
    assert dated.facts.schema["date"] == pl.Date
    for name in NAMES:
        assert told(again(dated, tmp_path / name, knowledge)) == told(dated), name


def test_one_record_is_written_as_one_and_several_as_a_list(tmp_path: Path, knowledge: Knowledge) -> None:
    one = records_from({"patient": {"id": "p"}}, "test")
    api.write_records(one, tmp_path / "one.yaml", knowledge)
    assert (tmp_path / "one.yaml").read_text() == "patient:\n  id: p\nfacts: []\n"
    several = records_from([{"patient": {"id": "p"}}, {"patient": {"id": "q"}}], "test")
    api.write_records(several, tmp_path / "two.json", knowledge)
    assert (tmp_path / "two.json").read_text().startswith("[\n")
    assert len(read(tmp_path / "copy.json", (tmp_path / "two.json").read_bytes(), knowledge)) == 2
