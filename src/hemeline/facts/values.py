"""What a recorded value means, column-wise: numbers with units, words of the vocabulary.

Each function takes the rows of one sort of fact and returns codes and intervals, with a reason where it fails. Words
are looked up once per distinct word, whatever the number of rows.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hemeline.columns import Codes, factorize, positions
from hemeline.quantity import as_range, parse_number, scaled
from hemeline.vocabulary import Fact, Vocabulary
from hemeline.vocabulary.lookup import Index

Floats = NDArray[np.float64]
FINE = ""


@dataclass(frozen=True)
class Meaning:
    """What one word means: a code, an interval, and why it is not understood (empty if it is)."""

    code: int = -1
    low: float = math.nan
    high: float = math.nan
    why: str = FINE


@dataclass(frozen=True)
class Meanings:
    """The meaning of each row."""

    code: Codes
    low: Floats
    high: Floats
    why: NDArray[np.object_]


def of_words(words: pl.Series, meaning: Callable[[str | None], Meaning]) -> Meanings:
    """The meaning of each row's word, asked once per distinct word (and once for no word at all)."""
    codes, distinct = factorize(words)
    known = [meaning(word) for word in distinct] + [meaning(None)]
    return Meanings(
        np.array([one.code for one in known], dtype=np.int32)[codes],
        np.array([one.low for one in known], dtype=np.float64)[codes],
        np.array([one.high for one in known], dtype=np.float64)[codes],
        np.array([one.why for one in known], dtype=object)[codes],
    )


def miss(what: str, word: str | None, index: Index) -> Meaning:
    """Not understood, with the nearest listed word."""
    if word is None:
        return Meaning(why=f"no value; expected {what}")
    near = index.nearest(word)
    return Meaning(why=f"the value is not {what} of the vocabulary{f' (nearest: {near})' if near else ''}")


def in_index(what: str, index: Index, positions: dict[str, int]) -> Callable[[str | None], Meaning]:
    """A word that an index leads to; its code is the position of what it leads to."""

    def meaning(word: str | None) -> Meaning:
        found = index.find(word) if word is not None else None
        return Meaning(code=positions[found]) if found is not None else miss(what, word, index)

    return meaning


def marker(vocabulary: Vocabulary, fact: Fact) -> Callable[[str | None], Meaning]:
    """positive is 1, negative is 0, indeterminate is anything between."""
    index = vocabulary.value_indexes[fact.values or "marker"]
    ranges = {"positive": (1.0, 1.0), "negative": (0.0, 0.0), "indeterminate": (0.0, 1.0)}

    def meaning(word: str | None) -> Meaning:
        found = index.find(word) if word is not None else None
        if found is None:
            return miss("a marker result (positive, negative, indeterminate)", word, index)
        return Meaning(0, *ranges[found])

    return meaning


def category(vocabulary: Vocabulary, fact: Fact) -> Callable[[str | None], Meaning]:
    """A word of the fact's value set; its position is its number."""
    index = vocabulary.value_indexes[fact.values or ""]
    words = vocabulary.value_sets[fact.values or ""].values
    place = positions([word.id for word in words])
    open_to = {word.id: [place[one] for one in word.means or (word.id,)] for word in words}

    def meaning(word: str | None) -> Meaning:
        found = index.find(word) if word is not None else None
        if found is None:
            return miss(f"a value of {fact.id}", word, index)
        return Meaning(place[found], min(open_to[found]), max(open_to[found]))

    return meaning


def stance(vocabulary: Vocabulary, fact: Fact) -> Callable[[str | None], Meaning]:
    """``transplant`` affirms, ``not:transplant`` denies; the code is the word's position, the interval yes or no."""
    affirmed = category(vocabulary, fact)

    def meaning(word: str | None) -> Meaning:
        denied = word is not None and word.strip().casefold().startswith("not:")
        found = affirmed(word.strip()[4:] if denied and word else word)
        number = 0.0 if denied else 1.0
        return found if found.why else Meaning(found.code, number, number)

    return meaning


