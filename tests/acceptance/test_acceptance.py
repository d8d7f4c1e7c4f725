"""The acceptance cases, each a synthetic patient with a part of the assessment that must come out."""

from __future__ import annotations

from pathlib import Path

import pytest

from hemeline import api
from hemeline.knowledge import Knowledge
from hemeline.record.documents import records_from
from tests.acceptance.expecting import cases, matches, unmet, written
from tests.conftest import SHARED

FOLDER = SHARED / "cases"
ABSENT = pytest.param(None, marks=pytest.mark.skip(reason="the acceptance cases (../shared/cases) are not here"), id="absent")


@pytest.mark.parametrize("file", cases(FOLDER) or [ABSENT], ids=lambda file: file.stem)
def test_the_assessment_is_the_expected_one(file: Path, knowledge: Knowledge) -> None:
    case = written(file)
    (assessment,) = api.assess(records_from(case["record"], file.name), knowledge, as_of=case["as_of"], region=case["region"])
    assert unmet(case["expect"], assessment) == []


@pytest.mark.parametrize(
    ("expected", "found", "met"),
    [
        ({"state": "relapsed"}, {"state": "relapsed", "line_count": 1}, True),
        ({"state": "relapsed"}, {"state": "remission"}, False),
        ({"state": "relapsed"}, {}, False),
        ({"line_count": 1}, {"line_count": True}, False),
        ({"months": 26.7}, {"months": 26.9}, True),
        ({"months": 26.7}, {"months": 27.0}, False),
        ({"months": 26}, {"months": None}, False),
        ({"months": None}, {"months": None}, True),
        ([{"number": 2}], [{"number": 1}, {"number": 2}], True),
        ([{"number": 2, "sites": ["cns"]}], [{"number": 2, "sites": ["marrow", "cns"]}], True),
        ([{"number": 3}], [{"number": 1}, {"number": 2}], False),
        (["cns"], None, False),
    ],
)
def test_an_expectation_matches_by_its_own_parts(expected: object, found: object, met: bool) -> None:
    assert matches(expected, found) is met


def test_every_kind_of_expectation_can_be_unmet(knowledge: Knowledge) -> None:
    record = {"patient": {"id": "p"}, "facts": [{"date": "2026-01-01", "fact": "diagnosis", "value": "b-all"}]}
    (assessment,) = api.assess(records_from(record, "test"), knowledge, as_of="2026-11-22", region="US")
    wrong = {
        "course": {"state": "dead"},
        "options": {"blinatumomab": "yes", "made-up": "unknown"},
        "not_available": ["made-up"],
        "missing_includes": ["made-up"],
        "next_includes": ["made-up"],
        "not_understood_facts": ["made-up"],
        "alerts_include": [{"kind": "stale", "fact": "CD22"}],
    }
    assert len(unmet(wrong, assessment)) == 8
    assert unmet({"course": {"state": "untreated"}, "options": {"made-up": "no"}}, assessment) == []
