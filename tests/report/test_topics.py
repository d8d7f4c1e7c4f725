"""What happens under the options, support, where sources disagree, and scores: in the text and on the page."""

from __future__ import annotations

import re

import orjson
import pytest

from hemeline import html_report, text_report
from hemeline.assessment.shape import Assessment
from hemeline.knowledge import Knowledge
from hemeline.knowledge.schema import Definition
from hemeline.knowledge.schema_background import Topic
from hemeline.report.words import score_words
from tests.assessment.making import Row, indication, knowing, of_relapsed, therapy, version

SOURCE = "acs-all"


def topic(kind: str, name: str, **more: object) -> Topic:
    written = {"id": f"made-{kind}", "name": name, "kind": kind, "diseases": ["b-all"], "text": f"On {name}.", "sources": [SOURCE], **more}
    return Topic.model_validate_json(orjson.dumps(written))


def score(**more: object) -> Definition:
    """A score of age and of the marker that nobody has recorded."""
    items = [
        {"name": "older", "points": 1, "when": {"age": ">= 18"}},
        {"name": "marked", "points": 2, "when": {"CD22": "positive"}},
    ]
    bands = [{"is": "low", "total": "<= 1"}, {"is": "high", "total": ">= 2", "figures": "Half were alive."}]
    written = {
        "id": "made-score", "name": "Wax score", "kind": "score", "diseases": ["b-all"], "text": "Two items.",
        "items": items, "categories": bands, "sources": [SOURCE], **more,
    }  # fmt: skip
    return Definition.model_validate_json(orjson.dumps(written))


def assessment_of(knowledge: Knowledge, *facts: str, criteria: Row | None = None, **of_score: object) -> Assessment:
    """Somebody in first relapse, in a knowledge with one of each topic and one score."""
    listed = (
        topic("process", "waxing", steps=["Rub.", "Wait."]),
        topic("support", "a helping hand", when={"CD22": "positive"}),
        topic("conflict", "how long to wait"),
    )
    entry = therapy(indication(version(criteria=criteria or {"relapsed": True})), processes=["made-process"])
    return of_relapsed(knowing(knowledge, entry, topics=listed, definitions=(score(**of_score),)), *facts)


def read(html: str) -> str:
    """The words of a page."""
    return " ".join(re.sub(r"<[^>]+>", " ", html.partition("</head>")[2]).split())


def test_both_reports_tell_processes_support_and_conflicts(knowledge: Knowledge) -> None:
    assessment = assessment_of(knowledge)
    for words in (" ".join(text_report(assessment, 400).split()), read(html_report(assessment))):
        for part in ("What happens, step by step", "waxing", "under Waxumab", "Rub.", "Wait.", "Support", "a helping hand",
                     "may concern this situation", "Where sources disagree", "On how long to wait."):  # fmt: skip
            assert part in words, part


def test_the_page_folds_each_process_and_names_it_under_its_option(knowledge: Knowledge) -> None:
    html = html_report(assessment_of(knowledge))
    card = html.partition('id="option-waxumab"')[2].partition("</article>")[0]
    assert '<a href="#process-made-process">waxing</a>' in card
    assert '<details class="process" id="process-made-process">' in html
    assert '<a href="#option-waxumab">Waxumab</a>' in html.partition('id="process-made-process"')[2]


def test_what_does_not_apply_has_no_process_and_support_for_others_is_not_told(knowledge: Knowledge) -> None:
    assessment = assessment_of(knowledge, "2026-01-01 CD22 negative", criteria={"CD22": "positive"})
    for words in (text_report(assessment), html_report(assessment)):
        assert "waxing" not in words and "a helping hand" not in words


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ((), "1 to 3 points: low or high; counted: older; not known: CD22"),
        (("2026-01-01 CD22 negative",), "1 point: low; counted: older"),
        (("2026-01-01 CD22 positive",), "3 points: high; counted: older, marked; Half were alive."),
    ],
)
def test_a_score_tells_points_band_and_what_is_missing(knowledge: Knowledge, facts: tuple[str, ...], said: str) -> None:
    assessment = assessment_of(knowledge, *facts)
    assert f"Wax score: {said}" in " ".join(text_report(assessment, 400).split())
    assert f"Wax score: {said}" in read(html_report(assessment))


def test_a_score_made_for_others_is_not_told_and_one_perhaps_made_for_others_says_so(knowledge: Knowledge) -> None:
    others = assessment_of(knowledge, applies={"age": "< 18"})
    assert "Wax score" not in text_report(others) and "Wax score" not in html_report(others)
    perhaps = assessment_of(knowledge, applies={"CD22": "positive"})
    assert "whether it was made for such a patient is not known" in " ".join(text_report(perhaps, 400).split())


def test_a_score_without_points_has_no_list_of_what_counted() -> None:
    view = {"score": [0, 0], "is": "low", "counted": [], "missing": [], "applies": "yes"}
    assert score_words(view) == "0 points: low"
