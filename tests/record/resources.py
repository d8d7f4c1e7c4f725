"""FHIR resources in the small, all about the patient ``p``."""

from __future__ import annotations

from typing import Any

from hemeline.knowledge import Knowledge
from hemeline.record import Records
from hemeline.record.fhir import records_from_fhir
from tests.record.reading import lost

Resource = dict[str, Any]
ICD10, ICDO3 = "http://hl7.org/fhir/sid/icd-10-cm", "http://terminology.hl7.org/CodeSystem/icd-o-3"
ONCOTREE, LOINC = "http://oncotree.info", "http://loinc.org"
RXNORM, SNOMED = "http://www.nlm.nih.gov/research/umls/rxnorm", "http://snomed.info/sct"
PATIENT: Resource = {"resourceType": "Patient", "id": "p"}
WRONG_TYPE = "an element has not the type that FHIR R4 gives it"


def text(words: str) -> Resource:
    """A concept in words."""
    return {"text": words}


def coded(code: str, system: str = SNOMED, display: str | None = None) -> Resource:
    """A concept by its code."""
    return {"coding": [{"system": system, "code": code, **({"display": display} if display else {})}]}


def about(kind: str, **elements: Any) -> Resource:
    """A resource about the patient."""
    return {"resourceType": kind, "subject": {"reference": "Patient/p"}, **elements}


def condition(status: str | None = None, words: str = "b-all", **elements: Any) -> Resource:
    return about("Condition", **({"clinicalStatus": coded(status)} if status else {}), **{"code": text(words), **elements})


def observation(of: str | Resource, **elements: Any) -> Resource:
    return about("Observation", status="final", code=text(of) if isinstance(of, str) else of, **elements)


def medication(kind: str = "MedicationStatement", words: str = "imatinib", **elements: Any) -> Resource:
    return about(kind, **{"status": "completed", "medicationCodeableConcept": text(words), **elements})


def procedure(words: str = "allogeneic-sct", **elements: Any) -> Resource:
    return about("Procedure", **{"status": "completed", "code": text(words), **elements})


def bundle(*resources: Resource) -> Resource:
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in resources]}


def understood(knowledge: Knowledge, *resources: Resource) -> Records:
    """What a bundle of resources says."""
    return records_from_fhir(bundle(*resources), knowledge.vocabulary, "f")


def said(knowledge: Knowledge, *resources: Resource) -> list[Resource]:
    """The facts of resources that are all used: every column that holds something, but for the patient and the row."""
    found = understood(knowledge, *resources)
    assert lost(found) == []
    return [{key: value for key, value in row.items() if value is not None} for row in found.facts.drop("patient_id", "row").to_dicts()]


def not_used(knowledge: Knowledge, *resources: Resource) -> list[tuple[str, str]]:
    """Name and reason of what was not used of some resources that stand beside their patient."""
    return [(fact, why) for _, fact, why in lost(understood(knowledge, PATIENT, *resources))]
