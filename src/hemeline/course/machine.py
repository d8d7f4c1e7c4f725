"""The state machine of the course, stepped over all patients at once: step k reads everybody's k-th event.

The tables say what an event does in a state (see ``rules``); this module only applies them. Nothing here knows a disease.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hemeline.columns import Codes
from hemeline.course.events import Events
from hemeline.course.rules import CONFLICT, EVENT, FAIL, IMPLIED, LINE, RELAPSE, REMISSION, STATE, CourseRules
from hemeline.knowledge.schema import ON_TREATMENT

Counts = NDArray[np.int32]
_NEVER = -(2**30)
_OVERLAP_DAYS = 90
_ON_TREATMENT = np.array([EVENT.get(name + ON_TREATMENT, number) for name, number in EVENT.items()], dtype=np.int32)


@dataclass(frozen=True)
class Walk:
    """What the machine wrote, per event (after it) and per patient (at the end)."""

    state_at: Codes
    does_at: Codes
    line_at: Counts
    remission_at: Counts
    relapse_at: Counts
    state: Codes
    line: Counts
    remission: Counts
    relapse: Counts
    first_line_failed: NDArray[np.bool_]


def walk(events: Events, family: Codes, rules: CourseRules) -> Walk:
    """Walk all patients through their events.

    ``family`` is the course family of each patient. Patients are stepped in the order of how many events they have, so
    that those still walking are always a prefix of the arrays.
    """
    order = np.argsort(-events.count, kind="stable")
    walking = _Walking(events, family[order], rules, len(events), len(order))
    start, count = events.start[order], events.count[order]
    steps = int(count[0]) if len(count) else 0
    for k in range(steps):
        active = int(np.searchsorted(-count, -k, side="left"))
        walking.step(start[:active] + k, active)
    back = np.empty(len(order), dtype=np.intp)
    back[order] = np.arange(len(order))
    return walking.result(back)


class _Walking:
    """The arrays while walking: one value per patient, and what is written per event."""

    def __init__(self, events: Events, family: Codes, rules: CourseRules, size: int, patients: int) -> None:
        self.events, self.family, self.rules = events, family, rules
        self.written = {name: np.zeros(size, dtype=np.int32) for name in ("state", "does", "line", "remission", "relapse")}
        self.state = np.full(patients, STATE["untreated"], dtype=np.int32)
        self.line, self.remission, self.relapse = (np.zeros(patients, dtype=np.int32) for _ in range(3))
        self.line_start = np.zeros(patients, dtype=np.int32)
        self.last_dose = np.full(patients, _NEVER, dtype=np.int32)
        self.turned = np.full(patients, _NEVER, dtype=np.int32)  # the day of the latest relapse or failure
        self.courses = np.zeros(patients)
        self.begun_so = np.zeros(patients, dtype=bool)  # whether the line has treatment whose intent begins lines
        self.first_line_failed = np.zeros(patients, dtype=bool)

    def step(self, at: NDArray[np.intp], active: int) -> None:
        """Everybody's next event: ``at`` are its positions, ``active`` how many patients still have one."""
        events, family = self.events, self.family[:active]
        kind = self._kind(at, active)
        state = self.state[:active]
        told = self._told_before(at, active)
        does = np.where(told, 0, self.rules.does[family, state, kind]).astype(np.int8)
        state = np.where(told, state, self.rules.to[family, state, kind]).astype(np.int32)
        treats = kind <= EVENT["minor-treatment"]
        line = self._line(at, active, does, treats)
        self._dose(at, active, kind, line != self.line[:active])
        relapse = self.relapse[:active] + ((does & RELAPSE) != 0)
        remission = self.remission[:active] + ((does & REMISSION) != 0)
        remission = np.where((does & IMPLIED) != 0, np.maximum(remission, relapse), remission)
        first = ((does & FAIL) != 0) & (line <= 1) & (remission == 0) & (relapse == 0)
        self.first_line_failed[:active] |= first
        self.turned[:active] = np.where((does & (RELAPSE | FAIL)) != 0, events.day[at], self.turned[:active])
        self.courses[:active] = np.where(treats, self.courses[:active] + events.courses[at], self.courses[:active])
        self.state[:active], self.line[:active] = state, line
        self.remission[:active], self.relapse[:active] = remission, relapse
        for name, values in (("state", state), ("does", does), ("line", line), ("remission", remission), ("relapse", relapse)):
            self.written[name][at] = values

    def _kind(self, at: NDArray[np.intp], active: int) -> Codes:
        """The event, where it depends on what came before: too few courses to fail, another therapy than the line's."""
        kind = self.events.kind[at]
        early = (kind == EVENT["none"]) & (self.courses[:active] < self.rules.courses_needed[self.family[:active]])
        kind = np.where(early, EVENT["none-early"], kind)
        family = self.family[:active]
        apart = self.events.day[at] - self.line_start[:active] > self.rules.days_together[family]
        planned = self.rules.planned[family, self.events.intent[at]]
        begins = self.rules.begins_line[family, self.events.intent[at]] & ~self.begun_so[:active]
        new = (kind == EVENT["treatment"]) & (self.events.switch[at] & apart & ~planned | begins)
        kind = np.where(new, EVENT["new-treatment"], kind)
        return np.where(self._on_treatment(at, active), _ON_TREATMENT[kind], kind).astype(np.int32)

    def _told_before(self, at: NDArray[np.intp], active: int) -> NDArray[np.bool_]:
        """Failures told already: of a treatment begun before the latest relapse or failure, which outlasted the start of the next line.

        A drug is often stopped only once the next one works. One that went on longer belongs to the new line as well.
        """
        events = self.events
        outlasted = events.day[at].astype(np.int64) - self.line_start[:active] <= _OVERLAP_DAYS
        return np.asarray((events.kind[at] == EVENT["failed"]) & (events.end[at] < self.turned[:active]) & outlasted)

    def _on_treatment(self, at: NDArray[np.intp], active: int) -> NDArray[np.bool_]:
        """Whether each event comes on treatment, or as soon after the last dose as its family counts as on treatment."""
        within = self.rules.days_on_treatment[self.family[:active]]
        return (within >= 0) & (self.events.day[at] <= self.last_dose[:active].astype(np.int64) + within)

    def _dose(self, at: NDArray[np.intp], active: int, kind: Codes, begun: NDArray[np.bool_]) -> None:
        """The last dose so far; the treatments of an earlier line are over when a new one begins."""
        before, end = self.last_dose[:active], self.events.end[at]
        given = kind < EVENT["minor-treatment"]
        self.last_dose[:active] = np.where(given & begun, end, np.where(given, np.maximum(before, end), before))

    def _line(self, at: NDArray[np.intp], active: int, does: NDArray[np.int8], treats: NDArray[np.bool_]) -> Counts:
        """The line after the event; a recorded line overrides the counted one."""
        before, given = self.line[:active], self.events.line[at]
        line = before + ((does & LINE) != 0)
        line = np.where(treats & (given > 0), given, line).astype(np.int32)
        begun = line != before
        self.line_start[:active] = np.where(begun, self.events.day[at], self.line_start[:active])
        self.courses[:active] = np.where(begun, 0.0, self.courses[:active])
        so = self.rules.begins_line[self.family[:active], self.events.intent[at]]
        self.begun_so[:active] = np.where(begun, so, self.begun_so[:active] | so & treats)
        return line

    def result(self, back: NDArray[np.intp]) -> Walk:
        """Everything, with patients in their own order again."""
        written = self.written
        return Walk(
            written["state"], written["does"], written["line"], written["remission"], written["relapse"],
            self.state[back], self.line[back], self.remission[back], self.relapse[back], self.first_line_failed[back],
        )  # fmt: skip


__all__ = ["CONFLICT", "Walk", "walk"]
