"""A cohort's tables say what the assessments of its patients say, one by one."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
import pytest

from hemeline.assessment import assess
from hemeline.assessment.plan import plan_for
from hemeline.assessment.shape import Assessment
from hemeline.cohort.reasons import askable
from hemeline.cohort.run import TABLES, tables_in_parts, tables_of
from hemeline.cohort.schema import COLUMNS
from hemeline.course.definitions import staged
from hemeline.criteria import leaves_of
from hemeline.knowledge import REGIONS, Knowledge, Region
from hemeline.record import Records
from hemeline.record.records import together
from hemeline.synth import chunks
from hemeline.when import to_day
from tests.properties.assessing import examples_of, read
from tests.properties.strategies import AS_OF, records

Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def everybody(knowledge: Knowledge) -> Records:
    """Odd patients of the properties, and plausible made-up ones."""
    synthetic = {one.id: one for one in knowledge.content.synthetic}
    made = [next(iter(chunks(synthetic[disease], 40, 1))) for disease in ("b-all", "aml")]
    return together([read(*examples_of(records(), 60)), *made])


@pytest.fixture(scope="module", params=REGIONS)
def both(request: pytest.FixtureRequest, everybody: Records, knowledge: Knowledge) -> tuple[list[Assessment], dict[str, Rows]]:
    region: Region = request.param
    tables = tables_of(everybody, knowledge, AS_OF, region)
    return assess(everybody, knowledge, AS_OF, region), {name: _plain(frame).to_dicts() for name, frame in tables.items()}


def _plain(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(pl.col(pl.Categorical, pl.Enum).cast(pl.String))


def _of(rows: Rows, patient: str) -> Rows:
    return [row for row in rows if row["patient_id"] == patient]


Both = tuple[list[Assessment], dict[str, Rows]]


def test_the_patient_has_the_same_state_counts_and_refractoriness(both: Both) -> None:
    assessments, tables = both
    for one, row in zip(assessments, tables["patients"], strict=True):
        course = one["course"]
        named = (
            "disease",
            "state",
            "remission_number",
            "relapse_number",
            "line_count",
            "refractory",
            "primary_refractory",
            "refractory_to",
        )
        assert row["patient_id"] == one["patient"]
        assert {name: row[name] for name in named} == {name: course[name] for name in named}  # type: ignore[literal-required]


def test_the_lines_remissions_and_relapses_are_the_same(both: Both) -> None:
    assessments, tables = both
    for one in assessments:
        course, mine = one["course"], {name: _of(tables[name], one["patient"]) for name in ("lines", "remissions", "relapses")}
        assert [(row["number"], row["therapies"], row["best_response"]) for row in mine["lines"]] == [
            (line["number"], line["therapies"], line["best_response"]) for line in course["lines"]
        ]
        assert [(row["number"], _day(row, "start")) for row in mine["remissions"]] == [
            (remission["number"], _whole_day(remission["start"])) for remission in course["remissions"]
        ]
        assert [(row["number"], row["sites"], row["kind"], _day(row, "date")) for row in mine["relapses"]] == [
            (relapse["number"], relapse["sites"], relapse["kind"], _whole_day(relapse["date"])) for relapse in course["relapses"]
        ]


def _day(row: dict[str, Any], name: str) -> dt.date | None:
    return row[f"{name}_first"] if row[f"{name}_first"] == row[f"{name}_last"] else None


def _whole_day(shown: str | None) -> dt.date | None:
    return dt.date.fromisoformat(shown) if shown and len(shown) == 10 else None


def test_the_verdicts_and_what_they_wait_for_are_the_same(both: Both) -> None:
    assessments, tables = both
    for one in assessments:
        told = sorted(
            (indication["id"], indication["basis"], indication["verdict"], _named(indication["missing"]))
            for option in one["options"]
            for indication in option["indications"]
        )
        rows = _of(tables["verdicts"], one["patient"])
        assert sorted((row["indication"], row["basis"], row["verdict"], row["missing"]) for row in rows) == told


def _named(facts: Any) -> list[str]:
    return [f"{one['fact']}: {one['value']}" if "value" in one else one["fact"] for one in facts]


def test_the_missing_facts_would_decide_the_same_therapies(both: Both) -> None:
    assessments, tables = both
    for one in assessments:
        told = {_named([fact])[0]: sorted(fact["would_decide"]) for fact in one["missing"]}
        assert {row["fact"]: sorted(row["would_decide"]) for row in _of(tables["missing"], one["patient"])} == told


def test_the_alerts_and_what_was_not_understood_are_the_same(both: Both) -> None:
    assessments, tables = both
    for one in assessments:
        alerts = [(row["kind"], row["text"], row["facts"]) for row in _of(tables["alerts"], one["patient"])]
        assert alerts == [(alert["kind"], alert["text"], alert["facts"]) for alert in one["alerts"]]
        lost = sorted((row["row"], row["why"]) for row in _of(tables["not_understood"], one["patient"]))
        assert lost == sorted((fact["row"], fact["why"]) for fact in one["not_understood"])


def test_a_patient_is_near_where_one_criterion_alone_is_not_met(both: Both) -> None:
    assessments, tables = both
    for one in assessments:
        near = {
            (indication["id"], indication["basis"]): unmet[0]["text"]
            for option in one["options"]
            for indication in option["indications"]
            if len(unmet := [part for part in indication["criteria"] if part["verdict"] == "no"]) == 1
            and all(part["verdict"] != "unknown" for part in indication["criteria"])
        }
        rows = _of(tables["verdicts"], one["patient"])
        assert {(row["indication"], row["basis"]): row["near"] for row in rows if row["near"]} == near


def test_whatever_a_criterion_asks_for_is_among_the_facts_that_a_verdict_can_wait_for(knowledge: Knowledge) -> None:
    known, day = set(askable(knowledge.vocabulary)), to_day(AS_OF)
    plans = [plan_for(knowledge, disease, region, day) for disease in (None, *knowledge.vocabulary.diseases) for region in REGIONS]
    asked = {leaf for plan in plans for tree in plan.trees.values() for leaf in leaves_of(tree)}
    for definitions in staged(knowledge, tuple(one.id for one in knowledge.content.definitions)):
        asked |= {leaf for tree in definitions.trees.values() for leaf in leaves_of(tree)}
    named = {f"{leaf.fact}: {leaf.value}" if leaf.value and leaf.name == leaf.fact else leaf.fact for leaf in asked}
    assert len(named) > 100 and not named - known


def _type(kind: pl.DataType) -> str:
    """A type in the words of Table Schema."""
    if kind.is_numeric():
        return "integer" if kind.is_integer() else "number"
    if isinstance(kind, pl.List):
        return "list"
    return {pl.Date: "date", pl.Boolean: "boolean"}.get(type(kind), "string")


def test_the_tables_have_the_columns_types_and_words_of_their_published_schema(everybody: Records, knowledge: Knowledge) -> None:
    tables = tables_in_parts(everybody, knowledge, AS_OF, "EU")
    found = {name: [(column, _type(kind)) for column, kind in table.schema.items()] for name, table in tables.items()}
    assert found == {name: [(one.name, one.type) for one in columns] for name, columns in COLUMNS.items()}
    for name, columns in COLUMNS.items():
        said = {one.name: set(tables[name][one.name].cast(pl.String).drop_nulls()) for one in columns if one.words}
        assert all(said[one.name] <= set(one.words) for one in columns if one.words)
        assert all(said.values()) or name in ("failed", "not_understood")


def test_one_patient_whom_the_program_fails_on_does_not_stop_the_others(
    everybody: Records, knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = everybody.part(0, 9)
    bad = few.patients["patient_id"][4]

    def fragile(records: Records, *rest: Any) -> dict[str, pl.DataFrame]:
        if bad in records.patients["patient_id"]:
            raise ZeroDivisionError
        return tables_of(records, *rest)

    monkeypatch.setattr("hemeline.cohort.run.tables_of", fragile)
    of_nobody = pl.DataFrame(
        {"patient_id": [None], "row": [7], "fact": ["sign"], "why": ["nobody is named"]}, schema=few.not_understood.schema
    )
    few = Records(few.patients, few.facts, pl.concat([few.not_understood, of_nobody]))
    tables = tables_in_parts(few, knowledge, AS_OF, "US")
    assert set(tables) == set(TABLES)
    assert tables["failed"].rows() == [(bad, "a fault of this program (ZeroDivisionError)")]
    assert sorted(tables["patients"]["patient_id"]) == sorted(set(few.patients["patient_id"]) - {bad})
    assert tables["not_understood"].filter(pl.col("patient_id").is_null()).rows() == of_nobody.rows()


def test_a_fault_that_meets_everybody_is_raised_and_nobody_is_listed_as_failed(
    everybody: Records, knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(records: Records, *rest: Any) -> dict[str, pl.DataFrame]:
        raise ZeroDivisionError

    monkeypatch.setattr("hemeline.cohort.run.tables_of", broken)
    monkeypatch.setattr("hemeline.cohort.run._nothing", lambda *_: {})
    monkeypatch.setattr("hemeline.cohort.run._MOST_FAILED", 5)
    with pytest.raises(ZeroDivisionError):
        tables_in_parts(everybody, knowledge, AS_OF, "US")
