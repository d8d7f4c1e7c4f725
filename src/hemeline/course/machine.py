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

    ``family`` is the course family of each patient. Patients are stepped in the order of how many events they have, so that those still
    walking are always a prefix of the arrays; events lie step after step, so that those of one step are a stretch of them.
    """
    order = np.argsort(-events.count, kind="stable")
    start, count = events.start[order], events.count[order]
    steps = np.arange(int(count[0]) if len(count) else 0)
    active = np.searchsorted(-count, -steps, side="left").tolist()  # how many patients have another event
    at = np.concatenate([start[:0], *(start[:most] + k for k, most in enumerate(active))])
    walking = _Walking(_Steps(events, at, family, rules), family[order], rules)
    for first, most in zip(np.cumsum([0, *active]).tolist(), active, strict=False):
        walking.step(slice(first, first + most), most)
    back = np.empty(len(order), dtype=np.intp)
    back[order] = np.arange(len(order))
    return walking.result(at, back)


class _Steps:
    """What is known of every event before anybody walks, step after step; ``at`` is the position of each among the events."""

    def __init__(self, events: Events, at: NDArray[np.intp], family: Codes, rules: CourseRules) -> None:
        kind, none = events.kind.take(at).astype(np.intp), rules.planned.shape[1] - 1
        intent = events.intent.take(at)
        cell = family.take(events.patient.take(at)) * (none + 1) + np.where(intent < 0, none, intent)
        treats = kind == EVENT["treatment"]
        self.kind, self.line, self.courses = kind, events.line.take(at), events.courses.take(at)
        self.day, self.end = events.day.take(at), events.end.take(at)
        self.is_none, self.failed = kind == EVENT["none"], kind == EVENT["failed"]
        self.begins = rules.begins_line.ravel().take(cell)
        self.may_begin = treats & self.begins
        self.may_switch = treats & events.switch.take(at) & ~rules.planned.ravel().take(cell)


class _Walking:
    """The arrays while walking: one value per patient, and what is written per event."""

    def __init__(self, events: _Steps, family: Codes, rules: CourseRules) -> None:
        size, patients = len(events.kind), len(family)
        self.events = events
        self.to, self.does = rules.to.ravel(), rules.does.ravel()
        self.cell = family.astype(np.intp) * rules.to[0].size  # where the table of each one's family begins
        self.row = rules.to.shape[2]
        self.courses_needed, self.together = rules.courses_needed[family], rules.days_together[family]
        self.days_on_treatment = rules.days_on_treatment[family]
        self.dose_matters = bool((self.days_on_treatment >= 0).any())
        self.written = {name: np.empty(size, dtype=np.int32) for name in ("state", "does", "line", "remission", "relapse")}
        self.state = np.full(patients, STATE["untreated"], dtype=np.intp)
        self.line, self.remission, self.relapse = (np.zeros(patients, dtype=np.int32) for _ in range(3))
        self.line_start = np.zeros(patients, dtype=np.int32)
        self.last_dose = np.full(patients, _NEVER, dtype=np.int32)
        self.turned = np.full(patients, _NEVER, dtype=np.int32)  # the day of the latest relapse or failure
        self.courses = np.zeros(patients)
        self.begun_so = np.zeros(patients, dtype=bool)  # whether the line has treatment whose intent begins lines
        self.first_line_failed = np.zeros(patients, dtype=bool)

    def step(self, at: slice, active: int) -> None:
        """Everybody's next event: ``at`` is the stretch of them, ``active`` how many patients still have one."""
        events, state = self.events, self.state[:active]
        kind = self._kind(at, active)
        cell = self.cell[:active] + state * self.row + kind
        told = self._told_before(at, active)
        does = np.where(told, 0, self.does.take(cell)).astype(np.int8)
        state[:] = np.where(told, state, self.to.take(cell))
        treats = kind <= EVENT["minor-treatment"]
        begun = self._begin(at, active, does, treats)
        if self.dose_matters:
            self._dose(at, active, kind, begun)
        line, relapse, remission = self.line[:active], self.relapse[:active], self.remission[:active]
        relapse += (does & RELAPSE) != 0
        remission += (does & REMISSION) != 0
        np.maximum(remission, relapse, out=remission, where=(does & IMPLIED) != 0)
        self.first_line_failed[:active] |= ((does & FAIL) != 0) & (line <= 1) & (remission == 0) & (relapse == 0)
        np.copyto(self.turned[:active], events.day[at], where=(does & (RELAPSE | FAIL)) != 0)
        np.add(self.courses[:active], events.courses[at], out=self.courses[:active], where=treats)
        for name, values in (("state", state), ("does", does), ("line", line), ("remission", remission), ("relapse", relapse)):
            self.written[name][at] = values

    def _kind(self, at: slice, active: int) -> NDArray[np.intp]:
        """The event, where it depends on what came before: too few courses to fail, another therapy than the line's."""
        events = self.events
        kind = events.kind[at].copy()
        kind[events.is_none[at] & (self.courses[:active] < self.courses_needed[:active])] = EVENT["none-early"]
        apart = events.day[at] - self.line_start[:active] > self.together[:active]
        kind[events.may_switch[at] & apart | events.may_begin[at] & ~self.begun_so[:active]] = EVENT["new-treatment"]
        if self.dose_matters:
            on = self._on_treatment(at, active)
            kind[on] = _ON_TREATMENT[kind[on]]
        return kind

    def _told_before(self, at: slice, active: int) -> NDArray[np.bool_]:
        """Failures told already: of a treatment begun before the latest relapse or failure, which outlasted the start of the next line.

        A drug is often stopped only once the next one works. One that went on longer belongs to the new line as well.
        """
        events = self.events
        outlasted = events.day[at].astype(np.int64) - self.line_start[:active] <= _OVERLAP_DAYS
        return np.asarray(events.failed[at] & (events.end[at] < self.turned[:active]) & outlasted)

    def _on_treatment(self, at: slice, active: int) -> NDArray[np.bool_]:
        """Whether each event comes on treatment, or as soon after the last dose as its family counts as on treatment."""
        within = self.days_on_treatment[:active]
        return (within >= 0) & (self.events.day[at] <= self.last_dose[:active].astype(np.int64) + within)

    def _dose(self, at: slice, active: int, kind: NDArray[np.intp], begun: NDArray[np.bool_]) -> None:
        """The last dose so far; the treatments of an earlier line are over when a new one begins."""
        before, end = self.last_dose[:active], self.events.end[at]
        given = kind < EVENT["minor-treatment"]
        before[:] = np.where(given, np.where(begun, end, np.maximum(before, end)), before)

    def _begin(self, at: slice, active: int, does: NDArray[np.int8], treats: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Count the line after the event; a recorded line overrides the counted one. Returns who has begun another."""
        line, given = self.line[:active], self.events.line[at]
        before = line.copy()
        line += (does & LINE) != 0
        np.copyto(line, given, where=treats & (given > 0))
        begun = line != before
        np.copyto(self.line_start[:active], self.events.day[at], where=begun)
        self.courses[:active][begun] = 0.0
        so = self.events.begins[at]
        self.begun_so[:active] = np.where(begun, so, self.begun_so[:active] | so & treats)
        return np.asarray(begun)

    def result(self, at: NDArray[np.intp], back: NDArray[np.intp]) -> Walk:
        """Everything, with events and patients in their own order again."""
        step = np.empty(len(at), dtype=np.intp)
        step[at] = np.arange(len(at))
        state, does, line, remission, relapse = (values.take(step) for values in self.written.values())
        return Walk(
            state, does, line, remission, relapse,
            self.state[back].astype(np.int32), self.line[back], self.remission[back], self.relapse[back], self.first_line_failed[back],
        )  # fmt: skip


__all__ = ["CONFLICT", "Walk", "walk"]
