"""assess, why, whatif and leaflet: what they print, where they write it, and for whom."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from hemeline import api
from hemeline.knowledge import Knowledge
from tests.cli.running import AS_OF, EXAMPLE, Ran, Run, record, saved, two_patients
from tests.conftest import ROOT

FORMATS = ("text", "json", "html")


def option(assessment: Any, therapy: str) -> str:
    """The verdict on a therapy."""
    (verdict,) = [one["verdict"] for one in assessment["options"] if one["therapy"] == therapy]
    return str(verdict)


# -- assess ------------------------------------------------------------------------------------------------------------


def test_assess_prints_text_that_names_patient_day_region_and_says_it_is_no_recommendation(run: Run) -> None:
    out = run("assess", EXAMPLE, *AS_OF, "--region", "eu").out
    assert out.startswith("Patient example-001  ·  as of 22 Nov 2026  ·  EU  ·  ")
    assert "second relapse (marrow) in Sep 2025" in out
    assert "not a recommendation" in out
    assert "A clinician must review every line." in " ".join(out.split())


def test_assess_in_json_is_what_python_gives(run: Run, knowledge: Knowledge) -> None:
    of_python = api.assess(api.read_records(EXAMPLE, knowledge), knowledge, as_of="2026-11-22", region="US")
    assert [run("assess", EXAMPLE, *AS_OF, "--format", "json").data] == of_python


def test_assess_in_html_is_one_page_about_the_patient(run: Run) -> None:
    out = run("assess", EXAMPLE, *AS_OF, "--format", "html").out
    assert out.startswith("<!DOCTYPE html>")
    assert "example-001" in out


@pytest.mark.parametrize("format", FORMATS)
def test_out_writes_what_would_be_printed_and_prints_nothing(format: str, run: Run, tmp_path: Path) -> None:
    command = ["assess", EXAMPLE, *AS_OF, "--format", format]
    printed, target = run(*command).out, tmp_path / "report"
    assert run(*command, "--out", target) == Ran(0, "", "")
    assert target.read_text(encoding="utf-8").rstrip() == printed.rstrip()


def test_html_writes_the_page_beside_the_text(run: Run, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    assert run("assess", EXAMPLE, *AS_OF, "--html", page).out == run("assess", EXAMPLE, *AS_OF).out
    assert page.read_text(encoding="utf-8").rstrip() == run("assess", EXAMPLE, *AS_OF, "--format", "html").out.rstrip()


def test_several_patients_are_several_reports_in_their_order(run: Run, tmp_path: Path) -> None:
    out = run("assess", two_patients(tmp_path), *AS_OF).out
    assert [line.split()[1] for line in out.splitlines() if line.startswith("Patient ")] == ["p", "q"]


def test_several_patients_in_json_are_a_list(run: Run, tmp_path: Path) -> None:
    data = run("assess", two_patients(tmp_path), *AS_OF, "--format", "json").data
    assert [one["patient"] for one in data] == ["p", "q"]


def test_the_pages_of_several_patients_are_a_folder_with_names_that_stay_in_it(run: Run, tmp_path: Path) -> None:
    file = saved(tmp_path / "two.json", [record(id="../../p"), record(id="q")])
    assert run("assess", file, *AS_OF, "--format", "html", "--out", tmp_path / "pages" / "all").code == 0
    assert sorted(one.name for one in (tmp_path / "pages" / "all").iterdir()) == ["0001-.._.._p.html", "0002-q.html"]
    assert sorted(one.name for one in tmp_path.iterdir()) == ["pages", "two.json"]


def test_the_pages_of_several_patients_cannot_be_printed(run: Run, tmp_path: Path) -> None:
    ran = run("assess", two_patients(tmp_path), *AS_OF, "--format", "html")
    assert ran == Ran(2, "", "hemeline: HTML of several patients needs --out with a folder\n")


def test_the_page_of_one_patient_goes_into_a_folder_that_is_there(run: Run, tmp_path: Path) -> None:
    run("assess", EXAMPLE, *AS_OF, "--format", "html", "--out", tmp_path)
    assert [one.name for one in tmp_path.iterdir()] == ["0001-example-001.html"]


@pytest.mark.parametrize("command", [["assess"], ["why", "blinatumomab"]])
def test_only_the_patient_asked_for_is_shown(command: list[str], run: Run, tmp_path: Path) -> None:
    name, *more = command
    data = run(name, two_patients(tmp_path), *more, *AS_OF, "--patient", "q", "--format", "json").data
    assert data["patient"] == "q"


def test_many_patients_are_all_assessed(run: Run, tmp_path: Path) -> None:
    """They are assessed a few hundred at a time."""
    rows = "".join(f"p{number},2020-01-05,ECOG,1\n" for number in range(260))
    data = run("assess", saved(tmp_path / "many.csv", f"patient_id,date,fact,value\n{rows}"), *AS_OF, "--format", "json").data
    assert [one["patient"] for one in data] == [f"p{number}" for number in range(260)]


def test_nothing_dated_after_the_day_is_seen(run: Run) -> None:
    data = run("assess", EXAMPLE, "--as-of", "2021-01-01", "--format", "json").data
    assert (data["as_of"], data["course"]["state"], data["course"]["relapses"]) == ("2021-01-01", "remission", [])


def test_without_a_day_the_assessment_is_of_today(run: Run) -> None:
    before = dt.date.today().isoformat()
    day = run("assess", EXAMPLE, "--format", "json").data["as_of"]
    assert before <= day <= dt.date.today().isoformat()


def test_other_knowledge_is_used_and_named(run: Run, knowledge: Knowledge) -> None:
    data = run("assess", EXAMPLE, *AS_OF, "--format", "json", "--knowledge", ROOT / "knowledge").data
    assert data["versions"]["knowledge"] == knowledge.hash


def test_a_wide_table_is_assessed_through_its_mapping(run: Run, tmp_path: Path) -> None:
    mapping = saved(
        tmp_path / "m.yaml",
        "name: test\npatient: {id: who}\nfacts:\n- {fact: diagnosis, value: cml, date: {days: 0}}\n"
        "- {fact: treatment, value: {column: drug}, date: {days: 10}}\n",
    )
    table = saved(tmp_path / "t.csv", "who,drug\np,Glivec\n")
    data = run("assess", table, "--mapping", mapping, *AS_OF, "--format", "json", "--strict").data
    assert (data["course"]["disease"], data["course"]["prior"]["therapies"]) == ("cml", ["imatinib"])


# -- why ---------------------------------------------------------------------------------------------------------------


def test_why_shows_the_criteria_with_facts_and_sources(run: Run) -> None:
    out = run("why", EXAMPLE, "Blincyto", *AS_OF).out
    assert out.startswith("Blinatumomab (Blincyto): patient example-001, as of 22 Nov 2026, US\n")
    assert "✓ YES  b-all/blinatumomab/relapsed-refractory" in out
    assert "✓ CD19 positive  [CD19: positive, 2 Oct 2025]" in out
    assert "would be NO if: CD19 positive were no (now yes)" in out
    assert "sources: " in out


def test_why_in_json_is_what_python_gives(run: Run, knowledge: Knowledge) -> None:
    of_python = api.why(api.read_records(EXAMPLE, knowledge), "imatinib", knowledge, as_of="2026-11-22", region="US")
    assert [run("why", EXAMPLE, "imatinib", *AS_OF, "--format", "json").data] == of_python


def test_why_says_of_a_therapy_without_an_indication_that_there_is_none(run: Run) -> None:
    assert "no indication in force: no indication for this disease is known" in run("why", EXAMPLE, "asciminib", *AS_OF).out


def test_why_of_an_unknown_therapy_names_the_nearest(run: Run) -> None:
    ran = run("why", EXAMPLE, "blinatumomabb", *AS_OF)
    assert ran == Ran(2, "", 'hemeline: unknown therapy "blinatumomabb" (did you mean Blinatumomab?)\n')


# -- whatif ------------------------------------------------------------------------------------------------------------


def test_whatif_shows_what_a_further_fact_changes(run: Run) -> None:
    out = run("whatif", EXAMPLE, *AS_OF, "--add", "response=CR@2026-11-01").out
    assert out.startswith(
        "If response=CR@2026-11-01 were added: patient example-001, as of 22 Nov 2026, US\n  state: relapsed -> remission\n"
    )
    assert "  Tisagenlecleucel (Kymriah): yes -> no\n" in out
    assert out.endswith("Options and reasons only: a clinician must review them.\n")


def test_whatif_adds_several_facts_with_all_they_say(run: Run) -> None:
    added = [
        "--add",
        "treatment=clofarabine@2026-10-01..2026-10-05,intent=re-induction,reason=progression",
        "--add",
        "CD19=negative@2026-10-20",
    ]
    data = run("whatif", EXAMPLE, *AS_OF, *added, "--format", "json").data
    assert data["added"] == [
        {"fact": "treatment", "value": "clofarabine", "date": "2026-10-01", "end": "2026-10-05", "intent": "re-induction",
         "reason": "progression"},
        {"fact": "CD19", "value": "negative", "date": "2026-10-20"},
    ]  # fmt: skip
    assert data["changes"]["course"]["line_count"] == [2, 3]
    assert option(data["assessment"], "blinatumomab") == "no"


def test_whatif_without_a_day_looks_from_the_latest_added_fact(run: Run) -> None:
    data = run("whatif", EXAMPLE, "--add", "response=CR@2090-05", "--format", "json").data
    assert (data["assessment"]["as_of"], data["assessment"]["course"]["state"]) == ("2090-05-31", "remission")


def test_whatif_says_where_nothing_changes(run: Run) -> None:
    assert "\n  nothing changes\n" in run("whatif", EXAMPLE, *AS_OF, "--add", "response=CR@2026-12-01").out


def test_whatif_lists_an_added_fact_that_is_not_understood(run: Run) -> None:
    out = run("whatif", EXAMPLE, *AS_OF, "--add", "respnse=CR@2026-11-01").out
    assert "  not understood: respnse: the value is not a fact of the vocabulary (nearest: response)\n" in out


def test_whatif_shows_the_whole_assessment_when_asked(run: Run) -> None:
    out = run("whatif", EXAMPLE, *AS_OF, "--add", "response=CR@2026-11-01", "--full").out
    assert "\nPatient example-001  ·  as of 22 Nov 2026" in out


def test_whatif_of_several_patients_is_about_each(run: Run, tmp_path: Path) -> None:
    data = run("whatif", two_patients(tmp_path), *AS_OF, "--add", "relapse=cns@2026-01-01", "--format", "json").data
    assert [(one["assessment"]["patient"], one["assessment"]["course"]["relapse_number"]) for one in data] == [("p", 1), ("q", 1)]


@pytest.mark.parametrize(
    "written", ["response=CR", "CR@2026-11-01", "=CR@2026-11-01", "response=CR@2026-13-01", "response=CR@2026-01-01..x"]
)
def test_whatif_says_how_a_fact_is_written(written: str, run: Run) -> None:
    ran = run("whatif", EXAMPLE, *AS_OF, "--add", written)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("hemeline: --add: expected fact=value@date, for example 'response=CR@2026-12-01'")


def test_whatif_says_what_can_follow_the_date(run: Run) -> None:
    ran = run("whatif", EXAMPLE, *AS_OF, "--add", "response=CR@2026-11-01,dose=1")
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert "after the date only unit, intent, donor, conditioning, line, courses, reason can follow" in ran.err


def test_whatif_refuses_a_fact_that_is_not_utf_8(run: Run) -> None:
    """So a terminal of another encoding hands it over."""
    assert run("whatif", EXAMPLE, *AS_OF, "--add", "ECOG=\udcfc@2026-11-01") == Ran(2, "", "hemeline: fact 1 to add: not UTF-8 text\n")


# -- leaflet -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", ["text", "html"])
def test_the_leaflet_is_what_python_gives_printed_or_written(format: str, run: Run, knowledge: Knowledge, tmp_path: Path) -> None:
    (assessment,) = api.assess(api.read_records(EXAMPLE, knowledge), knowledge, as_of="2026-11-22", region="US")
    page = api.leaflet(assessment, format="html" if format == "html" else "text")
    command, target = ["leaflet", EXAMPLE, *AS_OF, "--format", format], tmp_path / "leaflet"
    assert run(*command).out.rstrip() == page.rstrip()
    assert run(*command, "--out", target) == Ran(0, "", "")
    assert target.read_text(encoding="utf-8").rstrip() == page.rstrip()


def test_figures_stand_in_the_leaflet_only_when_asked_for(run: Run) -> None:
    plain, figured = run("leaflet", EXAMPLE, *AS_OF).out, run("leaflet", EXAMPLE, *AS_OF, "--with-figures").out
    assert len(plain) < len(figured)


def test_leaflets_of_several_patients_are_one_text_but_not_one_page(run: Run, tmp_path: Path) -> None:
    two = two_patients(tmp_path)
    assert [line for line in run("leaflet", two, *AS_OF).out.splitlines() if line.startswith("Leaflet for")] == [
        "Leaflet for p",
        "Leaflet for q",
    ]
    refused = run("leaflet", two, *AS_OF, "--format", "html")
    assert refused == Ran(2, "", "hemeline: leaflets of several patients: choose one with --patient\n")
    assert run("leaflet", two, *AS_OF, "--format", "html", "--patient", "q").code == 0
