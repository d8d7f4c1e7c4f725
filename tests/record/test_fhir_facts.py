"""Observations, medications and procedures of FHIR R4 as facts."""

from __future__ import annotations

from typing import Any

import pytest

from hemeline.knowledge import Knowledge
from tests.record.resources import (
    LOINC,
    PATIENT,
    RXNORM,
    WRONG_TYPE,
    Resource,
    about,
    coded,
    medication,
    not_used,
    observation,
    procedure,
    said,
    text,
    understood,
)

MCODE = "http://hl7.org/fhir/us/mcode/StructureDefinition/"

# -- observations ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("element", "value", "unit"),
    [
        ({"valueQuantity": {"value": 30, "unit": "K/uL", "code": "10*3/uL"}}, "30", "10*3/uL"),
        ({"valueQuantity": {"value": 0.01, "comparator": "<", "unit": "%"}}, "<0.01", "%"),
        ({"valueQuantity": {"value": 25, "comparator": ">=", "unit": "%"}}, ">=25", "%"),
        ({"valueQuantity": {"value": 0}}, "0", None),
        ({"valueInteger": 0}, "0", None),
        ({"valueString": "negative"}, "negative", None),
        ({"valueBoolean": True}, "positive", None),
        ({"valueBoolean": False}, "negative", None),
        ({"valueDateTime": "2020-01-05"}, "2020-01-05", None),
        ({"valueCodeableConcept": text("mutated")}, "mutated", None),
        ({"valueCodeableConcept": coded("10828004")}, "positive", None),
        ({"valueCodeableConcept": coded("260385009")}, "negative", None),
        ({"valueCodeableConcept": coded("LA6577-6", LOINC)}, "negative", None),
        ({"valueCodeableConcept": coded("419984006")}, "indeterminate", None),
        ({"valueCodeableConcept": coded("12345", display="chronic phase")}, "chronic phase", None),
        ({"valueCodeableConcept": coded("12345")}, "12345", None),
    ],
)
def test_the_value_of_an_observation(element: Resource, value: str, unit: str | None, knowledge: Knowledge) -> None:
    [fact] = said(knowledge, observation("any fact", **element))
    assert (fact["fact"], fact["value"], fact.get("unit")) == ("any fact", value, unit)


@pytest.mark.parametrize("answer", ["false", "true", 0, 1, None, []])
def test_an_answer_that_is_not_true_or_false_is_not_taken_for_one(answer: Any, knowledge: Knowledge) -> None:
    assert not_used(knowledge, observation("CD19", valueBoolean=answer)) == [("Observation", WRONG_TYPE)]


@pytest.mark.parametrize(
    "element",
    [{"valueString": ["a"]}, {"valueInteger": {"a": 1}}, {"valueQuantity": {"value": [1]}}, {"valueQuantity": {"value": 1, "unit": ["%"]}}],
)
def test_a_value_of_another_type_than_its_element_is_not_used(element: Resource, knowledge: Knowledge) -> None:
    assert not_used(knowledge, observation("ECOG", **element)) == [("Observation", WRONG_TYPE)]


@pytest.mark.parametrize(
    "element", [{"valueRange": {"low": {"value": 1}}}, {"valueRatio": {}}, {"valueSampledData": {}}, {"valueTime": "1"}]
)
def test_a_value_of_a_type_that_gives_no_fact_is_listed(element: Resource, knowledge: Knowledge) -> None:
    assert not_used(knowledge, observation("MRD", **element)) == [("MRD", "its value is of a type that gives no fact")]


@pytest.mark.parametrize("element", [{}, {"dataAbsentReason": coded("unknown")}, {"component": []}, {"hasMember": [{"reference": "x"}]}])
def test_an_observation_without_a_value_is_listed(element: Resource, knowledge: Knowledge) -> None:
    assert not_used(knowledge, observation("MRD", **element)) == [("Observation", "it has no value")]


