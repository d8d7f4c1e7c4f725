"""The course of one patient as the contract shows it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from hemeline.assessment.definition_views import definition_views, timing_view
from hemeline.assessment.events_view import event_views
from hemeline.assessment.person import Person, truth_at
from hemeline.assessment.shape import CourseView, LineView, PriorView, RelapseView, RemissionView
from hemeline.assessment.shown import shown_date, shown_finding
from hemeline.course.levels import level_views
from hemeline.course.tables import KINDS
from hemeline.facts.facts import UNDATED_LOW
from hemeline.facts.shown import shown_fact
from hemeline.knowledge.schema import Definition
from hemeline.vocabulary import Vocabulary
from hemeline.when import DAYS_PER_MONTH, NO_DAY

# The three exposures the contract names, and the class of the vocabulary that each is.
_AFTER = ("transplant", "car-t")


def course_view(person: Person, definitions: list[Definition]) -> CourseView:
    """Everything derived about a course, by the rules and by the given definitions."""
    course = person.evaluation.course
    i, vocabulary = person.i, course.facts.vocabulary
    disease = tuple(vocabulary.diseases.values())[course.diagnoses.disease[i]] if course.diagnoses.disease[i] >= 0 else None
    failed = [row for row in person.rows("exposures") if row["surely"]]
    return {
        "disease": disease.id if disease else None,
        "state": person.state,
        "remission_number": _count(course.remission_number, i),
        "relapse_number": _count(course.relapse_number, i),
        "refractory": person.feature("refractory"),
        "primary_refractory": person.feature("primary_refractory"),
        "line_count": _count(course.line_count, i),
        "lines": [_line(person, row) for row in person.rows("lines")],
        "remissions": [_remission(row) for row in person.rows("remissions")],
        "relapses": [_relapse(person, row, definitions, at) for at, row in enumerate(person.rows("relapses"))],
        "refractory_to": _given(person, failed),
        "prior": _prior(person),
        "disease_name": disease.name if disease else None,
        "diagnosis_date": shown_date(int(course.diagnoses.first_low[i]), int(course.diagnoses.first_high[i])),
        "state_by_clinician": _by_clinician(person),
        "transformation": _transformation(person),
        "refractory_to_classes": _classes(person, failed),
        "intolerant_to": _intolerant(person),
        "regimen_count": _regimens(person),
        "definitions": list(definition_views(person, definitions)),
        "levels": level_views(course, person.evaluation.levels, i),
        "findings": list(_finding_views(person)),
        "events": event_views(person),
        "open": _open(person),
    }


def _count(counted: Any, i: int) -> int | None:
    return int(counted.low[i]) if counted.low[i] == counted.high[i] else None


def _open(person: Person) -> list[str]:
    """What the dates leave open, in words."""
    course, i = person.evaluation.course, person.i
    named = (("line_count", course.line_count), ("remission_number", course.remission_number), ("relapse_number", course.relapse_number))
    found = [f"{name}: {counted.low[i]} to {counted.high[i]}" for name, counted in named if counted.low[i] != counted.high[i]]
    return found if course.state_known[i] else ["state: partial dates leave the order of events open", *found]


def _given(person: Person, rows: list[dict[str, Any]]) -> list[str]:
    """Therapies of some exposures with the drugs of regimens, in the order they began."""
    vocabulary = person.evaluation.course.facts.vocabulary
    found: dict[str, None] = {}
    for row in rows:
        therapy = person.therapies[row["therapy"]]
        found |= dict.fromkeys([therapy, *vocabulary.therapies[therapy].drugs])
    return list(found)


def _classes(person: Person, rows: list[dict[str, Any]]) -> list[str]:
    vocabulary, given = person.evaluation.course.facts.vocabulary, set(_given(person, rows))
    return [one for one in vocabulary.classes if given & vocabulary.therapies_in(one)]


def _regimens(person: Person) -> int | None:
    """How many regimens were given one after another, as some authors count instead of lines; unknown where dates leave it open.

    A regimen is what began on one day; what only goes on with drugs of the one before is no other one.
    """
    rows = [row for row in person.rows("exposures") if row["lasting"] and not row["supportive"]]
    if any(row["start_low"] != row["start_high"] for row in rows) or person.evaluation.course.facts.patients.partial_history[person.i]:
        return None
    count, before = 0, set[str]()
    for day in sorted({row["start_low"] for row in rows}):
        begun = set(_given(person, [row for row in rows if row["start_low"] == day]))
        count, before = (count, before) if begun <= before else (count + 1, begun)
    return count


def _intolerant(person: Person) -> list[str]:
    facts = person.evaluation.course.facts
    reasons = facts.vocabulary.value_ids("reason")
    rows = facts.rows_of("intolerant")
    told = rows["value"][rows.of(person.i)].tolist()
    ended = [row["therapy"] for row in person.rows("exposures") if row["reason"] == reasons.index("toxicity")]
    return list(dict.fromkeys(person.therapies[one] for one in [*ended, *told]))


def _prior(person: Person) -> PriorView:
    vocabulary = person.evaluation.course.facts.vocabulary
    rows = person.rows("exposures")
    given = set(_given(person, rows))
    partial = bool(person.evaluation.course.facts.patients.partial_history[person.i])

    def had(group: str) -> bool | None:
        return True if given & vocabulary.therapies_in(group) else None if partial else False

    return {
        "therapies": _given(person, rows),
        "classes": _classes(person, rows),
        "allogeneic_sct": had("allogeneic-transplant"),
        "autologous_sct": had("autologous-transplant"),
        "car_t": had("car-t"),
    }


def _line(person: Person, row: dict[str, Any]) -> LineView:
    responses = tuple(person.evaluation.course.facts.vocabulary.responses)
    mine = [one for one in person.rows("exposures") if one["line"] == row["number"]]
    return {
        "number": row["number"],
        "start": shown_date(row["start_low"], row["start_high"]),
        "end": shown_date(row["end_low"], row["end_high"]),
        "therapies": list(dict.fromkeys(person.therapies[one["therapy"]] for one in mine)),
        "best_response": responses[row["best"]] if row["best"] >= 0 else None,
        "refractory": row["refractory"],
        "treatments": [_treatment(person, one) for one in mine],
    }


def _treatment(person: Person, row: dict[str, Any]) -> dict[str, Any]:
    words = person.evaluation.course.facts.vocabulary.value_ids
    named = {key: words(key)[row[key]] for key in ("intent", "reason", "donor", "conditioning") if row[key] >= 0}
    dates = {"start": shown_date(row["start_low"], row["start_high"]), "end": shown_date(row["end_low"], row["end_high"])}
    return {"therapy": person.therapies[row["therapy"]], **dates, **named}


def _months(low: float, high: float) -> tuple[float | None, list[float] | None]:
    if math.isinf(low) or math.isinf(high):
        return None, None
    return (round(low, 1), None) if low == high else (None, [round(low, 1), round(high, 1)])


def _remission(row: dict[str, Any]) -> RemissionView:
    dated = min(row["start_low"], row["end_low"]) > UNDATED_LOW
    low = max((row["end_low"] - row["start_high"]) / DAYS_PER_MONTH, 0.0) if dated else -math.inf
    high = (row["end_high"] - row["start_low"]) / DAYS_PER_MONTH if dated else math.inf
    months, span = _months(low, high)
    view: RemissionView = {
        "number": row["number"],
        "start": shown_date(row["start_low"], row["start_high"]),
        "end": shown_date(row["end_low"], row["end_high"]),
        "months": months,
    }
    if span:
        view["months_range"] = span
    if row["start_low"] == NO_DAY:
        view["implied"] = True
    return view


def _relapse(person: Person, row: dict[str, Any], definitions: list[Definition], at: int) -> RelapseView:
    course = person.evaluation.course
    position = course.relapses.of(person.i).start + at
    truths = {name: truth_at(column, position) for name, column in person.evaluation.definitions.of_relapses.items()}
    vocabulary = person.evaluation.course.facts.vocabulary
    before = [one for one in person.rows("exposures") if one["start_high"] < row["date_low"]]
    after = frozenset().union(*(vocabulary.therapies_in(one) for one in _AFTER))
    return {
        "number": row["number"],
        "date": shown_date(row["date_low"], row["date_high"]),
        "sites": sorted(word for place, word in enumerate(vocabulary.value_ids("site")) if row["sites"] >> place & 1),
        "kind": KINDS[row["kind"]],
        "timing": [timing_view(person, one, truths) for one in definitions if one.kind == "relapse-timing"],
        "after": [one for one in _given(person, before) if one in after],
    }


def _by_clinician(person: Person) -> dict[str, Any] | None:
    """The clinician's word, where it is what the state rests on (nothing that changes the state came after it)."""
    course = person.evaluation.course
    events, done = course.events, course.walked
    stop = int(events.start[person.i] + events.count[person.i])
    words = course.facts.vocabulary.value_ids("status")
    for at in range(stop - 1, int(events.start[person.i]) - 1, -1):
        source = int(events.source[at])
        if source >= 0 and course.facts.rows["fact"][source] == course.facts.codes.code["status"]:
            return {
                "value": words[course.facts.rows["value"][source]],
                "date": shown_date(int(events.date_low[at]), int(events.date_high[at])),
                "row": int(course.facts.rows["row"][source]),
            }
        changes = at == events.start[person.i] or done.state_at[at] != done.state_at[at - 1]
        if changes:
            return None
    return None


