"""The course as a picture: lines of therapy, remissions, responses, relapses with sites, and what was measured.

What is known to the day is a mark; what is known to the month or year is drawn as the interval it may lie in, with a dashed
border. Tracks stand in a fixed order, so that two patients can be compared.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, field
from html import escape

from hemeline.assessment.shape import Assessment, CourseView, EventView, RemissionView
from hemeline.draw.svg import BLUE, GREEN, GREY, INK, ORANGE, PURPLE, RED, SKY, circle, diamond, line, rect, text, triangle, width_of
from hemeline.when import parse_date

WIDTH, LEFT, RIGHT, ROW = 960.0, 118.0, 24.0, 20.0
_SERIES_FLOOR = 1e-6


@dataclass
class _Canvas:
    """Marks drawn so far, the scale of days, and how far down the picture reaches."""

    first: int
    last: int
    marks: list[str] = field(default_factory=list)
    y: float = 26.0

    def x(self, day: int) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (day - self.first) / max(self.last - self.first, 1)

    def add(self, *marks: str) -> None:
        self.marks += marks

    def heading(self, words: str) -> None:
        self.add(text(8, self.y + 14, words, bold=True))


@dataclass(frozen=True)
class _Span:
    """A date as first and last day it may be."""

    low: int
    high: int
    written: str

    @property
    def exact(self) -> bool:
        return self.low == self.high


def _span(written: str | None) -> _Span | None:
    interval = parse_date(written) if written else None
    return _Span(interval[0], interval[1], written or "") if interval else None


def timeline(assessment: Assessment) -> str:
    """The course of an assessment as an SVG element, with a title and a description for who cannot see it."""
    course = assessment["course"]
    today = _span(assessment["as_of"])
    assert today is not None
    days = _days(course, today)
    canvas = _Canvas(min(days) - max((max(days) - min(days)) // 40, 10), max(days) + max((max(days) - min(days)) // 40, 10))
    _lines(canvas, course, today)
    _states(canvas, course, today)
    _events(canvas, course)
    _series(canvas, course)
    axis = _axis(canvas, today)
    return _svg(assessment, canvas, axis)


def _days(course: CourseView, today: _Span) -> list[int]:
    written = [course["diagnosis_date"], *(event["date"] for event in course["events"] if event["fact"] in _DRAWN or _measured(event))]
    written += [treatment[end] for one in course["lines"] for treatment in one["treatments"] for end in ("start", "end")]
    spans = [span for one in written if (span := _span(one))]
    return [today.high, *(day for span in spans for day in (span.low, span.high))]


_DRAWN = ("diagnosis", "response", "relapse", "progression", "status", "phase", "death")


def _measured(event: EventView) -> bool:
    return "low" in event or "high" in event


def _lines(canvas: _Canvas, course: CourseView, today: _Span) -> None:
    """One block per line of therapy, one row per group of treatments with the same dates."""
    for one in course["lines"]:
        canvas.heading(f"Line {one['number']}")
        grouped: dict[tuple[str | None, str | None], list[str]] = {}
        for treatment in one["treatments"]:
            grouped.setdefault((treatment["start"], treatment["end"]), []).append(treatment["therapy"])
        for (start, end), therapies in grouped.items():
            _treatment(canvas, start, end, ", ".join(therapies), today)
        canvas.y += 6


def _treatment(canvas: _Canvas, start: str | None, end: str | None, label: str, today: _Span) -> None:
    begun, ended = _span(start), _span(end)
    y = canvas.y + 4
    title = f"{label}: {start or 'start not recorded'} to {end or 'end not recorded'}"
    if begun is None:
        canvas.add(text(LEFT, y + 10, f"{label} (not dated)", colour=GREY))
    elif ended is None and begun.exact:
        canvas.add(diamond(canvas.x(begun.low), y + 6, 6, BLUE, title))
        _label(canvas, canvas.x(begun.low) - 8, canvas.x(begun.low) + 10, y + 10, label)
    else:
        last = ended or begun
        canvas.add(rect(canvas.x(begun.high), y, canvas.x(last.low) - canvas.x(begun.high), 13, SKY, stroke=BLUE, title=title))
        for open_end in (begun, last):
            if not open_end.exact:
                canvas.add(
                    rect(
                        canvas.x(open_end.low),
                        y,
                        canvas.x(open_end.high) - canvas.x(open_end.low),
                        12,
                        "none",
                        stroke=BLUE,
                        title=title,
                        dashed=True,
                    )
                )
        if width_of(label) + 10 < canvas.x(last.low) - canvas.x(begun.high):
            canvas.add(text(canvas.x(begun.high) + 5, y + 10, label))
        else:
            _label(canvas, canvas.x(begun.low) - 6, canvas.x(last.high) + 6, y + 10, label)
    canvas.y += ROW


def _label(canvas: _Canvas, left: float, right: float, y: float, words: str) -> None:
    """A label to the right of a mark, or to its left where there is no room."""
    room = WIDTH - RIGHT - right
    if width_of(words) <= room:
        canvas.add(text(right, y, words))
    elif width_of(words) <= left - LEFT:
        canvas.add(text(left, y, words, anchor="end"))
    else:
        on_right = room > left - LEFT
        keep = max(int(max(room, left - LEFT) / width_of("x")) - 1, 6)
        shortened = words if len(words) <= keep else words[: keep - 1] + "…"
        canvas.add(
            f"<g><title>{escape(words)}</title>{text(right if on_right else left, y, shortened, anchor='start' if on_right else 'end')}</g>"
        )


def _states(canvas: _Canvas, course: CourseView, today: _Span) -> None:
    """Complete remissions as hatched bars; one that lasts runs to the day of the assessment, or to death."""
    if not course["remissions"]:
        return
    canvas.heading("Remission")
    for one in course["remissions"]:
        start, (last, until) = _span(one["start"]), _end_of(one, course, today)
        if start is None or last is None:
            continue
        title = f"complete remission {one['number']}: {one['start']} to {until}"
        canvas.add(
            rect(
                canvas.x(start.high), canvas.y + 4, canvas.x(last.low) - canvas.x(start.high), 12, "url(#hatch)", stroke=GREEN, title=title
            )
        )
        for open_end in (start, last):
            if not open_end.exact:
                canvas.add(
                    rect(
                        canvas.x(open_end.low),
                        canvas.y + 4,
                        canvas.x(open_end.high) - canvas.x(open_end.low),
                        12,
                        "none",
                        stroke=GREEN,
                        dashed=True,
                    )
                )
        months = f", {one['months']:g} months" if one["months"] is not None else ""
        words = f"CR{one['number']}{months}"
        if width_of(words) < canvas.x(last.low) - canvas.x(start.high) - 8:
            middle = (canvas.x(start.high) + canvas.x(last.low)) / 2
            canvas.add(
                rect(middle - width_of(words) / 2 - 3, canvas.y + 4, width_of(words) + 6, 12, "#ffffff"),
                text(middle, canvas.y + 14, words, anchor="middle"),
            )
    canvas.y += ROW + 4


def _end_of(remission: RemissionView, course: CourseView, today: _Span) -> tuple[_Span | None, str]:
    """When a remission ended, and in words; no day where it ended on one that nobody recorded."""
    if remission["end"]:
        return _span(remission["end"]), remission["end"]
    if remission is course["remissions"][-1] and course["state"] == "remission":
        return today, "today"
    death = next((event["date"] for event in course["events"] if event["fact"] == "death"), None)
    return (_span(death), "death") if remission is course["remissions"][-1] and death else (None, "an unknown day")


def _events(canvas: _Canvas, course: CourseView) -> None:
    """Responses, relapses with their sites, a clinician's word, phases and death."""
    marked = [(span, *_mark(event)) for event in _merged(course) if (span := _span(event["date"]))]
    if not marked:
        return
    canvas.heading("Events")
    levels: list[float] = []
    for span, shape, words in sorted(marked, key=lambda one: one[0].low):
        x = (canvas.x(span.low) + canvas.x(span.high)) / 2
        width = width_of(words)
        left = min(max(x - width / 2, LEFT), WIDTH - RIGHT - width)
        level = next((number for number, end in enumerate(levels) if end + 8 < left), len(levels))
        levels[level : level + 1] = [left + width]
        if not span.exact:
            canvas.add(
                rect(
                    canvas.x(span.low),
                    canvas.y + 4,
                    canvas.x(span.high) - canvas.x(span.low),
                    14,
                    "none",
                    stroke=GREY,
                    title=f"{words}: {span.written}",
                    dashed=True,
                )
            )
        canvas.add(_shape(shape, x, canvas.y + 11, f"{words}: {span.written}"))
        canvas.add(line(x, canvas.y + 18, x, canvas.y + 24 + level * 14, "#C5CBD3"), text(left, canvas.y + 34 + level * 14, words))
    canvas.y += 42 + max(len(levels) - 1, 0) * 14


