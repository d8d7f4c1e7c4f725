"""The events of a course in the order they happened: treatments, their failure, responses, relapses, a clinician's word.

Where dates are partial, several orders are possible: ``orders`` says which are tried beside the earliest.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from hemeline.columns import Codes, Truths, first_of_group, order_by_day, over_runs, runs
from hemeline.course.diagnoses import Diagnoses
from hemeline.course.rules import EVENT
from hemeline.course.switches import conditions, replaces_for_toxicity, switches
from hemeline.facts import Facts
from hemeline.table import Table
from hemeline.vocabulary import Vocabulary
from hemeline.when import NO_DAY, Days

Positions = NDArray[np.intp]
_PREPARES = ("bridging", "lymphodepletion", "conditioning")
_CONTINUES_WITHIN_DAYS = 180
_LASTING = ("drug", "regimen")
_ENDLESS = 2**30
_ORDER = {"failed": 1, "response": 2, "relapse": 3, "progression": 4, "transformation": 5, "treatment": 6, "status": 8, "death": 9}


@dataclass(frozen=True)
class Events:
    """Events of all patients, sorted by patient and time.

    ``day`` is the day each event is taken to have happened on, ``source`` the row of the facts it comes from (-1 for a death
    date), ``start`` the first event of each patient and ``count`` how many there are. Of treatments, ``end`` is the last day (of
    a failed one, the day by which it had begun), ``intent`` the position of the recorded one (-1 if none, or if it was not
    planned), and ``switch`` marks one unlike those begun just before it.
    """

    patient: Codes
    kind: Codes
    day: Days
    date_low: Days
    date_high: Days
    source: Codes
    line: Codes
    courses: NDArray[np.float64]
    end: Days
    intent: Codes
    switch: Truths
    start: NDArray[np.intp]
    count: NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.patient)


def preparing(vocabulary: Vocabulary) -> list[int]:
    """The intents of what prepares for the treatment after it."""
    return [vocabulary.value_ids("intent").index(word) for word in _PREPARES]


def treatment_kinds(rows: Table, vocabulary: Vocabulary) -> tuple[Codes, Truths]:
    """Which treatments continue the one before or are minor, and which switch to another therapy.

    ``rows`` are the treatments sorted by patient and by the ``day`` each began.
    """
    patient, therapy, date, intent = (rows[name] for name in ("patient", "value", "day", "intent"))
    supportive = np.array([one.supportive for one in vocabulary.therapies.values()])
    minor = supportive.take(therapy) | (intent == vocabulary.value_ids("intent").index("prophylaxis"))
    lasting = is_lasting(vocabulary).take(therapy) & ~minor
    prepares = np.isin(intent, preparing(vocabulary)) | conditions(rows, lasting, vocabulary)
    main = np.flatnonzero(~minor)  # what is minor does not part the treatments before and after it
    preparing_ = np.flatnonzero(prepares.take(main[:-1]))
    before, after = main[preparing_], main[preparing_ + 1]
    continued = np.zeros(len(rows), dtype=bool)
    continued[after] = (patient[after] == patient[before]) & (date[after] - date[before] <= _CONTINUES_WITHIN_DAYS)
    kind = np.where(continued, EVENT["continued-treatment"], EVENT["treatment"])
    kind = np.where(minor, EVENT["minor-treatment"], kind).astype(np.int32)
    return kind, ~minor & ~prepares & ~continued & switches(rows, lasting & ~prepares, vocabulary)


def gather(facts: Facts, diagnoses: Diagnoses) -> Table:
    """All events, unsorted, with the earliest and latest day each may have happened."""
    vocabulary = facts.vocabulary
    categories = np.array([EVENT[response.category] for response in vocabulary.responses.values()], dtype=np.int32)
    words = np.array([EVENT[f"status-{word}"] for word in vocabulary.value_ids("status")], dtype=np.int32)
    parts = []
    for name in ("response", "relapse", "progression", "status", "death"):
        at = facts.where(name)
        value = facts.rows["value"].take(at)
        kind = categories[value] if name == "response" else words[value] if name == "status" else np.full(len(at), EVENT[name], np.int32)
        parts.append(_once(_part(facts, at, kind, _ORDER[name])))
    at = facts.where("treatment")
    events = Table.together([*parts, _treatments(facts, at), _failures(facts, at), _changes(diagnoses), _deaths(facts)])
    first = diagnoses.first_low.take(events["patient"])
    before = (events["date_low"] < first) & (events["date_high"] >= first)
    return _deaths_last(events.having(date_low=np.where(before, first, events["date_low"]).astype(np.int32)))


def _deaths_last(events: Table) -> Table:
    """Whatever is recorded of a patient happened before a death whose date leaves it open."""
    dies = events["kind"] == EVENT["death"]
    if not dies.any():
        return events
    last = np.full(int(events["patient"].max()) + 1, np.iinfo(np.int32).min, dtype=np.int32)
    np.maximum.at(last, events["patient"][~dies], events["date_low"][~dies])
    latest = np.minimum(last[events["patient"]], events["date_high"])
    return events.having(date_low=np.where(dies, np.maximum(events["date_low"], latest), events["date_low"]).astype(np.int32))


def _part(facts: Facts, at: Positions, kind: Codes, order: int) -> Table:
    """Events from some rows of the facts."""
    rows = facts.rows
    copied = {name: rows[name].take(at) for name in ("patient", "date_low", "date_high", "line")}
    return Table({**copied, "kind": kind, "order": np.full(len(at), order, np.int32), "source": at.astype(np.int32)})


def _once(events: Table) -> Table:
    """Several sites, or several findings that mean the same, on one date are one event."""
    _, length = runs(events["patient"], events["date_low"])  # the facts are sorted by these
    several = np.flatnonzero(np.repeat(length > 1, length))
    if not len(several):
        return events
    keys = [events[name][several] for name in ("kind", "date_high", "date_low", "patient")]
    order = np.lexsort(keys)
    again = several[order[~first_of_group(*(key[order] for key in keys))]]
    return events.take(np.delete(np.arange(len(events)), again))


def _treatments(facts: Facts, at: Positions) -> Table:
    """Treatments at their beginning, which lies before their end."""
    part = _part(facts, at, np.full(len(at), EVENT["treatment"], np.int32), _ORDER["treatment"])
    end = facts.rows["end_high"][at]
    latest = np.where(end == NO_DAY, part["date_high"], np.minimum(part["date_high"], end - 1))
    return part.having(date_high=np.maximum(latest, part["date_low"]).astype(np.int32))


def _failures(facts: Facts, at: Positions) -> Table:
    """Treatments that ended because the disease progressed: an event at their end, after their own beginning.

    Of several that ended on one date, the one begun last stands for all.
    """
    rows = facts.rows
    progression = facts.vocabulary.value_ids("reason").index("progression")
    at = at[(rows["reason"][at] == progression) & (rows["end_low"][at] != NO_DAY)]
    at = at[np.argsort(-rows["date_high"][at], kind="stable")]
    part = _part(facts, at, np.full(len(at), EVENT["failed"], np.int32), _ORDER["failed"])
    end_low, end_high = np.maximum(rows["end_low"][at], part["date_low"]), np.maximum(rows["end_high"][at], part["date_high"])
    order = np.where(end_low == part["date_low"], _ORDER["treatment"] + 1, part["order"]).astype(np.int32)
    return _once(part.having(date_low=end_low, date_high=end_high, order=order))


def _deaths(facts: Facts) -> Table:
    return _of_patients(facts.patients.death_low, facts.patients.death_high, "death")


def _changes(diagnoses: Diagnoses) -> Table:
    """The last change of disease: a transformation, or another disease."""
    changes = _of_patients(diagnoses.changed_low, diagnoses.changed_high, "transformation")
    expected = diagnoses.transformed[changes["patient"]] == 1
    return changes.having(kind=np.where(expected, EVENT["transformation"], EVENT["another-disease"]).astype(np.int32))


def _of_patients(low: Days, high: Days, kind: str) -> Table:
    """An event that some patients have on a date of their own."""
    who = np.flatnonzero(low != NO_DAY).astype(np.int32)
    none = np.zeros(len(who), dtype=np.int32)
    same = {"line": none, "kind": none + EVENT[kind], "order": none + _ORDER[kind], "source": none - 1}
    return Table({"patient": who, "date_low": low[who], "date_high": high[who], **same})


def in_order(facts: Facts, events: Table, day: Days, ended_early: Truths) -> Events:
    """Events sorted by patient, by a possible ``day`` of each, and by the stated order of one day.

    Treatments are taken to have lasted as long as their ends allow, or (``ended_early``, by patient) as short.
    """
    order = order_by_day(events["patient"], day, events["order"], Table({"source": events["source"]}))
    rows = events.having(day=day).take(order)
    treats = np.flatnonzero(rows["kind"] == EVENT["treatment"])
    given = facts.rows.take(rows["source"][treats])
    given = given.having(day=rows["day"][treats])
    rows["kind"][treats], other = treatment_kinds(given, facts.vocabulary)
    unplanned = replaces_for_toxicity(given, other, is_lasting(facts.vocabulary).take(given["value"]), facts.vocabulary)
    switch, courses = np.zeros(len(rows), dtype=bool), np.zeros(len(rows))
    end, intent = rows["day"].copy(), np.full(len(rows), -1, dtype=np.int32)
    switch[treats], courses[treats] = other, _courses(given, rows["kind"][treats])
    end[treats] = _last_days(given, facts.vocabulary, ended_early.take(given["patient"]))
    intent[treats] = np.where(unplanned, -1, given["intent"])
    failed = np.flatnonzero(rows["kind"] == EVENT["failed"])
    end[failed] = facts.rows["date_high"][rows["source"][failed]]
    count = np.bincount(rows["patient"], minlength=len(facts.patients))
    copied = {name: rows[name] for name in ("patient", "kind", "day", "date_low", "date_high", "source", "line")}
    return Events(**copied, courses=courses, end=end, intent=intent, switch=switch, start=np.cumsum(count) - count, count=count)


@lru_cache(maxsize=8)
def is_lasting(vocabulary: Vocabulary) -> Truths:
    """Which therapies are given over time; a procedure or infusion is over on its day."""
    return np.array([one.kind in _LASTING for one in vocabulary.therapies.values()])


def _last_days(given: Table, vocabulary: Vocabulary, early: Truths) -> Days:
    """The last day of each treatment: as late as may be, or as ``early``. One over time without an end may go on."""
    known, lasting = given["end_low"] != NO_DAY, is_lasting(vocabulary).take(given["value"])
    late = np.where(known, given["end_high"], np.where(lasting, _ENDLESS, given["day"]))
    return np.where(early, np.where(known, given["end_low"], given["day"]), late).astype(np.int32)


def _courses(given: Table, kind: Codes) -> NDArray[np.float64]:
    """Courses begun with each treatment: drugs begun together are one course (or as many as recorded), what is minor none."""
    main = np.flatnonzero(kind != EVENT["minor-treatment"])
    courses = np.zeros(len(kind))
    starts, _ = runs(given["patient"][main], given["day"][main])
    most = over_runs(np.fmax, given["courses"][main], starts)
    courses[main[starts]] = np.nan_to_num(most, nan=1.0)
    return courses
