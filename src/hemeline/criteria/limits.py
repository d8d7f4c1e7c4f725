"""Limits as criteria write them: ``>= 18``, ``< 0.1 %``, ``>= 1 month``."""

from __future__ import annotations

import operator as op
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from hemeline.criteria.tree import Sign
from hemeline.quantity import parse_number, scaled

_SHOWN: dict[str, str] = {">=": "at least", "<=": "at most", "<": "under", ">": "over", "=": "exactly"}

_MEETS: dict[Sign, Callable[[float, float], bool]] = {">=": op.ge, "<=": op.le, "<": op.lt, ">": op.gt, "=": op.eq}


@dataclass(frozen=True, slots=True)
class Limit:
    """A comparator with a number in ``unit``; ``value`` is the number in the canonical unit."""

    sign: Sign
    number: float
    unit: str
    value: float

    def holds(self, number: float) -> bool:
        """Whether a number in the canonical unit meets the limit."""
        return _MEETS[self.sign](number, self.value)

    def shown(self, unit: str, plural: bool = False) -> str:
        """The limit in words: ``at least 18 years``."""
        word = f"{unit}s" if plural and unit and self.number != 1 else unit
        return f"{_SHOWN[self.sign]} {self.number:g}{f' {word}' if word else ''}"


def parse_limit(text: str, units: Mapping[str, float]) -> Limit | None:
    """The limit in ``text``, with a unit among ``units`` (name to factor); ``None`` if it is none."""
    parsed = parse_number(text)
    if parsed is None:
        return None
    sign, number, unit = parsed
    unit = unit.rstrip("s") if unit.rstrip("s") in units else unit
    if unit not in units:
        return None
    return Limit(sign, number, unit, scaled(number, units[unit]))  # type: ignore[arg-type]
