"""Limits as criteria write them."""

from __future__ import annotations

import pytest

from hemeline.criteria.limits import parse_limit

UNITS = {"%": 1.0, "1": 100.0}


@pytest.mark.parametrize(
    ("text", "sign", "value"), [(">= 5 %", ">=", 5), ("< 0.07 1", "<", 7), ("5%", "=", 5), ("≥ 5 %", ">=", 5), ("<= 0.29 1", "<=", 29)]
)  # fmt: skip
def test_a_limit_is_a_sign_and_a_number_in_the_canonical_unit(text: str, sign: str, value: float) -> None:
    limit = parse_limit(text, UNITS)
    assert limit is not None and (limit.sign, limit.value) == (sign, value)


@pytest.mark.parametrize("text", ["", "high", ">= 5", ">= 5 mg", ">= % 5"])
def test_what_has_no_number_or_no_such_unit_is_no_limit(text: str) -> None:
    assert parse_limit(text, UNITS) is None


@pytest.mark.parametrize(
    ("text", "shown"),
    [(">= 2", "at least 2 months"), ("<= 1", "at most 1 month"), ("< 6 months", "under 6 months"), ("> 1.5", "over 1.5 months")],
)
def test_a_limit_is_shown_in_words_with_one_or_more_of_its_unit(text: str, shown: str) -> None:
    limit = parse_limit(text, {"": 1.0, "month": 1.0})
    assert limit is not None and limit.shown("month", plural=True) == shown
