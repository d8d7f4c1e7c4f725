"""Input that can be read, but not all of it understood: each thing is listed with its row, the rest is used."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from hemeline import api
from hemeline.knowledge import Knowledge
from tests.cli.running import AS_OF, DIAGNOSIS, Row, Run, record, saved

Listed = list[tuple[int, str, str]]
NO_DATE = "the date is not a date; expected YYYY-MM-DD, YYYY-MM or YYYY"
PLATELETS = "the unit is missing or cannot be converted; expected one of: 10*9/L, 10*3/uL, 10^9/L, 10^3/uL, x10^9/L, G/L, /nL, K/uL, /uL"


def listed(run: Run, knowledge: Knowledge, source: Path) -> Listed:
    """What was not understood of the one patient: the same on the command line and in Python, and code 5 with ``--strict``."""
    of_python = api.assess(api.read_records(source, knowledge), knowledge, as_of=AS_OF[1], region="US")[0]["not_understood"]
    assert run("assess", source, *AS_OF, "--format", "json").data["not_understood"] == of_python
    strict = run("assess", source, *AS_OF, "--strict")
    things = "1 thing was" if len(of_python) == 1 else f"{len(of_python)} things were"
    assert (strict.code, strict.err) == (5, f"hemeline: {things} not understood, as listed\n")
    return [(one["row"], one["fact"], one["why"]) for one in of_python]


def dated(day: Any, fact: str = "relapse", **more: Any) -> Row:
    return {"date": day, "fact": fact, **more}


CASES: dict[str, tuple[Row, Listed]] = {
    "a day that is not in the calendar": (record(dated("2021-02-30")), [(2, "relapse", NO_DATE)]),
    "a number as a date": (record(dated(20210901)), [(2, "relapse", NO_DATE)]),
    "the year 0": (record(dated("0000"), dated("0000-05-05")), [(2, "relapse", NO_DATE), (3, "relapse", NO_DATE)]),
    "the year 99999": (record(dated("99999"), dated("99999-05-05")), [(2, "relapse", NO_DATE), (3, "relapse", NO_DATE)]),
    "a list as a date": (record(dated(["2021"])), [(2, "relapse", "date: expected text or a number, found a list")]),
    "end before start": (
        record(dated("2021-05-05", "treatment", value="vincristine", end="2021-04-05")),
        [(2, "treatment", "it ends before it begins; the end is left out")],
    ),
    "relapse before diagnosis": (record(dated("2019-01-01")), [(2, "relapse", "it is dated before the diagnosis and is left out")]),
    "born after the diagnosis": (
        record(birth_date="2021"),
        [(0, "birth_date", "the birth is dated after the diagnosis and is left out")],
    ),
    "born on no day": (record(birth_date="1990-02-30"), [(0, "birth_date", "not a date; expected YYYY-MM-DD, YYYY-MM or YYYY")]),
    "an unknown unit": (record(dated("2021", "platelets", value=30, unit="bananas")), [(2, "platelets", PLATELETS)]),
    "a missing unit": (record(dated("2021", "platelets", value=30)), [(2, "platelets", PLATELETS)]),
    "a fact twice": (record(DIAGNOSIS), [(2, "diagnosis", "it repeats another row and is counted once")]),
    "an unknown fact": (
        record(dated("2021", "relapsee")),
        [(2, "relapsee", "the value is not a fact of the vocabulary (nearest: relapse)")],
    ),
    "an unknown key": (record(dated("2021", vlaue="cns")), [(2, "relapse", 'the key "vlaue" is not known (did you mean value?)')]),
    "a huge number": (record(dated("2021", "ECOG", value=10**200)), [(2, "ECOG", "the number is outside what ECOG can be")]),
    "a NUL": (record(dated("2021", "a\0b")), [(2, "a\ufffdb", "the value is not a fact of the vocabulary")]),
    "signs that steer a terminal": (
        record(dated("2021", "\x1b[31mred")),
        [(2, "\ufffd[31mred", "the value is not a fact of the vocabulary")],
    ),
    "nested values": (
        record(dated("2021", "ECOG", value=[[1]])),
        [(2, "ECOG", "value: expected text, a number, or a list of those")],
    ),
}


@pytest.mark.parametrize(("content", "expected"), CASES.values(), ids=CASES.keys())
def test_it_is_listed_with_its_row_and_why(content: Row, expected: Listed, run: Run, knowledge: Knowledge, tmp_path: Path) -> None:
    assert listed(run, knowledge, saved(tmp_path / "r.json", content)) == expected


@pytest.mark.parametrize("written", [".nan", ".inf", "NaN", "-Infinity", "1e999"])
def test_what_is_no_number_in_yaml_is_listed(written: str, run: Run, knowledge: Knowledge, tmp_path: Path) -> None:
    text = f"patient: {{id: p}}\nfacts: [{{date: 2021-01-01, fact: LVEF, value: {written}, unit: '%'}}]"
    assert listed(run, knowledge, saved(tmp_path / "r.yaml", text)) == [(1, "LVEF", "the value is not understood; expected a number")]


def test_a_fact_of_the_wrong_shape_leaves_the_others(run: Run, knowledge: Knowledge, tmp_path: Path) -> None:
    file = saved(tmp_path / "r.json", record(dated("2021-02-30"), dated("2021-03-02")))
    assert [one["date"] for one in run("assess", file, *AS_OF, "--format", "json").data["course"]["relapses"]] == ["2021-03-02"]


def test_a_contradiction_of_dates_is_also_an_alert(run: Run, tmp_path: Path) -> None:
    alerts = run("assess", saved(tmp_path / "r.json", record(birth_date="2021")), *AS_OF, "--format", "json").data["alerts"]
    assert [(one["kind"], one["facts"]) for one in alerts] == [("conflict", ["birth_date"])]


@pytest.mark.parametrize("name", ["r.yaml", "r.json", "r.csv", "r.ndjson"])
def test_the_mark_and_the_line_ends_of_some_editors_change_nothing(name: str, run: Run, tmp_path: Path) -> None:
    plain = saved(tmp_path / "plain.json", record(dated("2021-03-02")))
    file = tmp_path / name
    assert run("convert", plain, file).code == 0
    before = run("assess", file, *AS_OF).out
    saved(file, b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    after = run("assess", file, *AS_OF)
    assert (after.code, after.out) == (0, before)


# -- what is nobody's --------------------------------------------------------------------------------------------------


def test_what_belongs_to_no_patient_is_listed_on_standard_error(run: Run, tmp_path: Path) -> None:
    file = saved(tmp_path / "r.csv", "patient_id,date,fact,vlaue\np,2020,diagnosis,b-all\n,2020,ECOG,1\n")
    ran = run("assess", file, *AS_OF, "--format", "json", "--strict")
    assert ran.code == 5
    assert ran.err.splitlines() == [
        "not used: row 0, vlaue: this column is not known (did you mean value?)",
        "not used: row 2, ECOG: the row names no patient",
        "hemeline: 3 things were not understood, as listed",
    ]


def test_a_long_list_of_what_is_nobodys_is_cut_and_counted(run: Run, tmp_path: Path) -> None:
    file = saved(tmp_path / "r.csv", "patient_id,date,fact,value\np,2020,ECOG,1\n" + ",2020,ECOG,1\n" * 50)
    lines = run("assess", file, *AS_OF).err.splitlines()
    assert (len(lines), lines[-1]) == (21, "not used: 30 more")


def test_strict_minds_what_is_nobodys_though_only_one_patient_is_wanted(run: Run, tmp_path: Path) -> None:
    file = saved(tmp_path / "r.csv", "patient_id,date,fact,value\np,2020,ECOG,1\n,2020,ECOG,1\n")
    assert run("assess", file, *AS_OF, "--patient", "p", "--strict").code == 5


# -- size --------------------------------------------------------------------------------------------------------------

LONG = "long" * 2_500_000
_BUNDLE = {"resourceType": "Observation", "subject": {"reference": "Patient/p"}, "code": {"text": LONG}, "valueString": LONG}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("r.json", record(dated("2021", LONG), dated("2021", "relapse", value=LONG, unit=LONG), {LONG: 1, **dated(LONG)})),
        ("r.csv", f"patient_id,date,fact,value,{LONG}\np,2020,{LONG},{LONG},\np,2020,diagnosis,{LONG},\n"),
        ("fhir.json", [_BUNDLE, {**_BUNDLE, "resourceType": "Condition"}, {**_BUNDLE, "resourceType": "Procedure"}]),
    ],
    ids=["json", "csv", "fhir"],
)
def test_ten_million_characters_take_seconds_and_are_not_repeated(name: str, content: Any, run: Run, tmp_path: Path) -> None:
    file = saved(tmp_path / name, content)
    began = time.process_time()
    ran = run("assess", file, *AS_OF)
    assert time.process_time() - began < 20
    assert ran.code == 0
    assert len(ran.out) + len(ran.err) < 20_000
    assert "not understood" in ran.out.casefold()
