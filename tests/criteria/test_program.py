"""Criteria judged in columns: the verdict is the one that Kleene's logic gives, whatever is known."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hemeline.criteria import NO, PERHAPS, UNDECIDED, YES, Compare, Group, Is, Leaf, Program, Tree, Verdicts, judge, leaf_columns, leaves_of
from hemeline.truth import Truth, any_of
from tests.criteria.making import all_of, leaves, number, trees, truth, words

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


def run(program: Program, people: list[dict[str, float]]) -> Verdicts:
    return program.run(lambda name: np.array([one[name] for one in people]), len(people))


def judged(tree: Tree, people: list[dict[str, float]]) -> list[Truth]:
    """The verdicts of a tree over several people, in columns."""
    found = run(Program({"asked": tree}), people)
    return [found.at("asked", person) for person in range(len(people))]


@settings(max_examples=300, deadline=None)
@given(leaves(), st.lists(answers(), min_size=1, max_size=6))
def test_a_leaf_is_known_exactly_if_what_is_possible_settles_it(leaf: Leaf, people: list[dict[str, float]]) -> None:
    assert judged(leaf, people) == [of_leaf(leaf, known) for known in people]


@settings(max_examples=300, deadline=None)
@given(st.lists(trees(), min_size=1, max_size=4), st.lists(answers(), min_size=1, max_size=6))
def test_a_verdict_in_columns_is_that_of_kleenes_logic(asked: list[Tree], people: list[dict[str, float]]) -> None:
    program = Program({str(place): tree for place, tree in enumerate(asked)})
    found = run(program, people)
    for person, known in enumerate(people):
        truths = {program.leaves[leaf]: of_leaf(leaf, known) for leaf in program.leaves}
        truths |= {str(place): judge(tree, lambda leaf: of_leaf(leaf, known)) for place, tree in enumerate(asked)}  # noqa: B023
        assert found.of(person) == truths
    assert found.frame().to_dicts() == [found.of(person) for person in range(len(people))]


@settings(max_examples=40, deadline=None)
@given(st.lists(trees(), min_size=1, max_size=4), st.lists(answers(), min_size=1, max_size=6))
def test_many_people_are_judged_as_each_alone(asked: list[Tree], people: list[dict[str, float]]) -> None:
    program, many = Program({str(place): tree for place, tree in enumerate(asked)}), 140_000
    few = run(program, people)
    found = program.run(lambda name: np.resize([one[name] for one in people], many), many)
    assert np.array_equal(found.codes, np.resize(few.codes.T, (many, len(few.codes))).T)


@pytest.mark.parametrize(("value", "least", "most"), [(NO, False, None), (PERHAPS, None, None), (YES, None, True)])
def test_what_is_undecided_leaves_the_rest_open(value: int, least: Truth, most: Truth) -> None:
    assert judged(all_of(truth("a"), UNDECIDED), [{"a": value}]) == [least]
    assert judged(Group("any", (truth("a"), UNDECIDED)), [{"a": value}]) == [most]


def test_all_of_nothing_holds_and_any_of_nothing_does_not() -> None:
    assert judged(all_of(), [{}]) == [True]
    assert judged(Group("any", ()), [{}]) == [False]


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
