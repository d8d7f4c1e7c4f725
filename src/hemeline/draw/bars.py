"""Shares of people by verdict, a bar for each therapy: words, marks and patterns say what the colours repeat."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from hemeline.draw.svg import GREEN, GREY, INK, ORANGE, document, hatch, line, rect, shortened, text

_WIDTH, _LEFT, _BAR, _ROW, _NUMBER = 960.0, 346.0, 16.0, 26.0, 94.0
_FILLS = {"yes": GREEN, "unknown": "url(#bars-unknown)", "no": "#E1E5EA", "hidden": "#ffffff"}
_PATTERNS = [hatch("bars-unknown", "#FCEBD9", ORANGE)]


@dataclass(frozen=True)
class Piece:
    """A part of a bar: ``kind`` is a verdict, or ``hidden`` for counts too small to show."""

    kind: str
    share: float
    said: str


@dataclass(frozen=True)
class Bar:
    """A bar with its name, and the numbers written beside it."""

    label: str
    pieces: tuple[Piece, ...]
    numbers: tuple[str, ...]


def bars(name: str, title: str, heads: tuple[str, ...], rows: list[Bar]) -> str:
    """The bars below each other, with columns of numbers under ``heads``."""
    right = _WIDTH - _NUMBER * len(heads) - 8
    marks = [text(right + _NUMBER * (place + 1), 18, head, anchor="end", bold=True) for place, head in enumerate(heads)]
    y = 30.0
    for row in rows:
        marks += [f"<g><title>{escape(row.label)}</title>{text(_LEFT - 8, y + 12, shortened(row.label, _LEFT - 14), anchor='end')}</g>"]
        marks += _pieces(row, y, right)
        marks += [text(right + _NUMBER * (place + 1), y + 12, words, anchor="end") for place, words in enumerate(row.numbers)]
        y += _ROW
    marks += [text(_LEFT + (right - _LEFT) * part, y + 12, f"{part:.0%}", anchor="middle", colour=GREY, size=11) for part in (0, 0.5, 1)]
    said = "; ".join(f"{row.label}: {', '.join(f'{head} {words}' for head, words in zip(heads, row.numbers, strict=True))}" for row in rows)
    return document(name, title, said, _WIDTH, y + 22, marks, _PATTERNS)


def _pieces(row: Bar, y: float, right: float) -> list[str]:
    marks, x = [], _LEFT
    for piece in row.pieces:
        width = (right - _LEFT) * piece.share
        if width > 0:
            hidden = piece.kind == "hidden"
            border = GREY if hidden or piece.kind == "no" else INK
            marks.append(rect(x, y, width, _BAR, _FILLS[piece.kind], stroke=border, title=piece.said, radius=0, dashed=hidden))
        x += width
    return [*marks, line(_LEFT, y, _LEFT, y + _BAR, INK)]
