"""A small count cannot be worked out from what is shown beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hemeline.cohort.suppress import WITHHELD, Cell, about, blurred, crossed, protect, protect_beside, rounded, single

COUNTS = st.lists(st.one_of(st.integers(0, 6), st.integers(0, 400)), min_size=1, max_size=5)
LEAST = st.integers(2, 6)


def possible(cell: Cell, least: int, most: int) -> range:
    """What a count may be, by what is shown of it alone."""
    if cell.number is not None:
        return range(cell.number, cell.number + 1)
    if cell.words == f"<{least}":
        return range(1, least)
    return range(max(cell.at_least, least), most + 1)


def fitting(cells: Sequence[Cell], total: int, least: int) -> Iterator[set[int]]:
    """For each small count, the numbers that it may be with that total."""
    small = [cell for cell in cells if cell.words == f"<{least}"]
    rest = [possible(cell, least, total) for cell in cells if cell.words != f"<{least}"]
    lowest, highest = sum(one.start for one in rest), sum(one.stop - 1 for one in rest)
    ways = [way for way in product(range(1, least), repeat=len(small)) if lowest <= total - sum(way) <= highest]
    for place in range(len(small)):
        yield {way[place] for way in ways}


@given(COUNTS, LEAST)
def test_a_small_count_beside_a_total_may_be_at_least_two_numbers(counts: list[int], least: int) -> None:
    cells, total = protect(counts, least)
    assert all(f"<{least}" == cell.words for cell, count in zip(cells, counts, strict=True) if 0 < count < least)
    if total.number is not None and least > 2:  # of counts under 2 all are 1
        assert all(len(each) > 1 for each in fitting(cells, sum(counts), least))


@given(COUNTS, LEAST)
def test_what_is_shown_is_true(counts: list[int], least: int) -> None:
    cells, total = protect(counts, least)
    for cell, count in zip([*cells, total], [*counts, sum(counts)], strict=True):
        assert cell.number in (None, count) and cell.at_least <= count


@given(COUNTS)
def test_nothing_is_withheld_when_nothing_is_asked_to_be(counts: list[int]) -> None:
    cells, total = protect(counts, 1)
    assert [*(cell.number for cell in cells), total.number] == [*counts, sum(counts)]


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ([430, 7, 2, 10], ["≥428", "7", "<5", "10"]),
        ([0, 3, 600], ["0", "<5", "≥599"]),
        ([10, 20], ["10", "20"]),
        ([3], ["<5"]),
        ([1, 5], ["<5", WITHHELD]),
    ],
)
def test_counts_as_shown(counts: list[int], shown: list[str]) -> None:
    assert [cell.words for cell in protect(counts, 5)[0]] == shown


def test_where_all_small_counts_would_follow_from_the_total_the_total_is_withheld() -> None:
    cells, total = protect([4, 4], 5)
    assert [cell.words for cell in cells] == ["<5", "<5"] and total.words == WITHHELD


def test_a_count_beside_a_small_one_is_withheld_with_its_parts() -> None:
    cells, within, outside = protect_beside([700, 47], 3, 5)
    assert outside.words == "<5" and within.number is None
    assert sum(cell.number or 0 for cell in cells) < 747


def test_a_column_adds_up_what_is_shown() -> None:
    found = crossed(["a", "b", "never"], [("x", [10, 3, 0], 20), ("y", [30, 40, 0], 50)], 5)
    assert found.heads == ["a", "b"]
    assert [[cell.words for cell in cells] for _, cells in found.rows] == [["≥9", "<5", "13", "20", "33"], ["30", "40", "70", "50", "120"]]
    assert found.feet == ["≥39", "≥40", "83", "70", "153"]


def test_a_row_whose_total_is_small_shows_no_part_and_no_other_total_gives_it_away() -> None:
    found = crossed(["a"], [("x", [2], 0), ("y", [30], 50)], 5)
    (_, small), (_, large) = found.rows
    assert {cell.words for cell in small} <= {"<5", "0"}
    assert large[-1].number is None and sum(cell.number or 0 for cell in large[1:-1]) < 80


def test_a_table_of_nobody_has_no_rows() -> None:
    assert crossed(["a"], [], 5).rows == []


@pytest.mark.parametrize(("count", "words"), [(0, "0"), (4, "<5"), (5, "5"), (7, "5"), (8, "10"), (1234, "1,235")])
def test_a_rounded_count(count: int, words: str) -> None:
    assert about(count, 5) == words


def test_without_withholding_nothing_is_rounded() -> None:
    assert [rounded(count, 1) for count in range(9)] == list(range(9))
    assert about(3, 1) == "3" and single(3, 1).words == "3"


@given(COUNTS, LEAST)
def test_a_blurred_count_is_near_and_a_blurred_bound_is_true(counts: list[int], least: int) -> None:
    for cell, count in zip(protect(counts, least)[0], counts, strict=True):
        found = blurred(cell, least)
        assert found.at_least <= count if found.number is None else abs(found.number - count) <= least / 2
