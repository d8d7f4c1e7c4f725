"""The course as a picture: lines of therapy, remissions, responses, relapses with sites, and what was measured.

What is known to the day is a mark; what is known to the month or year is drawn as the interval it may lie in, with a dashed
border. Tracks stand in a fixed order, so that two patients can be compared.
"""

from __future__ import annotations

import datetime as dt
from html import escape

from hemeline.assessment.shape import Assessment, CourseView, EventView, RemissionView
from hemeline.draw.canvas import LEFT, RIGHT, WIDTH, Canvas, Span, span_of
from hemeline.draw.measured import draw_measured, is_measured
from hemeline.draw.svg import BLUE, GREEN, GREY, INK, PURPLE, RED, SKY, circle, diamond, line, rect, text, triangle, width_of
from hemeline.when import to_date, to_day

ROW, BAR, STEP = 20.0, 15.0, 16.0
_DRAWN = ("diagnosis", "response", "relapse", "progression", "status", "phase", "death")
_TICKS = (1, 3, 6, 12, 24, 60, 120, 240)  # months from one tick to the next


def timeline(assessment: Assessment) -> str:
    """The course of an assessment as an SVG element, with a title and a description for who cannot see it."""
    course = assessment["course"]
    today = _today(assessment)
    days = _days(course, today)
    margin = max((max(days) - min(days)) // 40, 10)
    canvas = Canvas(min(days) - margin, max(days) + margin)
    _lines(canvas, course)
    _remissions(canvas, course, today)
    _events(canvas, course)
    draw_measured(canvas, course)
    return _svg(assessment, canvas, _axis(canvas, today))


def _today(assessment: Assessment) -> Span:
    today = span_of(assessment["as_of"])
    assert today is not None
    return today


def _days(course: CourseView, today: Span) -> list[int]:
    written = [course["diagnosis_date"], *(event["date"] for event in course["events"] if event["fact"] in _DRAWN or is_measured(event))]
    written += [treatment[end] for one in course["lines"] for treatment in one["treatments"] for end in ("start", "end")]
    spans = [span for one in written if (span := span_of(one))]
    return [today.high, *(day for span in spans for day in (span.low, span.high))]


def _lines(canvas: Canvas, course: CourseView) -> None:
    """One block per line of therapy, one row per group of treatments with the same dates."""
    for one in course["lines"]:
        canvas.heading(f"Line {one['number']}")
        grouped: dict[tuple[str | None, str | None], list[str]] = {}
        for treatment in one["treatments"]:
            grouped.setdefault((treatment["start"], treatment["end"]), []).append(treatment["therapy"])
        for (start, end), therapies in grouped.items():
            _treatment(canvas, start, end, ", ".join(therapies))
        canvas.y += 6


def _treatment(canvas: Canvas, start: str | None, end: str | None, label: str) -> None:
    begun, ended = span_of(start), span_of(end)
    y = canvas.y + 4
    title = f"{label}: {start or 'start not recorded'} to {end or 'end not recorded'}"
    if begun is None:
        canvas.add(text(LEFT, y + 12, f"{label} (not dated)", colour=GREY))
    elif begun.exact and ended in (None, begun):
        x = canvas.x(begun.low)
        canvas.add(diamond(x, y + BAR / 2, 7, BLUE, title))
        canvas.label(x - 10, x + 12, y + 12, label)
    else:
        _bar(canvas, begun, ended or begun, y, SKY, BLUE, title)
        left, right = canvas.x(begun.high), canvas.x((ended or begun).low)
        if width_of(label) + 10 < right - left:
            canvas.add(text(left + 5, y + 12, label, halo=False))
        else:
            canvas.label(canvas.x(begun.low) - 6, canvas.x((ended or begun).high) + 6, y + 12, label)
    canvas.y += ROW


def _bar(canvas: Canvas, begun: Span, ended: Span, y: float, fill: str, stroke: str, title: str) -> None:
    """What lasted: filled where it certainly did, with a dashed border where it may have begun or ended."""
    if ended.low > begun.high:
        left = canvas.x(begun.high)
        canvas.add(rect(left, y, max(canvas.x(ended.low) - left, 3), BAR, fill, stroke=stroke, title=title))
    for end in dict.fromkeys((begun, ended)):
        canvas.uncertain(end, y, BAR, stroke, title)


def _remissions(canvas: Canvas, course: CourseView, today: Span) -> None:
    """Complete remissions as hatched bars; one that lasts runs to the day of the assessment, or to death."""
    if not course["remissions"]:
        return
    canvas.heading("Remission")
    for one in course["remissions"]:
        start, (last, until) = span_of(one["start"]), _end_of(one, course, today)
        if start is None or last is None:
            continue
        _bar(canvas, start, last, canvas.y + 4, "url(#hatch)", GREEN, f"complete remission {one['number']}: {one['start']} to {until}")
        months = f", {one['months']:g} months" if one["months"] is not None else ""
        room = canvas.x(last.low) - canvas.x(start.high) - 10
        words = next((each for each in (f"CR{one['number']}{months}", f"CR{one['number']}") if width_of(each) < room), "")
        if words:
            middle, width = (canvas.x(start.high) + canvas.x(last.low)) / 2, width_of(words) + 4
            canvas.add(
                rect(middle - width / 2, canvas.y + 5, width, BAR - 2, "#ffffff"),
                text(middle, canvas.y + 16, words, anchor="middle", halo=False),
            )
    canvas.y += ROW + 6


def _end_of(remission: RemissionView, course: CourseView, today: Span) -> tuple[Span | None, str]:
    """When a remission ended, and in words; no day where it ended on one that nobody recorded."""
    if remission["end"]:
        return span_of(remission["end"]), remission["end"]
    if remission is course["remissions"][-1] and course["state"] == "remission":
        return today, "today"
    death = next((event["date"] for event in course["events"] if event["fact"] == "death"), None)
    return (span_of(death), "death") if remission is course["remissions"][-1] and death else (None, "an unknown day")


def _events(canvas: Canvas, course: CourseView) -> None:
    """Responses, relapses with their sites, a clinician's word, phases and death."""
    marked = [(span, *_mark(event)) for event in _merged(course) if (span := span_of(event["date"]))]
    if not marked:
        return
    canvas.heading("Events")
    levels: list[float] = []
    labels: list[str] = []
    for span, shape, words in sorted(marked, key=lambda one: one[0].low):
        x, width = canvas.middle(span), width_of(words)
        left = max(min(x - width / 2, WIDTH - RIGHT - width), LEFT)
        level = next((number for number, end in enumerate(levels) if end + 8 < left), len(levels))
        levels[level : level + 1] = [left + width]
        title = f"{words}: {span.written}"
        canvas.uncertain(span, canvas.y + 3, 16, GREY, title)
        canvas.add(line(x, canvas.y + 18, x, canvas.y + 24 + level * STEP, "#C5CBD3"))
        labels += [_shape(shape, x, canvas.y + 11, title), text(left + width / 2, canvas.y + 34 + level * STEP, words, anchor="middle")]
    canvas.add(*labels)  # after all lines, so that none crosses a word
    canvas.y += 44 + (len(levels) - 1) * STEP


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
        return "back", fact if value in ("", "unspecified") else f"{fact}: {value}"
    if fact == "response":
        return "response", value
    return {
        "diagnosis": ("start", "diagnosis"),
        "death": ("end", "death"),
        "phase": ("word", f"phase: {value}"),
        "status": ("word", f"clinician: {value}"),
    }[fact]


def _shape(shape: str, x: float, y: float, title: str) -> str:
    if shape == "back":
        return triangle(x, y, 7, RED, title)
    if shape == "response":
        return circle(x, y, 5, "#ffffff", stroke=GREEN, title=title)
    if shape == "end":
        return rect(x - 6, y - 6, 12, 12, INK, title=title, radius=0)
    if shape == "word":
        return rect(x - 4, y - 4, 8, 8, "#ffffff", stroke=PURPLE, title=title, radius=0)
    return rect(x - 2, y - 8, 4, 16, INK, title=title)


def _axis(canvas: Canvas, today: Span) -> list[str]:
    """Years along the top, months where the course is short, and the day of the assessment as a dashed line with its date."""
    first, last = to_date(canvas.first), to_date(canvas.last)
    months = range(first.year * 12 + first.month, last.year * 12 + last.month)  # counted from 0, so the first is the one after ``first``
    step = next((one for one in _TICKS if len(months) // one < 12), _TICKS[-1])
    marks = []
    for month in (one for one in months if one % step == 0):
        begin = dt.date(month // 12, month % 12 + 1, 1)
        x = canvas.x(to_day(begin))
        words = str(begin.year) if step >= 12 else begin.isoformat()[:7]
        marks.append(line(x, 20, x, canvas.y, "#E1E5EA"))
        if x + width_of(words) / 2 < WIDTH:
            marks.append(text(x, 14, words, anchor="middle", colour=GREY))
    x, words = canvas.x(today.high), f"assessed {today.written}"
    right = min(x + width_of(words) / 2, WIDTH - 4)
    marks += [line(x, 20, x, canvas.y + 2, INK, dashed=True), text(right, canvas.y + 15, words, anchor="end")]
    canvas.y += 18
    return marks


def _svg(assessment: Assessment, canvas: Canvas, axis: list[str]) -> str:
    height = canvas.y + 8
    said = describe(assessment)
    hatch = (
        f'<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'<rect width="6" height="6" fill="#DFF3EC"/><line x1="0" y1="0" x2="0" y2="6" stroke="{GREEN}" stroke-width="1"/></pattern></defs>'
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {height:g}" width="{WIDTH:g}" height="{height:g}" role="img" '
        f'aria-labelledby="course-title" aria-describedby="course-description" font-family="system-ui, sans-serif">'
        f'<title id="course-title">The course over time</title><desc id="course-description">{escape(said)}</desc>{hatch}'
        f"{''.join(axis)}{''.join(canvas.marks)}</svg>"
    )


def describe(assessment: Assessment) -> str:
    """The picture in words, for who listens to the page."""
    course = assessment["course"]
    said = [f"Line {one['number']} from {one['start'] or 'an unknown day'}: {', '.join(one['therapies'])}" for one in course["lines"]]
    said += [
        f"complete remission {one['number']} from {one['start'] or 'an unknown day'} to {_end_of(one, course, _today(assessment))[1]}"
        for one in course["remissions"]
    ]
    said += [f"relapse {one['number']} on {one['date'] or 'an unknown day'} ({', '.join(one['sites'])})" for one in course["relapses"]]
    return "; ".join(said) or "Nothing is recorded that could be drawn."
