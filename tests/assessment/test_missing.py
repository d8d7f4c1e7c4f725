"""What is missing: the facts that an undecided option waits for, those that decide most first."""

from __future__ import annotations

from typing import Any

from hemeline.assessment.shape import Assessment
from hemeline.knowledge import Knowledge
from tests.assessment.making import assessed, indication, knowing, of_relapsed, therapy, version
from tests.facts.recording import record


def missing(assessment: Assessment) -> list[tuple[str, str | None, list[str]]]:
    return [(one["fact"], one.get("value"), one["would_decide"]) for one in assessment["missing"]]


def of_criteria(knowledge: Knowledge, *facts: str, **criteria: dict[str, Any]) -> list[tuple[str, str | None, list[str]]]:
    """What is missing for therapies with some criteria."""
    made = [therapy(indication(version(criteria=one), id=f"b-all/{name}/x"), id=name, name=name) for name, one in criteria.items()]
    return missing(of_relapsed(knowing(knowledge, *made), *facts))


def test_a_fact_that_an_unknown_criterion_asks_for_is_missing(knowledge: Knowledge) -> None:
    assert of_criteria(knowledge, wax={"all": [{"relapsed": True}, {"CD19": "positive"}]}) == [("CD19", None, ["wax"])]


def test_what_decides_most_therapies_comes_first(knowledge: Knowledge) -> None:
    both = {"all": [{"CD19": "positive"}, {"CD22": "positive"}]}
    found = of_criteria(knowledge, a=both, b={"CD22": "positive"}, c={"ECOG": "<= 2"})
    assert found == [("CD22", None, ["a", "b"]), ("CD19", None, ["a"]), ("ECOG", None, ["c"])]


def test_nothing_is_missing_for_what_is_decided(knowledge: Knowledge) -> None:
    refused = {"all": [{"in_remission": True}, {"CD19": "positive"}]}
    met = {"any": [{"relapsed": True}, {"CD22": "positive"}]}
    assert of_criteria(knowledge, no=refused, yes=met) == []


def test_a_part_that_is_settled_asks_for_nothing(knowledge: Knowledge) -> None:
    settled = {"any": [{"relapsed": True}, {"CD22": "positive"}]}
    assert of_criteria(knowledge, wax={"all": [settled, {"CD19": "positive"}]}) == [("CD19", None, ["wax"])]


def test_a_therapy_that_one_indication_makes_possible_waits_for_nothing(knowledge: Knowledge) -> None:
    listed = [indication(version(criteria=one), id=f"b-all/wax/{n}") for n, one in enumerate([{"relapsed": True}, {"CD19": "positive"}])]
    assert of_relapsed(knowing(knowledge, therapy(*listed)))["missing"] == []


def test_a_word_that_is_asked_about_is_named(knowledge: Knowledge) -> None:
    found = of_criteria(knowledge, a={"fit-for": "transplant"}, b={"donor": ["matched-sibling", "matched-unrelated"]})
    assert found == [("donor", None, ["b"]), ("fit-for", "transplant", ["a"])]


def test_how_to_find_out_is_told(knowledge: Knowledge) -> None:
    known = knowing(knowledge, therapy(indication(version(criteria={"all": [{"CD19": "positive"}, {"age": ">= 18"}]}))))
    found = assessed(known, record("2020-01-01 diagnosis b-all"))["missing"]
    assert {one["fact"]: one["how"] for one in found} == {
        "CD19": "flow cytometry of marrow or blood", "birth_date": "the patient's data",
    }  # fmt: skip


def test_for_the_result_of_a_definition_what_it_waits_for_is_missing(knowledge: Knowledge) -> None:
    timing = {"relapse_timing": {"definition": "graall-adult-all", "is": "early"}}
    known = knowing(knowledge, therapy(indication(version(criteria=timing))))
    found = assessed(known, record("2020-01-01 diagnosis b-all", "2020-02 response CR", "2021-08-15 relapse marrow"))
    assert [one["fact"] for one in found["missing"]] == ["response"]
