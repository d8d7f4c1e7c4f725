"""A registry: ``hemeline cohort assess`` from Parquet to Parquet, as a process of its own, for growing numbers of patients.

Beside it: where the time of one range goes, the same on Spark, and FHIR bundles. The patients are made once and kept in out/bench.
"""

from __future__ import annotations

import datetime as dt
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from unittest.mock import patch

import polars as pl

from benchmarks.measure import table, timed
from benchmarks.patients import FACTS_EACH, chunks, make
from benchmarks.processes import Ran, ran
from hemeline.cohort import run as running
from hemeline.cohort.source import open_source
from hemeline.cohort.workers import workers_here
from hemeline.knowledge import default_folder, load_knowledge
from hemeline.record import read_records, write_records
from hemeline.version import __version__

ROOT = Path(__file__).resolve().parents[1]
BENCH, CACHE = ROOT / "out" / "bench", ROOT / "out" / "cache"
DAY = dt.date(2026, 11, 22)
SIZES = (1_000, 100_000, 1_000_000)
RANGE, BUNDLES, ON_SPARK = 50_000, 2_000, 100_000
_CHUNK, _ROW_GROUP = 50_000, 500_000
_OTHERS = ("patients_table", "lines_table", "remissions_table", "relapses_table", "alerts_of", "alerts_table", "not_understood_table")
_STAGES = {
    "understand": "facts", "derive_course": "course", "evaluate": "criteria", "verdict_tables": "reasons",
    **dict.fromkeys(_OTHERS, "other tables"),
}  # fmt: skip


def run(sizes: Sequence[int] = SIZES) -> str:
    """The figures, told."""
    load_knowledge(cache=CACHE)
    parts = [growth(sizes), stages(), bundles(), spark()]
    return "\n".join(parts)


# -- patients --------------------------------------------------------------------------------------------------------------


def registry(patients: int) -> Path:
    """A sorted table of facts with its table of patients beside it; written in pieces, once, and kept."""
    import pyarrow.parquet as pq

    path, beside = BENCH / f"{patients}.parquet", BENCH / f"{patients}.patients.parquet"
    if path.is_file():
        return path
    BENCH.mkdir(parents=True, exist_ok=True)
    part, part_beside = path.with_suffix(".part"), beside.with_suffix(".part")
    with ExitStack() as open_:
        writers: list[Any] = []
        for records in chunks(patients, _CHUNK):
            frames = [records.facts.drop("row").sort("patient_id", maintain_order=True).to_arrow(), records.patients.to_arrow()]
            writers = writers or [
                open_.enter_context(pq.ParquetWriter(to, one.schema)) for to, one in zip((part, part_beside), frames, strict=True)
            ]
            for writer, one in zip(writers, frames, strict=True):
                writer.write_table(one, row_group_size=_ROW_GROUP)
    part_beside.replace(beside)
    part.replace(path)  # last, so that what is there is whole
    return path


# -- the command -----------------------------------------------------------------------------------------------------------


def assessed(source: Path, out: str, *more: str) -> Ran:
    """The command on a source, into a new folder that is gone at the end."""
    folder = BENCH / out
    shutil.rmtree(folder, ignore_errors=True)
    command = [str(Path(sys.executable).with_name("hemeline")), "cohort", "assess", str(source), "--out", str(folder)]
    try:
        return ran([*command, "--as-of", DAY.isoformat(), *more], ROOT)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def growth(sizes: Sequence[int]) -> str:
    """Wall time, patients a second and memory for each size, and how time and memory grow with the patients."""
    rows: list[tuple[str, str]] = []
    before: tuple[int, Ran] | None = None
    for size in sorted(sizes):
        found = assessed(registry(size), "assessed")
        rows.append((f"{size:,} patients", f"{found.seconds:.1f} s, {size / found.seconds:,.0f} patients/s, {found.memory:.2f} GB"))
        if before:
            fewer, then = before
            memory = f", memory x {found.memory / then.memory:.1f}" if then.memory else ""  # without /proc it is not known
            rows.append((f"  patients x {size / fewer:,.0f}", f"time x {found.seconds / then.seconds:.1f}{memory}"))
        before = size, found
    return table(f"hemeline cohort assess, Parquet to Parquet, {FACTS_EACH} facts each, {workers_here()} workers", rows)


