"""Pictures of many people: what is drawn is as large as its numbers, said in words, and stays on the paper."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from hemeline.draw.bars import Bar, Piece, bars
from hemeline.draw.curves import Curve, curves
from hemeline.draw.flow import Band, Box, flow
from hemeline.draw.swimmer import Lane, Stretch, swimmer

SVG = "{http://www.w3.org/2000/svg}"
BOXES = [Box(0, "A & B", 60, "60"), Box(0, "C", 40, "40"), Box(1, "D", 30, "30"), Box(1, "died", 70, "70", "died")]
BANDS = [
    Band(0, 2, 20, "20", "A & B to D: 20"),
    Band(0, 3, 40, "40", "A & B to died: 40"),
    Band(1, 2, 10, "10", "C to D: 10"),
    Band(1, 3, 30, "30", ""),
]
FALLING = Curve("one", (0, 1, 2), (1.0, 0.6, 0.2), (1.0, 0.4, 0.1), (1.0, 0.8, 0.5), ("10", "5", "<5"))
LANE = Lane(
    "A disease <with> a long name that needs two rows", 40, True,
    (Stretch(0, 6, 1, "line 1, month 0 to 6"), Stretch(12, 12, 2, "line 2, month 12", failed=True)),
    (Stretch(2, 12, 1, "complete remission 1, month 2 to 12"),), (12.0,),
)  # fmt: skip
DRAWN = {
    "flow": flow("f", "Flow", ("Line 1", "Line 2"), BOXES, BANDS),
    "curves": curves("c", "Curves", "alive", "months", (0, 1, 2), [FALLING, FALLING]),
    "bars": bars("b", "Bars", ("yes", "no"), [Bar("T <x>", (Piece("yes", 0.25, "yes: 1"), Piece("no", 0.75, "no: 3")), ("1", "3"))]),
    "swimmer": swimmer("s", "Courses", "months", [LANE, LANE]),
    "an empty flow": flow("f", "Flow", (), [], []),
    "no courses": swimmer("s", "Courses", "months", []),
}


@pytest.fixture(params=DRAWN)
def picture(request: pytest.FixtureRequest) -> ET.Element:
    return ET.fromstring(DRAWN[request.param])


def marks(name: str, shape: str) -> list[dict[str, str]]:
    return [{**one.attrib, "words": one.findtext(f"{SVG}title") or ""} for one in ET.fromstring(DRAWN[name]).iter(f"{SVG}{shape}")]


def test_a_picture_has_a_title_and_words(picture: ET.Element) -> None:
    title, words = picture.find(f"{SVG}title"), picture.find(f"{SVG}desc")
    assert title is not None and title.text and words is not None
    assert (picture.attrib["aria-labelledby"], picture.attrib["aria-describedby"]) == (title.attrib["id"], words.attrib["id"])


def test_nothing_lies_outside_the_paper(picture: ET.Element) -> None:
    width, height = float(picture.attrib["width"]), float(picture.attrib["height"])
    for one in picture.iter():
        if "x" in one.attrib and one.tag != f"{SVG}pattern":
            assert 0 <= float(one.attrib["x"]) <= width and 0 <= float(one.attrib["y"]) <= height


def test_every_fill_by_pattern_is_defined(picture: ET.Element) -> None:
    named = {one.attrib["id"] for one in picture.iter(f"{SVG}pattern")}
    assert {one.attrib["fill"][5:-1] for one in picture.iter() if one.attrib.get("fill", "").startswith("url(")} <= named


def test_boxes_are_as_tall_as_they_have_people() -> None:
    tall = {one["words"].split(":")[0]: float(one["height"]) for one in marks("flow", "rect") if ":" in one["words"]}
    assert tall["A & B"] / tall["C"] == pytest.approx(1.5, rel=0.01) and tall["died"] / tall["D"] == pytest.approx(7 / 3, rel=0.01)


def test_bands_say_who_goes_where() -> None:
    assert {"A & B to D: 20", "C to D: 10"} <= {one["words"] for one in marks("flow", "path")}
    assert "A & B to died: 40" in (ET.fromstring(DRAWN["flow"]).findtext(f"{SVG}desc") or "")


def test_a_box_that_rounding_made_smaller_than_its_bands_holds_them_all() -> None:
    drawn = ET.fromstring(flow("f", "Flow", ("1", "2"), [Box(0, "A", 10, "10"), Box(1, "B", 15, "15")], [Band(0, 1, 15, "15", "")]))
    heights = [float(one.attrib["height"]) for one in drawn.iter(f"{SVG}rect") if one.findtext(f"{SVG}title")]
    assert heights[0] == heights[1]


def test_curves_are_told_apart_without_colour_and_step_down() -> None:
    lines = [one for one in marks("curves", "path") if one["words"] == "one" and "V" in one["d"]]
    assert len({one.get("stroke-dasharray") for one in lines}) == len(lines) == 2
    heights = [float(each) for each in re.findall(r"V([0-9.]+)", lines[0]["d"])]
    assert heights == sorted(heights)


def test_the_letter_at_the_end_of_each_curve_stands_in_the_list_and_in_its_row() -> None:
    words = [one.text for one in ET.fromstring(DRAWN["curves"]).iter(f"{SVG}text")]
    assert [words.count(letter) for letter in "ABC"] == [3, 3, 0]


def test_letters_of_curves_that_end_together_do_not_touch() -> None:
    ends = [one for one in marks("curves", "text") if float(one["x"]) > 900 and one.get("font-weight")]
    assert len(ends) == 2 and abs(float(ends[0]["y"]) - float(ends[1]["y"])) >= 14


def test_a_curve_keeps_its_letter_where_another_is_left_out() -> None:
    drawn = curves("c", "Curves", "alive", "months", (0, 1, 2), [replace(FALLING, place=0), replace(FALLING, place=2)])
    words = [one.text for one in ET.fromstring(drawn).iter(f"{SVG}text")]
    assert [words.count(letter) for letter in "ABC"] == [3, 0, 3]


def test_a_single_curve_is_named_above_its_axis() -> None:
    words = [one.text for one in ET.fromstring(curves("c", "Curves", "alive", "months", (0, 1, 2), [FALLING])).iter(f"{SVG}text")]
    assert "alive: one" in words and "A" not in words


def test_under_curves_stands_how_many_are_observed() -> None:
    words = [one.text for one in ET.fromstring(DRAWN["curves"]).iter(f"{SVG}text")]
    assert [words.count(each) for each in ("10", "5", "<5")] == [2, 2, 2]


def test_bars_are_as_long_as_their_shares() -> None:
    yes, no = (float(one["width"]) for one in marks("bars", "rect") if one["words"])
    assert no / yes == pytest.approx(3, rel=0.01)


def test_a_lane_shows_lines_remissions_relapses_failure_and_death() -> None:
    words = [one["words"] for shape in ("rect", "polygon", "path") for one in marks("swimmer", shape) if one["words"]]
    for said in (
        "line 1, month 0 to 6",
        "complete remission 1, month 2 to 12",
        "relapse, month 12",
        "line 2, month 12: failed",
        "death, month 40",
    ):
        assert words.count(said) == 2


def test_what_happens_after_the_last_month_shown_is_counted() -> None:
    short = [Lane("A", 10, True, (Stretch(0, 5, 1, "line 1"),), (), ())] * 19
    late = Lane("A", 90, True, (Stretch(0, 5, 1, "line 1"),), (), (80.0,))
    words = [one.text for one in ET.fromstring(swimmer("s", "Courses", "months", [*short, late])).iter(f"{SVG}text")]
    assert "1 relapse, died" in words


def test_the_same_numbers_give_the_same_picture() -> None:
    assert flow("f", "Flow", ("Line 1", "Line 2"), BOXES, BANDS) == DRAWN["flow"]
