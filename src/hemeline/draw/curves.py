"""Curves over months with confidence bands, and under them how many people are still observed."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from hemeline.draw.svg import BLUE, GREEN, GREY, INK, ORANGE, PURPLE, document, line, path, shortened, text

_WIDTH, _LEFT, _RIGHT, _TOP, _HEIGHT, _ROW = 960.0, 270.0, 30.0, 20.0, 300.0, 20.0
_INKS = (BLUE, ORANGE, GREEN, PURPLE)
_DASHES = ("", "8 4", "2 4", "10 4 2 4")  # told apart without colour
MOST = len(_INKS)


@dataclass(frozen=True)
class Curve:
    """A step function: its value from each month on, between two bounds; and the people still observed at each tick."""

    label: str
    months: tuple[float, ...]
    values: tuple[float, ...]
    lows: tuple[float, ...]
    highs: tuple[float, ...]
    at_risk: tuple[str, ...]


@dataclass(frozen=True)
class _Scale:
    last: float

    def x(self, month: float) -> float:
        return _LEFT + (_WIDTH - _LEFT - _RIGHT) * month / self.last

    @staticmethod
    def y(value: float) -> float:
        return _TOP + _HEIGHT * (1 - value)


def curves(name: str, title: str, of: str, since: str, ticks: tuple[int, ...], drawn: list[Curve]) -> str:
    """At most four curves from 0 to 100%; ``of`` names what is shown, ``since`` from when the months count."""
    scale = _Scale(float(max(ticks[-1], 1)))
    marks = _axes(scale, of, since, ticks)
    for number, curve in enumerate(drawn):
        marks.append(_band(scale, curve, _INKS[number]))
    for number, curve in enumerate(drawn):
        marks.append(path(_steps(scale, curve.months, curve.values), stroke=_INKS[number], dash=_DASHES[number], title=curve.label))
    marks += _ends(scale, drawn)
    marks += _observed(scale, ticks, drawn)
    said = "; ".join(f"{one.label}: {one.values[-1]:.0%} at {one.months[-1]:g} months" for one in drawn)
    return document(name, title, said, _WIDTH, _TOP + _HEIGHT + 66 + _ROW * len(drawn), marks)


def _axes(scale: _Scale, of: str, since: str, ticks: tuple[int, ...]) -> list[str]:
    marks = [text(8, _TOP + 4, of, bold=True)]
    for part in (0, 0.25, 0.5, 0.75, 1):
        y = scale.y(part)
        marks += [line(_LEFT, y, _WIDTH - _RIGHT, y, "#E1E5EA"), text(_LEFT - 6, y + 4, f"{part:.0%}", anchor="end", colour=GREY, size=12)]
    for tick in ticks:
        x = scale.x(tick)
        marks += [line(x, scale.y(0), x, scale.y(0) + 5, GREY), text(x, scale.y(0) + 18, f"{tick:g}", anchor="middle", size=12)]
    return [*marks, line(_LEFT, scale.y(0), _WIDTH - _RIGHT, scale.y(0), INK), text(8, scale.y(0) + 18, since, colour=GREY, size=12)]


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
    """The name of each curve at its end, moved apart where they would touch."""
    if len(drawn) < 2:
        return []
    marks: list[str] = []
    taken: list[float] = []
    for number in sorted(range(len(drawn)), key=lambda place: scale.y(drawn[place].values[-1])):
        curve = drawn[number]
        y = max([scale.y(curve.values[-1]) - 6, *(one + 16 for one in taken)])
        taken = [y]
        x = min(scale.x(curve.months[-1]), _WIDTH - _RIGHT)
        marks.append(text(x - 4, y, shortened(curve.label, 300), anchor="end", colour=_INKS[number], bold=True))
    return marks


def _observed(scale: _Scale, ticks: tuple[int, ...], drawn: list[Curve]) -> list[str]:
    y = scale.y(0) + 46
    marks = [text(8, y, "still observed", bold=True, size=12)]
    for number, curve in enumerate(drawn):
        y += _ROW
        marks.append(path(f"M8 {y - 4:.1f}H36", stroke=_INKS[number], dash=_DASHES[number]))
        words = text(42, y, shortened(curve.label, _LEFT - 68, 12), size=12)
        marks.append(f"<g><title>{escape(curve.label)}</title>{words}</g>")
        marks += [text(scale.x(tick), y, words, anchor="middle", size=12) for tick, words in zip(ticks, curve.at_risk, strict=True)]
    return marks
