"""The tables of an OMOP database or folder: asked in SQL, of all persons or of a range of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from hemeline.errors import RecordError
from hemeline.record.pieces import frames
from hemeline.record.runs import Run, Runs, sorted_run, stretch

if TYPE_CHECKING:
    from adbc_driver_manager.dbapi import Connection

NEEDED = ("person", "concept")
OPTIONAL = (
    "condition_occurrence", "drug_exposure", "measurement", "observation", "procedure_occurrence", "episode", "death", "concept_ancestor",
)  # fmt: skip
_PERSON = "person_id"
_CONCEPT = ("concept_id", "concept_name", "vocabulary_id", "concept_code", "concept_class_id")
_ANCESTOR = ("ancestor_concept_id", "descendant_concept_id")
_BYTES_OF_A_ROW = 300
Told = Callable[[int, int], None]


@dataclass(frozen=True)
class Tables:
    """Where the tables are, and how to ask them."""

    name: str
    present: frozenset[str]
    fetch: Callable[[str], pl.DataFrame]

    def next_persons(self, after: int | None, count: int) -> tuple[int, int, int] | None:
        """The first and the last of the next so many persons, and how many they are; none where there are no more."""
        later = "" if after is None else f" WHERE person_id > {after}"
        found = self.fetch(f"SELECT person_id AS who FROM person{later} ORDER BY person_id LIMIT {count}")["who"]
        return (int(found[0]), int(found[-1]), len(found)) if len(found) else None

    def of_persons(self, first: int, last: int) -> Tables:
        """The same tables, which need to tell only of the persons from one to another."""
        return self


@dataclass(frozen=True)
class Folder(Tables):
    """Tables in Parquet. ``runs`` hold those with persons, ``small`` the others, once they are regrouped."""

    files: Mapping[str, Path]
    runs: Mapping[str, Sequence[Run]]
    small: Mapping[str, pl.DataFrame]

    def of_persons(self, first: int, last: int) -> Tables:
        if not self.runs:
            return self
        asked = {name: stretch(runs, _PERSON, first, last + 1) for name, runs in self.runs.items()}
        held = {name: self._nothing(name) if frame is None else frame for name, frame in asked.items()}
        context = pl.SQLContext({name: frame.lazy() for name, frame in {**held, **self.small}.items()}, eager=False)
        return Tables(self.name, self.present, _asking(context, self.name))

    def _nothing(self, name: str) -> pl.DataFrame:
        return pl.scan_parquet(self.files[name], glob=False).head(0).collect()

    def regrouped(self, columns: Mapping[str, Sequence[str]], folder: Path, rows: int) -> Folder:
        """The same tables with the rows of each person together, and only the concepts they use; what is not so yet is in ``folder``.

        Raises :class:`RecordError` where they lack a column.
        """
        room = rows * _BYTES_OF_A_ROW
        for name, needed in columns.items():
            lacking = set(needed) - set(pl.scan_parquet(self.files[name], glob=False).collect_schema().names())
            if lacking:
                raise RecordError(f"{self.name}: not the tables of OMOP CDM 5.4 ({name} has no column {min(lacking)})")
        runs = {name: self._run(name, needed, folder, room) for name, needed in columns.items()}
        used = {one for name, needed in columns.items() for one in self._concepts(name, needed)}
        small = {}
        if "concept_ancestor" in self.files:
            small["concept_ancestor"] = self._only("concept_ancestor", _ANCESTOR, _ANCESTOR[1], used, room)
            used |= set(small["concept_ancestor"][_ANCESTOR[0]])
        small["concept"] = self._only("concept", _CONCEPT, _CONCEPT[0], used, room)
        return replace(self, runs=runs, small=small)

    def _run(self, name: str, columns: Sequence[str], folder: Path, room: int) -> Sequence[Run]:
        there = sorted_run(self.files[name], _PERSON)
        if there:
            return [there]
        runs = Runs(folder / name, _PERSON, room)
        for frame in frames(self.files[name], room, columns=columns):
            runs.add(frame.filter(pl.col(_PERSON).is_not_null()))
        return runs.close()

    def _concepts(self, name: str, columns: Sequence[str]) -> set[int]:
        used: set[int] = set()
        for one in columns:
            if one.endswith("_concept_id"):
                used |= set(pl.scan_parquet(self.files[name], glob=False).select(one).unique().collect(engine="streaming")[one])
        return used

    def _only(self, name: str, columns: Sequence[str], key: str, wanted: set[int], room: int) -> pl.DataFrame:
        ids = pl.Series(sorted(one for one in wanted if one is not None), dtype=pl.Int64)
        return pl.concat(frame.filter(pl.col(key).is_in(ids.implode())) for frame in frames(self.files[name], room, columns=columns))


def of_folder(folder: Path) -> Folder:
    """The tables of a folder."""
    files = {one: folder / f"{one}.parquet" for one in (*NEEDED, *OPTIONAL) if (folder / f"{one}.parquet").is_file()}
    context = pl.SQLContext({name: pl.scan_parquet(path, glob=False) for name, path in files.items()}, eager=False)
    return Folder(folder.name, frozenset(files), _asking(context, folder.name), files, {}, {})


def _asking(context: pl.SQLContext[pl.LazyFrame], name: str) -> Callable[[str], pl.DataFrame]:
    def fetch(query: str) -> pl.DataFrame:
        try:
            return context.execute(query).collect(engine="streaming")
        except pl.exceptions.PolarsError as fault:
            raise RecordError(f"{name}: not the tables of OMOP CDM 5.4 ({str(fault).splitlines()[0][:120]})") from None

    return fetch


@contextmanager
def of_database(address: str) -> Iterator[Tables]:
    """The tables of a PostgreSQL database, asked over one connection: to open another for each question takes a third of the time.

    Nothing is held in the database between the questions. Raises :class:`RecordError` where it cannot be read.
    """
    shown = "database"
    try:
        from adbc_driver_postgresql.dbapi import connect
    except ModuleNotFoundError:
        raise RecordError(f"{shown}: reading PostgreSQL needs the extra hemeline[omop]") from None
    with _told(shown):
        connection = connect(address, autocommit=True)
    with connection:
        yield _asked_over(connection, shown)


def _asked_over(connection: Connection, shown: str) -> Tables:
    def fetch(query: str) -> pl.DataFrame:
        with _told(shown), connection.cursor() as cursor:
            cursor.execute(query)
            return pl.DataFrame(cursor.fetch_arrow())

    here = "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = ANY (current_schemas(false))"
    return Tables(shown, frozenset(fetch(here)["name"].to_list()), fetch)


@contextmanager
def _told(shown: str) -> Iterator[None]:
    """What goes wrong with a database is told in one line."""
    try:
        yield
    except Exception as fault:  # the driver's errors have no class of their own to name
        raise RecordError(f"{shown}: cannot be read ({str(fault).splitlines()[0][:160]})") from None
