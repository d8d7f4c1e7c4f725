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


def path(
    steps: str, *, fill: str = "none", stroke: str = "none", width: float = 2, dash: str = "", opacity: float = 1, title: str = ""
) -> str:
    """A line or shape of any form."""
    inside = f"<title>{escape(title)}</title>" if title else ""
    more = (f' stroke-dasharray="{dash}"' if dash else "") + (f' opacity="{opacity:g}"' if opacity != 1 else "")
    return f'<path d="{steps}" fill="{fill}" stroke="{stroke}" stroke-width="{width:g}"{more}>{inside}</path>'


def hatch(name: str, ground: str, stripe: str, *, turn: int = 45) -> str:
    """A pattern of stripes, to be filled with as ``url(#name)``."""
    return (
        f'<pattern id="{name}" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate({turn})">'
        f'<rect width="6" height="6" fill="{ground}"/><line x1="0" y1="0" x2="0" y2="6" stroke="{stripe}" stroke-width="2"/></pattern>'
    )


def document(name: str, title: str, said: str, width: float, height: float, marks: list[str], patterns: list[str] | None = None) -> str:
    """A whole picture; ``name`` is its own on a page, ``said`` are its words for who cannot see it."""
    defs = f"<defs>{''.join(patterns)}</defs>" if patterns else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}" role="img" '
        f'aria-labelledby="{name}-title" aria-describedby="{name}-words" font-family="system-ui, sans-serif">'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-words">{escape(said)}</desc>{defs}'
        f'<rect width="{width:g}" height="{height:g}" fill="#ffffff"/>{"".join(marks)}</svg>'
    )


def shortened(words: str, room: float, size: float = SIZE) -> str:
    """Words cut to some pixels."""
    keep = max(int(room / (size * _CHARACTER)), 4)
    return words if len(words) <= keep else words[: keep - 1].rstrip(" ,+") + "…"
