"""Survival and the next relapse from a first relapse, or from the start of each line, by lifelines.

Times are months of 30.4375 days. A date known to the month or year counts as the middle of the days it may be, and who has a vaguer one
is left out; what happened on the first day counts as half a day later. Until when somebody was observed, :mod:`hemeline.cohort.observed`
says.
"""

from __future__ import annotations

import datetime as dt
import warnings
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hemeline.cohort.asked import table
from hemeline.cohort.observed import middle, observed
from hemeline.cohort.suppress import Cell, about, protect
from hemeline.draw.curves import Curve
from hemeline.errors import UsageError
from hemeline.when import DAYS_PER_MONTH

Since = Literal["relapse", "line"]
NEEDS = "the report needs lifelines; install hemeline[stats]"
CENSORED, RELAPSED, DIED = 0, 1, 2
_HALF_A_DAY, _LATER = 0.5, 0.1  # on one day, a relapse comes before a death and before the last observation
_LONGEST, _TICKS = 240, (1, 3, 6, 12, 24, 60)
_YEARS = (12, 24, 60)
# A curve ends where fewer people, or a smaller part of all, are observed; none of relapses is drawn if a larger part of them has no day.
_FEWEST, _PART = 2, 20
Months = NDArray[np.float64]


@dataclass(frozen=True)
class Times:
    """Days from the beginning to death or the last observation, and to the next relapse, death or the last observation, with what it was.

    ``unplaced`` people have a relapse on a day that is not known: they count for survival and are missing from the next relapse.
    ``unfollowed`` have neither a death nor a last contact.
    """

    days: Months
    died: NDArray[np.bool_]
    next_days: Months
    next_event: NDArray[np.int64]
    unplaced: int = 0
    unfollowed: int = 0

    def __len__(self) -> int:
        return len(self.days)

    @property
    def relapses(self) -> int:
        """How many have a next relapse on a known day."""
        return int((self.next_event == RELAPSED).sum())


@dataclass(frozen=True)
class Estimate:
    """A function of whole months with its 95% confidence interval."""

    values: Months
    lows: Months
    highs: Months


@dataclass(frozen=True)
class SurvivalRow:
    """The figures of a group: its people, the deaths, the median follow-up, the median survival and the share alive after some years."""

    group: str
    people: Cell
    deaths: Cell
    followed: str
    median: str
    alive: tuple[str, ...]


@dataclass(frozen=True)
class RelapseRow:
    """The figures of a group: its people, who relapsed, who died before, and the cumulative incidence after some years."""

    group: str
    people: str
    relapsed: str
    died: str
    incidence: tuple[str, ...]


@dataclass(frozen=True)
class Charts:
    """Curves of survival and of the next relapse, their ticks, their figures, and groups without, each with the reason.

    ``unplaced`` are groups in which too many relapses have no known day, ``unrelapsed`` those in which no relapse has one.
    """

    ticks: tuple[int, ...]
    survival: list[Curve]
    relapse: list[Curve]
    rows: list[SurvivalRow]
    relapse_rows: list[RelapseRow]
    too_few: list[str]
    unplaced: list[str]
    unrelapsed: list[str]


def beginnings(folder: Path, since: Since) -> pl.DataFrame:
    """``patient_id``, ``number`` and the day (``begin``) of first relapses, or of all lines."""
    first = table(folder, "relapses").filter(pl.col("number") == 1) if since == "relapse" else table(folder, "lines")
    date = "date" if since == "relapse" else "start"
    return first.select("patient_id", "number", middle(date).alias("begin")).sort("patient_id", "number").collect()


