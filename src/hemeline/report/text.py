"""The assessment for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from hemeline.assessment.shape import Assessment, LineView, OptionView, TopicView
from hemeline.report.words import (
    MARKS,
    VERDICTS,
    alert_rows,
    because_words,
    date_words,
    deciding,
    grouped,
    missing_rows,
    plain,
    score_words,
    shown_scores,
    site_words,
    span_words,
    state_sentence,
    timing_words,
    topic_words,
)

_STYLES = {"yes": "bold green", "unknown": "bold yellow", "no": "dim"}
_SHOWN_NO = 400
_NOT = "not: "


def text_report(assessment: Assessment, width: int = 110, colour: bool = False) -> str:
    """The report as text; with ``colour`` it holds ANSI codes. Words and marks carry the meaning, colour only repeats it."""
    console = Console(width=width, force_terminal=colour, no_color=not colour, highlight=False, color_system="standard" if colour else None)
    with console.capture() as captured:
        console.print(rendered(assessment))
    return "\n".join(line.rstrip() for line in captured.get().splitlines()) + "\n"


def rendered(assessment: Assessment) -> Group:
    """The report as something Rich can print."""
    return Group(*_parts(assessment))


def _parts(assessment: Assessment) -> Iterator[RenderableType]:
    day, region, known = date_words(assessment["as_of"]), assessment["region"], assessment["versions"]["knowledge"]
    head = f"Patient {plain(assessment['patient'])}  ·  as of {day}  ·  {region}  ·  knowledge {known} (drafted)"
    yield Text(head, style="bold")
    yield Text(state_sentence(assessment))
    yield from _alerts(assessment)
    yield from _course(assessment)
    yield from _options(assessment)
    yield from _missing(assessment)
    yield from _next(assessment)
    yield from _processes(assessment)
    yield from _topics("Support", assessment["support"])
    yield from _topics("Where sources disagree", assessment["conflicts"])
    yield from _not_available(assessment)
    yield from _not_understood(assessment)
    yield Rule(style="dim")
    yield Text(" ".join(assessment["assumed"]), style="dim")
    yield Text(assessment["notice"], style="dim")


def _section(title: str) -> Rule:
    return Rule(Text(title, style="bold"), align="left", style="dim")


def _bullets(lines: list[str], style: str = "") -> Padding:
    table = Table.grid(padding=(0, 1))
    for line in lines:
        table.add_row("-", Text(line, style=style))
    return Padding(table, (0, 0, 0, 1))


def _alerts(assessment: Assessment) -> Iterator[RenderableType]:
    if assessment["alerts"]:
        yield _section("Alerts")
        yield _bullets([f"{kind.upper()}: {said}" for kind, said in alert_rows(assessment)])


def _course(assessment: Assessment) -> Iterator[RenderableType]:
    course = assessment["course"]
    yield _section("What happened")
    rows = [_line_words(one) for one in course["lines"]]
    for one in course["relapses"]:
        timing = "; ".join([site_words(one), *timing_words(one)])
        rows.append(f"Relapse {one['number']}, {date_words(one['date'])}: {timing}")
    judged = [one for one in course["definitions"] if one["kind"] in ("risk", "milestone") and one["is"] not in ("none", "unknown")]
    rows += [f"{one['name']}: {one['is']}" for one in judged]
    rows += [f"{one['name']}: {score_words(one)}" for one in shown_scores(course)]
    rows += [_level_words(one) for one in course["levels"]]
    rows += [f"Open: {one}" for one in course["open"]]
    yield _bullets(rows or ["No treatment or event is recorded."])


def _line_words(one: LineView) -> str:
    until = f" to {date_words(one['end'])}" if one["end"] else ""
    best = f"; best response {one['best_response']}" if one["best_response"] else ""
    failed = "; failed" if one["refractory"] else ""
    return f"Line {one['number']}, {date_words(one['start'])}{until}: {', '.join(one['therapies'])}{best}{failed}"


def _level_words(one: dict[str, Any]) -> str:
    lost = f", lost {date_words(one['lost'])}" if one["lost"] else ""
    return f"{one['name']}: reached {date_words(one['reached'])}{lost}" if one["reached"] else f"{one['name']}: not reached"


def _options(assessment: Assessment) -> Iterator[RenderableType]:
    yield _section("Options in force, with reasons (not a recommendation)")
    for verdict, options in grouped(assessment["options"]):
        title = f"{MARKS[verdict]} {VERDICTS[verdict]} ({len(options)})"
        yield Text(title, style=_STYLES[verdict])
        if verdict == "no":
            yield _bullets([f"{one['name']}: {_against(one)}" for one in options], "dim")
        else:
            for one in options:
                yield from _option(one)


def _option(option: OptionView) -> Iterator[RenderableType]:
    indication = deciding(option)
    yield Padding(Text.assemble((option["name"], "bold"), f"  {span_words(indication)}"), (0, 0, 0, 1))
    reasons = [f"{MARKS[one['verdict']]} {one['text']}  [{because_words(one['because'])}]" for one in indication["criteria"]]
    cautions = [f"! {one['text']}" for one in indication["cautions"] if one["verdict"] == "yes"]
    unclear = [f"{MARKS['unknown']} {indication['unclear']}"] if indication["unclear"] else []
    yield Padding(Group(*(Text(line) for line in [*reasons, *unclear, *cautions])), (0, 0, 0, 4))


def _against(option: OptionView) -> str:
    """Why an option does not apply: the criteria that are not met, of the indication that comes nearest."""
    nearest = min(option["indications"], key=lambda one: sum(part["verdict"] == "no" for part in one["criteria"]))
    return textwrap.shorten(
        "; ".join(_unmet(one["text"]) for one in nearest["criteria"] if one["verdict"] == "no"), _SHOWN_NO, placeholder=" …"
    )


def _unmet(text: str) -> str:
    """A criterion that is not met; one that asks for the absence of something is ruled out by it."""
    return f"ruled out by: {text.removeprefix(_NOT)}" if text.startswith(_NOT) else f"not met: {text}"


def _missing(assessment: Assessment) -> Iterator[RenderableType]:
    if assessment["missing"]:
        yield _section("What is missing, most decisive first")
        table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 1))
        for row in missing_rows(assessment):
            table.add_row(Text(row.facts, style="bold"), f"would help to decide {row.decides}", row.how)
        yield table


def _next(assessment: Assessment) -> Iterator[RenderableType]:
    if assessment["next"]:
        yield _section("What comes next if the present step works")
        yield _bullets(
            [f"{one['name']}: with {one['when']}{' (possible already)' if one['already'] else ''}" for one in assessment["next"]]
        )


def _processes(assessment: Assessment) -> Iterator[RenderableType]:
    if assessment["processes"]:
        yield _section("What happens, step by step")
    names = {one["therapy"]: one["name"] for one in assessment["options"]}
    for one in assessment["processes"]:
        under = ", ".join(names[therapy] for therapy in one["therapies"])
        yield Padding(Text.assemble((one["name"], "bold"), f"  under {under}"), (0, 0, 0, 1))
        steps = [f"{number}. {step}" for number, step in enumerate(one["steps"], start=1)]
        yield Padding(Group(*(Text(line) for line in [topic_words(one), *steps])), (0, 0, 0, 4))


def _topics(title: str, topics: list[TopicView]) -> Iterator[RenderableType]:
    if topics:
        yield _section(title)
        yield _bullets([f"{one['name']}: {topic_words(one)}" for one in topics])


def _not_available(assessment: Assessment) -> Iterator[RenderableType]:
    if assessment["not_available"]:
        yield _section(f"Known, but not available in {assessment['region']} on this day")
        until = [f", no longer available since {date_words(one['until'])}" if one["until"] else "" for one in assessment["not_available"]]
        yield _bullets([f"{one['name']}: {one['status']}{end}" for one, end in zip(assessment["not_available"], until, strict=True)], "dim")


def _not_understood(assessment: Assessment) -> Iterator[RenderableType]:
    if assessment["not_understood"]:
        yield _section("Not understood (kept, not used)")
        yield _bullets([plain(f"row {one['row']}, {one['fact'] or 'no name'}: {one['why']}") for one in assessment["not_understood"]])