def test_a_value_that_does_not_apply_makes_a_fact_without_a_value(knowledge: Knowledge) -> None:
    assert said(knowledge, observation("relapse", dataAbsentReason=coded("not-applicable"), effectiveDateTime="2020")) == [
        {"date": "2020", "fact": "relapse"}
    ]


@pytest.mark.parametrize(("code", "fact"), [("777-3", "platelets"), ("89247-1", "ECOG"), ("10230-1", "LVEF")])
def test_a_code_of_loinc_names_the_fact_whatever_the_words(code: str, fact: str, knowledge: Knowledge) -> None:
    words = {**coded(code, LOINC, "some display"), "text": "some words"}
    assert [one["fact"] for one in said(knowledge, observation(words, valueInteger=1))] == [fact]


def test_without_a_known_code_the_words_name_the_fact_then_the_display_then_the_code(knowledge: Knowledge) -> None:
    codes = [{**coded("0-0", LOINC, "CD20"), "text": "CD19"}, coded("0-0", LOINC, "CD20"), coded("0-0", LOINC)]
    assert [one["fact"] for one in said(knowledge, *(observation(code, valueBoolean=True) for code in codes))] == ["CD19", "CD20", "0-0"]


def test_every_component_is_a_fact_or_is_listed(knowledge: Knowledge) -> None:
    parts = [
        {"code": text("CD19"), "valueString": "positive"},
        {"code": text("CD22"), "valueBoolean": False},
        {"valueString": "nameless"},
        {"code": text("CD20")},
        {"code": text("CD33"), "valueRange": {}},
    ]
    found = understood(knowledge, observation("panel", component=parts, effectivePeriod={"start": "2020-01-05T10:00:00Z"}))
    assert found.facts.select("date", "fact", "value").rows() == [("2020-01-05", "CD19", "positive"), ("2020-01-05", "CD22", "negative")]
    assert found.not_understood.select("fact", "why").rows() == [
        ("Observation", "it has no code and no text"), ("CD20", "it has no value"), ("CD33", "its value is of a type that gives no fact"),
    ]  # fmt: skip


def test_the_value_of_an_observation_stands_beside_those_of_its_components(knowledge: Knowledge) -> None:
    found = said(knowledge, observation("ECOG", valueInteger=1, component=[{"code": text("Karnofsky"), "valueInteger": 80}]))
    assert [(one["fact"], one["value"]) for one in found] == [("ECOG", "1"), ("Karnofsky", "80")]


def test_a_component_of_the_wrong_type_spoils_its_observation(knowledge: Knowledge) -> None:
    parts = [{"code": text("CD19"), "valueBoolean": True}, "CD20"]
    assert not_used(knowledge, observation("panel", component=parts)) == [("Observation", WRONG_TYPE)]


@pytest.mark.parametrize(
    ("elements", "date"),
    [
        ({"effectiveDateTime": "2020-01-05T23:30:00+02:00", "issued": "2020-02-01T00:00:00Z"}, "2020-01-05"),
        ({"effectiveDateTime": "2020-01"}, "2020-01"),
        ({"effectivePeriod": {"start": "2020", "end": "2021"}}, "2020"),
        ({"effectiveInstant": "2020-01-05T00:00:00Z"}, "2020-01-05"),
        ({"issued": "2020-02-01T00:00:00Z"}, "2020-02-01"),
    ],
)
def test_an_observation_is_dated_by_when_it_was_true_else_by_when_it_was_told(elements: Resource, date: str, knowledge: Knowledge) -> None:
    assert [one["date"] for one in said(knowledge, observation("ECOG", valueInteger=1, **elements))] == [date]


@pytest.mark.parametrize("status", ["entered-in-error", "cancelled"])
def test_an_observation_that_does_not_hold_is_listed(status: str, knowledge: Knowledge) -> None:
    one = {**observation("ECOG", valueInteger=1), "status": status}
    assert not_used(knowledge, one) == [("Observation", "it is cancelled or entered in error")]


