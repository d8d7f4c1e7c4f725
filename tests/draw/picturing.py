"""Pictures taken apart: the marks of an SVG with their words, and the labels."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import dataclass

from hemeline.assessment.shape import Assessment
from hemeline.draw import timeline

_SVG = "{http://www.w3.org/2000/svg}"


@dataclass(frozen=True)
class Mark:
    """A shape with its words (for who points at it), its extent from left to right, and whether its border is dashed."""

    shape: str
    words: str
    left: float
    right: float
    dashed: bool
    fill: str


@dataclass(frozen=True)
class Picture:
    """An SVG taken apart."""

    root: ET.Element

    @property
    def marks(self) -> list[Mark]:
        found = [_mark(one) for one in self.root.iter() if one.tag[len(_SVG) :] in ("rect", "circle", "polygon")]
        return [one for one in found if one.words]

    def marked(self, words: str) -> list[Mark]:
        """The marks whose words begin so."""
        return [one for one in self.marks if one.words.startswith(words)]

    @property
    def labels(self) -> list[str]:
        return [one.text or "" for one in self.root.iter(f"{_SVG}text")]

    def said(self, tag: str) -> str:
        """The title or description of the whole."""
        return self.root.findtext(f"{_SVG}{tag}") or ""

    @property
    def width(self) -> float:
        return float(self.root.attrib["width"])


def picture(assessment: Assessment) -> Picture:
    """The timeline of an assessment."""
    return Picture(ET.fromstring(timeline(assessment)))


def _mark(element: ET.Element) -> Mark:
    get, shape = element.attrib.get, element.tag[len(_SVG) :]
    if shape == "polygon":
        across = [float(point.split(",")[0]) for point in get("points", "").split()]
        shape = {3: "triangle", 4: "diamond"}[len(across)]
        left, right = min(across), max(across)
    elif shape == "circle":
        left, right = (float(get("cx", "0")) + sign * float(get("r", "0")) for sign in (-1, 1))
    else:
        left = float(get("x", "0"))
        right = left + float(get("width", "0"))
    return Mark(shape, element.findtext(f"{_SVG}title") or "", left, right, get("stroke-dasharray") is not None, get("fill", ""))
