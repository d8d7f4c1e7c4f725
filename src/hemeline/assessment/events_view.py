"""What happened to one patient, event by event, and what was measured over time: the data behind the picture."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import chain

from hemeline.assessment.person import Person
from hemeline.assessment.shape import EventView, Shown
from hemeline.assessment.shown import shown_finding
from hemeline.facts.facts import UNDATED_LOW
from hemeline.facts.shown import shown_fact
from hemeline.when import NO_DAY, text_of, to_date

_WORDS = {"response": "responses", "relapse": "site", "progression": "site", "status": "status", "diagnosis": "diseases"}
_SERIES = ("level", "measurement")


def event_views(person: Person) -> list[EventView]:
    """Diagnoses, responses, relapses, progressions, a clinician's word, phases and death, and every measured level, by date."""
    return sorted(chain(_recorded(person), _death(person)), key=lambda event: event["first"])


def _recorded(person: Person) -> Iterator[EventView]:
    facts = person.evaluation.course.facts
    vocabulary = facts.vocabulary
    for row in facts.rows.dicts(facts.rows.of(person.i)):
        fact, about = shown_fact(facts.codes.names[row["fact"]])
        entry = vocabulary.facts[fact]
        if about or row["date_low"] <= UNDATED_LOW or not (fact in _WORDS or fact == "death" or entry.kind in (*_SERIES, "category")):
            continue
        value = _word(person, fact, row["value"]) if fact in _WORDS else shown_finding(vocabulary, entry, row["low"], row["high"])
        view = _event(fact, None if fact == "death" else value, row["date_low"], row["date_high"])
        if entry.kind in _SERIES and math.isfinite(row["low"]):
            view["low"] = row["low"]
        if entry.kind in _SERIES and math.isfinite(row["high"]):
            view["high"] = row["high"]
        yield view


def _death(person: Person) -> Iterator[EventView]:
    """The death that stands with the patient's own data and not among the facts."""
    facts = person.evaluation.course.facts
    low, high = int(facts.patients.death_low[person.i]), int(facts.patients.death_high[person.i])
    told = facts.rows_of("death")
    if low != NO_DAY and not len(told.take(told.of(person.i))):
        yield _event("death", None, low, high)


def _event(fact: str, value: Shown, low: int, high: int) -> EventView:
    first, last = to_date(low).isoformat(), to_date(high).isoformat()
    return {"fact": fact, "value": value, "date": text_of(low, high), "first": first, "last": last}


def _word(person: Person, fact: str, position: int) -> str:
    vocabulary = person.evaluation.course.facts.vocabulary
    if fact == "response":
        return tuple(vocabulary.responses)[position]
    if fact == "diagnosis":
        return tuple(vocabulary.diseases)[position]
    return vocabulary.value_ids(_WORDS[fact])[position]