@pytest.mark.parametrize(
    ("answer", "fact", "value"),
    [("271299001", "progression", "unspecified"), ("359746009", "response", "SD"), ("260415000", "status", "remission")],
)
def test_the_disease_status_of_mcode_is_a_fact_of_the_course(answer: str, fact: str, value: str, knowledge: Knowledge) -> None:
    one = observation(coded("97509-4", LOINC), valueCodeableConcept=coded(answer), effectiveDateTime="2020-01")
    assert said(knowledge, one) == [{"date": "2020-01", "fact": fact, "value": value}]


def test_a_disease_status_that_says_no_response_is_listed(knowledge: Knowledge) -> None:
    one = observation(coded("97509-4", LOINC, "disease status"), valueCodeableConcept=coded("268910001", display="improved"))
    assert not_used(knowledge, one) == [("disease status", "its answer says neither stable nor worse nor not detected")]


# -- treatments --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "elements", "start", "end"),
    [
        ("MedicationAdministration", {"effectiveDateTime": "2020-01-05T10:00:00Z"}, "2020-01-05", "2020-01-05"),
        ("MedicationAdministration", {"effectivePeriod": {"start": "2020-01-05", "end": "2020-01-09"}}, "2020-01-05", "2020-01-09"),
        ("MedicationStatement", {"effectiveDateTime": "2020-01"}, "2020-01", None),
        ("MedicationStatement", {"effectivePeriod": {"start": "2020", "end": "2021-02"}}, "2020", "2021-02"),
        ("MedicationStatement", {"effectivePeriod": {"start": "2020"}}, "2020", None),
        ("MedicationRequest", {"authoredOn": "2020-01-05T10:00:00Z", "intent": "order"}, "2020-01-05", None),
    ],
)
def test_a_medication_is_a_treatment(kind: str, elements: Resource, start: str, end: str | None, knowledge: Knowledge) -> None:
    [fact] = said(knowledge, medication(kind, **elements))
    assert (fact["fact"], fact["value"], fact["date"], fact.get("end")) == ("treatment", "imatinib", start, end)


@pytest.mark.parametrize(
    ("concept", "value"),
    [
        (coded("3002", RXNORM, "some display"), "cyclophosphamide"),
        ({"coding": [{"code": "1", "display": "Gleevec"}], "text": "take one a day"}, "Gleevec"),
        (coded("1", "urn:other", "grandmother's tea"), "grandmother's tea"),
        ({"coding": [{"code": "1", "display": "tea"}], "text": "green tea"}, "green tea"),
    ],
    ids=["RxNorm", "known display", "unknown display", "unknown text"],
)
def test_a_medication_is_named_by_its_code_a_known_word_or_any_word(concept: Resource, value: str, knowledge: Knowledge) -> None:
    assert [one["value"] for one in said(knowledge, medication(medicationCodeableConcept=concept))] == [value]


def referring(address: str, **elements: Any) -> Resource:
    return about("MedicationStatement", status="completed", medicationReference={"reference": address}, **elements)


def test_a_medication_may_stand_beside_or_within_what_refers_to_it(knowledge: Knowledge) -> None:
    beside = {"resourceType": "Medication", "id": "m", "code": text("dasatinib")}
    within = referring("#n", contained=[{"resourceType": "Medication", "id": "n", "code": text("nilotinib")}])
    assert [one["value"] for one in said(knowledge, beside, referring("Medication/m"), within)] == ["dasatinib", "nilotinib"]


def test_a_medication_that_nobody_received_and_one_that_is_not_there_are_listed(knowledge: Knowledge) -> None:
    alone = {"resourceType": "Medication", "id": "m", "code": text("dasatinib")}
    assert not_used(knowledge, alone, referring("Medication/none")) == [
        ("MedicationStatement", "it names no medication"), ("Medication", "no resource says that it was given"),
    ]  # fmt: skip


