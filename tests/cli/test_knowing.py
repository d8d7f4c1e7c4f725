"""explain, and knowledge check | list | show | diff | statements | browse, on a small made-up knowledge."""

from __future__ import annotations

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.cli.running import Ran, Run
from tests.knowledge.copies import SMALL, SOURCES, WAXUMAB, edit, edited, line_of

SMALL_ONE = ("--knowledge", SMALL)
INDICATION = "drab/waxumab/relapsed"


# -- explain -----------------------------------------------------------------------------------------------------------


def test_explain_says_kind_meaning_other_words_and_source(run: Run) -> None:
    assert run("explain", "POLISH relapse timing", *SMALL_ONE).out.splitlines() == [
        "Polish group (definition, polish-timing)",
        "  Early is under 12 months from diagnosis. (Made for: adults.) Differs from: shine.",
        "  also: polish relapse timing",
        "  source: What polishers know. Society",
    ]


def test_explain_in_json_lists_every_entry_of_that_name(run: Run) -> None:
    data = run("explain", "Shinerix", *SMALL_ONE, "--format", "json").data
    assert [(one["kind"], one["id"]) for one in data] == [("therapy", "waxumab")]


def test_explain_of_an_unknown_term_names_the_nearest(run: Run) -> None:
    assert run("explain", "waxumap", *SMALL_ONE) == Ran(2, "", 'hemeline: unknown term "waxumap" (did you mean Waxumab?)\n')


def test_explain_knows_the_shipped_words(run: Run) -> None:
    assert run("explain", "Blincyto").out.startswith("Blinatumomab (Blincyto) (therapy, blinatumomab)\n")


# -- check -------------------------------------------------------------------------------------------------------------


def test_check_counts_what_is_there_and_names_the_content(run: Run) -> None:
    counts, verdict = run("knowledge", "check", *SMALL_ONE).out.splitlines()
    assert counts.startswith("1 therapies with 1 indications in 3 dated versions; 1 more therapies; 3 definitions; 1 topics; 5 facts; ")
    assert verdict.startswith("no faults; content hash ")


def test_check_lists_every_fault_with_its_place(run: Run, tmp_path: Path) -> None:
    folder = edited(tmp_path, WAXUMAB, "sources: [label-2010]", "sources: [label-2020]")
    edit(folder / WAXUMAB, "sources: [trial-wax]", "sources: [trial-wex]")
    ran = run("knowledge", "check", "--knowledge", folder)
    faults = ran.out.splitlines()
    assert (ran.code, ran.err) == (3, f"hemeline: {len(faults)} faults in the knowledge\n")
    for wrong, right in (("label-2020", "label-2010"), ("trial-wex", "trial-wax")):
        place = f"{folder.name}/{WAXUMAB}:{line_of(folder / WAXUMAB, wrong)}: "
        assert [one for one in faults if one.startswith(place) and f'"{wrong}" (did you mean {right}?)' in one]


def test_check_of_a_file_that_is_no_yaml_names_its_line(run: Run, tmp_path: Path) -> None:
    folder = edited(tmp_path, SOURCES, "sources:", "sources: {")
    ran = run("knowledge", "check", "--knowledge", folder)
    assert (ran.code, ran.err.count("\n")) == (3, 1)
    assert f"{SOURCES}:" in ran.err


