"""Serial BCR::ABL1 of published tables: molecular responses reached and lost, computed again from the raw numbers."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

import pytest

from hemeline import api
from hemeline.facts import understand
from hemeline.knowledge import Knowledge
from tests.real.tables import DAYS_PER_MONTH, DAYS_PER_YEAR, Table

DAY_ZERO = dt.date(2000, 1, 1)


@dataclass(frozen=True)
class Serial:
    """A table of serial values: its columns of time (with the days in one unit) and patient, and which values are limits.

    ``limits`` are a column and the number in it that marks a limit of detection; ``zeros_open`` says that a zero lies below a limit
    that the table does not give.
    """

    table: Table
    time: str
    days: float
    patient: tuple[str, ...] = ("Pt",)
    limits: tuple[str, float] | None = None
    zeros_open: bool = False

    def measured(self) -> dict[str, list[tuple[dt.date, float, bool]]]:
        """For each patient and measurement: the day, the percentage, and whether it is the limit below which the value lies."""
        found: dict[str, list[tuple[dt.date, float, bool]]] = defaultdict(list)
        for row in self.table.raw().to_dicts():
            if row["Prct"] is None or (self.zeros_open and float(row["Prct"]) == 0):
                continue
            below = self.limits is not None and float(row[self.limits[0]]) == self.limits[1]
            day = DAY_ZERO + dt.timedelta(days=round(float(row[self.time]) * self.days))
            found["-".join(row[name] for name in self.patient)].append((day, float(row["Prct"]), below))
        return found


def table(file: str, mapping: str) -> Table:
    return Table(f"cml_myelo/{file}.csv", f"cml-{mapping}.yaml")


PONATINIB = Serial(table("claudianiPon", "ponatinib-claudiani"), "Month", DAYS_PER_MONTH, zeros_open=True)
TABLES = [
    Serial(table("hahnelFigS2", "hahnel-initial"), "Months", DAYS_PER_MONTH, limits=("UL", 1)),
    Serial(table("hahnelFigS5", "hahnel-stopping"), "Months", DAYS_PER_MONTH, limits=("UL", 1)),
    Serial(table("michor", "michor"), "Days", 1, limits=("Prct", 0.001)),
    Serial(table("miSR", "mir"), "Days", 1),
    Serial(table("stein", "stein"), "Years", DAYS_PER_YEAR, ("Grp", "Pt")),
    PONATINIB,
]
SERIAL = [pytest.param(one, marks=one.table.needed, id=one.table.mapping) for one in TABLES]
LEVELS = {"mmr": (0.1, True), "mr4": (0.01, False), "mr4-5": (0.0032, False)}  # percent, and whether the limit itself counts


def level(values: list[tuple[dt.date, float, bool]], limit: float, limit_counts: bool) -> tuple[str | None, str | None, str]:
    """When a level was first reached, first lost after that, and whether it is met now."""
    reached: str | None = None
    lost: str | None = None
    now = "unknown"
    for day in sorted({day for day, _, _ in values}):
        same_day = [(value, below) for one, value, below in values if one == day]
        met = [value < limit or (value == limit and (limit_counts or below)) for value, below in same_day]
        missed = [not below and not meets for (_, below), meets in zip(same_day, met, strict=True)]
        lost = lost or (day.isoformat() if all(missed) and reached else None)
        reached = reached or (day.isoformat() if all(met) else None)
        now = "yes" if all(met) else "no" if all(missed) else "unknown"
    return reached, lost, now


@pytest.mark.parametrize("serial", SERIAL)
def test_levels_are_reached_and_lost_when_the_raw_numbers_say(serial: Serial, knowledge: Knowledge) -> None:
    assessed = api.assess(serial.table.records(knowledge), knowledge, as_of="2026-11-22", region="EU")
    found = {
        (one["patient"], level["definition"]): (level["reached"], level["lost"], level["now"])
        for one in assessed
        for level in one["course"]["levels"]
    }
    measured = serial.measured()
    assert {who for who, _ in found} == set(measured)
    for who, values in measured.items():
        for name, (limit, limit_counts) in LEVELS.items():
            assert found[who, name] == level(values, limit, limit_counts), name


@pytest.mark.parametrize("serial", SERIAL)
def test_no_value_is_read_as_zero(serial: Serial, knowledge: Knowledge) -> None:
    records = serial.table.records(knowledge)
    rows = understand(records, knowledge.vocabulary).rows_of("BCR::ABL1-IS")
    below = sum(below for values in serial.measured().values() for _, _, below in values)
    assert (rows["high"] > 0).all()
    assert int((rows["low"] == 0).sum()) == below


@PONATINIB.table.needed
def test_a_zero_below_an_unknown_limit_is_listed_and_left_out(knowledge: Knowledge) -> None:
    zeros = [row for row in PONATINIB.table.raw().to_dicts() if float(row["Prct"]) == 0]
    lost = PONATINIB.table.records(knowledge).not_understood.select("fact", "why").rows()
    assert lost == [("BCR::ABL1-IS", "a zero whose limit of detection is not known")] * len(zeros) != []
