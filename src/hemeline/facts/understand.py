"""Records become facts: every row is either understood or listed as not understood, with why."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hemeline.columns import Codes, first_of_group, order_by_day, owners, positions, spread
from hemeline.facts import values
from hemeline.facts.facts import UNDATED_HIGH, UNDATED_LOW, Facts, Patients, fact_codes
from hemeline.facts.meanings import Meanings, meanings_of
from hemeline.facts.problems import Problems
from hemeline.record.records import SAYS, Records, said
from hemeline.table import Array, Table, one_for_all
from hemeline.vocabulary import Vocabulary
from hemeline.when import NO_DAY, parse_dates

_MOST = 10_000  # lines or courses
_SAID = ("date_high", "end_low", "end_high", "line", "intent", "donor", "conditioning", "reason")
_COLUMNS = ("patient", "row", "date_low", *_SAID, "courses", "fact", "value", "low", "high", "order")
_MODIFIERS = {"intent": "intent", "donor": "donor", "conditioning": "conditioning", "reason": "reason"}


def understand(records: Records, vocabulary: Vocabulary) -> Facts:
    """Facts of some records.

    Nothing is raised: what cannot be understood stands in ``not_understood``.
    """
    return _Reading(records, vocabulary).facts()


class _Reading:
    """One pass over the fact table."""

    def __init__(self, records: Records, vocabulary: Vocabulary) -> None:
        self.records = records
        self.vocabulary = vocabulary
        self.codes = fact_codes(vocabulary)
        self.table, self.said = records.facts, said(records.facts)
        self.ids = records.patients["patient_id"]
        self.problems = Problems(records)

    def facts(self) -> Facts:
        self._dates()
        combination, first = self.records.combinations
        distinct = self.table.select(SAYS)[first]
        meanings = meanings_of(distinct, self.vocabulary)
        failed = np.flatnonzero((meanings.count == 0).take(combination))
        self.problems.add_each(failed, meanings.why[combination[failed]])
        rows, people = self._rows(combination, meanings), self._patients()
        return Facts(self.vocabulary, self.codes, people, rows, self.problems.table(), self._perhaps(failed, combination, meanings))

    # -- columns ---------------------------------------------------------------------------------------------------

    def _dates(self) -> None:
        self.date_low, self.date_high, bad = parse_dates(self.table["date"])
        self.end_low, self.end_high, bad_end = parse_dates(self.table["end"])
        self.good = ~bad & (self.problems.patient >= 0)
        undated = self.date_low == NO_DAY
        if undated.any():
            self.date_low = np.where(undated, UNDATED_LOW, self.date_low).astype(np.int32)
            self.date_high = np.where(undated, UNDATED_HIGH, self.date_high).astype(np.int32)
        self.problems.dates(self.date_low)
        backwards = (self.end_low != NO_DAY) & (self.end_high < self.date_low) & ~undated
        self.problems.add(bad, "the date is not a date; expected YYYY-MM-DD, YYYY-MM or YYYY")
        self.problems.add(bad_end, "the end is not a date and is left out; expected YYYY-MM-DD, YYYY-MM or YYYY")
        self.problems.add(backwards, "it ends before it begins; the end is left out", conflict=True)
        if backwards.any():
            self.end_low = np.where(backwards, NO_DAY, self.end_low).astype(np.int32)
            self.end_high = np.where(backwards, NO_DAY, self.end_high).astype(np.int32)

    def _modifiers(self) -> dict[str, Array]:
        """The optional columns of treatments; a word that is not known is reported and left out."""
        columns: dict[str, Array] = {}
        for column, value_set in _MODIFIERS.items():
            columns[column] = self._optional_words(column, value_set)
        columns["courses"] = self._optional_number("courses", np.float64(np.nan))
        columns["line"] = self._optional_number("line", np.int32(0))
        return columns

    def _optional_words(self, column: str, value_set: str) -> Array:
        if column not in self.said:
            return one_for_all(np.int8(-1), len(self.table))
        found = self._meant(self.table[column], column, value_set)
        bad = np.flatnonzero(found.why != values.FINE)
        self.problems.add_each(bad, found.why[bad])
        return found.code.astype(np.int8)

    def _meant(self, words: pl.Series, column: str, value_set: str) -> values.Meanings:
        index, place = self.vocabulary.value_indexes[value_set], positions(self.vocabulary.value_ids(value_set))
        return values.of_words(words, _optional(values.in_index(f"a {column}", index, place)))

    def _optional_number(self, column: str, none: np.number[Any]) -> Array:
        if column not in self.said:
            return one_for_all(none, len(self.table))
        written = self.table[column]
        number = written.cast(pl.Float64, strict=False).fill_null(np.nan).to_numpy()
        bad = written.is_not_null().to_numpy() & ~((number >= 0) & (number <= _MOST))
        self.problems.add(bad, f"{column} is not a number and is left out")
        return np.where(bad | np.isnan(number), none, number).astype(none.dtype)

    # -- rows ------------------------------------------------------------------------------------------------------

    def _rows(self, combination: Codes, meanings: Meanings) -> Table:
        """One row per meaning of each good row, sorted by patient, first possible day, the stated order of one day, and row.

        What is said twice is kept once; it is reported where somebody wrote both.
        """
        count = meanings.count.take(combination)
        if not self.good.all():
            count[~self.good] = 0
        at = owners(count)
        meaning = spread(meanings.start.take(combination), count, at)
        written = self._written()
        unsorted = written.take(at).beside(meanings.table.take(meaning))
        order = order_by_day(unsorted["patient"], unsorted["date_low"], unsorted["rank"], unsorted.only(*_SAID, "derived", "row"))

        def rows(which: NDArray[np.intp]) -> Table:
            return written.take(at.take(which)).beside(meanings.table.take(meaning.take(which)))

        told = rows(order)
        again = _again(told)
        repeated = told.take(again)
        self.problems.add_rows(repeated.take(~repeated["derived"]), "it repeats another row and is counted once", self.codes.names)
        if not len(again):
            return told.only(*_COLUMNS)
        first = np.delete(np.arange(len(told)), again)
        kept = rows(order.take(first)).only(*_COLUMNS)
        counted = again[~np.isnan(repeated["courses"])]
        if len(counted):
            np.fmax.at(kept["courses"], np.searchsorted(first, counted) - 1, told["courses"].take(counted))
        return kept

    def _written(self) -> Table:
        """What was written in each row, beside its meaning."""
        return Table(
            {
                "patient": self.problems.patient, "row": self.problems.row, "date_low": self.date_low, "date_high": self.date_high,
                "end_low": self.end_low, "end_high": self.end_high, **self._modifiers(),
            }
        )  # fmt: skip

    def _perhaps(self, failed: NDArray[np.intp], combination: Codes, meanings: Meanings) -> Table:
        """Treatments that no spelling finds but one comes near: whoever had them may have had that."""
        rows = failed[(meanings.near[combination[failed]] >= 0) & (self.problems.patient[failed] >= 0)]
        rows = rows[np.argsort(self.problems.patient[rows], kind="stable")]
        columns = {"patient": self.problems.patient[rows], "date_low": self.date_low[rows]}
        return Table({**columns, "therapy": meanings.near[combination[rows]]})

    # -- patients --------------------------------------------------------------------------------------------------

    def _patients(self) -> Patients:
        people = self.records.patients
        birth_low, birth_high, bad_birth = parse_dates(people["birth_date"])
        death_low, death_high, bad_death = parse_dates(people["death_date"])
        self.problems.add_patients(bad_birth, "birth_date", "not a date; expected YYYY-MM-DD, YYYY-MM or YYYY")
        self.problems.add_patients(bad_death, "death_date", "not a date; expected YYYY-MM-DD, YYYY-MM or YYYY")
        sexes, histories = self._patient_words("sex"), self._patient_words("history")
        partial = self.vocabulary.value_ids("history").index("partial")
        return Patients(self.ids, birth_low, birth_high, death_low, death_high, sexes, histories == partial)

    def _patient_words(self, column: str) -> Codes:
        found = self._meant(self.records.patients[column], column, column)
        for why in {str(one) for one in found.why if one}:
            self.problems.add_patients(found.why == why, column, why)
        return found.code


def _again(rows: Table) -> NDArray[np.intp]:
    """Which of some sorted rows say what the one before says."""
    maybe = np.flatnonzero(~first_of_group(rows["patient"], rows["date_low"], rows["rank"]))  # the rank tells the meaning
    one, other = rows.take(maybe), rows.take(maybe - 1)
    return maybe[np.all([one[name] == other[name] for name in _SAID], axis=0)]


def _optional(meaning: Callable[[str | None], values.Meaning]) -> Callable[[str | None], values.Meaning]:
    """The same meaning, where no word (or an empty one) means nothing."""
    return lambda word: meaning(word) if word else values.Meaning()
