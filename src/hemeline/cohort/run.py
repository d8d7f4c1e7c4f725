"""Assessing a cohort into a folder of Parquet tables: in ranges of patients, by several workers, resumed after a break.

A range is done when its marker under ``done`` is there; the marker is written after all its tables, and each table appears whole or
not at all. ``manifest.json`` is written last: without it the folder is not a finished cohort.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import orjson
import polars as pl

from hemeline.assessment.alerts import alerts_of
from hemeline.assessment.evaluate import evaluate
from hemeline.cohort.source import Source
from hemeline.cohort.tables import (
    alerts_table,
    lines_table,
    lost_table,
    not_understood_table,
    patients_table,
    relapses_table,
    remissions_table,
)
from hemeline.cohort.verdicts import verdict_tables
from hemeline.cohort.workers import Workers
from hemeline.errors import UsageError
from hemeline.facts import understand
from hemeline.knowledge import Knowledge, Region, load_knowledge
from hemeline.record.records import Records
from hemeline.record.writing import whole

TABLES = ("patients", "lines", "remissions", "relapses", "verdicts", "missing", "alerts", "not_understood", "failed")
STAGED = "staged"  # the folder of sorted tables, gone at the end
Told = Callable[[int, int], None]
_ROW_GROUP = 1_000_000  # so that most tables have one: the fewer, the faster they are written. Statistics could rule out ids alone.
_SCHEMA = 2  # grows when a column of a table changes, or how it is written
_MOST_FAILED = 100  # patients of a range; each costs some dozen attempts


@dataclass(frozen=True)
class Settings:
    """What a run's answers depend on, beside the source."""

    hemeline: str
    knowledge: str
    as_of: str
    region: Region
    ranges: int
    patients: int
    source: str
    hashes: str = f"polars {pl.__version__}"
    schema: int = _SCHEMA


def tables_of(records: Records, knowledge: Knowledge, as_of: dt.date, region: Region) -> dict[str, pl.DataFrame]:
    """The assessment of some records as tables (``TABLES``)."""
    records = records.in_one_piece()
    evaluation = evaluate(understand(records, knowledge.vocabulary), knowledge, as_of, region)
    verdicts, missing = verdict_tables(evaluation)
    return {
        "patients": patients_table(records, evaluation),
        "lines": lines_table(evaluation),
        "remissions": remissions_table(evaluation),
        "relapses": relapses_table(evaluation),
        "verdicts": verdicts,
        "missing": missing,
        "alerts": alerts_table(evaluation, alerts_of(evaluation)),
        "not_understood": not_understood_table(records, evaluation),
        "failed": pl.DataFrame(schema={"patient_id": pl.String, "why": pl.String}),
    }


def tables_in_parts(records: Records, knowledge: Knowledge, as_of: dt.date, region: Region) -> dict[str, pl.DataFrame]:
    """As :func:`tables_of`; a patient on whom the program fails is listed under ``failed``, and the others are assessed.

    Where it fails on many, the fault lies elsewhere: then it is raised.
    """
    failed: list[str] = []
    parts = list(_halved(records, knowledge, as_of, region, failed)) if len(records) else [_nothing(knowledge, as_of, region)]
    tables = {name: pl.concat([part[name] for part in parts]) for name in TABLES}
    if len(parts) > 1 or failed or not len(records):  # then no part was told what is no patient's
        tables["not_understood"] = pl.concat([lost_table(records.of_nobody()), tables["not_understood"]])
    return tables


def _halved(records: Records, knowledge: Knowledge, as_of: dt.date, region: Region, failed: list[str]) -> Iterator[dict[str, pl.DataFrame]]:
    try:
        yield tables_of(records, knowledge, as_of, region)
        return
    except Exception as fault:
        if len(records) == 1:
            failed += records.patients["patient_id"].to_list()
            if len(failed) > _MOST_FAILED:
                raise
            why = f"a fault of this program ({type(fault).__name__})"
            table = pl.DataFrame({"patient_id": failed[-1:], "why": [why]})
            yield {**_nothing(knowledge, as_of, region), "failed": table}
            return
    half = len(records) // 2
    for part in (records.part(0, half), records.part(half, len(records))):
        yield from _halved(part, knowledge, as_of, region, failed)


