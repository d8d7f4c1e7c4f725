"""A sample of single courses for a picture: without identifiers and dates, in whole months from diagnosis.

The choice is the same every time: those with a relapse or more than one line stand in order of disease, number of lines and length, and
every so-manieth of them is taken.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import polars as pl

from hemeline.cohort.asked import table
from hemeline.cohort.naming import Names
from hemeline.cohort.observed import observed
from hemeline.draw.swimmer import Lane, Stretch
from hemeline.when import DAYS_PER_MONTH

Rows = dict[str, list[dict[str, Any]]]


def sample(folder: Path, patients: pl.DataFrame, lines: pl.DataFrame, names: Names, as_of: dt.date, size: int) -> list[Lane]:
    """At most so many lanes, grouped by disease, the longest first."""
    relapses = table(folder, "relapses").select("patient_id", _day("date")).collect()
    eligible = _eligible(folder, patients, lines, relapses, as_of)
    ordered = eligible.sort("disease", "line_count", "length", "patient_id")
    taken = ordered[sorted({place * len(ordered) // size for place in range(size)} if len(ordered) > size else range(len(ordered)))]
    chosen = taken.sort("disease", "length", "patient_id", descending=[False, True, False])
    here = chosen.select("patient_id").lazy()
    remissions = (
        table(folder, "remissions").join(here, on="patient_id").select("patient_id", "number", _day("start"), _day("end")).collect()
    )
    of_lines = _rows(lines.lazy().join(here, on="patient_id").select(
        "patient_id", "number", "best_response", "refractory", _day("start"), _day("end")
    ).collect())  # fmt: skip
    of_relapses, of_remissions = _rows(relapses.join(chosen.select("patient_id"), on="patient_id")), _rows(remissions)
    return [_lane(row, names, of_lines, of_remissions, of_relapses) for row in chosen.iter_rows(named=True)]


def _day(name: str) -> pl.Expr:
    return ((pl.col(f"{name}_first").cast(pl.Int32) + pl.col(f"{name}_last").cast(pl.Int32)) // 2).alias(name)


def _eligible(folder: Path, patients: pl.DataFrame, lines: pl.DataFrame, relapses: pl.DataFrame, as_of: dt.date) -> pl.DataFrame:
    """Patients whose course can be drawn and has more than one line or a relapse, with its length in days."""
    known = patients.with_columns(_day("diagnosis")).join(observed(folder, patients, as_of).collect(), on="patient_id")
    known = known.with_columns((pl.col("until").floor().cast(pl.Int32) - pl.col("diagnosis")).alias("length")).filter(pl.col("length") > 0)
    again = pl.concat([lines.filter(pl.col("number") > 1).select("patient_id"), relapses.select("patient_id")]).unique()
    return known.join(again, on="patient_id", how="semi")


def _rows(frame: pl.DataFrame) -> Rows:
    found: Rows = {}
    for row in frame.iter_rows(named=True):
        found.setdefault(row["patient_id"], []).append(row)
    return found


def _lane(row: dict[str, Any], names: Names, lines: Rows, remissions: Rows, relapses: Rows) -> Lane:
    who, begin, until = row["patient_id"], row["diagnosis"], row["length"]

    def month(day: int | None) -> float | None:
        return None if day is None else float(round(min(max(day - begin, 0), until) / DAYS_PER_MONTH))

    last = month(begin + until) or 0.0
    return Lane(
        names.disease(row["disease"]),
        last,
        bool(row["died"]),
        tuple(_stretches(lines.get(who, []), month, None)),
        tuple(_stretches(remissions.get(who, []), month, last)),
        tuple(sorted(one for each in relapses.get(who, []) if (one := month(each["date"])) is not None)),
    )


def _stretches(rows: list[dict[str, Any]], month: Any, last: float | None) -> Iterable[Stretch]:
    """Lines (``last`` is none: without an end they are drawn as one day), or remissions, which last."""
    for one in sorted(rows, key=lambda each: each["number"]):
        start = month(one["start"])
        if start is not None:
            end = month(one["end"])
            yield Stretch(
                start, max(start, end if end is not None else start if last is None else last), one["number"],
                _said(one, start, end, last is None), bool(one.get("refractory")),
            )  # fmt: skip


def _said(row: dict[str, Any], start: float, end: float | None, is_line: bool) -> str:
    what = f"line {row['number']}" if is_line else f"complete remission {row['number']}"
    response = f", best response {row['best_response']}" if row.get("best_response") else ""
    return f"{what}, month {start:.0f}{f' to {end:.0f}' if end is not None else ''}{response}"
