"""Assessing generated records, and what the properties compare."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import polars as pl
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import SearchStrategy

from hemeline.assessment import assess
from hemeline.assessment.shape import Assessment
from hemeline.knowledge import Region
from hemeline.record import Records
from hemeline.record.documents import records_from
from tests.properties.strategies import AS_OF, Record, shipped


def read(*written: Record) -> Records:
    """Some records as one, each patient with an identifier of its own."""
    named = [{**one, "patient": {**one["patient"], "id": f"p{number}"}} for number, one in enumerate(written)]
    return records_from(named, "generated")


def of_each(records: Records, day: dt.date = AS_OF, region: Region = "US") -> list[Assessment]:
    """The assessment of every patient by the shipped knowledge."""
    return assess(records, shipped(), day, region)


def of_one(written: Record, day: dt.date = AS_OF, region: Region = "US") -> Assessment:
    """The assessment of one generated record."""
    return of_each(read(written), day, region)[0]


def verdicts(assessment: Assessment) -> dict[tuple[str, str], str]:
    """The verdict of every indication that is in force, by identifier and basis."""
    return {(one["id"], one["basis"]): one["verdict"] for option in assessment["options"] for one in option["indications"]}


def reordered(records: Records, order: Sequence[int]) -> Records:
    """The same facts in another order; each keeps the row number it was written with."""
    return Records(records.patients, records.facts[pl.Series(order, dtype=pl.UInt32)], records.not_understood)


def examples_of(strategy: SearchStrategy[Any], count: int) -> list[Any]:
    """The same few examples on every run, for what is too slow to try one by one."""
    found: list[Any] = []

    @settings(max_examples=count, derandomize=True, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(strategy)
    def collect(example: Any) -> None:
        found.append(example)

    collect()
    return found
