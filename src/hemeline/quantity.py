"""Numbers with a comparator and a unit, as intervals.

``0.2``, ``<0.01`` (below detection: censored, not zero) and ``>= 25`` all become ``(low, high)``. An open bound is
the next floating-point number inward, so that ``< 0.01`` is known not to be ``>= 0.01``. A unit is converted by a
factor the vocabulary declares, or not at all.
"""

from __future__ import annotations

import math
import re

Range = tuple[float, float]
ANYTHING: Range = (-math.inf, math.inf)
_NUMBER = re.compile(r"^\s*(<=|>=|<|>|=|≤|≥)?\s*([+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)\s*(.*?)\s*$", re.DOTALL)
_SIGNS = {"≤": "<=", "≥": ">="}


def parse_number(text: str) -> tuple[str, float, str] | None:
    """Comparator (``=`` if none), number and the rest (a unit, perhaps empty); ``None`` if it is no finite number."""
    match = _NUMBER.match(text[:200]) if len(text) <= 200 else None
    if not match:
        return None
    sign, digits, unit = match.groups()
    number = float(digits)
    return (_SIGNS.get(sign, sign) if sign else "=", number, unit) if math.isfinite(number) else None


def scaled(number: float, factor: float) -> float:
    """``number * factor`` to 12 significant digits, so that 0.7 % and 0.007 are the same number."""
    return float(f"{number * factor:.12g}")


def as_range(sign: str, number: float, floor: float = -math.inf) -> Range:
    """What a written number with a comparator leaves possible; ``floor`` is the least value the fact can have."""
    if sign == "<":
        return floor, math.nextafter(number, -math.inf)
    if sign == "<=":
        return floor, number
    if sign == ">":
        return math.nextafter(number, math.inf), math.inf
    if sign == ">=":
        return number, math.inf
    return number, number
