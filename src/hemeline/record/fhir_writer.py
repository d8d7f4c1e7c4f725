"""Records as FHIR R4 bundles, so that reading them back gives the same facts.

Diagnoses become Conditions, treatments MedicationStatements or Procedures, everything else Observations. What FHIR has no
element for (line, donor, conditioning ...) stands in extensions under ``urn:hemeline:``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import orjson

from hemeline.record import fhir_codes as codes
from hemeline.record.records import Records, with_text
from hemeline.vocabulary import Vocabulary

Resource = dict[str, Any]
_PROCEDURES = ("procedure", "local-procedure", "supportive-procedure")
_NUMBER = re.compile(r"^(<=|>=|<|>|≤|≥)?\s*(-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)$")  # as JSON writes numbers
_SIGNS = {"≤": "<=", "≥": ">="}


def to_resources(records: Records, vocabulary: Vocabulary) -> Iterator[Resource]:
    """Every resource of some records, patients first."""
    yield from (_patient(row) for row in with_text(records.patients).to_dicts())
    for number, row in enumerate(with_text(records.facts).to_dicts(), start=1):
        yield _without_empty({**_resource(row, vocabulary), "id": f"fact-{number}"})


def fhir_bytes(records: Records, vocabulary: Vocabulary, kind: str) -> bytes:
    """A Bundle (``fhir``) or one resource a line (``ndjson``)."""
    resources = list(to_resources(records, vocabulary))
    if kind == "ndjson":
        return b"".join(orjson.dumps(one) + b"\n" for one in resources)
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in resources]}
    return orjson.dumps(bundle, option=orjson.OPT_INDENT_2) + b"\n"


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
    extensions = [{"url": f"{codes.OWN}{name}", "valueString": row[name]} for name in codes.EXTENSIONS if row[name]]
    start = {
        "extension": extensions,
        "subject": {"reference": f"Patient/{row['patient_id']}"},
        "note": [{"text": row["note"]}] if row["note"] else [],
    }
    if fact == "treatment" and row["value"]:
        return {**start, **_treatment(row, vocabulary)}
    if fact == "diagnosis" and row["value"] and vocabulary.disease_index.find(row["value"]):
        condition = {"code": _disease(row["value"], vocabulary), "onsetDateTime": row["date"]}
        return {"resourceType": "Condition", **_condition("active"), **start, **condition}
    observation = {"code": _fact(fact, row["fact"], vocabulary), "effectiveDateTime": row["date"]}
    return {"resourceType": "Observation", "status": "final", **start, **observation, **_value(row, extensions)}


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


def _value(row: Resource, extensions: Sequence[Resource]) -> Resource:
    """A quantity where the value is a number with a unit; else the words as written."""
    written, unit = row["value"], row["unit"]
    parsed = _NUMBER.match(written or "")
    if parsed and unit:
        sign = {"comparator": _SIGNS.get(parsed[1], parsed[1])} if parsed[1] else {}
        return {"valueQuantity": {**sign, "value": orjson.Fragment(parsed[2]), "unit": unit, "system": codes.UCUM, "code": unit}}
    aside = {"extension": [*extensions, {"url": f"{codes.OWN}unit", "valueString": unit}]} if unit else {}
    if written is None:
        return {**aside, "dataAbsentReason": {"coding": [{"system": codes.DATA_ABSENT, "code": codes.NO_VALUE}]}}
    return {**aside, "valueString": written}


def _treatment(row: Resource, vocabulary: Vocabulary) -> Resource:
    found = vocabulary.therapy_index.find(row["value"])
    entry = vocabulary.therapies.get(found or "")
    period = _without_empty({"start": row["date"], "end": row["end"]}) if row["end"] else None
    if entry and entry.kind in _PROCEDURES:
        when: Resource = {"performedPeriod": period} if period else {"performedDateTime": row["date"]}
        return {"resourceType": "Procedure", "status": "completed", "code": {"text": row["value"]}, **when}
    rxnorm = entry.codes.get("rxnorm", ()) if entry else ()
    concept = {"coding": [{"system": codes.URLS["rxnorm"], "code": code} for code in rxnorm[:1]], "text": row["value"]}
    when = {"effectivePeriod": period} if period else {"effectiveDateTime": row["date"]}
    status = "completed" if row["end"] else "active"
    return {
        "resourceType": "MedicationStatement",
        "status": status,
        "medicationCodeableConcept": _without_empty(concept),
        **when,
    }