def times(folder: Path, begun: pl.DataFrame, patients: pl.DataFrame, as_of: dt.date) -> tuple[Times, int]:
    """The times of some beginnings (one for each patient), and how many have no usable dates."""
    relapses = table(folder, "relapses").select("patient_id", middle("date").alias("relapse"))
    later = begun.lazy().join(relapses, on="patient_id").filter(pl.col("relapse") > pl.col("begin"))
    following = later.group_by("patient_id").agg(pl.col("relapse").min())
    unplaced = relapses.filter(pl.col("relapse").is_null()).select("patient_id", pl.lit(True).alias("unplaced")).unique()
    rows = begun.lazy().join(observed(folder, patients, as_of), on="patient_id")
    rows = rows.join(following, on="patient_id", how="left").join(unplaced, on="patient_id", how="left").sort("patient_id")
    known = rows.filter(pl.col("until") >= pl.col("begin")).collect()
    return _times(known.with_columns(pl.col("unplaced").fill_null(False))), len(begun) - len(known)


def _times(rows: pl.DataFrame) -> Times:
    died = rows["died"].to_numpy()
    days = (rows["until"] - rows["begin"]).to_numpy().astype(np.float64)
    to_relapse = (rows["relapse"] - rows["begin"]).fill_null(np.inf).to_numpy().astype(np.float64)
    relapsed, placed = to_relapse <= days, ~rows["unplaced"].to_numpy()
    event = np.where(relapsed, RELAPSED, np.where(died, DIED, CENSORED)).astype(np.int64)
    days = np.maximum(days, _HALF_A_DAY)
    next_days = np.maximum(np.where(relapsed, to_relapse, days), _HALF_A_DAY)
    next_days = np.where(relapsed, next_days, next_days + _LATER)
    unfollowed = int((~rows["followed"]).sum())
    return Times(days, died, next_days[placed], event[placed], int((~placed).sum()), unfollowed)


def survival(found: Times, grid: Months) -> tuple[Estimate, Any]:
    """Kaplan and Meier's estimate at some months, with lifelines' fitter for what else it knows."""
    fitter = _lifelines().KaplanMeierFitter().fit(found.days / DAYS_PER_MONTH, found.died)
    return _estimate(fitter.survival_function_, fitter.confidence_interval_, grid, 1.0), fitter


