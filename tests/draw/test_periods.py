"""Periods as bars: told in words, in lanes, open or with an uncertain end, and never outside the picture."""

from __future__ import annotations

import datetime as dt
import re
import xml.etree.ElementTree as ET

from hemeline.draw import Period, periods
from hemeline.draw.periods import LEFT, WIDTH
from hemeline.when import to_day

LAST = to_day(dt.date(2026, 8, 20))
SVG = "{http://www.w3.org/2000/svg}"


def drawn(*shown: Period, label: str = "US label") -> ET.Element:
    return ET.fromstring(periods([(label, list(shown))], LAST, "When it held"))


def bars(root: ET.Element) -> list[tuple[float, float, bool]]:
    """Left, right and dashed of each bar."""
    found = [(float(one.attrib["x"]), float(one.attrib["width"]), "stroke-dasharray" in one.attrib) for one in root.iter(f"{SVG}rect")]
    return [(left, left + width, dashed) for left, width, dashed in found]


def words(root: ET.Element) -> str:
    return " | ".join(one.text or "" for one in root.iter() if one.text)


def test_a_period_is_told_in_words_with_its_number_and_its_lane() -> None:
    root = drawn(Period("2015-03", "2020", 3, "approved", "firm"))
    assert root.attrib["aria-label"] == "When it held" and root.attrib["role"] == "img"
    for part in ("US label", "3 approved", "3: approved, 2015-03 to 2020"):
        assert part in words(root)


def test_what_has_no_end_ends_in_a_point_and_what_has_no_beginning_starts_at_the_edge() -> None:
    root = drawn(Period(None, None, 1, "practice", "other"))
    assert len(list(root.iter(f"{SVG}polygon"))) == 1
    ((left, _, _),) = bars(root)
    assert left == LEFT
    assert "beginning not recorded to no end recorded" in words(root)


def test_an_uncertain_end_has_a_dashed_part_and_what_was_not_available_a_dashed_border() -> None:
    (_, full_right, full), (left, _, dashed) = bars(drawn(Period("2020", "2022-10/2023-02", 1, "accelerated", "provisional")))
    assert not full and dashed and abs(left - full_right) < 2
    ((_, _, absent),) = bars(drawn(Period("2020-01-01", None, 1, "refused", "absent")))
    assert absent


def test_periods_that_follow_each_other_do_not_overlap() -> None:
    shown = [Period("2015", "2017-06", 1, "accelerated", "provisional"), Period("2017-06", "2020-01-01", 2, "approved", "firm")]
    (_, first, _), (second, _, _) = [one for one in bars(drawn(*reversed(shown))) if not one[2]]
    assert first <= second


def test_everything_stays_inside_whatever_the_years() -> None:
    for since, until in (("1950", "1960"), ("2026-08-20", None), (None, "2030"), ("1999-12-31", "2000-01-01")):
        root = drawn(Period(since, until, 1, "approved", "firm"))
        assert all(left >= LEFT and right <= WIDTH for left, right, _ in bars(root))
        years = [int(one.text) for one in root.iter(f"{SVG}text") if one.text and re.fullmatch(r"\d{4}", one.text)]
        assert 2 <= len(years) <= 13 and years == sorted(years)


def test_markup_in_a_label_is_shown_as_text() -> None:
    assert "<script>" in words(drawn(Period("2020", None, 1, "<b>", "firm"), label="<script>"))
