"""Bundles, lists, single resources and NDJSON: whose record it is, and that every resource is used or listed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hemeline.errors import RecordError
from hemeline.knowledge import Knowledge
from hemeline.record.fhir import is_fhir, records_from_fhir
from tests.record.reading import facts, lost, read
from tests.record.resources import PATIENT, Resource, about, bundle, condition, not_used, observation, understood

ECOG = observation("ECOG", valueInteger=1)
SAID = [("p", None, "ECOG", "1")]


def refused(data: Any, knowledge: Knowledge) -> str:
    with pytest.raises(RecordError) as error:
        records_from_fhir(data, knowledge.vocabulary, "f")
    return str(error.value)


@pytest.mark.parametrize("data", [bundle(PATIENT, ECOG), bundle(bundle(PATIENT), ECOG), [PATIENT, ECOG], [bundle(PATIENT), ECOG], ECOG])
def test_a_bundle_one_within_another_a_list_and_a_single_resource_are_read(data: Any, knowledge: Knowledge) -> None:
    assert is_fhir(data)
    found = records_from_fhir(data, knowledge.vocabulary, "f")
    assert (facts(found), found.patients["patient_id"].to_list(), lost(found)) == (SAID, ["p"], [])


@pytest.mark.parametrize("data", [{"patient": {"id": "p"}}, [], [1], {}, "Patient"])
def test_what_names_no_type_of_resource_is_not_fhir(data: Any) -> None:
    assert not is_fhir(data)


def test_ndjson_is_one_resource_a_line_and_blank_lines_count_only_as_lines(tmp_path: Path, knowledge: Knowledge) -> None:
    lines = f"{json.dumps(PATIENT)}\n\n{json.dumps(ECOG)}\n"
    assert facts(read(tmp_path / "r.ndjson", lines, knowledge)) == SAID
    with pytest.raises(RecordError, match=r"^r\.ndjson:5: not JSON at column 2: unexpected end of data$"):
        read(tmp_path / "r.ndjson", lines + "\n{", knowledge)


def test_a_line_of_ndjson_that_is_no_resource_is_refused(tmp_path: Path, knowledge: Knowledge) -> None:
    with pytest.raises(RecordError, match=r"^r\.ndjson:2: expected a FHIR resource with a resourceType$"):
        read(tmp_path / "r.ndjson", f'{json.dumps(PATIENT)}\n"text"\n', knowledge)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (bundle(), "f: expected a Patient or resources about one, found none"),
        (bundle({"resourceType": "Encounter"}), "f: expected a Patient or resources about one, found none"),
        ({"resourceType": "Bundle", "entry": {}}, "f: entry: expected a list"),
        ({"resourceType": "Bundle", "entry": ["x"]}, "f: entry 1: expected a mapping"),
        (bundle(PATIENT, {"id": "x"}), "f: entry 2: expected a FHIR resource with a resourceType"),
        ([PATIENT, bundle(7)], "f: resource 2: entry 1: expected a FHIR resource with a resourceType"),  # type: ignore[arg-type]
        (bundle(PATIENT, ECOG, PATIENT), "f: resource 3: the Patient of an earlier resource; expected each patient once"),
    ],
)
def test_what_is_no_bundle_about_patients_is_refused_with_its_place(data: Any, message: str, knowledge: Knowledge) -> None:
    assert refused(data, knowledge) == message


def test_an_entry_that_holds_only_a_request_is_passed_over(knowledge: Knowledge) -> None:
    data = {"resourceType": "Bundle", "entry": [{"request": {"method": "GET"}}, {"resource": PATIENT}]}
    assert lost(records_from_fhir(data, knowledge.vocabulary, "f")) == []


# -- who ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("elements", "row"),
    [
        ({"birthDate": "2001-02", "gender": "female"}, ("p", "2001-02", "female", None, None)),
        ({"deceasedDateTime": "2021-03-01T10:00:00Z"}, ("p", None, None, "2021-03-01", None)),
        ({"deceasedDateTime": "2021-03", "deceasedBoolean": True}, ("p", None, None, "2021-03", None)),
        ({"deceasedBoolean": False}, ("p", None, None, None, None)),
        ({"extension": [{"url": "urn:hemeline:history", "valueString": "partial"}]}, ("p", None, None, None, "partial")),
    ],
)
def test_a_patient_is_read(elements: Resource, row: tuple[Any, ...], knowledge: Knowledge) -> None:
    found = understood(knowledge, {**PATIENT, **elements})
    assert (found.patients.rows(), lost(found)) == ([row], [])


def test_a_death_on_a_day_that_is_not_given_is_listed(knowledge: Knowledge) -> None:
    found = understood(knowledge, {**PATIENT, "deceasedBoolean": True})
    assert lost(found) == [(1, "death", "the patient has died, on a day that is not given")]


def test_a_patient_without_an_id_has_that_of_its_identifier_or_is_listed(knowledge: Knowledge) -> None:
    found = understood(knowledge, {"resourceType": "Patient", "identifier": [{"value": "m-1"}]}, {"resourceType": "Patient"})
    assert found.patients["patient_id"].to_list() == ["m-1"]
    assert lost(found) == [(2, "Patient", "it has neither an id nor an identifier")]


@pytest.mark.parametrize("address", ["Patient/p", "https://example.org/fhir/Patient/p", "https://example.org/fhir/Patient/p/_history/2"])
@pytest.mark.parametrize("element", ["subject", "patient"])
def test_a_reference_to_a_patient_may_be_whole_or_short(address: str, element: str, knowledge: Knowledge) -> None:
    one = {"resourceType": "Observation", "code": {"text": "ECOG"}, "valueInteger": 1, element: {"reference": address}}
    assert facts(understood(knowledge, PATIENT, one)) == SAID


@pytest.mark.parametrize(("patient", "who"), [(PATIENT, "p"), ({"resourceType": "Patient"}, "1-2")], ids=["with id", "without id"])
def test_a_patient_may_be_called_by_the_name_its_bundle_gives_it(patient: Resource, who: str, knowledge: Knowledge) -> None:
    entries = [{"resource": {**ECOG, "subject": {"reference": "urn:uuid:1-2"}}}, {"fullUrl": "urn:uuid:1-2", "resource": patient}]
    found = records_from_fhir({"resourceType": "Bundle", "entry": entries}, knowledge.vocabulary, "f")
    assert (found.patients["patient_id"].to_list(), found.facts["patient_id"].to_list()) == ([who], [who])


@pytest.mark.parametrize("subject", [None, {}, {"reference": "Group/p"}, {"identifier": {"value": "p"}}, {"display": "somebody"}])
def test_a_resource_that_names_no_patient_is_listed(subject: Any, knowledge: Knowledge) -> None:
    assert not_used(knowledge, {**ECOG, "subject": subject}) == [("Observation", "it names no patient")]


def test_a_patient_of_whom_there_is_no_resource_is_one_of_whom_nothing_else_is_known(knowledge: Knowledge) -> None:
    assert understood(knowledge, ECOG).patients.rows() == [("p", None, None, None, None)]


@pytest.mark.parametrize("kind", ["Encounter", "DiagnosticReport", "Immunization", "Nonsense"])
def test_a_resource_of_another_type_is_listed(kind: str, knowledge: Knowledge) -> None:
    assert not_used(knowledge, about(kind)) == [(kind, "resources of this type give no facts")]


def test_facts_of_several_patients_keep_apart(knowledge: Knowledge) -> None:
    other = {"resourceType": "Patient", "id": "q"}
    first = condition("active", onsetDateTime="2020")
    relapse = condition("relapse", onsetDateTime="2021")
    found = understood(knowledge, PATIENT, other, first, {**relapse, "subject": {"reference": "Patient/q"}}, relapse)
    assert sorted(facts(found), key=str) == [
        ("p", "2020", "diagnosis", "b-all"), ("p", "2021", "relapse", None), ("q", "2021", "diagnosis", "b-all"),
    ]  # fmt: skip
