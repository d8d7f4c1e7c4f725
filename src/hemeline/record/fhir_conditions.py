"""Conditions of FHIR R4 as diagnoses, relapses and remissions: what one means depends on those before it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from hemeline.record import fhir_codes as codes
from hemeline.record.fhir_elements import NotUsed, Resource, Row, codings, date, extension, first_code, own, typed, words
from hemeline.vocabulary import Vocabulary, normal


@dataclass(frozen=True)
class Condition:
    """What one Condition says. ``start`` are the columns of every row it gives, ``more`` those of its diagnosis."""

    start: Row
    disease: str
    status: str | None
    onset: str | None
    recorded: str | None
    abated: str | None
    sites: tuple[str, ...]
    more: Row


def read_condition(start: Row, resource: Resource, vocabulary: Vocabulary) -> Condition:
    """One Condition. Raises :class:`NotUsed` where it names no disease of the vocabulary."""
    if first_code(resource, "verificationStatus") in ("refuted", "entered-in-error"):
        raise NotUsed("it is refuted or entered in error")
    disease = _disease(resource, vocabulary)
    if disease is None:
        raise NotUsed("it has no code and no text")
    if vocabulary.disease_index.find(disease) is None:
        near = vocabulary.disease_index.nearest(disease)
        raise NotUsed(f"the disease is not in the vocabulary{f' (nearest: {near})' if near else ''}")
    sites = resource.get("bodySite") or []
    if not isinstance(sites, list):
        raise TypeError("bodySite")
    return Condition(
        start,
        disease,
        first_code(resource, "clinicalStatus"),
        date(resource, "onsetDateTime", "onsetPeriod", "recordedDate"),
        date(resource, "recordedDate"),
        date(resource, "abatementDateTime", "abatementPeriod"),
        tuple(typed({"site": site})["site"] for site in map(words, sites) if site),
        typed(own(resource)),
    )


def _disease(resource: Resource, vocabulary: Vocabulary) -> str | None:
    """The most exact disease a condition names: its histology, else its code, else its words."""
    concepts = [extension(resource, codes.HISTOLOGY), resource.get("code")]
    for concept in concepts:
        for system, code, _ in codings(concept):
            if (system, normal(code)) in vocabulary.codes or vocabulary.disease_index.find(code):
                return code
    return next((found for found in map(words, concepts) if found), None)


def facts_of(conditions: Iterable[Condition]) -> Iterator[Row]:
    """Conditions as facts: the first of a patient is the diagnosis; a later one in relapse or recurrence is a relapse."""
    seen: set[str] = set()
    for one in sorted(conditions, key=lambda one: (one.start["patient_id"], one.onset or "9999", one.start["row"])):
        first = one.start["patient_id"] not in seen
        seen.add(one.start["patient_id"])
        if first or one.status not in codes.RELAPSED:
            yield {**one.more, **one.start, "date": one.onset, "fact": "diagnosis", "value": one.disease}
        # The day of recording tells when the status was seen only if it is not the day of the diagnosis.
        seen_on = one.recorded if one.recorded != one.onset else None
        if one.status in codes.RELAPSED:
            yield from _relapse(one, seen_on if first else one.onset)
        elif one.status == "remission":
            yield _remission(one, one.abated or seen_on)


def _relapse(one: Condition, when: str | None) -> Iterator[Row]:
    if when is None:
        yield {**one.start, "fact": "relapse", "why": "its status says relapse, but no date tells when"}
        return
    yield from ({**one.start, "date": when, "fact": "relapse", "value": site} for site in one.sites or (None,))


def _remission(one: Condition, when: str | None) -> Row:
    if when is None:
        return {**one.start, "fact": "status", "why": "its status says remission, but no date tells when"}
    return {**one.start, "date": when, "fact": "status", "value": "remission"}
