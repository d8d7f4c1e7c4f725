"""Which disease somebody has, where more than one diagnosis is recorded."""

from __future__ import annotations

import pytest

from hemeline.course.diagnoses import read_diagnoses
from hemeline.knowledge import Knowledge
from hemeline.when import text_of
from tests.course.walking import patient
from tests.facts.recording import facts_of


def read(knowledge: Knowledge, *lines: str) -> tuple[str | None, str | None, str | None, str | None]:
    """Disease, date of the first diagnosis, the disease before a transformation and its date."""
    found = read_diagnoses(facts_of(knowledge, *lines))
    names = [*knowledge.vocabulary.diseases, None]  # -1 is none
    first, changed = text_of(found.first_low[0], found.first_high[0]), text_of(found.changed_low[0], found.changed_high[0])
    return names[found.disease[0]], first, names[found.changed_from[0]], changed


def test_without_a_diagnosis_there_is_no_disease(knowledge: Knowledge) -> None:
    assert read(knowledge, "2021-01-01 CD19 positive") == (None, None, None, None)


def test_a_disease_begins_with_its_first_diagnosis(knowledge: Knowledge) -> None:
    assert read(knowledge, "2021-03-01 diagnosis b-all", "2021-01 diagnosis b-all") == ("b-all", "2021-01", None, None)


@pytest.mark.parametrize(
    "order",
    [("all", "b-all"), ("b-all", "all"), ("leukemia", "b-all"), ("acute-leukemia", "b-all"), ("9800/3", "b-all"), ("9801/3", "b-all")],
)
def test_the_more_exact_of_two_diagnoses_counts_and_is_no_transformation(order: tuple[str, str], knowledge: Knowledge) -> None:
    first, second = order
    assert read(knowledge, f"2021-01-01 diagnosis {first}", f"2021-02-01 diagnosis {second}") == ("b-all", "2021-01-01", None, None)


@pytest.mark.parametrize(
    ("before", "after", "disease"), [("fl", "dlbcl", "tfl"), ("cll", "dlbcl", "richter"), ("mds", "aml", "aml"), ("cml", "b-all", "b-all")]
)
def test_a_later_different_diagnosis_is_a_transformation(before: str, after: str, disease: str, knowledge: Knowledge) -> None:
    told = read(knowledge, f"2015-01-01 diagnosis {before}", f"2021-02 diagnosis {after}")
    assert told == (disease, "2015-01-01", before, "2021-02")


def test_lines_given_before_a_transformation_count(knowledge: Knowledge) -> None:
    told = patient(
        knowledge, "2015-01-01 diagnosis cml", "2015-01-10 treatment imatinib", "2016-01-10 treatment dasatinib",
        "2021-02-01 diagnosis b-all", "2021-02-02 treatment hyper-cvad",
    )  # fmt: skip
    assert told.asked({"prior": "imatinib"}) == "yes" and told.asked({"disease": "b-all"}) == "yes"


AZACITIDINE = ("2020-01-01 diagnosis mds", "2020-02-01 treatment azacitidine end=2020-12-31")
RESPONDS = (*AZACITIDINE, "2020-08-01 response CR")
LYMPHOMA = ("2015-01-01 diagnosis dlbcl", "2015-02-01 treatment r-chop end=2015-06-30", "2015-08-01 response CR")
PROMYELOCYTIC = ("2020-01-01 diagnosis aml", "2020-01-02 treatment tretinoin", "2020-01-04 diagnosis apl")


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ((*AZACITIDINE[:1], "2021-03-01 diagnosis aml"), "untreated"),
        ((*AZACITIDINE, "2021-03-01 diagnosis aml"), "refractory"),
        ((*RESPONDS, "2021-03-01 diagnosis aml"), "relapsed"),
        ((*RESPONDS, "2021-03-01 relapse marrow", "2021-03-08 diagnosis aml"), "relapsed"),
        ((AZACITIDINE[0], "2020-02-01 treatment luspatercept", "2021-03-01 diagnosis aml"), "untreated"),
    ],
)
def test_a_syndrome_that_becomes_acute_leukaemia_was_not_held_by_its_treatment(
    facts: tuple[str, ...], state: str, knowledge: Knowledge
) -> None:
    told = patient(knowledge, *facts)
    assert told.state == state and told.asked({"treated": False}) == "yes"  # the leukaemia itself is newly diagnosed