def _transformation(person: Person) -> dict[str, Any] | None:
    diagnoses, diseases = person.evaluation.course.diagnoses, tuple(person.evaluation.course.facts.vocabulary.diseases.values())
    if diagnoses.changed_from[person.i] < 0:
        return None
    before, now = diseases[diagnoses.changed_from[person.i]], diseases[diagnoses.disease[person.i]]
    date = shown_date(int(diagnoses.changed_low[person.i]), int(diagnoses.changed_high[person.i]))
    kind = "transformation" if diagnoses.transformed[person.i] else "another-disease"
    return {"from": before.id, "to": now.id, "date": date, "from_name": before.name, "kind": kind}


def _finding_views(person: Person) -> Iterator[dict[str, Any]]:
    """The latest finding of every open fact that is recorded."""
    facts = person.evaluation.course.facts
    vocabulary: Vocabulary = facts.vocabulary
    latest = person.evaluation.course.findings
    for name in latest.names:
        fact, about = shown_fact(name)
        if about == "available":
            continue
        date_low, date_high = latest.date_of(name)[0][person.i], latest.date_of(name)[1][person.i]
        if date_low == NO_DAY:
            continue
        low, high = latest.range_of(name)[0][person.i], latest.range_of(name)[1][person.i]
        value = shown_finding(vocabulary, vocabulary.facts[fact], low, high)
        if about:
            value = about if value == "positive" else f"not:{about}" if value == "negative" else f"{about}: contradictory"
        date = shown_date(date_low, date_high)
        yield {"fact": fact, "name": vocabulary.facts[fact].name, "value": value, "date": date}
