"""Records in YAML and JSON: the shape of a document, and what each departure from it becomes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hemeline.errors import RecordError, UsageError
from hemeline.knowledge import Knowledge
from hemeline.record.documents import records_from, rows_of
from tests.record.reading import facts, lost, read, told

DIAGNOSIS = {"date": "2020-01-05", "fact": "diagnosis", "value": "b-all"}


def one(*listed: Any, **patient: Any) -> dict[str, Any]:
    return {"patient": {"id": "p", **patient}, "facts": list(listed)}


def test_yaml_and_json_of_one_record_say_the_same(tmp_path: Path, knowledge: Knowledge) -> None:
    yaml = (
        "patient: {id: p, birth_date: 2001-02}\nfacts:\n- {date: 2020-01-05, fact: ECOG, value: 1}\n"
        "- {date: 2020, fact: MRD, value: <0.01, unit: '%'}\n"
    )
    as_json = json.dumps(
        one(
            {"date": "2020-01-05", "fact": "ECOG", "value": 1},
            {"date": 2020, "fact": "MRD", "value": "<0.01", "unit": "%"},
            birth_date="2001-02",
        )
    )
    from_yaml, from_json = read(tmp_path / "a.yaml", yaml, knowledge), read(tmp_path / "a.json", as_json, knowledge)
    assert (
        told(from_yaml)
        == told(from_json)
        == [
            {"patient_id": "p", "date": "2020", "fact": "MRD", "value": "<0.01", "unit": "%"},
            {"patient_id": "p", "date": "2020-01-05", "fact": "ECOG", "value": "1"},
        ]
    )
    assert from_yaml.patients.equals(from_json.patients)


@pytest.mark.parametrize("several", [[one(DIAGNOSIS), one(id="q")], {"records": [one(DIAGNOSIS), one(id="q")]}], ids=["list", "records"])
def test_several_records_stand_in_a_list_or_under_records(several: Any) -> None:
    found = records_from(several, "f")
    assert found.patients["patient_id"].to_list() == ["p", "q"]
    assert facts(found) == [("p", "2020-01-05", "diagnosis", "b-all")]


def test_a_list_of_values_is_one_row_per_item() -> None:
    found = records_from(
        one({"date": "2020-01-05", "fact": "treatment", "value": ["vincristine", "dexamethasone"], "intent": "induction"}), "f"
    )
    assert [(row["value"], row["intent"], row["row"]) for row in found.facts.to_dicts()] == [
        ("vincristine", "induction", 1), ("dexamethasone", "induction", 1),
    ]  # fmt: skip


def test_a_fact_without_a_value_is_a_row_without_one() -> None:
    assert facts(records_from(one({"date": "2021", "fact": "death"}, {"fact": "relapse", "value": []}), "f")) == [
        ("p", "2021", "death", None), ("p", None, "relapse", None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("written", "text"), [(17, "17"), (0.25, "0.25"), (True, "true"), (False, "false"), ("NO", "NO"), (10**30, "1" + "0" * 30)]
)
def test_a_scalar_becomes_the_text_it_was_written_as(written: Any, text: str) -> None:
    found = records_from(one({"fact": "ECOG", "value": written}), "f")
    assert found.facts["value"].to_list() == [text]


def test_a_long_number_in_json_keeps_every_digit(tmp_path: Path, knowledge: Knowledge) -> None:
    number = "123456789012345678901234567890"
    found = read(tmp_path / "a.json", f'{{"patient": {{"id": {number}}}, "facts": []}}', knowledge)
    assert found.patients["patient_id"].to_list() == [number]


@pytest.mark.parametrize(
    ("fact", "name", "why"),
    [
        ("relapse", "", "expected a mapping with the key fact"),
        ({"date": "2020"}, "", "expected a mapping with the key fact"),
        ({"fact": 7}, "", "expected a mapping with the key fact"),
        ({"fact": "ECOG", "value": {"is": 1}}, "ECOG", "value: expected text or a number, found a mapping"),
        ({"fact": "ECOG", "value": [[1]]}, "ECOG", "value: expected text, a number, or a list of those"),
        ({"fact": "ECOG", "date": ["2020"]}, "ECOG", "date: expected text or a number, found a list"),
    ],
    ids=["text", "no name", "number as name", "mapping as value", "list in a list", "list as date"],
)
def test_a_fact_of_the_wrong_shape_is_listed_and_the_others_are_read(fact: Any, name: str, why: str) -> None:
    found = records_from(one(fact, DIAGNOSIS), "f")
    assert lost(found) == [(1, name, why)]
    assert facts(found) == [("p", "2020-01-05", "diagnosis", "b-all")]


def test_an_unknown_key_of_a_fact_is_listed_with_the_nearest_and_the_rest_is_read() -> None:
    found = records_from(one({**DIAGNOSIS, "untl": "2021"}, {**DIAGNOSIS, "fact": "ECOG", "unt": "1"}), "f")
    assert lost(found) == [
        (1, "diagnosis", 'the key "untl" is not known (did you mean unit?)'),
        (2, "ECOG", 'the key "unt" is not known (did you mean unit?)'),
    ]
    assert len(found.facts) == 2


def test_an_unknown_key_of_the_patient_is_listed_with_the_nearest() -> None:
    assert lost(records_from(one(birthdate="2001", name="someone"), "f")) == [
        (0, "birthdate", "this key of patient is not known (did you mean birth_date?)"), (0, "name", "this key of patient is not known"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("text", "f: expected a mapping, found text"),
        (None, "f: expected a mapping, found nothing"),
        ([], "f: expected at least one record, found none"),
        ([one(), 3], "f: record 2: expected a mapping, found a number"),
        ({"facts": []}, "f: patient: expected a mapping, found nothing"),
        ({"patient": []}, "f: patient: expected a mapping, found a list"),
        ({"patient": {"sex": "female"}}, "f: patient: id: expected the patient's identifier, found nothing"),
        ({"patient": {"id": ""}}, "f: patient: id: expected the patient's identifier, found nothing"),
        ({"patient": {"id": "p", "sex": {}}}, "f: patient: sex: expected text, found a mapping"),
        ({"patient": {"id": "p"}, "facts": {}}, "f: facts: expected a list, found a mapping"),
        ({**one(), "fact": []}, 'f: unknown key "fact" (did you mean facts?); expected patient and facts'),
        ([one(), one()], "f: record 2: the patient id of an earlier record; expected one record per patient"),
    ],
)
def test_what_is_no_record_is_refused_with_its_place(data: Any, message: str) -> None:
    with pytest.raises(RecordError) as refused:
        records_from(data, "f")
    assert str(refused.value) == message


def test_a_record_without_facts_is_a_patient_of_whom_nothing_is_known() -> None:
    found = records_from({"patient": {"id": "p"}, "facts": None}, "f")
    assert (len(found), len(found.facts)) == (1, 0)


def test_facts_to_add_are_read_like_those_of_a_record() -> None:
    assert [(row["fact"], row["value"], row["date"]) for row in rows_of([{"fact": "MRD", "value": [0.1, "negative"], "date": 2021}])] == [
        ("MRD", "0.1", "2021"), ("MRD", "negative", "2021"),
    ]  # fmt: skip


def test_a_fact_to_add_with_an_unknown_key_is_refused() -> None:
    with pytest.raises(UsageError, match=r'fact 2 to add: the key "vlue" is not known \(did you mean value\?\)'):
        rows_of([DIAGNOSIS, {"fact": "ECOG", "vlue": 1}])
