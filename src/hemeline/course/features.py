"""The columns that criteria read, built on demand from the course and the latest findings.

Every column is a truth (two masks: *surely* and *perhaps*; perhaps without surely is unknown) or a pair of bounds
``name.low`` and ``name.high``. What nobody asks for is not computed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from hemeline.columns import among
from hemeline.course.course import SHOWN_STATES, Course, Range
from hemeline.course.exposure import Exposures, exposures_of
from hemeline.course.since import months_from_end_of, months_since, refractory_lines, systemic_lines
from hemeline.course.standing import TRUTHS, known
from hemeline.course.truths import (
    Pair,
    Truth,
    asks_exposure,
    coded,
    disease_truths,
    hull_of_orders,
    in_all_orders,
    relapse_truth,
    within,
)  # fmt: skip
from hemeline.criteria.features import FEATURES, ONE_OF, Feature
from hemeline.facts.shown import shown_fact
from hemeline.table import Array, Table
from hemeline.when import DAYS_PER_MONTH, NO_DAY, Days, completed_months

_SINCE = {"months_since": months_since, "months_from_end_of": months_from_end_of}
_COUNTS = {"prior_count": "prior", "refractory_count": "refractory_to", "failed_count": "failed"}


class Features:
    """The feature columns of a course. ``results`` are truths of definitions (``risk:definition:category``)."""

    def __init__(self, course: Course, columns: Iterable[str], results: Mapping[str, Truth] | None = None) -> None:
        self.course = course
        self.columns = tuple(dict.fromkeys(columns))
        self.results = results or {}
        self.size = len(course)
        self._pairs: dict[str, Pair] = {}

    def table(self) -> Table:
        """All asked columns, one row per patient: truths coded ``NO``, ``PERHAPS`` and ``YES``, and bounds of numbers."""
        return Table({name: self._column(name) for name in self.columns})

    def _column(self, name: str) -> Array:
        base, _, end = name.rpartition(".")
        return np.ascontiguousarray(self.pair(base)[end == "high"]) if end in ("low", "high") else coded(self.truth(name))

    @cached_property
    def _others(self) -> Features | None:
        """The same features in the other orders of events."""
        return Features(self.course.others.course, self.columns) if self.course.others else None

    # -- truths ----------------------------------------------------------------------------------------------------

    def truth(self, name: str) -> Truth:
        """A truth column, by name."""
        if name in self.results:
            return self.results[name]
        feature, _, word = name.partition(":")
        if feature in FEATURES and name not in self.course.facts.codes.code:
            found = self._feature(FEATURES[feature], word)
            return in_all_orders(self.course, found, self._others.truth(name)) if self._others else found
        return self._finding(name)

    def _feature(self, feature: Feature, word: str) -> Truth:
        if feature.kind == "exposure":
            return self.exposures.any_of(feature.name, self._members(word))
        if feature.kind == "disease":
            return self._disease(word)
        if feature.kind == "ever":
            return self._ever(word)
        if feature.name == "state":
            return known(self.course, among(SHOWN_STATES, word.split(ONE_OF))[self.course.first_state])
        if feature.name in ("relapse_site", "relapse_kind"):
            return self._of_relapse(feature.name, word)
        if feature.name in ("last_response", "best_response"):
            return self._response(feature.name, word)
        return TRUTHS[feature.name](self.course)

    def _disease(self, word: str) -> Truth:
        """Whether the recorded disease is one of some diseases or groups; unknown where only a wider group is recorded."""
        inside, touches = disease_truths(self.course.facts.vocabulary, word)
        return inside[self.course.diagnoses.disease], touches[self.course.diagnoses.disease]

    def _ever(self, finding: str) -> Truth:
        """Whether a fact was ever found to be a word; unknown where it was never recorded."""
        facts = self.course.facts
        fact, word = shown_fact(finding)
        words = facts.vocabulary.value_ids(facts.vocabulary.facts[fact].values or "")
        rows = facts.rows_of(fact)
        surely, perhaps = within(rows["low"], rows["high"], among(words, (word or "").split(ONE_OF)))
        recorded, found, open_to = (np.zeros(self.size, dtype=bool) for _ in range(3))
        recorded[rows["patient"]] = True
        found[rows["patient"][surely]] = True
        open_to[rows["patient"][perhaps]] = True
        return found, found | open_to | ~recorded

    def _of_relapse(self, feature: str, word: str) -> Truth:
        """Site or kind of the latest relapse; no relapse has none, one at a site not recorded may have any."""
        row, who = self._latest_relapse
        relapses = self.course.relapses.take(row)
        surely, perhaps = np.zeros(self.size, dtype=bool), np.zeros(self.size, dtype=bool)
        surely[who], perhaps[who] = relapse_truth(relapses, feature, word, self.course.facts.vocabulary)
        return surely, perhaps

    def _response(self, feature: str, word: str) -> Truth:
        responses = tuple(self.course.facts.vocabulary.responses)
        asked = [responses.index(one) for one in word.split(ONE_OF)]
        if feature == "last_response":
            return self._last_response(asked)
        value = np.full(self.size, -1, dtype=np.int32)
        value[self.course.lines["patient"]] = self.course.lines["best"]
        found = np.isin(value, asked)
        return found, found | (value < 0)

    def _last_response(self, asked: list[int]) -> Truth:
        """Whether the latest response is one of some; of several whose dates meet, each may be the latest."""
        rows = self.course.facts.rows_of("response")
        last = np.full(self.size, NO_DAY, dtype=np.int32)
        last[rows["patient"]] = rows["date_low"]
        latest_of = rows.take(rows["date_high"] >= last[rows["patient"]])
        found = np.isin(latest_of["value"], asked)
        surely, perhaps = last != NO_DAY, last == NO_DAY
        surely[latest_of["patient"][~found]] = False
        perhaps[latest_of["patient"][found]] = True
        return surely, perhaps

    # -- findings --------------------------------------------------------------------------------------------------

    def _finding(self, name: str) -> Truth:
        if name in self.course.facts.codes.code:  # a marker, or one word of a stance or choice
            low, high = self.course.findings.range_of(name)
            return low >= 1, high >= 1
        fact, word = shown_fact(name)
        low, high = self.course.findings.range_of(fact)
        entry = self.course.facts.vocabulary.facts[fact]
        if entry.kind == "level":
            meant = entry.words[word or ""]
            floor = -np.inf if meant.at_least is None else meant.at_least
            ceiling = np.inf if meant.below is None else meant.below
            return (low >= floor) & (high < ceiling), (high >= floor) & (low < ceiling)
        words = self.course.facts.vocabulary.value_ids(entry.values or "")
        return within(low, high, among(words, (word or "").split(ONE_OF)))

    # -- numbers ---------------------------------------------------------------------------------------------------

    def pair(self, name: str) -> Pair:
        """Bounds of a number, by column name without its end."""
        if name not in self._pairs:
            found = self._pair(name)
            self._pairs[name] = hull_of_orders(self.course, found, self._others.pair(name)) if self._others else found
        return self._pairs[name]

    def _pair(self, name: str) -> Pair:
        feature, _, word = name.partition(":")
        if feature in _COUNTS:
            return self.exposures.count_of(_COUNTS[feature], self._members(word))
        if feature in _SINCE:
            return _SINCE[feature](self.course, self.course.facts.vocabulary.therapies_in(word))
        if feature == "months_on_treatment_at":
            return self._months_on_treatment(word)
        if name in _NUMBERS:
            return _NUMBERS[name](self)
        return self.course.findings.range_of(name)

    def _age(self, low: Days, high: Days, per: int) -> Pair:
        """Completed years (``per`` 12) or months (``per`` 1) of age between two days."""
        people = self.course.facts.patients
        known = (people.birth_low != NO_DAY) & (low != NO_DAY)
        youngest, oldest = np.full(self.size, -np.inf), np.full(self.size, np.inf)
        youngest[known] = np.maximum(completed_months(people.birth_high[known], low[known]) // per, 0)
        oldest[known] = completed_months(people.birth_low[known], high[known]) // per
        return youngest, oldest

    def _age_today(self, per: int) -> Pair:
        return self._age(self.course.today, self.course.today, per)

    def _age_at_diagnosis(self, per: int) -> Pair:
        return self._age(self.course.diagnoses.first_low, self.course.diagnoses.first_high, per)

    def _count(self, counted: Range) -> Pair:
        """A count of the course; where the history is known to be incomplete, it is at least that."""
        partial = self.course.facts.patients.partial_history
        return counted.low.astype(np.float64), np.where(partial, np.inf, counted.high.astype(np.float64))

    @cached_property
    def _latest_relapse(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Row of each latest relapse, and whose it is."""
        who = self.course.relapses["patient"]
        row = np.full(self.size, -1, dtype=np.intp)
        row[who] = np.arange(len(who))
        has = np.flatnonzero(row >= 0)
        return row[has], has

    @cached_property
    def _first_relapse(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Row of each first relapse, and whose it is."""
        who, row = np.unique(self.course.relapses["patient"], return_index=True)
        return row, who.astype(np.intp)

    def _months(self, name: str, relapse: tuple[NDArray[np.intp], NDArray[np.intp]]) -> Pair:
        row, who = relapse
        low, high = np.full(self.size, -np.inf), np.full(self.size, np.inf)
        low[who], high[who] = self.course.relapses[f"{name}.low"][row], self.course.relapses[f"{name}.high"][row]
        return low, high

    def relapse_dates(self) -> tuple[Days, Days]:
        """Date of the latest relapse, ``NO_DAY`` if there is none."""
        row, who = self._latest_relapse
        low, high = np.full(self.size, NO_DAY, np.int32), np.full(self.size, NO_DAY, np.int32)
        low[who], high[who] = self.course.relapses["date_low"][row], self.course.relapses["date_high"][row]
        return low, high

    def _months_on_treatment(self, fact: str) -> Pair:
        """Months from the start of the current line to the latest finding of a fact."""
        lines = self.course.lines
        start_low, start_high = np.full(self.size, NO_DAY, np.int64), np.full(self.size, NO_DAY, np.int64)
        start_low[lines["patient"]], start_high[lines["patient"]] = lines["start_low"], lines["start_high"]
        low, high = self.course.findings.date_of(fact)
        known = (start_low != NO_DAY) & (low != NO_DAY)
        fewest = np.where(known, (low - start_high) / DAYS_PER_MONTH, -np.inf)
        return fewest, np.where(known, (high - start_low) / DAYS_PER_MONTH, np.inf)

    # -- exposures -------------------------------------------------------------------------------------------------

    @cached_property
    def exposures(self) -> Exposures:
        """Truth matrices for every therapy that a column asks about."""
        asked = [column for column in self.columns if asks_exposure(column)]
        keys = {column.partition(":")[2].removesuffix(".low").removesuffix(".high") for column in asked}
        return exposures_of(self.course, sorted({one for key in keys for one in self.course.facts.vocabulary.therapies_in(key)}))

    def _members(self, key: str) -> list[int]:
        wanted = self.course.facts.vocabulary.therapies_in(key)
        return [position for position, one in enumerate(self.exposures.therapies) if one in wanted]


_NUMBERS: dict[str, Callable[[Features], Pair]] = {
    "age": lambda f: f._age_today(12),
    "age_in_months": lambda f: f._age_today(1),
    "age_at_diagnosis": lambda f: f._age_at_diagnosis(12),
    "age_at_diagnosis_in_months": lambda f: f._age_at_diagnosis(1),
    "age_at_relapse": lambda f: f._age(*f.relapse_dates(), 12),
    "relapse_number": lambda f: f._count(f.course.relapse_number),
    "remission_number": lambda f: f._count(f.course.remission_number),
    "prior_lines": lambda f: systemic_lines(f.course),
    "refractory_lines": lambda f: refractory_lines(f.course),
    "months_from_diagnosis": lambda f: f._months("months_from_diagnosis", f._latest_relapse),
    "months_from_remission": lambda f: f._months("months_from_remission", f._latest_relapse),
    "months_from_end_of_treatment": lambda f: f._months("months_from_end_of_treatment", f._latest_relapse),
    "months_from_end_to_first_relapse": lambda f: f._months("months_from_end_of_treatment", f._first_relapse),
}
