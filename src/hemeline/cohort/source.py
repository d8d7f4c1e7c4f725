"""Any source of records as sorted tables, so that any range of patients can be read on its own.

A long table in Parquet that is already sorted by patient is read in place; everything else is first staged in a folder of the run. Rows
keep the number they have in the source.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from hemeline.cohort.parts import Told, parts_of
from hemeline.cohort.staging import Staged, stage
from hemeline.errors import RecordError
from hemeline.record import Mapping, Records
from hemeline.record.records import FACT_COLUMNS, NOT_UNDERSTOOD_COLUMNS, PATIENT_COLUMNS, schema
from hemeline.record.runs import Marks, Run, cuts, samples, sorted_run, stretch
from hemeline.record.table import nobody_in, patients_beside, unlisted
from hemeline.vocabulary import Vocabulary

_ROOM = 50_000_000  # bytes, where nobody says
_FACTS_EACH = 40  # of a patient, on average: a range of patients with more is cut earlier
_MARKS = 256  # in the facts of a range
_FINENESS = 16  # samples of the patients, and of the facts, for each range
_WORTH_SHARING = 3_000  # patients
_ROW = "\x1frow"


@dataclass(frozen=True)
class Source:
    """Sorted tables of facts, patients and what no reader could use; ``bounds`` are the first patients of each range but the first.

    Of a table that is read in place, ``cuts`` tell how many of its rows come before each range, and before the end.
    """

    facts: Path
    patients: Path
    bounds: tuple[str | None, ...]
    size: int
    runs_of_facts: tuple[Run, ...]
    runs_of_patients: tuple[Run, ...]
    runs_of_lost: tuple[Run, ...] = ()
    nobodys: tuple[Path, ...] = ()
    cuts: tuple[int, ...] = ()

    def __len__(self) -> int:
        return len(self.bounds)

    def read(self, number: int) -> Records:
        """The records of one range of patients. What is no patient's is spread over the ranges."""
        low = self.bounds[number]
        high = self.bounds[number + 1] if number + 1 < len(self.bounds) else None
        patients = _complete(stretch(self.runs_of_patients, "patient_id", low, high), PATIENT_COLUMNS).sort("patient_id")
        facts = self._facts_in_place(number) if self.cuts else self._facts_staged(low, high)
        lost = [_complete(stretch(self.runs_of_lost, "patient_id", low, high), NOT_UNDERSTOOD_COLUMNS)]
        lost += [pl.read_parquet(one) for one in self.nobodys[number :: len(self)]]
        records = Records(patients, facts, pl.concat(lost)).in_one_piece()
        if (records.whose >= 0).all():
            return records
        listed = pl.Series(records.whose >= 0)
        lost.append(unlisted(facts.filter(~listed)))
        return Records(patients, facts.filter(listed), pl.concat(lost)).in_one_piece()

    def _facts_in_place(self, number: int) -> pl.DataFrame:
        table = pl.scan_parquet(self.facts, glob=False, row_index_name=_ROW, row_index_offset=1)
        found = table.slice(self.cuts[number], self.cuts[number + 1] - self.cuts[number]).collect()
        return _complete(found.drop("row", strict=False).rename({_ROW: "row"}), FACT_COLUMNS)

    def _facts_staged(self, low: str | None, high: str | None) -> pl.DataFrame:
        found = _complete(stretch(self.runs_of_facts, "patient_id", low, high), FACT_COLUMNS)
        return found.sort("patient_id", "row", maintain_order=True)


