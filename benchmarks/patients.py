"""Made-up patients by the thousand for measuring: plausible enough to walk every road, drawn from a seed."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hemeline.record import Records
from hemeline.record.records import FACT_COLUMNS, NOT_UNDERSTOOD_COLUMNS, PATIENT_COLUMNS, schema

FACTS_EACH = 30
_DAY_0 = np.datetime64("2012-01-01")
_MARKERS = ("BCR::ABL1", "CD19", "CD22", "KMT2A", "T315I", "CD20")
_FIRST = ("vincristine", "prednisone", "pegaspargase", "dexamethasone")
_CML = ("imatinib", "dasatinib", "nilotinib", "bosutinib")
_SALVAGE = ("blinatumomab", "inotuzumab-ozogamicin", "clofarabine", "flag-ida", "tisagenlecleucel", "allogeneic-sct")

Days = NDArray[np.int64]
Words = NDArray[np.object_]


def chunks(patients: int, size: int = 100_000, seed: int = 1) -> Iterator[Records]:
    """Records of ``patients`` made-up patients, at most ``size`` at a time; 30 facts each."""
    for number, start in enumerate(range(0, patients, size)):
        yield make(min(size, patients - start), seed + number, start)


def make(size: int, seed: int = 1, first: int = 0) -> Records:
    """Records of some made-up patients: two in three with acute lymphoblastic, one with chronic myeloid leukaemia."""
    drawn = np.random.default_rng(seed)
    ids = np.array([f"p{first + i:08d}" for i in range(size)], dtype=object)
    cml = drawn.random(size) < 1 / 3
    diagnosed = drawn.integers(0, 3000, size)
    rows = list(_facts(drawn, size, cml, diagnosed))
    dates, ends, names, values, units = zip(*rows, strict=True)
    facts = pl.DataFrame(
        {
            "patient_id": np.tile(ids, len(rows)),
            "date": (_DAY_0 + np.concatenate(dates)).astype("datetime64[D]"),
            "end": (_DAY_0 + np.concatenate(ends)).astype("datetime64[D]"),
            "fact": pl.concat([_words(name, size) for name in names]),
            "value": pl.concat([_words(value, size) for value in values]),
            "unit": pl.concat([_words(unit, size) for unit in units]),
        }
    )
    facts = facts.with_columns(pl.when(pl.col("end") > pl.col("date")).then(pl.col("end")))
    facts = facts.with_row_index("row", offset=1).with_columns(pl.col("row").cast(pl.Int64))
    empty = [pl.lit(None, dtype=pl.String).alias(name) for name in FACT_COLUMNS if name not in facts.columns]
    facts = facts.with_columns(empty).select(FACT_COLUMNS)
    born = _DAY_0 + diagnosed - np.where(cml, drawn.integers(7000, 28000, size), drawn.integers(500, 25000, size))
    people = pl.DataFrame({"patient_id": ids, "birth_date": born.astype("datetime64[D]")})
    people = people.with_columns(
        birth_date=pl.col("birth_date").cast(pl.String),
        sex=pl.lit("female"),
        death_date=pl.lit(None, dtype=pl.String),
        history=pl.lit(None, dtype=pl.String),
    )
    return Records(people.select(PATIENT_COLUMNS), facts, pl.DataFrame(schema=schema(NOT_UNDERSTOOD_COLUMNS)))


def _words(said: str | Words | None, size: int) -> pl.Series:
    if isinstance(said, np.ndarray):
        return pl.Series(said.tolist(), dtype=pl.String)
    return pl.Series([said], dtype=pl.String).new_from_index(0, size)


Row = tuple[Days, Days, str | Words, str | Words, str | None]


def _facts(drawn: np.random.Generator, size: int, cml: NDArray[np.bool_], diagnosed: Days) -> Iterator[Row]:
    """Thirty columns of facts: days, ends (0: none), names, values, unit."""
    none = np.zeros(size, dtype=np.int64)

    def pick(words: tuple[str, ...]) -> Words:
        return np.array(words, dtype=object)[drawn.integers(0, len(words), size)]

    def later(days: Days, least: int, most: int) -> Days:
        return days + drawn.integers(least, most, size)

    yield diagnosed, none, "diagnosis", np.where(cml, "cml", np.where(drawn.random(size) < 0.85, "b-all", "t-all")), None
    yield diagnosed, none, np.where(cml, "phase", "BCR::ABL1"), np.where(cml, "chronic", pick(("negative", "negative", "positive"))), None
    day = diagnosed
    for line in range(3):
        start = later(day, 3, 30)
        drugs = _FIRST if line == 0 else _SALVAGE
        for _ in range(3):
            yield start, later(start, 20, 400), "treatment", np.where(cml, pick(_CML), pick(drugs)), None
        answered = later(start, 25, 60)
        yield answered, none, "response", np.where(cml, pick(("MMR", "CCyR", "CHR")), pick(("CR", "CR", "CRi", "NR"))), None
        yield answered, none, np.where(cml, "BCR::ABL1-IS", "MRD"), pick(("0.005", "0.2", "3", "<0.01")), "%"
        day = later(answered, 100, 900)
        yield day, none, "relapse", pick(("marrow", "cns", "testis", "blood")), None
        yield later(day, 0, 5), none, pick(_MARKERS), pick(("positive", "negative", "indeterminate")), None
    yield day, none, "ECOG", pick(("0", "1", "2", "3")), None
    yield day, none, "LVEF", pick(("45", "55", "62")), "%"
    yield day, none, "platelets", pick(("12", "80", "240")), "10*9/L"
    yield day, none, "bilirubin", pick(("8", "20", "40")), "umol/L"
    yield day, none, "donor", pick(("matched-sibling", "haploidentical", "none")), None
    yield day, none, "fit-for", pick(("transplant", "intensive-chemotherapy", "not:transplant")), None
    yield day, none, "marrow-blasts", pick(("3", "20", "80")), "%"
