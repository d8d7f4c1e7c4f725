"""Courses side by side (a swimmer plot): a lane for each, with lines of therapy, remissions, relapses and death."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from textwrap import wrap

from hemeline.draw.svg import BLUE, GREEN, GREY, INK, RED, document, hatch, line, path, polygon, rect, shortened, text, triangle, width_of

_WIDTH, _LEFT, _RIGHT, _TOP, _LANE, _BAR, _GAP, _STRIPE = 960.0, 220.0, 120.0, 30.0, 28.0, 11.0, 3.0, 5.0
_FILLS = ("#CFE3F3", "url(#swim-2)", "#9CC7E6", "url(#swim-4)")
_PATTERNS = [hatch("swim-2", "#ffffff", "#7FB2DA"), hatch("swim-4", "#CFE3F3", BLUE, turn=0), hatch("swim-cr", "#DFF3EC", GREEN, turn=-45)]
_STEPS = (3, 6, 12, 24, 60, 120)


@dataclass(frozen=True)
class Stretch:
    """Something that lasted, in months from the beginning of the lane; ``number`` is that of the line or remission."""

    start: float
    end: float
    number: int
    said: str
    failed: bool = False


@dataclass(frozen=True)
class Lane:
    """One course. ``until`` is the month of death or of the last contact; ``title`` is what its lane is called."""

    title: str
    until: float
    died: bool
    lines: tuple[Stretch, ...]
    remissions: tuple[Stretch, ...]
    relapses: tuple[float, ...]


@dataclass(frozen=True)
class _Axis:
    """Months along the top; it ends where most lanes have nothing more to show."""

    last: float
    step: int

    @staticmethod
    def of(lanes: list[Lane]) -> _Axis:
        ends = sorted(_last_event(lane) for lane in lanes)
        last = max(12.0, ends[(len(ends) - 1) * 9 // 10] if ends else 0)
        step = next((one for one in _STEPS if last / one <= 11), _STEPS[-1])
        return _Axis(float(step * -(-last // step)), step)

    def x(self, month: float) -> float:
        return _LEFT + (_WIDTH - _LEFT - _RIGHT) * min(month, self.last) / self.last

    def marks(self, bottom: float, since: str) -> list[str]:
        months = range(0, int(self.last) + 1, self.step)
        marks = [line(self.x(month), _TOP - 4, self.x(month), bottom, "#E1E5EA") for month in months]
        marks += [text(self.x(month), _TOP - 10, str(month), anchor="middle", colour=GREY, size=12) for month in months]
        return [*marks, text(8, _TOP - 10, since, colour=GREY, size=12)]


def swimmer(name: str, title: str, since: str, lanes: list[Lane]) -> str:
    """The lanes, those of one title together; who lives on has an arrow at the end, and what came after it is counted there."""
    axis, bottom = _Axis.of(lanes), _TOP + _LANE * len(lanes)
    marks = axis.marks(bottom, since)
    for number, lane in enumerate(lanes):
        y = _TOP + _LANE * number
        if not number or lane.title != lanes[number - 1].title:
            alike = sum(one.title == lane.title for one in lanes)
            marks += [line(8, y, _WIDTH - 8, y, "#C5CBD3"), *_heading(lane.title, y, alike)]
        marks += [*_lasting(lane, axis, y + 5), *_events(lane, axis, y + 5)]
    return document(name, title, "; ".join(map(_said, lanes)), _WIDTH, bottom + 8, marks, _PATTERNS)


def _heading(title: str, y: float, rows: int) -> list[str]:
    """The title of some lanes, in as many rows as there are lanes for it."""
    lines = wrap(title, int((_LEFT - 16) / width_of("x")))
    shown = [*lines[: rows - 1], shortened(" ".join(lines[rows - 1 :]), _LEFT - 16)] if len(lines) > rows else lines
    words = [text(8, y + 16 + place * 16, one, bold=True) for place, one in enumerate(shown)]
    return [f"<g><title>{escape(title)}</title>", *words, "</g>"]


def _last_event(lane: Lane) -> float:
    """The last thing that happened; a remission that lasts does not count."""
    happened = [*(one.end for one in lane.lines), *lane.relapses, *(one.start for one in lane.remissions)]
    return max([*happened, lane.until if lane.died else 0])


def _lasting(lane: Lane, axis: _Axis, y: float) -> list[str]:
    """Life as a thin line, treatments above it, remissions on it."""
    middle = y + _BAR + _GAP + _STRIPE / 2
    marks = [line(axis.x(0), middle, axis.x(lane.until), middle, GREY)]
    for one in lane.remissions:
        if one.start < axis.last:
            left = axis.x(one.start)
            marks.append(
                rect(left, y + _BAR + _GAP, axis.x(one.end) - left, _STRIPE, "url(#swim-cr)", stroke=GREEN, title=one.said, radius=0)
            )
    for one in lane.lines:
        if one.start < axis.last:
            marks += _line(one, axis.x(one.start), max(axis.x(one.end), axis.x(one.start) + 13), y)
    return marks


def _line(one: Stretch, left: float, right: float, y: float) -> list[str]:
    fill = _FILLS[(one.number - 1) % len(_FILLS)]
    marks = [
        rect(left, y, right - left, _BAR, fill, stroke=BLUE, title=one.said, radius=1),
        text(left + 6.5, y + 9.5, str(one.number), anchor="middle", size=10, bold=True),
    ]
    if one.failed:
        marks.append(path(f"M{right - 2:.1f} {y + 1:.1f}l7 9m0 -9l-7 9", stroke=RED, title=f"{one.said}: failed"))
    return marks


def _events(lane: Lane, axis: _Axis, y: float) -> list[str]:
    middle, end = y + _BAR + _GAP + _STRIPE / 2, axis.x(lane.until)
    marks = [triangle(axis.x(month), middle, 5, RED, f"relapse, month {month:.0f}") for month in lane.relapses if month <= axis.last]
    after = sum(month > axis.last for month in lane.relapses)
    if lane.died and lane.until <= axis.last:
        return [*marks, rect(end - 5, middle - 6, 10, 10, INK, title=f"death, month {lane.until:.0f}", radius=0)]
    said = f"{'death' if lane.died else 'alive'}, month {lane.until:.0f}"
    marks.append(polygon([(end, middle - 5), (end + 8, middle), (end, middle + 5)], INK if lane.died else GREY, title=said))
    words = [*([f"{after} relapse{'s' if after > 1 else ''}"] if after else []), *(["died"] if lane.died else [])]
    return [*marks, text(end + 11, middle + 4, ", ".join(words), size=11)] if words else marks


def _said(lane: Lane) -> str:
    parts = [one.said for one in sorted((*lane.lines, *lane.remissions), key=lambda one: one.start)]
    parts += [f"relapse in month {month:.0f}" for month in lane.relapses]
    return f"{lane.title}: {', '.join(parts)}, {'died' if lane.died else 'alive'} in month {lane.until:.0f}"
