"""What the tracks of a picture are drawn on: the scale of days, marks drawn so far, and dates as the spans they may mean."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape

from hemeline.draw.svg import rect, text, width_of
from hemeline.when import parse_date

WIDTH, LEFT, RIGHT = 960.0, 128.0, 24.0


@dataclass(frozen=True)
class Span:
    """A date as first and last day it may be."""

    low: int
    high: int
    written: str

    @property
    def exact(self) -> bool:
        return self.low == self.high


def span_of(written: str | None) -> Span | None:
    """The days that a date may mean; ``None`` where none is written."""
    interval = parse_date(written) if written else None
    return Span(interval[0], interval[1], written or "") if interval else None


@dataclass
class Canvas:
    """Marks drawn so far, the scale of days, and how far down the picture reaches."""

    first: int
    last: int
    marks: list[str] = field(default_factory=list)
    y: float = 26.0

    def x(self, day: int) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (day - self.first) / max(self.last - self.first, 1)

    def middle(self, span: Span) -> float:
        return (self.x(span.low) + self.x(span.high)) / 2

    def add(self, *marks: str) -> None:
        self.marks += marks

    def heading(self, words: str, down: float = 15) -> None:
        self.add(text(8, self.y + down, words, bold=True))

    def uncertain(self, span: Span, y: float, height: float, stroke: str, title: str) -> None:
        """A dashed border around the days that an inexact date may mean."""
        if not span.exact:
            left = self.x(span.low)
            self.add(rect(left, y, self.x(span.high) - left, height, "none", stroke=stroke, title=title, dashed=True))

    def label(self, left: float, right: float, y: float, words: str) -> None:
        """A label to the right of a mark, or to its left where there is no room; shortened where there is none on either side."""
        room, before = WIDTH - RIGHT - right, left - LEFT
        if width_of(words) <= room:
            self.add(text(right, y, words))
        elif width_of(words) <= before:
            self.add(text(left, y, words, anchor="end"))
        else:
            keep = max(int(max(room, before) / width_of("x")) - 1, 6)
            shortened = words if len(words) <= keep else words[: keep - 1] + "…"
            place = text(right, y, shortened) if room > before else text(left, y, shortened, anchor="end")
            self.add(f"<g><title>{escape(words)}</title>{place}</g>")
