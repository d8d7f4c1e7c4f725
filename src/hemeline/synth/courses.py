"""Made-up courses in columns: every patient of a chunk takes the same steps at once.

The same parameters and seed give the same patients, whatever the size of the whole: each chunk draws from a stream of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hemeline.knowledge.schema_background import Spread, SyntheticCourse, SyntheticLine
from hemeline.record.records import FACT_COLUMNS, NOT_UNDERSTOOD_COLUMNS, PATIENT_COLUMNS, Records, schema

CHUNK = 20_000
_FIRST_DAY, _LAST_DAY = np.datetime64("2005-01-01"), np.datetime64("2026-01-01")
_DAYS_PER_MONTH, _DAYS_PER_YEAR = 30.4375, 365.25

Days = NDArray[np.int64]
Mask = NDArray[np.bool_]


def chunks(course: SyntheticCourse, patients: int, seed: int) -> Iterator[Records]:
    """Records of so many made-up patients, some thousand at a time, in the order of their identifiers."""
    for number, start in enumerate(range(0, patients, CHUNK)):
        yield _Drawing(course, min(CHUNK, patients - start), start, np.random.default_rng([seed, number])).records()


class _Drawing:
    """One chunk being drawn."""

    def __init__(self, course: SyntheticCourse, size: int, first: int, drawn: np.random.Generator) -> None:
        self.course, self.size, self.drawn = course, size, drawn
        self.ids = np.array([f"{course.id}-{first + place:09d}" for place in range(size)])
        self.parts: list[pl.DataFrame] = []

    def records(self) -> Records:
        last = int((_LAST_DAY - _FIRST_DAY).astype(int))
        diagnosed = self.drawn.integers(0, last - 200, self.size)
        everybody = np.ones(self.size, dtype=bool)
        self._add(everybody, diagnosed, "diagnosis", self.course.id)
        self._test(everybody, diagnosed)
        died = self._lines(diagnosed, last)
        facts = (
            pl.concat(self.parts).filter(pl.col("date") <= pl.lit(_LAST_DAY).cast(pl.Date)).sort("patient_id", "date", maintain_order=True)
        )
        empty = [pl.lit(None, dtype=pl.String).alias(name) for name in FACT_COLUMNS if name not in (*facts.columns, "row")]
        facts = facts.with_row_index("row", offset=1).with_columns(pl.col("row").cast(pl.Int64), *empty).select(FACT_COLUMNS)
        return Records(self._patients(diagnosed, died), facts, pl.DataFrame(schema=schema(NOT_UNDERSTOOD_COLUMNS)))

    def _patients(self, diagnosed: Days, died: Days) -> pl.DataFrame:
        age = np.clip(self._spread(self.course.age, self.size), 0.5, 95.0) * _DAYS_PER_YEAR
        born = _FIRST_DAY + (diagnosed - age.astype(np.int64))
        death = pl.Series(_FIRST_DAY + np.maximum(died, 0)).cast(pl.Date).cast(pl.String)
        frame = pl.DataFrame(
            {
                "patient_id": self.ids,
                "birth_date": pl.Series(born).cast(pl.Date).cast(pl.String),
                "sex": np.where(self.drawn.random(self.size) < self.course.female, "female", "male"),
                "death_date": death,
                "dead": died >= 0,
            }
        )
        dead = pl.when("dead").then("death_date").alias("death_date")
        return frame.with_columns(dead, pl.lit(None, dtype=pl.String).alias("history")).select(PATIENT_COLUMNS)

    def _lines(self, diagnosed: Days, last: int) -> Days:
        """Line after line for those who need one; the day of death, or -1."""
        begins = diagnosed + self.drawn.integers(2, 20, self.size)
        going = np.ones(self.size, dtype=bool)
        for line in self.course.lines:
            going &= begins < last
            begins, going = self._line(line, begins, going)
        died = begins + self._days(self.course.months_to_death, _DAYS_PER_MONTH)
        return np.where(going & (died < last), died, -1)

    def _line(self, line: SyntheticLine, begins: Days, going: Mask) -> tuple[Days, Mask]:
        """One line: treatment, response, relapse. Returns when the next one begins, and for whom."""
        weights = np.array(line.weights) / sum(line.weights)
        chosen = self.drawn.choice(len(line.therapies), self.size, p=weights)
        ends = begins + np.maximum(self._days(line.days, 1.0), 1)
        for place, therapies in enumerate(line.therapies):
            for therapy in therapies:
                self._add(going & (chosen == place), begins, "treatment", therapy, end=ends)
        words = np.array(list(line.responses))
        shares = np.array(list(line.responses.values()))
        response = self.drawn.choice(len(words), self.size, p=shares / shares.sum())
        assessed = begins + self.drawn.integers(25, 50, self.size)
        for place, word in enumerate(words):
            self._add(going & (response == place), assessed, "response", str(word))
        complete = np.array([word.startswith(_COMPLETE) for word in words])[response]
        relapses = complete & (self.drawn.random(self.size) < line.relapse)
        back = assessed + np.maximum(self._days(line.months, _DAYS_PER_MONTH), 20)
        sites, odds = np.array(list(self.course.sites)), np.array(list(self.course.sites.values()))
        site = self.drawn.choice(len(sites), self.size, p=odds / odds.sum())
        for place, word in enumerate(sites):
            self._add(going & relapses & (site == place), back, "relapse", str(word))
        self._test(going & relapses & (self.drawn.random(self.size) < self.course.retested), back)
        self._add(going & relapses, back, "ECOG", [str(one) for one in self.drawn.integers(0, 4, self.size)])
        return np.where(relapses, back, assessed) + self.drawn.integers(3, 30, self.size), going & (relapses | ~complete)

    def _test(self, who: Mask, day: Days) -> None:
        for marker, share in self.course.markers.items():
            found = self.drawn.random(self.size) < share
            self._add(who & found, day, marker, "positive")
            self._add(who & ~found, day, marker, "negative")

    def _add(self, who: Mask, day: Days, fact: str, value: str | list[str], end: Days | None = None) -> None:
        at = np.flatnonzero(who)
        dates = pl.Series(_FIRST_DAY + day[at]).cast(pl.Date)
        ends = (
            pl.Series(_FIRST_DAY + end[at]).cast(pl.Date)
            if end is not None
            else pl.Series([None], dtype=pl.Date).new_from_index(0, len(at))
        )
        values = pl.Series(value, dtype=pl.String).gather(at) if isinstance(value, list) else pl.Series([value]).new_from_index(0, len(at))
        named = pl.Series([fact]).new_from_index(0, len(at))
        self.parts.append(pl.DataFrame({"patient_id": self.ids[at], "date": dates, "end": ends, "fact": named, "value": values}))

    def _spread(self, asked: Spread, size: int) -> NDArray[np.float64]:
        return asked.median * np.exp(asked.spread * self.drawn.standard_normal(size))

    def _days(self, asked: Spread, each: float) -> Days:
        return (self._spread(asked, self.size) * each).astype(np.int64)


_COMPLETE = ("CR", "sCR", "CMR", "MMR")
