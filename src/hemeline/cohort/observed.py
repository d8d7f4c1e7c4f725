"""Until when the people of a cohort were observed: to their death, else to their last contact, else to the day of the assessment.

Somebody with a later event of the course was seen then, whatever the day of last contact says. Who has neither a death nor a day of
contact counts as alive on the day of the assessment, because the records hold nothing better; how many those are is told wherever it
counts.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl

from hemeline.cohort.asked import table

_WIDEST = 366  # days that a date may leave open
_EVENTS = {"relapses": "date", "remissions": "start", "lines": "start"}


def middle(date: str) -> pl.Expr:
    """The middle of the days a date may be, as a number of days; null where they are more than a year."""
    first, last = (pl.col(f"{date}_{end}").cast(pl.Int32) for end in ("first", "last"))
    return pl.when(last - first <= _WIDEST).then((first + last) / 2)


def observed(folder: Path, patients: pl.DataFrame, as_of: dt.date) -> pl.LazyFrame:
    """For each patient ``until`` (a day; null for a death on an unknown one), ``died``, and ``followed``: whether the end is recorded."""
    last = (as_of - dt.date(1970, 1, 1)).days
    people = patients.lazy().select(
        "patient_id", (pl.col("state") == "dead").alias("died"), middle("death").alias("death"), middle("last_contact").alias("contact")
    )
    contact = pl.when(pl.col("contact").is_not_null()).then(pl.max_horizontal("contact", "seen")).otherwise(pl.lit(float(last)))
    return people.join(_seen(folder), on="patient_id", how="left").select(
        "patient_id",
        "died",
        (pl.col("died") | pl.col("contact").is_not_null()).alias("followed"),
        pl.when(pl.col("died")).then(pl.col("death")).otherwise(contact).alias("until"),
    )


def _seen(folder: Path) -> pl.LazyFrame:
    """The last day on which the course has something of each patient."""
    parts = [table(folder, name).select("patient_id", middle(date).alias("seen")) for name, date in _EVENTS.items()]
    return pl.concat(parts).group_by("patient_id").agg(pl.col("seen").max())
