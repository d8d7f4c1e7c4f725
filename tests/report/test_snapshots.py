"""The reports of the shipped examples, word for word.

A change of knowledge or of a template changes them: look at the difference, and if it is meant, renew them with
``HEMELINE_RENEW_SNAPSHOTS=1 python -m pytest tests/report/test_snapshots.py``.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hemeline import html_report, text_report
from hemeline.assessment.shape import Assessment
from hemeline.knowledge import Knowledge
from tests.report.assessing import EXAMPLES, of_example

SNAPSHOTS = Path(__file__).parent / "snapshots"
RENEW = "HEMELINE_RENEW_SNAPSHOTS"


def _check(name: str, found: str, assessment: Assessment) -> None:
    """Compare with what is stored; hash and version change without the report changing."""
    versions = assessment["versions"]
    found = found.replace(versions["knowledge"], "K" * len(versions["knowledge"])).replace(f"Hemeline {versions['hemeline']}", "Hemeline V")
    stored = SNAPSHOTS / name
    if os.environ.get(RENEW):
        stored.write_text(found, encoding="utf-8")
    assert found == stored.read_text(encoding="utf-8"), f"{name} differs; if that is meant, renew it with {RENEW}=1"


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_text_of_an_example_is_the_one_stored(path: Path, knowledge: Knowledge) -> None:
    assessment = of_example(path, knowledge)
    _check(f"{path.stem}.txt", text_report(assessment), assessment)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_page_of_an_example_is_the_one_stored(path: Path, knowledge: Knowledge) -> None:
    assessment = of_example(path, knowledge)
    _check(f"{path.stem}.html", html_report(assessment), assessment)


def test_no_snapshot_is_left_of_an_example_that_is_gone() -> None:
    assert {one.stem for one in SNAPSHOTS.iterdir()} == {one.stem for one in EXAMPLES}
