"""Records become facts: every row is either understood or listed as not understood, with why."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hemeline.columns import Array, Codes, Table, first_of_group, positions, translate
from hemeline.facts import values
from hemeline.facts.facts import UNDATED_HIGH, UNDATED_LOW, Facts, Patients, fact_codes
from hemeline.facts.problems import Problems
from hemeline.facts.values import Meanings
from hemeline.record.records import Records
from hemeline.vocabulary import Fact, Vocabulary, normal
from hemeline.when import NO_DAY, parse_dates

# Same-day facts are read in this order: a response or relapse is seen before the treatment that it leads to.
_SAME_DAY = {"diagnosis": 0, "response": 2, "relapse": 3, "progression": 3, "intolerant": 4, "treatment": 6, "status": 7, "death": 8}
_OTHER = 5
_MOST = 10_000  # lines or courses
_FEW = 4096
_MODIFIERS = {"intent": "intent", "donor": "donor", "conditioning": "conditioning", "reason": "reason"}


def understand(records: Records, vocabulary: Vocabulary) -> Facts:
    """Facts of some records.

    Nothing is raised: what cannot be understood stands in ``not_understood``, dates that contradict each other too.
    """
    return _Reading(records, vocabulary).facts()


class _Reading:
    """One pass over the fact table."""

    def __init__(self, records: Records, vocabulary: Vocabulary) -> None:
        self.records = records
        self.vocabulary = vocabulary
        self.codes = fact_codes(vocabulary)
        self.catalogue = tuple(vocabulary.facts.values())
        self.table = records.facts
        self.ids = records.patients["patient_id"]
        self.problems = Problems(self.table, self.ids)
        size = len(self.table)
        self.fact = np.full(size, -1, dtype=np.int32)  # position among the facts of the vocabulary, then column code
        self.value = np.full(size, -1, dtype=np.int32)
        self.low = np.full(size, np.nan)
        self.high = np.full(size, np.nan)
        self.good = np.ones(size, dtype=bool)

    def facts(self) -> Facts:
        self._dates()
        self._names()
        for position in np.unique(self.fact[self.good]):
            self._values(self.catalogue[position], np.flatnonzero(self.good & (self.fact == position)))
        perhaps = self._perhaps()
        columns = {
            "patient": self.problems.patient, "row": self.problems.row, "fact": self._column_codes(), "value": self.value,
            "low": self.low, "high": self.high, "date_low": self.date_low, "date_high": self.date_high,
            "end_low": self.end_low, "end_high": self.end_high, **self._modifiers(),
            "order": self._orders()[self.fact], "origin": np.arange(len(self.fact), dtype=np.int32),
        }  # fmt: skip
        rows = Table(columns).take(self.good)
        rows = self._once(_sorted(Table.together([rows, *self._more_rows(rows)])))
        rows, people = self._plausible(rows, self._patients())
        rows.columns.pop("origin")
        return Facts(self.vocabulary, self.codes, people, rows, self.problems.table(), perhaps)

    # -- columns ---------------------------------------------------------------------------------------------------

    def _dates(self) -> None:
        self.date_low, self.date_high, bad = parse_dates(self.table["date"])
        self.end_low, self.end_high, bad_end = parse_dates(self.table["end"])
        self.problems.add(bad, "the date is not a date; expected YYYY-MM-DD, YYYY-MM or YYYY")
        self.good &= ~bad & (self.problems.patient >= 0)
        undated = self.date_low == NO_DAY
        self.date_low = np.where(undated, UNDATED_LOW, self.date_low).astype(np.int32)
        self.date_high = np.where(undated, UNDATED_HIGH, self.date_high).astype(np.int32)
        backwards = (self.end_low != NO_DAY) & (self.end_high < self.date_low) & ~undated
        self.problems.add(bad_end, "the end is not a date and is left out; expected YYYY-MM-DD, YYYY-MM or YYYY")
        self.problems.add(backwards, "it ends before it begins; the end is left out", conflict=True)
        self.end_low = np.where(backwards, NO_DAY, self.end_low).astype(np.int32)
        self.end_high = np.where(backwards, NO_DAY, self.end_high).astype(np.int32)
        self.problems.dates(self.date_low)

    def _names(self) -> None:
        index, place = self.vocabulary.fact_index, positions(list(self.vocabulary.facts))
        found = values.of_words(self.table["fact"], values.in_index("a fact", index, place))
        self.fact = found.code
        self._not_good(np.arange(len(self.fact)), found.why)

    def _values(self, fact: Fact, rows: NDArray[np.intp]) -> None:
        words = self.table["value"][rows]
        if fact.kind in ("measurement", "score", "level"):
            found = values.numbers(words, self.table["unit"][rows], fact, self.vocabulary)
        elif fact.kind == "death":
            return
        else:
            found = values.of_words(words, self._meaning(fact))
        self.value[rows], self.low[rows], self.high[rows] = found.code, found.low, found.high
        self._not_good(rows, found.why)

    def _meaning(self, fact: Fact) -> Callable[[str | None], values.Meaning]:
        words = self.vocabulary
        if fact.kind in ("treatment", "intolerant"):
            return values.in_index("a therapy", words.therapy_index, positions(tuple(words.therapies)))
        if fact.kind == "diagnosis":
            return values.in_index("a disease", words.disease_index, positions(tuple(words.diseases)))
        if fact.kind == "response":
            return values.in_index("a response", words.response_index, positions(tuple(words.responses)))
        if fact.kind == "marker":
            return values.marker(words, fact)
        if fact.kind == "stance":
            return values.stance(words, fact)
        meant = values.category(words, fact)
        if fact.kind in ("relapse", "progression"):  # an event without a site is an event at a site not recorded
            return lambda word: meant(word if word else "unspecified")
        return meant

    def _not_good(self, rows: NDArray[np.intp], why: NDArray[np.object_]) -> None:
        failed = why != values.FINE
        self.problems.add_each(rows[failed], why[failed])
        self.good[rows[failed]] = False

    def _modifiers(self) -> dict[str, Array]:
        """The optional columns of treatments; a word that is not known is reported and left out."""
        columns: dict[str, Array] = {}
        for column, value_set in _MODIFIERS.items():
            found = self._optional_words(self.table[column], column, value_set)
            bad = found.why != values.FINE
            self.problems.add_each(np.flatnonzero(bad), found.why[bad])
            columns[column] = found.code
        for column in ("line", "courses"):
            columns[column] = self._optional_number(column)
        columns["line"] = np.nan_to_num(columns["line"], nan=0).astype(np.int32)
        return columns

    def _optional_words(self, words: pl.Series, column: str, value_set: str) -> Meanings:
        index, place = self.vocabulary.value_indexes[value_set], positions(self.vocabulary.value_ids(value_set))
        return values.of_words(words, _optional(values.in_index(f"a {column}", index, place)))

    def _optional_number(self, column: str) -> Array:
        written = self.table[column]
        if written.null_count() == len(written):
            return np.full(len(written), np.nan)
        number = written.cast(pl.Float64, strict=False).fill_null(np.nan).to_numpy()
        bad = written.is_not_null().to_numpy() & ~((number >= 0) & (number <= _MOST))
        self.problems.add(bad, f"{column} is not a number and is left out")
        return np.where(bad, np.nan, number)

    def _column_codes(self) -> Codes:
        """Facts of the vocabulary become column codes; a stance or choice becomes the word it is about."""
        base = np.array([self.codes.code[fact.id] for fact in self.catalogue] + [-1], dtype=np.int32)
        kinds = np.array([fact.kind in ("stance", "choice") for fact in self.catalogue] + [False])
        return np.where(kinds[self.fact], base[self.fact] + 1 + self.value, base[self.fact]).astype(np.int32)

    def _orders(self) -> Codes:
        return np.array([_SAME_DAY.get(fact.kind, _OTHER) for fact in self.catalogue] + [_OTHER], dtype=np.int32)

    # -- rows ------------------------------------------------------------------------------------------------------

    def _more_rows(self, rows: Table) -> Iterator[Table]:
        """What one row also says: a donor found means that a donor is available, some diagnoses imply a marker."""
        for fact in self.catalogue:
            if fact.kind == "choice":
                yield from self._availability(rows, fact)
            if fact.covers:
                yield from self._covered(rows, fact)
        yield from self._implied(rows)

    def _covered(self, rows: Table, whole: Fact) -> Iterator[Table]:
        """A test that found nothing says so of each marker it covers; a marker that is positive says so of the test."""
        codes = [self.codes.code[name] for name in (whole.id, *whole.covers)]
        nothing = rows.take((rows["fact"] == codes[0]) & (rows["high"] == 0))
        something = rows.take(np.isin(rows["fact"], codes[1:]) & (rows["low"] == 1))
        if len(nothing):
            yield from (nothing.having(fact=np.full(len(nothing), code, dtype=np.int32)) for code in codes[1:])
        if len(something):
            yield something.having(fact=np.full(len(something), codes[0], dtype=np.int32))

    def _availability(self, rows: Table, fact: Fact) -> Iterator[Table]:
        first = self.codes.code[fact.id] + 1
        words = self.vocabulary.value_ids(fact.values or "")
        mine = rows.take((rows["fact"] >= first) & (rows["fact"] < first + len(words)))
        if len(mine):
            found = (mine["fact"] != first + words.index("none")).astype(np.float64)
            available = np.full(len(mine), self.codes.code[f"{fact.id}:available"], dtype=np.int32)
            yield mine.having(fact=available, low=found, high=found, value=np.zeros(len(mine), dtype=np.int32))

    def _implied(self, rows: Table) -> Iterator[Table]:
        mine = rows.take(rows["fact"] == self.codes.code["diagnosis"])
        diseases = tuple(self.vocabulary.diseases.values())
        for position in np.unique(mine["value"]):
            of_disease = mine.take(mine["value"] == position)
            for name, word in diseases[position].implies.items():
                yield self._implied_rows(of_disease, name, word)
            for code, implied in diseases[position].code_implies.items():
                coded = of_disease.take(np.array(self._is_coded(of_disease["origin"], code), dtype=bool))
                if len(coded):
                    yield from (self._implied_rows(coded, name, word) for name, word in implied.items())

    def _is_coded(self, origin: Array, code: str) -> list[bool]:
        return [word is not None and normal(word) == normal(code) for word in self.table["value"][origin].to_list()]

    def _implied_rows(self, mine: Table, name: str, word: str) -> Table:
        meant = self._meaning(self.vocabulary.facts[name])(word)
        size = len(mine)
        return mine.having(
            fact=np.full(size, self.codes.code[name], dtype=np.int32),
            value=np.full(size, meant.code, dtype=np.int32),
            low=np.full(size, meant.low),
            high=np.full(size, meant.high),
            order=np.full(size, _OTHER, dtype=np.int32),
        )

    def _perhaps(self) -> Table:
        """Treatments that no spelling finds but one comes near: whoever had them may have had that."""
        treatment = next(place for place, fact in enumerate(self.catalogue) if fact.kind == "treatment")
        rows = np.flatnonzero((self.fact == treatment) & ~self.good & (self.problems.patient >= 0))
        index, place = self.vocabulary.therapy_index, positions(list(self.vocabulary.therapies))

        def near(word: str) -> int:
            listed = index.nearest(word)
            found = index.find(listed) if listed else None
            return place[found] if found else -1

        therapy = translate(self.table["value"][rows], near)
        columns = {"patient": self.problems.patient[rows], "therapy": therapy, "date_low": self.date_low[rows]}
        return Table(columns).take(therapy >= 0)

    def _once(self, rows: Table) -> Table:
        """Rows that say the same thing twice are kept once."""
        apart = ("row", "origin", "courses", "low", "high")
        keys = [column for name, column in rows.columns.items() if name not in apart]
        keys += [np.nan_to_num(rows[name], nan=-1e300) for name in ("low", "high")]
        first = first_of_group(*keys) if len(rows) else np.zeros(0, dtype=bool)
        if first.all():
            return rows
        self.problems.add_rows(rows.take(~first), "it repeats another row and is counted once", self.codes.names)
        return rows.take(first)

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
        found = self._optional_words(self.records.patients[column], column, column)
        for why in {str(one) for one in found.why if one}:
            self.problems.add_patients(found.why == why, column, why)
        return found.code

    def _plausible(self, rows: Table, people: Patients) -> tuple[Table, Patients]:
        """Dates that cannot be: an event before the diagnosis is left out, a birth after it is not believed."""
        diagnosis = rows.take(rows["fact"] == self.codes.code["diagnosis"])
        first_low = np.full(len(people), -(2**31) + 1, dtype=np.int32)
        first_high = np.full(len(people), 2**31 - 1, dtype=np.int32)
        who, first = np.unique(diagnosis["patient"], return_index=True)
        first_low[who], first_high[who] = diagnosis["date_low"][first], diagnosis["date_high"][first]
        events = [self.codes.code[name] for name in ("response", "relapse", "progression")]
        early = np.isin(rows["fact"], events) & (rows["date_high"] < first_low[rows["patient"]])
        if early.any():
            self.problems.add_rows(rows.take(early), "it is dated before the diagnosis and is left out", self.codes.names, conflict=True)
            rows = rows.take(~early)
        unborn = (people.birth_low != NO_DAY) & (people.birth_low > first_high)
        self.problems.add_patients(unborn, "birth_date", "the birth is dated after the diagnosis and is left out", conflict=True)
        return rows, _without_birth(people, unborn) if unborn.any() else people


def _sorted(rows: Table) -> Table:
    """By patient, first possible day, the stated order of one day, and then so that equal rows lie together."""
    keys = ("patient", "date_low", "order", "fact", "value", "low", "high", "date_high", "end_low", "row")
    if len(rows) <= _FEW:
        return rows.take(np.lexsort([rows[key] for key in reversed(keys)]))
    order = pl.DataFrame({key: rows[key] for key in keys}).select(pl.arg_sort_by(*keys)).to_series()
    return rows.take(order.to_numpy())


def _without_birth(people: Patients, who: NDArray[np.bool_]) -> Patients:
    low, high = np.where(who, NO_DAY, people.birth_low), np.where(who, NO_DAY, people.birth_high)
    return replace(people, birth_low=low.astype(np.int32), birth_high=high.astype(np.int32))


def _optional(meaning: Callable[[str | None], values.Meaning]) -> Callable[[str | None], values.Meaning]:
    """The same meaning, where no word (or an empty one) means nothing."""
    return lambda word: meaning(word) if word else values.Meaning()
