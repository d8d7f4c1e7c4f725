"""The public functions: what they take, what they give, and the errors they promise."""

from __future__ import annotations

import copy
import datetime as dt
from pathlib import Path
from typing import Any, get_args

import pytest

import hemeline
from hemeline import api
from hemeline.errors import HemelineError, UsageError
from hemeline.knowledge import Knowledge
from hemeline.record import Format, Records
from tests.cli.running import EXAMPLE
from tests.record.reading import told

DAY, REGION = "2026-11-22", "US"
CR = {"fact": "response", "value": "CR", "date": "2026-11-01"}


@pytest.fixture(scope="module")
def example(knowledge: Knowledge) -> Records:
    """The example record."""
    return api.read_records(EXAMPLE, knowledge)


def verdicts(assessment: api.Assessment) -> dict[str, str]:
    return {one["therapy"]: one["verdict"] for one in assessment["options"]}


# -- what is public ----------------------------------------------------------------------------------------------------


def test_every_public_name_is_there_and_documented() -> None:
    for name in hemeline.__all__:
        found = getattr(hemeline, name)
        assert name == "__version__" or found.__doc__, name


def test_the_package_offers_the_functions_of_the_api() -> None:
    functions = {name for name in api.__all__ if callable(getattr(api, name)) and name[0].islower()}
    assert functions == set(hemeline.__all__) - {"__version__"}
    assert hemeline.assess is api.assess


def test_a_name_that_is_not_public_is_no_attribute() -> None:
    with pytest.raises(AttributeError, match="asess"):
        hemeline.asess  # noqa: B018


# -- records -----------------------------------------------------------------------------------------------------------


def test_a_path_may_be_text(example: Records, knowledge: Knowledge) -> None:
    assert told(api.read_records(str(EXAMPLE), knowledge)) == told(example)


@pytest.mark.parametrize("format", get_args(Format))
def test_records_are_written_in_the_format_asked_for_whatever_the_name(
    format: Format, example: Records, knowledge: Knowledge, tmp_path: Path
) -> None:
    ending = {"fhir": "json"}.get(format, format)
    named, asked = tmp_path / f"a.{'fhir.json' if format == 'fhir' else ending}", tmp_path / "b.out"
    api.write_records(example, named, knowledge)
    api.write_records(example, str(asked), knowledge, format=format)
    assert asked.read_bytes() == named.read_bytes()
    assert told(api.read_records(named, knowledge)) == told(example)


def test_a_format_that_is_none_is_refused_with_the_nearest(example: Records, knowledge: Knowledge, tmp_path: Path) -> None:
    wrong: Any = "jsn"
    with pytest.raises(UsageError, match=r'unknown format "jsn" \(did you mean json\?\); expected one of yaml, json, '):
        api.write_records(example, tmp_path / "r", knowledge, format=wrong)


# -- days and regions --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("day", [DAY, dt.date(2026, 11, 22), dt.datetime(2026, 11, 22, 23, 59)], ids=["text", "date", "date and time"])
@pytest.mark.parametrize("region", ["US", "us"])
def test_a_day_and_a_region_may_be_written_in_several_ways(day: api.Day, region: str, example: Records, knowledge: Knowledge) -> None:
    (found,) = api.assess(example, knowledge, as_of=day, region=region)
    assert (found["as_of"], found["region"]) == (DAY, "US")


@pytest.mark.parametrize("day", ["", "2026", "2026-11", "2026-02-30", "20261122", "2026-W47-7", "22.11.2026", "0000-01-01", "10000-01-01"])
def test_what_is_not_a_day_is_refused(day: str, example: Records, knowledge: Knowledge) -> None:
    message = f'"{day}" is not a day; expected YYYY-MM-DD'
    calls = (
        lambda: api.assess(example, knowledge, as_of=day, region=REGION),
        lambda: api.what_if(example, [CR], knowledge, as_of=day, region=REGION),
        lambda: api.why(example, "blinatumomab", knowledge, as_of=day, region=REGION),
        lambda: api.summarise(example, knowledge, day),
    )
    for call in calls:
        with pytest.raises(UsageError) as refused:
            call()
        assert str(refused.value) == message


@pytest.mark.parametrize(("region", "near"), [("UKK", " (did you mean UK?)"), ("Atlantis", ""), ("", "")])
def test_what_is_not_a_region_is_refused_with_the_nearest(region: str, near: str, example: Records, knowledge: Knowledge) -> None:
    calls = (
        lambda: api.assess(example, knowledge, as_of=DAY, region=region),
        lambda: api.what_if(example, [CR], knowledge, as_of=DAY, region=region),
        lambda: api.why(example, "blinatumomab", knowledge, as_of=DAY, region=region),
    )
    for call in calls:
        with pytest.raises(UsageError) as refused:
            call()
        assert str(refused.value) == f'unknown region "{region}"{near}; expected one of US, EU, UK'


def test_an_endless_day_or_region_is_not_repeated_whole(example: Records, knowledge: Knowledge) -> None:
    for day, region in ((DAY * 10**6, REGION), (DAY, REGION * 10**6)):
        with pytest.raises(UsageError) as refused:
            api.assess(example, knowledge, as_of=day, region=region)
        assert len(str(refused.value)) < 100


