"""The orders of events that partial dates allow beside the earliest one.

There can be very many. Tried are all events as early or as late as may be, in every combination of treatments, responses and
the rest, and each single event early among late ones and late among early ones; only those that differ are kept.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hemeline.columns import Codes, Truths, order_by_day, runs
from hemeline.course.rules import EVENT
from hemeline.table import Table
from hemeline.when import Days

_TREATMENTS = [EVENT["treatment"], EVENT["failed"]]
_RESPONSES = [EVENT[category] for category in ("complete", "partial", "none", "progressive")]
_SORT_OF = np.array([0 if one in _TREATMENTS else 1 if one in _RESPONSES else 2 for one in range(len(EVENT))])
_COMES_BACK = [EVENT[name] for name in ("progressive", "progression", "relapse")]
ENDED_EARLY = 1 << 10  # added to an order: treatments ended as early as may be
_BY_SORT = 8  # early or late for each of three sorts of events
_MOST_ALONE = 12  # events tried alone; beyond these only all of a sort together


def days_in(events: Table, order: Codes) -> Days:
    """The day of each event in the ``order`` (a number per event) that its patient is tried in; in order 0 all are early."""
    low, high = events["date_low"], events["date_high"]
    sort = _SORT_OF[events["kind"]]
    alone, among_late = (order - _BY_SORT) // 2, order % 2 == 1
    late = np.where(order < _BY_SORT, order >> sort & 1 == 1, (_partial_number(events) == alone) != among_late)
    return np.where(late, high, low).astype(np.int32)


def other_orders(events: Table, gaps_matter: Truths, dose_matters: Truths) -> tuple[NDArray[np.intp], Codes]:
    """Pairs of a patient and an order of his events that differs from the earliest one and from the others listed.

    Where ``gaps_matter`` (by patient), the days of the treatments belong to the order; where ``dose_matters``, since it counts how
    soon after the last dose the disease comes back, those of its coming back too.
    """
    open_ = _with_open_order(events, gaps_matter | dose_matters)
    mine = events.take(open_[events["patient"]])
    mine = mine.take(np.argsort(mine["patient"], kind="stable"))
    starts, counts = runs(mine["patient"])
    if not len(starts):
        return np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.int32)
    most = min(int(_partial_number(mine).max()) + 1, _MOST_ALONE)
    tried = range(_BY_SORT + 2 * most)
    spaced = gaps_matter[mine["patient"]] & (mine["kind"] == EVENT["treatment"])
    spaced |= dose_matters[mine["patient"]] & np.isin(mine["kind"], _COMES_BACK)
    found = np.stack([_signatures(mine, number, starts, counts, spaced) for number in tried])
    new = np.ones(found.shape, dtype=bool)
    for number in tried:
        new[number + 1 :] &= found[number + 1 :] != found[number]
    order, place = np.nonzero(new[1:])
    return mine["patient"][starts][place].astype(np.intp), (order + 1).astype(np.int32)


def _partial_number(events: Table) -> NDArray[np.int64]:
    """The how-manieth event with a partial date of its patient each one is, from 0; -1 for those dated exactly."""
    number = np.full(len(events), -1, dtype=np.int64)
    partial = np.flatnonzero(events["date_low"] != events["date_high"])
    partial = partial[np.argsort(events["patient"][partial], kind="stable")]
    starts, counts = runs(events["patient"][partial])
    number[partial] = np.arange(len(partial)) - np.repeat(starts, counts)
    return number


def _with_open_order(events: Table, gaps_matter: Truths) -> Truths:
    """The patients who have a partial date and events that may meet, or treatments begun at an uncertain distance."""
    partial = events["date_low"] != events["date_high"]
    vague = np.zeros(len(gaps_matter), dtype=bool)
    vague[events["patient"][partial]] = True
    mine = events.take(vague[events["patient"]])
    mine = mine.take(np.lexsort((mine["date_low"], mine["patient"])))
    shift = mine["patient"].astype(np.int64) << 32  # the days of one patient lie beyond those of the one before
    reach = np.maximum.accumulate(shift + mine["date_high"])
    meets = np.zeros(len(mine), dtype=bool)
    meets[1:] = reach[:-1] >= (shift + mine["date_low"])[1:]
    found = vague & gaps_matter
    found[mine["patient"][meets]] = True
    return found


def _signatures(events: Table, number: int, starts: NDArray[np.intp], counts: NDArray[np.intp], spaced: Truths) -> NDArray[np.uint64]:
    """One number per patient for the order of the events (sorted by patient), and the days of those ``spaced``, in an order tried."""
    day = days_in(events, np.full(len(events), number))
    place = np.empty(len(events), dtype=np.int64)
    place[order_by_day(events["patient"], day, events["order"], Table({"source": events["source"]}))] = np.arange(len(events))
    place -= np.repeat(starts, counts)
    what = (place + 1).astype(np.uint64) + np.where(spaced, day.astype(np.int64) + 2**32, 0).astype(np.uint64)
    which = np.arange(len(events), dtype=np.uint64) - np.repeat(starts, counts).astype(np.uint64) + np.uint64(1)
    mixed = (what * np.uint64(0x9E3779B97F4A7C15)) ^ (which * np.uint64(0xC2B2AE3D27D4EB4F))
    mixed = (mixed ^ (mixed >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
    return np.asarray(np.add.reduceat(mixed ^ (mixed >> np.uint64(32)), starts))
