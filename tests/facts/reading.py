"""What is known of one patient, in words: each finding as the interval of what is possible."""

from __future__ import annotations

import math
from typing import Any

from hemeline.facts import Facts
from hemeline.knowledge import Knowledge
from hemeline.when import text_of
from tests.facts.recording import facts_of, listed

Interval = tuple[float, float]


def rows(facts: Facts, name: str) -> list[dict[str, Any]]:
    """The rows of a fact (``CD19``, ``fit-for:transplant``)."""
    table = facts.rows_of(name)
    return table.dicts(slice(0, len(table)))


def intervals(facts: Facts, name: str) -> list[Interval]:
    """What each finding of a fact leaves possible."""
    return [(row["low"], row["high"]) for row in rows(facts, name)]


def interval(knowledge: Knowledge, line: str, name: str) -> Interval:
    """What one recorded finding leaves possible."""
    facts = facts_of(knowledge, line)
    assert listed(facts) == []
    (found,) = intervals(facts, name)
    return found


def dates(facts: Facts, name: str, which: str = "date") -> list[str | None]:
    """The dates of a fact, or its ends."""
    return [text_of(row[f"{which}_low"], row[f"{which}_high"]) for row in rows(facts, name)]


def why(knowledge: Knowledge, line: str) -> str:
    """Why one recorded fact is not understood."""
    facts = facts_of(knowledge, line)
    ((_, reason),) = listed(facts)
    return reason


def just_under(limit: float) -> float:
    return math.nextafter(limit, -math.inf)


def just_over(limit: float) -> float:
    return math.nextafter(limit, math.inf)
