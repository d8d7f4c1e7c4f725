from __future__ import annotations

import datetime as dt
from typing import Any

from hemeline.assessment import why
from hemeline.knowledge import Knowledge
from hemeline.knowledge.explain import explain
from hemeline.report.reasons import changes_text, explain_text, why_text
from hemeline.report.whatif import changes
from tests.assessment.making import RELAPSED, TODAY, indication, knowing, of_relapsed, therapy, version
from tests.facts.recording import record

NOT_ADVICE = "Options and reasons only: a clinician must review them."


def _why(knowledge: Knowledge, criteria: dict[str, Any], *more: str, patient: str = "p") -> str:
    known = knowing(knowledge, therapy(indication(version("2017-08-30", criteria=criteria))))
    (answer,) = why(record(*RELAPSED, *more, id=patient), "waxumab", known, dt.date.fromisoformat(TODAY), "US")
    return why_text(answer)


def test_the_tree_shows_each_criterion_with_its_mark_and_the_fact_behind_it(knowledge: Knowledge) -> None:
    text = _why(knowledge, {"all": [{"relapsed": True}, {"any": [{"CD19": "positive"}, {"CD22": "positive"}]}]}, "2024-01-02 CD19 positive")
    lines = text.splitlines()
    assert lines[0] == "Waxumab: patient p, as of 22 Nov 2026, US"
    assert "✓ YES  b-all/waxumab/made-up (licence since 30 Aug 2017): made up" in lines
    assert "        ✓ any of:" in lines
    assert "            ✓ CD19 positive  [CD19: positive, 2 Jan 2024]" in lines
    assert "            ? CD22 positive  [CD22: not recorded]" in lines
    assert lines[-1] == NOT_ADVICE


def test_what_would_flip_the_verdict_is_told(knowledge: Knowledge) -> None:
    text = _why(knowledge, {"all": [{"relapsed": True}, {"CD19": "negative"}]}, "2024-01-02 CD19 positive")
    assert "would be YES if: CD19 negative were yes (now no)" in text


def test_a_no_that_no_single_change_would_flip_says_so(knowledge: Knowledge) -> None:
    text = _why(knowledge, {"all": [{"CD22": "negative"}, {"CD19": "negative"}]}, "2024-01-02 CD19 positive", "2024-01-02 CD22 positive")
    assert "no single change would flip this" in text


def test_a_therapy_that_is_not_in_force_says_why(knowledge: Knowledge) -> None:
    known = knowing(knowledge, therapy(indication(version("2027-01-01"))))
    (answer,) = why(record(*RELAPSED), "waxumab", known, dt.date.fromisoformat(TODAY), "US")
    assert "  no indication in force: " in why_text(answer)


def test_an_identifier_cannot_steer_the_terminal(knowledge: Knowledge) -> None:
    assert "\x1b" not in _why(knowledge, {"relapsed": True}, patient="p\x1b[2J")


def test_changes_are_told_from_and_to_with_what_becomes_possible_first(knowledge: Knowledge) -> None:
    remission = {
        **therapy(indication(version(criteria={"in_remission": True}), id="b-all/zebrumab/made-up")),
        "id": "zebrumab",
        "name": "Zebrumab",
    }
    known = knowing(knowledge, therapy(indication(version())), remission)
    before, after = of_relapsed(known), of_relapsed(known, "2026-01-01 response CR")
    lines = changes_text(after, changes(before, after), ["response=CR@2026-01-01"]).splitlines()
    assert lines[0] == "If response=CR@2026-01-01 were added: patient p, as of 22 Nov 2026, US"
    assert "  state: relapsed -> remission" in lines
    assert lines.index("  Zebrumab: no -> yes") < lines.index("  Waxumab: yes -> no")
    assert lines[-1] == NOT_ADVICE


def test_no_change_is_said_too(knowledge: Knowledge) -> None:
    assessment = of_relapsed(knowing(knowledge))
    assert "  nothing changes" in changes_text(assessment, changes(assessment, assessment), ["CD19=positive@2026-01-01"]).splitlines()


def test_a_term_is_explained_with_its_kind_and_other_names_in_short_lines(knowledge: Knowledge) -> None:
    text = explain_text(explain("blinatumomab", knowledge))
    assert text.startswith("Blinatumomab (Blincyto) (therapy, blinatumomab)\n")
    assert "also: " in text and "MT103" in text
    assert max(len(line) for line in text.splitlines()) <= 100


def test_a_definition_is_explained_with_its_source(knowledge: Knowledge) -> None:
    assert "\n  source: " in explain_text(explain("gmall-adult-all", knowledge))
