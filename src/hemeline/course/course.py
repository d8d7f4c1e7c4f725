"""From facts to the course: states, remissions, relapses, lines and exposures of all patients at once."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from hemeline.columns import Codes
from hemeline.course.diagnoses import Diagnoses, read_diagnoses
from hemeline.course.events import Events, gather, in_order, preparing
from hemeline.course.findings import Latest, latest
from hemeline.course.machine import Walk, walk
from hemeline.course.orders import ENDED_EARLY, days_in, other_orders
from hemeline.course.rules import SHOWN, STATE, STATES, CourseRules, course_rules
from hemeline.course.tables import lines_and_exposures, relapses_of, remissions_of, with_end_of_treatment
from hemeline.facts import Facts, plausible
from hemeline.facts.facts import HISTORY
from hemeline.facts.shown import shown_fact
from hemeline.knowledge import Knowledge
from hemeline.table import Table
from hemeline.when import NO_DAY, Days, to_day

Counts = NDArray[np.int32]


SHOWN_STATES = (*STATES, "relapsed-refractory", "unknown")
_RELAPSED_REFRACTORY, _UNKNOWN = len(STATES), len(STATES) + 1


@dataclass(frozen=True)
class Range:
    """A count per patient that may be open where partial dates leave the order of events open."""

    low: Counts
    high: Counts


@dataclass(frozen=True)
class Others:
    """Those whose dates leave the order of events open, once more in each other order that was tried.

    ``course`` is of as many patients as there are pairs of a patient and an order; ``who`` says which patient each of them is.
    """

    course: Course
    who: NDArray[np.intp]


@dataclass(frozen=True)
class Course:
    """The course of every patient as of one day; ``today`` is that day, or a later one for who is looked at as if it had come.

    Events are taken in the earliest order that their dates allow, and the tables tell that one. ``state`` is the machine's state
    (position in ``rules.STATES``), ``state_known`` whether every order leads to it; ``line_count``, ``remission_number`` and
    ``relapse_number`` are ranges, and a treatment is ``surely`` refractory only if it is in all of them. What else may differ
    is found with ``others``.
    """

    facts: Facts
    knowledge: Knowledge
    as_of: int
    today: Days
    rules: CourseRules
    diagnoses: Diagnoses
    events: Events
    walked: Walk
    state: Codes
    state_known: NDArray[np.bool_]
    line_count: Range
    remission_number: Range
    relapse_number: Range
    remissions: Table
    relapses: Table
    lines: Table
    exposures: Table
    others: Others | None

    def __len__(self) -> int:
        return len(self.facts.patients)

    @property
    def untold(self) -> NDArray[np.bool_]:
        """Whose state nothing tells: no treatment or event is recorded, and the history is known to be incomplete."""
        return np.asarray(self.facts.patients.partial_history & (self.state == STATE["untreated"]))

    def states(self) -> NDArray[np.object_]:
        """The state of each patient in the words of the contract."""
        return np.array(SHOWN_STATES, dtype=object)[self.shown_state]

    @cached_property
    def findings(self) -> Latest:
        """The latest finding of every open fact that anybody has."""
        known = self.facts.codes.kind_of
        return latest(self.facts, [name for name in self.facts.recorded if known.get(shown_fact(name)[0]) not in HISTORY])

    @cached_property
    def shown_state(self) -> Codes:
        """The state of each patient as a position in ``SHOWN_STATES``, the words of the contract."""
        return np.where(self.state_known, self.first_state, _UNKNOWN).astype(np.int32)

    @cached_property
    def first_state(self) -> Codes:
        """The same in the earliest order of events: ``unknown`` only where nothing tells it."""
        shown = SHOWN[self.state]
        shown[(shown == STATE["refractory"]) & (self.walked.relapse > 0)] = _RELAPSED_REFRACTORY
        shown[self.untold] = _UNKNOWN
        return shown


def derive_course(facts: Facts, knowledge: Knowledge, as_of: dt.date, today: Days | None = None) -> Course:
    """The course of every patient from what was known on ``as_of``, or on the later day in ``today`` that somebody is looked at on.

    The rules are the families and definitions of the knowledge, each with its sources.
    """
    day = to_day(as_of)
    today = np.full(len(facts.patients), day, dtype=np.int32) if today is None else today
    facts = plausible(facts.as_of(int(today.max(initial=day))))
    course, gathered, family = _derive(facts, knowledge, day, today, None)
    prepares = np.zeros(len(facts.patients), dtype=bool)
    prepares[facts.rows["patient"][np.isin(facts.rows["intent"], preparing(facts.vocabulary))]] = True
    who, order = other_orders(gathered, prepares | course.rules.begins_lines[family], course.rules.days_on_treatment[family] >= 0)
    shorter = _may_end_early(course, family)
    who, order = np.append(who, shorter), np.append(order, np.full(len(shorter), ENDED_EARLY, dtype=np.int32))
    return _with_others(course, who, order) if len(who) else course


def _derive(facts: Facts, knowledge: Knowledge, day: int, today: Days, order: Codes | None) -> tuple[Course, Table, Codes]:
    """The course in the earliest order of events or in a given one for each patient, with the events and the family it rests on."""
    rules = course_rules(knowledge)
    diagnoses = read_diagnoses(facts)
    family = np.where(diagnoses.disease >= 0, rules.family_of_disease[diagnoses.disease], 0).astype(np.int32)
    gathered = gather(facts, diagnoses)
    order = np.zeros(len(facts.patients), dtype=np.int32) if order is None else order
    days = days_in(gathered, (order % ENDED_EARLY)[gathered["patient"]])
    events = in_order(facts, gathered, days, order >= ENDED_EARLY)
    done = walk(events, family, rules)
    relapses = relapses_of(facts, events, done, diagnoses)
    tables = lines_and_exposures(facts, events, done, relapses, rules.days_on_treatment[family])
    line, remission, relapse = (Range(count, count) for count in (done.line, done.remission, done.relapse))
    course = Course(
        facts, knowledge, day, today, rules, diagnoses, events, done, done.state, np.ones(len(facts.patients), dtype=bool),
        line, remission, relapse, remissions_of(events, done), with_end_of_treatment(relapses, tables.exposures),
        tables.lines, tables.exposures, None,
    )  # fmt: skip
    return course, gathered, family


def _may_end_early(course: Course, family: Codes) -> NDArray[np.intp]:
    """For whom it counts when the last dose was, and a treatment has no exact end."""
    rows = course.exposures
    vague = (rows["end_low"] == NO_DAY) & rows["lasting"] | (rows["end_low"] != rows["end_high"])
    counts = (course.rules.days_on_treatment[family] >= 0) & (course.walked.line > 0)
    return np.unique(rows["patient"][vague & counts[rows["patient"]]]).astype(np.intp)


def _with_others(course: Course, who: NDArray[np.intp], order: Codes) -> Course:
    """The course with what the other orders leave open."""
    other, _, _ = _derive(course.facts.take(who), course.knowledge, course.as_of, course.today[who], order)
    known = course.state_known.copy()
    np.logical_and.at(known, who, other.first_state == course.first_state[who])
    ranges = []
    for mine, theirs in zip(_counts(course), _counts(other), strict=True):
        low, high = mine.low.copy(), mine.high.copy()
        np.minimum.at(low, who, theirs.low)
        np.maximum.at(high, who, theirs.high)
        ranges.append(Range(low, high))
    line, remission, relapse = ranges
    return replace(
        course, state_known=known, line_count=line, remission_number=remission, relapse_number=relapse,
        exposures=_in_all_orders(course, other), others=Others(other, who),
    )  # fmt: skip


def _counts(course: Course) -> tuple[Range, Range, Range]:
    return course.line_count, course.remission_number, course.relapse_number


def _in_all_orders(course: Course, other: Course) -> Table:
    """The exposures, surely refractory if so in every order, perhaps if in any."""
    surely, perhaps = np.ones(len(course.facts.rows), dtype=bool), np.zeros(len(course.facts.rows), dtype=bool)
    origin = other.facts.rows["origin"][other.exposures["source"]]
    np.logical_and.at(surely, origin, other.exposures["surely"])
    np.logical_or.at(perhaps, origin, other.exposures["perhaps"])
    mine, source = course.exposures, course.exposures["source"]
    return mine.having(surely=mine["surely"] & surely[source], perhaps=mine["perhaps"] | perhaps[source])
