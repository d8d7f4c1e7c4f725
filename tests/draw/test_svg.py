from __future__ import annotations

import xml.etree.ElementTree as ET
from itertools import combinations

from hemeline.draw import svg

_PALETTE = (svg.BLUE, svg.ORANGE, svg.GREEN, svg.RED, svg.PURPLE, svg.GREY, svg.INK)


def _light(colour: str) -> float:
    """Relative luminance as WCAG defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    dark, light = sorted((_light(one), _light(other)))
    return (light + 0.05) / (dark + 0.05)


def test_words_in_any_mark_are_escaped() -> None:
    words = "<b>&\"'"
    drawn = (
        svg.text(0, 0, words),
        svg.rect(0, 0, 1, 1, "none", title=words),
        svg.circle(0, 0, 1, "none", title=words),
        svg.diamond(0, 0, 1, "none", words),
    )
    for mark in drawn:
        root = ET.fromstring(mark)
        assert words in (root.text, root.findtext("title"))


def test_a_mark_without_words_has_no_empty_title() -> None:
    assert "title" not in svg.rect(0, 0, 1, 1, "none") + svg.circle(0, 0, 1, "none") + svg.triangle(0, 0, 1, "none")


def test_a_bar_of_no_length_can_still_be_seen() -> None:
    assert float(ET.fromstring(svg.rect(5, 0, 0, 1, "none")).attrib["width"]) > 0


def test_every_colour_of_a_mark_stands_out_from_paper() -> None:
    assert {colour: round(_contrast(colour, "#ffffff"), 1) for colour in _PALETTE if _contrast(colour, "#ffffff") < 4.5} == {}


def test_words_can_be_read_on_a_bar() -> None:
    assert _contrast(svg.INK, svg.SKY) >= 4.5


def test_no_two_colours_are_the_same() -> None:
    assert all(one != other for one, other in combinations((*_PALETTE, svg.SKY), 2))


def test_a_longer_label_is_wider() -> None:
    assert svg.width_of("relapse: marrow") > svg.width_of("relapse")
