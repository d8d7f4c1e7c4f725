"""The pages that a real Chromium opens as files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from hemeline import html_report
from hemeline.knowledge import Knowledge
from tests.assessment.making import assessed
from tests.facts.recording import record
from tests.report.assessing import EXAMPLES, of_example, of_hostile, of_long

PAGES = ("example", "long", "hostile", "bare")
CROWDED = ("2021-01-05 ECOG 1", *(f"20{year}-{month:02}-11 MRD 0.00{month}" for year in (20, 21) for month in range(1, 10)))


@pytest.fixture(scope="session")
def files(knowledge: Knowledge, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The page of each assessment as a file."""
    folder = tmp_path_factory.mktemp("pages")
    assessments = (of_example(EXAMPLES[0], knowledge), of_long(knowledge, *CROWDED), of_hostile(knowledge), assessed(knowledge, record()))
    found = {name: folder / f"{name}.html" for name in PAGES}
    for file, assessment in zip(found.values(), assessments, strict=True):
        file.write_text(html_report(assessment), encoding="utf-8")
    return found


@pytest.fixture(params=PAGES)
def file(request: pytest.FixtureRequest, files: dict[str, Path]) -> Path:
    return files[request.param]


@pytest.fixture(scope="session")
def window(browser: Browser) -> Iterator[BrowserContext]:
    with browser.new_context() as context:
        yield context


@pytest.fixture(scope="session")
def window_without_script(browser: Browser) -> Iterator[BrowserContext]:
    with browser.new_context(java_script_enabled=False) as context:
        yield context


@pytest.fixture
def page(window: BrowserContext, file: Path) -> Iterator[Page]:
    """A page that has been opened."""
    with window.new_page() as opened:
        opened.goto(file.as_uri())
        yield opened


@pytest.fixture
def example(window: BrowserContext, files: dict[str, Path]) -> Iterator[Page]:
    """The page of a shipped example."""
    with window.new_page() as opened:
        opened.goto(files["example"].as_uri())
        yield opened


@pytest.fixture
def example_without_script(window_without_script: BrowserContext, files: dict[str, Path]) -> Iterator[Page]:
    """The page of a shipped example in a browser that runs no script."""
    with window_without_script.new_page() as opened:
        opened.goto(files["example"].as_uri())
        yield opened
