"""The patient's leaflet: the assessment in plain words, one structure for the terminal and the page.

It tells no figure about prognosis unless asked, and never what to do. Only texts that were written for patients are in it: where
an entry has none, its technical text is not shown instead.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from hemeline.assessment.shape import Assessment, CourseView, CriterionView, Missing, OptionView, SourceView
from hemeline.report.page import environment
from hemeline.report.plainly import asked, reason
from hemeline.report.words import date_words, day_words, deciding, ordinal, plain

ABOUT = (
    "This leaflet was made by a computer from the facts in your record.",
    "It is not medical advice, and it does not tell you what to do. Please go through it with your care team before you rely on it.",
)
ABOUT_DEAD = "This page was made by a computer from the facts in the record. It is not medical advice."
UNCHECKED = "Its texts are drafts. No doctor has checked them yet."
STATES = {
    "untreated": "As far as your record shows, treatment has not begun.",
    "on-treatment": "You are on treatment. A remission has not been found yet. Remission means that tests find no more sign of the cancer.",
    "remission": "You are in remission. Tests find no sign, or almost no sign, of the cancer.",
    "partial-response": "The treatment has worked in part. Some of the cancer is still there.",
    "refractory": "The cancer has not gone away with the treatment so far. Doctors call this refractory.",
    "relapsed": "The cancer has come back after it had gone. Doctors call this a relapse.",
    "relapsed-refractory": "The cancer came back, and the treatment for that has not worked well enough.",
    "dead": "The record says that the person has died. So no treatments are listed here.",
    "unknown": "The record does not show clearly where things stand now.",
}
# On what ground an option is listed: the heading it stands under, and what is said once for all of them.
BASES = {
    "label": ("Approved for a case like yours", "The office that checks drugs in your region has approved these for a case like yours."),
    "funded": ("Paid for in a case like yours", "The health service of your region pays for these in a case like yours."),
    "guideline": ("Named in guides for doctors", "Guides that experts write for doctors name these for a case like yours."),
    "practice": ("Used by doctors", "Doctors use these for a case like yours. There is no approval for just this use, or none is needed."),
    "off-label": ("Used without approval", "Some doctors use these in a case like yours. They have not been approved for this use."),
    "supportive": ("Care that helps you feel better", "You can have this at any time, with or without other treatment."),
    "investigational": ("In trials only", "You can get these only if you join a clinical trial, which is a study of a new treatment."),
}
ALSO = {
    "label": "The office that checks drugs in your region has approved it too.",
    "funded": "The health service of your region pays for it too.",
    "guideline": "Guides for doctors name it too.",
    "practice": "Doctors also use it in other cases like yours.",
    "off-label": "Some doctors also use it without approval.",
    "supportive": "It is also care that helps you feel better.",
    "investigational": "It is also used in clinical trials.",
}
POSSIBLE = (
    "The facts in your record fit the treatments below. This does not mean that each one is right for you. Your team knows more "
    "about you than the record does. The order does not say which one is best.",
)
NOTHING_POSSIBLE = (
    "From the facts in the record no treatment can be listed yet. This does not mean that there is none. Please ask your team."
)
WISH = "Your own wish is in the record. It counts. You can change your mind at any time."
OPEN = "Some facts are not in your record. They could make more treatments possible, or rule them out. You can ask your team about them."
STALE = "The test for this is from before the cancer last came back. The cells may have changed since then."
NOT_TOLD = "You can ask your team to tell you more about this."
SOURCES = "You do not need to read these. They show where the facts in this leaflet come from."
SITES = {
    "marrow": "the bone marrow", "blood": "the blood", "cns": "the brain or the fluid around it", "testis": "a testicle",
    "node": "a lymph node", "skin": "the skin", "extramedullary": "a place outside the bone marrow",
}  # fmt: skip
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_MISSING_SHOWN = 8


@dataclass(frozen=True)
class Part:
    """A part of the leaflet: a heading, paragraphs, and points; ``style`` is how the points are set."""

    heading: str
    paragraphs: tuple[str, ...] = ()
    points: tuple[Point, ...] = ()
    style: Literal["points", "steps", "list", "sources"] = "points"


@dataclass(frozen=True)
class Point:
    """One point: what it is called, what is said of it, and details in a list under words that lead to them."""

    name: str
    lines: tuple[str, ...] = ()
    lead: str | None = None
    details: tuple[str, ...] = ()
    last: tuple[str, ...] = ()


def leaflet(assessment: Assessment, with_figures: bool = False) -> list[Part]:
    """The leaflet's parts; those with nothing to say are left out. ``with_figures`` adds what studies found."""
    made = f"It was made for {_long(date_words(assessment['as_of']))}."
    standing = Part("Where things stand", tuple(_standing(assessment)))
    if assessment["course"]["state"] == "dead":
        return [Part("About this page", (ABOUT_DEAD, made)), standing]
    drafted = any(one["review"] == "drafted" for one in assessment["options"])
    parts = [
        Part("About this leaflet", (*ABOUT, *([UNCHECKED] if drafted else ()), made)),
        standing,
        Part("What may be possible", POSSIBLE if _listed(assessment) else (NOTHING_POSSIBLE,)),
        *_possible(assessment, with_figures),
        Part("What is not known yet", tuple(_open_intro(assessment)), tuple(_open(assessment))),
        Part("What happens, step by step", (), tuple(_processes(assessment)), "steps"),
        Part("Questions you may want to ask", (), tuple(Point(one) for one in assessment["questions"]), "list"),
        Part("Help and support", (), tuple(_support(assessment))),
        Part("How to say the names", (), tuple(_names(assessment))),
    ]
    sources = tuple(_sources(assessment))
    return [
        *(one for one in parts if one.paragraphs or one.points),
        *([Part("Where this comes from", (SOURCES,), sources, "sources")] if sources else ()),
    ]


