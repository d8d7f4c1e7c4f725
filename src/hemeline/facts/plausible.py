"""Dates that cannot be, among what was known on a day: an event before the diagnosis is left out, a birth after it is not believed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from hemeline.facts.facts import Facts
from hemeline.facts.problems import problems_of_patients, problems_of_rows, together
from hemeline.when import NO_DAY

_EVENTS = ("response", "relapse", "progression")
_NEVER, _ALWAYS = -(2**31) + 1, 2**31 - 1


def plausible(facts: Facts) -> Facts:
    """The facts without what their dates rule out, which is listed as contradictory."""
    people, rows = facts.patients, facts.rows
    diagnosis = facts.rows_of("diagnosis")
    first_low = np.full(len(people), _NEVER, dtype=np.int32)
    first_high = np.full(len(people), _ALWAYS, dtype=np.int32)
    who, first = np.unique(diagnosis["patient"], return_index=True)
    first_low[who], first_high[who] = diagnosis["date_low"][first], diagnosis["date_high"][first]
    at = facts.where(*_EVENTS)
    early = at[rows["date_high"][at] < first_low[rows["patient"][at]]]
    unborn = (people.birth_low != NO_DAY) & (people.birth_low > first_high)
    if not len(early) and not unborn.any():
        return facts
    why_early, why_unborn = "it is dated before the diagnosis and is left out", "the birth is dated after the diagnosis and is left out"
    more = [
        problems_of_rows(rows.take(early), why_early, facts.codes.names, conflict=True),
        problems_of_patients(unborn, "birth_date", why_unborn, conflict=True),
    ]
    low, high = np.where(unborn, NO_DAY, people.birth_low), np.where(unborn, NO_DAY, people.birth_high)
    people = replace(people, birth_low=low.astype(np.int32), birth_high=high.astype(np.int32))
    return replace(
        facts,
        patients=people,
        rows=rows.take(np.delete(np.arange(len(rows)), early)),
        not_understood=together([facts.not_understood, *more]),
    )
