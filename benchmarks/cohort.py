"""Many patients: made-up records of 30 facts each through facts, course and options, beside a sort of the same rows.

Each run is a process of its own, so that its peak memory is its own. Making the records is not timed.
"""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path

from benchmarks.measure import peak_memory, table
from benchmarks.patients import make

DAY = dt.date(2026, 11, 22)
ROOT = Path(__file__).resolve().parents[1]


def one_chunk(size: int, seed: int) -> dict[str, float]:
    """Seconds of each stage, seconds of a sort of the same rows, and peak memory, for one chunk of patients."""
    from hemeline.assessment.evaluate import evaluate
    from hemeline.course import derive_course
    from hemeline.facts import understand
    from hemeline.knowledge import load_knowledge

    knowledge = load_knowledge(cache=ROOT / "out" / "cache")
    records = make(size, seed)
    evaluate(understand(make(10, seed), knowledge.vocabulary), knowledge, DAY, "US")  # compiles the plans, once per process
    clock = [time.perf_counter()]
    facts = understand(records, knowledge.vocabulary)
    clock.append(time.perf_counter())
    derive_course(facts, knowledge, DAY)
    clock.append(time.perf_counter())
    found = evaluate(facts, knowledge, DAY, "US")
    clock.append(time.perf_counter())
    records.facts.select("patient_id", "date", "fact", "value").sort("patient_id", "date")
    clock.append(time.perf_counter())
    understood, course, evaluated, sort = (later - earlier for earlier, later in pairwise(clock))
    verdicts = sum(len(group.patients) * len(group.plan.candidates) for group in found.groups)
    return {
        "facts": understood, "course": course, "options": evaluated - course, "total": understood + evaluated, "sort": sort,
        "verdicts": verdicts, "memory": peak_memory(),
    }  # fmt: skip


def _measured(patients: int, size: int, workers: int) -> dict[str, float]:
    """All chunks, by some workers at once: the wall time without making the records, and the sums of the stages."""
    seeds = range(0, patients, size)
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn"), max_tasks_per_child=None) as pool:
        parts = list(pool.map(one_chunk, [min(size, patients - start) for start in seeds], [start + 1 for start in seeds]))
    totals = {name: sum(part[name] for part in parts) for name in parts[0] if name != "memory"}
    return {**totals, "wall": totals["total"] / workers, "memory": max(part["memory"] for part in parts) * workers}


def run(patients: int, size: int = 50_000, workers: int = 2) -> str:
    """The figures, told. The run is a process of its own."""
    asked = json.dumps([patients, size, workers])
    command = [sys.executable, "-c", f"import json; from benchmarks.cohort import _measured; print(json.dumps(_measured(*{asked})))"]
    answer = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    found = json.loads(answer.stdout.splitlines()[-1])
    stages = ", ".join(f"{name} {found[name] / found['total']:.0%}" for name in ("facts", "course", "options"))
    rows = [
        (f"{workers} workers of {size:,} patients each at a time", f"{found['wall']:.1f} s ({patients / found['wall']:,.0f} patients/s)"),
        ("where the time goes", stages),
        ("verdicts", f"{found['verdicts']:,.0f}"),
        ("peak memory, all workers together", f"{found['memory']:.2f} GB"),
        ("ratio to a Polars sort of the same rows by patient and date", f"{found['total'] / found['sort']:.1f}"),
    ]
    return table(f"{patients:,} patients with 30 facts each", rows)
