"""The public functions. The command line is a thin layer over them; nothing else is promised to stay."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from hemeline import assessment as _assess
from hemeline.assessment.shape import Assessment
from hemeline.assessment.why import Why
from hemeline.errors import UsageError, did_you_mean
from hemeline.knowledge import REGIONS, Knowledge, Region, load_knowledge
from hemeline.record import Format, Records
from hemeline.record import files as _files
from hemeline.record.documents import rows_of
from hemeline.record.records import shown

if TYPE_CHECKING:
    from hemeline.cohort.summary import Summary

# What only some commands need is loaded where it is needed, so that a single assessment starts quickly.
Day = dt.date | str
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def read_records(path: Path | str, knowledge: Knowledge, *, mapping: Path | str | None = None) -> Records:
    """Read the records of a file or folder.

    The suffix tells the format: ``.yaml``, ``.json`` (ours or a FHIR Bundle), ``.ndjson`` (FHIR), and ``.csv``, ``.tsv`` or
    ``.parquet`` (the long table; with a ``mapping`` file any wide table). Raises :class:`hemeline.errors.RecordError` with file and
    place if it cannot be read at all; what cannot be understood is kept and listed instead.
    """
    if not mapping:
        return _files.read_records(path, knowledge.vocabulary)
    from hemeline.record.mapping import read_mapping

    return _files.read_records(path, knowledge.vocabulary, read_mapping(Path(mapping), knowledge.vocabulary))


def write_records(records: Records, path: Path | str, knowledge: Knowledge, *, format: Format | None = None) -> None:
    """Write records in the format that the file name asks for (``.fhir.json`` for a FHIR Bundle), or in ``format``."""
    _files.write_records(records, path, knowledge.vocabulary, format)


def assess(records: Records, knowledge: Knowledge, *, as_of: Day, region: Region | str) -> list[Assessment]:
    """Assess every patient of some records as of a day in a region.

    Nothing dated later than ``as_of`` is seen: no fact, no approval, no withdrawal. The result depends on the arguments alone.
    Raises :class:`hemeline.errors.UsageError` for a day or region that is none.
    """
    return _assess.assess(records, knowledge, day_of(as_of), region_of(region))


def what_if(
    records: Records, facts: Sequence[Mapping[str, Any]], knowledge: Knowledge, *, as_of: Day, region: Region | str
) -> list[Assessment]:
    """The assessment if some facts (with the keys of a record's facts) were added to every patient.

    Raises :class:`hemeline.errors.UsageError` for a fact that is not written like one of a record.
    """
    return _assess.what_if(records, rows_of(facts), knowledge, day_of(as_of), region_of(region))


def why(records: Records, therapy: str, knowledge: Knowledge, *, as_of: Day, region: Region | str) -> list[Why]:
    """The criteria tree of a therapy with the facts behind each leaf, and what would flip the verdict."""
    return _assess.why(records, therapy, knowledge, day_of(as_of), region_of(region))


def schema(of: Literal["record", "assessment", "cohort"]) -> dict[str, Any]:
    """The JSON Schema of what goes in (``record``) or comes out (``assessment``), made from the types of this package.

    Of what comes out for many (``cohort``) a Table Schema of each table, by its name.
    """
    if of == "cohort":
        from hemeline.cohort.schema import schema as of_tables

        return of_tables()
    from pydantic import TypeAdapter

    from hemeline.record.model import RecordModel

    return RecordModel.model_json_schema() if of == "record" else TypeAdapter(Assessment).json_schema()


def summarise(records: Records, knowledge: Knowledge, as_of: Day) -> Summary:
    """Count over all patients as of a day: states, first events, relapses by site and timing, lines, levels reached and lost."""
    from hemeline.cohort.summary import summarise as summarised

    return summarised(records, knowledge, day_of(as_of))


def explain(term: str, knowledge: Knowledge) -> list[dict[str, Any]]:
    """Every entry that a term names: ``kind``, ``id``, ``name``, ``text``, ``synonyms``, ``sources``.

    A term that is nobody's name but is said in several definitions or topics gets those. Raises
    :class:`hemeline.errors.UsageError` with the nearest right word if there is nothing.
    """
    from hemeline.knowledge.explain import explain as explained

    return explained(term, knowledge)


def browse(knowledge: Knowledge, out: Path | str) -> int:
    """Write the knowledge as static pages into a folder of their own, ``index.html`` first, and return how many there are.

    Raises :class:`hemeline.errors.UsageError` for a folder that holds anything else.
    """
    from hemeline.browser import write_browser

    return write_browser(knowledge, Path(out))


def text_report(assessment: Assessment, width: int = 110, colour: bool = False) -> str:
    """The report as text; with ``colour`` it holds ANSI codes. Words and marks carry the meaning, colour only repeats it."""
    from hemeline.report.text import text_report as written

    return written(assessment, width, colour)


def html_report(assessment: Assessment) -> str:
    """The report as one HTML page without outside resources."""
    from hemeline.report.html import html_report as written

    return written(assessment)


def assess_cohort(
    source: Path | str, out: Path | str, *, as_of: Day, region: Region | str, mapping: Path | str | None = None,
    knowledge: Path | str | None = None, memory: str = "2GB", workers: int | None = None,
    engine: Literal["local", "spark"] = "local", master: str = "local[*]", cache: Path | None = None,
    told: Callable[[int, int], None] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Assess every patient of a source into a folder of Parquet tables, and return the manifest.

    ``source`` is any record format, a folder of OMOP tables in Parquet, or the address of an OMOP database
    (``postgresql://...``), ``knowledge`` a folder (default: the one shipped), ``memory`` what all ``workers`` (default: one
    per core) may use together, ``told`` is called with how much of a source that has to be staged is read and how much there is
    (rows, bytes, files or persons), then with how many ranges of patients are done and how many there are. A run that was
    interrupted goes on where it stopped. Raises :class:`hemeline.errors.UsageError` and :class:`hemeline.errors.RecordError`.
    """
    from hemeline.cohort.start import start

    return start(
        str(source), Path(out), as_of=day_of(as_of), region=region_of(region), mapping=Path(mapping) if mapping else None,
        knowledge=Path(knowledge) if knowledge else None, memory=memory, workers=workers, engine=engine, master=master,
        cache=cache, told=told,
    )  # fmt: skip


def synthesise(
    path: Path | str, knowledge: Knowledge, *, patients: int, disease: str, seed: int, told: Callable[[int, int], None] | None = None
) -> None:
    """Write made-up patients in the format the file name asks for; the same seed makes the same ones.

    Raises :class:`hemeline.errors.UsageError` for a disease without parameters, and where the file cannot be written.
    """
    from hemeline.synth import write_synthetic

    courses = {one.id: one for one in knowledge.content.synthetic}
    found = knowledge.vocabulary.disease_index.find(disease) or disease
    if found not in courses:
        near = did_you_mean(disease, courses)
        raise UsageError(f'no parameters for made-up patients with "{shown(disease[:40])}"{near}; there are some for {", ".join(courses)}')
    write_synthetic(courses[found], patients, seed, Path(path), knowledge.vocabulary, told)


def day_of(written: Day, what: str = "") -> dt.date:
    """A day as YYYY-MM-DD; ``what`` begins the error. Raises :class:`hemeline.errors.UsageError`."""
    if isinstance(written, dt.datetime):
        return written.date()
    if isinstance(written, dt.date):
        return written
    with suppress(ValueError):
        if _DAY.fullmatch(written):  # the standard library also reads 20210901 and 2021-W35-3
            return dt.date.fromisoformat(written)
    raise UsageError(f'{what}"{shown(written[:20])}" is not a day; expected YYYY-MM-DD')


def region_of(written: str) -> Region:
    """A region in any case. Raises :class:`hemeline.errors.UsageError` with the nearest right one."""
    for region in REGIONS:
        if region == written.upper():
            return region
    raise UsageError(f'unknown region "{shown(written[:20])}"{did_you_mean(written, REGIONS)}; expected one of {", ".join(REGIONS)}')


def leaflet(assessment: Assessment, *, format: Literal["text", "html"] = "text", with_figures: bool = False) -> str:
    """The patient's leaflet in plain words; ``with_figures`` adds what studies found."""
    from hemeline.report.leaflet import leaflet_html, leaflet_text

    return (leaflet_html if format == "html" else leaflet_text)(assessment, with_figures)


__all__ = [
    "Assessment", "Knowledge", "Records", "Why", "assess", "assess_cohort", "browse", "explain", "html_report", "leaflet",
    "load_knowledge", "read_records", "schema", "summarise", "synthesise", "text_report", "what_if", "why", "write_records",
]  # fmt: skip