@pytest.mark.parametrize("status", ["not-taken", "entered-in-error", "intended", "unknown"])
def test_a_medication_that_was_not_given_is_no_treatment(status: str, knowledge: Knowledge) -> None:
    assert not_used(knowledge, medication(status=status)) == [("MedicationStatement", "its status does not say that it was given")]


@pytest.mark.parametrize(
    ("elements", "why"),
    [
        ({"intent": "plan"}, "it is a proposal, a plan or a prohibition, not an order"),
        ({"intent": "order", "doNotPerform": True}, "it is a proposal, a plan or a prohibition, not an order"),
        ({"intent": "order", "status": "on-hold"}, "its status does not say that it was given"),
        ({"intent": "order", "status": "cancelled"}, "its status does not say that it was given"),
    ],
)
def test_a_request_that_is_no_order_is_no_treatment(elements: Resource, why: str, knowledge: Knowledge) -> None:
    assert not_used(knowledge, medication("MedicationRequest", **elements)) == [("MedicationRequest", why)]


def test_why_a_treatment_ended_and_its_intent_are_read_from_mcode(knowledge: Knowledge) -> None:
    intent = {"url": f"{MCODE}mcode-procedure-intent", "valueCodeableConcept": coded("363676003")}
    [by_status] = said(knowledge, medication(statusReason=[coded("266721009")], extension=[intent]))
    assert (by_status["reason"], by_status["intent"]) == ("progression", "palliative")
    ended = {"url": f"{MCODE}mcode-treatment-termination-reason", "valueCodeableConcept": coded("407563006")}
    [by_extension] = said(knowledge, medication(statusReason=[coded("266721009")], extension=[ended]))
    assert by_extension["reason"] == "toxicity"


def test_an_intent_to_cure_is_none_of_ours_and_a_reason_in_words_stays_as_written(knowledge: Knowledge) -> None:
    intent = {"url": f"{MCODE}mcode-procedure-intent", "valueCodeableConcept": coded("373808002", display="Curative")}
    [fact] = said(knowledge, medication(statusReason=[coded("1", display="side effects")], extension=[intent]))
    assert (fact.get("intent"), fact["reason"]) == (None, "side effects")


@pytest.mark.parametrize(
    ("elements", "start", "end"),
    [
        ({"performedDateTime": "2020-05-01"}, "2020-05-01", None),
        ({"performedPeriod": {"start": "2020-05-01", "end": "2020-05-09"}}, "2020-05-01", "2020-05-09"),
        ({"performedString": "in spring"}, None, None),
    ],
)
def test_a_procedure_of_the_vocabulary_is_a_treatment(elements: Resource, start: str, end: str | None, knowledge: Knowledge) -> None:
    [fact] = said(knowledge, procedure("allogeneic transplant", note=[{"text": "a"}, {"text": "b"}], **elements))
    assert (fact["value"], fact.get("date"), fact.get("end"), fact["note"]) == ("allogeneic transplant", start, end, "a; b")


@pytest.mark.parametrize(
    ("elements", "why"),
    [
        ({"words": "appendectomy"}, "the procedure is not a therapy of the vocabulary"),
        ({"status": "not-done"}, "its status does not say that it was given"),
        ({"code": None}, "it has no code and no text"),
    ],
)
def test_a_procedure_that_is_no_treatment_is_listed(elements: Resource, why: str, knowledge: Knowledge) -> None:
    assert not_used(knowledge, procedure(**elements)) == [("Procedure", why)]


def test_a_resource_of_the_wrong_shape_is_listed_and_the_others_are_read(knowledge: Knowledge) -> None:
    broken = [{**observation("ECOG", valueInteger=1), "code": "ECOG"}, medication(statusReason=3), procedure(note=7)]
    found = understood(knowledge, PATIENT, *broken, observation("ECOG", valueInteger=1))
    assert found.not_understood.select("row", "why").rows() == [(2, WRONG_TYPE), (3, WRONG_TYPE), (4, WRONG_TYPE)]
    assert found.facts["row"].to_list() == [5]
