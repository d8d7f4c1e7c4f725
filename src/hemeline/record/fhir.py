"""Records from FHIR R4: a Bundle, a list of resources, or NDJSON as bulk export writes it, with the mCODE elements that fit.

Every resource is either used or listed with why it was not. Codes are looked up in the vocabulary; where it holds none, the
display text is the value, to be understood or reported like any other word.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import polars as pl

from hemeline.errors import RecordError
from hemeline.record import fhir_codes as codes
from hemeline.record.documents import parse_json
from hemeline.record.fhir_conditions import Condition, facts_of, read_condition
from hemeline.record.fhir_elements import NotUsed, Resource, Row, day, extension, reference, resources_of, typed
from hemeline.record.fhir_facts import medication, observation, procedure
from hemeline.record.records import FACT_COLUMNS, NOT_UNDERSTOOD_COLUMNS, PATIENT_COLUMNS, Records, schema, table
from hemeline.vocabulary import Vocabulary

_READ = ("Condition", "Observation", "Procedure", "MedicationAdministration", "MedicationStatement", "MedicationRequest")
_TOLD_EACH = 1000  # lines
Told = Callable[[int, int], None]
Named = tuple[str | None, Resource]  # with the name that its bundle gives it
Medication = tuple[str, int, Any]  # id (empty if none), number, code
Use = tuple[str, Row, Resource]  # id of the Medication, patient and number, the resource that refers to it


def is_fhir(data: Any) -> bool:
    """Whether parsed JSON looks like FHIR."""
    first = data[0] if isinstance(data, list) and data else data
    return isinstance(first, dict) and "resourceType" in first


def read_ndjson(paths: Sequence[Path], vocabulary: Vocabulary) -> Records:
    """Read one resource a line; several files are one export, their resources numbered on. Raises :class:`RecordError` with the line."""
    reading = Reading(vocabulary, paths[0].name if len(paths) == 1 else paths[0].parent.name)
    for group in groups_of(paths):
        reading.take(group)
    return reading.records()


def groups_of(paths: Sequence[Path], told: Told | None = None) -> Iterator[list[Named]]:
    """The resources of each line. ``told`` hears how many bytes are read. Raises :class:`RecordError` with the line."""
    before, size = 0, sum(path.stat().st_size for path in paths)
    for path in paths:
        with path.open("rb") as file, gzip.open(file) if path.suffix == ".gz" else nullcontext(file) as lines:
            try:
                for number, line in enumerate(lines, start=1):
                    if line.strip():
                        yield list(resources_of(_parsed_line(line.rstrip(b"\n"), path.name, number), f"{path.name}:{number}"))
                    if told and not number % _TOLD_EACH:
                        told(before + file.tell(), size)
            except (EOFError, gzip.BadGzipFile, zlib.error):
                raise RecordError(f"{path.name}: expected a file in gzip, found something else or a damaged file") from None
        before += path.stat().st_size


def _parsed_line(line: bytes, file: str, number: int) -> Any:
    try:
        return parse_json(line, file)
    except RecordError as fault:
        raise RecordError(str(fault).replace(f"{file}:1:", f"{file}:{number}:")) from None


def records_from_fhir(data: Any, vocabulary: Vocabulary, file: str) -> Records:
    """Records from parsed FHIR. Raises :class:`RecordError`."""
    reading = Reading(vocabulary, file)
    reading.take(list(resources_of(data, file)))
    return reading.records()


class Reading:
    """One pass over resources. What can be told only when others are read waits: Conditions, and medications given by reference."""

    def __init__(self, vocabulary: Vocabulary, file: str) -> None:
        self.vocabulary, self.file, self.number = vocabulary, file, 0
        self.patients: dict[str, Row] = {}
        self.facts: list[Row] = []
        self.problems: list[Row] = []
        self.conditions: list[Condition] = []
        self.medications: list[Medication] = []
        self.uses: list[Use] = []
        self._aliases: dict[str, str] = {}

    def take(self, group: Sequence[Named]) -> None:
        """Read resources of which one may call another by the name that their bundle gives it."""
        self._aliases = {name: one["id"] for name, one in group if name is not None and isinstance(one["id"], str) and name != one["id"]}
        for _, resource in group:
            self.number += 1
            self._read(self.number, resource)

    def records(self) -> Records:
        """All that was read. Raises :class:`RecordError` where it was about nobody."""
        if not self.patients:
            raise RecordError(f"{self.file}: expected a Patient or resources about one, found none")
        self.give(self.medications, self.uses)
        self.facts.sort(key=_row)
        self.problems.sort(key=_row)
        self.settle(self.conditions)
        self.leave(self.medications, self.uses)
        found = self.drained()
        return Records(found.patients.select(PATIENT_COLUMNS), found.facts, found.not_understood)

    def drained(self) -> Records:
        """What is ready, which is then forgotten. The ``row`` of a patient is null where no Patient told of it."""
        people = pl.DataFrame(list(self.patients.values()), schema=schema((*PATIENT_COLUMNS, "row")), orient="row")
        found = Records(people, table(self.facts, FACT_COLUMNS), table(self.problems, NOT_UNDERSTOOD_COLUMNS))
        self.patients, self.facts, self.problems = {}, [], []
        return found

    def settle(self, conditions: Iterable[Condition]) -> None:
        """What Conditions mean, once all of a patient are there."""
        self._add(list(facts_of(conditions)))

    def give(self, medications: Sequence[Medication], uses: Sequence[Use]) -> None:
        """What was given by reference, once the Medications referred to are there."""
        named = {key: code for key, _, code in medications}
        for key, start, resource in uses:
            with _Listed(self, start, resource["resourceType"]):
                rows = list(medication(resource, named.get(key), self.vocabulary))
                self._add([typed({**start, **row}) for row in rows])

    def leave(self, medications: Sequence[Medication], uses: Sequence[Use]) -> None:
        """Which Medication was given to nobody."""
        given = {key for key, _, _ in uses}
        unused = [number for key, number, _ in medications if key not in given]
        self._add([_problem(None, number, "Medication", "no resource says that it was given") for number in unused])

    def _read(self, number: int, resource: Resource) -> None:
        """Use a resource, or say why not."""
        kind = resource["resourceType"]
        start: Row = {"patient_id": None, "row": number}
        with _Listed(self, start, kind):
            if kind == "Patient":
                self._patient(number, resource)
            elif kind == "Medication":  # that is used where another resource refers to it
                own = resource["id"]
                self.medications.append((own if isinstance(own, str) else "", number, resource.get("code")))
            else:
                start["patient_id"] = self._meant(reference(resource, "Patient", "subject", "patient"))
                self._add([typed(row) for row in self._rows(start, kind, resource)])

    def _rows(self, start: Row, kind: str, resource: Resource) -> Iterator[Row]:
        if kind not in _READ:
            raise NotUsed("resources of this type give no facts")
        if start["patient_id"] is None:
            raise NotUsed("it names no patient")
        self.patients.setdefault(start["patient_id"], {"patient_id": start["patient_id"]})
        if kind == "Condition":
            self.conditions.append(read_condition(start, resource, self.vocabulary))
            return
        if kind == "Observation":
            found = observation(resource, self.vocabulary)
        elif kind == "Procedure":
            found = procedure(resource, self.vocabulary)
        else:
            code = resource.get("medicationCodeableConcept")
            key = None if code else self._medication_of(resource)
            if key is not None:
                self.uses.append((key, start, resource))
                return
            found = medication(resource, code or _within(resource), self.vocabulary)
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
                "death_date": day(died) if died else None, "history": extension(resource, f"{codes.OWN}history"), "row": number,
            }
        )  # fmt: skip
        if self.patients.get(who, {}).get("row"):
            raise RecordError(f"{self.file}: resource {number}: the Patient of an earlier resource; expected each patient once")
        self.patients[who] = patient
        if resource.get("deceasedBoolean") is True and not died:
            self._add([_problem(who, number, "death", "the patient has died, on a day that is not given")])

    def _medication_of(self, resource: Resource) -> str | None:
        """The Medication beside a resource that it refers to; none where it names none, or one within itself."""
        name = self._meant(reference(resource, "Medication", "medicationReference"))
        return None if name in _inside(resource) else name


def _row(one: Row) -> int:
    return int(one["row"])


class _Listed:
    """What cannot be used is listed with why. (A class, because one is entered for every resource.)"""

    __slots__ = ("kind", "reading", "start")

    def __init__(self, reading: Reading, start: Row, kind: str) -> None:
        self.reading, self.start, self.kind = reading, start, kind

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: object) -> bool:
        if isinstance(fault, NotUsed):
            why = str(fault)
        elif isinstance(fault, AttributeError | TypeError | KeyError):
            why = "an element has not the type that FHIR R4 gives it"
        else:
            return False
        self.reading.problems.append(_problem(self.start["patient_id"], self.start["row"], self.kind, why))
        return True


def _inside(resource: Resource) -> dict[str, Resource]:
    return {str(one.get("id")): one for one in resource.get("contained") or [] if isinstance(one, dict)}


def _within(resource: Resource) -> Any:
    """The code of the Medication that a resource holds and refers to."""
    name = reference(resource, "Medication", "medicationReference")
    return (_inside(resource).get(name or "") or {}).get("code")


def _problem(who: str | None, number: int, kind: str, why: str) -> Row:
    return {"patient_id": who, "row": number, "fact": kind, "why": why}
