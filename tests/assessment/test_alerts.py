"""Alerts: on what nobody has recorded, and on tests older than what happened since."""

from __future__ import annotations

import pytest

from hemeline.knowledge import Knowledge
from tests.assessment.making import assessed
from tests.facts.recording import record

TREATED = ("2019-03-08 diagnosis mm", "2019-03-22 treatment lenalidomide end=2019-08-09 intent=induction")


@pytest.mark.parametrize("response", ["CR", "VGPR"])
def test_residual_disease_that_returns_in_a_response_of_myeloma_is_a_possible_relapse(response: str, knowledge: Knowledge) -> None:
    told = assessed(knowledge, record(*TREATED, f"2019-08-30 response {response}", "2020-02-01 MRD negative", "2026-02-01 MRD positive"))
    assert [(one["kind"], one["facts"]) for one in told["alerts"]] == [("possible", ["MRD"])]
    assert told["course"]["relapse_number"] == 0


def test_a_code_of_myeloma_in_relapse_without_a_recorded_relapse_is_a_possible_one(knowledge: Knowledge) -> None:
    told = assessed(knowledge, record(*TREATED, "2019-08-30 response CR", "2024-03-08 diagnosis C90.02"))
    assert [(one["kind"], one["facts"]) for one in told["alerts"]] == [("possible", ["coded-state"])]
    assert told["course"]["state"] == "remission"


RELAPSED = (
    "2024-01-01 diagnosis aml",
    "2024-01-05 treatment seven-plus-three end=2024-01-12 intent=induction",
    "2024-02-10 response CR",
    "2025-06-01 relapse marrow",
)


def stale(knowledge: Knowledge, *facts: str) -> list[str]:
    found = assessed(knowledge, record(*RELAPSED, *facts, birth_date="1960-01-01"))
    return [fact for one in found["alerts"] if one["kind"] == "stale" for fact in one["facts"]]


def test_a_marker_last_tested_before_the_relapse_is_stale(knowledge: Knowledge) -> None:
    assert stale(knowledge, "2024-01-02 FLT3-ITD positive") == ["FLT3-ITD"]


def test_a_marker_tested_since_the_relapse_is_not(knowledge: Knowledge) -> None:
    assert stale(knowledge, "2024-01-02 FLT3-ITD positive", "2025-06-02 FLT3-ITD positive") == []


@pytest.mark.parametrize("fact", ["therapy-related", "myelodysplasia-related"])
def test_what_holds_for_good_never_grows_old(fact: str, knowledge: Knowledge) -> None:
    assert stale(knowledge, f"2024-01-02 {fact} positive") == []


def test_nobody_who_died_is_to_be_tested_again_or_asked(knowledge: Knowledge) -> None:
    assert stale(knowledge, "2024-01-02 FLT3-ITD positive", "2025-08-01 death") == []
    assert assessed(knowledge, record(*RELAPSED, "2025-08-01 death", birth_date="1960-01-01"))["missing"] == []


MANTLE = ("2015-01-02 diagnosis mcl", "2015-02-01 treatment bendamustine-rituximab end=2015-07-01", "2015-08-01 response CR")


def kinds(knowledge: Knowledge, *facts: str) -> list[tuple[str, list[str]]]:
    found = assessed(knowledge, record(*facts))["alerts"]
    return [(one["kind"], one["facts"]) for one in found if one["kind"] in ("conflict", "possible")]


@pytest.mark.parametrize("responses", [("CMR", "PD"), ("PD", "CMR"), ("PR", "PMD")])
def test_a_response_and_progression_on_one_day_contradict_each_other(responses: tuple[str, str], knowledge: Knowledge) -> None:
    both = [f"2015-08-01 response {one}" for one in responses]
    assert kinds(knowledge, *MANTLE[:2], *both) == [("conflict", ["response"])]


def test_progression_on_another_day_is_no_contradiction(knowledge: Knowledge) -> None:
    assert kinds(knowledge, *MANTLE, "2015-08-02 response PD") == []


@pytest.mark.parametrize(
    ("more", "alert"),
    [
        (["2019-05-01 treatment acalabrutinib"], True),
        (["2019-04-01 relapse node", "2019-05-01 treatment acalabrutinib"], False),
        (["2019-05-01 treatment rituximab intent=maintenance"], False),
        (["2016-05-01 treatment acalabrutinib"], False),
        (["2015-09-01 treatment rituximab", "2019-05-01 treatment acalabrutinib"], False),  # nobody recorded when it ended
        (["2019-05-01 treatment red-cell-transfusion"], False),
    ],
)
def test_treatment_begun_again_after_a_year_may_hide_a_relapse(more: list[str], alert: bool, knowledge: Knowledge) -> None:
    assert (("possible", ["treatment"]) in kinds(knowledge, *MANTLE, *more)) is alert


def test_a_relapse_in_words_that_are_not_understood_may_be_one(knowledge: Knowledge) -> None:
    told = assessed(knowledge, record(*MANTLE, "2017-05-02 relapse somewhere"))
    assert told["course"]["state"] == "remission"
    assert [(one["kind"], one["facts"]) for one in told["alerts"]] == [("possible", ["relapse"])]
