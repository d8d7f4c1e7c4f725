"""A source written as tables that are sorted by patient, in bounded memory: what is read is kept until it fills some room, then sorted and
written as one run of its table (``hemeline.record.runs``). The index is written last: without it nothing is staged.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

import orjson
import polars as pl

from hemeline.errors import RecordError
from hemeline.record import Records
from hemeline.record.records import FACT_COLUMNS, NOT_UNDERSTOOD_COLUMNS, PATIENT_COLUMNS, schema, table
from hemeline.record.runs import Run, Runs, write_run
from hemeline.record.writing import whole

_TABLES = ("facts", "patients", "lost")
_PEOPLE = schema(PATIENT_COLUMNS) | {"row": pl.Int64(), "told": pl.Boolean(), "place": pl.String()}


class Staged:
    """What was staged in a folder: the runs of each table, and how many files tell what is no patient's."""

    def __init__(self, folder: Path, runs: dict[str, tuple[Run, ...]], nobodys: tuple[Path, ...]) -> None:
        self.folder, self.runs, self.nobodys = folder, runs, nobodys

    @staticmethod
    def found(folder: Path, of: str) -> Staged | None:
        """What an earlier, interrupted run has staged of the same source; none where it did not end its staging."""
        try:
            index = orjson.loads((folder / "index.json").read_bytes())
        except (OSError, orjson.JSONDecodeError):
            return None
        if index["of"] != of:
            return None
        runs = {name: tuple(Run(str(folder / name / file), *told) for file, *told in index[name]) for name in _TABLES}
        return Staged(folder, runs, tuple(folder / "nobody" / name for name in index["nobody"]))

    def write_index(self, of: str) -> None:
        """Say that all is there."""
        runs = {name: [[Path(one.path).name, one.rows, one.first, one.last] for one in self.runs[name]] for name in _TABLES}
        with whole(self.folder / "index.json") as (part,):
            part.write_bytes(orjson.dumps({"of": of, **runs, "nobody": [one.name for one in self.nobodys]}))


def stage(parts: Iterable[tuple[str, Records]], folder: Path, room: int, of: str) -> Staged:
    """Write the parts of a source as sorted tables, each with the place it is from; ``of`` names the source.

    Patients may have two more columns: their ``row`` at that place, and ``told``, false where they are only mentioned. A patient is told
    of at most once, and at one place only. Raises :class:`RecordError` where that does not hold.
    """
    for name in (*_TABLES, "people", "nobody"):
        shutil.rmtree(folder / name, ignore_errors=True)
    facts, people, lost = (Runs(folder / name, "patient_id", room) for name in ("facts", "people", "lost"))
    nobodys: list[Path] = []
    for place, part in parts:
        facts.add(part.facts.select(FACT_COLUMNS))
        people.add(_people(part.patients, place))
        named = part.not_understood["patient_id"].is_not_null()
        lost.add(part.not_understood.filter(named).select(NOT_UNDERSTOOD_COLUMNS))
        if not named.all():
            nobodys.append(_write_nobodys(part.not_understood.filter(~named), folder / "nobody", len(nobodys)))
    runs = {"facts": facts.close(), "lost": lost.close()}
    if not runs["facts"]:
        table([], FACT_COLUMNS).write_parquet(folder / "facts" / "none.parquet")  # so that Spark has something to read
    people.close()
    runs["patients"] = _each_once(people, folder / "patients")
    shutil.rmtree(folder / "people")
    staged = Staged(folder, runs, tuple(nobodys))
    staged.write_index(of)
    return staged


def _people(patients: pl.DataFrame, place: str) -> pl.DataFrame:
    more = {"row": pl.lit(None, dtype=pl.Int64), "told": pl.lit(True)}
    new = [value.alias(name) for name, value in more.items() if name not in patients.columns]
    dates = pl.col(pl.Date).cast(pl.String)
    return patients.with_columns(dates).with_columns(*new, pl.lit(place).alias("place")).select(*_PEOPLE)


def _write_nobodys(rows: pl.DataFrame, folder: Path, number: int) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / f"{number:06d}.parquet"
    with whole(path) as (part,):
        rows.select(NOT_UNDERSTOOD_COLUMNS).write_parquet(part)
    return path


def _each_once(people: Runs, folder: Path) -> tuple[Run, ...]:
    """The table of patients, from all that was said of them."""
    folder.mkdir(exist_ok=True)
    runs: list[Run] = []
    for number, part in enumerate(people.parts()):
        places = pl.col("place").n_unique().alias("places")
        each = part.group_by("patient_id").agg(pl.col("told").sum(), places, pl.col("place", "row").last())
        repeated = each.filter((pl.col("told") > 1) | (pl.col("places") > 1))
        if len(repeated):
            raise RecordError(_repeated(repeated))
        found = part.sort("told", descending=True).unique("patient_id", keep="first", maintain_order=True)
        runs.append(write_run(found.sort("patient_id").select(PATIENT_COLUMNS), "patient_id", folder / f"{number:06d}.parquet"))
    return tuple(runs)


def _repeated(repeated: pl.DataFrame) -> str:
    within = repeated.filter((pl.col("places") == 1) & pl.col("row").is_not_null()).sort("row")
    if not len(within):
        return "two files hold the same patient id; expected each patient once"
    return f"{within['place'][-1]} {within['row'][-1]}: the patient id of an earlier one; expected each patient once"