# -- assess, what_if, why ----------------------------------------------------------------------------------------------


def test_an_assessment_changes_neither_records_nor_knowledge_and_is_the_same_again(example: Records, knowledge: Knowledge) -> None:
    facts, patients = example.facts.clone(), example.patients.clone()
    first = api.assess(example, knowledge, as_of=DAY, region=REGION)
    kept = copy.deepcopy(first)
    api.what_if(example, [CR], knowledge, as_of=DAY, region=REGION)
    assert api.assess(example, knowledge, as_of=DAY, region=REGION) == kept
    assert example.facts.equals(facts) and example.patients.equals(patients)


def test_a_supposed_fact_is_added_to_every_patient_and_to_no_record(example: Records, knowledge: Knowledge) -> None:
    (before,) = api.assess(example, knowledge, as_of=DAY, region=REGION)
    (after,) = api.what_if(example, [CR], knowledge, as_of=DAY, region=REGION)
    assert (before["course"]["state"], after["course"]["state"]) == ("relapsed", "remission")
    assert (verdicts(before)["tisagenlecleucel"], verdicts(after)["tisagenlecleucel"]) == ("yes", "no")
    assert api.assess(example, knowledge, as_of=DAY, region=REGION) == [before]


def test_supposing_nothing_changes_nothing(example: Records, knowledge: Knowledge) -> None:
    assert api.what_if(example, [], knowledge, as_of=DAY, region=REGION) == api.assess(example, knowledge, as_of=DAY, region=REGION)


@pytest.mark.parametrize(
    ("fact", "why"),
    [
        ({"value": "CR"}, "expected a mapping with the key fact"),
        ({**CR, "vlaue": 1}, 'the key "vlaue" is not known (did you mean value?)'),
        ({**CR, "date": [1]}, "date: expected text or a number, found a list"),
        ({**CR, "value": "\ud800"}, "not UTF-8 text"),
    ],
    ids=["no name", "unknown key", "list as date", "half a character"],
)
def test_a_supposed_fact_that_is_not_written_like_one_is_refused(fact: Any, why: str, example: Records, knowledge: Knowledge) -> None:
    with pytest.raises(UsageError) as refused:
        api.what_if(example, [CR, fact], knowledge, as_of=DAY, region=REGION)
    assert str(refused.value) == f"fact 2 to add: {why}"


def test_the_verdicts_of_why_are_those_of_the_assessment(example: Records, knowledge: Knowledge) -> None:
    (assessment,) = api.assess(example, knowledge, as_of=DAY, region=REGION)
    for option in assessment["options"]:
        (answer,) = api.why(example, option["therapy"], knowledge, as_of=DAY, region=REGION)
        told_by_why = {one["id"]: one["verdict"] for one in answer["indications"]}
        assert told_by_why == {one["id"]: one["verdict"] for one in option["indications"]}


def test_why_takes_any_spelling_and_refuses_what_is_none(example: Records, knowledge: Knowledge) -> None:
    (answer,) = api.why(example, "BLINCYTO", knowledge, as_of=DAY, region=REGION)
    assert answer["therapy"] == "blinatumomab"
    with pytest.raises(UsageError, match=r'unknown therapy "blincito" \(did you mean '):
        api.why(example, "blincito", knowledge, as_of=DAY, region=REGION)


def test_records_of_nobody_give_no_assessment(example: Records, knowledge: Knowledge) -> None:
    nobody = example.part(0, 0)
    assert api.assess(nobody, knowledge, as_of=DAY, region=REGION) == []
    assert api.why(nobody, "blinatumomab", knowledge, as_of=DAY, region=REGION) == []
    assert api.summarise(nobody, knowledge, DAY).patients == 0


# -- reports and schemas -----------------------------------------------------------------------------------------------


def test_reports_are_made_from_an_assessment_alone(example: Records, knowledge: Knowledge) -> None:
    (assessment,) = api.assess(example, knowledge, as_of=DAY, region=REGION)
    assert api.text_report(assessment).startswith("Patient example-001")
    assert api.html_report(assessment).startswith("<!DOCTYPE html>")
    assert api.text_report(copy.deepcopy(assessment)) == api.text_report(assessment)


def test_the_schema_of_the_assessment_asks_for_every_key_of_the_contract() -> None:
    keys = {"patient", "as_of", "region", "versions", "course", "options", "not_available", "missing", "alerts", "next", "questions",
            "trials", "not_understood"}  # fmt: skip
    assert keys <= set(api.schema("assessment")["required"])


def test_the_schema_of_the_record_asks_for_the_patient() -> None:
    assert api.schema("record")["required"] == ["patient"]


def test_every_error_of_the_package_is_one_class_with_an_exit_code() -> None:
    codes = {one.__name__: one.exit_code for one in HemelineError.__subclasses__()}
    assert codes == {"UsageError": 2, "KnowledgeError": 3, "RecordError": 4, "NotUnderstoodError": 5}
