"""Options that several commands share, and what they are turned into."""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from hemeline.errors import NotUnderstoodError, UsageError

if TYPE_CHECKING:
    from polars import DataFrame

    from hemeline.api import Knowledge, Records

T = TypeVar("T")
File = Annotated[
    Path,
    typer.Argument(
        help="A record: YAML, JSON, FHIR (JSON, NDJSON), CSV, TSV, Parquet, or a folder of those.",
        show_default=False,
        readable=False,  # the reader says in one line what it cannot read, with the exit code for that
    ),
]
AsOf = Annotated[
    str | None,
    typer.Option("--as-of", help="The day of the assessment, YYYY-MM-DD; nothing later is seen. [default: today]", show_default=False),
]
InRegion = Annotated[str, typer.Option("--region", help="US, EU or UK.")]
MappingFile = Annotated[
    Path | None, typer.Option("--mapping", help="A mapping file, to read any wide table.", show_default=False, readable=False)
]
KnowledgeFolder = Annotated[
    Path | None, typer.Option("--knowledge", help="A folder of knowledge other than the one shipped.", show_default=False)
]
Strict = Annotated[bool, typer.Option("--strict", help="Exit with 5 if anything was not understood.")]
_MOST_LISTED = 20


def today(as_of: str | None) -> str:
    """The day asked for, or today: the only place where the clock is read."""
    return dt.date.today().isoformat() if as_of is None else as_of


def knowledge(folder: Path | None) -> Knowledge:
    """The knowledge, from a checked copy in the user's cache where there is one."""
    from hemeline.api import load_knowledge

    return load_knowledge(folder, cache=cache())


def cache() -> Path:
    """The user's folder for what can be made again."""
    import platformdirs

    return platformdirs.user_cache_path("hemeline")


def records(file: Path, known: Knowledge, mapping: Path | None) -> Records:
    """The records of a file. What belongs to none of its patients stands in no assessment: it is listed here."""
    from hemeline.api import read_records

    found = read_records(file, known, mapping=mapping)
    say_not_used(found.of_nobody())
    return found


def say_not_used(lost: DataFrame) -> None:
    """List on standard error what the reader could not use."""
    for who, row, fact, why in lost.select("patient_id", "row", "fact", "why").head(_MOST_LISTED).rows():
        typer.echo(f"not used: {f'patient {who}, ' if who else ''}row {row}, {fact or 'no name'}: {why}", err=True)
    if len(lost) > _MOST_LISTED:
        typer.echo(f"not used: {len(lost) - _MOST_LISTED} more", err=True)


def refuse_not_understood(total: int, strict: bool) -> None:
    """With ``--strict``, an error if anything was not understood."""
    if strict and total:
        raise NotUnderstoodError(f"{total} thing{'s were' if total != 1 else ' was'} not understood, as listed")


def say(text: str) -> None:
    """Print text as it is. Nobody listening any more is no fault; a full disk is."""
    if sys.stdout is None:
        raise UsageError("standard output is closed")
    try:
        sys.stdout.write(text if text.endswith("\n") else f"{text}\n")
        sys.stdout.flush()
    except OSError as fault:
        _silence()
        if isinstance(fault, BrokenPipeError):
            raise SystemExit(0) from None
        raise UsageError(f"standard output: cannot be written ({fault.strerror})") from None


def _silence() -> None:
    """What could not be printed would be tried again, and fail again, when Python closes its files."""
    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())


def say_json(data: object) -> None:
    """Print JSON, indented."""
    import orjson

    say(orjson.dumps(data, option=orjson.OPT_INDENT_2).decode())


def on_terminal() -> bool:
    """Whether the output goes to a person's terminal that shows colour."""
    return sys.stdout is not None and sys.stdout.isatty() and "NO_COLOR" not in os.environ


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


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar with rate and time left on a terminal; call it with how much is done and how much there is."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def write_whole(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    from hemeline.record.writing import whole

    with whole(path) as (part,):
        part.write_text(text, encoding="utf-8")