def _merged(course: CourseView) -> list[EventView]:
    """Events with several sites on one day as one event."""
    merged: dict[tuple[str, str | None], EventView] = {}
    for event in course["events"]:
        if event["fact"] not in _DRAWN:
            continue
        key = (event["fact"], event["date"])
        together = merged.get(key)
        merged[key] = event if together is None else {**together, "value": f"{together['value']} + {event['value']}"}
    return list(merged.values())


def _mark(event: EventView) -> tuple[str, str]:
    fact, value = event["fact"], str(event["value"] or "")
    if fact in ("relapse", "progression"):
        return "back", f"{fact}: {value}"
    if fact == "response":
        return ("response", value)
    return {
        "diagnosis": ("start", "diagnosis"),
        "death": ("end", "death"),
        "phase": ("word", value),
        "status": ("word", f"clinician: {value}"),
    }[fact]


def _shape(shape: str, x: float, y: float, title: str) -> str:
    if shape == "back":
        return triangle(x, y, 6, RED, title)
    if shape == "response":
        return circle(x, y, 5, "#ffffff", stroke=GREEN, title=title)
    if shape == "end":
        return rect(x - 5, y - 5, 10, 10, INK, title=title, radius=0)
    return rect(x - 2, y - 6, 4, 12, PURPLE if shape == "word" else INK, title=title)