def _long(dates: str) -> str:
    """Dates with the months in full."""
    return re.sub(r"\b[A-Z][a-z]{2}\b", lambda found: next((one for one in _MONTHS if one.startswith(found[0])), found[0]), dates)


def _standing(assessment: Assessment) -> Iterator[str]:
    course = assessment["course"]
    if course["state"] == "dead":
        yield STATES["dead"]
        return
    if course["disease_name"]:
        yield f"Your record is about {course['disease_name']}."
    yield STATES[course["state"]]
    yield from _came_back(course)
    count = course["line_count"]
    if count:
        yield f"So far you have had {f'{count} courses' if count > 1 else 'one course'} of treatment."
    if any(alert["kind"] == "wish" for alert in assessment["alerts"]):
        yield WISH


def _came_back(course: CourseView) -> Iterator[str]:
    if not course["relapses"] or course["state"] in ("remission", "dead"):
        return
    last = course["relapses"][-1]
    when = f" This was {_long(day_words(last['date']))}." if last["date"] and "/" not in last["date"] else ""
    places = [SITES[one] for one in last["sites"] if one in SITES]
    where = f" The place was {' and '.join(places)}." if places else ""
    yield f"It has come back for the {ordinal(last['number'])} time.{when}{where}"


def _listed(assessment: Assessment) -> list[OptionView]:
    return [one for one in assessment["options"] if one["verdict"] == "yes"]


def _possible(assessment: Assessment, with_figures: bool) -> Iterator[Part]:
    """The possible options, in a part for each ground on which they are listed."""
    stale = {fact for alert in assessment["alerts"] if alert["kind"] == "stale" for fact in alert["facts"]}
    grounds: dict[str, list[OptionView]] = {}
    for option in _listed(assessment):
        grounds.setdefault(deciding(option)["basis"], []).append(option)
    for basis, options in grounds.items():
        heading, said = BASES[basis]
        yield Part(heading, (said,), tuple(_option(one, stale, with_figures) for one in options))


def _option(option: OptionView, stale: set[str], with_figures: bool) -> Point:
    first, *others = [one for one in option["indications"] if one["verdict"] == "yes"]
    also = dict.fromkeys(ALSO[one["basis"]] for one in others if one["basis"] != first["basis"])
    why = tuple(dict.fromkeys(text for part in first["criteria"] if part["verdict"] == "yes" for text in _reasons(part, stale)))
    found = [f"Study {one['trial']}: {one['population']}; {one['result']}." for one in first["evidence"]] if with_figures else []
    return Point(
        option["name"],
        (*([option["plain"]] if option["plain"] else []), *also),
        "Why it is listed:" if why else None,
        why,
        (*_warned(len(first["cautions"])), *found),
    )


