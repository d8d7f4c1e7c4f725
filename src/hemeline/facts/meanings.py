"""What each distinct (fact, value, unit) of some records means, read once whatever the number of rows that say it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hemeline.columns import Codes, first_of_group, positions
from hemeline.facts import values
from hemeline.facts.combined import therapies_in_text
from hemeline.facts.facts import fact_codes
from hemeline.table import Table
from hemeline.vocabulary import Fact, Vocabulary, normal

# Same-day facts are read in this order: a response or relapse is seen before the treatment that it leads to.
_SAME_DAY = {"diagnosis": 0, "response": 2, "relapse": 3, "progression": 3, "intolerant": 4, "treatment": 6, "status": 7, "death": 8}
_OTHER = 5
# An event without a site is one at a site not recorded; a day of contact without a word is one on which somebody lived.
_UNSAID = {"relapse": "unspecified", "progression": "unspecified", "contact": "alive"}


@dataclass(frozen=True)
class Meanings:
    """Meanings of distinct combinations.

    ``table`` holds the meanings, those of combination ``c`` from ``start[c]`` on, ``count[c]`` of them (none where it is not
    understood, more than one where it says more than itself): ``fact`` (column code), ``value``, ``low``, ``high``, ``order`` (the
    stated order of one day), ``derived`` (what it says beside itself) and ``rank`` (equal meanings have equal ranks, sorted by order).
    ``why`` says per combination why it is not understood; ``near`` is the therapy that a misspelt treatment may be, -1 for none.
    """

    start: NDArray[np.intp]
    count: NDArray[np.intp]
    table: Table
    why: NDArray[np.object_]
    near: Codes


def meanings_of(distinct: pl.DataFrame, vocabulary: Vocabulary) -> Meanings:
    """The meanings of some combinations, given as columns ``fact``, ``value`` and ``unit``."""
    return _Reading(distinct, vocabulary).meanings()


class _Reading:
    """One pass over the distinct combinations."""

    def __init__(self, distinct: pl.DataFrame, vocabulary: Vocabulary) -> None:
        self.facts, self.words, self.units = distinct["fact"], distinct["value"], distinct["unit"]
        self.vocabulary = vocabulary
        self.codes = fact_codes(vocabulary)
        self.catalogue = tuple(vocabulary.facts.values())
        self.therapy = positions(tuple(vocabulary.therapies))
        size = len(distinct)
        self.value = np.full(size, -1, dtype=np.int32)
        self.low, self.high = np.full(size, np.nan), np.full(size, np.nan)

    def meanings(self) -> Meanings:
        found = values.of_words(self.facts, values.in_index("a fact", self.vocabulary.fact_index, positions(list(self.vocabulary.facts))))
        self.fact, self.why = found.code, found.why.copy()  # position among the facts of the vocabulary
        for position in np.unique(self.fact[self.fact >= 0]):
            self._values(self.catalogue[position], np.flatnonzero(self.fact == position))
        good = np.flatnonzero(self.why == values.FINE)
        orders = np.array([_SAME_DAY.get(fact.kind, _OTHER) for fact in self.catalogue], dtype=np.int32)
        own = Table(
            {
                "combination": good, "fact": self._column_codes()[good], "value": self.value[good], "low": self.low[good],
                "high": self.high[good], "order": orders[self.fact[good]], "derived": np.zeros(len(good), dtype=bool),
            }
        )  # fmt: skip
        more = [one.having(derived=np.ones(len(one), dtype=bool)) for one in self._more(own)]
        table = Table.together([own, *more])
        table = table.take(np.argsort(table["combination"], kind="stable"))
        count = np.bincount(table["combination"], minlength=len(self.fact))
        return Meanings(np.cumsum(count) - count, count, table.having(rank=_ranks(table)), self.why, self._near())

    def _values(self, fact: Fact, at: NDArray[np.intp]) -> None:
        words = self.words[at]
        if fact.kind in ("measurement", "score", "level"):
            found = values.numbers(words, self.units[at], fact, self.vocabulary)
        elif fact.kind == "death":
            return
        else:
            found = values.of_words(words, self._meaning(fact))
        self.value[at], self.low[at], self.high[at], self.why[at] = found.code, found.low, found.high, found.why

    def _meaning(self, fact: Fact) -> Callable[[str | None], values.Meaning]:
        words = self.vocabulary
        if fact.kind in ("treatment", "intolerant"):
            return self._first_therapy
        if fact.kind == "diagnosis":
            return values.in_index("a disease", words.disease_index, positions(tuple(words.diseases)))
        if fact.kind == "response":
            return values.in_index("a response", words.response_index, positions(tuple(words.responses)))
        if fact.kind == "marker":
            return values.marker(words, fact)
        if fact.kind == "stance":
            return values.stance(words, fact)
        if fact.kind == "choice":
            return values.choice(words, fact)
        meant = values.category(words, fact)
        unsaid = _UNSAID.get(fact.kind)
        return (lambda word: meant(word or unsaid)) if unsaid else meant

    def _first_therapy(self, word: str | None) -> values.Meaning:
        """The therapy that a text names, or the first of several."""
        found = self._therapies(word)
        return values.Meaning(code=found[0]) if found else values.miss("a therapy", word, self.vocabulary.therapy_index)

    def _therapies(self, word: str | None) -> list[int]:
        return [self.therapy[one] for one in therapies_in_text(word, self.vocabulary)] if word is not None else []

    def _column_codes(self) -> Codes:
        """Facts of the vocabulary become column codes; a stance or choice becomes the word it is about."""
        base = np.array([self.codes.code[fact.id] for fact in self.catalogue] + [-1], dtype=np.int32)
        kinds = np.array([fact.kind in ("stance", "choice") for fact in self.catalogue] + [False])
        return np.where(kinds[self.fact], base[self.fact] + 1 + self.value, base[self.fact]).astype(np.int32)

    def _near(self) -> Codes:
        """The listed therapy nearest to each treatment that no spelling finds."""
        near = np.full(len(self.fact), -1, dtype=np.int32)
        treatment = next(place for place, fact in enumerate(self.catalogue) if fact.kind == "treatment")
        index = self.vocabulary.therapy_index
        for at in np.flatnonzero((self.fact == treatment) & (self.why != values.FINE)):
            listed = index.nearest(self.words[int(at)] or "")
            found = index.find(listed) if listed else None
            near[at] = self.therapy[found] if found else -1
        return near

    # -- what else a combination says --------------------------------------------------------------------------------

    def _more(self, own: Table) -> Iterator[Table]:
        """A text names several therapies, a donor found is available, one test covers several markers, some diagnoses imply one."""
        for fact in self.catalogue:
            if fact.kind in ("treatment", "intolerant"):
                yield from self._further_therapies(own, fact)
            if fact.kind == "choice":
                yield from self._availability(own, fact)
            if fact.covers:
                yield from self._covered(own, fact)
        yield from self._implied(own)

    def _further_therapies(self, own: Table, fact: Fact) -> Iterator[Table]:
        """The therapies that a text names after the first."""
        mine = own.take(own["fact"] == self.codes.code[fact.id])
        named = [self._therapies(self.words[int(at)])[1:] for at in mine["combination"]]
        more = mine.take(np.repeat(np.arange(len(mine)), [len(one) for one in named]))
        if len(more):
            yield more.having(value=np.array([one for several in named for one in several], dtype=np.int32))

    def _covered(self, own: Table, whole: Fact) -> Iterator[Table]:
        """A test that found nothing says so of each marker it covers; a marker that is positive says so of the test."""
        codes = [self.codes.code[name] for name in (whole.id, *whole.covers)]
        nothing = own.take((own["fact"] == codes[0]) & (own["high"] == 0))
        something = own.take(np.isin(own["fact"], codes[1:]) & (own["low"] == 1))
        if len(nothing):
            yield from (nothing.having(fact=np.full(len(nothing), code, dtype=np.int32)) for code in codes[1:])
        if len(something):
            yield something.having(fact=np.full(len(something), codes[0], dtype=np.int32))

    def _availability(self, own: Table, fact: Fact) -> Iterator[Table]:
        first = self.codes.code[fact.id] + 1
        words = self.vocabulary.value_ids(fact.values or "")
        mine = own.take((own["fact"] >= first) & (own["fact"] < first + len(words)))
        if len(mine):
            found = (mine["fact"] != first + words.index("none")).astype(np.float64)
            available = np.full(len(mine), self.codes.code[f"{fact.id}:available"], dtype=np.int32)
            yield mine.having(fact=available, low=found, high=found, value=np.zeros(len(mine), dtype=np.int32))

    def _implied(self, own: Table) -> Iterator[Table]:
        mine = own.take(own["fact"] == self.codes.code["diagnosis"])
        diseases = tuple(self.vocabulary.diseases.values())
        written = [normal(self.words[int(at)] or "") for at in mine["combination"]]
        for position in np.unique(mine["value"]):
            here = mine["value"] == position
            for name, word in diseases[position].implies.items():
                yield self._implied_rows(mine.take(here), name, word)
            for code, implied in diseases[position].code_implies.items():
                coded = mine.take(here & np.array([word == normal(code) for word in written], dtype=bool))
                if len(coded):
                    yield from (self._implied_rows(coded, name, word) for name, word in implied.items())

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


def _ranks(table: Table) -> Codes:
    """One number per meaning, sorted by the stated order of one day; equal for equal meanings."""
    keys = [table["order"], table["fact"], table["value"], *(np.nan_to_num(table[name], nan=-1e300) for name in ("low", "high"))]
    order = np.lexsort(keys[::-1])
    rank = np.empty(len(table), dtype=np.int32)
    rank[order] = np.cumsum(first_of_group(*(key[order] for key in keys))) - 1 if len(table) else 0
    return rank
