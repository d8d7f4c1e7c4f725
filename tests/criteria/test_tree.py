"""The shape of a criterion, and its verdict from the truths of its leaves."""

from __future__ import annotations

import pytest

from hemeline.criteria import Group, Tree, judge, leaves_of
from hemeline.truth import Truth
from tests.criteria.making import all_of, any_of, at_least, no, number, truth, words

A, B, C = truth("a"), truth("b"), truth("c")


@pytest.mark.parametrize(
    ("tree", "truths", "verdict"),
    [
        (A, {"a": None}, None), (all_of(A, B), {"a": True, "b": None}, None), (all_of(A, B), {"a": False, "b": None}, False),
        (any_of(A, B), {"a": True, "b": None}, True), (any_of(A, B), {"a": False, "b": None}, None), (no(A), {"a": False}, True),
        (at_least(2, A, B, C), {"a": True, "b": None, "c": True}, True), (at_least(2, A, B, C), {"a": True, "b": None, "c": False}, None),
        (at_least(2, A, B, C), {"a": False, "b": None, "c": False}, False),
        (all_of(A, no(any_of(B, C))), {"a": True, "b": False, "c": False}, True),
    ],
)  # fmt: skip
def test_the_verdict_follows_from_the_leaves(tree: Tree, truths: dict[str, Truth], verdict: Truth) -> None:
    assert judge(tree, lambda leaf: truths[leaf.name]) is verdict


def test_leaves_come_in_the_order_written_each_time_they_are_asked() -> None:
    tree: Group = all_of(A, no(any_of(B, A)), at_least(1, C))
    assert [leaf.name for leaf in leaves_of(tree)] == ["a", "b", "a", "c"]


def test_a_leaf_names_the_columns_it_reads() -> None:
    assert number("x", ">=", 2).columns == ("x.low", "x.high")
    assert truth("a").columns == ("a",) and words("w", "w:p", "w:q").columns == ("w:p", "w:q")
