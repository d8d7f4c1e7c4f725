"""Where patients stand now, as truths: alive, in remission, relapsed, refractory, treated."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from hemeline.columns import Truths, among
from hemeline.course.course import Course
from hemeline.course.rules import STATES
from hemeline.course.truths import Truth
from hemeline.when import NO_DAY

_ACTIVE_RELAPSE = ("relapsed", "relapsed-treated")
_ACTIVE_FAILURE = ("refractory", "refractory-treated")


def known(course: Course, truth: Truths) -> Truth:
    """A truth about the state: unknown where the dates leave the state open, or nothing tells it."""
    open_ = course.untold | ~course.state_known
    return truth & ~open_, truth | open_


def _is_in(course: Course, *states: str) -> Truths:
    return among(STATES, states).take(course.state)


def _alive(course: Course) -> Truth:
    """Who has not died: nothing follows a death, so that no order of events leaves it open."""
    lives = ~_is_in(course, "dead")
    return lives, lives


def _relapsed(course: Course) -> Truth:
    """In relapse: the latest relapse has not been followed by a complete remission."""
    waiting = _is_in(course, *_ACTIVE_RELAPSE)
    later = _is_in(course, *_ACTIVE_FAILURE, "partial-response") & (course.walked.relapse > 0)
    return known(course, waiting | later)


def _refractory(course: Course) -> Truth:
    return known(course, _is_in(course, *_ACTIVE_FAILURE))


def _primary_refractory(course: Course) -> Truth:
    never = (course.walked.remission == 0) & (course.walked.relapse == 0)
    return known(course, _is_in(course, *_ACTIVE_FAILURE) & never)


def _treated(course: Course) -> Truth:
    """Whether treatment of the present disease has begun: what was given before a change of disease was for another.

    A remission, relapse or failure tells of treatment, also where nobody recorded what was given.
    """
    rows, changed = course.exposures, course.diagnoses
    rows = rows.take((rows["line"] > 0) & ~rows["supportive"])
    since_low, since_high = changed.changed_low[rows["patient"]], changed.changed_high[rows["patient"]]
    surely, perhaps = np.zeros(len(course), dtype=bool), np.zeros(len(course), dtype=bool)
    surely[rows["patient"][(since_low == NO_DAY) | (rows["start_low"] >= since_high)]] = True
    perhaps[rows["patient"][(since_low == NO_DAY) | (rows["start_high"] >= since_low)]] = True
    told = (course.walked.remission > 0) | (course.walked.relapse > 0) | _is_in(course, *_ACTIVE_FAILURE)
    surely |= told & (changed.changed_low == NO_DAY)
    return surely, perhaps | surely | course.facts.patients.partial_history


TRUTHS: Mapping[str, Callable[[Course], Truth]] = {
    "alive": _alive,
    "in_remission": lambda course: known(course, _is_in(course, "remission")),
    "relapsed": _relapsed,
    "refractory": _refractory,
    "primary_refractory": _primary_refractory,
    "ever_primary_refractory": lambda course: known(course, course.walked.first_line_failed),
    "treated": _treated,
}


__all__ = ["TRUTHS", "known"]
