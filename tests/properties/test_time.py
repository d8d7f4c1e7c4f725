"""What the passing of time changes and what it does not: the course is the same on another day, and the future is not known."""

from __future__ import annotations

import datetime as dt
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hemeline.when import parse_date, text_of
from tests.properties.assessing import of_one
from tests.properties.strategies import AS_OF, Record, days, records

_CALENDAR = 146_097  # days after which the calendar repeats, leap years and all
_DATES = frozenset({"date", "start", "end", "first", "last", "diagnosis_date", "reached", "lost", "birth_date", "death_date"})


def _shifted(data: Any, by: int) -> Any:
    """The same data with every date so many days later; what is no date stays."""
    if isinstance(data, list):
        return [_shifted(one, by) for one in data]
    if isinstance(data, dict):
        return {key: _later(value, by) if key in _DATES else _shifted(value, by) for key, value in data.items()}
    return data


def _later(date: str | None, by: int) -> str | None:
    interval = parse_date(date) if date else None
    return text_of(interval[0] + by, interval[1] + by) if interval else date


def _course(written: Record, day: dt.date) -> Any:
    return of_one(written, day)["course"]


@given(records(), st.integers(-400, 4000), days(dt.date(2016, 1, 1)))
def test_shifting_all_dates_changes_nothing_of_the_course_of_a_person_of_unknown_age(written: Record, by: int, day: dt.date) -> None:
    written["patient"].pop("birth_date", None)
    assert _shifted(_course(_shifted(written, by), day + dt.timedelta(days=by)), -by) == _course(written, day)


@given(records())
def test_shifting_all_dates_by_a_turn_of_the_calendar_changes_nothing_of_the_course(written: Record) -> None:
    later = _course(_shifted(written, _CALENDAR), AS_OF + dt.timedelta(days=_CALENDAR))
    assert _shifted(later, -_CALENDAR) == _course(written, AS_OF)
