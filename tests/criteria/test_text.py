"""Criteria in words."""

from __future__ import annotations

import pytest

from hemeline.criteria import Tree
from hemeline.criteria.text import text_of_tree
from tests.criteria.making import all_of, any_of, at_least, no, truth

A, B, C = truth("a"), truth("b"), truth("c")


@pytest.mark.parametrize(
    ("tree", "text"),
    [
        (A, "a"), (all_of(A, B), "a and b"), (any_of(A, B, C), "a, or b, or c"), (no(A), "not: a"), (no(any_of(A, B)), "none of: a, b"),
        (no(all_of(A, B)), "not: a and b"), (at_least(2, A, B, C), "at least 2 of: a; b; c"),
        (all_of(A, any_of(B, C)), "a and (b, or c)"), (any_of(all_of(A, B), C), "(a and b), or c"), (all_of(A, all_of(B)), "a and b"),
        (no(any_of(all_of(A, B), C)), "none of: (a and b), c"),
    ],
)  # fmt: skip
def test_a_criterion_is_a_phrase_with_inner_groups_in_brackets(tree: Tree, text: str) -> None:
    assert text_of_tree(tree) == text
