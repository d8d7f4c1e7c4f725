"""Alerts: a marker measured too long ago, facts that contradict each other, an event nobody recorded, a wish.

They are found for all patients at once, as rows of one table. An alert never changes a verdict.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hemeline.assessment.evaluate import Evaluation
from hemeline.assessment.shape import Alert, Kind
from hemeline.assessment.shown import shown_date
from hemeline.assessment.stale import stale_markers
from hemeline.columns import Truths, among, runs
from hemeline.course.rules import CONFLICT
from hemeline.course.since import resumed
from hemeline.criteria.limits import parse_limit
from hemeline.facts.shown import shown_fact
from hemeline.knowledge.schema import PossibleRule
from hemeline.table import Table
from hemeline.when import NO_DAY

KINDS: tuple[Kind, ...] = ("wish", "conflict", "possible", "stale")
_STAND = "; the verdicts stay as they are"
_YEAR = 366
_CARE_FIRST = f"{_STAND}, supportive care comes first"
_TURNS = ("relapse", "progression")
_DECIDED_BY_WORD = ("marker", "category", "stance", "choice")
Who = NDArray[np.integer[Any]]
Dates = tuple[NDArray[np.int32], NDArray[np.int32]]


@dataclass
class Alerts:
    """The alerts of all patients.

    ``rows`` is sorted by patient and the order they are told in. Columns: ``patient``, ``kind`` (position in ``KINDS``), ``text``
    (position in ``texts``: what is said before and after a date), ``low`` and ``high`` (the date, ``NO_DAY`` if none is said),
    ``facts`` (position in ``subjects``).
    """

    rows: Table
    texts: list[tuple[str, str | None]]
    subjects: list[tuple[str, ...]]

    def of(self, patient: int) -> list[Alert]:
        """The alerts of one patient, wishes first."""
        return [self._alert(row) for row in self.rows.dicts(self.rows.of(patient))]

    def _alert(self, row: dict[str, int]) -> Alert:
        text = self.text(row["text"], shown_date(row["low"], row["high"]))
        return {"kind": KINDS[row["kind"]], "text": text, "facts": list(self.subjects[row["facts"]])}

    def text(self, text: int, date: str | None) -> str:
        """What an alert says, with the date as it is shown."""
        before, after = self.texts[text]
        return before if after is None else f"{before}{date or 'no recorded date'}{after}"


def alerts_of(evaluation: Evaluation) -> Alerts:
    """All alerts of all patients."""
    found = _Found()
    watch = _Watch(evaluation, found)
    watch.wishes()
    watch.conflicts()
    watch.possible()
    for who, text, marker in stale_markers(evaluation):
        found.add("stale", who, text, None, (marker,))
    return found.alerts()


@dataclass
class _Found:
    """Gathers alerts, in the order they are to be told."""

    parts: list[Table] = field(default_factory=list)
    texts: dict[tuple[str, str | None], int] = field(default_factory=dict)
    subjects: dict[tuple[str, ...], int] = field(default_factory=dict)

    def add(self, kind: Kind, who: Who, before: str, after: str | None, facts: Iterable[str], dates: Dates | None = None) -> None:
        """One alert for each of some patients; with ``after``, their dates stand between."""
        if not len(who):
            return
        none = np.full(len(who), NO_DAY, dtype=np.int32)
        low, high = dates or (none, none)
        text = self.texts.setdefault((before, after), len(self.texts))
        subject = self.subjects.setdefault(tuple(facts), len(self.subjects))
        same = {"kind": KINDS.index(kind), "text": text, "facts": subject, "order": len(self.parts)}
        columns = {name: np.full(len(who), value, dtype=np.int32) for name, value in same.items()}
        self.parts.append(Table({"patient": who.astype(np.int32), "low": low, "high": high, **columns}))

    def alerts(self) -> Alerts:
        names = ("patient", "low", "high", "kind", "text", "facts", "order")
        empty = Table({name: np.zeros(0, dtype=np.int32) for name in names})
        rows = Table.together([empty, *self.parts])
        order = np.lexsort((rows["order"], rows["kind"], rows["patient"]))
        return Alerts(rows.take(order), list(self.texts), list(self.subjects))


class _Watch:
    """Looks over everybody's facts."""

    def __init__(self, evaluation: Evaluation, found: _Found) -> None:
        self.evaluation, self.found = evaluation, found
        self.course = evaluation.course
        self.facts = self.course.facts
        self.vocabulary = self.facts.vocabulary
        self.recorded = evaluation.course.findings
        self.size = len(self.course)

    # -- wishes ----------------------------------------------------------------------------------------------------

    def wishes(self) -> None:
        names = {value.id: value.name for value in self.vocabulary.value_sets["wish"].values}
        about = [(name, *shown_fact(name)) for name in self.recorded.names]
        alive = self.evaluation.truth_of("alive")[0]
        for name, word in [(name, word) for name, fact, word in about if fact == "wish" and word]:
            low, high = self.recorded.range_of(name)
            first, last = self.recorded.date_of(name)
            for wanted, verb in ((0.0, "does not want"), (1.0, "wants")):
                who = np.flatnonzero((low == wanted) & (high == wanted) & (first != NO_DAY) & alive)
                declines = self.evaluation.declines[who] & word.startswith("no-")
                for mine, bearing in ((who[declines], _CARE_FIRST), (who[~declines], _STAND)):
                    said = f"The patient {verb} {names[word]} ("
                    self.found.add("wish", mine, said, f"){bearing}", ("wish",), (first[mine], last[mine]))

    # -- conflicts -------------------------------------------------------------------------------------------------

    def conflicts(self) -> None:
        self._opposed()
        self._opposed_responses()
        self._reported()
        self._impossible_turns()
        self._after_death()

    def _opposed(self) -> None:
        """Opposite answers on one day."""
        recorded = self.recorded
        at = np.flatnonzero(recorded.conflict)
        columns, patients = np.divmod(recorded.key[at], max(self.size, 1))
        for column in np.unique(columns):
            name = recorded.names[int(column)]
            fact, about = shown_fact(name)
            if self.vocabulary.facts[fact].kind in _DECIDED_BY_WORD and about != "available":
                mine, who = at[columns == column], patients[columns == column]
                subject = f"{fact} ({about})" if about else fact
                dates = recorded.date_low[mine], recorded.date_high[mine]
                self.found.add("conflict", who, f"{subject}: contradictory answers of ", "; taken as unknown", (fact,), dates)

    def _opposed_responses(self) -> None:
        """A response and progression on one day: the course reads the progression after the response."""
        meant = [response.category for response in self.vocabulary.responses.values()]
        answers, grows = among(meant, ("complete", "partial")), among(meant, ("progressive",))
        rows = self.facts.rows_of("response")
        rows = rows.take(rows["date_low"] == rows["date_high"])
        key = rows["patient"].astype(np.int64) << 32 | (rows["date_low"].astype(np.int64) + 2**31)
        answered, both = key[answers[rows["value"]]], np.unique(key[grows[rows["value"]]])
        both = both[np.searchsorted(answered, both, "left") < np.searchsorted(answered, both, "right")]
        day = ((both & (2**32 - 1)) - 2**31).astype(np.int32)
        after = "; the progression is taken as the later of the two"
        self.found.add(
            "conflict", both >> 32, "response: a response and progression are both recorded on ", after, ("response",), (day, day)
        )

    def _reported(self) -> None:
        """What was contradictory already when the facts were read; these are few."""
        rows = self.facts.not_understood.take(self.facts.not_understood["conflict"])
        for patient, row, fact, why in zip(rows["patient"], rows["row"], rows["fact"], rows["why"], strict=True):
            self.found.add("conflict", np.array([patient]), f"{fact} (row {row}): {why}", None, (fact,))

    def _impossible_turns(self) -> None:
        """Events the state machine could not make sense of, such as no response while in remission."""
        events, rows = self.course.events, self.facts.rows
        at = np.flatnonzero(((self.course.walked.does_at & CONFLICT) != 0) & (events.source >= 0))
        fact_of = rows["fact"][events.source[at]]
        for code in np.unique(fact_of):
            mine, fact = at[fact_of == code], self.facts.codes.names[code]
            before, after = f"{fact} of ", " does not fit what was recorded before it; the state was left as it was"
            if fact == "relapse":
                after = " follows a failed treatment without a recorded remission between"
            self.found.add("conflict", events.patient[mine], before, after, (fact,), (events.date_low[mine], events.date_high[mine]))

    def _after_death(self) -> None:
        died = self.facts.patients.death_high.copy()
        told = self.facts.rows_of("death")
        np.maximum.at(died, told["patient"], told["date_high"])
        rows = self.facts.rows
        limit = np.where(died == NO_DAY, np.iinfo(np.int32).max, died).take(rows["patient"])
        later = np.flatnonzero(rows["date_low"] > limit)
        patient, codes = rows["patient"][later], rows["fact"][later]
        starts, lengths = runs(patient)
        for start, length in zip(starts, lengths, strict=True):
            names = dict.fromkeys(shown_fact(self.facts.codes.names[code])[0] for code in codes[start : start + length])
            self.found.add("conflict", patient[start : start + 1], "facts are dated after the death", None, ("death", *names))

    # -- possible --------------------------------------------------------------------------------------------------

    def possible(self) -> None:
        within, diseases = self.vocabulary.diseases_within, tuple(self.vocabulary.diseases)
        everybody = self.course.diagnoses.disease
        for rule in self.course.knowledge.content.possible:
            wanted = frozenset().union(*(within(one) for one in rule.diseases))
            has = np.array([*(one in wanted for one in diseases), False])[everybody]  # the last for none recorded
            fits = has & self.evaluation.is_in(*rule.states)
            if rule.fact in self.recorded.names and fits.any():
                self.found.add("possible", np.flatnonzero(fits & self._holds(rule)), rule.text, None, (rule.fact,))
        self._ended_for_progression()
        self._unread()
        text = "Treatment began again more than a year after the one before had ended, and no relapse is recorded between"
        self.found.add("possible", resumed(self.course, _YEAR), text, None, ("treatment",))

    def _holds(self, rule: PossibleRule) -> Truths:
        """Whether the latest finding meets the rule, was made in the present state, and an earlier one met its ``before``."""
        low, high = self.recorded.range_of(rule.fact)
        first = self.recorded.date_of(rule.fact)[0]
        holds = (first != NO_DAY) & (first > self._since) & self._meets(rule.fact, rule.now, low, high)
        if rule.before is None:
            return np.asarray(holds)
        rows, told = self.facts.rows_of(rule.fact), self.facts.rows_of("response")
        met = (rows["date_high"] < first[rows["patient"]]) & self._meets(rule.fact, rule.before, rows["low"], rows["high"])
        said = (told["date_high"] < first[told["patient"]]) & among(self.vocabulary.responses, rule.before_response)[told["value"]]
        before = np.zeros(self.size, dtype=bool)
        before[rows["patient"][met]] = True
        before[told["patient"][said]] = True
        return np.asarray(holds & before)

    def _meets(self, fact: str, wanted: str, low: NDArray[np.float64], high: NDArray[np.float64]) -> Truths:
        """Whether findings surely meet a word or limit."""
        entry = self.vocabulary.facts[fact]
        if wanted in entry.words:
            meant = entry.words[wanted]
            floor = -np.inf if meant.at_least is None else meant.at_least
            return np.asarray((low >= floor) & (high < (np.inf if meant.below is None else meant.below)))
        if entry.kind in ("marker", "category"):
            words = ("negative", "positive") if entry.kind == "marker" else self.vocabulary.value_ids(entry.values or "")
            return np.asarray((low == words.index(wanted)) & (high == words.index(wanted)))
        limit = parse_limit(wanted, {entry.unit or "": 1.0, **entry.units})
        assert limit is not None  # checked when the knowledge is loaded
        found = {
            ">=": low >= limit.value,
            ">": low > limit.value,
            "<=": high <= limit.value,
            "<": high < limit.value,
            "=": (low == limit.value) & (high == limit.value),
        }[limit.sign]
        return np.asarray(found)

    @cached_property
    def _since(self) -> NDArray[np.int32]:
        """The day on which the present remission or, failing that, the course began."""
        rows = self.course.remissions
        rows = rows.take((rows["start_low"] != NO_DAY) & (rows["end_low"] == NO_DAY))
        began = np.full(self.size, NO_DAY, dtype=np.int32)
        np.maximum.at(began, rows["patient"], rows["start_high"])
        return np.where(began != NO_DAY, began, self.course.diagnoses.first_low).astype(np.int32)

    def _ended_for_progression(self) -> None:
        """In remission, though a treatment begun in or before it ended because the disease progressed."""
        rows = self.course.exposures
        progression = self.vocabulary.value_ids("reason").index("progression")
        ended = (rows["reason"] == progression) & (rows["end_low"] != NO_DAY) & (rows["end_low"] > self._since[rows["patient"]])
        who = np.unique(rows["patient"][ended])
        who = who[self.evaluation.is_in("remission")[who]]
        self.found.add(
            "possible", who, "A treatment ended because the disease progressed, but no relapse is recorded", None, ("treatment",)
        )

    def _unread(self) -> None:
        """A relapse or progression in words that are not understood: it is not in the course, which may be wrong without it."""
        lost = self.facts.not_understood
        for fact in (one.id for one in self.vocabulary.facts.values() if one.kind in _TURNS):
            mine = lost["patient"][(lost["fact"] == fact) & ~lost["conflict"]]
            who = np.unique(mine[self.evaluation.truth_of("alive")[0][mine]])
            text = f"A {fact} is recorded in words that are not understood, and is left out of the course"
            self.found.add("possible", who, text, None, (fact,))


__all__ = ["KINDS", "Alerts", "alerts_of"]
