"""explain, and knowledge check | list | show | diff | statements | browse."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from hemeline.cli import options
from hemeline.cli.options import KnowledgeFolder
from hemeline.errors import KnowledgeError, UsageError, did_you_mean

Shape = Annotated[Literal["text", "json"], typer.Option("--format", help="How to show it.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("explain")(explain)
    group = typer.Typer(help="Look at the knowledge: check it, list it, show an entry, compare two days.", no_args_is_help=True)
    for name, command in (("check", check), ("list", list_entries), ("show", show), ("diff", diff), ("statements", statements)):
        group.command(name)(command)
    group.command("browse")(browse)
    app.add_typer(group, name="knowledge")


def explain(
    term: Annotated[str, typer.Argument(help="A word of the vocabulary or a definition, in any spelling.", show_default=False)],
    format: Shape = "text",
    knowledge: KnowledgeFolder = None,
) -> None:
    """Say what a term means: definition, source, synonyms."""
    from hemeline import api
    from hemeline.report.reasons import explain_text

    found = api.explain(term, options.knowledge(knowledge))
    options.say_json(found) if format == "json" else options.say(explain_text(found))


def check(knowledge: KnowledgeFolder = None) -> None:
    """Check the knowledge: every fault with its file, its line and the nearest right word."""
    from hemeline.knowledge import default_folder
    from hemeline.knowledge.check import faults_between
    from hemeline.knowledge.files import content_hash, read_content

    folder = knowledge or default_folder()
    if not folder.is_dir():
        raise KnowledgeError(f"{folder}: expected a folder of YAML files")
    content, marks = read_content(folder)
    faults = faults_between(content, marks)
    if faults:
        options.say("\n".join(map(str, faults)))
        raise KnowledgeError(f"{len(faults)} fault{'s' if len(faults) != 1 else ''} in the knowledge")
    versions = [version for entry in content.entries for one in entry.indications for listed in one.regions.values() for version in listed]
    indications = sum(len(entry.indications) for entry in content.entries)
    counts = (
        f"{len(content.entries)} therapies with {indications} indications in {len(versions)} dated versions; "
        f"{len(content.therapies)} more therapies; {len(content.definitions)} definitions; {len(content.topics)} topics; "
        f"{len(content.facts)} facts; {len(content.statements)} statements; {len(content.sources)} sources"
    )
    options.say(f"{counts}\nno faults; content hash {content_hash(folder)}")


def list_entries(
    kind: Annotated[
        Literal["therapies", "indications", "definitions", "diseases", "facts", "classes", "sources"], typer.Argument(help="What to list.")
    ] = "indications",
    knowledge: KnowledgeFolder = None,
) -> None:
    """List the entries of one kind, with review state."""
    known = options.knowledge(knowledge)
    content = known.content
    if kind == "indications":
        lines = [f"{one.id:<70} {entry.review.state:<9} {', '.join(one.regions)}  {one.setting}" for entry, one in known.indications()]
    elif kind == "therapies":
        lines = [f"{one.id:<42} {one.kind:<11} {one.title}" for one in known.vocabulary.therapies.values()]
    else:
        lines = [f"{one.id:<48} {getattr(one, 'name', getattr(one, 'title', ''))}" for one in getattr(content, kind)]
    options.say("\n".join(sorted(lines)))


def show(
    identifier: Annotated[
        str, typer.Argument(help="The id of a therapy, indication, definition, fact, disease, class or source.", show_default=False)
    ],
    format: Shape = "text",
    knowledge: KnowledgeFolder = None,
) -> None:
    """Show one entry whole: its versions by region and date, criteria, evidence, cautions, sources, review state."""
    known = options.knowledge(knowledge)
    found = _entry(identifier, known)
    if format == "json":
        options.say_json(found)
        return
    import io

    from ruamel.yaml import YAML

    stream, yaml = io.StringIO(), YAML(typ="safe", pure=True)
    yaml.default_flow_style, yaml.sort_base_mapping_type_on_output, yaml.width = False, False, 110  # type: ignore[assignment]
    yaml.dump(found, stream)
    options.say(stream.getvalue())


def _entry(identifier: str, known: Any) -> dict[str, Any]:
    content = known.content
    for entry, indication in known.indications():
        if indication.id == identifier:
            found: dict[str, Any] = {"therapy": entry.id, **indication.model_dump(mode="json", by_alias=True, exclude_defaults=True)}
            return {**found, "review": entry.review.model_dump(mode="json")}
    groups = (
        content.entries,
        content.definitions,
        content.topics,
        content.questions,
        content.therapies,
        content.facts,
        content.diseases,
        content.classes,
        content.responses,
        content.sources,
    )
    for group in groups:
        for one in group:
            if one.id == identifier:
                review = {"review": one.review.model_dump(mode="json")} if hasattr(one, "review") else {}
                return {**one.model_dump(mode="json", by_alias=True, exclude_defaults=True), **review}
    words = [one.id for group in groups for one in group] + [one.id for _, one in known.indications()]
    raise UsageError(f'no entry is called "{identifier[:80]}"{did_you_mean(identifier, words)}')


def diff(
    since: Annotated[str, typer.Option("--from", help="The earlier day, YYYY-MM-DD.", show_default=False)],
    until: Annotated[str, typer.Option("--to", help="The later day, YYYY-MM-DD.", show_default=False)],
    region: Annotated[str | None, typer.Option("--region", help="Only this region.", show_default=False)] = None,
    format: Shape = "text",
    knowledge: KnowledgeFolder = None,
) -> None:
    """List what came into force, ended or was worded anew between two days."""
    from hemeline import api
    from hemeline.knowledge.diff import diff as compare

    start, end = api.day_of(since, "--from: "), api.day_of(until, "--to: ")
    if end < start:
        raise UsageError("--to lies before --from")
    only = api.region_of(region) if region else None
    changes = [one for one in compare(options.knowledge(knowledge), start, end) if only in (None, one["region"])]
    if format == "json":
        options.say_json(changes)
        return
    lines = [
        f"{one['date']:<22} {one['region']}  {one['what']:<24} {one['indication']} ({one['basis']}, {one['status']})" for one in changes
    ]
    options.say("\n".join(lines) or "nothing changed")


def statements(format: Shape = "text", knowledge: KnowledgeFolder = None) -> None:
    """Show what became of each statement of the founding documents, and the totals."""
    listed = options.knowledge(knowledge).content.statements
    if format == "json":
        options.say_json([one.model_dump(mode="json", exclude_defaults=True) for one in listed])
        return
    lines = []
    for one in listed:
        outcome = f"realised by {', '.join(one.realised_by)}" if one.realised_by else f"not realised: {one.not_realised}"
        lines += [f"{one.id}  holds: {one.holds:<7} {one.claim}", f"    {outcome}"]
        lines += [f"    superseded: {one.superseded}"] if one.superseded else []
    realised = sum(bool(one.realised_by) for one in listed)
    holds = {word: sum(one.holds == word for one in listed) for word in ("yes", "partly", "no")}
    today = ", ".join(f"{count} {word}" for word, count in holds.items())
    total = f"{len(listed)} statements: {realised} realised, {len(listed) - realised} not realised; holds today: {today}"
    options.say("\n".join([*lines, "", total]))


def browse(
    out: Annotated[Path, typer.Option("--out", help="The folder to write to: a new one, or one of an earlier run.", show_default=False)],
    knowledge: KnowledgeFolder = None,
) -> None:
    """Write the knowledge as pages to read: by disease, by drug, by date, with search."""
    from hemeline import api

    count = api.browse(options.knowledge(knowledge), out)
    options.say(f"{count} pages; begin with {out / 'index.html'}")
