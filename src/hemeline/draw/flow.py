"""A flow of people from column to column (a Sankey diagram): boxes and the bands between them, as wide as they have people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from textwrap import wrap
from typing import Literal

from hemeline.draw.svg import BLUE, GREEN, INK, SKY, document, hatch, path, rect, text

Kind = Literal["treatment", "other", "staying", "died"]
_WIDTH, _TOP, _HEIGHT, _BOX, _LABEL, _SMALL = 1060.0, 34.0, 380.0, 14.0, 190.0, 12.0
_BESIDE = 6.0  # between boxes
_FILLS = {"treatment": (BLUE, BLUE), "other": ("url(#{name}-other)", BLUE), "staying": ("#ffffff", GREEN), "died": (INK, INK)}
_BANDS = {"treatment": SKY, "other": SKY, "staying": "#BFD8CE", "died": "#9AA3AE"}


@dataclass(frozen=True)
class Box:
    """People at one place of a column: how many, and in words."""

    column: int
    label: str
    size: float
    said: str
    kind: Kind = "treatment"


@dataclass(frozen=True)
class Band:
    """People who go from one box to another, by their positions in the list of boxes; how many in figures and in words."""

    start: int
    end: int
    size: float
    count: str
    said: str


@dataclass
class _Place:
    x: float
    y: float
    height: float
    left: float = 0  # how far its bands reach, on either side
    right: float = 0


def flow(name: str, title: str, heads: tuple[str, ...], boxes: list[Box], bands: list[Band]) -> str:
    """The picture; boxes of a column stand in the order given."""
    tallest = max((sum(box.size for box in boxes if box.column == column) for column in range(len(heads))), default=0)
    scale = _HEIGHT / max(tallest, 1)
    places = _placed(len(heads), boxes, bands, scale)
    marks = [text(_x(column, len(heads)), 18, head, bold=True) for column, head in enumerate(heads)]
    marks += _bands(boxes, bands, places, scale)
    for box, place in zip(boxes, places, strict=True):
        fill, stroke = _FILLS[box.kind]
        marks.append(
            rect(place.x, place.y, _BOX, place.height, fill.format(name=name), stroke=stroke, title=f"{box.label}: {box.said}", radius=1)
        )
    marks += [mark for box, place in zip(boxes, places, strict=True) for mark in _label(box, place)]
    bottom = max((place.y + max(place.height, _slot(box)) for box, place in zip(boxes, places, strict=True)), default=_TOP)
    said = "; ".join([f"{heads[box.column]}: {box.label} {box.said}" for box in boxes] + [band.said for band in bands])
    return document(name, title, said, _WIDTH, bottom + 12, marks, [hatch(f"{name}-other", "#DCE9F5", BLUE)])


def _x(column: int, columns: int) -> float:
    return 8 + (_WIDTH - 16 - _BOX - _LABEL) * column / max(columns - 1, 1)


def _placed(columns: int, boxes: list[Box], bands: list[Band], scale: float) -> list[_Place]:
    below = [_TOP] * columns
    places = []
    for number, box in enumerate(boxes):
        height = max(box.size, *_through(number, bands)) * scale
        places.append(_Place(_x(box.column, columns), below[box.column], max(height, 3)))
        below[box.column] += max(height, _slot(box)) + _BESIDE
    return places


def _through(number: int, bands: list[Band]) -> tuple[float, float]:
    """What goes out of a box and what comes in; with rounded numbers that may be more than is in it."""
    return sum(band.size for band in bands if band.start == number), sum(band.size for band in bands if band.end == number)


def _bands(boxes: list[Box], bands: list[Band], places: list[_Place], scale: float) -> Iterable[str]:
    for band in sorted(bands, key=lambda one: (one.start, one.end)):
        start, end, thick = places[band.start], places[band.end], band.size * scale
        x, to = start.x + _BOX, end.x
        y, down = start.y + start.right, end.y + end.left
        start.right, end.left = start.right + thick, end.left + thick
        middle = (x + to) / 2
        steps = (
            f"M{x:.1f} {y:.1f}C{middle:.1f} {y:.1f} {middle:.1f} {down:.1f} {to:.1f} {down:.1f}"
            f"V{down + thick:.1f}C{middle:.1f} {down + thick:.1f} {middle:.1f} {y + thick:.1f} {x:.1f} {y + thick:.1f}Z"
        )
        yield path(steps, fill=_BANDS[boxes[band.end].kind], width=0, opacity=0.6, title=band.said)


def _lines(box: Box) -> list[str]:
    return wrap(f"{box.label} ({box.said})", int((_LABEL - 10) / (_SMALL * 0.58)))


def _slot(box: Box) -> float:
    return len(_lines(box)) * (_SMALL + 2) + 2


def _label(box: Box, place: _Place) -> list[str]:
    lines = _lines(box)
    top = place.y + max(place.height - _slot(box), 0) / 2 + _SMALL
    words = [text(place.x + _BOX + 5, top + number * (_SMALL + 2), one, size=_SMALL) for number, one in enumerate(lines)]
    return [f"<g><title>{escape(box.label)}</title>", *words, "</g>"]


__all__ = ["Band", "Box", "Kind", "flow"]
