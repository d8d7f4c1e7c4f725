"""From facts to the course: states, remissions, relapses, lines and exposures of all patients at once."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hemeline.columns import Codes, Table
from hemeline.course.diagnoses import Diagnoses, read_diagnoses
from hemeline.course.events import Events, gather, in_order, other_days
from hemeline.course.machine import Walk, walk
from hemeline.course.rules import SHOWN, STATE, STATES, CourseRules, course_rules
from hemeline.course.tables import lines_and_exposures, relapses_of, remissions_of, with_end_of_treatment
from hemeline.facts import Facts
from hemeline.knowledge import Knowledge
from hemeline.when import to_day

Counts = NDArray[np.int32]


@dataclass(frozen=True)
class Range:
    """A count per patient that may be open where partial dates leave the order of events open."""

    low: Counts
    high: Counts


@dataclass(frozen=True)
class Course:
    """The course of every patient as of one day.

    ``state`` is the machine's state (position in ``rules.STATES``), ``state_known`` whether every order the dates allow
    leads to it; ``line_count``, ``remission_number`` and ``relapse_number`` are ranges for the same reason.
    """

    facts: Facts
    knowledge: Knowledge
    as_of: int
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

    def __len__(self) -> int:
        return len(self.facts.patients)

    def states(self) -> NDArray[np.object_]:
        """The state of each patient in the words of the contract.

        Without any recorded treatment, response or event, and with a history known to be incomplete, it is unknown.
        """
        state, relapses = self.state, self.relapse_number.high
        untreated = self.facts.patients.partial_history & (state == STATE["untreated"])
        shown = _STATE_NAMES[SHOWN[state]]
        shown[(SHOWN[state] == STATE["refractory"]) & (relapses > 0)] = "relapsed-refractory"
        shown[~self.state_known | untreated] = "unknown"
        return shown


_STATE_NAMES = np.array(STATES, dtype=object)


def derive_course(facts: Facts, knowledge: Knowledge, as_of: dt.date) -> Course:
    """The course of every patient from what was known on ``as_of``.

    The rules are the families and definitions of the knowledge, each with its sources.
    """
    day = to_day(as_of)
    facts = facts.as_of(day)
    rules = course_rules(knowledge)
    diagnoses = read_diagnoses(facts)
    family = np.where(diagnoses.disease >= 0, rules.family_of_disease[diagnoses.disease], 0).astype(np.int32)
    gathered = gather(facts, diagnoses)
    size = len(facts.patients)
    events = in_order(gathered, size, gathered["date_low"])
    done = walk(events, family, rules)
    state_known, line, remission, relapse = _other_orders(gathered, done, family, rules, size)
    relapses = relapses_of(facts, events, done, diagnoses)
    tables = lines_and_exposures(facts, events, done, relapses)
    relapses = with_end_of_treatment(relapses, tables.exposures)
    return Course(
        facts, knowledge, day, rules, diagnoses, events, done, done.state, state_known, line, remission, relapse,
        remissions_of(events, done), relapses, tables.lines, tables.exposures,
    )  # fmt: skip


def _other_orders(
    gathered: Table, done: Walk, family: Codes, rules: CourseRules, size: int
) -> tuple[NDArray[np.bool_], Range, Range, Range]:
    """Walk those with partial dates again in the other orders their dates allow, and keep open what differs."""
    known = np.ones(size, dtype=bool)
    counts = [np.stack([value, value]) for value in (done.line, done.remission, done.relapse)]
    who = np.unique(gathered["patient"][gathered["date_low"] != gathered["date_high"]])
    if len(who):
        place = np.full(size, -1, dtype=np.int32)
        place[who] = np.arange(len(who), dtype=np.int32)
        mine = gathered.take(place[gathered["patient"]] >= 0)
        mine = mine.having(patient=place[mine["patient"]])
        for day in other_days(mine):
            again = walk(in_order(mine, len(who), day), family[who], rules)
            known[who] &= SHOWN[again.state] == SHOWN[done.state[who]]
            for count, value in zip(counts, (again.line, again.remission, again.relapse), strict=True):
                count[0, who], count[1, who] = np.minimum(count[0, who], value), np.maximum(count[1, who], value)
    line, remission, relapse = (Range(count[0], count[1]) for count in counts)
    return known, line, remission, relapse
