"""Observations, medications and procedures of FHIR R4 as facts. Each function raises :class:`NotUsed` where a resource gives none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hemeline.record import fhir_codes as codes
from hemeline.record.documents import text
from hemeline.record.fhir_elements import NotUsed, Resource, Row, codings, date, end, extension, own, words
from hemeline.vocabulary import Vocabulary, normal

# -- observations ------------------------------------------------------------------------------------------------------


def observation(resource: Resource, vocabulary: Vocabulary) -> Iterator[Row]:
    """The value of an Observation and of each of its components; a part that gives no fact is a row with why."""
    if resource.get("status") in ("entered-in-error", "cancelled"):
        raise NotUsed("it is cancelled or entered in error")
    when = date(resource, "effectiveDateTime", "effectivePeriod", "effectiveInstant", "issued")
    parts = resource.get("component") or []
    valued = _has_value(resource)
    if not parts and not valued:
        raise NotUsed("it has no value")
    observed = [resource, *parts] if valued else parts
    for one in observed:
        try:
            yield {**own(resource), "date": when, **_observed(one, vocabulary)}
        except NotUsed as why:
            yield {"fact": _fact(one.get("code"), vocabulary) or "Observation", "why": str(why)}


def _observed(one: Resource, vocabulary: Vocabulary) -> Row:
    if any(code == codes.DISEASE_STATUS for _, code, _ in codings(one.get("code"))):
        answer = next((code for _, code, _ in codings(one.get("valueCodeableConcept")) if code in codes.STATUS_ANSWERS), None)
        if answer is None:
            raise NotUsed("its answer says neither stable nor worse nor not detected")
        fact, said = codes.STATUS_ANSWERS[answer]
        return {"fact": fact, "value": said}
    name = _fact(one.get("code"), vocabulary)
    if name is None:
        raise NotUsed("it has no code and no text")
    value, unit = _value(one)
    return {"fact": name, "value": value, "unit": unit or text(extension(one, f"{codes.OWN}unit"))}


def _fact(concept: Any, vocabulary: Vocabulary) -> str | None:
    for system, code, _ in codings(concept):
        known = vocabulary.codes.get((system, normal(code)))
        if known in vocabulary.facts:
            return known
    return words(concept)


def _value(one: Resource) -> tuple[str | None, str | None]:
    """Value and unit."""
    quantity = one.get("valueQuantity")
    if isinstance(quantity, dict):
        number = _scalar(quantity.get("value"))
        return (f"{quantity.get('comparator', '')}{number}" if number else None), quantity.get("code") or quantity.get("unit")
    concept = one.get("valueCodeableConcept")
    if isinstance(concept, dict):
        answer = next((codes.ANSWERS[code] for _, code, _ in codings(concept) if code in codes.ANSWERS), None)
        return answer or words(concept), None
    for key in ("valueString", "valueInteger", "valueDateTime"):
        if key in one:
            return _scalar(one[key]), None
    if "valueBoolean" in one:
        return _answer(one["valueBoolean"]), None
    if _says_no_value(one):
        return None, None
    raise NotUsed("its value is of a type that gives no fact" if _has_value(one) else "it has no value")


def _scalar(value: Any) -> str | None:
    if isinstance(value, dict | list):
        raise TypeError("value")
    return text(value)


def _answer(value: Any) -> str:
    if not isinstance(value, bool):  # the text "false" would count as true
        raise TypeError("valueBoolean")
    return "positive" if value else "negative"


def _has_value(one: Resource) -> bool:
    return any(key.startswith("value") for key in one) or _says_no_value(one)


def _says_no_value(one: Resource) -> bool:
    """Whether the value is absent because the fact has none, as a relapse at a site not recorded."""
    return any(code == codes.NO_VALUE for _, code, _ in codings(one.get("dataAbsentReason")))


# -- treatments --------------------------------------------------------------------------------------------------------


def medication(resource: Resource, concept: Any, vocabulary: Vocabulary) -> Iterator[Row]:
    """A medication that was given or ordered; ``concept`` is the medication it names or refers to."""
    _refuse_not_given(resource)
    therapy = _therapy(concept, vocabulary)
    if therapy is None:
        raise NotUsed("it names no medication")
    until = end(resource, "effectivePeriod")
    if resource["resourceType"] == "MedicationAdministration" and "effectiveDateTime" in resource:
        until = date(resource, "effectiveDateTime")  # what is given on one day is over on that day
    when = date(resource, "effectiveDateTime", "effectivePeriod", "occurrenceDateTime", "authoredOn")
    yield {**_modifiers(resource), "date": when, "end": until, "fact": "treatment", "value": therapy}


def procedure(resource: Resource, vocabulary: Vocabulary) -> Iterator[Row]:
    """A procedure that is a therapy of the vocabulary."""
    _refuse_not_given(resource)
    therapy = _therapy(resource.get("code"), vocabulary)
    if therapy is None:
        raise NotUsed("it has no code and no text")
    if vocabulary.therapy_index.find(therapy) is None:
        raise NotUsed("the procedure is not a therapy of the vocabulary")
    when, until = date(resource, "performedDateTime", "performedPeriod"), end(resource, "performedPeriod")
    yield {**_modifiers(resource), "date": when, "end": until, "fact": "treatment", "value": therapy}


def _refuse_not_given(resource: Resource) -> None:
    request = resource["resourceType"] == "MedicationRequest"
    if resource.get("status") in codes.NOT_GIVEN or (request and resource.get("status") == "on-hold"):
        raise NotUsed("its status does not say that it was given")
    if request and (resource.get("intent") in ("proposal", "plan", "option") or resource.get("doNotPerform") is True):
        raise NotUsed("it is a proposal, a plan or a prohibition, not an order")


def _therapy(concept: Any, vocabulary: Vocabulary) -> str | None:
    for system, code, _ in codings(concept):
        known = vocabulary.codes.get((system, normal(code)))
        if known in vocabulary.therapies:
            return known
    known_words = [word for word in [(concept or {}).get("text"), *(display for _, _, display in codings(concept))] if word]
    return next((word for word in known_words if vocabulary.therapy_index.find(word)), None) or words(concept)


def _modifiers(resource: Resource) -> Row:
    told = own(resource)
    reasons = [extension(resource, codes.TERMINATION), *(resource.get("statusReason") or [])]
    coded = [codes.REASONS.get(code) or display or code for reason in reasons for _, code, display in codings(reason)]
    intents = [codes.INTENTS.get(code) or _intent_word(display) for _, code, display in codings(extension(resource, codes.INTENT))]
    told["reason"] = told["reason"] or next(iter(coded), None)
    told["intent"] = told["intent"] or next((one for one in intents if one), None)
    return told


def _intent_word(display: str | None) -> str | None:
    """An intent only where its display is one of our words; "curative" is not."""
    return display.casefold() if display and display.casefold() in ("palliative", "prophylaxis", "palliation") else None
