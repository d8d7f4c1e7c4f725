from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.measuring import CLASHES, CONTRASTS, HIDDEN, REFUSALS, SMALLEST, TOO_WIDE

PHONE, PAPER, DESK = 360, 700, 1200  # CSS pixels; A4 and US letter leave about 700 between their margins
READABLE = {PHONE: 9, PAPER: 7.9, DESK: 9}  # pixels of the smallest label; 7.9 are 6 points on paper


def _at(page: Page, width: int) -> Page:
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(media="print" if width == PAPER else "screen")
    return page


def test_a_page_asks_the_network_for_nothing_and_the_browser_has_nothing_to_complain_of(window: BrowserContext, file: Path) -> None:
    said: list[str] = []
    asked: list[str] = []
    with window.new_page() as page:
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda fault: said.append(str(fault)))
        page.on("dialog", lambda dialog: said.append(dialog.message))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(file.as_uri())
    assert said == []
    assert asked == [file.as_uri()]


def test_a_page_never_scrolls_sideways(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    for width in (320, PHONE, DESK):
        _at(page, width)
        assert page.evaluate(TOO_WIDE) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_labels_of_the_picture_do_not_overlap_and_can_be_read(page: Page) -> None:
    for width, least in READABLE.items():
        _at(page, width)
        assert page.evaluate(CLASHES) == [], width
        assert page.evaluate(SMALLEST) >= least, width


def test_every_text_stands_out_from_what_lies_behind_it(page: Page) -> None:
    found = page.evaluate(CONTRASTS)
    assert len(found) > 20
    assert [one for one in found if one["contrast"] < 4.5] == []


def test_the_paper_shows_what_the_screen_keeps_closed(page: Page) -> None:
    assert page.locator("details").count() == 0 or page.evaluate(HIDDEN)
    _at(page, PAPER)
    assert page.evaluate(HIDDEN) == []


def test_the_paper_shows_of_what_does_not_apply_why_not(example: Page) -> None:
    shown = _at(example, PAPER).evaluate(REFUSALS)
    assert shown and [name for name, reasons in shown if not reasons] == []


def test_a_page_prints_to_a_handful_of_sheets(example: Page) -> None:
    sheets = re.findall(rb"/Type\s*/Page\b", example.pdf(format="A4"))
    assert 2 <= len(sheets) <= 16


def test_a_picture_wider_than_the_screen_can_be_scrolled_with_the_keyboard(example: Page) -> None:
    _at(example, PHONE).locator(".picture").focus()
    example.keyboard.press("ArrowRight")
    example.wait_for_function("document.querySelector('.picture').scrollLeft > 0", timeout=3000)


def test_parts_that_are_closed_are_opened_by_a_click_and_by_the_keyboard_without_script(example_without_script: Page) -> None:
    page = example_without_script
    expect(page.get_by_role("heading", level=1)).to_have_text("Patient example-001")
    first, second = page.locator("details").nth(0), page.locator("details").nth(1)
    expect(first.locator("li").first).to_be_hidden()
    first.locator("summary").first.click()
    expect(first.locator("li").first).to_be_visible()
    second.locator("summary").first.focus()
    page.keyboard.press("Enter")
    expect(second).to_have_attribute("open", "")


def test_a_link_at_a_glance_leads_to_its_option_without_script(example_without_script: Page) -> None:
    link = example_without_script.get_by_role("navigation").get_by_role("link").last
    name = link.inner_text()
    link.click()
    card = example_without_script.locator("article:target")
    expect(card).to_be_in_viewport()
    expect(card.get_by_role("heading")).to_contain_text(name)


def test_someone_who_listens_hears_the_headings_the_tables_and_the_picture(example: Page) -> None:
    heard = example.locator("main").aria_snapshot()
    for words in ('heading "Where things stand" [level=2]', 'img "The course over time"', 'table "Lines of therapy"', 'rowheader "1"'):
        assert words in heard
