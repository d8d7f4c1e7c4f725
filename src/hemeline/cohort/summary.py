"""Counts over many patients: states, first events, relapses by site, kind and timing, lines, levels reached and lost.

Everything is counted from the columns of the course; what the data leave open is counted as unknown, never left out.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from hemeline.columns import Truths, first_of_group
from hemeline.course import Course, derive_course, judge_definitions, levels
from hemeline.course.course import Range
from hemeline.course.definitions import staged
from hemeline.course.rules import EVENT, FAIL, RELAPSE
from hemeline.course.tables import KINDS
from hemeline.facts import understand
from hemeline.knowledge import Knowledge
from hemeline.record import Records
from hemeline.when import NO_DAY

Counts = Mapping[str, int]


@dataclass(frozen=True)
class Summary:
    """Counts under headings; within a heading they add up to the number of what it counts (patients, relapses ...)."""

    patients: int
    facts: int
    tables: dict[str, Counts]


def summarise(records: Records, knowledge: Knowledge, as_of: dt.date) -> Summary:
    """Count what the records say and what follows from it as of a day."""
    facts = understand(records, knowledge.vocabulary)
    course = derive_course(facts, knowledge, as_of)
    tables: dict[str, Counts] = {
        "disease": _diseases(course),
        "state": Counter(course.states()),
        "first event": first_events(course),
        "complete remissions": _ranges(course, course.remission_number),
        "relapses": _ranges(course, course.relapse_number),
        "lines of therapy": _ranges(course, course.line_count),
        "sites of relapses (a relapse may have several)": relapse_sites(course),
        "kind of relapses": Counter(KINDS[kind] for kind in course.relapses["kind"]),
        **_timing(course),
        **_levels(course),
        "not understood (facts)": _problems(records, course),
    }
    return Summary(len(records), len(records.facts), {name: dict(counts) for name, counts in tables.items() if counts})


def _diseases(course: Course) -> Counts:
    names = tuple(course.facts.vocabulary.diseases)
    return Counter(names[code] if code >= 0 else "not recorded" for code in course.diagnoses.disease)


def first_events(course: Course) -> Counts:
    """What happened first to each patient: relapse, treatment failure, death, or none of them."""
    events, done = course.events, course.walked
    kinds = np.full(len(events), "", dtype=object)
    kinds[(done.does_at & FAIL) != 0] = "treatment failure"
    kinds[(done.does_at & RELAPSE) != 0] = "relapse"
    kinds[events.kind == EVENT["death"]] = "death"
    at = np.flatnonzero(kinds != "")
    first = at[first_of_group(events.patient[at])] if len(at) else at
    counted = Counter(kinds[first])
    counted["none"] = len(course) - len(first)
    return counted


def relapse_sites(course: Course) -> Counts:
    """How many relapses involved each site."""
    words = course.facts.vocabulary.value_ids("site")
    sites = course.relapses["sites"]
    return {word: count for place, word in enumerate(words) if (count := int((sites >> place & 1).sum()))}


def _ranges(course: Course, counted: Range) -> Counts:
    """How often each count occurs; of an incomplete history it is the least that the count may be."""
    people = zip(counted.low, counted.high, course.facts.patients.partial_history, strict=True)
    found = Counter((int(low), int(low if partial else high), bool(partial)) for low, high, partial in people)
    return {_count(*one): found[one] for one in sorted(found)}


def _count(low: int, high: int, partial: bool) -> str:
    return f"at least {low}" if partial else str(low) if low == high else f"{low} to {high}"


def _timing(course: Course) -> dict[str, Counts]:
    """Relapses by each timing definition, unknown where the dates leave it open."""
    if not len(course.relapses):
        return {}
    found = set(np.unique(course.diagnoses.disease).tolist())
    within = course.facts.vocabulary.diseases_within
    here = {one for place, one in enumerate(course.facts.vocabulary.diseases) if place in found}
    ids = tuple(
        one.id
        for one in course.knowledge.content.definitions
        if one.kind == "relapse-timing" and here & frozenset().union(*(within(group) for group in one.diseases))
    )
    judged = judge_definitions(course, ids).of_relapses
    timing, _ = staged(course.knowledge, ids)
    return {
        f"relapses by {one.name} ({one.id})": _by_category(one.id, [part.result for part in one.categories], judged)
        for one in timing.definitions
    }


def _by_category(definition: str, results: list[str], judged: Mapping[str, tuple[Truths, Truths]]) -> Counts:
    truths = {result: judged[f"relapse_timing:{definition}:{result}"] for result in results}
    counted = Counter({result: int(surely.sum()) for result, (surely, _) in truths.items()})
    settled = np.logical_or.reduce([surely for surely, _ in truths.values()])
    open_to = np.logical_or.reduce([perhaps for _, perhaps in truths.values()]) & ~settled
    counted["unknown"] = int(open_to.sum())
    counted["none of these"] = int((~settled & ~open_to).sum())
    return {result: count for result, count in counted.items() if count or result in results}


def _levels(course: Course) -> dict[str, Counts]:
    """Patients measured, those who reached each level, lost it, and meet it now."""
    tables: dict[str, Counts] = {}
    for definition, table in levels(course).items():
        if len(table):
            tables[f"{course.knowledge.definitions[definition].name}"] = {
                "measured": len(table),
                "reached": int((table["reached_low"] != NO_DAY).sum()),
                "lost after reaching it": int((table["lost_low"] != NO_DAY).sum()),
                "met at the last measurement": int(table["now_surely"].sum()),
                "open at the last measurement (below an insensitive limit)": int((table["now_perhaps"] & ~table["now_surely"]).sum()),
            }
    return tables


def _problems(records: Records, course: Course) -> Counts:
    reader = Counter(f"{fact}: {why}" for fact, why in records.not_understood.select("fact", "why").rows())
    return reader + Counter(
        f"{fact}: {why}" for fact, why in zip(course.facts.not_understood["fact"], course.facts.not_understood["why"], strict=True)
    )
