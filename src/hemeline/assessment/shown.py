"""Values as people read them: a marker's word, a number with its unit, a partial date as it was written."""

from __future__ import annotations

import math

import numpy as np
import polars as pl

from hemeline.facts.facts import UNDATED_LOW
from hemeline.vocabulary import Fact, Vocabulary
from hemeline.when import Days, text_of

Shown = str | float | int | bool | None


def shown_date(low: int, high: int) -> str | None:
    """A date as written; ``None`` where none was recorded, so that the interval of a fact without a date is never shown as one."""
    return None if low <= UNDATED_LOW else text_of(int(low), int(high))


def shown_dates(low: Days, high: Days) -> list[str | None]:
    """The same for columns of dates."""
    exact = (low == high) & (low > UNDATED_LOW)
    days = pl.Series(np.where(exact, low, 0).astype(np.int32)).cast(pl.Date).cast(pl.String).to_list()
    each = zip(days, exact.tolist(), low.tolist(), high.tolist(), strict=True)
    return [day if is_exact else shown_date(first, last) for day, is_exact, first, last in each]


def shown_finding(vocabulary: Vocabulary, fact: Fact, low: float, high: float) -> Shown:
    """What a finding's interval says, in the fact's own words and unit; ``None`` if nothing is known."""
    if low == -math.inf and high == math.inf:
        return None
    if fact.kind in ("marker", "stance", "choice"):
        return {(1.0, 1.0): "positive", (0.0, 0.0): "negative"}.get((low, high), "indeterminate")
    if fact.kind == "category":
        words = vocabulary.value_ids(fact.values or "")
        return words[int(low)] if low == high else " or ".join(words[int(low) : int(high) + 1])
    if fact.kind == "level":
        for word, meant in fact.words.items():
            if low == (meant.at_least if meant.at_least is not None else fact.at_least) and high == _ceiling(fact, meant.below):
                return word
    return _number(low, high, "" if fact.unit in (None, "1") else f" {fact.unit}")


def _ceiling(fact: Fact, below: float | None) -> float:
    return (math.inf if fact.at_most is None else fact.at_most) if below is None else math.nextafter(below, -math.inf)


def _number(low: float, high: float, unit: str) -> str | float:
    if low == high:
        return f"{low:g}{unit}" if unit else float(low)
    if high == math.inf:
        return f"over {low:.6g}{unit}"
    if low <= 0:
        return f"under {high:.6g}{unit}"
    return f"{low:.6g} to {high:.6g}{unit}"


def shown_range(low: float, high: float) -> Shown:
    """A count or number of a course: itself where it is known, its bounds where dates leave it open."""
    if low == high:
        return int(low) if low == int(low) else round(float(low), 1)  # plain: JSON has no number of NumPy's
    if math.isinf(low) and math.isinf(high):
        return None
    if math.isinf(high):
        return f"at least {low:g}"
    if math.isinf(low):
        return f"at most {high:g}"
    return f"{low:.4g} to {high:.4g}"