def test_check_of_no_folder_says_what_it_expected(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "none"
    assert run("knowledge", "check", "--knowledge", folder) == Ran(3, "", f"hemeline: {folder}: expected a folder of YAML files\n")


# -- list and show -----------------------------------------------------------------------------------------------------


def test_list_shows_indications_with_their_review_and_regions(run: Run) -> None:
    (line,) = run("knowledge", "list", *SMALL_ONE).out.splitlines()
    assert line.split() == [INDICATION, "drafted", "US,", "UK", "relapsed", "disease"]


@pytest.mark.parametrize(
    ("kind", "ids"),
    [
        ("therapies", ["chalk", "waxumab"]),
        ("definitions", ["dull", "polish-timing", "shine"]),
        ("diseases", ["drab", "gloom", "grey"]),
        ("facts", ["glint", "relapse", "response", "sheen", "stage"]),
        ("classes", ["polishes", "waxes"]),
        ("sources", ["label-2010", "label-2015", "society", "trial-wax"]),
    ],
)
def test_list_shows_the_entries_of_a_kind_in_order(kind: str, ids: list[str], run: Run) -> None:
    listed = [line.split()[0] for line in run("knowledge", "list", kind, *SMALL_ONE).out.splitlines()]
    assert [one for one in listed if one in ids] == ids


@pytest.mark.parametrize(
    "identifier", ["waxumab", INDICATION, "chalk", "polish-timing", "glint", "drab", "waxes", "CR", "label-2015", "polishing"]
)
def test_show_prints_a_whole_entry_in_yaml_and_json_alike(identifier: str, run: Run) -> None:
    shown = run("knowledge", "show", identifier, *SMALL_ONE)
    data = run("knowledge", "show", identifier, *SMALL_ONE, "--format", "json").data
    assert YAML(typ="safe", pure=True).load(shown.out) == data
    assert data["id"] == identifier


def test_show_of_an_indication_has_its_versions_and_review_state(run: Run) -> None:
    data = run("knowledge", "show", INDICATION, *SMALL_ONE, "--format", "json").data
    assert [one["status"] for one in data["regions"]["US"]] == ["accelerated", "approved"]
    assert (data["therapy"], data["review"]["state"]) == ("waxumab", "drafted")


def test_show_of_an_unknown_entry_names_the_nearest(run: Run) -> None:
    ran = run("knowledge", "show", "waxumap", *SMALL_ONE)
    assert ran == Ran(2, "", 'hemeline: no entry is called "waxumap" (did you mean waxumab?)\n')


# -- diff --------------------------------------------------------------------------------------------------------------


def test_diff_lists_what_began_and_ended_between_two_days(run: Run) -> None:
    lines = run("knowledge", "diff", "--from", "2010-01-01", "--to", "2026-01-01", *SMALL_ONE).out.splitlines()
    assert [line.split() for line in lines] == [
        ["2010-05-01", "US", "began", INDICATION, "(label,", "accelerated)"],
        ["2015-03", "US", "began", INDICATION, "(label,", "approved)"],
        ["2015-03", "US", "ended", INDICATION, "(label,", "accelerated)"],
    ]


def test_diff_keeps_to_one_region(run: Run) -> None:
    between = ("--from", "2010-01-01", "--to", "2026-01-01", "--format", "json", *SMALL_ONE)
    assert run("knowledge", "diff", *between, "--region", "uk").data == []
    assert {one["region"] for one in run("knowledge", "diff", *between, "--region", "us").data} == {"US"}


def test_diff_of_the_same_day_says_that_nothing_changed(run: Run) -> None:
    assert run("knowledge", "diff", "--from", "2010-05-01", "--to", "2010-05-01", *SMALL_ONE) == Ran(0, "nothing changed\n", "")


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--from", "2026-01-01", "--to", "2025-01-01"], "--to lies before --from"),
        (["--from", "2025", "--to", "2026-01-01"], '--from: "2025" is not a day; expected YYYY-MM-DD'),
        (["--from", "2025-01-01", "--to", "today"], '--to: "today" is not a day; expected YYYY-MM-DD'),
        (["--from", "2025-01-01", "--to", "2026-01-01", "--region", "UKK"],
         'unknown region "UKK" (did you mean UK?); expected one of US, EU, UK'),
    ],
)  # fmt: skip
def test_diff_refuses_days_and_regions_that_are_none(arguments: list[str], line: str, run: Run) -> None:
    assert run("knowledge", "diff", *arguments, *SMALL_ONE) == Ran(2, "", f"hemeline: {line}\n")


# -- statements --------------------------------------------------------------------------------------------------------


def test_statements_shows_what_became_of_each_and_the_totals(run: Run) -> None:
    assert run("knowledge", "statements", *SMALL_ONE).out.splitlines() == [
        "society-1  holds: yes     Waxumab helps.",
        "    realised by therapy:waxumab, indication:drab/waxumab/relapsed, topic:polishing, feature:missing",
        "society-2  holds: no      Chalk helps.",
        "    not realised: Outside the subject.",
        "    superseded: It does not.",
        "",
        "2 statements: 1 realised, 1 not realised; holds today: 1 yes, 0 partly, 1 no",
    ]


def test_statements_in_json_are_all_of_them(run: Run) -> None:
    assert [one["id"] for one in run("knowledge", "statements", *SMALL_ONE, "--format", "json").data] == ["society-1", "society-2"]


# -- browse ------------------------------------------------------------------------------------------------------------


def test_browse_writes_pages_and_says_where_to_begin(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "pages"
    ran = run("knowledge", "browse", "--out", out, *SMALL_ONE)
    assert ran.code == 0 and ran.out.endswith(f" pages; begin with {out / 'index.html'}\n")
    assert (out / "therapy" / "waxumab.html").is_file()


def test_browse_leaves_a_folder_of_other_files_alone(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    ran = run("knowledge", "browse", "--out", tmp_path, *SMALL_ONE)
    assert (ran.code, ran.err) == (2, f"hemeline: {tmp_path}: holds other files; give a new or empty folder\n")
