"""cohort assess, report, find, near, missing, changed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from hemeline.cli import options
from hemeline.cli.options import AsOf, InRegion, KnowledgeFolder, MappingFile
from hemeline.errors import UsageError

if TYPE_CHECKING:
    import polars as pl

Source = Annotated[
    str,
    typer.Argument(
        help=(
            "Records of many patients: a folder of files, a long table (CSV, Parquet), FHIR NDJSON, with --mapping a wide table, "
            "OMOP CDM 5.4 as a folder of Parquet tables or as postgresql://..."
        ),
        show_default=False,
    ),
]
Cohort = Annotated[Path, typer.Argument(help="The folder of an assessed cohort.", show_default=False)]
Shape = Annotated[Literal["table", "csv", "json"], typer.Option("--format", help="How to show it.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(no_args_is_help=True, help="Many patients: a clinic, a registry.", rich_markup_mode=None)
    for command in (assess, report, find, near, missing, changed):
        group.command(command.__name__)(command)
    app.add_typer(group, name="cohort")


def assess(
    source: Source,
    out: Annotated[Path, typer.Option("--out", help="The folder for the tables (Parquet).", show_default=False)],
    as_of: AsOf = None,
    region: InRegion = "US",
    mapping: MappingFile = None,
    knowledge: KnowledgeFolder = None,
    memory: Annotated[str, typer.Option("--memory", help="Memory to hold, such as 2GB.")] = "2GB",
    engine: Annotated[Literal["local", "spark"], typer.Option("--engine", help="Where to run it.")] = "local",
    master: Annotated[str, typer.Option("--master", help="With --engine spark: its master.")] = "local[*]",
    workers: Annotated[int | None, typer.Option("--workers", help="Processes. [default: one per core]", min=1, show_default=False)] = None,
) -> None:
    """Assess every patient of a source into a folder of tables. An interrupted run goes on where it stopped."""
    from hemeline import api

    with options.progress("Assessing") as told:
        manifest = api.assess_cohort(
            source, out, as_of=options.today(as_of), region=region, mapping=mapping, knowledge=knowledge, memory=memory,
            workers=workers, engine=engine, master=master, cache=options.cache(), told=told,
        )  # fmt: skip
    counts = manifest["counts"]
    options.say(
        f"{counts['patients']:,} patients, {counts['verdicts']:,} verdicts, {counts['not_understood']:,} facts not understood: {out}"
    )
    if counts["failed"]:
        options.say(f"{counts['failed']:,} patients could not be assessed; they are listed in {out / 'failed'}")


def report(
    folder: Cohort,
    html: Annotated[Path, typer.Option("--html", help="The page to write.", show_default=False)],
    pictures: Annotated[
        Path | None, typer.Option("--pictures", help="A folder for the pictures too, as SVG and PNG.", show_default=False)
    ] = None,
    min_cell: Annotated[int, typer.Option("--min-cell", help="Withhold counts under this, and what would reveal them.", min=1)] = 5,
    since: Annotated[Literal["relapse", "line"], typer.Option("--from", help="Survival from the first relapse, or each line.")] = "relapse",
    courses: Annotated[int, typer.Option("--courses", help="How many single courses to draw; 0 for none.", min=0, max=200)] = 30,
    knowledge: KnowledgeFolder = None,
) -> None:
    """One page about a cohort: who is where, who fits what, what is missing, lines of therapy, survival."""
    from hemeline.cohort.report import cohort_report, png

    found = cohort_report(folder, options.knowledge(knowledge), least=min_cell, since=since, courses_shown=courses)
    options.write_whole(html, found.html)
    if pictures:
        without_png = _write_pictures(pictures, {name: (svg, png(svg)) for name, svg in found.pictures.items()})
        if without_png:
            typer.echo("the pictures are SVG only: PNG needs hemeline[report]", err=True)
    typer.echo(f"{html}: {len(found.pictures)} picture{'s' if len(found.pictures) != 1 else ''}", err=True)


def _write_pictures(folder: Path, drawn: dict[str, tuple[str, bytes | None]]) -> bool:
    """Write pictures into a folder; whether one could not be made a PNG."""
    from hemeline.record.writing import whole

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise UsageError(f"{folder}: cannot be made a folder ({fault.strerror})") from None
    for name, (svg, raster) in drawn.items():
        options.write_whole(folder / f"{name}.svg", svg + "\n")
        if raster is not None:
            with whole(folder / f"{name}.png") as (part,):
                part.write_bytes(raster)
    return any(raster is None for _, raster in drawn.values())


def find(
    folder: Cohort,
    state: Annotated[str | None, typer.Option("--state", help="Only patients in this state.", show_default=False)] = None,
    disease: Annotated[str | None, typer.Option("--disease", help="Only patients with this disease or group.", show_default=False)] = None,
    option: Annotated[str | None, typer.Option("--option", help="A therapy, in any spelling.", show_default=False)] = None,
    verdict: Annotated[Literal["yes", "unknown", "no"], typer.Option("--verdict", help="Its verdict.")] = "yes",
    knowledge: KnowledgeFolder = None,
    format: Shape = "table",
) -> None:
    """Patients by state, and by the verdict on a therapy."""
    from hemeline.cohort import asked

    _show(asked.find(folder, options.knowledge(knowledge), state, disease, option, verdict), format)


def near(
    folder: Cohort,
    therapy: Annotated[str, typer.Option("--therapy", help="A therapy, in any spelling.", show_default=False)],
    knowledge: KnowledgeFolder = None,
    format: Shape = "table",
) -> None:
    """Who misses a therapy by one criterion, and which."""
    from hemeline.cohort import asked

    _show(asked.near(folder, options.knowledge(knowledge), therapy), format)


def missing(folder: Cohort, format: Shape = "table") -> None:
    """Which missing facts would settle most verdicts."""
    from hemeline.cohort import asked

    _show(asked.missing(folder), format)


def changed(old: Cohort, new: Cohort, format: Shape = "table") -> None:
    """What is new since an earlier run, and because of what: a fact, a date passed, new knowledge."""
    from hemeline.cohort import asked

    _show(asked.changed(old, new), format)


def _show(frame: pl.DataFrame, format: str) -> None:
    import polars as pl
    from polars import selectors

    lists = selectors.list().cast(pl.List(pl.String)).list.join(", ")
    flat = frame.with_columns(lists, pl.col(pl.Categorical, pl.Enum).cast(pl.String))
    if format == "csv":
        options.say(flat.write_csv())
    elif format == "json":
        options.say_json(flat.to_dicts())
    else:
        from rich.console import Console
        from rich.table import Table

        shown = Table(*flat.columns)
        for row in flat.head(_MOST_ROWS).iter_rows():
            shown.add_row(*("" if value is None else str(value) for value in row))
        console = Console(width=options.terminal_width(), highlight=False)
        with console.capture() as captured:
            console.print(shown)
        options.say(captured.get() + (f"{len(flat) - _MOST_ROWS:,} more rows: --format csv\n" if len(flat) > _MOST_ROWS else ""))


_MOST_ROWS = 200
