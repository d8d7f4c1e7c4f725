"""Remissions, relapses, lines and exposures as tables, read off the walked events. All are sorted by patient and time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hemeline.columns import Codes, Truths, over_runs, runs
from hemeline.course.diagnoses import Diagnoses
from hemeline.course.events import Events, is_lasting
from hemeline.course.machine import Walk
from hemeline.course.rules import EVENT, FAIL, IMPLIED, RELAPSE, REMISSION
from hemeline.facts import Facts
from hemeline.table import Table
from hemeline.when import DAYS_PER_MONTH, NO_DAY, Days

_ENDLESS = 2**30
_MARROW_SITES = ("marrow", "blood")
KINDS = ("unspecified", "marrow", "isolated-extramedullary", "combined")


def remissions_of(events: Events, done: Walk) -> Table:
    """Every complete remission with the relapse that ended it.

    Columns: ``patient``, ``number``, ``start_low/high``, ``end_low/high``. The end is ``NO_DAY`` while the remission lasts, the
    start where a relapse shows that there was a remission that nobody recorded.
    """
    turns = np.flatnonzero((done.does_at & (REMISSION | RELAPSE)) != 0)
    patient, does = events.patient[turns], done.does_at[turns]
    low, high = events.date_low[turns], events.date_high[turns]
    is_relapse = (does & RELAPSE) != 0
    ends = np.zeros(len(turns), dtype=bool)
    ends[:-1] = (patient[1:] == patient[:-1]) & is_relapse[1:] & ~is_relapse[:-1]
    next_low, next_high = np.append(low[1:], NO_DAY), np.append(high[1:], NO_DAY)
    implied = (does & IMPLIED) != 0
    table = Table(
        {
            "patient": patient,
            "number": done.remission_at[turns],
            "start_low": np.where(implied, NO_DAY, low).astype(np.int32),
            "start_high": np.where(implied, NO_DAY, high).astype(np.int32),
            "end_low": np.where(implied, low, np.where(ends, next_low, NO_DAY)).astype(np.int32),
            "end_high": np.where(implied, high, np.where(ends, next_high, NO_DAY)).astype(np.int32),
        }
    )
    return table.take(~is_relapse | implied)


def relapses_of(facts: Facts, events: Events, done: Walk, diagnoses: Diagnoses) -> Table:
    """Every relapse.

    Columns: ``patient``, ``number``, ``line`` in which it came, ``date_low/high``, ``day`` (on which it is taken to have happened),
    ``remission_low/high`` (start of the remission it ended), ``sites`` (bits), ``kind`` (position in ``KINDS``), and months
    ``from_diagnosis`` and ``from_remission``.
    """
    turns = np.flatnonzero((done.does_at & (REMISSION | RELAPSE)) != 0)
    patient, does = events.patient[turns], done.does_at[turns]
    is_relapse = (does & RELAPSE) != 0
    after = np.zeros(len(turns), dtype=bool)
    after[1:] = (patient[1:] == patient[:-1]) & ~is_relapse[:-1]
    before = np.append(turns[:1], turns[:-1])
    table = Table(
        {
            "patient": patient,
            "number": done.relapse_at[turns],
            "line": done.line_at[turns],
            "date_low": events.date_low[turns],
            "date_high": events.date_high[turns],
            "day": events.day[turns],
            "remission_low": np.where(after, events.date_low[before], NO_DAY).astype(np.int32),
            "remission_high": np.where(after, events.date_high[before], NO_DAY).astype(np.int32),
        }
    ).take(is_relapse)
    sites = _sites(table, facts)
    words = facts.vocabulary.value_ids("site")
    marrow = sum(1 << words.index(word) for word in _MARROW_SITES)
    outside = sum(1 << place for place, word in enumerate(words) if word not in (*_MARROW_SITES, "unspecified"))
    kind = ((sites & marrow) != 0) * 1 + ((sites & outside) != 0) * 2
    who = table["patient"]
    table = table.having(sites=sites, kind=kind.astype(np.int32))
    table = _with_months(table, "from_diagnosis", diagnoses.first_low[who], diagnoses.first_high[who])
    return _with_months(table, "from_remission", table["remission_low"], table["remission_high"])


def _sites(relapses: Table, facts: Facts) -> Codes:
    """The sites recorded on the date of each relapse, one bit each; the bit of not recorded where there are none."""
    rows = facts.rows.take(facts.where("relapse", "progression"))
    words = facts.vocabulary.value_ids("site")
    sites = np.zeros(len(relapses), dtype=np.int32)
    if len(rows) and len(relapses):
        # The start of a partial date may have been moved to the diagnosis; its end never is, and tells the event.
        key, asked = _key(relapses["patient"], relapses["date_high"]), _key(rows["patient"], rows["date_high"])
        order = np.argsort(key, kind="stable")
        at = np.minimum(np.searchsorted(key[order], asked), len(key) - 1)
        found = key[order][at] == asked
        np.bitwise_or.at(sites, order[at[found]], np.left_shift(1, rows["value"][found]).astype(np.int32))
    return np.where(sites == 0, 1 << words.index("unspecified"), sites).astype(np.int32)


def _with_months(relapses: Table, name: str, low: Days, high: Days) -> Table:
    """The table with the fewest and most months from a date to the relapse."""
    unknown = (low == NO_DAY) | (high == NO_DAY)
    fewest = (relapses["date_low"].astype(np.float64) - high) / DAYS_PER_MONTH
    most = (relapses["date_high"].astype(np.float64) - low) / DAYS_PER_MONTH
    return relapses.having(
        **{
            f"months_{name}.low": np.maximum(np.where(unknown, -np.inf, fewest), 0.0),
            f"months_{name}.high": np.where(unknown, np.inf, most),
        }
    )


@dataclass(frozen=True)
class LineTables:
    """Lines of therapy, and every treatment with its line and whether the disease was refractory to it."""

    lines: Table
    exposures: Table


def lines_and_exposures(facts: Facts, events: Events, done: Walk, relapses: Table, grace: Days) -> LineTables:
    """Lines and exposures of all patients; ``grace`` (by patient) is how many days after the last dose count as on treatment.

    Lines: ``patient``, ``number``, ``start_low/high``, ``end_low/high`` (``NO_DAY`` while not every treatment has ended), ``best``
    (position of the deepest response, -1 if none), ``refractory``. Exposures: ``patient``, ``therapy``, ``line``, ``start_low/high``,
    ``end_low/high``, ``intent``, ``reason``, ``row`` and so on, ``source`` (row of the facts), ``day`` (on which it is taken to have
    begun), ``surely`` and ``perhaps`` (refractory to it: yes both, no neither).
    """
    treats = np.flatnonzero((events.source >= 0) & (events.kind <= EVENT["minor-treatment"]))
    copies = ("end_low", "end_high", "intent", "reason", "row", "donor", "conditioning", "courses")
    rows = facts.rows.take(events.source[treats])
    helps = np.array([one.supportive for one in facts.vocabulary.therapies.values()])
    lasting, supportive = is_lasting(facts.vocabulary).take(rows["value"]), helps.take(rows["value"])
    copied = {name: rows[name] for name in copies}
    named = {"patient": rows["patient"], "therapy": rows["value"], "line": done.line_at[treats], "start_low": rows["date_low"]}
    marked = {"lasting": lasting, "supportive": supportive, "source": events.source[treats], "day": events.day[treats]}
    exposures = Table({**named, "start_high": rows["date_high"], **copied, **marked})
    keys = _LineKeys(done)
    failed = keys.of(events.patient, done.line_at)[(done.does_at & FAIL) != 0]
    surely, perhaps = _refractory(exposures, facts, keys, failed, relapses, np.maximum(grace, 0).take(exposures["patient"]))
    exposures = exposures.having(surely=surely, perhaps=perhaps)
    return LineTables(_lines(exposures, keys, failed, _best_responses(events, done, facts, keys)), exposures)


class _LineKeys:
    """One number for each patient and line, so that lines can be looked up in flat arrays."""

    def __init__(self, done: Walk) -> None:
        self.span = int(done.line_at.max(initial=0)) + 1
        self.size = len(done.state) * self.span

    def of(self, patient: Codes, line: Codes) -> NDArray[np.int64]:
        return patient.astype(np.int64) * self.span + line

    def flags(self, keys: NDArray[np.int64]) -> Truths:
        flags = np.zeros(self.size, dtype=bool)
        flags[keys] = True
        return flags


def _refractory(
    exposures: Table, facts: Facts, keys: _LineKeys, failed: NDArray[np.int64], relapses: Table, grace: Days
) -> tuple[Truths, Truths]:
    """Refractory to a treatment: it ended for progression, its line failed, or the relapse came on it (or within the grace).

    Where a treatment over time has no recorded end, whether it was still given at the relapse is unknown.
    """
    reason, end_low, end_high = exposures["reason"], exposures["end_low"], exposures["end_high"]
    progression = facts.vocabulary.value_ids("reason").index("progression")
    key = keys.of(exposures["patient"], exposures["line"])
    low, high = _relapse_in_line(relapses, keys, key)
    over_time = exposures["lasting"] & (low != NO_DAY) & (exposures["start_low"] < high)
    open_end = (end_low == NO_DAY) & (reason < 0)
    still = over_time & ~open_end & (end_low.astype(np.int64) + grace >= high) & (exposures["start_high"] < low)
    may_still = over_time & (open_end | (end_high.astype(np.int64) + grace >= low))
    surely = (reason == progression) | keys.flags(failed).take(key) | still
    return surely, surely | may_still


def _relapse_in_line(relapses: Table, keys: _LineKeys, wanted: NDArray[np.int64]) -> tuple[Days, Days]:
    """The date of the first relapse that came in each wanted line; ``NO_DAY`` if none did."""
    low, high = np.full(keys.size, NO_DAY, dtype=np.int32), np.full(keys.size, NO_DAY, dtype=np.int32)
    key = keys.of(relapses["patient"], relapses["line"])[::-1]  # written backwards, the first of a line stays
    low[key], high[key] = relapses["date_low"][::-1], relapses["date_high"][::-1]
    return low.take(wanted), high.take(wanted)


def _lines(exposures: Table, keys: _LineKeys, failed: NDArray[np.int64], best: Codes) -> Table:
    begun = exposures.take(exposures["line"] > 0)
    key = keys.of(begun["patient"], begun["line"])
    order = np.argsort(key, kind="stable")
    begun, key = begun.take(order), key.take(order)
    starts, _ = runs(key)
    ended, lasting = begun["end_low"] != NO_DAY, begun["lasting"]
    end_low = np.where(ended | lasting, begun["end_low"], begun["start_low"])
    end_high = np.where(ended | lasting, begun["end_high"], begun["start_high"])
    closed = over_runs(np.logical_and, ended | ~lasting, starts)
    return Table(
        {
            "patient": begun["patient"][starts],
            "number": begun["line"][starts],
            "start_low": over_runs(np.minimum, begun["start_low"], starts),
            "start_high": over_runs(np.minimum, begun["start_high"], starts),
            "end_low": np.where(closed, over_runs(np.maximum, end_low, starts), NO_DAY).astype(np.int32),
            "end_high": np.where(closed, over_runs(np.maximum, end_high, starts), NO_DAY).astype(np.int32),
            "best": best.take(key.take(starts)),
            "refractory": keys.flags(failed).take(key.take(starts)),
        }
    )


def _best_responses(events: Events, done: Walk, facts: Facts, keys: _LineKeys) -> Codes:
    """The deepest response recorded in each line, by line key; -1 if none."""
    depth = np.array([response.depth for response in facts.vocabulary.responses.values()], dtype=np.int64)
    at = np.flatnonzero(events.source >= 0)
    at = at[facts.rows["fact"].take(events.source.take(at)) == facts.codes.code["response"]]
    value = facts.rows["value"].take(events.source.take(at))
    deepest = np.full(keys.size, -1, dtype=np.int64)
    np.maximum.at(deepest, keys.of(events.patient[at], done.line_at[at]), depth[value] * 1000 + value)
    return np.where(deepest < 0, -1, deepest % 1000).astype(np.int32)


def with_end_of_treatment(relapses: Table, exposures: Table) -> Table:
    """Relapses with months ``from_end_of_treatment``: from the last treatment of the disease begun before the relapse.

    A treatment whose end nobody recorded may have gone on until the relapse; one that outlasted it ended with it. What is only
    supportive does not count.
    """
    exposures = exposures.take(~exposures["supportive"])
    known, lasting = exposures["end_low"] != NO_DAY, exposures["lasting"]
    end_low = np.where(known, exposures["end_low"], exposures["start_low"])
    end_high = np.where(known, exposures["end_high"], np.where(lasting, _ENDLESS, exposures["start_high"]))
    begun = np.searchsorted(_key(exposures["patient"], exposures["day"]), _key(relapses["patient"], relapses["day"]))
    last = np.maximum(begun - 1, 0)  # of the treatments begun before each relapse, if that one is of the same patient
    any_ = (begun > 0) & (exposures["patient"][last] == relapses["patient"]) if len(exposures) else np.zeros(len(relapses), dtype=bool)
    low, high = np.full(len(relapses), NO_DAY, dtype=np.int32), np.full(len(relapses), NO_DAY, dtype=np.int32)
    for found, ends in ((low, end_low), (high, end_high)):
        latest = _latest_so_far(exposures["patient"], ends)[last[any_]]
        found[any_] = np.minimum(latest, relapses["date_low"][any_])
    return _with_months(relapses, "from_end_of_treatment", low, high)


def _latest_so_far(patient: Codes, day: Days) -> NDArray[np.int64]:
    """The latest of each row's day and those before it of the same patient."""
    beyond = patient.astype(np.int64) << 32  # the days of one patient lie beyond those of the one before
    return np.asarray(np.maximum.accumulate(beyond + day) - beyond)


def _key(patient: Codes, day: Days) -> NDArray[np.int64]:
    return patient.astype(np.int64) << 32 | (day.astype(np.int64) + 2**31)
