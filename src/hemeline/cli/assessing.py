"""assess, why, whatif."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from hemeline.cli import options
from hemeline.cli.options import AsOf, File, InRegion, KnowledgeFolder, MappingFile, Strict
from hemeline.errors import UsageError

if TYPE_CHECKING:
    from hemeline.api import Records

Shape = Annotated[Literal["text", "json", "html"], typer.Option("--format", help="How to show it.")]
Out = Annotated[Path | None, typer.Option("--out", help="Write to this file (for HTML of several patients: a folder).", show_default=False)]
_BATCH = 250


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("assess")(assess)
    app.command("why")(why)
    app.command("whatif")(whatif)
    app.command("leaflet")(leaflet)


def assess(
    file: File,
    as_of: AsOf = None,
    region: InRegion = "US",
    format: Shape = "text",
    out: Out = None,
    html: Annotated[Path | None, typer.Option("--html", help="Also write the HTML report to this file.", show_default=False)] = None,
    patient: Annotated[str | None, typer.Option("--patient", help="Only this patient of the file.", show_default=False)] = None,
    mapping: MappingFile = None,
    knowledge: KnowledgeFolder = None,
    strict: Strict = False,
) -> None:
    """Assess a record: the course, the options in force, what is missing, what comes next."""
    from hemeline import api

    known = options.knowledge(knowledge)
    everyone = options.records(file, known, mapping)
    records = _chosen(everyone, patient, file)
    batches = [records.part(start, _BATCH) for start in range(0, len(records), _BATCH)]
    day = options.today(as_of)
    results = [one for batch in options.with_progress(batches, "Assessing") for one in api.assess(batch, known, as_of=day, region=region)]
    if html:
        _write_html(results, html)
    _show(results, format, out)
    options.refuse_not_understood(len(everyone.of_nobody()) + sum(len(one["not_understood"]) for one in results), strict)


def _chosen(records: Records, patient: str | None, file: Path) -> Records:
    if patient is None:
        return records
    if patient not in records.patients["patient_id"]:
        raise UsageError(f"{file}: no patient has the id given with --patient")
    return records.only(patient)


def _show(results: list[Any], format: str, out: Path | None) -> None:
    if format == "html":
        if out is None:
            if len(results) > 1:
                raise UsageError("HTML of several patients needs --out with a folder")
            from hemeline.api import html_report

            options.say(html_report(results[0]))
            return
        _write_html(results, out)
    elif format == "json":
        _say_or_write(results[0] if len(results) == 1 else results, out)
    else:
        from hemeline.api import text_report

        width, colour = options.terminal_width(), out is None and options.on_terminal()
        text = "\n\n".join(text_report(one, width, colour) for one in results)
        options.say(text) if out is None else options.write_whole(out, text)


def _say_or_write(data: Any, out: Path | None) -> None:
    if out is None:
        options.say_json(data)
        return
    import orjson

    options.write_whole(out, orjson.dumps(data, option=orjson.OPT_INDENT_2).decode() + "\n")


def _write_html(results: list[Any], target: Path) -> None:
    """One page, or a folder with a page for each patient."""
    from hemeline.api import html_report

    if len(results) == 1 and not target.is_dir():
        options.write_whole(target, html_report(results[0]))
        return
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise UsageError(f"{target}: cannot be made a folder ({fault.strerror})") from None
    for number, one in enumerate(results, start=1):
        name = "".join(sign if sign.isalnum() or sign in "-_." else "_" for sign in one["patient"])[:80]
        options.write_whole(target / f"{number:04d}-{name}.html", html_report(one))


def why(
    file: File,
    therapy: Annotated[str, typer.Argument(help="A therapy, in any spelling.", show_default=False)],
    as_of: AsOf = None,
    region: InRegion = "US",
    format: Annotated[Literal["text", "json"], typer.Option("--format", help="How to show it.")] = "text",
    patient: Annotated[str | None, typer.Option("--patient", help="Only this patient of the file.", show_default=False)] = None,
    mapping: MappingFile = None,
    knowledge: KnowledgeFolder = None,
) -> None:
    """Show why a therapy has its verdict: the criteria, the facts behind each, and what would flip it."""
    from hemeline import api

    known = options.knowledge(knowledge)
    records = _chosen(options.records(file, known, mapping), patient, file)
    answers = api.why(records, therapy, known, as_of=options.today(as_of), region=region)
    if format == "json":
        options.say_json(answers[0] if len(answers) == 1 else answers)
        return
    from hemeline.report.reasons import why_text

    options.say("\n".join(why_text(one) for one in answers))


def whatif(
    file: File,
    add: Annotated[
        list[str], typer.Option("--add", help="A fact to add: fact=value@date, for example 'response=CR@2026-12-01'.", show_default=False)
    ],
    as_of: AsOf = None,
    region: InRegion = "US",
    format: Annotated[Literal["text", "json"], typer.Option("--format", help="How to show it.")] = "text",
    full: Annotated[bool, typer.Option("--full", help="Show the whole assessment, not only what changes.")] = False,
    mapping: MappingFile = None,
    knowledge: KnowledgeFolder = None,
) -> None:
    """Assess a record as if some facts were added, and show what changes.

    Without --as-of the day is today, or that of the latest added fact if it lies later.
    """
    from hemeline import api
    from hemeline.report.reasons import changes_text
    from hemeline.report.whatif import added_fact, changes, latest_day

    known = options.knowledge(knowledge)
    records = options.records(file, known, mapping)
    facts = [added_fact(one) for one in add]
    day = latest_day(facts, options.today(None)) if as_of is None else as_of
    before = api.assess(records, known, as_of=options.today(as_of), region=region)
    after = api.what_if(records, facts, known, as_of=day, region=region)
    changed = [changes(one, other) for one, other in zip(before, after, strict=True)]
    if format == "json":
        answer = [{"added": facts, "changes": change, "assessment": one} for change, one in zip(changed, after, strict=True)]
        options.say_json(answer[0] if len(answer) == 1 else answer)
        return
    options.say("\n".join(changes_text(one, change, add) for one, change in zip(after, changed, strict=True)))
    if full:
        options.say("\n".join(api.text_report(one, options.terminal_width(), options.on_terminal()) for one in after))


def leaflet(
    file: File,
    as_of: AsOf = None,
    region: InRegion = "US",
    format: Annotated[Literal["text", "html"], typer.Option("--format", help="How to show it.")] = "text",
    out: Out = None,
    with_figures: Annotated[bool, typer.Option("--with-figures", help="Also tell what studies found.")] = False,
    patient: Annotated[str | None, typer.Option("--patient", help="Only this patient of the file.", show_default=False)] = None,
    mapping: MappingFile = None,
    knowledge: KnowledgeFolder = None,
) -> None:
    """Make the patient's leaflet, in plain words and without figures about prognosis."""
    from hemeline import api

    known = options.knowledge(knowledge)
    records = _chosen(options.records(file, known, mapping), patient, file)
    results = api.assess(records, known, as_of=options.today(as_of), region=region)
    pages = [api.leaflet(one, format=format, with_figures=with_figures) for one in results]
    if format == "html" and len(pages) > 1:
        raise UsageError("leaflets of several patients: choose one with --patient")
    text = "\n".join(pages)
    options.say(text) if out is None else options.write_whole(out, text)
