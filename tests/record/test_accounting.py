"""Every reader accounts for everything: each row, resource and column gives a fact or is listed with why."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hemeline import api
from hemeline.errors import RecordError
from hemeline.record import Records
from hemeline.record.documents import records_from
from hemeline.record.fhir import records_from_fhir
from hemeline.record.records import FACT_COLUMNS
from tests.properties.strategies import shipped
from tests.record.reading import saved
from tests.record.resources import PATIENT, about, bundle
from tests.record.wide import START, mapped

# One folder serves all examples of a property: each writes over the one before.
quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
words = st.sampled_from(["", "p", "q", "CD19", "diagnosis", "b-all", "positive", "2020-01-05", "2020", "0", "0.5", 'é, "x"', "NA", "?"])
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | words
anything = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3), max_leaves=6)


def rows_told(found: Records) -> set[int]:
    """The numbers of the rows that gave a fact or are listed."""
    assert all(found.not_understood["why"].to_list())
    return set(found.facts["row"].to_list()) | set(found.not_understood["row"].to_list())


def as_csv(columns: list[str], rows: list[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([columns, *rows])
    return text.getvalue()


@quick
@given(listed=st.lists(anything | st.fixed_dictionaries({"fact": words}, optional={"value": anything, "date": anything, "x": anything})))
def test_every_fact_of_a_document_is_read_or_listed(listed: list[Any]) -> None:
    found = records_from({"patient": {"id": "p"}, "facts": listed}, "f")
    assert rows_told(found) == set(range(1, len(listed) + 1))


@quick
@given(data=anything)
def test_any_document_is_read_or_refused_with_its_name(data: Any) -> None:
    try:
        records_from(data, "f")
    except RecordError as refused:
        assert str(refused).startswith("f: ")


@quick
@given(rows=st.lists(st.lists(words, min_size=4, max_size=4)), name=st.sampled_from(["value", "valeu", "note", "x"]))
def test_every_row_and_column_of_a_long_table_is_read_or_listed(rows: list[list[str]], name: str, tmp_path: Path) -> None:
    table = [["p", "ECOG", "", ""], *rows]
    found = api.read_records(saved(tmp_path / "f.csv", as_csv(["patient_id", "fact", "date", name], table)), shipped())
    assert rows_told(found) - {0} == set(range(1, len(table) + 1))
    columns = found.not_understood.filter(row=0)["fact"].to_list()
    assert columns == ([] if name in FACT_COLUMNS else [name])


@quick
@given(rows=st.lists(st.lists(words, min_size=4, max_size=4)))
def test_every_row_and_column_of_a_wide_table_is_read_or_listed(rows: list[list[str]], tmp_path: Path) -> None:
    mapping = START + (
        "facts:\n- {fact: diagnosis, value: {column: A, words: {b-all: b-all}}, date: {first_of: [{days: B}, {column: C}]}}\n"
        "- {fact: MRD, value: {column: B}, censored: {zero: C}, date: {days: 0}, end: {days: B}, when: {A: [positive, '?']}}\n"
    )
    # Each row is another patient, or nobody: what an earlier row of a patient said is not said again.
    table = [["" if row[3] == "?" else f"p-{number}", *row] for number, row in enumerate(rows)]
    found = mapped(tmp_path, shipped(), mapping, as_csv(["Pt", "A", "B", "C", "D"], table))
    assert rows_told(found) - {0} == set(range(1, len(rows) + 1))
    assert found.not_understood.filter(row=0)["fact"].to_list() == ["D"]


elements = st.dictionaries(
    st.sampled_from(
        ["code", "status", "component", "valueString", "valueBoolean", "valueQuantity", "clinicalStatus", "onsetDateTime",
         "effectivePeriod", "medicationCodeableConcept", "medicationReference", "bodySite", "extension", "note", "statusReason",
         "subject", "id", "contained"]
    ),
    st.sampled_from([{"text": "b-all"}, {"coding": [{"code": "relapse"}]}, {"coding": [{"code": "C91.00"}]}, {"value": 1, "unit": "%"},
                     {"reference": "Medication/m"}, [{"text": "marrow"}], "2020-01-05", True])
    | anything,
    max_size=5,
)  # fmt: skip
kinds = st.sampled_from(
    [
        "Condition",
        "Observation",
        "MedicationStatement",
        "MedicationAdministration",
        "MedicationRequest",
        "Procedure",
        "Medication",
        "Encounter",
    ]
)


@quick
@given(listed=st.lists(st.tuples(kinds, elements), max_size=6))
def test_every_resource_is_read_or_listed(listed: list[tuple[str, dict[str, Any]]]) -> None:
    resources = [{**about(kind), **more} for kind, more in listed]
    found = records_from_fhir(bundle(PATIENT, *resources), shipped().vocabulary, "f")
    numbers = {number for number, (kind, more) in enumerate(listed, start=2) if kind != "Medication"}
    assert rows_told(found) >= numbers
