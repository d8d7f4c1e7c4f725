"""Survival and the next relapse from a first relapse, or from the start of each line, by lifelines.

Times are months of 30.4375 days. A date known to the month or year counts as the middle of the days it may be, and who has a vaguer one
is left out; what happened on the first day counts as half a day later. Nobody's last contact is known, so who is not known to have died
counts as alive until the day of the assessment.
"""

from __future__ import annotations

import datetime as dt
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hemeline.cohort.asked import table
from hemeline.cohort.suppress import Cell, about, protect
from hemeline.draw.curves import Curve
from hemeline.errors import UsageError
from hemeline.when import DAYS_PER_MONTH

Since = Literal["relapse", "line"]
NEEDS = "the report needs lifelines; install hemeline[stats]"
CENSORED, RELAPSED, DIED = 0, 1, 2
_WIDEST = 366  # days that a date may leave open
_HALF_A_DAY, _LATER = 0.5, 0.1  # on one day, a relapse comes before a death and before the last observation
_LONGEST, _TICKS = 240, (1, 3, 6, 12, 24, 60)
_YEARS = (12, 24, 60)
_FEWEST, _PART = 2, 20  # a curve ends where fewer people, or a smaller part of all, are observed
Months = NDArray[np.float64]


@dataclass(frozen=True)
class Times:
    """Days from the beginning to death or the last day, and to the next relapse, to death or the last day, with what it was."""

    days: Months
    died: NDArray[np.bool_]
    next_days: Months
    next_event: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.days)


@dataclass(frozen=True)
class Estimate:
    """A function of whole months with its 95% confidence interval."""

    values: Months
    lows: Months
    highs: Months


@dataclass(frozen=True)
class SurvivalRow:
    """The figures of a group: its people, the deaths, the median and the share alive after some years."""

    group: str
    people: Cell
    deaths: Cell
    median: str
    alive: tuple[str, ...]


@dataclass(frozen=True)
class Charts:
    """Curves of survival and of the next relapse, their ticks, their figures, and groups too small for any."""

    ticks: tuple[int, ...]
    survival: list[Curve]
    relapse: list[Curve]
    rows: list[SurvivalRow]
    too_few: list[str]


def beginnings(folder: Path, since: Since) -> pl.DataFrame:
    """``patient_id``, ``number`` and the day (``begin``) of first relapses, or of all lines."""
    first = table(folder, "relapses").filter(pl.col("number") == 1) if since == "relapse" else table(folder, "lines")
    date = "date" if since == "relapse" else "start"
    return first.select("patient_id", "number", _middle(date).alias("begin")).sort("patient_id", "number").collect()


def _middle(date: str) -> pl.Expr:
    """The middle of the days a date may be, as a number of days; null where they are more than a year."""
    first, last = (pl.col(f"{date}_{end}").cast(pl.Int32) for end in ("first", "last"))
    return pl.when(last - first <= _WIDEST).then((first + last) / 2)


def times(folder: Path, begun: pl.DataFrame, patients: pl.DataFrame, as_of: dt.date) -> tuple[Times, int]:
    """The times of some beginnings (one for each patient), and how many have no usable dates."""
    relapses = table(folder, "relapses").select("patient_id", _middle("date").alias("relapse"))
    unclear = relapses.filter(pl.col("relapse").is_null()).select("patient_id")
    later = begun.lazy().join(relapses, on="patient_id").filter(pl.col("relapse") > pl.col("begin"))
    following = later.group_by("patient_id").agg(pl.col("relapse").min())
    people = patients.lazy().select("patient_id", pl.col("state") == "dead", _middle("death").alias("death"))
    rows = begun.lazy().join(people, on="patient_id").join(following, on="patient_id", how="left").sort("patient_id")
    last = (as_of - dt.date(1970, 1, 1)).days
    known = rows.join(unclear, on="patient_id", how="anti").filter(
        pl.col("begin").is_not_null(), ~(pl.col("state") & pl.col("death").is_null()), pl.col("death").fill_null(last) >= pl.col("begin")
    )
    return _times(known.collect(), last), len(begun) - known.select(pl.len()).collect().item()


def _times(rows: pl.DataFrame, last: int) -> Times:
    died = rows["death"].is_not_null().to_numpy()
    days = (rows["death"].fill_null(last) - rows["begin"]).to_numpy().astype(np.float64)
    to_relapse = (rows["relapse"] - rows["begin"]).fill_null(np.inf).to_numpy().astype(np.float64)
    relapsed = to_relapse <= days
    event = np.where(relapsed, RELAPSED, np.where(died, DIED, CENSORED)).astype(np.int64)
    days = np.maximum(days, _HALF_A_DAY)
    next_days = np.maximum(np.where(relapsed, to_relapse, days), _HALF_A_DAY)
    return Times(days, died, np.where(relapsed, next_days, next_days + _LATER), event)


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
    ticks = _ticks(last)
    survived, relapsed, rows = [], [], []
    for name, found in drawn:
        grid, later = _grid(found.days, few), _grid(found.next_days, few)
        estimate, fitter = survival(found, grid)
        rows.append(_row(name, found, fitter, least))
        if _enough(found.died, least):
            survived.append(_curve(name, grid, estimate, found.days, ticks, least))
        if _enough(found.next_event == RELAPSED, least) and _enough(found.next_event == DIED, least):
            relapsed.append(_curve(name, later, next_relapse(found, later), found.next_days, ticks, least))
    return Charts(ticks, survived, relapsed, rows, [name for name, found in all_groups if len(found) < few])


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
    median = "" if deaths.number is None else _median(float(fitter.median_survival_time_), low, high)
    at = survival(found, np.array(_YEARS, dtype=np.float64))[0]
    observed = [int((found.days >= year * DAYS_PER_MONTH).sum()) >= max(least, _FEWEST) and deaths.number is not None for year in _YEARS]
    alive = tuple(
        f"{v:.0%} ({100 * lo:.0f}–{100 * hi:.0f})" if seen else ""
        for v, lo, hi, seen in zip(at.values, at.lows, at.highs, observed, strict=True)
    )
    return SurvivalRow(name, people, deaths, median, alive)


def _median(middle: float, low: float, high: float) -> str:
    upper = f"{high:.0f}" if np.isfinite(high) else "not reached"
    return f"{middle:.0f} ({low:.0f}–{upper})" if np.isfinite(middle) else "not reached"
