"""Records from FHIR R4: a Bundle, a list of resources, or NDJSON as bulk export writes it, with the mCODE elements that fit.

Every resource is either used or listed with why it was not. Codes are looked up in the vocabulary; where it holds none, the
display text is the value, to be understood or reported like any other word.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hemeline.errors import RecordError
from hemeline.record import fhir_codes as codes
from hemeline.record.documents import parse_json, text
from hemeline.record.records import FACT_COLUMNS, NOT_UNDERSTOOD_COLUMNS, PATIENT_COLUMNS, Records, table
from hemeline.vocabulary import Vocabulary, normal

Resource = dict[str, Any]
Row = dict[str, Any]


class NotUsed(Exception):
    """A resource that gives no fact, with why."""


def is_fhir(data: Any) -> bool:
    """Whether parsed JSON looks like FHIR."""
    first = data[0] if isinstance(data, list) and data else data
    return isinstance(first, dict) and "resourceType" in first


def read_fhir(path: Path, vocabulary: Vocabulary) -> Records:
    """Read a Bundle, a list of resources (.json) or one resource a line (.ndjson). Raises :class:`RecordError`."""
    raw = path.read_bytes()
    if path.suffix == ".ndjson":
        lines = [(number, line) for number, line in enumerate(raw.splitlines(), start=1) if line.strip()]
        resources = [_parsed_line(line, path.name, number) for number, line in lines]
    else:
        resources = parse_json(raw, path.name)
    return records_from_fhir(resources, vocabulary, path.name)


def _parsed_line(line: bytes, file: str, number: int) -> Any:
    try:
        return parse_json(line, file)
    except RecordError as fault:
        raise RecordError(str(fault).replace(f"{file}:1:", f"{file}:{number}:")) from None


def records_from_fhir(data: Any, vocabulary: Vocabulary, file: str) -> Records:
    """Records from parsed FHIR."""
    resources = list(_resources(data, file))
    reading = _Reading(vocabulary, {_key(one): one for one in resources})
    for number, resource in enumerate(resources, start=1):
        reading.read(number, resource)
    if not reading.patients:
        raise RecordError(f"{file}: expected a Patient or resources about one, found none")
    reading.relapses_of_conditions()
    facts = [row for row in reading.facts if row["patient_id"] in reading.patients]
    return Records(
        table(list(reading.patients.values()), PATIENT_COLUMNS), table(facts, FACT_COLUMNS), table(reading.problems, NOT_UNDERSTOOD_COLUMNS)
    )


def _resources(data: Any, file: str) -> Iterator[Resource]:
    """Every resource of a bundle (also one inside another), a list, or a single resource."""
    for one in data if isinstance(data, list) else [data]:
        if not isinstance(one, dict) or not isinstance(one.get("resourceType"), str):
            raise RecordError(f"{file}: expected FHIR resources with a resourceType")
        if one["resourceType"] == "Bundle":
            for entry in one.get("entry") or []:
                if isinstance(entry, dict) and isinstance(entry.get("resource"), dict):
                    yield from _resources({"id": _id_of(entry), **entry["resource"]}, file)
        else:
            yield one


def _id_of(entry: Resource) -> str | None:
    address = entry.get("fullUrl")
    return address.rpartition("/")[2].removeprefix("urn:uuid:") if isinstance(address, str) else None


def _key(resource: Resource) -> str:
    return f"{resource['resourceType']}/{resource.get('id')}"


def _reference(resource: Resource, *names: str) -> str | None:
    for name in names:
        address = (resource.get(name) or {}).get("reference")
        if isinstance(address, str):
            return address.rpartition("/")[2].removeprefix("urn:uuid:").removeprefix("#")
    return None


def _date(resource: Resource, *names: str) -> str | None:
    """The first date among some elements; a period gives its start, a date-time its day."""
    for name in names:
        value = resource.get(name)
        value = value.get("start") if isinstance(value, dict) else value
        if isinstance(value, str) and value:
            return value[:10]
    return None


def _end(resource: Resource, *names: str) -> str | None:
    for name in names:
        period = resource.get(name)
        if isinstance(period, dict) and isinstance(period.get("end"), str):
            return str(period["end"])[:10]
    return None


def _codings(concept: Any) -> Iterator[tuple[str, str, str | None]]:
    """``(system, code, display)`` of a CodeableConcept, systems by our names."""
    for coding in (concept or {}).get("coding") or []:
        if isinstance(coding, dict) and coding.get("code"):
            system = str(coding.get("system", ""))
            yield codes.SYSTEMS.get(system, system), str(coding["code"]), coding.get("display")


def _words(concept: Any) -> str | None:
    """The text of a concept, or the display or code of its first coding."""
    if not isinstance(concept, dict):
        return None
    listed = [word for _, code, display in _codings(concept) for word in (display, code) if word]
    return concept.get("text") or next(iter(listed), None)


def _extension(resource: Resource, url: str) -> Any:
    for one in resource.get("extension") or []:
        if isinstance(one, dict) and one.get("url") == url:
            return next((value for key, value in one.items() if key.startswith("value")), None)
    return None


def _status_code(resource: Resource, name: str) -> str | None:
    return next((code for _, code, _ in _codings(resource.get(name))), None)


@dataclass
class _Reading:
    """One pass over the resources."""

    vocabulary: Vocabulary
    by_key: dict[str, Resource]
    patients: dict[str, Row] = field(default_factory=dict)
    facts: list[Row] = field(default_factory=list)
    problems: list[Row] = field(default_factory=list)
    conditions: list[tuple[int, str, Resource, str]] = field(default_factory=list)

    def read(self, number: int, resource: Resource) -> None:
        """Use a resource, or say why not."""
        kind = resource["resourceType"]
        readers: dict[str, Callable[[str, Resource], Iterator[Row]]] = {
            "Condition": self._condition, "Observation": self._observation, "Procedure": self._procedure,
            "MedicationAdministration": self._medication, "MedicationStatement": self._medication, "MedicationRequest": self._medication,
        }  # fmt: skip
        who = resource.get("id") if kind == "Patient" else _reference(resource, "subject", "patient")
        try:
            if kind == "Patient":
                self._patient(resource)
            elif kind == "Medication":
                return  # used where a medication resource refers to it
            elif kind not in readers:
                raise NotUsed("resources of this type give no facts")
            elif who is None:
                raise NotUsed("it names no patient")
            else:
                self._seen(who)
                rows = [{"patient_id": who, "row": number, **row} for row in readers[kind](who, {**resource, "_number": number})]
                self.facts += rows
        except NotUsed as why:
            self.problems.append({"patient_id": who, "row": number, "fact": kind, "why": str(why)})
        except (AttributeError, TypeError, KeyError):
            self.problems.append(
                {"patient_id": who, "row": number, "fact": kind, "why": "an element has not the type that FHIR R4 gives it"}
            )

    def _seen(self, who: str) -> None:
        self.patients.setdefault(who, {"patient_id": who})

    def _patient(self, resource: Resource) -> None:
        who = str(resource.get("id") or next((one.get("value") for one in resource.get("identifier") or []), ""))
        if not who:
            raise NotUsed("it has neither an id nor an identifier")
        self.patients[who] = {
            "patient_id": who,
            "birth_date": resource.get("birthDate"),
            "sex": resource.get("gender"),
            "death_date": (resource.get("deceasedDateTime") or "")[:10] or None,
            "history": text(_extension(resource, f"{codes.OWN}history")),
        }
        if resource.get("deceasedBoolean") is True:
            self.problems.append({"patient_id": who, "row": 0, "fact": "death", "why": "the patient has died, on a day that is not given"})

    # -- conditions ------------------------------------------------------------------------------------------------

    def _condition(self, who: str, resource: Resource) -> Iterator[Row]:
        if _status_code(resource, "verificationStatus") in ("refuted", "entered-in-error"):
            raise NotUsed("it is refuted or entered in error")
        disease = self._disease(resource)
        if disease is None:
            raise NotUsed("it has no code and no text")
        if self.vocabulary.disease_index.find(disease) is None:
            near = self.vocabulary.disease_index.nearest(disease)
            raise NotUsed(f"the disease is not in the vocabulary{f' (nearest: {near})' if near else ''}")
        self.conditions.append((resource["_number"], who, resource, disease))
        return iter(())

    def _disease(self, resource: Resource) -> str | None:
        """The most exact disease a condition names: its histology, else its code, else its words."""
        concepts = [_extension(resource, codes.HISTOLOGY), resource.get("code")]
        for concept in concepts:
            for system, code, _ in _codings(concept):
                if (system, normal(code)) in self.vocabulary.codes or self.vocabulary.disease_index.find(code):
                    return code
        return next((words for words in map(_words, concepts) if words), None)

    def relapses_of_conditions(self) -> None:
        """Conditions as facts: the first of a patient is the diagnosis; a later one in relapse or recurrence is a relapse."""
        order = sorted(
            self.conditions, key=lambda one: (one[1], _date(one[2], "onsetDateTime", "onsetPeriod", "recordedDate") or "9999", one[0])
        )
        seen: dict[str, str] = {}
        for number, who, resource, disease in order:
            onset = _date(resource, "onsetDateTime", "onsetPeriod", "recordedDate")
            status = _status_code(resource, "clinicalStatus")
            start = {"patient_id": who, "row": number}
            first = who not in seen
            seen.setdefault(who, onset or "")
            if first or status not in codes.RELAPSED:
                self.facts.append({**start, "date": onset, "fact": "diagnosis", "value": disease})
            if status in codes.RELAPSED:
                self._relapse(start, resource, onset, first)
            elif status == "remission":
                self._remission(start, resource)

    def _relapse(self, start: Row, resource: Resource, onset: str | None, first: bool) -> None:
        date = _date(resource, "recordedDate") if first else onset
        if date is None or (first and date == onset):
            why = "its status says relapse, but no date tells when"
            self.problems.append({**start, "fact": "relapse", "why": why})
            return
        sites: list[str | None] = [words for words in map(_words, resource.get("bodySite") or []) if words]
        self.facts += [{**start, "date": date, "fact": "relapse", "value": site} for site in sites or [None]]

    def _remission(self, start: Row, resource: Resource) -> None:
        date = _date(resource, "abatementDateTime", "abatementPeriod", "recordedDate")
        if date is None:
            self.problems.append({**start, "fact": "status", "why": "its status says remission, but no date tells when"})
        else:
            self.facts.append({**start, "date": date, "fact": "status", "value": "remission"})

    # -- observations ----------------------------------------------------------------------------------------------

    def _observation(self, who: str, resource: Resource) -> Iterator[Row]:
        if resource.get("status") in ("entered-in-error", "cancelled"):
            raise NotUsed("it is cancelled or entered in error")
        date = _date(resource, "effectiveDateTime", "effectivePeriod", "effectiveInstant", "issued")
        parts = [one for one in resource.get("component") or [] if isinstance(one, dict)]
        observed = [one for one in [resource, *parts] if any(key.startswith("value") for key in one)]
        if not observed:
            raise NotUsed("it has no value")
        for one in observed:
            yield from self._observed(one, date, resource)

    def _observed(self, one: Resource, date: str | None, resource: Resource) -> Iterator[Row]:
        if any(code == codes.DISEASE_STATUS for _, code, _ in _codings(one.get("code"))):
            answer = next((code for _, code, _ in _codings(one.get("valueCodeableConcept")) if code in codes.STATUS_ANSWERS), None)
            if answer is None:
                raise NotUsed("its answer says neither stable nor worse nor not detected")
            fact, said = codes.STATUS_ANSWERS[answer]
            yield {"date": date, "fact": fact, "value": said}
            return
        name = self._fact(one.get("code"))
        if name is None:
            raise NotUsed("it has no code and no text")
        value, unit = self._value(one)
        yield {"date": date, "fact": name, "value": value, "unit": unit, "note": self._note(resource)}

    def _fact(self, concept: Any) -> str | None:
        for system, code, _ in _codings(concept):
            known = self.vocabulary.codes.get((system, normal(code)))
            if known in self.vocabulary.facts:
                return known
        return _words(concept)

    def _value(self, one: Resource) -> tuple[str | None, str | None]:
        quantity = one.get("valueQuantity")
        if isinstance(quantity, dict):
            number = text(quantity.get("value"))
            return (f"{quantity.get('comparator', '')}{number}" if number else None), quantity.get("code") or quantity.get("unit")
        concept = one.get("valueCodeableConcept")
        if isinstance(concept, dict):
            answer = next((codes.ANSWERS[code] for _, code, _ in _codings(concept) if code in codes.ANSWERS), None)
            return answer or _words(concept), None
        for key in ("valueString", "valueInteger", "valueDateTime"):
            if key in one:
                return text(one[key]), None
        if "valueBoolean" in one:
            return ("positive" if one["valueBoolean"] else "negative"), None
        raise NotUsed("its value is of a type that gives no fact")

    # -- treatments ------------------------------------------------------------------------------------------------

    def _medication(self, who: str, resource: Resource) -> Iterator[Row]:
        self._refuse_not_given(resource)
        concept = resource.get("medicationCodeableConcept") or self._referred(resource)
        therapy = self._therapy(concept)
        if therapy is None:
            raise NotUsed("it names no medication")
        names = ("effectiveDateTime", "effectivePeriod", "occurrenceDateTime", "authoredOn")
        end = _end(resource, "effectivePeriod")
        if resource["resourceType"] == "MedicationAdministration" and "effectiveDateTime" in resource:
            end = _date(resource, "effectiveDateTime")  # what is given on one day is over on that day
        yield {"date": _date(resource, *names), "end": end, "fact": "treatment", "value": therapy, **self._modifiers(resource)}

    def _procedure(self, who: str, resource: Resource) -> Iterator[Row]:
        self._refuse_not_given(resource)
        therapy = self._therapy(resource.get("code"))
        if therapy is None:
            raise NotUsed("it has no code and no text")
        if self.vocabulary.therapy_index.find(therapy) is None:
            raise NotUsed("the procedure is not a therapy of the vocabulary")
        date, end = _date(resource, "performedDateTime", "performedPeriod"), _end(resource, "performedPeriod")
        yield {"date": date, "end": end, "fact": "treatment", "value": therapy, **self._modifiers(resource)}

    def _refuse_not_given(self, resource: Resource) -> None:
        if resource.get("status") in codes.NOT_GIVEN:
            raise NotUsed("its status says that it was not given")
        if resource["resourceType"] == "MedicationRequest" and resource.get("intent") in ("proposal", "plan", "option"):
            raise NotUsed("it is a proposal or plan, not an order")

    def _referred(self, resource: Resource) -> Any:
        name = _reference(resource, "medicationReference")
        inside = {one.get("id"): one for one in resource.get("contained") or [] if isinstance(one, dict)}
        return (inside.get(name) or self.by_key.get(f"Medication/{name}") or {}).get("code")

    def _therapy(self, concept: Any) -> str | None:
        for system, code, _ in _codings(concept):
            known = self.vocabulary.codes.get((system, normal(code)))
            if known in self.vocabulary.therapies:
                return known
        known_words = [word for word in [(concept or {}).get("text"), *(display for _, _, display in _codings(concept))] if word]
        return next((word for word in known_words if self.vocabulary.therapy_index.find(word)), None) or _words(concept)

    def _modifiers(self, resource: Resource) -> Row:
        own = {name: text(_extension(resource, f"{codes.OWN}{name}")) for name in codes.EXTENSIONS}
        reasons = [_extension(resource, codes.TERMINATION), *(resource.get("statusReason") or [])]
        coded = [codes.REASONS.get(code) or display or code for reason in reasons for _, code, display in _codings(reason)]
        intents = [codes.INTENTS.get(code) or _intent_word(display) for _, code, display in _codings(_extension(resource, codes.INTENT))]
        own["reason"] = own["reason"] or next(iter(coded), None)
        own["intent"] = own["intent"] or next((one for one in intents if one), None)
        return {**own, "note": self._note(resource)}

    @staticmethod
    def _note(resource: Resource) -> str | None:
        return "; ".join(str(one.get("text")) for one in resource.get("note") or [] if isinstance(one, dict)) or None


def _intent_word(display: str | None) -> str | None:
    """An intent only where its display is one of our words; "curative" is not."""
    return display.casefold() if display and display.casefold() in ("palliative", "prophylaxis", "palliation") else None
