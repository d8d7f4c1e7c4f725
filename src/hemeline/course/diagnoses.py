"""The disease of each patient: the latest diagnosis, where a later one may be more exact or a transformation."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from hemeline.columns import Codes, runs
from hemeline.facts import Facts
from hemeline.table import Table
from hemeline.vocabulary import Vocabulary
from hemeline.when import NO_DAY, Days


@dataclass(frozen=True)
class Diagnoses:
    """Per patient: the disease (-1 if none is recorded), the first day of the first diagnosis, and the last change of disease.

    ``changed_from`` is the disease before a transformation (-1 if there was none), ``changed_low``/``changed_high`` its date, and
    ``transformed`` 1 where the vocabulary knows the one to become the other, 0 where it is another disease.
    """

    disease: Codes
    first_low: Days
    first_high: Days
    row: Codes
    changed_from: Codes
    changed_low: Days
    changed_high: Days
    transformed: Codes


@lru_cache(maxsize=8)
def _meet(vocabulary: Vocabulary) -> tuple[NDArray[np.int32], NDArray[np.bool_], NDArray[np.bool_]]:
    """What two diagnoses in a row make: the more exact of the two, or the later one as a change of disease, and if it was expected."""
    diseases = tuple(vocabulary.diseases)
    size = len(diseases)
    result = np.empty((size, size), dtype=np.int32)
    changes, expected = np.zeros((size, size), dtype=bool), np.zeros((size, size), dtype=bool)
    for i, before in enumerate(diseases):
        for j, after in enumerate(diseases):
            exact = before in vocabulary.diseases_within(after)
            together = _together(vocabulary, before, after)
            result[i, j] = diseases.index(together) if together else i if exact else j
            expected[i, j] = together is not None
            changes[i, j] = together != before and not exact and after not in vocabulary.diseases_within(before)
    return result, changes, expected


def _together(vocabulary: Vocabulary, before: str, after: str) -> str | None:
    """What a disease is assessed as after an earlier one, where the vocabulary says so of it or of a group it is in."""
    for one in vocabulary.diseases.values():
        if after in vocabulary.diseases_within(one.id):
            for earlier, later in one.becomes.items():
                if before in vocabulary.diseases_within(earlier):
                    return later
    return None


def read_diagnoses(facts: Facts) -> Diagnoses:
    """The diagnoses of all patients, step by step: step k reads everybody's k-th diagnosis."""
    size = len(facts.patients)
    rows = facts.rows_of("diagnosis")
    starts, lengths = runs(rows["patient"])
    unset = [np.full(size, missing, dtype=np.int32) for missing in (-1, NO_DAY, NO_DAY, -1, -1, NO_DAY, NO_DAY, 0)]
    found = Diagnoses(*unset)
    who = rows["patient"][starts]
    found.disease[who], found.row[who] = rows["value"][starts], rows["row"][starts]
    found.first_low[who], found.first_high[who] = rows["date_low"][starts], rows["date_high"][starts]
    if len(rows) > len(starts):
        meet = _meet(facts.vocabulary)
        for k in range(1, int(lengths.max())):
            _next(rows.take(starts[lengths > k] + k), found, *meet)
    return found


def _next(rows: Table, found: Diagnoses, meeting: NDArray[np.int32], changing: NDArray[np.bool_], expected: NDArray[np.bool_]) -> None:
    """Everybody's next diagnosis: more exact than the one before, less exact, or a change of disease."""
    who = rows["patient"]
    before, after = found.disease[who], rows["value"]
    changed = changing[before, after]
    found.changed_from[who[changed]] = before[changed]
    found.changed_low[who[changed]], found.changed_high[who[changed]] = rows["date_low"][changed], rows["date_high"][changed]
    found.transformed[who[changed]] = expected[before, after][changed]
    found.disease[who] = meeting[before, after]
