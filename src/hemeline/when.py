"""Dates that may be known only to the month or the year, kept as intervals.

A partial date is the interval of the days it may mean; nothing is guessed inside it. Days are counted from
1970-01-01 (as Polars does), so an interval is two integers. Months are days / 30.4375, as the contract says.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from functools import lru_cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hemeline.columns import factorize

DAYS_PER_MONTH = 30.4375
NO_DAY = np.iinfo(np.int32).min  # stands where no date was given
_EPOCH = dt.date(1970, 1, 1)
_TIME = r"[T ]\d{2}(?::?\d{2}){0,2}(?:[.,]\d+)?\s?(?:Z|[+-]\d{2}(?::?\d{2})?)?"
_PARTIAL = re.compile(rf"(\d{{4}})(?:-(\d{{2}})(?:-(\d{{2}})(?:{_TIME})?)?)?")
_PLAIN, _MANY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", 1000

_CALENDAR = (-43_830, 65_744)  # 1850 to 2149

Days = NDArray[np.int32]
Interval = tuple[int, int]


def to_day(date: dt.date) -> int:
    """Days from 1970-01-01 to ``date``."""
    return (date - _EPOCH).days


def to_date(day: int) -> dt.date:
    """The date ``day`` days after 1970-01-01."""
    return _EPOCH + dt.timedelta(days=int(day))


def parse_date(text: str) -> Interval | None:
    """First and last day that a date may mean; ``None`` if it is none.

    Understood are ``2021``, ``2021-09``, ``2021-09-01``, an ISO date-time, and ``from/to`` with any of these on either side.
    """
    start, slash, end = text.partition("/")
    if slash:
        first_part, last_part = _parse_part(start), _parse_part(end)
        if first_part is None or last_part is None or last_part[1] < first_part[0]:
            return None
        return first_part[0], last_part[1]
    return _parse_part(text)


def _parse_part(text: str) -> Interval | None:
    """A day, month or year."""
    match = _PARTIAL.fullmatch(text.strip())
    if not match:
        return None
    year, month, day = (int(part) if part else None for part in match.groups())
    assert year is not None
    try:
        first = dt.date(year, month or 1, day or 1)
    except ValueError:
        return None
    if month is None:
        last = dt.date(year, 12, 31)
    elif day is None:
        last = dt.date(year, month, calendar.monthrange(year, month)[1])
    else:
        last = first
    return to_day(first), to_day(last)


def text_of(low: int, high: int) -> str | None:
    """The shortest honest spelling of an interval: a day, a month, a year, or ``from/to``; ``None`` for no date."""
    if low == NO_DAY or high == NO_DAY:
        return None
    first, last = to_date(low), to_date(high)
    if first == last:
        return first.isoformat()
    if first.day == 1 and last.day == calendar.monthrange(last.year, last.month)[1]:
        if (first.month, last.month) == (1, 12) and first.year == last.year:
            return f"{first.year:04d}"
        if (first.year, first.month) == (last.year, last.month):
            return f"{first.year:04d}-{first.month:02d}"
    return f"{first.isoformat()}/{last.isoformat()}"


def parse_dates(texts: pl.Series) -> tuple[Days, Days, NDArray[np.bool_]]:
    """Columnar :func:`parse_date`: first days, last days, and which texts are not dates. Nulls give ``NO_DAY``."""
    if texts.dtype in (pl.Date, pl.Datetime):
        days = texts.cast(pl.Date).cast(pl.Int32).fill_null(NO_DAY).to_numpy()
        return days, days.copy(), np.zeros(len(texts), dtype=bool)
    codes, distinct = factorize(texts)
    low = np.append(_whole_days(distinct), np.int32(NO_DAY))
    high, bad = low.copy(), np.zeros(len(low), dtype=bool)
    for position in np.flatnonzero(low[:-1] == NO_DAY):
        interval = parse_date(distinct[position])
        if interval:
            low[position], high[position] = interval
        else:
            bad[position] = bool(distinct[position].strip())
    return low.take(codes), high.take(codes), bad.take(codes)


def _whole_days(texts: list[str]) -> Days:
    """The days of texts that are plainly YYYY-MM-DD, where there are many; ``NO_DAY`` for all others, which are to be looked at."""
    if len(texts) < _MANY:
        return np.full(len(texts), NO_DAY, dtype=np.int32)
    text = pl.Series(texts, dtype=pl.String)
    plain = text.str.contains(_PLAIN) & ~text.str.starts_with("0000")
    days = text.str.to_date("%Y-%m-%d", strict=False).cast(pl.Int32).fill_null(NO_DAY)
    return np.where(plain.to_numpy(), days.to_numpy(), np.int32(NO_DAY))


def months_between(start: Interval, end: Interval) -> tuple[float, float]:
    """Fewest and most months from somewhere in ``start`` to somewhere in ``end``; infinite where a date is missing."""
    if NO_DAY in (*start, *end):
        return float("-inf"), float("inf")
    return (end[0] - start[1]) / DAYS_PER_MONTH, (end[1] - start[0]) / DAYS_PER_MONTH


def completed_years(birth: Days, on: Days) -> Days:
    """Whole years from ``birth`` to ``on`` (both days, no ``NO_DAY``); a birthday on 29 February counts on 1 March."""
    return np.asarray(completed_months(birth, on) // 12, dtype=np.int32)


def completed_months(birth: Days, on: Days) -> Days:
    """Whole months from ``birth`` to ``on``, both days without ``NO_DAY``."""
    born_month, born_day = _month_and_day(birth)
    month, day = _month_and_day(on)
    return np.asarray(month - born_month - (day < born_day), dtype=np.int32)


def _month_and_day(days: Days) -> tuple[Days, Days]:
    """The month of each day, counted from 1970, and the day within it, from 0."""
    if len(days) >= _MANY and int(days.min()) >= _CALENDAR[0] and int(days.max()) < _CALENDAR[1]:
        month, day = _calendar()
        at = days - _CALENDAR[0]
        return month.take(at), day.take(at)
    return _by_calendar(days)


def _by_calendar(days: Days) -> tuple[Days, Days]:
    date = days.astype("datetime64[D]")
    month = date.astype("datetime64[M]")
    return month.astype(np.int32), (date - month.astype("datetime64[D]")).astype(np.int32)


@lru_cache(maxsize=1)
def _calendar() -> tuple[Days, Days]:
    """Months and days of all days of the years that patients live in: to look one up is faster than to work it out."""
    return _by_calendar(np.arange(*_CALENDAR, dtype=np.int32))
