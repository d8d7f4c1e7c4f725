"""The assessment as one HTML file without outside resources: it works without script, on a phone and on paper."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from hemeline.assessment.shape import Assessment, ProcessView, SourceView
from hemeline.draw import timeline
from hemeline.report import words
from hemeline.report.page import environment

_GROUPS = {"yes": "possible", "unknown": "needs information", "no": "not applicable"}


def html_report(assessment: Assessment) -> str:
    """The report as an HTML document. The same assessment gives the same bytes."""
    template = environment().get_template("assessment.html.j2")
    return template.render(**_context(assessment))


def _context(assessment: Assessment) -> dict[str, Any]:
    cited = _cited(assessment)
    numbers = {one["id"]: number for number, one in enumerate(cited, start=1)}
    return {
        "a": assessment,
        "course": assessment["course"],
        "sentence": words.state_sentence(assessment),
        "picture": Markup(timeline(assessment)),
        "groups": [(verdict, _GROUPS[verdict], words.MARKS[verdict], options) for verdict, options in words.grouped(assessment["options"])],
        "marks": words.MARKS,
        "met": words.MET,
        "sources": cited,
        "number_of": numbers,
        "processes_of": _processes_of(assessment),
        "names": {one["therapy"]: one["name"] for one in assessment["options"]},
        "scores": words.shown_scores(assessment["course"]),
        "score_words": words.score_words,
        "timing": words.timing_words,
        "sites": words.site_words,
        "deciding": words.deciding,
        "missing": words.missing_rows(assessment),
        "alerts": words.alert_rows(assessment),
    }


def _cited(assessment: Assessment) -> list[SourceView]:
    """Every source that the page cites, once, in the order of citing."""
    found: dict[str, SourceView] = {}
    for option in assessment["options"]:
        for indication in option["indications"]:
            listed = [
                indication["sources"],
                *(one["sources"] for one in indication["cautions"]),
                *(one["sources"] for one in indication["evidence"]),
            ]
            found |= {one["id"]: one for sources in listed for one in sources}
    found |= {one["id"]: one for absent in assessment["not_available"] for one in absent["sources"]}
    for topics in (assessment["processes"], assessment["support"], assessment["conflicts"]):
        found |= {one["id"]: one for topic in topics for one in topic["sources"]}
    return list(found.values())


def _processes_of(assessment: Assessment) -> dict[str, list[ProcessView]]:
    """Each therapy with what happens under it."""
    found: dict[str, list[ProcessView]] = {}
    for one in assessment["processes"]:
        for therapy in one["therapies"]:
            found.setdefault(therapy, []).append(one)
    return found
