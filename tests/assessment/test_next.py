"""What comes next: what is possible once the present step has succeeded."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from hemeline.assessment import assess, what_if
from hemeline.assessment.shape import Assessment
from hemeline.knowledge import Knowledge
from hemeline.record import Records
from hemeline.record.records import together
from tests.assessment.making import RELAPSED, TODAY, assessed, indication, knowing, of_relapsed, therapy, version
from tests.facts.recording import record

IN_REMISSION = {"in_remission": True}


def named(name: str, criteria: dict[str, Any], **more: Any) -> dict[str, Any]:
    return therapy(indication(version(criteria=criteria), id=f"b-all/{name}/made-up"), id=name, name=name.title(), **more)


def following(assessment: Assessment) -> list[tuple[str, str, bool]]:
    return [(one["therapy"], one["when"], one["already"]) for one in assessment["next"]]


def test_what_a_remission_would_allow_comes_next(knowledge: Knowledge) -> None:
    known = knowing(knowledge, named("later", IN_REMISSION), named("now", {"relapsed": True}), named("never", {"age": "< 1"}))
    assert following(of_relapsed(known)) == [("later", "a further complete remission", False)]


def test_what_is_possible_already_is_listed_as_such(knowledge: Knowledge) -> None:
    known = knowing(knowledge, named("always", {"age": ">= 18"}))
    assert following(of_relapsed(known)) == [("always", "a further complete remission", True)]


def test_a_therapy_is_possible_already_by_any_of_its_indications(knowledge: Knowledge) -> None:
    now = indication(version(criteria={"relapsed": True}), id="b-all/both/now")
    later = indication(version(criteria=IN_REMISSION), id="b-all/both/later")
    known = knowing(knowledge, therapy(now, later, id="both"))
    assert following(of_relapsed(known)) == [("both", "a further complete remission", True)]


def test_a_success_comes_after_all_that_was_recorded_on_the_day(knowledge: Knowledge) -> None:
    known = knowing(knowledge, named("later", IN_REMISSION))
    on_the_day, day_after = (assessed(known, record(*RELAPSED), day) for day in ("2024-01-01", "2024-01-02"))
    assert following(on_the_day) == following(day_after) == [("later", "a further complete remission", False)]


def test_a_success_overrides_the_finding_of_the_same_day(knowledge: Knowledge) -> None:
    known = knowing(knowledge, named("clean", {"MRD": "negative"}))
    patient = record("2024-01-01 diagnosis b-all", "2024-01-03 treatment vincristine", "2024-02-01 response CR", "2024-02-01 MRD positive")
    step = "a remission without measurable residual disease"
    assert following(assessed(known, patient, "2024-02-01")) == following(assessed(known, patient)) == [("clean", step, False)]


def test_a_relapse_of_which_only_the_month_is_known_comes_before_the_success(knowledge: Knowledge) -> None:
    known = knowing(knowledge, named("later", IN_REMISSION))
    patient = record(*RELAPSED[:3], "2024-01 relapse marrow")
    assert following(assessed(known, patient, "2024-01-20")) == [("later", "a further complete remission", False)]


def test_what_comes_into_force_later_does_not_come_next(knowledge: Knowledge) -> None:
    tomorrow = therapy(indication(version("2026-11-23", criteria=IN_REMISSION)))
    assert following(of_relapsed(knowing(knowledge, tomorrow), day="2026-11-22")) == []


def test_facts_recorded_for_later_do_not_bear_on_it(knowledge: Knowledge) -> None:
    known = knowing(knowledge, named("later", {"all": [IN_REMISSION, {"CD19": "positive"}]}))
    assert following(of_relapsed(known, "2026-11-23 CD19 positive", day="2026-11-22")) == []


@pytest.mark.parametrize(
    ("facts", "step"),
    [
        (["2024-01-01 diagnosis b-all"], None),
        (["2024-01-01 diagnosis b-all", "2024-01-03 treatment vincristine"], "a further complete remission"),
        (["2024-01-01 diagnosis b-all", "2024-01-03 treatment vincristine", "2024-03-01 response NR"], "a further complete remission"),
        (list(RELAPSED[:3]), None),
        ([*RELAPSED[:3], "2020-02-02 MRD positive"], "a remission without measurable residual disease"),
        ([*RELAPSED[:3], "2020-02-02 MRD negative"], "the remission lasts"),
        ([*RELAPSED, "2024-02-01 death"], None),
        (["2024-01-01 diagnosis cml", "2024-01-01 phase blast-myeloid"], "a second chronic phase"),
        (["2024-01 diagnosis aml", "2024-02 response CR", "2024-03 MRD positive"], "a remission without measurable residual disease"),
        (["2024-01 diagnosis apl", "2024-02 response CR", "2024-03 MRD negative"], "the remission lasts"),
        (["2024-01-01 diagnosis cml", "2024-01-01 phase chronic", "2024-01-02 treatment imatinib"], "a major molecular response"),
    ],
)  # fmt: skip
def test_the_step_is_that_of_the_patients_situation(facts: list[str], step: str | None, knowledge: Knowledge) -> None:
    indications = [
        indication(version(criteria={"age": ">= 18"}), id=f"{disease}/always/x", diseases=[disease])
        for disease in ("b-all", "cml", "aml", "apl")
    ]
    found = assessed(knowing(knowledge, therapy(*indications)), record(*facts, birth_date="1990-01-01"))
    assert [one["when"] for one in found["next"]] == ([step] if step else [])


def test_it_is_what_assessing_the_record_with_the_facts_added_says(knowledge: Knowledge) -> None:
    for records, added in supposed():
        (before,) = assess(records, knowledge, dt.date.fromisoformat(TODAY), "US")
        (after,) = what_if(records, added, knowledge, dt.date.fromisoformat(TODAY), "US")
        possible = {one["therapy"] for one in after["options"] if one["verdict"] == "yes"}
        assert possible and {one["therapy"] for one in before["next"]} == possible


def supposed() -> list[tuple[Records, list[dict[str, Any]]]]:
    """Patients, and the facts that the success of their step would add."""
    markers = (
        "2024-01-03 CD19 positive",
        "2024-01-03 BCR::ABL1 negative",
        "2024-01-04 donor matched-sibling",
        "2024-01-04 fit-for transplant",
    )
    chronic = ("2024-01-01 diagnosis cml", "2024-01-01 phase chronic", "2024-01-02 treatment imatinib end=2025-01-02 reason=progression")
    return [
        (record(*RELAPSED, *markers, birth_date="2010-01-01"), [{"date": TODAY, "fact": "response", "value": "CR"}]),
        (
            record(*RELAPSED[:3], *markers, "2021-01-01 MRD 0.01", birth_date="1990-01-01"),
            [{"date": TODAY, "fact": "MRD", "value": "negative"}],
        ),
        (
            record(*chronic, birth_date="1970-01-01"),
            [{"date": TODAY, "fact": "response", "value": "MMR"}, {"date": TODAY, "fact": "BCR::ABL1-IS", "value": "0.1", "unit": "%"}],
        ),
    ]


def test_several_patients_have_each_their_own_next_step(knowledge: Knowledge) -> None:
    known = knowing(knowledge, named("later", IN_REMISSION), named("clean", {"MRD": "negative"}))
    patients = [record(*RELAPSED, id="a"), record(*RELAPSED[:1], id="b"), record(*RELAPSED[:3], "2020-02-02 MRD positive", id="c")]
    found = assess(together(patients), known, dt.date.fromisoformat(TODAY), "US")
    assert [[one["therapy"] for one in each["next"]] for each in found] == [["later"], [], ["later", "clean"]]
    assert [each["next"] for each in found] == [assessed(known, one)["next"] for one in patients]


def test_the_last_day_of_all_has_a_next_step_too(knowledge: Knowledge) -> None:
    known = knowing(knowledge, named("later", IN_REMISSION))
    assert following(of_relapsed(known, day="9999-12-31")) == [("later", "a further complete remission", False)]
