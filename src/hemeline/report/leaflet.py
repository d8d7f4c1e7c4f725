"""The patient's leaflet: the assessment in plain words, one structure for the terminal and the page.

It tells no figure about prognosis unless asked, and never what to do.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from hemeline.assessment.shape import Assessment, OptionView, SourceView
from hemeline.report.page import environment
from hemeline.report.words import date_words, missing_words, ordinal, site_words

ABOUT = (
    "This leaflet was made by a computer from the facts in your record. It is not medical advice. "
    "It does not tell you what to do. Your care team must check it before you rely on it."
)
_STATES = {
    "untreated": "As far as your record shows, treatment has not begun.",
    "on-treatment": "You are on treatment. A remission has not been found yet.",
    "remission": "You are in remission. Tests find no sign, or almost no sign, of the cancer.",
    "partial-response": "The treatment has worked in part. Some of the cancer is still there.",
    "refractory": "The cancer has not gone away with the treatment so far. Doctors call this refractory.",
    "relapsed": "The cancer has come back after it had gone. Doctors call this a relapse.",
    "relapsed-refractory": "The cancer came back, and the treatment for that has not worked well enough.",
    "dead": "The record says that the person has died.",
    "unknown": "The record does not show clearly where things stand now.",
}
_BASES = {
    "label": "The drug regulator of your region has approved it for a case like yours.",
    "funded": "The health service of your region pays for it in a case like yours.",
    "guideline": "Expert guides name it for a case like yours.",
    "practice": "Doctors use it for a case like yours. There is no special licence for it.",
    "off-label": "Some doctors use it this way. The regulator has not approved that use.",
    "investigational": "You can only get it in a clinical trial.",
    "supportive": "It is care that helps you feel better. You can have it at any time.",
}
_MISSING_SHOWN = 8


@dataclass(frozen=True)
class Part:
    """A part of the leaflet: a heading, paragraphs, and points with a heading and lines of their own."""

    heading: str
    paragraphs: tuple[str, ...] = ()
    points: tuple[Point, ...] = ()


@dataclass(frozen=True)
class Point:
    """One point: what it is called, what is said of it, and details in a list."""

    name: str
    lines: tuple[str, ...] = ()
    details: tuple[str, ...] = field(default=())


def leaflet(assessment: Assessment, with_figures: bool = False) -> list[Part]:
    """The leaflet's parts; those with nothing to say are left out. ``with_figures`` adds what studies found."""
    parts = [
        Part("About this leaflet", (ABOUT, f"It was made for {date_words(assessment['as_of'])}.")),
        Part("Where things stand", tuple(_standing(assessment))),
        Part("What may be possible", tuple(_possible_intro(assessment)), tuple(_possible(assessment, with_figures))),
        Part("What is not known yet", tuple(_open_intro(assessment)), tuple(_open(assessment))),
        Part("What happens, step by step", (), tuple(_processes(assessment))),
        Part("Questions you may want to ask", (), tuple(Point(one) for one in assessment["questions"])),
        Part("Help and support", (), tuple(_support(assessment))),
        Part("How to say the names", (), tuple(_names(assessment))),
        Part("Where this comes from", (), tuple(_sources(assessment))),
    ]
    return [one for one in parts if one.paragraphs or one.points]


def _standing(assessment: Assessment) -> Iterator[str]:
    course = assessment["course"]
    if course["disease_name"]:
        yield f"The record is about {course['disease_name']}."
    yield _STATES[course["state"]]
    if course["relapses"] and course["state"] not in ("remission", "dead"):
        last = course["relapses"][-1]
        yield f"This is the {ordinal(last['number'])} time it came back ({date_words(last['date'])}; {site_words(last)})."
    if course["line_count"]:
        yield f"You have had {course['line_count']} round{'s' if course['line_count'] > 1 else ''} of treatment so far."
    if any(alert["kind"] == "wish" for alert in assessment["alerts"]):
        yield "Your own wish is in the record. It comes first. You can change your mind at any time."


def _listed(assessment: Assessment, verdict: str) -> list[OptionView]:
    return [one for one in assessment["options"] if one["verdict"] == verdict]