def test_another_disease_diagnosed_in_remission_of_the_first_is_untreated(knowledge: Knowledge) -> None:
    told = patient(knowledge, *LYMPHOMA, "2021-03-01 diagnosis aml")
    assert told.state == "untreated" and told.asked({"treated": False}) == "yes"


def test_a_diagnosis_made_more_exact_during_treatment_leaves_the_course_as_it_is(knowledge: Knowledge) -> None:
    assert patient(knowledge, *PROMYELOCYTIC).state == "on-treatment"


@pytest.mark.parametrize("told", ["relapse marrow", "response CR", "status refractory"])
def test_a_remission_relapse_or_failure_tells_of_treatment_nobody_recorded(told: str, knowledge: Knowledge) -> None:
    assert patient(knowledge, "2020-01-01 diagnosis aml", f"2021-01-01 {told}").asked({"treated": True}) == "yes"


def test_progression_before_any_treatment_tells_of_none(knowledge: Knowledge) -> None:
    assert patient(knowledge, "2020-01-01 diagnosis cll", "2021-01-01 progression").asked({"treated": True}) == "no"


@pytest.mark.parametrize(
    ("recorded", "asked", "verdict"),
    [
        ("b-all", "b-all", "yes"), ("b-all", "all", "yes"), ("b-all", "leukemia", "yes"), ("b-all", "t-all", "no"),
        ("b-all", "lymphoma", "no"), ("all", "b-all", "unknown"), ("all", "cml", "no"), ("leukemia", "all", "unknown"),
        ("leukemia", "lymphoma", "no"),
    ],
)  # fmt: skip
def test_a_wider_diagnosis_leaves_the_exact_disease_open(recorded: str, asked: str, verdict: str, knowledge: Knowledge) -> None:
    assert patient(knowledge, f"2021-01-01 diagnosis {recorded}").asked({"disease": asked}) == verdict


def test_who_has_no_diagnosis_may_have_any_disease(knowledge: Knowledge) -> None:
    assert patient(knowledge, "2021-01-01 CD19 positive").asked({"disease": "b-all"}) == "unknown"


def test_two_groups_that_share_a_disease_leave_each_other_open(knowledge: Knowledge) -> None:
    assert patient(knowledge, "2021-01-01 diagnosis lymphoma").asked({"disease": ["b-nhl", "hl", "ptcl"]}) == "yes"
    assert patient(knowledge, "2021-01-01 diagnosis lymphoma").asked({"disease": "b-nhl"}) == "unknown"


@pytest.mark.parametrize("order", [("9591/3", "dlbcl"), ("dlbcl", "9591/3"), ("9590/3", "dlbcl"), ("non-Hodgkin_lymphoma", "dlbcl")])
def test_a_lymphoma_that_was_not_named_may_turn_out_to_be_any(order: tuple[str, str], knowledge: Knowledge) -> None:
    first, second = order
    assert read(knowledge, f"2021-01-01 diagnosis {first}", f"2021-02-01 diagnosis {second}") == ("dlbcl", "2021-01-01", None, None)


def test_a_non_hodgkin_lymphoma_never_turns_out_to_be_hodgkin_lymphoma(knowledge: Knowledge) -> None:
    told = read(knowledge, "2021-01-01 diagnosis 9591/3", "2021-02-01 diagnosis hl")
    assert told == ("hl", "2021-01-01", "nhl", "2021-02-01")
