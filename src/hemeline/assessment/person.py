"""One patient within an evaluation: the truth of each leaf, and the recorded facts behind it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

from hemeline.assessment.evaluate import Definitional, Evaluation, Judged
from hemeline.assessment.shape import Because
from hemeline.assessment.shown import shown_date, shown_finding, shown_range
from hemeline.columns import Truths
from hemeline.course.course import SHOWN_STATES
from hemeline.course.tables import KINDS
from hemeline.criteria import Leaf, Tree
from hemeline.criteria.features import FEATURES
from hemeline.facts.shown import shown_fact
from hemeline.knowledge.schema import Source
from hemeline.truth import Truth
from hemeline.when import NO_DAY, parse_date, to_date

_COUNTED = {"relapse_number": "relapses", "remission_number": "remissions", "prior_lines": "lines", "refractory_lines": "lines"}


class Judge(Protocol):
    """What knows the truth of leaves: a patient, or a patient within a definition."""

    def truth(self, leaf: Leaf) -> Truth: ...

    def defined(self, column: str) -> tuple[Tree, Within]: ...


@dataclass(frozen=True, eq=False)
class Within:
    """The truths of the leaves of a definition for patient number ``i``."""

    evaluation: Evaluation
    i: int
    definition: Definitional

    def truth(self, leaf: Leaf) -> Truth:
        return self.definition.found.at(self.definition.columns[leaf], self.i)

    def defined(self, column: str) -> tuple[Tree, Within]:
        return _defined(self.evaluation, self.i, column)


def _defined(evaluation: Evaluation, i: int, column: str) -> tuple[Tree, Within]:
    definition = evaluation.within(column.partition(":")[2].rpartition(":")[0])
    return definition.trees[column], Within(evaluation, i, definition)


@dataclass(frozen=True, eq=False)
class Person:
    """Patient number ``i`` of an evaluation."""

    evaluation: Evaluation
    i: int

    @cached_property
    def _placed(self) -> tuple[Judged, int]:
        return self.evaluation.place(self.i)

    @property
    def group(self) -> Judged:
        return self._placed[0]

    @cached_property
    def verdicts(self) -> dict[str, Truth]:
        """The patient's leaves and verdicts."""
        group, row = self._placed
        return group.found.of(row)

    def truth(self, leaf: Leaf) -> Truth:
        """The truth of a leaf, from the column that the verdicts were computed from."""
        return self.verdicts[self.group.plan.leaves[leaf]]

    def defined(self, column: str) -> tuple[Tree, Within]:
        """The category of a definition that a column stands for, and the truths to judge it by."""
        return _defined(self.evaluation, self.i, column)

    def result(self, column: str) -> Truth:
        """A definition's category (``risk:definition:category``) for this patient."""
        return self._value(self.evaluation.definitions.of_patients[column])

    def applies(self, definition: str) -> Truth:
        """Whether a definition was made for such a patient (yes where it does not say for whom)."""
        column = self.evaluation.definitions.of_patients.get(f"applies:{definition}")
        return True if column is None else self._value(column)

    def feature(self, name: str) -> Truth:
        """A truth feature of the course, such as ``refractory``."""
        return self._value(self.evaluation.truth_of(name))

    def _value(self, column: tuple[Truths, Truths]) -> Truth:
        return truth_at(column, self.i)

    @cached_property
    def day(self) -> str:
        return to_date(self.evaluation.course.as_of).isoformat()

    def seen(self, date: str | None) -> bool:
        """Whether a (partial) date of the knowledge may lie on the day or before it: nothing later is told."""
        return date is None or (parse_date(date) or (0, 0))[0] <= self.evaluation.course.as_of

    def told(self, date: str | None) -> str | None:
        """The date, if it may lie on the day or before it."""
        return date if self.seen(date) else None

    def source(self, source: str) -> Source:
        """A source of the knowledge."""
        return self.evaluation.course.knowledge.sources[source]

    def rows(self, table: str) -> list[dict[str, Any]]:
        """The patient's rows of a table of the course, in order."""
        return self._tables[table]

    @cached_property
    def _tables(self) -> dict[str, list[dict[str, Any]]]:
        course = self.evaluation.course
        tables = {"remissions": course.remissions, "relapses": course.relapses, "lines": course.lines, "exposures": course.exposures}
        return {name: table.dicts(table.of(self.i)) for name, table in tables.items()}

    @cached_property
    def therapies(self) -> tuple[str, ...]:
        return self.evaluation.course.facts.therapies

    @property
    def declines(self) -> bool:
        """Whether the patient wants no treatment against the cancer."""
        return bool(self.evaluation.declines[self.i])

    @property
    def alive(self) -> bool:
        """Whether no death is recorded."""
        return bool(self.feature("alive"))

    # -- because ---------------------------------------------------------------------------------------------------

    def because(self, leaf: Leaf) -> list[Because]:
        """The facts behind a leaf: what was recorded or derived, with its date."""
        feature = FEATURES.get(leaf.name)
        if feature is None:
            return list(self._findings(leaf))
        if feature.kind in ("exposure", "exposure-count", "exposure-months"):
            return list(self._exposures(leaf)) or [{"fact": "treatment", "value": "none recorded", "date": None}]
        if leaf.name.startswith("age"):
            return [self._number(leaf.name, leaf.name, self.day if leaf.name == "age" else None)]
        if leaf.name in _COUNTED:
            rows = self.rows(_COUNTED[leaf.name])
            return [self._number(leaf.name, leaf.name, self._date(rows[-1]) if rows else None)]
        if leaf.name.startswith(("months_from", "months_on")):
            column = leaf.columns[0].removesuffix(".low")
            return [self._number(leaf.name, column, None)]
        return [self._state(leaf)]

    def _findings(self, leaf: Leaf) -> Iterator[Because]:
        findings, facts = self.evaluation.course.findings, self.evaluation.course.facts
        names = dict.fromkeys(self._finding_name(column) for column in leaf.columns)
        for name in names:
            fact, word = shown_fact(name)
            low, high = (values[self.i] for values in findings.range_of(name))
            date_low, date_high = (values[self.i] for values in findings.date_of(name))
            entry = facts.vocabulary.facts[fact]
            value = shown_finding(facts.vocabulary, entry, low, high) if date_low != NO_DAY else None
            if word and value is not None:
                value = word if value == "positive" else f"not:{word}"
            yield {"fact": fact, "value": value, "date": shown_date(date_low, date_high)}

    def _finding_name(self, column: str) -> str:
        """The fact column behind a leaf column: ``MRD.low`` and ``MRD:negative`` are about ``MRD``."""
        known = self.evaluation.course.facts.codes.code
        base = column.removesuffix(".low").removesuffix(".high")
        return base if base in known else shown_fact(base)[0]

    def _exposures(self, leaf: Leaf) -> Iterator[Because]:
        vocabulary = self.evaluation.course.facts.vocabulary
        asked = [column.partition(":")[2].removesuffix(".low").removesuffix(".high") for column in leaf.columns]
        wanted = frozenset().union(*(vocabulary.therapies_in(key) for key in asked))
        seen: set[tuple[str, int]] = set()
        for row in self.rows("exposures"):
            therapy = self.therapies[row["therapy"]]
            if not wanted & vocabulary.given_with(therapy) or (therapy, row["start_low"]) in seen:
                continue
            if leaf.name in ("refractory_to", "refractory_count", "failed", "failed_count") and not row["perhaps"]:
                continue
            seen.add((therapy, row["start_low"]))
            yield {"fact": "treatment", "value": therapy, "date": shown_date(row["start_low"], row["start_high"]), "row": row["row"]}

    def _number(self, fact: str, column: str, date: str | None) -> Because:
        low, high = (series[self.i] for series in self.evaluation.features.pair(column))
        return {"fact": fact, "value": shown_range(low, high), "date": date}

    def _state(self, leaf: Leaf) -> Because:
        course = self.evaluation.course
        if leaf.name == "disease":
            disease = course.diagnoses.disease[self.i]
            name = tuple(course.facts.vocabulary.diseases)[disease] if disease >= 0 else None
            low, high = course.diagnoses.first_low[self.i], course.diagnoses.first_high[self.i]
            return {"fact": "diagnosis", "value": name, "date": shown_date(low, high)}
        if leaf.name.startswith("relapse_"):
            rows = self.rows("relapses")
            return {
                "fact": "relapse",
                "value": KINDS[rows[-1]["kind"]] if rows else "none recorded",
                "date": self._date(rows[-1]) if rows else None,
            }
        relapses = self.rows("relapses")
        return {
            "fact": "state",
            "value": self.state,
            "date": self._date(relapses[-1]) if relapses and self.state.startswith("relapsed") else None,
        }

    @cached_property
    def state(self) -> str:
        """The state in the contract's words."""
        return SHOWN_STATES[int(self.evaluation.course.shown_state[self.i])]

    def _date(self, row: dict[str, Any]) -> str | None:
        low, high = ("date_low", "date_high") if "date_low" in row else ("start_low", "start_high")
        return shown_date(row[low], row[high])


def truth_at(column: tuple[Truths, Truths], position: int) -> Truth:
    """One value of a truth column."""
    surely, perhaps = column
    return True if surely[position] else None if perhaps[position] else False
