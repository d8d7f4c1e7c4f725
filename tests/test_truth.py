"""Yes, no and unknown: Kleene's logic."""

from __future__ import annotations

from itertools import permutations, product

import pytest

from hemeline.truth import Truth, all_of, any_of, at_least, negate, word

VALUES: tuple[Truth, ...] = (True, False, None)


def choices(truths: tuple[Truth, ...]) -> list[tuple[bool, ...]]:
    """Every way in which the unknown ones may turn out."""
    return list(product(*((True, False) if truth is None else (truth,) for truth in truths)))


def settled(outcomes: set[bool]) -> Truth:
    """What is known when something comes to these outcomes."""
    return outcomes.pop() if len(outcomes) == 1 else None


@pytest.mark.parametrize("size", [0, 1, 2, 3])
def test_a_verdict_is_known_exactly_if_the_unknown_cannot_change_it(size: int) -> None:
    for truths in product(VALUES, repeat=size):
        assert all_of(truths) is settled({all(one) for one in choices(truths)})
        assert any_of(truths) is settled({any(one) for one in choices(truths)})
        for count in range(1, size + 1):
            assert at_least(count, truths) is settled({sum(one) >= count for one in choices(truths)})


def test_not_turns_yes_and_no_and_leaves_unknown() -> None:
    assert [negate(truth) for truth in VALUES] == [False, True, None]


def test_nothing_at_all_is_yes_for_all_and_no_for_any() -> None:
    assert all_of([]) is True and any_of([]) is False


def test_the_order_of_parts_does_not_matter() -> None:
    for joined in (all_of, any_of):
        assert len({joined(one) for one in permutations(VALUES)}) == 1


def test_each_truth_has_a_word() -> None:
    assert [word(truth) for truth in VALUES] == ["yes", "no", "unknown"]