# -- where the time goes -----------------------------------------------------------------------------------------------------


class _Clock:
    """Seconds by stage; what a stage spends in another one within it is counted for that one."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._within = 0.0

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        before, self._within = self._within, 0.0
        start = time.perf_counter()
        try:
            yield
        finally:
            took = time.perf_counter() - start
            self.seconds[name] = self.seconds.get(name, 0.0) + took - self._within
            self._within = before + took

    def around(self, work: Callable[..., Any], name: str) -> Callable[..., Any]:
        def watched(*arguments: Any, **named: Any) -> Any:
            with self.stage(name):
                return work(*arguments, **named)

        return watched


def stages(size: int = RANGE) -> str:
    """Where the time of one range goes, in one process: the real run, with a clock around its stages."""
    knowledge = load_knowledge(cache=CACHE)
    source = open_source(str(registry(size)), BENCH, knowledge.vocabulary, None, size)
    settings = running.Settings(__version__, knowledge.hash, DAY.isoformat(), "US", len(source), len(source), "benchmark")
    folder, clock = BENCH / "staged", _Clock()
    shutil.rmtree(folder, ignore_errors=True)
    running.claim(folder, settings)
    running.tables_of(make(50), knowledge, DAY, "US")  # compiles the plans, once per process
    running.write_range(0, make(50), folder, settings, default_folder(), CACHE)  # loads the knowledge, once per process
    with ExitStack() as patched:
        for name, stage in _STAGES.items():
            module = import_module("hemeline.assessment.evaluate") if name == "derive_course" else running
            patched.enter_context(patch.object(module, name, clock.around(getattr(module, name), stage)))
        with clock.stage("reading"):
            records = source.read(0)
        with clock.stage("writing"):
            running.write_range(0, records, folder, settings, default_folder(), CACHE)
    shutil.rmtree(folder)
    total = sum(clock.seconds.values())
    order = ("reading", "facts", "course", "criteria", "reasons", "other tables", "writing")
    rows = [(name, f"{clock.seconds[name]:.2f} s ({clock.seconds[name] / total:.0%})") for name in order]
    return table(f"One range of {size:,} patients in one process: {total:.1f} s ({size / total:,.0f} patients/s)", rows)


# -- beside ------------------------------------------------------------------------------------------------------------------


def bundles(size: int = BUNDLES) -> str:
    """FHIR bundles a second, from NDJSON to all tables of the cohort, within a running program."""
    knowledge = load_knowledge(cache=CACHE)
    path = BENCH / f"{size}.ndjson"
    BENCH.mkdir(parents=True, exist_ok=True)
    write_records(make(size), path, knowledge.vocabulary)

    def verdicts() -> dict[str, pl.DataFrame]:
        return running.tables_of(read_records(path, knowledge.vocabulary), knowledge, DAY, "US")

    read, whole = timed(lambda: read_records(path, knowledge.vocabulary), 3), timed(verdicts, 3)
    rows = [
        ("from NDJSON to verdicts", f"{whole.told()}, {size / whole.middle:,.0f} bundles/s"),
        ("of it, reading", f"{read.middle / whole.middle:.0%}"),
    ]
    return table(f"{size:,} FHIR bundles, {path.stat().st_size / size / 1000:.0f} kB each", rows)


def spark(size: int = ON_SPARK) -> str:
    """The same registry by the local engine and by Spark on this machine."""
    title = f"{size:,} patients, Spark local[2] beside two local workers"
    if not (find_spec("pyspark") and shutil.which("java")):
        return table(title, [("left out", "Spark needs the extra spark and a Java runtime")])
    source = registry(size)
    local = assessed(source, "local", "--workers", "2")
    theirs = assessed(source, "spark", "--workers", "2", "--engine", "spark", "--master", "local[2]")
    rows = [
        ("local", f"{local.seconds:.1f} s, {local.memory:.2f} GB"),
        ("Spark", f"{theirs.seconds:.1f} s, {theirs.memory:.2f} GB"),
        ("ratio of the times, Spark to local", f"{theirs.seconds / local.seconds:.1f}"),
    ]
    return table(title, rows)
