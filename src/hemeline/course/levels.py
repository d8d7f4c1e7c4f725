"""Levels of a measured response that are reached and lost, for instance a major molecular response.

A value below detection is censored, not zero: it is known to be under the limit of detection, and counts as reaching a
level only if that limit lies under the level.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from hemeline.columns import first_of_group, over_runs, runs
from hemeline.course.course import Course
from hemeline.course.findings import latest
from hemeline.criteria.limits import parse_limit
from hemeline.knowledge.schema import Definition
from hemeline.table import Table
from hemeline.when import NO_DAY, text_of


def levels(course: Course) -> dict[str, Table]:
    """For each level definition: who has any measurement, when the level was first reached, and first lost after that.

    Columns: ``patient``, ``reached_low/high`` and ``lost_low/high`` (``NO_DAY`` if not), and ``now_surely``/``now_perhaps``, whether
    the latest measurement meets the level (all of them, where their dates meet).
    """
    return {one.id: _level(course, one) for one in course.knowledge.content.definitions if one.kind == "level"}


def _level(course: Course, definition: Definition) -> Table:
    fact = course.facts.vocabulary.facts[definition.fact or ""]
    limit = parse_limit(definition.limit or "", {fact.unit or "": 1.0, **fact.units})
    assert limit is not None  # checked when the knowledge is loaded
    rows = _of_each_date(course.facts.rows_of(fact.id))
    under = limit.sign in ("<", "<=")
    edge = limit.value if limit.sign in ("<=", ">=") else np.nextafter(limit.value, -np.inf if under else np.inf)
    met = rows["high"] <= edge if under else rows["low"] >= edge
    missed = rows["low"] > edge if under else rows["high"] < edge
    patient = rows["patient"]
    reached = _first(patient, met)
    before = np.zeros(len(rows), dtype=bool)
    if len(rows):
        so_far = np.cumsum(met)
        starts = np.flatnonzero(first_of_group(patient))
        before = so_far > np.repeat(so_far[starts] - met[starts], np.diff(np.append(starts, len(rows))))
    lost = _first(patient, missed & before)
    now = latest(course.facts, (fact.id,))
    who = now.key.astype(np.int32)
    dates = {
        f"{name}_{end}": _dates(rows, at, who, f"date_{end}")
        for name, at in (("reached", reached), ("lost", lost))
        for end in ("low", "high")
    }
    now_surely, now_missed = (now.high <= edge, now.low > edge) if under else (now.low >= edge, now.high < edge)
    return Table({"patient": who, **dates, "now_surely": now_surely, "now_perhaps": ~now_missed})


def _of_each_date(rows: Table) -> Table:
    """One row for each patient and date: what contradicts itself on one date is its hull."""
    rows = rows.take(np.lexsort((rows["date_high"], rows["date_low"], rows["patient"])))
    starts, _ = runs(rows["patient"], rows["date_low"], rows["date_high"])
    low, high = over_runs(np.minimum, rows["low"], starts), over_runs(np.maximum, rows["high"], starts)
    return rows.take(starts).having(low=low, high=high)


def _first(patient: np.ndarray[Any, Any], which: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Position of each patient's first row that is marked."""
    at = np.flatnonzero(which)
    return at[first_of_group(patient[at])] if len(at) else at


def _dates(rows: Table, at: np.ndarray[Any, Any], who: np.ndarray[Any, Any], column: str) -> np.ndarray[Any, Any]:
    dates = np.full(len(who), NO_DAY, dtype=np.int32)
    dates[np.searchsorted(who, rows["patient"][at])] = rows[column][at]
    return dates


def level_views(course: Course, tables: dict[str, Table], patient: int) -> list[dict[str, Any]]:
    """The levels of one patient, for the assessment; empty where nothing was measured."""
    views = []
    for definition, table in tables.items():
        for row in table.dicts(table.of(patient)):
            now = "yes" if row["now_surely"] else "unknown" if row["now_perhaps"] else "no"
            dates = {name: text_of(row[f"{name}_low"], row[f"{name}_high"]) for name in ("reached", "lost")}
            views.append({"definition": definition, "name": course.knowledge.definitions[definition].name, **dates, "now": now})
    return views
