"""Alerts: a marker measured too long ago, facts that contradict each other, an event nobody recorded, a wish.

An alert never changes a verdict.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import chain

import numpy as np

from hemeline.assessment.person import Person
from hemeline.assessment.shape import Alert
from hemeline.assessment.shown import shown_date
from hemeline.course.rules import CONFLICT
from hemeline.criteria import leaves_of
from hemeline.criteria.limits import parse_limit
from hemeline.facts.facts import UNDATED_LOW
from hemeline.facts.shown import shown_fact
from hemeline.knowledge.schema import PossibleRule
from hemeline.when import NO_DAY

_DECIDED_BY_WORD = ("marker", "category", "stance", "choice")


def alerts_of(person: Person) -> list[Alert]:
    """All alerts of one patient, wishes first."""
    watch = _Watch(person)
    return list(chain(watch.wishes(), watch.conflicts(), watch.possible(), watch.stale()))


class _Watch:
    """Looks over one patient's facts."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.course = person.evaluation.course
        self.vocabulary = self.course.facts.vocabulary
        self.recorded = person.evaluation.recorded

    @cached_property
    def _latest(self) -> dict[str, tuple[float, float, int, int]]:
        """Range and date of every recorded finding, by name."""
        found = {}
        for name in self.recorded.names:
            (low, high), (first, last) = self.recorded.range_of(name), self.recorded.date_of(name)
            if first[self.person.i] != NO_DAY:
                found[name] = (float(low[self.person.i]), float(high[self.person.i]), int(first[self.person.i]), int(last[self.person.i]))
        return found

    # -- wishes ----------------------------------------------------------------------------------------------------

    def wishes(self) -> Iterator[Alert]:
        names = {value.id: value.name for value in self.vocabulary.value_sets["wish"].values}
        for name, (low, high, first, last) in self._latest.items():
            fact, about = shown_fact(name)
            if fact == "wish" and about and low == high:
                declines = self.person.declines and about.startswith("no-")
                said = f"{'does not want' if low == 0 else 'wants'} {names[about]}"
                bearing = "; the verdicts stay as they are, supportive care comes first" if declines else "; the verdicts stay as they are"
                yield {"kind": "wish", "text": f"The patient {said} ({_when(first, last)}){bearing}", "facts": ["wish"]}

    # -- conflicts -------------------------------------------------------------------------------------------------

    def conflicts(self) -> Iterator[Alert]:
        yield from self._opposed()
        reported = self.course.facts.not_understood
        for row in reported.dicts(reported.of(self.person.i)):
            if row["conflict"]:
                yield {"kind": "conflict", "text": f"{row['fact']} (row {row['row']}): {row['why']}", "facts": [row["fact"]]}
        yield from self._impossible_turns()
        yield from self._after_death()

    def _opposed(self) -> Iterator[Alert]:
        """Opposite answers on one day."""
        size = len(self.recorded.names)
        for at in np.flatnonzero(self.recorded.conflict & (self.recorded.key // max(size, 1) == self.person.i)):
            name = self.recorded.names[int(self.recorded.key[at]) % size]
            fact, about = shown_fact(name)
            if self.vocabulary.facts[fact].kind in _DECIDED_BY_WORD and about != "available":
                day = _when(int(self.recorded.date_low[at]), int(self.recorded.date_high[at]))
                subject = f"{fact} ({about})" if about else fact
                yield {"kind": "conflict", "text": f"{subject}: contradictory answers of {day}; taken as unknown", "facts": [fact]}

    def _impossible_turns(self) -> Iterator[Alert]:
        """Events the state machine could not make sense of, such as no response while in remission."""
        events, done = self.course.events, self.course.walked
        start = int(events.start[self.person.i])
        for at in range(start, start + int(events.count[self.person.i])):
            if done.does_at[at] & CONFLICT and events.source[at] >= 0:
                fact = self.course.facts.codes.names[self.course.facts.rows["fact"][events.source[at]]]
                day = _when(int(events.date_low[at]), int(events.date_high[at]))
                text = f"{fact} of {day} does not fit what was recorded before it; the state was left as it was"
                if fact == "relapse":
                    text = f"relapse of {day} follows a failed treatment without a recorded remission between"
                yield {"kind": "conflict", "text": text, "facts": [fact]}

    def _after_death(self) -> Iterator[Alert]:
        facts = self.course.facts
        told = facts.rows_of("death")
        deaths = [int(facts.patients.death_high[self.person.i]), *told["date_high"][told.of(self.person.i)].tolist()]
        if max(deaths) == NO_DAY:
            return
        mine = facts.rows.take(facts.rows.of(self.person.i))
        later = mine["fact"][mine["date_low"] > max(deaths)]
        names = dict.fromkeys(shown_fact(facts.codes.names[code])[0] for code in later)
        if names:
            yield {"kind": "conflict", "text": "facts are dated after the death", "facts": ["death", *names]}

    # -- possible --------------------------------------------------------------------------------------------------

    def possible(self) -> Iterator[Alert]:
        disease = self.person.group.plan.disease
        within = self.vocabulary.diseases_within
        for rule in self.course.knowledge.content.possible:
            if disease and any(disease in within(one) for one in rule.diseases) and self.person.state in rule.states and self._holds(rule):
                yield {"kind": "possible", "text": rule.text, "facts": [rule.fact]}
        yield from self._ended_for_progression()

    def _holds(self, rule: PossibleRule) -> bool:
        """Whether the latest finding meets the rule, was made in the present state, and an earlier one met its ``before``."""
        found = self._latest.get(rule.fact)
        if found is None or not self._meets(rule.fact, rule.now, found[0], found[1]) or found[2] <= self._since():
            return False
        if rule.before is None:
            return True
        rows = self.course.facts.rows_of(rule.fact)
        earlier = [row for row in rows.dicts(rows.of(self.person.i)) if row["date_high"] < found[2]]
        return any(self._meets(rule.fact, rule.before, row["low"], row["high"]) for row in earlier)

    def _meets(self, fact: str, wanted: str, low: float, high: float) -> bool:
        """Whether a finding surely meets a word or limit."""
        entry = self.vocabulary.facts[fact]
        if wanted in entry.words:
            meant = entry.words[wanted]
            return (meant.at_least is None or low >= meant.at_least) and (meant.below is None or high < meant.below)
        if entry.kind == "marker":
            return low == high == (1.0 if wanted == "positive" else 0.0)
        if entry.kind == "category":
            return low == high == self.vocabulary.value_ids(entry.values or "").index(wanted)
        limit = parse_limit(wanted, {entry.unit or "": 1.0, **entry.units})
        assert limit is not None  # checked when the knowledge is loaded
        return {
            ">=": low >= limit.value,
            ">": low > limit.value,
            "<=": high <= limit.value,
            "<": high < limit.value,
            "=": low == high == limit.value,
        }[limit.sign]

    def _since(self) -> int:
        """The day on which the present remission or, failing that, the course began."""
        remissions = self.person.rows("remissions")
        starts = [row["start_high"] for row in remissions if row["start_low"] != NO_DAY and row["end_low"] == NO_DAY]
        return max(starts, default=int(self.course.diagnoses.first_low[self.person.i]))

    def _ended_for_progression(self) -> Iterator[Alert]:
        """In remission, though a treatment begun in or before it ended because the disease progressed."""
        progression = self.vocabulary.value_ids("reason").index("progression")
        if self.person.state != "remission":
            return
        for row in self.person.rows("exposures"):
            if row["reason"] == progression and row["end_low"] != NO_DAY and row["end_low"] > self._since():
                text = "A treatment ended because the disease progressed, but no relapse is recorded"
                yield {"kind": "possible", "text": text, "facts": ["treatment"]}
                return

    # -- stale -----------------------------------------------------------------------------------------------------

    def stale(self) -> Iterator[Alert]:
        relapses = self.person.rows("relapses")
        relapse = relapses[-1]["date_low"] if relapses else NO_DAY
        for marker in self._deciding_markers():
            found = self._latest.get(marker)
            if found is None or found[2] <= UNDATED_LOW:
                continue
            measured, name = found[3], self.vocabulary.facts[marker].name
            if relapse != NO_DAY and measured < relapse:
                yield {"kind": "stale", "text": f"{name} was last tested before the latest relapse: test again", "facts": [marker]}
                continue
            against = [
                row for row in self.person.rows("exposures") if self._aims_at(row["therapy"], marker) and row["start_low"] > measured
            ]
            if against:
                therapy = self.vocabulary.therapies[self.person.therapies[against[-1]["therapy"]]].name
                yield {"kind": "stale", "text": f"{name} was last tested before treatment with {therapy}: test again", "facts": [marker]}

    def _aims_at(self, therapy: int, marker: str) -> bool:
        return marker in self.vocabulary.markers_of(self.person.therapies[therapy])

    def _deciding_markers(self) -> list[str]:
        """Markers that decide an option in force, or that one is aimed at."""
        plan = self.person.group.plan
        decided = {leaf.fact for tree in plan.trees.values() for leaf in leaves_of(tree)}
        aimed = {marker for candidate in plan.candidates for marker in self.vocabulary.markers_of(candidate.entry.id)}
        return [one for one in self.vocabulary.facts if one in decided | aimed and self.vocabulary.facts[one].kind == "marker"]


def _when(low: int, high: int) -> str:
    return shown_date(low, high) or "no recorded date"


__all__ = ["alerts_of"]