def _nothing(knowledge: Knowledge, as_of: dt.date, region: Region) -> dict[str, pl.DataFrame]:
    """All tables without rows."""
    nobody = Records.of([{"patient_id": "-"}], [])
    return {name: frame.clear() for name, frame in tables_of(nobody, knowledge, as_of, region).items()}


def assess_cohort(
    source: Source,
    out: Path,
    settings: Settings,
    knowledge_folder: Path,
    workers: Workers,
    *,
    cache: Path | None = None,
    told: Told | None = None,
) -> dict[str, Any]:
    """Assess every range of a source that is not done yet, and write the manifest.

    Returns the manifest. Raises :class:`UsageError` where the folder holds another run or cannot be written.
    """
    claim(out, settings)
    open_ = [number for number in range(len(source)) if not is_done(out, number)]
    done = len(source) - len(open_)
    task = partial(one_range, source=source, out=out, settings=settings, folder=knowledge_folder, cache=cache)
    for _ in workers.each(task, open_):
        done += 1
        if told:
            told(done, len(source))
    return finish(out, settings)


def ready(folder: Path, cache: Path | None, as_of: dt.date, region: Region) -> None:
    """Load all that a worker needs before its first range."""
    _nothing(_knowledge(folder, cache), as_of, region)


def one_range(number: int, source: Source, out: Path, settings: Settings, folder: Path, cache: Path | None) -> int:
    """Assess one range of a source."""
    write_range(number, source.read(number), out, settings, folder, cache)
    return number


def write_range(number: int, records: Records, out: Path, settings: Settings, folder: Path, cache: Path | None) -> None:
    """Assess the patients of one range and write its tables, then its marker."""
    knowledge = _knowledge(folder, cache)
    if knowledge.hash != settings.knowledge:
        raise UsageError(f"{folder}: the knowledge is not that of this run; start again")
    day = dt.date.fromisoformat(settings.as_of)
    found = tables_in_parts(records, knowledge, day, settings.region)
    targets = [out / name / f"{number:06d}.parquet" for name in TABLES]
    with whole(*targets) as parts:
        for name, part in zip(TABLES, parts, strict=True):
            found[name].write_parquet(part, compression="lz4", row_group_size=_ROW_GROUP, statistics=False)
    counts = {name: len(frame) for name, frame in found.items()}
    with whole(_marker(out, number)) as (part,):
        part.write_bytes(orjson.dumps(counts))


def is_done(out: Path, number: int) -> bool:
    """Whether a range is done: its marker is written last."""
    return _marker(out, number).is_file()


@lru_cache(maxsize=2)
def _knowledge(folder: Path, cache: Path | None) -> Knowledge:
    """Loaded once in each worker."""
    return load_knowledge(folder, cache=cache)


def _marker(out: Path, number: int) -> Path:
    return out / "done" / f"{number:06d}.json"


def claim(out: Path, settings: Settings) -> None:
    """Note what the folder is for, or check that it is for the same, and make the folders of its tables."""
    note, wanted = out / "run.json", asdict(settings)
    out.mkdir(parents=True, exist_ok=True)
    if note.is_file():
        if orjson.loads(note.read_bytes()) != wanted:
            raise UsageError(f"{out}: holds a cohort assessed otherwise (source, day, region, knowledge or ranges); choose another folder")
    elif any(one.name != STAGED for one in out.iterdir()):
        raise UsageError(f"{out}: expected an empty folder, or one that such a run was interrupted in")
    for table in (*TABLES, "done"):
        (out / table).mkdir(exist_ok=True)
    with whole(note) as (part,):
        part.write_bytes(orjson.dumps(wanted, option=orjson.OPT_INDENT_2))


def finish(out: Path, settings: Settings) -> dict[str, Any]:
    """Write the manifest, once every range is done. Returns it."""
    counts = dict.fromkeys(TABLES, 0)
    for number in range(settings.ranges):
        for name, count in orjson.loads(_marker(out, number).read_bytes()).items():
            counts[name] += count
    manifest = {**asdict(settings), "counts": counts, "tables": {name: f"{name}/*.parquet" for name in TABLES}}
    with whole(out / "manifest.json") as (part,):
        part.write_bytes(orjson.dumps(manifest, option=orjson.OPT_INDENT_2) + b"\n")
    return manifest


__all__ = [
    "STAGED",
    "TABLES",
    "Settings",
    "assess_cohort",
    "claim",
    "finish",
    "is_done",
    "one_range",
    "ready",
    "tables_in_parts",
    "tables_of",
    "write_range",
]
