"""Conditions of FHIR R4: the first is the diagnosis, what later ones say depends on their clinical status."""

from __future__ import annotations

import pytest

from hemeline.knowledge import Knowledge
from tests.record.resources import (
    ICD10,
    ICDO3,
    ONCOTREE,
    WRONG_TYPE,
    Resource,
    coded,
    condition,
    not_used,
    said,
    text,
    understood,
)

HISTOLOGY = "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-histology-morphology-behavior"
DIAGNOSIS = {"date": "2020-01-05", "fact": "diagnosis", "value": "b-all"}
FIRST = condition("active", onsetDateTime="2020-01-05")


@pytest.mark.parametrize("status", [None, "active", "inactive", "resolved"])
def test_a_first_condition_is_the_diagnosis(status: str | None, knowledge: Knowledge) -> None:
    assert said(knowledge, condition(status, onsetDateTime="2020-01-05")) == [DIAGNOSIS]


@pytest.mark.parametrize(
    ("elements", "date"),
    [
        ({"onsetDateTime": "2020-01-05T10:00:00Z", "recordedDate": "2020-02-01"}, "2020-01-05"),
        ({"onsetPeriod": {"start": "2020-01"}}, "2020-01"),
        ({"recordedDate": "2020"}, "2020"),
        ({"onsetString": "in spring"}, None),
        ({"onsetAge": {"value": 5}}, None),
    ],
)
def test_a_diagnosis_is_dated_by_its_onset_else_by_its_recording(elements: Resource, date: str | None, knowledge: Knowledge) -> None:
    assert [one.get("date") for one in said(knowledge, condition(**elements))] == [date]


@pytest.mark.parametrize(
    ("concept", "disease"),
    [
        (coded("C91.00", ICD10), "C91.00"),
        (coded("9811/3", ICDO3), "9811/3"),
        (coded("9811/3", "urn:oid:2.16.840.1.113883.6.43.1"), "9811/3"),
        (coded("BLL", ONCOTREE), "BLL"),
        ({"coding": [*coded("277571004")["coding"], *coded("C91.00", ICD10)["coding"]]}, "C91.00"),
        (coded("277571004", display="B-cell acute lymphoblastic leukemia"), "B-cell acute lymphoblastic leukemia"),
        ({**coded("277571004", display="leukaemia"), "text": "common ALL"}, "common ALL"),
    ],
)
def test_a_disease_is_named_by_a_known_code_else_by_its_words(concept: Resource, disease: str, knowledge: Knowledge) -> None:
    assert [one["value"] for one in said(knowledge, condition(code=concept))] == [disease]


def test_the_histology_of_mcode_is_more_exact_than_the_code(knowledge: Knowledge) -> None:
    histology = {"url": HISTOLOGY, "valueCodeableConcept": coded("9811/3", ICDO3)}
    assert [one["value"] for one in said(knowledge, condition(code=coded("C91.00", ICD10), extension=[histology]))] == ["9811/3"]


@pytest.mark.parametrize("status", ["relapse", "recurrence"])
def test_a_later_condition_in_relapse_is_a_relapse_at_each_of_its_sites(status: str, knowledge: Knowledge) -> None:
    later = condition(status, onsetDateTime="2021-03-01", bodySite=[text("marrow"), coded("1", display="cns")])
    assert said(knowledge, FIRST, later) == [
        DIAGNOSIS,
        {"date": "2021-03-01", "fact": "relapse", "value": "marrow"},
        {"date": "2021-03-01", "fact": "relapse", "value": "cns"},
    ]


def test_the_earliest_condition_is_the_diagnosis_wherever_it_stands(knowledge: Knowledge) -> None:
    later = condition("relapse", onsetDateTime="2021-03-01")
    assert said(knowledge, later, FIRST) == said(knowledge, FIRST, later) == [DIAGNOSIS, {"date": "2021-03-01", "fact": "relapse"}]


def test_a_condition_that_relapsed_is_a_diagnosis_and_a_relapse_on_the_day_it_was_recorded(knowledge: Knowledge) -> None:
    assert said(knowledge, condition("relapse", onsetDateTime="2020-01-05", recordedDate="2021-03-01")) == [
        DIAGNOSIS, {"date": "2021-03-01", "fact": "relapse"},
    ]  # fmt: skip


@pytest.mark.parametrize("recorded", [{}, {"recordedDate": "2020-01-05"}], ids=["not recorded", "recorded at onset"])
@pytest.mark.parametrize(("status", "fact", "word"), [("relapse", "relapse", "relapse"), ("remission", "status", "remission")])
def test_a_status_whose_day_nothing_tells_is_listed(status: str, fact: str, word: str, recorded: Resource, knowledge: Knowledge) -> None:
    found = understood(knowledge, condition(status, onsetDateTime="2020-01-05", **recorded))
    assert found.facts["fact"].to_list() == ["diagnosis"]
    assert found.not_understood.select("fact", "why").rows() == [(fact, f"its status says {word}, but no date tells when")]


@pytest.mark.parametrize(
    "elements",
    [{"abatementDateTime": "2020-03-01", "recordedDate": "2020-04-01"}, {"recordedDate": "2020-03-01"}],
    ids=["abated", "recorded"],
)
def test_a_condition_in_remission_says_so_on_the_day_it_abated_or_was_recorded(elements: Resource, knowledge: Knowledge) -> None:
    assert said(knowledge, condition("remission", onsetDateTime="2020-01-05", **elements)) == [
        DIAGNOSIS, {"date": "2020-03-01", "fact": "status", "value": "remission"},
    ]  # fmt: skip


def test_a_later_condition_that_is_no_relapse_is_another_diagnosis(knowledge: Knowledge) -> None:
    found = said(knowledge, condition("active", "fl", onsetDateTime="2018"), condition("active", "dlbcl", onsetDateTime="2020"))
    assert [(one["fact"], one["value"]) for one in found] == [("diagnosis", "fl"), ("diagnosis", "dlbcl")]


@pytest.mark.parametrize(
    ("elements", "why"),
    [
        ({"verificationStatus": coded("refuted")}, "it is refuted or entered in error"),
        ({"verificationStatus": coded("entered-in-error")}, "it is refuted or entered in error"),
        ({"words": "diabetes"}, "the disease is not in the vocabulary"),
        ({"words": "chronic myeloid leukemi"}, "the disease is not in the vocabulary (nearest: chronic myeloid leukaemia)"),
        ({"code": None}, "it has no code and no text"),
        ({"bodySite": text("marrow")}, WRONG_TYPE),
    ],
)
def test_a_condition_that_is_no_disease_of_ours_is_listed(elements: Resource, why: str, knowledge: Knowledge) -> None:
    assert not_used(knowledge, condition("active", **elements)) == [("Condition", why)]


def test_another_disease_before_it_does_not_make_the_first_condition_a_later_one(knowledge: Knowledge) -> None:
    found = understood(knowledge, condition("active", "diabetes", onsetDateTime="2010"), FIRST)
    assert found.facts["fact"].to_list() == ["diagnosis"]
