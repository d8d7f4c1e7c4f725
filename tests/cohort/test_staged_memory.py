"""Staging and reading a source, in a process of its own, takes the same memory for a large one as for a small one, whatever its format."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from tests.record.omop import concept, write_folder

MEASURED = """
import sys
from pathlib import Path
from hemeline.cohort.source import open_source
from hemeline.knowledge import load_knowledge
from hemeline.record import read_mapping
source, work, mapping, cache = sys.argv[1:]
words = load_knowledge(cache=Path(cache)).vocabulary
found = open_source(source, Path(work), words, read_mapping(Path(mapping), words) if mapping else None, 1000, 2_000_000)
rows = sum(len(found.read(number).facts) for number in range(len(found)))
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1]
print(rows, int(peak) // 1000)
"""
pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak is read from /proc")
GROWTH = 30  # MB; each of the larger sources takes several times as much when read at once


def measured(source: Path, tmp_path: Path, mapping: Path | None = None) -> tuple[int, int]:
    """The rows of a source, and the most memory in MB that a process needs to stage it and to read its ranges."""
    arguments = [str(source), str(tmp_path / f"work-{source.name}"), str(mapping or ""), str(tmp_path / "cache")]
    done = subprocess.run([sys.executable, "-c", MEASURED, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    rows, peak = map(int, done.stdout.split())
    return rows, peak


def grown(kind: str, times: int, folder: Path) -> Path:
    """A source of a format with so many thousand patients, in no order."""
    size = times * 1000
    rows = pl.DataFrame({"patient_id": [f"p{number * 7919 % size:07d}" for number in range(size * 30)]}).with_columns(
        date=pl.lit("2020-01-05"),
        fact=pl.lit("a fact with a long name that is in no vocabulary"),
        value=pl.int_range(pl.len()).cast(pl.String),
    )
    path = folder / f"{times}.{kind}"
    if kind in ("csv", "parquet"):
        _save(rows, path)
    elif kind == "ndjson":
        with path.open("w", encoding="utf-8") as file:
            for who, date, fact, value in rows.rows():
                subject = {"reference": f"Patient/{who}"}
                one = {
                    "resourceType": "Observation",
                    "code": {"text": fact},
                    "effectiveDateTime": date,
                    "valueString": value,
                    "subject": subject,
                }
                file.write(json.dumps(one) + "\n")
    elif kind == "folder":
        path.mkdir()
        for number in range(times * 5):
            _save(rows.with_columns(pl.col("patient_id") + f"-{number}").slice(number * 6000, 6000), path / f"{number}.csv")
    elif kind == "omop":
        numbered = rows.with_columns(pl.col("patient_id").str.slice(1).cast(pl.Int64).alias("person_id"))
        nothing = pl.lit(None)
        observed = numbered.select(
            "person_id", observation_date=pl.lit("2020-01-05").str.to_date(), observation_concept_id=0,
            observation_source_value=pl.col("fact"), value_as_string=pl.col("value"), value_as_number=nothing.cast(pl.Float64),
            value_as_concept_id=0, unit_concept_id=0,
            unit_source_value=nothing.cast(pl.String),
        )  # fmt: skip
        people = numbered.select("person_id", year_of_birth=1990, month_of_birth=1, day_of_birth=1, gender_concept_id=0).unique()
        write_folder({"concept": concept(), "person": people, "observation": observed}, path)
    return path


@pytest.mark.parametrize(("kind", "few", "many"), [("parquet", 2, 10), ("csv", 2, 10), ("ndjson", 1, 4), ("folder", 2, 10), ("omop", 1, 4)])
def test_memory_does_not_grow_with_the_source(kind: str, few: int, many: int, tmp_path: Path) -> None:
    less, more = (measured(grown(kind, times, tmp_path), tmp_path) for times in (few, many))
    assert more[0] == less[0] * many // few
    assert more[1] < less[1] + GROWTH


def test_memory_does_not_grow_with_a_wide_table(tmp_path: Path) -> None:
    mapping = tmp_path / "m.yaml"
    mapping.write_text(
        "name: m\npatient: {id: patient_id}\nfacts:\n- {fact: ECOG, value: {column: value}, date: {column: date}}\n", encoding="utf-8"
    )
    less, more = (measured(grown("csv", times, tmp_path), tmp_path, mapping) for times in (2, 10))
    assert (less[0], more[0]) == (60_000, 300_000)
    assert more[1] < less[1] + GROWTH


def _save(frame: pl.DataFrame, path: Path) -> None:
    if path.suffix == ".parquet":
        frame.write_parquet(path, row_group_size=20_000)
    else:
        frame.write_csv(path)
