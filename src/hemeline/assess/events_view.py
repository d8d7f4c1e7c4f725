"""What happened to one patient, event by event, and what was measured over time: the data behind the picture."""

from __future__ import annotations

import math
from collections.abc import Iterator

from hemeline.assess.person import Person
from hemeline.assess.shape import EventView
from hemeline.assess.shown import shown_finding
from hemeline.facts.facts import UNDATED_LOW
from hemeline.facts.shown import shown_fact
from hemeline.when import text_of, to_date

_WORDS = {"response": "responses", "relapse": "site", "progression": "site", "status": "status", "diagnosis": "diseases"}
_SERIES = ("level", "measurement")


def event_views(person: Person) -> Iterator[EventView]:
    """Diagnoses, responses, relapses, progressions, a clinician's word, phases and death, and every measured level, by date."""
    facts = person.evaluation.course.facts
    vocabulary = facts.vocabulary
    for row in facts.rows.dicts(facts.rows.of(person.i)):
        fact, about = shown_fact(facts.codes.names[row["fact"]])
        entry = vocabulary.facts[fact]
        if about or row["date_low"] <= UNDATED_LOW or not (fact in _WORDS or fact == "death" or entry.kind in (*_SERIES, "category")):
            continue
        value = _word(person, fact, row["value"]) if fact in _WORDS else shown_finding(vocabulary, entry, row["low"], row["high"])
        view: EventView = {
            "fact": fact,
            "value": None if fact == "death" else value,
            "date": text_of(row["date_low"], row["date_high"]),
            "first": to_date(row["date_low"]).isoformat(),
            "last": to_date(row["date_high"]).isoformat(),
        }
        if entry.kind in _SERIES and math.isfinite(row["low"]):
            view["low"] = row["low"]
        if entry.kind in _SERIES and math.isfinite(row["high"]):
            view["high"] = row["high"]
        yield view


def _word(person: Person, fact: str, position: int) -> str:
    vocabulary = person.evaluation.course.facts.vocabulary
    if fact == "response":
        return tuple(vocabulary.responses)[position]
    if fact == "diagnosis":
        return tuple(vocabulary.diseases)[position]
    return vocabulary.value_ids(_WORDS[fact])[position]
