"""The few SVG elements that the pictures are made of."""

from __future__ import annotations

from html import escape

# Okabe and Ito's palette, told apart with any colour vision; every mark also differs in shape or pattern.
BLUE, ORANGE, GREEN, RED, PURPLE, SKY, GREY, INK = "#0072B2", "#B35900", "#00735C", "#B83A00", "#8F4A78", "#56B4E9", "#6B7280", "#1F2933"
SIZE = 13.0  # of labels; a page on paper or a phone shows the picture smaller than it is drawn
_CHARACTER = 0.62  # mean width of a character as a part of the size, in a wide typeface
_HALO = ' stroke="#ffffff" stroke-width="3" stroke-linejoin="round" paint-order="stroke"'


def width_of(text: str) -> float:
    """Roughly how wide a label is, in pixels."""
    return len(text) * SIZE * _CHARACTER


def text(
    x: float,
    y: float,
    words: str,
    *,
    anchor: str = "start",
    colour: str = INK,
    bold: bool = False,
    size: float = SIZE,
    halo: bool = True,
) -> str:
    """A label; its white rim keeps it readable where a line passes behind it."""
    more = (' font-weight="600"' if bold else "") + (_HALO if halo else "")
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}" font-size="{size:g}"{more}>{escape(words)}</text>'


def rect(
    x: float,
    y: float,
    width: float,
    height: float,
    fill: str,
    *,
    stroke: str = "none",
    title: str = "",
    dashed: bool = False,
    radius: float = 2,
) -> str:
    """A bar, with words for who points at it."""
    dash = ' stroke-dasharray="3 2"' if dashed else ""
    inside = f"<title>{escape(title)}</title>" if title else ""
    place = f'x="{x:.1f}" y="{y:.1f}" width="{max(width, 0.5):.1f}" height="{height:.1f}" rx="{radius:g}"'
    return f'<rect {place} fill="{fill}" stroke="{stroke}"{dash}>{inside}</rect>'


def line(x1: float, y1: float, x2: float, y2: float, stroke: str, *, width: float = 1, dashed: bool = False) -> str:
    """A line."""
    dash = ' stroke-dasharray="4 3"' if dashed else ""
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{stroke}" stroke-width="{width:g}"{dash}/>'


def polygon(points: list[tuple[float, float]], fill: str, *, stroke: str = "none", title: str = "") -> str:
    """A filled shape."""
    inside = f"<title>{escape(title)}</title>" if title else ""
    return f'<polygon points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in points)}" fill="{fill}" stroke="{stroke}">{inside}</polygon>'


def circle(x: float, y: float, radius: float, fill: str, *, stroke: str = "none", title: str = "") -> str:
    """A dot."""
    inside = f"<title>{escape(title)}</title>" if title else ""
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}" fill="{fill}" stroke="{stroke}" stroke-width="1.5">{inside}</circle>'


def diamond(x: float, y: float, size: float, fill: str, title: str = "") -> str:
    """A diamond: what is given on one day."""
    return polygon([(x, y - size), (x + size, y), (x, y + size), (x - size, y)], fill, title=title)


def triangle(x: float, y: float, size: float, fill: str, title: str = "") -> str:
    """A triangle that points down: the disease is back."""
    return polygon([(x - size, y - size), (x + size, y - size), (x, y + size)], fill, title=title)