def _series(canvas: _Canvas, course: CourseView) -> None:
    """Each measured fact on a logarithmic track; a value below detection is an open mark with a bar down."""
    by_fact: dict[str, list[EventView]] = {}
    for event in course["events"]:
        if _measured(event) and event["fact"] not in _DRAWN:
            by_fact.setdefault(event["fact"], []).append(event)
    for fact, events in by_fact.items():
        if len(events) > 1 or fact in ("MRD",):
            _track(canvas, fact, events)


def _track(canvas: _Canvas, fact: str, events: list[EventView]) -> None:
    tops = [max(event.get("high", event.get("low", 0.0)), _SERIES_FLOOR) for event in events]
    low = math.floor(math.log10(max(min([*(event["low"] for event in events if event.get("low", 0) > 0), *tops]), _SERIES_FLOOR)))
    high = math.ceil(math.log10(max(tops))) if max(tops) > 0 else low + 1
    high = max(high, low + 1)
    height = 44.0
    canvas.heading(fact)

    def y_of(value: float) -> float:
        part = (math.log10(max(value, 10.0**low)) - low) / (high - low)
        return canvas.y + 8 + height * (1 - min(max(part, 0), 1))

    canvas.add(
        line(LEFT, y_of(10.0**low), WIDTH - RIGHT, y_of(10.0**low), "#E1E5EA"),
        line(LEFT, y_of(10.0**high), WIDTH - RIGHT, y_of(10.0**high), "#E1E5EA"),
    )
    canvas.add(
        text(LEFT - 4, y_of(10.0**high) + 4, f"{10.0**high:g}", anchor="end", colour=GREY, size=9),
        text(LEFT - 4, y_of(10.0**low) + 4, f"{10.0**low:g}", anchor="end", colour=GREY, size=9),
    )
    for event in events:
        span = _span(event["date"])
        if span is None:
            continue
        x, title = (canvas.x(span.low) + canvas.x(span.high)) / 2, f"{fact} {event['value']}: {event['date']}"
        if not span.exact:
            canvas.add(
                rect(
                    canvas.x(span.low),
                    canvas.y + 8,
                    canvas.x(span.high) - canvas.x(span.low),
                    height,
                    "none",
                    stroke=GREY,
                    title=title,
                    dashed=True,
                )
            )
        known = event.get("low") == event.get("high")
        top = min(event.get("high", 10.0**high), 10.0**high)
        if known:
            canvas.add(circle(x, y_of(top), 4, ORANGE, title=title))
        else:
            canvas.add(
                line(x, y_of(top), x, y_of(max(event.get("low", 0.0), 10.0**low)), ORANGE, width=1.5),
                circle(x, y_of(top), 4, "#ffffff", stroke=ORANGE, title=title),
            )
    canvas.y += height + 20


def _axis(canvas: _Canvas, today: _Span) -> list[str]:
    """Years along the top, and the day of the assessment as a dashed line."""
    epoch = dt.date(1970, 1, 1)
    first, last = epoch + dt.timedelta(days=canvas.first), epoch + dt.timedelta(days=canvas.last)
    years = range(first.year + 1, last.year + 1)
    step = max(1, math.ceil(len(years) / 16))
    marks = []
    for year in years:
        x = canvas.x((dt.date(year, 1, 1) - epoch).days)
        marks.append(line(x, 20, x, canvas.y, "#E1E5EA"))
        if (year - years.start) % step == 0:
            marks.append(text(x, 14, str(year), anchor="middle", colour=GREY))
    x = canvas.x(today.high)
    return [*marks, line(x, 20, x, canvas.y, INK, dashed=True)]


def _svg(assessment: Assessment, canvas: _Canvas, axis: list[str]) -> str:
    height = canvas.y + 8
    said = describe(assessment)
    hatch = (
        f'<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'<rect width="6" height="6" fill="#DFF3EC"/><line x1="0" y1="0" x2="0" y2="6" stroke="{GREEN}" stroke-width="1"/></pattern></defs>'
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {height:g}" width="{WIDTH:g}" height="{height:g}" role="img" '
        f'aria-labelledby="course-title course-description" font-family="system-ui, sans-serif">'
        f'<title id="course-title">The course over time</title><desc id="course-description">{escape(said)}</desc>{hatch}'
        f"{''.join(axis)}{''.join(canvas.marks)}</svg>"
    )


def describe(assessment: Assessment) -> str:
    """The picture in words, for who listens to the page."""
    course = assessment["course"]
    said = [f"Line {one['number']} from {one['start'] or 'an unknown day'}: {', '.join(one['therapies'])}" for one in course["lines"]]
    today = _span(assessment["as_of"])
    assert today is not None
    said += [
        f"complete remission {one['number']} from {one['start'] or 'an unknown day'} to {_end_of(one, course, today)[1]}"
        for one in course["remissions"]
    ]
    said += [f"relapse {one['number']} on {one['date'] or 'an unknown day'} ({', '.join(one['sites'])})" for one in course["relapses"]]
    return "; ".join(said) or "Nothing is recorded that could be drawn."
