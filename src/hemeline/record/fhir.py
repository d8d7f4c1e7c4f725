"""Records from FHIR R4: a Bundle, a list of resources, or NDJSON as bulk export writes it, with the mCODE elements that fit.

Every resource is either used or listed with why it was not. Codes are looked up in the vocabulary; where it holds none, the
display text is the value, to be understood or reported like any other word.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hemeline.errors import RecordError
from hemeline.record import fhir_codes as codes
from hemeline.record.documents import parse_json
from hemeline.record.fhir_conditions import Condition, facts_of, read_condition
from hemeline.record.fhir_elements import NotUsed, Resource, Row, day, extension, reference, resources_of, typed
from hemeline.record.fhir_facts import medication, observation, procedure
from hemeline.record.records import FACT_COLUMNS, NOT_UNDERSTOOD_COLUMNS, PATIENT_COLUMNS, Records, table
from hemeline.vocabulary import Vocabulary

_MEDICATIONS = ("MedicationAdministration", "MedicationStatement", "MedicationRequest")


def is_fhir(data: Any) -> bool:
    """Whether parsed JSON looks like FHIR."""
    first = data[0] if isinstance(data, list) and data else data
    return isinstance(first, dict) and "resourceType" in first


def read_ndjson(path: Path, vocabulary: Vocabulary) -> Records:
    """Read one resource a line. Raises :class:`RecordError` with the line."""
    found: list[tuple[str | None, Resource]] = []
    for number, line in enumerate(path.read_bytes().split(b"\n"), start=1):
        if line.strip():
            found += resources_of(_parsed_line(line, path.name, number), f"{path.name}:{number}")
    return _records(found, vocabulary, path.name)


def _parsed_line(line: bytes, file: str, number: int) -> Any:
    try:
        return parse_json(line, file)
    except RecordError as fault:
        raise RecordError(str(fault).replace(f"{file}:1:", f"{file}:{number}:")) from None


def records_from_fhir(data: Any, vocabulary: Vocabulary, file: str) -> Records:
    """Records from parsed FHIR. Raises :class:`RecordError`."""
    return _records(list(resources_of(data, file)), vocabulary, file)


def _records(found: list[tuple[str | None, Resource]], vocabulary: Vocabulary, file: str) -> Records:
    reading = _Reading(vocabulary, file)
    for name, resource in found:
        reading.name(name, resource)
    for number, (_, resource) in enumerate(found, start=1):
        reading.read(number, resource)
    if not reading.patients:
        raise RecordError(f"{file}: expected a Patient or resources about one, found none")
    reading.close([resource for _, resource in found])
    return Records(
        table(list(reading.patients.values()), PATIENT_COLUMNS),
        table(reading.facts, FACT_COLUMNS),
        table(reading.problems, NOT_UNDERSTOOD_COLUMNS),
    )


@dataclass
class _Reading:
    """One pass over the resources."""

    vocabulary: Vocabulary
    file: str
    patients: dict[str, Row] = field(default_factory=dict)
    facts: list[Row] = field(default_factory=list)
    problems: list[Row] = field(default_factory=list)
    _conditions: list[Condition] = field(default_factory=list)
    _aliases: dict[str, str] = field(default_factory=dict)
    _medications: dict[str, Resource] = field(default_factory=dict)
    _referred: set[str] = field(default_factory=set)
    _described: set[str] = field(default_factory=set)

    def name(self, name: str | None, resource: Resource) -> None:
        """Remember what a bundle calls a resource, if that is not its id, and the medications that others may refer to."""
        own = resource["id"]
        if name is not None and isinstance(own, str) and name != own:
            self._aliases[name] = own
        if resource["resourceType"] == "Medication" and isinstance(own, str):
            self._medications[own] = resource

    def read(self, number: int, resource: Resource) -> None:
        """Use a resource, or say why not."""
        kind = resource["resourceType"]
        who: str | None = None
        try:
            if kind == "Patient":
                self._patient(number, resource)
            elif kind != "Medication":  # that is used where another resource refers to it
                who = self._meant(reference(resource, "Patient", "subject", "patient"))
                self._add([typed(row) for row in self._rows({"patient_id": who, "row": number}, kind, resource)])
        except NotUsed as why:
            self._add([{"patient_id": who, "row": number, "fact": kind, "why": str(why)}])
        except (AttributeError, TypeError, KeyError):
            why_not = "an element has not the type that FHIR R4 gives it"
            self._add([{"patient_id": who, "row": number, "fact": kind, "why": why_not}])

    def _rows(self, start: Row, kind: str, resource: Resource) -> Iterator[Row]:
        if kind not in ("Condition", "Observation", "Procedure", *_MEDICATIONS):
            raise NotUsed("resources of this type give no facts")
        if start["patient_id"] is None:
            raise NotUsed("it names no patient")
        self.patients.setdefault(start["patient_id"], {"patient_id": start["patient_id"]})
        if kind == "Condition":
            self._conditions.append(read_condition(start, resource, self.vocabulary))
            return
        if kind == "Observation":
            found = observation(resource, self.vocabulary)
        elif kind == "Procedure":
            found = procedure(resource, self.vocabulary)
        else:
            found = medication(resource, resource.get("medicationCodeableConcept") or self._medication_of(resource), self.vocabulary)
        yield from ({**start, **row} for row in found)

    def _add(self, rows: list[Row]) -> None:
        for row in rows:
            (self.problems if "why" in row else self.facts).append(row)

    def _meant(self, name: str | None) -> str | None:
        return None if name is None else self._aliases.get(name, name)

    def _patient(self, number: int, resource: Resource) -> None:
        who = resource["id"]
        if who is None:
            who = next((one.get("value") for one in resource.get("identifier") or []), None)
        if who in (None, ""):
            raise NotUsed("it has neither an id nor an identifier")
        died = resource.get("deceasedDateTime")
        patient = typed(
            {
                "patient_id": who, "birth_date": resource.get("birthDate"), "sex": resource.get("gender"),
                "death_date": day(died) if died else None, "history": extension(resource, f"{codes.OWN}history"),
            }
        )  # fmt: skip
        if who in self._described:
            raise RecordError(f"{self.file}: resource {number}: the Patient of an earlier resource; expected each patient once")
        self._described.add(who)
        self.patients[who] = patient
        if resource.get("deceasedBoolean") is True and not died:
            why = "the patient has died, on a day that is not given"
            self._add([{"patient_id": who, "row": number, "fact": "death", "why": why}])

    def _medication_of(self, resource: Resource) -> Any:
        """The code of the Medication that a resource refers to, in itself or beside it."""
        name = self._meant(reference(resource, "Medication", "medicationReference"))
        inside = {str(one.get("id")): one for one in resource.get("contained") or [] if isinstance(one, dict)}
        if name is None or name in inside:
            return (inside.get(name or "") or {}).get("code")
        self._referred.add(name)
        return self._medications.get(name, {}).get("code")

    def close(self, resources: list[Resource]) -> None:
        """What can be told only when all is read: what each Condition means, and which Medication was given to nobody."""
        self._add(list(facts_of(self._conditions)))
        for number, one in enumerate(resources, start=1):
            if one["resourceType"] == "Medication" and str(one["id"]) not in self._referred:
                self._add([{"patient_id": None, "row": number, "fact": "Medication", "why": "no resource says that it was given"}])
