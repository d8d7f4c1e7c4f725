"""How long ago a therapy was, and how soon after it the disease came back: bounds in months per patient.

What was never given is infinitely long ago. A treatment over time whose end nobody recorded may have ended at once or go on still.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hemeline.course.course import Course
from hemeline.course.events import preparing
from hemeline.course.rules import FAIL, RELAPSE
from hemeline.table import Array, Table
from hemeline.when import DAYS_PER_MONTH, NO_DAY

Floats = NDArray[np.float64]
Pair = tuple[Floats, Floats]


def months_since(course: Course, therapies: frozenset[str]) -> Pair:
    """Months from the end of the latest of some therapies to the day of the assessment."""
    rows = _given(course, therapies)
    today = course.today[rows["patient"]].astype(np.int64)
    low, high = _ends(rows, today)
    return _least(course, rows, today - high, today - low, therapies)


def months_from_end_of(course: Course, therapies: frozenset[str]) -> Pair:
    """Months from the end of one of some therapies to the first relapse or failure after its beginning; of several, the fewest."""
    rows = _given(course, therapies)
    events = course.events
    bad = np.flatnonzero((course.walked.does_at & (RELAPSE | FAIL)) != 0)
    key = _key(events.patient[bad], events.day[bad])
    at = np.searchsorted(key, _key(rows["patient"], rows["day"]), side="right")
    found = at < len(bad)
    found[found] = events.patient[bad[at[found]]] == rows["patient"][found]
    rows, bad = rows.take(found), bad[at[found]]
    low, high = _ends(rows, events.date_high[bad])
    return _least(course, rows, events.date_low[bad] - high, events.date_high[bad] - low, therapies)


def refractory_lines(course: Course) -> Pair:
    """How many lines failed, or were refractory to something given in them: at least, at most."""
    counts = []
    for name in ("surely", "perhaps"):
        rows = course.exposures.take(course.exposures[name] & (course.exposures["line"] > 0))
        lines = np.unique(np.stack([rows["patient"], rows["line"]], axis=1), axis=0)
        counts.append(np.bincount(lines[:, 0], minlength=len(course)).astype(np.float64))
    return counts[0], np.where(course.facts.patients.partial_history, np.inf, counts[1])


def systemic_lines(course: Course) -> Pair:
    """How many lines of systemic therapy: at least, at most.

    A line of local treatment alone does not count, and one that has so far only prepared for a cell therapy not yet, unless the
    record numbers it as a line. A treatment that was misspelt may have been a line of its own.
    """
    vocabulary, rows = course.facts.vocabulary, course.exposures
    rows = rows.take((rows["line"] > 0) & ~rows["supportive"])
    local = np.array([one.kind == "local-procedure" for one in vocabulary.therapies.values()])[rows["therapy"]]
    current = rows["line"] == course.walked.line[rows["patient"]]
    prepares = current & np.isin(rows["intent"], preparing(vocabulary))
    counts = (course.facts.rows["line"][rows["source"]] > 0) | ~(local | prepares)
    span = int(rows["line"].max(initial=0)) + 1
    key = rows["patient"].astype(np.int64) * span + rows["line"]
    idle = np.zeros(len(course) * span, dtype=bool)
    idle[key] = True
    idle[key[counts]] = False
    lines = (course.walked.line - idle.reshape(-1, span).sum(axis=1)).astype(np.float64)
    return lines, np.where(course.facts.patients.partial_history, np.inf, lines + _misspelt(course))


def _misspelt(course: Course) -> NDArray[np.intp]:
    """On how many days each patient began something misspelt and nothing that was understood."""
    rows, perhaps = course.exposures, course.facts.perhaps
    theirs = np.zeros(len(course), dtype=bool)
    theirs[perhaps["patient"]] = True
    rows = rows.take(theirs[rows["patient"]])
    begun = np.unique(_key(perhaps["patient"], perhaps["date_low"]))
    alone = begun[~np.isin(begun, _key(rows["patient"], rows["start_low"]))]
    return np.bincount(alone >> 32, minlength=len(course))


def resumed(course: Course, after_days: int) -> NDArray[np.int32]:
    """Who began treatment again long after the end of all before, with no relapse or failure recorded in between, and no plan named.

    A gap is counted only where the dates leave no doubt of it.
    """
    rows = course.exposures.take(~course.exposures["supportive"])
    ended = _ends(rows, np.full(len(rows), course.as_of))[1]
    shift = rows["patient"].astype(np.int64) << 32
    latest = np.maximum.accumulate(ended + shift) - shift
    again = np.zeros(len(rows), dtype=bool)
    again[1:] = (rows["patient"][1:] == rows["patient"][:-1]) & (rows["start_low"][1:] - latest[:-1] > after_days)
    again &= rows["intent"] < 0
    events = course.events
    bad = np.flatnonzero((course.walked.does_at & (RELAPSE | FAIL)) != 0)
    key, begun = _key(events.patient[bad], events.day[bad]), np.flatnonzero(again)
    told = np.searchsorted(key, _key(rows["patient"][begun], rows["day"][begun]), side="right")
    untold = told == np.searchsorted(key, _key(rows["patient"][begun], rows["day"][begun - 1]), side="right")
    return np.unique(rows["patient"][begun[untold]])


def _given(course: Course, therapies: frozenset[str]) -> Table:
    vocabulary = course.facts.vocabulary
    gives = np.array([bool(vocabulary.given_with(one) & therapies) for one in vocabulary.therapies])
    return course.exposures.take(gives[course.exposures["therapy"]])


def _key(patient: NDArray[np.int32], day: NDArray[np.int32]) -> NDArray[np.int64]:
    return patient.astype(np.int64) << 32 | (day.astype(np.int64) + 2**31)


def _ends(rows: Table, latest: Array) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The earliest and latest end of each treatment, not later than some day."""
    known, lasting = rows["end_low"] != NO_DAY, rows["lasting"]
    low = np.where(known, rows["end_low"], rows["start_low"])
    high = np.where(known, rows["end_high"], np.where(lasting, latest, rows["start_high"]))
    return np.minimum(low, latest).astype(np.int64), np.minimum(high, latest).astype(np.int64)


def _least(course: Course, rows: Table, fewest: NDArray[np.int64], most: NDArray[np.int64], therapies: frozenset[str]) -> Pair:
    """The fewest months of each patient's rows; where a therapy may have gone unrecorded, it may be any."""
    low, high = np.full(len(course), np.inf), np.full(len(course), np.inf)
    np.minimum.at(low, rows["patient"], np.maximum(fewest / DAYS_PER_MONTH, 0.0))
    np.minimum.at(high, rows["patient"], np.maximum(most / DAYS_PER_MONTH, 0.0))
    unsure = course.facts.patients.partial_history.copy()
    known = tuple(course.facts.vocabulary.therapies)
    maybe = np.array([one in therapies for one in known])
    unsure[course.facts.perhaps["patient"][maybe[course.facts.perhaps["therapy"]]]] = True
    return np.where(unsure, 0.0, low), high


__all__ = ["months_from_end_of", "months_since", "refractory_lines", "resumed", "systemic_lines"]
