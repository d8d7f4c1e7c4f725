"""When something held: one bar for each period, in lanes, over a scale of years."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import Literal

from hemeline.draw.svg import GREEN, GREY, INK, ORANGE, PURPLE, line, polygon, rect, text, width_of
from hemeline.when import parse_date, to_date, to_day

WIDTH, LEFT, RIGHT, LANE, BAR = 760.0, 150.0, 22.0, 28.0, 20.0
Look = Literal["firm", "provisional", "other", "absent"]
_FILLS: dict[Look, str] = {"firm": GREEN, "provisional": ORANGE, "other": PURPLE, "absent": "#ffffff"}
_STEPS = (1, 2, 5, 10, 20, 50)


@dataclass(frozen=True)
class Period:
    """A span of time with a number and a word; an absent end is open. ``look`` repeats what the word says."""

    since: str | None
    until: str | None
    number: int
    words: str
    look: Look


@dataclass(frozen=True)
class Scale:
    """The years that a picture shows; what is open reaches to its edges."""

    first: int
    last: int

    def x(self, day: int) -> float:
        left, right = to_day(dt.date(self.first, 1, 1)), to_day(dt.date(self.last, 1, 1))
        return LEFT + (WIDTH - LEFT - RIGHT) * min(max(day - left, 0) / max(right - left, 1), 1.0)


def periods(lanes: list[tuple[str, list[Period]]], last_day: int, spoken: str) -> str:
    """An SVG of lanes, each with a label and its periods; ``last_day`` is the last day that anything is known of."""
    scale = _scale([one for _, listed in lanes for one in listed], last_day)
    height = 24 + LANE * len(lanes) + 6
    marks = [*_years(scale, height), *(mark for at, lane in enumerate(lanes) for mark in _lane(scale, 24 + LANE * at, *lane))]
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {height:g}" role="img" aria-label="{escape(spoken)}"'
    return f'{head} font-family="system-ui, sans-serif">{"".join(marks)}</svg>'


def _scale(shown: list[Period], last_day: int) -> Scale:
    starts = [span[0] for one in shown for written in (one.since, one.until) if written and (span := parse_date(written))]
    last = to_date(max([*starts, last_day])).year + 1
    first = to_date(min([*starts, last_day])).year
    return Scale(min(first, last - 3), last)


def _years(scale: Scale, height: float) -> list[str]:
    span = scale.last - scale.first
    step = next(one for one in _STEPS if span / one <= 12)
    years = range(-(-scale.first // step) * step, scale.last + 1, step)
    marks = []
    for year in years:
        x = scale.x(to_day(dt.date(year, 1, 1)))
        marks += [line(x, 20, x, height - 4, "#D5DAE1"), text(x, 14, str(year), anchor="middle", colour=GREY, size=12, halo=False)]
    return marks


def _lane(scale: Scale, top: float, label: str, shown: list[Period]) -> list[str]:
    """The label of a lane and its bars; a bar that reaches under the next one ends there."""
    marks = [text(4, top + 15, label, bold=True, halo=False)]
    ordered = sorted(shown, key=lambda one: (_start(scale, one), one.number))
    for one, after in pairwise([*ordered, None]):
        assert one is not None
        room = _start(scale, after) if after else WIDTH
        marks += _bar(scale, top, one, room)
    return marks


def _start(scale: Scale, period: Period) -> float:
    span = parse_date(period.since) if period.since else None
    return scale.x(span[0]) if span else LEFT


def _bar(scale: Scale, top: float, period: Period, room: float) -> list[str]:
    end = parse_date(period.until) if period.until else None
    left, right = _start(scale, period), scale.x(end[0]) if end else WIDTH - RIGHT
    right = max(min(right, room), left + 2)
    absent = period.look == "absent"
    ink = INK if absent else "#ffffff"
    title = f"{period.number}: {period.words}, {period.since or 'beginning not recorded'} to {period.until or 'no end recorded'}"
    fill = _FILLS[period.look]
    marks = [rect(left, top, right - left - 1, BAR, fill, stroke=GREY if absent else fill, title=title, dashed=absent)]
    if not end:
        tip = [(right, top), (right + 9, top + BAR / 2), (right, top + BAR)]
        marks.append(polygon(tip, fill, stroke=GREY if absent else fill))
    elif min(scale.x(end[1]), room) - right > 2:
        marks.append(rect(right, top, min(scale.x(end[1]), room) - right, BAR, "none", stroke=fill if not absent else GREY, dashed=True))
    for words in (f"{period.number} {period.words}", str(period.number)):
        if width_of(words) <= right - left - 6:
            return [*marks, text(left + 5, top + 14.5, words, colour=ink, halo=False, size=12)]
    return marks
