"""Lines of myeloma by the letter of 2015: what is another therapy than the line's, and what was planned."""

from __future__ import annotations

import pytest

from hemeline.knowledge import Knowledge
from tests.course.walking import patient

MYELOMA = "2019-03-08 diagnosis mm"
TRIPLET = "2019-03-22 treatment VRd end=2019-08-09 intent=induction"
INDUCED = (MYELOMA, TRIPLET, "2019-08-30 response VGPR")
TRANSPLANT = "2019-09-20 treatment autologous-sct"


def lines(knowledge: Knowledge, *facts: str) -> int:
    return patient(knowledge, *facts).counts[0]


@pytest.mark.parametrize(
    "later", [["Rd"], ["lenalidomide"], ["lenalidomide", "dexamethasone"], ["bortezomib", "lenalidomide", "dexamethasone"], ["VRd"]]
)
def test_a_regimen_by_name_is_its_drugs_and_fewer_of_them_are_no_other_therapy(later: list[str], knowledge: Knowledge) -> None:
    assert lines(knowledge, *INDUCED, *(f"2020-03-20 treatment {one} end=2021-08-09" for one in later)) == 1


@pytest.mark.parametrize("later", ["KRd", "D-VRd", "carfilzomib"])
def test_a_drug_added_or_swapped_begins_a_line_also_where_the_regimen_is_given_by_name(later: str, knowledge: Knowledge) -> None:
    assert lines(knowledge, *INDUCED, f"2020-03-20 treatment {later}") == 2


def test_drugs_begun_within_a_first_cycle_of_each_other_are_one_regimen(knowledge: Knowledge) -> None:
    staggered = (MYELOMA, "2019-03-22 treatment Vd intent=induction", "2019-03-29 treatment lenalidomide intent=induction")
    assert lines(knowledge, *staggered, "2019-08-30 response VGPR", "2020-03-20 treatment Rd") == 1


@pytest.mark.parametrize("cycles", [["VRd"], ["bortezomib", "lenalidomide", "dexamethasone"]])
def test_a_swap_after_cycles_that_were_recorded_one_by_one_begins_a_line(cycles: list[str], knowledge: Knowledge) -> None:
    given = [f"2019-0{month}-08 treatment {drug} end=2019-0{month}-28" for month in range(3, 9) for drug in cycles]
    assert lines(knowledge, MYELOMA, *given, "2019-09-08 treatment Rd") == 1
    assert lines(knowledge, MYELOMA, *given, "2019-09-08 treatment KRd") == 2


@pytest.mark.parametrize(("day", "counted"), [("2019-09-09", 2), ("2019-09-10", 1), ("2019-09-20", 1)])
def test_what_was_begun_in_the_10_days_before_a_transplant_is_its_conditioning(day: str, counted: int, knowledge: Knowledge) -> None:
    assert lines(knowledge, *INDUCED, TRANSPLANT, f"{day} treatment melphalan") == counted


def test_conditioning_does_not_part_maintenance_from_the_induction_it_goes_on_from(knowledge: Knowledge) -> None:
    conditioned = ("2019-09-19 treatment melphalan intent=conditioning", TRANSPLANT)
    assert lines(knowledge, *INDUCED, *conditioned, "2019-12-20 treatment lenalidomide") == 1


def test_lymphodepletion_and_infusion_are_one_line_where_nobody_recorded_what_it_was_for(knowledge: Knowledge) -> None:
    told = patient(
        knowledge, *INDUCED, "2021-10-01 progression marrow", "2021-10-10 treatment DPd end=2021-11-20 intent=bridging",
        "2021-12-20 treatment fludarabine", "2021-12-20 treatment cyclophosphamide", "2021-12-25 treatment ciltacabtagene-autoleucel",
    )  # fmt: skip
    assert told.lines == [["vrd"], ["dpd", "fludarabine", "cyclophosphamide", "ciltacabtagene-autoleucel"]]


@pytest.mark.parametrize(("reason", "counted"), [("toxicity", 2), ("completed", 1)])
def test_maintenance_that_replaces_one_not_tolerated_was_not_planned(reason: str, counted: int, knowledge: Knowledge) -> None:
    first = f"2019-12-20 treatment thalidomide end=2020-06-01 intent=maintenance reason={reason}"
    assert lines(knowledge, *INDUCED, TRANSPLANT, first, "2020-06-05 treatment ixazomib intent=maintenance") == counted


def test_planned_maintenance_after_an_induction_not_tolerated_belongs_to_its_line(knowledge: Knowledge) -> None:
    induction = "2019-03-22 treatment VTd end=2019-08-09 intent=induction reason=toxicity"
    planned = (TRANSPLANT, "2019-12-20 treatment lenalidomide intent=maintenance")
    assert lines(knowledge, MYELOMA, induction, "2019-08-30 response VGPR", *planned) == 1


def test_maintenance_begun_again_after_toxicity_is_no_other_therapy(knowledge: Knowledge) -> None:
    first = "2019-12-20 treatment lenalidomide end=2020-06-01 intent=maintenance reason=toxicity"
    assert lines(knowledge, *INDUCED, first, "2020-07-05 treatment lenalidomide intent=maintenance") == 1


@pytest.mark.parametrize(("month", "state"), [("2019-09", "relapsed-refractory"), ("2019-10", "unknown"), ("2019-11", "relapsed")])
def test_a_month_that_straddles_60_days_from_the_last_dose_leaves_the_state_open(month: str, state: str, knowledge: Knowledge) -> None:
    told = patient(knowledge, *INDUCED, f"{month} progression marrow")  # 60 days after 9 August are 8 October
    assert told.state == state
    assert told.asked({"refractory": True}) == {"relapsed-refractory": "yes", "unknown": "unknown", "relapsed": "no"}[state]
