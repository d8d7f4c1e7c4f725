"""The course of one patient in words: what it is on a day, and what a criterion comes to there."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from hemeline.course import Course, columns_of, derive_course, judge_definitions, levels, needed_definitions
from hemeline.course.tables import KINDS
from hemeline.criteria import Program
from hemeline.knowledge import Knowledge
from hemeline.table import Table
from hemeline.truth import Verdict, word
from hemeline.when import text_of
from tests.facts.recording import facts_of

TODAY = "2026-11-22"
# A first remission of a B-lineage leukaemia, and its relapse.
REMISSION = (
    "2020-01-01 diagnosis b-all",
    "2020-01-05 treatment vincristine end=2020-01-31 intent=induction",
    "2020-02-01 response CR",
)
RELAPSE = (*REMISSION, "2023-06-01 relapse marrow")


@dataclass(frozen=True)
class Patient:
    """The course of one patient."""

    course: Course

    @property
    def state(self) -> str:
        return str(self.course.states()[0])

    @property
    def counts(self) -> tuple[int, int, int]:
        """Lines, remissions and relapses, where nothing leaves them open."""
        ranges = (self.course.line_count, self.course.remission_number, self.course.relapse_number)
        assert all(one.low[0] == one.high[0] for one in ranges)
        lines, remissions, relapses = (int(one.low[0]) for one in ranges)
        return lines, remissions, relapses

    @property
    def lines(self) -> list[list[str]]:
        """The treatments of each line."""
        begun = self.rows(self.course.exposures)
        return [[self._therapy(one) for one in begun if one["line"] == line["number"]] for line in self.rows(self.course.lines)]

    @property
    def failed_lines(self) -> list[int]:
        return [line["number"] for line in self.rows(self.course.lines) if line["refractory"]]

    @property
    def remissions(self) -> list[tuple[str | None, str | None]]:
        """Start and end of each remission."""
        return [(_date(one, "start"), _date(one, "end")) for one in self.rows(self.course.remissions)]

    @property
    def relapses(self) -> list[tuple[str | None, str]]:
        """Date and kind of each relapse."""
        return [(_date(one, "date"), KINDS[one["kind"]]) for one in self.rows(self.course.relapses)]

    @property
    def refractory_to(self) -> dict[str, str]:
        """Each treatment, and whether the disease is refractory to it."""
        return {self._therapy(one): word(one["surely"] or (None if one["perhaps"] else False)) for one in self.rows(self.course.exposures)}

    def level(self, definition: str) -> dict[str, str | None]:
        """When a level was reached and lost, and whether it is met now."""
        (row,) = self.rows(levels(self.course)[definition])
        now = word(row["now_surely"] or (None if row["now_perhaps"] else False))
        return {"reached": _date(row, "reached"), "lost": _date(row, "lost"), "now": now}

    def asked(self, criterion: dict[str, Any]) -> Verdict:
        """What a criterion comes to."""
        tree = self.course.knowledge.tree(criterion)
        columns = columns_of([tree])
        judged = judge_definitions(self.course, needed_definitions(self.course.knowledge, tuple(columns)), columns)
        return word(Program({"asked": tree}).run(judged.table.__getitem__, 1).at("asked", 0))

    def rows(self, table: Table) -> list[dict[str, Any]]:
        return table.dicts(table.of(0))

    def _therapy(self, row: dict[str, Any]) -> str:
        return str(self.course.facts.therapies[row["therapy"]])


def patient(knowledge: Knowledge, *lines: str, on: str = TODAY, **about: str) -> Patient:
    """The course of a patient with some facts (see ``tests.facts.recording``) as of a day."""
    return Patient(derive_course(facts_of(knowledge, *lines, **about), knowledge, dt.date.fromisoformat(on)))


def _date(row: dict[str, Any], name: str) -> str | None:
    return text_of(row[f"{name}_low"], row[f"{name}_high"])
