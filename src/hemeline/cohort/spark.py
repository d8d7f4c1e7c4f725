"""The same assessment on Spark: whole patients are brought together in partitions, and each partition is a range of the cohort.

The executors write the tables themselves, so ``out`` must be a folder that all of them see. A task that is tried again overwrites
what its first try left.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from hemeline.cohort.run import Settings, claim, finish, is_done, write_range
from hemeline.cohort.source import Source
from hemeline.errors import UsageError
from hemeline.record.records import FACT_COLUMNS, NOT_UNDERSTOOD_COLUMNS, PATIENT_COLUMNS, Records, schema
from hemeline.record.table import unlisted

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession

_OF_PATIENT = tuple(one for one in PATIENT_COLUMNS if one != "patient_id")
_SPARK_NEEDS = "the engine spark needs the extra hemeline[spark] and a Java runtime"


def assess_on_spark(
    source: Source, out: Path, settings: Settings, knowledge_folder: Path, *, master: str, cache: Path | None = None
) -> dict[str, Any]:
    """Assess a source on Spark, and write the manifest. Returns it.

    ``knowledge_folder`` must be there on every executor, as must this package. Raises :class:`UsageError` where Spark is not.
    """
    try:
        from pyspark.sql import SparkSession
    except ModuleNotFoundError:
        raise UsageError(_SPARK_NEEDS) from None
    if master.startswith("local"):
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # else Spark takes whatever python3 comes first
    claim(out, settings)
    session = SparkSession.builder.master(master).appName("hemeline").config("spark.ui.enabled", "false").getOrCreate()
    try:
        work = _worker(str(out.resolve()), asdict(settings), str(knowledge_folder.resolve()), str(cache) if cache else None)
        rows = _everything(session, source, settings.ranges).mapInArrow(work, "number long, patients long")
        done = {row.number for row in rows.collect()}
    finally:
        session.stop()
    for number in set(range(settings.ranges)) - done:
        write_range(number, _no_records(), out, settings, knowledge_folder, cache)
    return finish(out, settings)


def _everything(session: SparkSession, source: Source, partitions: int) -> DataFrame:
    """What the source tells, all rows of a patient in one partition, and what is no patient's (which has a ``why``) in any."""
    from pyspark.sql import functions as f

    rows = _of_patients(session, source)
    lost = [one.path for one in source.runs_of_lost] + [str(one) for one in source.nobodys]
    if lost:
        rows = rows.unionByName(session.read.parquet(*lost).select(*NOT_UNDERSTOOD_COLUMNS), allowMissingColumns=True)
    else:
        rows = rows.withColumn("why", f.lit(None).cast("string"))
    anywhere = f.concat(f.lit("\x1f"), f.pmod(f.monotonically_increasing_id(), f.lit(partitions)).cast("string"))
    return rows.repartition(partitions, f.coalesce("patient_id", anywhere)).sortWithinPartitions("patient_id", "row")


def _of_patients(session: SparkSession, source: Source) -> DataFrame:
    """Facts with the columns of their patient, who is ``listed``; a patient without facts has one row that is not ``told``."""
    from pyspark.sql import functions as f

    facts = session.read.parquet(str(source.facts))
    patients = session.read.parquet(str(source.patients))
    for name in FACT_COLUMNS:
        if name not in facts.columns:
            facts = facts.withColumn(name, f.col("_metadata.row_index") + 1 if name == "row" else f.lit(None).cast("string"))
    for name in PATIENT_COLUMNS:
        if name not in patients.columns:
            patients = patients.withColumn(name, f.lit(None).cast("string"))
    own = [f.col(one).cast("string").alias(f"of_patient_{one}") for one in _OF_PATIENT]
    typed = [f.col(one).cast("long" if one == "row" else "string").alias(one) for one in FACT_COLUMNS]
    people, told = patients.select("patient_id", *own, f.lit(True).alias("listed")), facts.select(*typed, f.lit(True).alias("told"))
    return people.join(told, "patient_id", "full")


def _worker(
    out: str, settings: dict[str, Any], folder: str, cache: str | None
) -> Callable[[Iterable[pa.RecordBatch]], Iterable[pa.RecordBatch]]:
    """What runs on an executor: it takes a whole partition, and tells which range it was and how many patients it had."""

    def run(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        import pyarrow as pa
        from pyspark import TaskContext

        parts = [pl.from_arrow(batch) for batch in batches]
        context = TaskContext.get()
        assert context is not None  # this runs within a task
        number = context.partitionId()
        if not parts:
            return
        records = _records(pl.concat(parts))  # type: ignore[type-var]
        known = Settings(**settings)
        if not is_done(Path(out), number):
            write_range(number, records, Path(out), known, Path(folder), Path(cache) if cache else None)
        yield pa.RecordBatch.from_pydict({"number": [number], "patients": [len(records)]})

    return run


def _records(rows: Any) -> Records:
    """The records of joined rows."""
    frame: pl.DataFrame = rows
    lost = frame.filter(pl.col("why").is_not_null()).select(NOT_UNDERSTOOD_COLUMNS).cast(schema(NOT_UNDERSTOOD_COLUMNS))  # type: ignore[arg-type]
    people, facts = frame.filter("listed"), frame.filter("told")
    patients = people.select("patient_id", *(pl.col(f"of_patient_{one}").alias(one) for one in _OF_PATIENT))
    nobodys = unlisted(facts.filter(pl.col("listed").is_null()).select(FACT_COLUMNS))
    return Records(
        patients.unique("patient_id", maintain_order=True),
        facts.filter("listed").select(FACT_COLUMNS),
        pl.concat([lost, nobodys]),
    )


def _no_records() -> Records:
    return Records.of([], [])


__all__ = ["assess_on_spark"]
