"""What only a browser can tell: the search finds, nothing leaves the machine, a phone needs no sideways scrolling."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from hemeline.browser import write_browser
from hemeline.knowledge import Knowledge
from tests.browser.measuring import CONTRASTS, TOO_WIDE

SHOWN = (
    "index.html",
    "option/b-all_blinatumomab_relapsed-refractory.html",
    "therapy/blinatumomab.html",
    "dates.html",
    "disease/b-all.html",
)


@pytest.fixture(scope="module")
def folder(knowledge: Knowledge, tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("knowledge")
    write_browser(knowledge, found)
    return found


@pytest.fixture(scope="module")
def window(browser: Browser) -> Iterator[BrowserContext]:
    with browser.new_context() as context:
        yield context


@pytest.fixture
def page(window: BrowserContext) -> Iterator[Page]:
    with window.new_page() as opened:
        yield opened


def test_a_brand_name_is_found_from_any_page_and_no_request_leaves(page: Page, folder: Path) -> None:
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda fault: said.append(str(fault)))
    page.goto((folder / "therapy" / "imatinib.html").as_uri())
    page.get_by_role("searchbox").fill("blincyto")
    page.keyboard.press("Enter")
    first = page.get_by_role("list", name="Found entries").get_by_role("link").first
    expect(first).to_have_text("Blinatumomab (Blincyto)")
    first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Blinatumomab")
    assert [one for one in asked if not one.startswith(folder.as_uri())] == []
    assert said == []


def test_the_search_takes_other_spellings_and_says_when_nothing_is_found(page: Page, folder: Path) -> None:
    page.goto((folder / "search.html").as_uri())
    box, found = page.get_by_role("searchbox"), page.get_by_role("list", name="Found entries").get_by_role("link")
    for asked, name in (
        ("CAR T tisagen", "Tisagenlecleucel"),
        ("B cell acute lymphoblastic leukemia", "B-cell acute"),
        ("ICLUSIG", "Ponatinib"),
    ):
        box.fill(asked)
        expect(found.first).to_contain_text(name)
    box.fill("<b>nothing</b>")
    expect(page.get_by_role("status")).to_have_text("0 entries")
    expect(found).to_have_count(0)


def test_every_index_is_reached_without_script(browser: Browser, folder: Path) -> None:
    with browser.new_context(java_script_enabled=False) as context, context.new_page() as page:
        page.goto((folder / "index.html").as_uri())
        count = page.get_by_role("navigation").get_by_role("link").count()
        for at in range(count):
            page.get_by_role("navigation").get_by_role("link").nth(at).click()
            expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert count >= 8


@pytest.mark.parametrize("name", SHOWN)
def test_a_page_fits_a_phone_and_can_be_read(page: Page, folder: Path, name: str) -> None:
    page.goto((folder / name).as_uri())
    found = page.evaluate(CONTRASTS)
    assert found and [one for one in found if one["contrast"] < 4.5] == []
    for width in (320, 360, 1200):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(TOO_WIDE) == [], width
        assert page.evaluate("document.documentElement.scrollWidth") <= width
