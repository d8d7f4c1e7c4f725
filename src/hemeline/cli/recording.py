"""convert, summary, schema, synth."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from hemeline.cli import options
from hemeline.cli.options import AsOf, File, KnowledgeFolder, MappingFile, Strict


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("convert")(convert)
    app.command("summary")(summary)
    app.command("schema")(schema)
    app.command("synth")(synth)


def convert(
    source: File,
    target: Annotated[
        Path, typer.Argument(help="The file to write; its ending tells the format (.fhir.json for a FHIR Bundle).", show_default=False)
    ],
    mapping: MappingFile = None,
    knowledge: KnowledgeFolder = None,
    strict: Strict = False,
) -> None:
    """Turn a record into another format. What the reader could not use is listed, never dropped in silence."""
    from hemeline import api

    known = options.knowledge(knowledge)
    records = api.read_records(source, known, mapping=mapping)
    api.write_records(records, target, known)
    lost = records.not_understood
    options.say_not_used(lost)
    typer.echo(
        f"{target}: {len(records)} patient{'s' if len(records) != 1 else ''}, {len(records.facts)} facts, {len(lost)} not used", err=True
    )
    options.refuse_not_understood(len(lost), strict)


def summary(
    source: File,
    as_of: AsOf = None,
    mapping: MappingFile = None,
    knowledge: KnowledgeFolder = None,
    format: Annotated[Literal["text", "json"], typer.Option("--format", help="How to show it.")] = "text",
) -> None:
    """Count over many patients: states, first events, relapses by site and timing, lines, levels reached and lost."""
    from hemeline import api

    known = options.knowledge(knowledge)
    found = api.summarise(options.records(source, known, mapping), known, options.today(as_of))
    if format == "json":
        options.say_json({"patients": found.patients, "facts": found.facts, **found.tables})
        return
    lines = [f"{found.patients} patient{'s' if found.patients != 1 else ''}, {found.facts} fact{'s' if found.facts != 1 else ''}"]
    for title, counts in found.tables.items():
        lines += ["", title, *(f"  {count:>8}  {word}" for word, count in counts.items())]
    options.say("\n".join(lines))


def schema(
    of: Annotated[Literal["record", "assessment", "cohort"], typer.Argument(help="What goes in, or what comes out for one or for many.")],
) -> None:
    """Print the JSON Schema of the record or of the assessment, or the Table Schema of each table of a cohort."""
    from hemeline import api

    options.say_json(api.schema(of))


def synth(
    target: Annotated[Path, typer.Argument(help="The file to write; its ending tells the format.", show_default=False)],
    disease: Annotated[str, typer.Option("--disease", help="A disease that the knowledge has parameters for.", show_default=False)],
    patients: Annotated[int, typer.Option("--patients", help="How many.", min=1)] = 1000,
    seed: Annotated[int, typer.Option("--seed", help="The same seed makes the same patients.", min=0)] = 1,
    knowledge: KnowledgeFolder = None,
) -> None:
    """Make up patients, for tests and demonstrations. Parquet, CSV and NDJSON are streamed, however many there are."""
    from hemeline import api

    with options.progress("Making") as told:
        api.synthesise(target, options.knowledge(knowledge), patients=patients, disease=disease, seed=seed, told=told)
    typer.echo(f"{target}: {patients:,} made-up patient{'s' if patients != 1 else ''} with {disease}", err=True)
