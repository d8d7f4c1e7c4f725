"""Options that several commands share, and what they are turned into."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from hemeline.errors import NotUnderstoodError

if TYPE_CHECKING:
    from hemeline.api import Knowledge, Records

T = TypeVar("T")
File = Annotated[
    Path, typer.Argument(help="A record: YAML, JSON, FHIR (JSON, NDJSON), CSV, TSV, Parquet, or a folder of those.", show_default=False)
]
AsOf = Annotated[
    str | None,
    typer.Option("--as-of", help="The day of the assessment, YYYY-MM-DD; nothing later is seen. [default: today]", show_default=False),
]
InRegion = Annotated[str, typer.Option("--region", help="US, EU or UK.")]
MappingFile = Annotated[Path | None, typer.Option("--mapping", help="A mapping file, to read any wide table.", show_default=False)]
KnowledgeFolder = Annotated[
    Path | None, typer.Option("--knowledge", help="A folder of knowledge other than the one shipped.", show_default=False)
]
Strict = Annotated[bool, typer.Option("--strict", help="Exit with 5 if anything was not understood.")]
PROGRESS_FROM = 200


def today(as_of: str | None) -> str:
    """The day asked for, or today: the only place where the clock is read."""
    return as_of or dt.date.today().isoformat()


def knowledge(folder: Path | None) -> Knowledge:
    """The knowledge, from a checked copy in the user's cache where there is one."""
    import platformdirs

    from hemeline.api import load_knowledge

    return load_knowledge(folder, cache=platformdirs.user_cache_path("hemeline"))


def records(file: Path, known: Knowledge, mapping: Path | None) -> Records:
    """The records of a file."""
    from hemeline.api import read_records

    return read_records(file, known, mapping=mapping)


def refuse_not_understood(counts: Iterable[int], strict: bool) -> None:
    """With ``--strict``, an error if anything was not understood."""
    total = sum(counts)
    if strict and total:
        raise NotUnderstoodError(f"{total} fact{'s were' if total != 1 else ' was'} not understood (listed in the report)")


def say(text: str) -> None:
    """Print text as it is."""
    sys.stdout.write(text if text.endswith("\n") else f"{text}\n")


def say_json(data: object) -> None:
    """Print JSON, indented."""
    import orjson

    sys.stdout.write(orjson.dumps(data, option=orjson.OPT_INDENT_2).decode() + "\n")


def on_terminal() -> bool:
    """Whether the output goes to a person's terminal that shows colour."""
    import os

    return sys.stdout.isatty() and "NO_COLOR" not in os.environ


def terminal_width() -> int:
    """How wide to write; 110 columns where nobody can tell."""
    import shutil

    return min(shutil.get_terminal_size((110, 24)).columns, 140)


def with_progress(items: list[T], what: str) -> Iterator[T]:
    """The items, with a progress bar on a terminal where there are many."""
    if len(items) < 2 or not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(items, description=what, console=Console(stderr=True), transient=True)


def write_whole(path: Path, text: str) -> None:
    """Write a file in one move: whole or not at all."""
    part = path.with_name(f".part-{path.name}")
    part.write_text(text, encoding="utf-8")
    part.replace(path)
