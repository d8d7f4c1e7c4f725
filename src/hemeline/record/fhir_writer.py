"""Records as FHIR R4 bundles, so that reading them back gives the same facts.

Diagnoses and relapses become Conditions, treatments MedicationStatements or Procedures, everything else Observations. What
FHIR has no element for (line, donor, conditioning ...) stands in extensions under ``urn:hemeline:``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from hemeline.quantity import parse_number
from hemeline.record import fhir_codes as codes
from hemeline.record.records import Records
from hemeline.vocabulary import Vocabulary

Resource = dict[str, Any]
_PROCEDURES = ("procedure",)


def to_resources(records: Records, vocabulary: Vocabulary) -> Iterator[Resource]:
    """Every resource of some records, patients first."""
    for row in records.patients.to_dicts():
        yield _patient(row)
    facts = records.facts.with_columns(records.facts["date"].cast(str), records.facts["end"].cast(str))
    for number, row in enumerate(facts.to_dicts(), start=1):
        yield _without_empty({**_resource(row, vocabulary), "id": f"fact-{number}"})


def write_fhir(records: Records, vocabulary: Vocabulary, path: Path) -> None:
    """Write a Bundle (.json) or one resource a line (.ndjson)."""
    resources = list(to_resources(records, vocabulary))
    if path.suffix == ".ndjson":
        path.write_bytes(b"".join(orjson.dumps(one) + b"\n" for one in resources))
        return
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in resources]}
    path.write_bytes(orjson.dumps(bundle, option=orjson.OPT_INDENT_2) + b"\n")


def _without_empty(resource: Resource) -> Resource:
    return {key: value for key, value in resource.items() if value not in (None, [], {})}


def _patient(row: Resource) -> Resource:
    history = [{"url": f"{codes.OWN}history", "valueString": row["history"]}] if row["history"] else []
    return _without_empty(
        {
            "resourceType": "Patient", "id": row["patient_id"], "extension": history, "gender": row["sex"],
            "birthDate": row["birth_date"], "deceasedDateTime": row["death_date"],
        }
    )  # fmt: skip


def _resource(row: Resource, vocabulary: Vocabulary) -> Resource:
    fact = vocabulary.fact_index.find(row["fact"] or "")
    start = {"subject": {"reference": f"Patient/{row['patient_id']}"}, "note": [{"text": row["note"]}] if row["note"] else []}
    if fact == "diagnosis" and row["value"]:
        return {
            "resourceType": "Condition",
            **start,
            **_condition("active"),
            "code": _disease(row["value"], vocabulary),
            "onsetDateTime": row["date"],
        }
    if fact == "treatment" and row["value"]:
        return _treatment(row, vocabulary) | start
    return {
        "resourceType": "Observation",
        "status": "final",
        **start,
        "code": _fact(fact, row["fact"], vocabulary),
        "effectiveDateTime": row["date"],
        **_value(row),
    }


def _condition(status: str) -> Resource:
    return {"clinicalStatus": {"coding": [{"system": codes.CLINICAL_STATUS, "code": status}]}}


def _disease(value: str, vocabulary: Vocabulary) -> Resource:
    """The words as written, with the code system if they are a code."""
    found = vocabulary.disease_index.find(value)
    entry = vocabulary.diseases.get(found or "")
    coded = [{"system": codes.URLS[system], "code": value} for system, listed in (entry.codes.items() if entry else ()) if value in listed]
    return {"coding": coded, "text": value} if coded else {"text": value}


def _fact(fact: str | None, written: str, vocabulary: Vocabulary) -> Resource:
    loinc = vocabulary.facts[fact].codes.get("loinc", ()) if fact else ()
    coding = [{"system": codes.URLS["loinc"], "code": code} for code in loinc[:1]]
    return {"coding": coding, "text": written} if coding else {"text": written}


def _value(row: Resource) -> Resource:
    """A quantity where the value is a number; else the words as written."""
    parsed = parse_number(row["value"] or "")
    if parsed and not parsed[2] and row["unit"]:
        sign = {"comparator": parsed[0]} if parsed[0] != "=" else {}
        number = row["value"].lstrip("<>=≤≥ ")
        return {
            "valueQuantity": {
                **sign,
                "value": orjson.Fragment(number.lstrip("+")),
                "unit": row["unit"],
                "system": codes.UCUM,
                "code": row["unit"],
            }
        }
    return {"valueString": row["value"]} if row["value"] else {"valueString": "recorded"}


def _treatment(row: Resource, vocabulary: Vocabulary) -> Resource:
    found = vocabulary.therapy_index.find(row["value"])
    entry = vocabulary.therapies.get(found or "")
    extensions = [{"url": f"{codes.OWN}{name}", "valueString": row[name]} for name in codes.EXTENSIONS if row[name]]
    period = {"start": row["date"], "end": row["end"]} if row["end"] else None
    if entry and entry.kind in _PROCEDURES:
        when: Resource = {"performedPeriod": period} if period else {"performedDateTime": row["date"]}
        return {"resourceType": "Procedure", "status": "completed", "extension": extensions, "code": {"text": row["value"]}, **when}
    rxnorm = entry.codes.get("rxnorm", ()) if entry else ()
    concept = {"coding": [{"system": codes.URLS["rxnorm"], "code": code} for code in rxnorm[:1]], "text": row["value"]}
    when = {"effectivePeriod": period} if period else {"effectiveDateTime": row["date"]}
    status = "completed" if row["end"] else "active"
    return {
        "resourceType": "MedicationStatement",
        "status": status,
        "extension": extensions,
        "medicationCodeableConcept": _without_empty(concept),
        **when,
    }
