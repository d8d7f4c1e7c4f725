from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from hemeline import html_report, text_report
from hemeline.assessment.shape import Assessment
from hemeline.knowledge import Knowledge
from hemeline.record.documents import records_from
from hemeline.report.words import alert_rows, fact_words
from tests.assessment.making import assessed, indication, knowing, of_relapsed, therapy, version
from tests.facts.recording import record
from tests.properties.strategies import AS_OF, Record, records, shipped
from tests.report.assessing import EXAMPLES, HOSTILE, of_example, of_hostile, of_long

_VOID = {"meta", "link", "br", "hr", "img", "input"}


class _Page(HTMLParser):
    """The elements of a page with their attributes, in order, and the text within them."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.words: list[tuple[str, str]] = []
        self._inside: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in _VOID:
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._inside and self._inside.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        self.words.append((self._inside[-1] if self._inside else "", data))

    def all(self, *tags: str) -> list[dict[str, str]]:
        return [attributes for tag, attributes in self.elements if tag in tags]

    def text(self) -> str:
        return " ".join(" ".join(words for tag, words in self.words if tag not in ("style", "title", "desc")).split())


@pytest.fixture(scope="module", params=["example", "long", "hostile", "bare"])
def assessment(request: pytest.FixtureRequest, knowledge: Knowledge) -> Assessment:
    makers = {
        "example": lambda: of_example(EXAMPLES[0], knowledge),
        "long": lambda: of_long(knowledge),
        "hostile": lambda: of_hostile(knowledge),
        "bare": lambda: assessed(knowledge, record()),
    }
    return makers[request.param]()


@pytest.fixture(scope="module")
def page(assessment: Assessment) -> _Page:
    return _Page(html_report(assessment))


def test_the_page_is_valid_html(assessment: Assessment) -> None:
    html5lib = pytest.importorskip("html5lib", reason="html5lib checks the markup")
    parser = html5lib.HTMLParser()
    parser.parse(html_report(assessment))
    assert parser.errors == []


def test_the_page_needs_nothing_from_outside(page: _Page) -> None:
    assert page.all("script", "link", "img", "iframe", "object", "embed", "video", "audio", "base", "form") == []
    assert not [name for _, attributes in page.elements for name in attributes if name in ("src", "srcset", "data", "action")]
    (style,) = [words for tag, words in page.words if tag == "style"]
    assert "url(" not in style and "@import" not in style


def test_markup_of_a_record_is_shown_as_text_and_never_obeyed(knowledge: Knowledge) -> None:
    html = html_report(of_hostile(knowledge))
    assert "<script" not in html
    assert HOSTILE in _Page(html).text()


def test_signs_that_turn_the_writing_or_steer_a_terminal_are_not_passed_on(knowledge: Knowledge) -> None:
    html = html_report(of_hostile(knowledge))
    assert not [sign for sign in "\u202e\x1b" if sign in html]


def test_no_attribute_of_the_page_runs_code(page: _Page) -> None:
    attributes = [pair for _, each in page.elements for pair in each.items()]
    assert not [name for name, _ in attributes if name.startswith("on")]
    assert {re.split("[:/]", each["href"])[0] for each in page.all("a")} <= {"https", "http", *_fragments(page)}


def _fragments(page: _Page) -> set[str]:
    return {f"#{each['id']}" for _, each in page.elements if "id" in each}


def test_every_link_within_the_page_leads_somewhere_and_every_name_is_given_once(page: _Page) -> None:
    names = [each["id"] for _, each in page.elements if "id" in each]
    assert len(names) == len(set(names))
    inner = {each["href"][1:] for each in page.all("a") if each["href"].startswith("#")}
    labels = {each["aria-labelledby"] for _, each in page.elements if "aria-labelledby" in each}
    assert inner | labels <= set(names)


def test_the_page_names_its_language_its_title_and_one_main_part(page: _Page) -> None:
    assert [each["lang"] for each in page.all("html")] == ["en"]
    assert len(page.all("main")) == 1
    assert "Hemeline" in "".join(words for tag, words in page.words if tag == "title")


def test_headings_never_skip_a_level(page: _Page) -> None:
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels)), levels


def test_every_cell_of_a_heading_says_what_it_heads(page: _Page) -> None:
    assert all(each.get("scope") in ("col", "row") for each in page.all("th"))
    assert len(page.all("caption")) == len(page.all("table"))


def test_the_picture_has_a_title_and_a_description(page: _Page) -> None:
    (svg,) = page.all("svg")
    assert svg["role"] == "img"
    spoken = {tag: words for tag, words in page.words if tag in ("title", "desc") and words.strip()}
    assert spoken["desc"]
    assert {svg["aria-labelledby"], svg["aria-describedby"]} == {"course-title", "course-description"}


def test_each_verdict_and_each_criterion_is_said_in_words_and_not_by_colour_alone(knowledge: Knowledge) -> None:
    assessment = of_example(EXAMPLES[0], knowledge)
    html = html_report(assessment)
    said = [words for tag, words in _Page(html).words if tag == "b"]
    criteria: list[str] = [one["verdict"] for option in assessment["options"] for part in option["indications"] for one in part["criteria"]]
    for verdict, words in (("yes", "met"), ("unknown", "not known"), ("no", "not met")):
        assert said.count(words) == criteria.count(verdict) > 0
    for verdict, words in (("yes", "✓ possible"), ("unknown", "? needs information")):
        assert html.count(f">{words}</span>") == sum(one["verdict"] == verdict for one in assessment["options"])


def test_every_option_alert_and_missing_fact_is_on_the_page(assessment: Assessment, page: _Page) -> None:
    text = page.text()
    told = [*assessment["options"], *assessment["not_available"], *assessment["next"]]
    assert not [one["name"] for one in told if one["name"] not in text]
    assert not [said for _, said in alert_rows(assessment) if said not in text]
    assert not [one["fact"] for one in assessment["missing"] if fact_words(one["fact"]) not in text]


def test_every_page_says_that_it_does_not_recommend_and_that_nobody_has_reviewed_it(assessment: Assessment, page: _Page) -> None:
    assert assessment["notice"] in page.text()
    assert "not yet reviewed by a clinician" in page.text()


def test_a_patient_without_facts_gets_a_page_that_says_so(knowledge: Knowledge) -> None:
    text = _Page(html_report(assessed(knowledge, record()))).text()
    assert "A disease that is not recorded" in text


def test_a_source_is_listed_once_however_often_it_is_cited(assessment: Assessment, page: _Page) -> None:
    listed = [each["id"] for each in page.all("li") if each.get("id", "").startswith("source-")]
    cited = {each["href"][1:] for each in page.all("a") if each["href"].startswith("#source-")}
    assert set(listed) == cited


def test_a_caution_that_several_indications_of_an_option_share_is_said_once(knowledge: Knowledge) -> None:
    shared = {"text": "Shared.", "sources": []}
    first = indication(version(), cautions=[shared])
    second = indication(version(), id="b-all/waxumab/second", cautions=[shared, {"text": "Its own.", "sources": []}])
    text = _Page(html_report(of_relapsed(knowing(knowledge, therapy(first, second))))).text()
    assert text.count("Shared.") == text.count("Its own.") == 1


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(records())
def test_whatever_a_record_holds_it_gets_a_page_and_a_text(written: Record) -> None:
    assessment = assessed(shipped(), records_from(written, "test"), AS_OF.isoformat())
    page = _Page(html_report(assessment))
    assert len(page.all("article")) == len(assessment["options"])
    assert not [one["name"] for one in assessment["options"] if one["name"] not in text_report(assessment, 1000)]


def test_the_same_assessment_gives_the_same_page(knowledge: Knowledge) -> None:
    path: Path = EXAMPLES[0]
    assert html_report(of_example(path, knowledge)) == html_report(of_example(path, knowledge))


def test_a_disease_without_options_has_no_list_of_them(knowledge: Knowledge) -> None:
    page = _Page(html_report(assessed(knowing(knowledge), record("2020-01-01 diagnosis b-all"))))
    assert page.all("article") == []
    assert "No missing fact could change a verdict." in page.text()