def next_relapse(found: Times, grid: Months) -> Estimate:
    """Aalen and Johansen's estimate of the cumulative incidence of the next relapse, where death competes, at some months."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # of a band that begins before the first event
        fitter = (
            _lifelines().AalenJohansenFitter(seed=0).fit(found.next_days / DAYS_PER_MONTH, found.next_event, event_of_interest=RELAPSED)
        )
    return _estimate(fitter.cumulative_density_, fitter.confidence_interval_, grid, 0.0)


def _lifelines() -> Any:
    try:
        import lifelines
    except ModuleNotFoundError:
        raise UsageError(NEEDS) from None
    return lifelines


def _estimate(values: Any, bounds: Any, grid: Months, before: float) -> Estimate:
    """Step functions of lifelines read at some months; without an event yet there is no doubt."""
    at = np.searchsorted(values.index.to_numpy(), grid, side="right") - 1
    value = np.where(at < 0, before, values.iloc[:, 0].to_numpy()[np.maximum(at, 0)])
    ends = np.sort(bounds.to_numpy()[np.maximum(at, 0)], axis=1)  # whichever lifelines calls upper
    sure = np.isnan(ends).any(axis=1) | (at < 0)
    return Estimate(value, np.where(sure, value, ends[:, 0]), np.where(sure, value, ends[:, 1]))


def charts(groups: Iterable[tuple[str, Times]], least: int) -> Charts:
    """Curves for each group, month by month, as far as at least ``least`` people are observed."""
    few = max(least, _FEWEST)
    all_groups = list(groups)
    drawn = [(name, found) for name, found in all_groups if len(found) >= few]
    last = max((_last_month(found.days, few) for _, found in drawn), default=0)
    found = Charts(_ticks(last), [], [], [], [], [name for name, one in all_groups if len(one) < few], [], [])
    for place, (name, one) in enumerate(drawn):
        _survival(name, place, one, found, least)
        if one.unplaced * _PART > one.unplaced + one.relapses:
            found.unplaced.append(name)
        elif not one.relapses:
            found.unrelapsed.append(name)
        elif all(_enough(one.next_event == event, least) for event in (CENSORED, RELAPSED, DIED)) and len(one.next_days) >= few:
            _relapse(name, place, one, found, least)
    return found


def _survival(name: str, place: int, found: Times, into: Charts, least: int) -> None:
    grid = _grid(found.days, max(least, _FEWEST))
    estimate, fitter = survival(found, grid)
    row = _row(name, found, fitter, least)
    into.rows.append(row)
    if row.deaths.number is not None and grid[-1] > 0:
        into.survival.append(replace(_curve(name, grid, estimate, found.days, into.ticks, least), place=place))


def _relapse(name: str, place: int, found: Times, into: Charts, least: int) -> None:
    grid = _grid(found.next_days, max(least, _FEWEST))
    into.relapse.append(replace(_curve(name, grid, next_relapse(found, grid), found.next_days, into.ticks, least), place=place))
    shares = _shares(next_relapse(found, np.array(_YEARS, dtype=np.float64)), found.next_days, least)
    died = int((found.next_event == DIED).sum())
    into.relapse_rows.append(RelapseRow(name, about(len(found.next_days), least), about(found.relapses, least), about(died, least), shares))


def _enough(happened: NDArray[np.bool_], least: int) -> bool:
    """Whether the steps of a curve show no small count."""
    return not 0 < happened.sum() < least


def _last_month(days: Months, few: int) -> int:
    """The last whole month in which enough people are observed."""
    enough = max(few, -(-len(days) // _PART))
    return int(min(np.sort(days)[-enough] // DAYS_PER_MONTH, _LONGEST))


def _grid(days: Months, few: int) -> Months:
    return np.arange(_last_month(days, few) + 1, dtype=np.float64)


def _ticks(last: int) -> tuple[int, ...]:
    step = next((one for one in _TICKS if last <= one * 10), _TICKS[-1])
    return tuple(range(0, max(-(-last // step), 1) * step + 1, step))


def _curve(name: str, grid: Months, found: Estimate, days: Months, ticks: tuple[int, ...], least: int) -> Curve:
    at_risk = tuple(about(int((days >= tick * DAYS_PER_MONTH).sum()), least) for tick in ticks)
    months, values, lows, highs = (tuple(one.tolist()) for one in (grid, found.values, found.lows, found.highs))
    return Curve(name, months, values, lows, highs, at_risk)


def _row(name: str, found: Times, fitter: Any, least: int) -> SurvivalRow:
    from lifelines.utils import median_survival_times

    (deaths, _), people = protect([int(found.died.sum()), int((~found.died).sum())], least)
    low, high = sorted(median_survival_times(fitter.confidence_interval_).to_numpy().ravel().tolist())
    shown = deaths.number is not None
    median = _median(float(fitter.median_survival_time_), low, high) if shown else ""
    at = survival(found, np.array(_YEARS, dtype=np.float64))[0]
    alive = _shares(at, found.days, least) if shown else ("",) * len(_YEARS)
    return SurvivalRow(name, people, deaths, _followed(found) if shown else "", median, alive)


def _followed(found: Times) -> str:
    """The median follow-up in months: when half would still be observed if nobody died (Kaplan and Meier, reversed)."""
    middle = float(_lifelines().KaplanMeierFitter().fit(found.days / DAYS_PER_MONTH, ~found.died).median_survival_time_)
    return f"{middle:.0f}" if np.isfinite(middle) else ""


def _shares(at: Estimate, days: Months, least: int) -> tuple[str, ...]:
    """A share after some years with its interval; empty where too few are still observed."""
    seen = [int((days >= year * DAYS_PER_MONTH).sum()) >= max(least, _FEWEST) for year in _YEARS]
    parts = zip(at.values, at.lows, at.highs, seen, strict=True)
    return tuple(f"{v:.0%} ({100 * lo:.0f}–{100 * hi:.0f})" if enough else "" for v, lo, hi, enough in parts)


def _median(middle: float, low: float, high: float) -> str:
    upper = f"{high:.0f}" if np.isfinite(high) else "not reached"
    return f"{middle:.0f} ({low:.0f}–{upper})" if np.isfinite(middle) else "not reached"
