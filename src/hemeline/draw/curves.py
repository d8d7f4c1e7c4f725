"""Curves over months with confidence bands, and under them how many people are still observed.

Each curve has a letter at its end, in the list above and in the rows below, so that it is found without colour.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from html import escape

from hemeline.draw.svg import BLUE, GREEN, GREY, INK, ORANGE, PURPLE, document, line, path, shortened, text

_WIDTH, _LEFT, _RIGHT, _HEIGHT, _ROW = 960.0, 124.0, 44.0, 300.0, 20.0
_INKS = (BLUE, ORANGE, GREEN, PURPLE)
_DASHES = ("", "8 4", "2 4", "10 4 2 4")
_LETTERS = "ABCD"
MOST = len(_INKS)


@dataclass(frozen=True)
class Curve:
    """A step function: its value from each month on, between two bounds; and the people still observed at each tick.

    ``place`` is that of its letter, line and colour; without one they are those of its place among the curves drawn.
    """

    label: str
    months: tuple[float, ...]
    values: tuple[float, ...]
    lows: tuple[float, ...]
    highs: tuple[float, ...]
    at_risk: tuple[str, ...]
    place: int | None = None


@dataclass(frozen=True)
class _Scale:
    last: float
    top: float

    def x(self, month: float) -> float:
        return _LEFT + (_WIDTH - _LEFT - _RIGHT) * month / self.last

    def y(self, value: float) -> float:
        return self.top + _HEIGHT * (1 - value)


def curves(name: str, title: str, of: str, since: str, ticks: tuple[int, ...], drawn: list[Curve]) -> str:
    """At most four curves from 0 to 100%; ``of`` names what is shown, ``since`` from when the months count."""
    drawn = [one if one.place is not None else replace(one, place=number) for number, one in enumerate(drawn)]
    listed = drawn if len(drawn) > 1 else []  # a single curve is named above its axis
    scale = _Scale(float(max(ticks[-1], 1)), 36 + _ROW * len(listed))
    marks = [*_listed(listed), *_axes(scale, of if listed else f"{of}: {drawn[0].label}", since, ticks)]
    marks += [_band(scale, curve, _INKS[curve.place or 0]) for curve in drawn]
    marks += [_line(curve, _steps(scale, curve.months, curve.values)) for curve in drawn]
    marks += [*_ends(scale, drawn), *_observed(scale, ticks, drawn)]
    said = "; ".join(f"{one.label}: {one.values[-1]:.0%} at {one.months[-1]:g} months" for one in drawn)
    return document(name, title, said, _WIDTH, scale.y(0) + 84 + _ROW * len(drawn), marks)


def _listed(drawn: list[Curve]) -> list[str]:
    """Which line is which."""
    marks = []
    for number, curve in enumerate(drawn):
        words = text(66, 16 + _ROW * number, shortened(curve.label, _WIDTH - 82))
        marks += [*_sample(curve, 16 + _ROW * number), f"<g><title>{escape(curve.label)}</title>{words}</g>"]
    return marks


def _sample(curve: Curve, y: float) -> list[str]:
    """A piece of a curve's line, and its letter."""
    return [_line(curve, f"M8 {y - 4:.1f}H44"), _letter(curve, 50, y)]


def _line(curve: Curve, steps: str) -> str:
    return path(steps, stroke=_INKS[curve.place or 0], dash=_DASHES[curve.place or 0], title=curve.label)


def _letter(curve: Curve, x: float, y: float) -> str:
    return text(x, y, _LETTERS[curve.place or 0], colour=_INKS[curve.place or 0], bold=True)


def _axes(scale: _Scale, of: str, since: str, ticks: tuple[int, ...]) -> list[str]:
    bottom = scale.y(0)
    marks = [text(_LEFT, scale.top - 14, of, bold=True)]
    for part in (0, 0.25, 0.5, 0.75, 1):
        y = scale.y(part)
        marks += [line(_LEFT, y, _WIDTH - _RIGHT, y, "#E1E5EA"), text(_LEFT - 6, y + 4, f"{part:.0%}", anchor="end", colour=GREY, size=12)]
    for tick in ticks:
        x = scale.x(tick)
        marks += [line(x, bottom, x, bottom + 5, GREY), text(x, bottom + 18, f"{tick:g}", anchor="middle", size=12)]
    return [*marks, line(_LEFT, bottom, _WIDTH - _RIGHT, bottom, INK), text(_LEFT, bottom + 37, since)]  # seen first on a phone


def _steps(scale: _Scale, months: tuple[float, ...], values: tuple[float, ...]) -> str:
    steps = f"M{scale.x(months[0]):.1f} {scale.y(values[0]):.1f}"
    for month, value in zip(months[1:], values[1:], strict=True):
        steps += f"H{scale.x(month):.1f}V{scale.y(value):.1f}"
    return steps


def _band(scale: _Scale, curve: Curve, colour: str) -> str:
    back = tuple(reversed(tuple(zip(curve.months, curve.lows, strict=True))))
    steps = _steps(scale, curve.months, curve.highs) + f"L{scale.x(back[0][0]):.1f} {scale.y(back[0][1]):.1f}"
    for (_, value), (month, _) in zip(back[1:], back, strict=False):
        steps += f"V{scale.y(value):.1f}" if month == back[0][0] else f"H{scale.x(month):.1f}V{scale.y(value):.1f}"
    return path(steps + f"H{scale.x(back[-1][0]):.1f}Z", fill=colour, width=0, opacity=0.16, title=f"{curve.label}: 95% confidence band")


def _ends(scale: _Scale, drawn: list[Curve]) -> list[str]:
    """The letter of each curve after its end, moved apart where they would touch."""
    if len(drawn) < 2:
        return []
    marks: list[str] = []
    taken: list[tuple[float, float]] = []
    for curve in sorted(drawn, key=lambda one: scale.y(one.values[-1])):
        x, y = scale.x(curve.months[-1]) + 5, scale.y(curve.values[-1]) + 5
        while any(abs(x - across) < 14 and abs(y - down) < 14 for across, down in taken):
            y += 2
        taken.append((x, y))
        marks.append(_letter(curve, x, y))
    return marks


def _observed(scale: _Scale, ticks: tuple[int, ...], drawn: list[Curve]) -> list[str]:
    y = scale.y(0) + 62
    marks = [text(8, y, "still observed", bold=True, size=12)]
    for curve in drawn:
        y += _ROW
        marks += _sample(curve, y) if len(drawn) > 1 else [text(8, y, "patients", size=12)]
        marks += [text(scale.x(tick), y, words, anchor="middle", size=12) for tick, words in zip(ticks, curve.at_risk, strict=True)]
    return marks