def _reasons(part: CriterionView, stale: set[str]) -> Iterator[str]:
    old = any(one["fact"] in stale for one in part["because"])
    yield f"{reason(part)}{f' {STALE}' if old else ''}"


def _warned(count: int) -> list[str]:
    told = {0: [], 1: ["There is one warning about it. Your team can explain it to you."]}
    return told.get(count, [f"There are {count} warnings about it. Your team can explain them to you."])


def _asked_together(assessment: Assessment) -> list[list[Missing]]:
    """Missing facts, those from one and the same test or question together."""
    together: dict[str, list[Missing]] = {}
    for one in assessment["missing"]:
        together.setdefault(one["how"] or one["fact"], []).append(one)
    return list(together.values())


def _open_intro(assessment: Assessment) -> Iterator[str]:
    more = len(_asked_together(assessment)) - _MISSING_SHOWN
    if assessment["missing"]:
        yield OPEN
    if more > 0:
        yield f"The {_MISSING_SHOWN} that matter most are listed here. Your team can see {'one more' if more == 1 else f'{more} more'}."


def _open(assessment: Assessment) -> Iterator[Point]:
    names = {one["therapy"]: one["name"] for one in assessment["options"]}
    for group in _asked_together(assessment)[:_MISSING_SHOWN]:
        how = (f"How this is found out: {group[0]['how']}.",) if group[0]["how"] else ()
        helps = dict.fromkeys(names[therapy] for one in group for therapy in one["would_decide"] if therapy in names)
        question = asked([(one["fact"], one.get("value")) for one in group])
        yield Point(question, (*how, *((f"It matters for: {', '.join(helps)}.",) if helps else ())))


def _processes(assessment: Assessment) -> Iterator[Point]:
    for one in assessment["processes"]:
        yield Point(_capital(one["name"]), (one["plain"] or NOT_TOLD,), None, tuple(one["steps"]))


def _support(assessment: Assessment) -> Iterator[Point]:
    for one in assessment["support"]:
        yield Point(_capital(one["name"]), (one["plain"] or NOT_TOLD,))


def _capital(name: str) -> str:
    return f"{name[:1].upper()}{name[1:]}"


def _names(assessment: Assessment) -> Iterator[Point]:
    for option in assessment["options"]:
        if option["pronunciation"] and option["verdict"] != "no":
            yield Point(option["name"], (f"Say: {option['pronunciation']}",))


def _sources(assessment: Assessment) -> Iterator[Point]:
    told: dict[str, SourceView] = {}
    for option in _listed(assessment):
        told |= {one["id"]: one for part in option["indications"] if part["verdict"] == "yes" for one in part["sources"]}
    for listed in (assessment["processes"], assessment["support"]):
        told |= {one["id"]: one for topic in listed for one in topic["sources"]}
    for one in told.values():
        yield Point(". ".join(part for part in (one["title"], one["publisher"], one["date"]) if part), (one["url"],) if one["url"] else ())


def leaflet_text(assessment: Assessment, with_figures: bool = False, width: int = 80) -> str:
    """The leaflet as text."""
    lines = [f"Leaflet for {plain(assessment['patient'])}"]
    for part in leaflet(assessment, with_figures):
        lines += ["", part.heading.upper()]
        for paragraph in part.paragraphs:
            lines += textwrap.wrap(paragraph, width, break_on_hyphens=False)
        for point in part.points:
            lines += [] if part.style in ("list", "sources") else [""]
            lines += textwrap.wrap(f"* {point.name}", width, subsequent_indent="  ", break_on_hyphens=False)
            lines += _wrapped((*point.lines, *([point.lead] if point.lead else ())), width)
            for number, detail in enumerate(point.details, 1):
                mark = f"{number}." if part.style == "steps" else "-"
                lines += textwrap.wrap(f"{mark} {detail}", width, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False)
            lines += _wrapped(point.last, width)
    return "\n".join(lines) + "\n"


def _wrapped(paragraphs: tuple[str, ...], width: int) -> Iterator[str]:
    for one in paragraphs:
        yield from textwrap.wrap(one, width, initial_indent="  ", subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)


def leaflet_html(assessment: Assessment, with_figures: bool = False) -> str:
    """The leaflet as one page without outside resources. The same assessment gives the same bytes."""
    context: dict[str, Any] = {"a": assessment, "parts": leaflet(assessment, with_figures)}
    return environment().get_template("leaflet.html.j2").render(**context)
