"""What was measured over time, each fact on a logarithmic track of its own."""

from __future__ import annotations

import math

from hemeline.assessment.shape import CourseView, EventView
from hemeline.draw.canvas import LEFT, RIGHT, WIDTH, Canvas, span_of
from hemeline.draw.svg import GREY, ORANGE, circle, line, text

_FLOOR = 1e-6
_HEIGHT = 44.0
_ALWAYS = ("MRD",)  # drawn even if measured only once


def is_measured(event: EventView) -> bool:
    """Whether an event is a value with a number."""
    return "low" in event or "high" in event


def draw_measured(canvas: Canvas, course: CourseView) -> None:
    """Each fact that was measured more than once; a value known only as a range is an open mark with a bar down."""
    by_fact: dict[str, list[EventView]] = {}
    for event in course["events"]:
        if is_measured(event):
            by_fact.setdefault(event["fact"], []).append(event)
    for fact, events in by_fact.items():
        if len(events) > 1 or fact in _ALWAYS:
            _track(canvas, fact, events)


def _track(canvas: Canvas, fact: str, events: list[EventView]) -> None:
    bottom, top = _decades(events)

    def y_of(value: float) -> float:
        part = (math.log10(max(value, 10.0**bottom)) - bottom) / (top - bottom)
        return canvas.y + 8 + _HEIGHT * (1 - min(part, 1))

    canvas.heading(fact, down=8 + _HEIGHT / 2 + 4)
    for power in (top, bottom):
        y = y_of(10.0**power)
        canvas.add(
            line(LEFT, y, WIDTH - RIGHT, y, "#E1E5EA"),
            text(LEFT - 4, y + 4, f"{10.0**power:g}", anchor="end", colour=GREY, size=11),
        )
    for event in events:
        span = span_of(event["date"])
        if span is None:
            continue
        x, title = canvas.middle(span), f"{fact} {event['value']}: {event['date']}"
        canvas.uncertain(span, canvas.y + 8, _HEIGHT, GREY, title)
        low, high = event.get("low", 0.0), min(event.get("high", 10.0**top), 10.0**top)
        if low == high:
            canvas.add(circle(x, y_of(high), 4, ORANGE, title=title))
        else:
            canvas.add(
                line(x, y_of(high), x, y_of(low), ORANGE, width=1.5), circle(x, y_of(high), 4, "#ffffff", stroke=ORANGE, title=title)
            )
    canvas.y += _HEIGHT + 20


def _decades(events: list[EventView]) -> tuple[int, int]:
    """The powers of ten between which all values lie."""
    tops = [max(event.get("high", event.get("low", 0.0)), _FLOOR) for event in events]
    lows = [low for event in events if (low := event.get("low", 0.0)) > 0]
    bottom = math.floor(math.log10(max(min([*lows, *tops]), _FLOOR)))
    return bottom, max(math.ceil(math.log10(max(tops))), bottom + 1)
