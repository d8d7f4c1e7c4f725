"""The page of a cohort: valid, on its own, the same every time, and without small counts."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import polars as pl
import pytest

from hemeline.cli import main
from hemeline.cohort.report import Report, cohort_report, png
from hemeline.errors import UsageError
from hemeline.knowledge import Knowledge
from tests.cohort.making import DIAGNOSIS, RELAPSED, REMISSION, cohort_of, made_up

pytest.importorskip("lifelines", reason="the report needs hemeline[stats]")
html5lib = pytest.importorskip("html5lib", reason="html5lib checks the markup")
WEST = ("2020-01-01 diagnosis mm", "2020-02-01 treatment lenalidomide")


@pytest.fixture(scope="module")
def cohort(tmp_path_factory: pytest.TempPathFactory, knowledge: Knowledge) -> Path:
    return made_up(tmp_path_factory.mktemp("b-all"), knowledge, "b-all", 400)


@pytest.fixture(scope="module")
def report(cohort: Path, knowledge: Knowledge) -> Report:
    return cohort_report(cohort, knowledge)


@pytest.fixture(scope="module", params=["nobody treated", "nobody relapsed", "one", "few", "mixed", "many", "lines"])
def any_report(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, cohort: Path, knowledge: Knowledge) -> Report:
    people: dict[str, tuple[tuple[str, ...], ...]] = {
        "nobody treated": ((DIAGNOSIS,), ()),
        "nobody relapsed": (REMISSION,) * 6,
        "one": ((*RELAPSED, "2022-03-01 death"),),
        "few": (RELAPSED, (*RELAPSED, "2020-13 CD19 purple"), (*RELAPSED, "2022-03-01 death")),
        "mixed": (*(RELAPSED,) * 8, *(WEST,) * 3, *((*WEST, "2021-01-01 death"),) * 7, ("2020-01-01 diagnosis aml",)),
    }
    if request.param not in people:
        return cohort_report(cohort, knowledge, since="line" if request.param == "lines" else "relapse")
    return cohort_report(cohort_of(tmp_path_factory.mktemp("any"), knowledge, *people[request.param]), knowledge)


def text_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)).split())


def test_the_page_is_valid_html(any_report: Report) -> None:
    parser = html5lib.HTMLParser()
    parser.parse(any_report.html)
    assert parser.errors == []


def test_every_name_on_the_page_is_given_once_and_every_link_leads_somewhere(any_report: Report) -> None:
    names = re.findall(r'\bid="([^"]+)"', any_report.html)
    assert len(names) == len(set(names))
    pointed = re.findall(r'(?:href="#|url\(#|aria-labelledby="|aria-describedby=")([^")]+)', any_report.html)
    assert set(pointed) <= set(names)


def test_the_page_needs_nothing_from_outside(any_report: Report) -> None:
    assert not re.search(r"<(?:script|link|img|iframe|object|embed|base|form)\b", any_report.html)
    assert not re.search(r"\b(?:src|srcset|action)=|@import|url\((?!#)|javascript:", any_report.html)
    assert set(re.findall(r'https?://[^"\s<]+', any_report.html)) <= {"http://www.w3.org/2000/svg"}


def test_every_picture_is_an_svg_with_a_title_and_words(any_report: Report) -> None:
    for svg in any_report.pictures.values():
        root = ET.fromstring(svg)
        assert root.findtext("{http://www.w3.org/2000/svg}title") and root.findtext("{http://www.w3.org/2000/svg}desc")
        assert svg in any_report.html


def test_no_patient_is_named(any_report: Report) -> None:
    assert not re.search(r"p0000\d|b-all-0", any_report.html)


def test_the_same_cohort_gives_the_same_bytes(cohort: Path, knowledge: Knowledge, report: Report) -> None:
    assert cohort_report(cohort, knowledge) == report


def test_the_page_says_what_it_was_made_from_and_that_a_clinician_must_review_it(report: Report, knowledge: Knowledge) -> None:
    said = text_of(report.html)
    for words in ("A clinician must review every line", "not yet reviewed by a clinician", knowledge.hash, "22 Nov 2026", "region EU"):
        assert words in said


def test_no_number_under_five_stands_in_a_table(any_report: Report) -> None:
    cells = re.findall(r'<td class="number[^"]*">([^<]*)</td>', any_report.html.replace("&lt;", "‹"))
    assert cells and not [cell for cell in cells if re.fullmatch("[1-4]", cell)]


def test_small_counts_are_shown_when_asked_for_and_the_page_says_so(cohort: Path, knowledge: Knowledge) -> None:
    shown = cohort_report(cohort, knowledge, least=1).html
    assert "&lt;5" not in shown and "Not for passing on" in shown


def test_a_count_that_a_total_would_reveal_is_withheld(tmp_path: Path, knowledge: Knowledge) -> None:
    folder = cohort_of(tmp_path, knowledge, *(REMISSION,) * 20, *(RELAPSED,) * 2)
    said = text_of(cohort_report(folder, knowledge).html.split('id="where"')[1].split('id="options"')[0])
    assert "22" in said and "&lt;5" in said and "20" not in said.split()


def test_the_states_on_the_page_are_those_of_the_table(cohort: Path, knowledge: Knowledge) -> None:
    states = pl.read_parquet(cohort / "patients" / "*.parquet")["state"].cast(pl.String).value_counts()
    said = cohort_report(cohort, knowledge, least=1).html
    assert not [count for count in states["count"] if f'<td class="number">{count}</td>' not in said]


def test_without_relapses_the_page_says_so(tmp_path: Path, knowledge: Knowledge) -> None:
    said = text_of(cohort_report(cohort_of(tmp_path, knowledge, REMISSION), knowledge).html)
    assert "Nobody had a relapse on a known day" in said and "No course is shown" in said


def test_the_page_says_of_how_many_no_last_contact_is_recorded(tmp_path: Path, knowledge: Knowledge) -> None:
    seen = (*RELAPSED, "2026-09-01 last-contact")
    some = text_of(cohort_report(cohort_of(tmp_path, knowledge, *(RELAPSED,) * 6, *(seen,) * 9), knowledge).html)
    assert some.count("Of about 5 who are not known to have died no last contact is recorded") == 2


def test_where_everybody_has_a_last_contact_or_died_the_page_says_so(tmp_path: Path, knowledge: Knowledge) -> None:
    said = text_of(cohort_report(cohort_of(tmp_path, knowledge, *((*RELAPSED, "2026-09-01 last-contact"),) * 6), knowledge).html)
    assert "no last contact" not in said and "A death or a last contact is recorded for everybody" in said


def test_the_page_says_how_many_were_last_seen_long_ago(tmp_path: Path, knowledge: Knowledge) -> None:
    each = [*[(*RELAPSED, "2024-09-01 last-contact")] * 8, *[(*RELAPSED, "2026-09-01 last-contact")] * 9]
    said = text_of(cohort_report(cohort_of(tmp_path, knowledge, *each), knowledge).html)
    assert "about 10 were last seen more than a year before 22 Nov 2026" in said


def test_alerts_are_those_of_the_living(tmp_path: Path, knowledge: Knowledge) -> None:
    marked = (*RELAPSED, "2019-05-06 CD19 positive")
    said = cohort_report(cohort_of(tmp_path, knowledge, *(marked,) * 7, *((*marked, "2022-05-01 death"),) * 6), knowledge).html
    assert re.search(r'test again</td><td class="number">7</td>', said)


def test_what_was_not_understood_is_counted_by_reason_and_rare_words_are_not_repeated(tmp_path: Path, knowledge: Knowledge) -> None:
    each = [(*REMISSION, "2020-01-01 ward 7") for _ in range(6)]
    found = cohort_report(cohort_of(tmp_path, knowledge, *each, (*REMISSION, "2020-01-01 Mrs-Miller 7")), knowledge).html
    assert ">ward<" in found and "Miller" not in found and "1 other facts and reasons" in found


def test_single_courses_can_be_left_out(cohort: Path, knowledge: Knowledge) -> None:
    found = cohort_report(cohort, knowledge, courses_shown=0)
    assert "courses" not in found.pictures and "No course is shown" in found.html


def test_an_unfinished_cohort_has_no_report(tmp_path: Path, knowledge: Knowledge) -> None:
    with pytest.raises(UsageError, match="expected a finished cohort"):
        cohort_report(tmp_path, knowledge)


def test_the_command_writes_the_page_and_the_pictures(
    cohort: Path, tmp_path: Path, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with pytest.raises(SystemExit) as left:
        main(["cohort", "report", str(cohort), "--html", str(tmp_path / "page.html"), "--pictures", str(tmp_path / "pictures")])
    assert not left.value.code and (tmp_path / "page.html").read_text(encoding="utf-8") == report.html
    assert {one.stem for one in (tmp_path / "pictures").glob("*.svg")} == set(report.pictures)


def test_a_picture_as_png_is_one(report: Report) -> None:
    pytest.importorskip("vl_convert", reason="PNG needs hemeline[report]")
    drawn = png(report.pictures["options"])
    assert drawn is not None and drawn.startswith(b"\x89PNG") and drawn == png(report.pictures["options"])
