"""Proof that a criterion can come out yes, no and unknown."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings

from hemeline.criteria import Compare, Is, Leaf, Tree, judge, unreachable
from hemeline.knowledge import Knowledge
from tests.criteria.making import all_of, any_of, at_least, no, number, trees, truth

A, B = truth("a"), truth("b")
LOW, HIGH = number("x", "<", 1), number("x", ">", 2)


@pytest.mark.parametrize(
    ("tree", "never"),
    [
        (A, ()), (all_of(A, B), ()), (all_of(A, no(A)), ("yes",)), (any_of(A, no(A)), ("no",)),
        (all_of(A, truth("a", wanted=False)), ("yes",)),
        (all_of(LOW, HIGH), ("yes",)), (any_of(LOW, HIGH), ()), (any_of(number("x", "<", 3), number("x", ">", 2)), ("no",)),
        (any_of(number("x", "<", 2), number("x", ">", 2)), ()),  # no only at 2 itself
        (all_of(number("x", ">", 2), number("x", "<", 3)), ()),  # yes only between
        (all_of(number("x", ">", 0.01), number("x", "<", 0.1)), ()),  # however near the limits lie
        (all_of(number("x", ">=", 2), number("x", "<=", 2), number("x", "=", 2)), ()),
        (all_of(number("x", ">", 2), number("x", "<=", 2)), ("yes",)),
        (at_least(2, A, no(A), B), ()), (at_least(3, A, no(A), B), ("yes",)), (at_least(1, A, no(A), B), ("no",)),
        (all_of(any_of(A, B), no(A), no(B)), ("yes",)),
    ],
)  # fmt: skip
def test_a_verdict_that_no_answers_give_is_named(tree: Tree, never: tuple[str, ...]) -> None:
    assert unreachable(tree) == never


def can_be(tree: Tree) -> set[bool]:
    """The verdicts that some answers give, found by trying all."""
    numbers = [half / 2 for half in range(-1, 8)]
    found = set()
    for *truths, x, y in product(*[(True, False)] * 3, numbers, numbers):
        known: dict[str, Any] = dict(zip("abcxy", (*truths, x, y), strict=True))
        found.add(judge(tree, lambda leaf, known=known: _meets(leaf, known)))  # type: ignore[misc]
    return {one for one in found if one is not None}


def _meets(leaf: Leaf, known: dict[str, Any]) -> bool:
    test = leaf.test
    if isinstance(test, Is):
        return bool(known[test.column] is test.wanted)
    if isinstance(test, Compare):
        signs = {"<": float.__lt__, "<=": float.__le__, ">": float.__gt__, ">=": float.__ge__, "=": float.__eq__}
        return signs[test.sign](known[test.column], test.limit)
    return any(known[column] for column in test.columns)


@settings(max_examples=60, deadline=None)
@given(trees(parts=3))
def test_a_verdict_is_named_exactly_if_trying_all_answers_does_not_find_it(tree: Tree) -> None:
    never = {"yes": True, "no": False}
    assert {never[one] for one in unreachable(tree)} == {True, False} - can_be(tree)


EXCLUSIVE = frozenset({"phase"})


@pytest.mark.parametrize(
    ("written", "never"),
    [
        ({"all": [{"state": "relapsed"}, {"state": "refractory"}]}, ("yes",)),
        ({"all": [{"state": ["relapsed", "refractory"]}, {"state": ["refractory", "remission"]}]}, ()),
        ({"any": [{"state": "relapsed"}, {"not": {"state": ["relapsed", "remission"]}}, {"state": "remission"}]}, ("no",)),
        ({"all": [{"disease": "b-all"}, {"disease": "t-all"}]}, ("yes",)),
        ({"all": [{"disease": "all"}, {"disease": "b-all"}]}, ()),
        ({"all": [{"relapse_kind": "extramedullary"}, {"relapse_kind": "combined"}]}, ()),
        ({"all": [{"relapse_kind": "extramedullary"}, {"relapse_kind": "marrow"}]}, ("yes",)),
        # Several sites at once make a combined relapse, and somebody may have had several therapies.
        ({"all": [{"relapse_site": "cns"}, {"relapse_site": "testis"}]}, ()),
        ({"all": [{"prior": "imatinib"}, {"prior": "dasatinib"}]}, ()),
        ({"all": [{"phase": "chronic"}, {"phase": "accelerated"}]}, ("yes",)),
        # Nobody is in two phases, but he may have been in both.
        ({"all": [{"ever": {"phase": "chronic"}}, {"ever": {"phase": "accelerated"}}]}, ()),
        ({"all": [{"relapse_timing": {"definition": "gmall-adult-all", "is": one}} for one in ("early", "late")]}, ("yes",)),
        ({"all": [{"age": ">= 18"}, {"age": "< 18"}]}, ("yes",)),
        ({"all": [{"CD19": "positive"}, {"CD19": "negative"}]}, ("yes",)),
    ],
)  # fmt: skip
def test_what_excludes_each_other_is_known(written: dict[str, Any], never: tuple[str, ...], knowledge: Knowledge) -> None:
    assert unreachable(knowledge.tree(written), EXCLUSIVE) == never