def choice(vocabulary: Vocabulary, fact: Fact) -> Callable[[str | None], Meaning]:
    """One of several words that may hold side by side; the code is the word's position, and what is recorded is yes."""
    named = category(vocabulary, fact)

    def meaning(word: str | None) -> Meaning:
        found = named(word)
        return found if found.why else Meaning(found.code, 1.0, 1.0)

    return meaning


def numbers(values: pl.Series, units: pl.Series, fact: Fact, vocabulary: Vocabulary) -> Meanings:
    """Numbers of one fact in its canonical unit, or the words of a level."""
    size = len(values)
    number = values.cast(pl.Float64, strict=False).fill_null(math.nan).to_numpy()
    number = np.where(np.isinf(number), math.nan, number)
    unit_codes, unit_words = factorize(units)
    factors = np.array([_factor(fact, word) for word in [*unit_words, ""]], dtype=np.float64)[unit_codes]
    low = _rounded(number * factors)
    high, why = low.copy(), np.full(size, FINE, dtype=object)
    plain = np.isfinite(number)
    why[plain & np.isnan(factors)] = _unit_reason(fact)
    if not plain.all():
        rest = np.flatnonzero(~plain)
        slow = pl.concat([values.rename("value").to_frame(), units.rename("unit").to_frame()], how="horizontal")[rest]
        for place, (value, unit) in zip(rest, slow.iter_rows(), strict=True):
            low[place], high[place], why[place] = _written(fact, value, unit, vocabulary)
    outside = ~np.isnan(low) & ((high < _bound(fact.at_least, -math.inf)) | (low > _bound(fact.at_most, math.inf)))
    why[outside & (why == FINE)] = f"the number is outside what {fact.id} can be"
    return Meanings(np.zeros(size, dtype=np.int32), low, high, why)


def _rounded(values: Floats) -> Floats:
    """Twelve significant digits, as :func:`hemeline.quantity.scaled`, for a column."""
    with np.errstate(divide="ignore", invalid="ignore"):
        digits = 11 - np.floor(np.log10(np.abs(values)))
    usable = np.isfinite(digits) & (np.abs(digits) < 300)
    power = np.power(10.0, np.where(usable, digits, 0))
    return np.where(usable, np.rint(values * power) / power, values)


def _bound(limit: float | None, otherwise: float) -> float:
    return otherwise if limit is None else limit


def _factor(fact: Fact, unit: str) -> float:
    """The factor to the canonical unit; not a number where the unit is missing and needed, or not convertible."""
    unit = unit.strip()
    if unit == (fact.unit or "") or (not unit and fact.unit == "1"):
        return 1.0
    if fact.kind == "score" and unit in ("", "{score}", "1"):
        return 1.0
    return fact.units.get(unit, math.nan)


def _unit_reason(fact: Fact) -> str:
    known = ", ".join(dict.fromkeys([fact.unit or "no unit", *fact.units]))
    return f"the unit is missing or cannot be converted; expected one of: {known}"


def _written(fact: Fact, value: str | None, unit: str | None, vocabulary: Vocabulary) -> tuple[float, float, str]:
    """One value that is not a plain number: ``<0.01``, ``24 %``, ``negative``."""
    nothing = (math.nan, math.nan)
    if value is None:
        return *nothing, "no value; expected a number"
    parsed = parse_number(value)
    if parsed is None:
        return _word_of_level(fact, value, vocabulary)
    sign, number, rest = parsed
    factor = _factor(fact, rest or unit or "")
    if math.isnan(factor) or (rest and unit and rest != unit):
        return *nothing, _unit_reason(fact)
    floor = -math.inf if fact.at_least is None else fact.at_least
    return *as_range(sign, scaled(number, factor), floor), FINE


def _word_of_level(fact: Fact, value: str, vocabulary: Vocabulary) -> tuple[float, float, str]:
    word = vocabulary.value_indexes["marker"].find(value) if fact.words else None
    meant = fact.words.get(word) if word else None
    if meant is None:
        expected = f"a number{' or ' + ' or '.join(fact.words) if fact.words else ''}"
        return math.nan, math.nan, f"the value is not understood; expected {expected}"
    low = _bound(meant.at_least, _bound(fact.at_least, -math.inf))
    high = _bound(fact.at_most, math.inf) if meant.below is None else math.nextafter(meant.below, -math.inf)
    return low, high, FINE
