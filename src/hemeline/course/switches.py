"""Which treatments are another therapy than the one before, as the rules for counting lines ask, and which were plainly not planned.

A regimen is what it consists of: one given by name is the same as its drugs, and fewer of them are no other therapy.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from hemeline.columns import Codes, Truths, first_of_group, owners, positions, spread
from hemeline.table import Array, Table
from hemeline.vocabulary import Vocabulary
from hemeline.when import Days

_ONE_REGIMEN_DAYS = 30  # drugs begun within a first cycle of each other are one regimen
_CONDITIONS_WITHIN_DAYS = 10  # conditioning and lymphodepletion are given in the days before the cells
_CELLS = ("transplant", "car-t")
_NEVER = -(2**40)


def switches(rows: Table, lasting: Truths, vocabulary: Vocabulary) -> Truths:
    """Treatments (sorted by patient and ``day``) that are another therapy than the line's.

    What is over on its day, as a transplant is, belongs to the plan of its line the first time; a further one does not.
    """
    patient, therapy = rows["patient"], rows["value"]
    found = np.zeros(len(rows), dtype=bool)
    at = np.flatnonzero(lasting)
    found[at] = _unlike_before(patient[at], therapy[at], rows["day"][at], vocabulary)
    once = np.flatnonzero(~lasting)
    key = patient.take(once).astype(np.int64) * len(vocabulary.therapies) + therapy.take(once)
    order = np.argsort(key, kind="stable")
    found[once[order]] = ~first_of_group(key.take(order))
    return found


def _unlike_before(patient: Codes, therapy: Codes, date: Days, vocabulary: Vocabulary) -> Truths:
    """Treatments with a drug that was begun neither on the previous day of beginning nor shortly before that day."""
    if not len(patient):
        return np.zeros(0, dtype=bool)
    first, count, drugs = _consists_of(vocabulary)
    sizes = count.take(therapy)
    row = owners(sizes)
    drug = drugs.take(spread(first.take(therapy), sizes, row))
    key = patient.take(row).astype(np.int64) * len(count) + drug
    order = np.argsort(key, kind="stable")  # the rows are sorted by date already
    last = np.empty(len(row), dtype=np.int64)
    last[order] = _previous_day(key.take(order), date.take(row.take(order)))
    before = _previous_day(patient, date).take(row)
    other = (before != _NEVER) & (last < before - _ONE_REGIMEN_DAYS)
    return np.asarray(np.logical_or.reduceat(other, np.cumsum(sizes) - sizes))


def _previous_day(key: Array, date: Days) -> NDArray[np.int64]:
    """The latest earlier date of the same key, in rows sorted by both."""
    begins = np.flatnonzero(first_of_group(key, date))
    before = np.where(first_of_group(key)[begins], _NEVER, date[begins - 1].astype(np.int64))
    return np.repeat(before, np.diff(np.append(begins, len(date))))


@lru_cache(maxsize=8)
def _consists_of(vocabulary: Vocabulary) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """Where the drugs of each therapy begin, how many it has, and all of them in a row; what has none is its own."""
    place = positions(tuple(vocabulary.therapies))
    drugs = [[place[drug] for drug in one.drugs] or [place[one.id]] for one in vocabulary.therapies.values()]
    count = np.array([len(one) for one in drugs], dtype=np.intp)
    return np.cumsum(count) - count, count, np.array([drug for one in drugs for drug in one], dtype=np.intp)


def conditions(rows: Table, lasting: Truths, vocabulary: Vocabulary) -> Truths:
    """Treatments without a recorded intent that were begun in the days before a transplant or CAR-T, so that they prepare for it."""
    found = np.zeros(len(rows), dtype=bool)
    key = rows["patient"].astype(np.int64) << 32 | (rows["day"].astype(np.int64) + 2**31)
    cells = np.flatnonzero(_are_cells(vocabulary).take(rows["value"]))
    given = key.take(cells)
    if len(given):
        has = np.zeros(int(rows["patient"][-1]) + 1, dtype=bool)
        has[rows["patient"][cells]] = True
        asked = np.flatnonzero(lasting & (rows["intent"] < 0) & has.take(rows["patient"]))
        following = given[np.minimum(np.searchsorted(given, key[asked]), len(given) - 1)]  # the days of another patient lie far beyond
        found[asked] = (following >= key[asked]) & (following - key[asked] <= _CONDITIONS_WITHIN_DAYS)
    return found


@lru_cache(maxsize=8)
def _are_cells(vocabulary: Vocabulary) -> Truths:
    cells = frozenset().union(*(vocabulary.therapies_in(one) for one in _CELLS))
    return np.array([one in cells for one in vocabulary.therapies])


def replaces_for_toxicity(rows: Table, switch: Truths, lasting: Truths, vocabulary: Vocabulary) -> Truths:
    """Maintenance with another therapy, since the maintenance before it was not tolerated: nobody had planned that."""
    at = np.flatnonzero(lasting)
    before, after = at[:-1], at[1:]
    upkeep = rows["intent"] == vocabulary.value_ids("intent").index("maintenance")
    bad = upkeep & (rows["reason"] == vocabulary.value_ids("reason").index("toxicity"))
    found = np.zeros(len(rows), dtype=bool)
    tried = np.flatnonzero(bad.take(before))
    before, after = before[tried], after[tried]
    found[after] = (rows["patient"][after] == rows["patient"][before]) & upkeep[after] & switch[after]
    return found
