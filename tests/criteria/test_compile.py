"""Criteria judged in columns: the verdict is the one that Kleene's logic gives, whatever is known."""

from __future__ import annotations

import math
from collections.abc import Mapping

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hemeline.criteria import (
    NO,
    PERHAPS,
    YES,
    Compare,
    Is,
    Leaf,
    Tree,
    judge,
    leaf_columns,
    leaf_expression,
    leaves_of,
    tree_expression,
)
from hemeline.truth import Truth, any_of
from tests.criteria.making import leaves, number, trees, truth, words

Answers = Mapping[str, float]
_TRUTH: dict[float, Truth] = {NO: False, PERHAPS: None, YES: True}


@st.composite
def answers(draw: st.DrawFn) -> dict[str, float]:
    """What is known of somebody: three truths, and the bounds of two numbers."""
    found: dict[str, float] = {name: draw(st.sampled_from([NO, PERHAPS, YES])) for name in "abc"}
    for name in "xy":
        low, high = sorted(draw(st.tuples(*[st.sampled_from([-math.inf, 0.0, 0.5, 1.0, 2.0, 3.0, 3.5, math.inf])] * 2)))
        found |= {f"{name}.low": low, f"{name}.high": high}
    return found


def of_leaf(leaf: Leaf, known: Answers) -> Truth:
    """The truth of a leaf, found by trying what each number may be."""
    test = leaf.test
    if isinstance(test, Is):
        found = _TRUTH[known[test.column]]
        return found if test.wanted or found is None else not found
    if not isinstance(test, Compare):
        return any_of(_TRUTH[known[column]] for column in test.columns)
    low, high = known[f"{test.column}.low"], known[f"{test.column}.high"]
    tried = {one for one in (low, high, test.limit, math.nextafter(test.limit, 9), math.nextafter(test.limit, -9)) if low <= one <= high}
    meets = {"<": float.__lt__, "<=": float.__le__, ">": float.__gt__, ">=": float.__ge__, "=": float.__eq__}[test.sign]
    outcomes = {meets(one, test.limit) for one in tried}
    return outcomes.pop() if len(outcomes) == 1 else None


def frame_of(people: list[dict[str, float]]) -> pl.DataFrame:
    types = {name: pl.Int8 if name in "abc" else pl.Float64 for name in people[0]}
    return pl.DataFrame(people, schema=types)


def judged(tree: Tree, people: list[dict[str, float]]) -> list[Truth]:
    """The verdicts of a tree over several people, in columns."""
    columns = leaf_columns([tree])
    frame = frame_of(people).select(leaf_expression(leaf).alias(name) for leaf, name in columns.items())
    return frame.select(tree_expression(tree, columns).alias("verdict"))["verdict"].to_list()


@settings(max_examples=300, deadline=None)
@given(leaves(), st.lists(answers(), min_size=1, max_size=6))
def test_a_leaf_is_known_exactly_if_what_is_possible_settles_it(leaf: Leaf, people: list[dict[str, float]]) -> None:
    found = frame_of(people).select(leaf_expression(leaf).alias("found"))["found"].to_list()
    assert found == [of_leaf(leaf, known) for known in people]


@settings(max_examples=300, deadline=None)
@given(trees(), st.lists(answers(), min_size=1, max_size=6))
def test_a_verdict_in_columns_is_that_of_kleenes_logic(tree: Tree, people: list[dict[str, float]]) -> None:
    assert judged(tree, people) == [judge(tree, lambda leaf, known=known: of_leaf(leaf, known)) for known in people]  # type: ignore[misc]


@pytest.mark.parametrize(
    ("leaf", "low", "high", "verdict"),
    [
        (number("x", ">=", 2), 2, 3, True), (number("x", ">=", 2), 1, 2, None), (number("x", ">=", 2), 0, 1, False),
        (number("x", ">", 2), 2, 3, None), (number("x", "<", 2), 1, 2, None), (number("x", "<=", 2), 1, 2, True),
        (number("x", "=", 2), 2, 2, True), (number("x", "=", 2), 1, 3, None), (number("x", "=", 2), 3, 4, False),
        (number("x", "<", 0.01), 0, math.nextafter(0.01, 0), True),
    ],
)  # fmt: skip
def test_an_interval_meets_a_limit_if_all_of_it_does(leaf: Leaf, low: float, high: float, verdict: Truth) -> None:
    assert judged(leaf, [{"x.low": low, "x.high": high}]) == [verdict]


def test_the_same_question_is_one_column() -> None:
    asked = [truth("a"), truth("a", wanted=False), truth("a"), words("w", "a", "b")]
    columns = leaf_columns(asked)
    assert list(columns) == [asked[0], asked[1], asked[3]] and len(set(columns.values())) == 3


@given(trees())
def test_every_leaf_of_a_tree_has_a_column(tree: Tree) -> None:
    assert set(leaf_columns([tree])) == set(leaves_of(tree))
