"""Yes, no and unknown: Kleene's three values, the only logic of this package.

A truth is ``True`` (yes), ``False`` (no) or ``None`` (unknown). Unknown is what Polars calls null, so the same
trees give the same verdicts here, one value at a time, and there, a column at a time.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

Truth = bool | None
Verdict = Literal["yes", "no", "unknown"]

WORDS: dict[Truth, Verdict] = {True: "yes", False: "no", None: "unknown"}


def word(truth: Truth) -> Verdict:
    """The word shown for a truth: ``yes``, ``no`` or ``unknown``."""
    return WORDS[truth]


def all_of(truths: Iterable[Truth]) -> Truth:
    """No if any is no, else unknown if any is unknown, else yes (so nothing at all is yes)."""
    unknown = False
    for truth in truths:
        if truth is False:
            return False
        unknown = unknown or truth is None
    return None if unknown else True


def any_of(truths: Iterable[Truth]) -> Truth:
    """Yes if any is yes, else unknown if any is unknown, else no (so nothing at all is no)."""
    return negate(all_of(negate(truth) for truth in truths))


def negate(truth: Truth) -> Truth:
    """Yes and no change places; unknown stays."""
    return None if truth is None else not truth


def at_least(count: int, truths: Iterable[Truth]) -> Truth:
    """Yes once ``count`` are yes, no once that can no longer be reached, unknown between."""
    values = list(truths)
    if sum(value is True for value in values) >= count:
        return True
    return False if sum(value is not False for value in values) < count else None
