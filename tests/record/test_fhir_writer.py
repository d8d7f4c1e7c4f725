"""What is written as FHIR R4 stands where other programs look for it."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from hemeline.knowledge import Knowledge
from hemeline.record.documents import records_from
from hemeline.record.fhir_writer import fhir_bytes, to_resources
from tests.record.resources import ICD10, LOINC, RXNORM, Resource


def written(knowledge: Knowledge, **fact: Any) -> Resource:
    """The resource of one fact."""
    found = records_from({"patient": {"id": "p"}, "facts": [fact]}, "test")
    patient, resource = to_resources(found, knowledge.vocabulary)
    assert patient == {"resourceType": "Patient", "id": "p"}
    assert resource["subject"] == {"reference": "Patient/p"}
    return resource


def test_a_patient_is_written_with_what_is_known(knowledge: Knowledge) -> None:
    who = {"id": "p", "birth_date": "2001-02", "sex": "female", "death_date": "2024-05-06", "history": "partial"}
    assert list(to_resources(records_from({"patient": who}, "test"), knowledge.vocabulary)) == [
        {"resourceType": "Patient", "id": "p", "gender": "female", "birthDate": "2001-02", "deceasedDateTime": "2024-05-06",
         "extension": [{"url": "urn:hemeline:history", "valueString": "partial"}]}
    ]  # fmt: skip


def test_a_diagnosis_is_a_condition_with_its_code_if_it_is_one(knowledge: Knowledge) -> None:
    by_code = written(knowledge, fact="diagnosis", date="2020-01-05", value="C91.00")
    assert (by_code["resourceType"], by_code["onsetDateTime"]) == ("Condition", "2020-01-05")
    assert by_code["code"] == {"coding": [{"system": ICD10, "code": "C91.00"}], "text": "C91.00"}
    assert by_code["clinicalStatus"]["coding"][0]["code"] == "active"
    assert written(knowledge, fact="diagnosis", value="b-all")["code"] == {"text": "b-all"}


def test_a_diagnosis_that_is_no_disease_is_an_observation_lest_it_be_lost(knowledge: Knowledge) -> None:
    assert written(knowledge, fact="diagnosis", value="no such disease")["resourceType"] == "Observation"


def test_a_drug_is_a_medication_statement_with_its_code(knowledge: Knowledge) -> None:
    drug = written(knowledge, fact="treatment", date="2020-01", end="2020-03", value="cyclophosphamide")
    assert (drug["resourceType"], drug["status"]) == ("MedicationStatement", "completed")
    assert drug["effectivePeriod"] == {"start": "2020-01", "end": "2020-03"}
    assert drug["medicationCodeableConcept"] == {"coding": [{"system": RXNORM, "code": "3002"}], "text": "cyclophosphamide"}
    going_on = written(knowledge, fact="treatment", date="2020-01", value="cyclophosphamide")
    assert (going_on["status"], going_on["effectiveDateTime"]) == ("active", "2020-01")


def test_a_transplant_is_a_procedure(knowledge: Knowledge) -> None:
    transplant = written(knowledge, fact="treatment", date="2020-01-05", value="allogeneic-sct", donor="haploidentical", note="by letter")
    assert (transplant["resourceType"], transplant["status"]) == ("Procedure", "completed")
    assert transplant["performedDateTime"] == "2020-01-05"
    assert transplant["extension"] == [{"url": "urn:hemeline:donor", "valueString": "haploidentical"}]
    assert transplant["note"] == [{"text": "by letter"}]


@pytest.mark.parametrize(
    ("value", "unit", "quantity"),
    [
        ("30", "10*9/L", {"value": 30}),
        ("<0.01", "%", {"comparator": "<", "value": 0.01}),
        ("≤ 0.01", "%", {"comparator": "<=", "value": 0.01}),
    ],
)
def test_a_number_with_a_unit_is_a_quantity_of_ucum(value: str, unit: str, quantity: Resource, knowledge: Knowledge) -> None:
    resource = written(knowledge, fact="platelets", date="2020-01-05", value=value, unit=unit)
    as_sent = orjson.loads(orjson.dumps(resource))
    assert as_sent["valueQuantity"] == {**quantity, "unit": unit, "code": unit, "system": "http://unitsofmeasure.org"}
    assert as_sent["code"] == {"coding": [{"system": LOINC, "code": "777-3"}], "text": "platelets"}
    assert as_sent["status"] == "final"


@pytest.mark.parametrize("value", ["negative", "30", "007", "1.", "NaN", ".5", "> many"])
def test_any_other_value_is_text_as_written(value: str, knowledge: Knowledge) -> None:
    unit = None if value in ("negative", "30") else "%"
    resource = written(knowledge, fact="MRD", value=value, unit=unit)
    assert resource["valueString"] == value
    assert resource.get("extension") == (None if unit is None else [{"url": "urn:hemeline:unit", "valueString": unit}])


def test_a_fact_without_a_value_says_that_none_applies(knowledge: Knowledge) -> None:
    resource = written(knowledge, fact="relapse", date="2021-03")
    assert resource["dataAbsentReason"]["coding"][0]["code"] == "not-applicable"
    assert not any(key.startswith("value") for key in resource)


def test_every_resource_has_an_id_of_its_own_and_a_bundle_holds_what_ndjson_holds(knowledge: Knowledge) -> None:
    facts = [{"fact": "ECOG", "value": 1}, {"fact": "ECOG", "value": 1}, {"fact": "relapse"}]
    found = records_from([{"patient": {"id": "p"}, "facts": facts}, {"patient": {"id": "q"}, "facts": facts}], "test")
    bundle = orjson.loads(fhir_bytes(found, knowledge.vocabulary, "fhir"))
    resources = [entry["resource"] for entry in bundle["entry"]]
    assert (bundle["resourceType"], bundle["type"]) == ("Bundle", "collection")
    assert len({one["id"] for one in resources}) == len(resources) == 8
    assert [orjson.loads(line) for line in fhir_bytes(found, knowledge.vocabulary, "ndjson").splitlines()] == resources
