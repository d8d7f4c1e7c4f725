"""Dates that may be known only to the month or the year."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hemeline.when import NO_DAY, completed_months, completed_years, months_between, parse_date, parse_dates, text_of, to_date, to_day

DAYS = st.dates(dt.date(1, 1, 1), dt.date(9999, 12, 31))


def between(first: str, last: str) -> tuple[int, int]:
    return to_day(dt.date.fromisoformat(first)), to_day(dt.date.fromisoformat(last))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2021-09-01", "2021-09-01", "2021-09-01"), ("2021-09", "2021-09-01", "2021-09-30"), ("2021", "2021-01-01", "2021-12-31"),
        ("2020-02", "2020-02-01", "2020-02-29"), ("2021-02", "2021-02-01", "2021-02-28"), (" 2021 ", "2021-01-01", "2021-12-31"),
        ("2021-09-01T10:30:00Z", "2021-09-01", "2021-09-01"), ("2021-09-01 10:30", "2021-09-01", "2021-09-01"),
        ("2021-09-01T10:30:00.123+02:00", "2021-09-01", "2021-09-01"), ("2021-09/2022", "2021-09-01", "2022-12-31"),
        ("2021-09-05/2021-09-07", "2021-09-05", "2021-09-07"),
    ],
)  # fmt: skip
def test_a_date_is_the_interval_of_the_days_it_may_mean(text: str, first: str, last: str) -> None:
    assert parse_date(text) == between(first, last)


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "2021-13", "2021-02-29", "21-09-01", "2021-9-1", "01.09.2021", "2021-09-01T", "0000", "2022/2021", "2021/"],
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert parse_date(text) is None


@given(DAYS)
def test_a_day_is_counted_there_and_back(day: dt.date) -> None:
    assert to_date(to_day(day)) == day


@given(DAYS, DAYS)
def test_an_interval_is_written_so_that_it_is_read_again(one: dt.date, other: dt.date) -> None:
    low, high = sorted((to_day(one), to_day(other)))
    assert parse_date(text_of(low, high) or "") == (low, high)


@pytest.mark.parametrize("text", ["2021-09-01", "2021-09", "2021", "2021-01", "2021-02", "2021-09-05/2021-09-07", "2021-01-01/2022-12-31"])
def test_an_interval_is_written_in_the_shortest_way(text: str) -> None:
    assert text_of(*(parse_date(text) or (0, 0))) == text


def test_no_date_is_written_as_nothing() -> None:
    assert text_of(NO_DAY, NO_DAY) is None


def test_a_column_of_dates_is_read_like_each_of_them() -> None:
    texts = ["2021", None, "2021-09", "rubbish", "", "2021", "2021-09-01"]
    low, high, bad = parse_dates(pl.Series(texts, dtype=pl.String))
    nothing = (NO_DAY, NO_DAY)
    assert list(zip(low.tolist(), high.tolist(), strict=True)) == [parse_date(text or "") or nothing for text in texts]
    assert bad.tolist() == [False, False, False, True, False, False, False]


def test_a_long_column_of_dates_is_read_like_each_of_them() -> None:
    days = [to_date(day).isoformat() for day in range(-1500, 1500)]
    odd = ["0000-01-01", "0001-01-01", "9999-12-31", "2021-02-29", "2021-13-01", "2021-9-1", "+2021-09-01", "2021-09", ""]
    texts = [*days, *odd, " 2021-09-01 ", "2021-09-01\n", "2021-09-01T10:00"]
    low, high, bad = parse_dates(pl.Series(texts, dtype=pl.String))
    read = [parse_date(text) for text in texts]
    assert list(zip(low.tolist(), high.tolist(), strict=True)) == [one or (NO_DAY, NO_DAY) for one in read]
    assert bad.tolist() == [one is None and text != "" for one, text in zip(read, texts, strict=True)]


@pytest.mark.parametrize("kind", [pl.Date, pl.Datetime])
def test_a_column_of_days_is_taken_as_it_is(kind: type[pl.DataType]) -> None:
    low, high, bad = parse_dates(pl.Series([dt.date(2021, 9, 1), None]).cast(kind))
    assert low.tolist() == high.tolist() == [to_day(dt.date(2021, 9, 1)), NO_DAY] and not bad.any()


def test_months_are_days_by_30_4375() -> None:
    assert months_between(between("2021-01-01", "2021-01-01"), between("2021-12-31", "2021-12-31")) == (364 / 30.4375, 364 / 30.4375)


def test_months_between_partial_dates_are_the_fewest_and_the_most() -> None:
    assert months_between(between("2021-01-01", "2021-01-31"), between("2021-03-01", "2021-03-31")) == (29 / 30.4375, 89 / 30.4375)


def test_months_from_or_to_a_missing_date_may_be_any() -> None:
    assert months_between((NO_DAY, NO_DAY), (0, 0)) == months_between((0, 0), (NO_DAY, NO_DAY)) == (-np.inf, np.inf)


@pytest.mark.parametrize(
    ("born", "on", "years", "months"),
    [
        ("2000-06-15", "2018-06-14", 17, 215), ("2000-06-15", "2018-06-15", 18, 216), ("2000-02-29", "2018-02-28", 17, 215),
        ("2000-02-29", "2018-03-01", 18, 216), ("2000-01-31", "2000-02-29", 0, 0), ("2000-01-31", "2000-03-01", 0, 1),
        ("2000-06-15", "2000-06-15", 0, 0), ("1969-12-31", "1970-12-31", 1, 12),
    ],
)  # fmt: skip
def test_age_is_in_completed_years_and_months(born: str, on: str, years: int, months: int) -> None:
    birth, day = (np.array([to_day(dt.date.fromisoformat(one))], dtype=np.int32) for one in (born, on))
    assert (completed_years(birth, day).item(), completed_months(birth, day).item()) == (years, months)
