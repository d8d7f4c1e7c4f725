from __future__ import annotations

import re

import pytest

from hemeline import text_report
from hemeline.assessment.shape import Assessment
from hemeline.knowledge import Knowledge
from tests.assessment.making import assessed, indication, knowing, of_relapsed, therapy, version
from tests.facts.recording import record
from tests.report.assessing import EXAMPLES, HOSTILE, of_example, of_hostile, of_long

_ESCAPE = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture(scope="module")
def example(knowledge: Knowledge) -> Assessment:
    return of_example(EXAMPLES[0], knowledge)


def _words(text: str) -> str:
    """The text without its line breaks."""
    return " ".join(text.split())


@pytest.mark.parametrize("width", [60, 80, 110, 200])
def test_no_line_is_wider_than_the_terminal(example: Assessment, width: int) -> None:
    assert max(len(line) for line in text_report(example, width).splitlines()) <= width


def test_colour_only_repeats_what_the_words_say(example: Assessment) -> None:
    coloured = text_report(example, colour=True)
    assert _ESCAPE.search(coloured)
    shown = [line.rstrip() for line in _ESCAPE.sub("", coloured).splitlines()]
    assert shown == text_report(example).splitlines()


def test_without_colour_there_is_no_code_of_a_terminal(example: Assessment) -> None:
    assert "\x1b" not in text_report(example)


def test_a_record_cannot_steer_the_terminal(knowledge: Knowledge) -> None:
    text = text_report(of_hostile(knowledge), 200)
    assert not [sign for sign in "\x1b\u202e" if sign in text]
    assert HOSTILE in text


def test_words_in_brackets_are_no_markup(knowledge: Knowledge) -> None:
    text = text_report(assessed(knowledge, record("2020-01-01 '[bold]shoe[/bold] [/]' 4")), 200)
    assert "[bold]shoe[/bold] [/]" in text


def test_the_report_names_patient_day_region_knowledge_and_that_it_is_drafted(example: Assessment) -> None:
    head = text_report(example, 120).splitlines()[0]
    for words in ("example-001", "22 Nov 2026", "US", example["versions"]["knowledge"], "drafted"):
        assert words in head


def test_every_option_stands_under_its_verdict_with_a_mark(example: Assessment) -> None:
    text = text_report(example)
    marks = {"yes": "✓ possible", "unknown": "? needs information", "no": "✕ not applicable"}
    places = [text.index(f"{mark} (") for mark in marks.values()]
    assert places == sorted(places)
    parts = dict(zip(marks, (text[a:b] for a, b in zip(places, [*places[1:], len(text)], strict=True)), strict=True))
    assert not [one["name"] for one in example["options"] if one["name"] not in _words(parts[one["verdict"]])]


def test_an_option_that_does_not_apply_names_the_criterion_that_fails(knowledge: Knowledge) -> None:
    known = knowing(knowledge, therapy(indication(version(criteria={"all": [{"relapsed": True}, {"CD19": "negative"}]}))))
    text = text_report(of_relapsed(known, "2024-01-02 CD19 positive"))
    assert "- Waxumab: not met: CD19 negative\n" in text


def test_a_long_reason_against_ends_in_a_sign_that_it_goes_on(knowledge: Knowledge) -> None:
    many = [
        {"diagnosis": "cml"},
        *({"prior": one} for one in ("imatinib", "dasatinib", "nilotinib", "bosutinib", "ponatinib", "asciminib")),
    ]
    many += [
        {"prior": one} for one in ("blinatumomab", "inotuzumab-ozogamicin", "tisagenlecleucel", "nelarabine", "clofarabine", "flag-ida")
    ]
    known = knowing(knowledge, therapy(indication(version(criteria={"all": many[1:]}))))
    (line,) = [one for one in text_report(of_relapsed(known), 1000).splitlines() if "Waxumab" in one]
    assert line.endswith(" …")


def test_a_caution_is_marked_and_only_shown_where_it_is_known_to_apply(knowledge: Knowledge) -> None:
    cautions = [{"text": "Always.", "sources": []}, {"text": "Of CD19.", "when": {"CD19": "positive"}, "sources": []}]
    known = knowing(knowledge, therapy(indication(version(), cautions=cautions)))
    assert "! Of CD19." not in text_report(of_relapsed(known))
    text = text_report(of_relapsed(known, "2024-01-02 CD19 positive"))
    assert "! Always." in text and "! Of CD19." in text


def test_an_approval_that_may_have_ended_on_the_day_says_what_is_unclear(knowledge: Knowledge) -> None:
    assessment = of_relapsed(knowing(knowledge, therapy(indication(version("2017-08-30", "2026-11")))))
    unclear = assessment["options"][0]["indications"][0]["unclear"]
    assert unclear and f"? {unclear}" in _words(text_report(assessment))


def test_parts_with_nothing_to_say_are_left_out(knowledge: Knowledge) -> None:
    text = text_report(assessed(knowing(knowledge), record("2020-01-01 diagnosis b-all")))
    for title in ("Alerts", "What is missing", "What comes next", "Known, but not available", "Not understood"):
        assert title not in text


def test_what_happened_tells_lines_with_their_response_and_relapses_with_their_sites(knowledge: Knowledge) -> None:
    text = _words(text_report(of_long(knowledge)))
    assert "Line 2, 4 Mar 2019 to 10 Apr 2019: flag-ida; best response NR; failed" in text
    assert "Line 5, 1 Mar 2022: ponatinib" in text
    assert "Relapse 1, 28 Feb 2019: cns, marrow, testis (combined); early by GMALL" in text


def test_what_is_lost_of_a_molecular_response_is_told_with_its_day(knowledge: Knowledge) -> None:
    lines = ("2018-01-05 diagnosis cml", "2018-01-15 treatment imatinib", "2019-01-05 BCR::ABL1-IS 0.05 unit=%")
    text = text_report(assessed(knowledge, record(*lines, "2022-06-05 BCR::ABL1-IS 2 unit=%")))
    assert "major molecular response (MMR): reached 5 Jan 2019, lost 5 Jun 2022" in text
    assert "molecular response 4 (MR4): not reached" in text


def test_the_same_assessment_gives_the_same_text(knowledge: Knowledge, example: Assessment) -> None:
    assert text_report(of_example(EXAMPLES[0], knowledge)) == text_report(example)