def open_source(
    source: str, work: Path, vocabulary: Vocabulary, mapping: Mapping | None, chunk: int,
    room: int = _ROOM, of: str = "", told: Told | None = None, workers: int = 1,
) -> Source:  # fmt: skip
    """The source at a path: read in place where its tables are sorted by patient, else staged in ``work`` within ``room`` bytes or so.

    Ranges have at most ``chunk`` patients, and ``workers`` can share them evenly. ``of`` names what the staged tables are made of, so
    that those of something else are not taken for them. Raises :class:`RecordError` as the readers do.
    """
    found = _in_place(Path(source), chunk, workers) if mapping is None else None
    if found:
        return found
    staged = Staged.found(work, of) or stage(parts_of(source, vocabulary, mapping, work, room, told), work, room, of)
    facts, patients, lost = (staged.runs[name] for name in ("facts", "patients", "lost"))
    if not patients:
        raise RecordError(nobody_in(Path(source)))
    size = sum(one.rows for one in patients)
    bounds = _bounds(patients, facts, min(chunk, -(-size // _ranges(size, chunk, workers)) + _FINENESS))  # whole samples
    return Source(work / "facts", work / "patients", bounds, size, facts, patients, lost, staged.nobodys)


def _in_place(path: Path, chunk: int, workers: int) -> Source | None:
    """A long table in Parquet with its patients beside it, if both are sorted and hold nothing that has to be accounted for."""
    beside = patients_beside(path) if path.suffix == ".parquet" and path.is_file() else None
    if not beside or not _is_plain(path, (*FACT_COLUMNS, "row")) or not _is_plain(beside, PATIENT_COLUMNS):
        return None
    marks = Marks(max(1, chunk * _FACTS_EACH // _MARKS))
    patients, facts = sorted_run(beside, "patient_id", strictly=True), sorted_run(path, "patient_id", marks=marks)
    if not patients or not facts:
        return None
    even = _even(marks, facts.rows, patients, chunk, workers)
    bounds = even[0] if even else _bounds([patients], [facts], chunk)
    rows = even[1] if even else cuts(facts, "patient_id", bounds[1:])
    return Source(path, beside, bounds, patients.rows, (facts,), (patients,), cuts=(0, *rows, facts.rows))


def _even(marks: Marks, facts: int, patients: Run, chunk: int, workers: int) -> tuple[tuple[str | None, ...], list[int]] | None:
    """Bounds of equally many patients each, and the facts before them; none where so the patients or facts of a range are too many."""
    keys, before = np.array([None, *marks.keys], dtype=object), np.array([0, *marks.before])
    people = np.array([0, *cuts(patients, "patient_id", marks.keys)])
    ranges = _ranges(patients.rows, chunk, workers)
    while ranges < len(keys):
        at = np.unique(np.searchsorted(people, np.arange(ranges) * patients.rows / ranges))
        most_people = np.diff(np.append(people[at], patients.rows)).max()
        most_facts = np.diff(np.append(before[at], facts)).max()
        if most_people <= chunk and most_facts <= chunk * _FACTS_EACH:
            return tuple(keys[at].tolist()), before[at[1:]].tolist()
        ranges += workers
    return None


def _ranges(size: int, chunk: int, workers: int) -> int:
    """How many ranges of at most ``chunk`` patients suffice, so that every worker gets as many; few patients are not worth sharing."""
    workers = max(1, min(workers, size // _WORTH_SHARING))
    return -(-size // (max(1, chunk - chunk // 64) * workers)) * workers


def _is_plain(path: Path, columns: Sequence[str]) -> bool:
    """Whether a table has only known columns, its patients are named by text, and it says so without a fault."""
    try:
        kinds = pl.scan_parquet(path, glob=False).collect_schema()
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException):
        return False  # staging will say what is wrong
    return set(kinds) <= set(columns) and kinds.get("patient_id") == pl.String and ("fact" in kinds or "fact" not in columns)


def _bounds(patients: Sequence[Run], facts: Sequence[Run], chunk: int) -> tuple[str | None, ...]:
    """Where the ranges begin: none has more patients than ``chunk``, and hardly more facts than such a range has on average."""
    each, most = max(1, chunk // _FINENESS), chunk * _FACTS_EACH
    facts_each = max(1, most // (_FINENESS + len(facts)))
    listed = [(one, True) for one in samples(patients, "patient_id", each)]
    listed += [(one, False) for one in samples(facts, "patient_id", facts_each)]
    bounds: list[str | None] = [None]
    people = held = 0
    for who, is_patient in sorted(listed):
        if (people + each > chunk if is_patient else held + facts_each > most) and who != bounds[-1] and people:
            bounds.append(who)
            people = held = 0
        people, held = (people + each, held) if is_patient else (people, held + facts_each)
    return tuple(bounds)


def _complete(frame: pl.DataFrame | None, columns: tuple[str, ...]) -> pl.DataFrame:
    if frame is None:
        return pl.DataFrame(schema=schema(columns))
    casts = [pl.col(name).cast(pl.String) for name, kind in frame.schema.items() if kind not in (pl.String, pl.Date) and name != "row"]
    empty = [pl.lit(None, dtype=pl.String).alias(column) for column in columns if column not in frame.columns]
    row = [pl.col("row").cast(pl.Int64)] if "row" in frame.columns else []
    return frame.with_columns(*casts, *empty, *row).select(columns)