def _possible_intro(assessment: Assessment) -> Iterator[str]:
    if _listed(assessment, "yes"):
        yield "The facts in your record fit these. It does not mean that each is right for you. Your team knows more than the record."
    else:
        yield "From the facts in the record nothing can be listed as possible yet. Ask your team what this means for you."


def _possible(assessment: Assessment, with_figures: bool) -> Iterator[Point]:
    for option in _listed(assessment, "yes"):
        met = [one for one in option["indications"] if one["verdict"] == "yes"]
        lines = [*([option["plain"]] if option["plain"] else []), *dict.fromkeys(_BASES[one["basis"]] for one in met)]
        why = [f"Fits: {part['text']}." for part in met[0]["criteria"] if part["verdict"] == "yes"]
        warned = len(met[0]["cautions"])
        risks = [f"There {'is a warning' if warned == 1 else f'are {warned} warnings'} about it. Ask your team to go through them."]
        found = [f"Study {one['trial']}: {one['population']}; {one['result']}." for part in met[:1] for one in part["evidence"]]
        yield Point(option["name"], tuple(lines), (*why, *(risks if warned else ()), *(found if with_figures else ())))


def _open_intro(assessment: Assessment) -> Iterator[str]:
    if assessment["missing"]:
        yield "A test or a fact is missing for some treatments. It could turn out either way. You can ask if it has been done."


def _open(assessment: Assessment) -> Iterator[Point]:
    names = {one["therapy"]: one["name"] for one in assessment["options"]}
    for one in assessment["missing"][:_MISSING_SHOWN]:
        how = (f"How to find out: {one['how']}.",) if one["how"] else ()
        helps = [names[therapy] for therapy in one["would_decide"] if therapy in names]
        yield Point(missing_words(one["fact"], one.get("value")), (*how, f"It matters for: {', '.join(helps)}."))


def _processes(assessment: Assessment) -> Iterator[Point]:
    for one in assessment["processes"]:
        yield Point(one["name"], (one["plain"] or one["text"],), tuple(one["steps"]))


def _support(assessment: Assessment) -> Iterator[Point]:
    for one in assessment["support"]:
        yield Point(one["name"], (one["plain"] or one["text"],))


def _names(assessment: Assessment) -> Iterator[Point]:
    for option in assessment["options"]:
        if option["pronunciation"] and option["verdict"] != "no":
            yield Point(option["name"], (f"say: {option['pronunciation']}",))


def _sources(assessment: Assessment) -> Iterator[Point]:
    told: dict[str, SourceView] = {}
    for option in _listed(assessment, "yes"):
        told |= {one["id"]: one for part in option["indications"] if part["verdict"] == "yes" for one in part["sources"]}
    for listed in (assessment["processes"], assessment["support"]):
        told |= {one["id"]: one for topic in listed for one in topic["sources"]}
    for one in told.values():
        yield Point(". ".join(part for part in (one["title"], one["publisher"], one["date"]) if part), (one["url"],) if one["url"] else ())


def leaflet_text(assessment: Assessment, with_figures: bool = False, width: int = 80) -> str:
    """The leaflet as text."""
    lines = [f"Leaflet for {assessment['patient']}"]
    for part in leaflet(assessment, with_figures):
        lines += ["", part.heading.upper()]
        for paragraph in part.paragraphs:
            lines += textwrap.wrap(paragraph, width)
        for point in part.points:
            lines += textwrap.wrap(f"* {point.name}", width, subsequent_indent="  ")
            for line in point.lines:
                lines += textwrap.wrap(line, width, initial_indent="  ", subsequent_indent="  ", break_long_words=False)
            for detail in point.details:
                lines += textwrap.wrap(f"- {detail}", width, initial_indent="  ", subsequent_indent="    ")
    return "\n".join(lines) + "\n"


def leaflet_html(assessment: Assessment, with_figures: bool = False) -> str:
    """The leaflet as one page without outside resources. The same assessment gives the same bytes."""
    context: dict[str, Any] = {"a": assessment, "parts": leaflet(assessment, with_figures)}
    return environment().get_template("leaflet.html.j2").render(**context)
