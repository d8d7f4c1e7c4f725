"""Numbers with a comparator and a unit."""

from __future__ import annotations

import math

import pytest

from hemeline.quantity import as_range, parse_number, scaled


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("24", ("=", 24, "")), ("0.2 %", ("=", 0.2, "%")), ("<0.01", ("<", 0.01, "")), (">= 25", (">=", 25, "")),
        ("≤ 3 mg/dL", ("<=", 3, "mg/dL")),
        ("≥1e-4", (">=", 0.0001, "")), ("-5", ("=", -5, "")), ("= 7", ("=", 7, "")), ("10 10*9/L", ("=", 10, "10*9/L")),
        ("  12.5  ", ("=", 12.5, "")),
    ],
)  # fmt: skip
def test_a_number_is_read_with_its_comparator_and_unit(text: str, parts: tuple[str, float, str]) -> None:
    assert parse_number(text) == parts


@pytest.mark.parametrize("text", ["", "positive", "<", "1e999", "nan", "inf", "< -", "9" * 201, "about 5"])
def test_what_is_no_finite_number_is_none(text: str) -> None:
    assert parse_number(text) is None


@pytest.mark.parametrize(("number", "factor", "result"), [(0.7, 0.01, 0.007), (0.1, 3, 0.3), (29, 0.01, 0.29), (1 / 3, 1, 0.333333333333)])
def test_a_converted_number_is_the_one_that_would_be_written(number: float, factor: float, result: float) -> None:
    assert scaled(number, factor) == result


def test_a_number_without_comparator_is_itself() -> None:
    assert as_range("=", 5) == (5, 5)


def test_a_value_below_detection_is_not_the_limit_and_not_zero() -> None:
    low, high = as_range("<", 0.01, floor=0)
    assert low == 0 and high < 0.01 and math.nextafter(high, 1) == 0.01


def test_an_open_bound_excludes_the_limit_and_a_closed_one_does_not() -> None:
    assert as_range("<=", 5) == (-math.inf, 5) and as_range(">=", 5) == (5, math.inf)
    low, high = as_range(">", 5)
    assert low > 5 and high == math.inf
