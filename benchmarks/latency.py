"""One patient: an assessment within a running program, and a cold command, beside an interpreter that only imports its engine."""

from __future__ import annotations

import sys
from pathlib import Path

import hemeline
from benchmarks.measure import table, timed, timed_command

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "examples" / "records" / "second-relapse.yaml"
DAY = "2026-11-22"


def run(runs: int = 15) -> str:
    """The figures, told."""
    knowledge = hemeline.load_knowledge()
    records = hemeline.read_records(EXAMPLE, knowledge)
    within = timed(lambda: hemeline.assess(records, knowledge, as_of=DAY, region="US"), runs)
    first_days = [f"20{year}-0{month}-15" for year in range(12, 26) for month in (1, 4, 7)][: runs + 1]
    other_days = iter(first_days)
    new_day = timed(lambda: hemeline.assess(records, knowledge, as_of=next(other_days), region="EU"), runs)
    command = [str(Path(sys.executable).with_name("hemeline")), "assess", str(EXAMPLE), "--as-of", DAY]
    cold = timed_command(command, 7)
    imports = timed_command([sys.executable, "-c", "import polars, numpy, pydantic, typer"], 7)
    rows = [
        ("in process, a day assessed before", within.told()),
        ("in process, a day and region not seen before", new_day.told()),
        ("cold command, text on screen", cold.told()),
        ("an interpreter that only imports polars, numpy, pydantic, typer", imports.told()),
        ("ratio of the cold command to those imports", f"{cold.middle / imports.middle:.2f}"),
    ]
    return table("One patient with 22 facts", rows)
