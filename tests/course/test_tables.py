"""Lines of therapy, what each was refractory to, and the remissions and relapses as they are listed."""

from __future__ import annotations

import pytest

from hemeline.knowledge import Knowledge
from tests.course.walking import RELAPSE, REMISSION, patient

DIAGNOSIS, INDUCTION, RESPONSE = REMISSION
CML = ("2020-01-01 diagnosis cml", "2020-01-10 treatment imatinib")


# -- lines of acute lymphoblastic leukaemia --------------------------------------------------------------------------------


def test_consolidation_maintenance_and_a_transplant_in_remission_belong_to_the_line(knowledge: Knowledge) -> None:
    told = patient(
        knowledge, *REMISSION,
        "2020-02-10 treatment methotrexate intent=consolidation",
        "2020-08-10 treatment mercaptopurine intent=maintenance",
        "2021-01-10 treatment allogeneic-sct",
    )  # fmt: skip
    assert told.lines == [["vincristine", "methotrexate", "mercaptopurine", "allogeneic-sct"]]


def test_reinduction_after_failure_begins_a_line(knowledge: Knowledge) -> None:
    told = patient(knowledge, DIAGNOSIS, INDUCTION, "2020-02-01 response NR", "2020-02-10 treatment flag-ida")
    assert told.lines == [["vincristine"], ["flag-ida"]] and told.failed_lines == [1]


def test_treatment_of_a_relapse_begins_a_line(knowledge: Knowledge) -> None:
    told = patient(knowledge, *RELAPSE, "2023-06-10 treatment flag-ida", "2023-07-10 response CR", "2023-09-01 treatment allogeneic-sct")
    assert told.lines == [["vincristine"], ["flag-ida", "allogeneic-sct"]] and told.failed_lines == []


def test_drugs_begun_later_in_the_same_induction_belong_to_the_line(knowledge: Knowledge) -> None:
    told = patient(knowledge, DIAGNOSIS, INDUCTION, "2020-03-20 treatment pegaspargase intent=induction")
    assert told.lines == [["vincristine", "pegaspargase"]]


@pytest.mark.parametrize("preparing", ["bridging", "lymphodepletion", "conditioning"])
def test_what_prepares_for_an_infusion_is_one_line_with_it(preparing: str, knowledge: Knowledge) -> None:
    told = patient(knowledge, *RELAPSE, f"2023-06-10 treatment fludarabine intent={preparing}", "2023-07-20 treatment tisagenlecleucel")
    assert told.lines == [["vincristine"], ["fludarabine", "tisagenlecleucel"]]


def test_bridging_lymphodepletion_and_infusion_are_one_line_though_bridging_failed(knowledge: Knowledge) -> None:
    told = patient(
        knowledge, *RELAPSE, "2023-06-10 treatment inotuzumab-ozogamicin intent=bridging", "2023-07-01 response NR",
        "2023-07-10 treatment fludarabine intent=lymphodepletion", "2023-07-15 treatment tisagenlecleucel",
    )  # fmt: skip
    assert told.lines == [["vincristine"], ["inotuzumab-ozogamicin", "fludarabine", "tisagenlecleucel"]]


def test_what_prepared_for_something_half_a_year_ago_prepares_no_more(knowledge: Knowledge) -> None:
    failed = (*RELAPSE, "2023-06-10 treatment inotuzumab-ozogamicin intent=bridging", "2023-07-01 response NR")
    in_time, too_late = (patient(knowledge, *failed, f"{day} treatment tisagenlecleucel") for day in ("2023-12-07", "2023-12-08"))
    assert (in_time.counts[0], too_late.counts[0]) == (2, 3)


def test_prophylaxis_and_support_begin_no_line(knowledge: Knowledge) -> None:
    support = ("2023-06-10 treatment filgrastim", "2023-06-11 treatment intrathecal-chemotherapy intent=prophylaxis")
    assert patient(knowledge, *RELAPSE, *support).counts[0] == 1
    assert patient(knowledge, *RELAPSE, *support, "2023-06-20 treatment flag-ida").lines[1] == ["flag-ida"]


def test_a_recorded_line_overrides_the_counted_one(knowledge: Knowledge) -> None:
    told = patient(knowledge, *RELAPSE, "2023-06-10 treatment flag-ida line=4")
    assert told.counts[0] == 4 and told.lines == [["vincristine"], ["flag-ida"]]


def test_lines_are_counted_on_from_a_recorded_one(knowledge: Knowledge) -> None:
    told = patient(
        knowledge, *RELAPSE, "2023-06-10 treatment flag-ida line=4", "2023-07-10 response NR", "2023-07-20 treatment blinatumomab"
    )
    assert told.counts[0] == 5


def test_a_line_ends_with_the_last_of_its_treatments(knowledge: Knowledge) -> None:
    told = patient(knowledge, DIAGNOSIS, INDUCTION, "2020-01-05 treatment dexamethasone end=2020-02-15")
    (line,) = told.rows(told.course.lines)
    assert (line["start_low"], line["end_low"]) == (18266, 18307)  # 2020-01-05 and 2020-02-15


def test_a_line_has_no_end_while_one_of_its_treatments_has_none(knowledge: Knowledge) -> None:
    told = patient(knowledge, DIAGNOSIS, INDUCTION, "2020-01-05 treatment dexamethasone")
    (line,) = told.rows(told.course.lines)
    assert line["end_low"] < 0


def test_the_best_response_of_a_line_is_the_deepest(knowledge: Knowledge) -> None:
    told = patient(knowledge, DIAGNOSIS, INDUCTION, "2020-02-01 response PR", "2020-03-01 response CR", "2020-04-01 response PR")
    assert told.asked({"best_response": "CR"}) == "yes"
    assert told.asked({"last_response": "PR"}) == "yes"


# -- lines of chronic myeloid leukaemia ------------------------------------------------------------------------------------


def test_another_inhibitor_begins_a_line(knowledge: Knowledge) -> None:
    assert patient(knowledge, *CML, "2021-01-10 treatment dasatinib").lines == [["imatinib"], ["dasatinib"]]


def test_another_inhibitor_begins_a_line_in_remission_too(knowledge: Knowledge) -> None:
    told = patient(knowledge, *CML, "2020-12-10 response MMR", "2021-01-10 treatment dasatinib")
    assert told.counts == (2, 1, 0) and told.state == "remission"


def test_the_same_inhibitor_again_begins_none(knowledge: Knowledge) -> None:
    assert patient(knowledge, *CML, "2021-01-10 treatment Glivec").lines == [["imatinib", "imatinib"]]


@pytest.mark.parametrize("between", ["filgrastim", "methotrexate intent=prophylaxis"])
def test_support_or_prophylaxis_between_two_courses_of_an_inhibitor_begins_none(between: str, knowledge: Knowledge) -> None:
    told = patient(knowledge, *CML, f"2021-01-10 treatment {between}", "2021-03-10 treatment imatinib")
    assert told.counts[0] == 1


def test_a_therapy_begun_within_30_days_belongs_to_the_line(knowledge: Knowledge) -> None:
    within, beyond = (patient(knowledge, *CML, f"{day} treatment dasatinib") for day in ("2020-02-09", "2020-02-10"))
    assert (within.counts[0], beyond.counts[0]) == (1, 2)


def test_a_partial_date_leaves_open_whether_it_was_within_30_days(knowledge: Knowledge) -> None:
    course = patient(knowledge, *CML, "2020-02 treatment dasatinib").course
    assert (course.line_count.low[0], course.line_count.high[0]) == (1, 2)


def test_therapy_stopped_for_progression_without_a_remission_is_a_failure(knowledge: Knowledge) -> None:
    told = patient(knowledge, "2020-01-01 diagnosis cml", "2020-01-10 treatment imatinib end=2021-01-10 reason=progression")
    assert told.state == "refractory" and told.refractory_to == {"imatinib": "yes"}


def test_therapy_stopped_for_loss_of_the_response_is_a_relapse(knowledge: Knowledge) -> None:
    told = patient(
        knowledge, "2020-01-01 diagnosis cml", "2020-01-10 treatment imatinib end=2022-01-10 reason='loss of response'",
        "2020-12-01 response CCyR",
    )  # fmt: skip
    assert told.state == "relapsed" and told.remissions == [("2020-12-01", "2022-01-10")]


# -- refractory to ---------------------------------------------------------------------------------------------------------


def test_all_that_was_given_in_a_failed_line_is_refractory(knowledge: Knowledge) -> None:
    told = patient(knowledge, DIAGNOSIS, INDUCTION, "2020-01-05 treatment dexamethasone end=2020-01-31", "2020-02-01 response NR")
    assert told.refractory_to == {"vincristine": "yes", "dexamethasone": "yes"}


def test_what_was_given_in_a_line_that_led_to_remission_is_not_refractory(knowledge: Knowledge) -> None:
    told = patient(knowledge, *RELAPSE, "2023-06-10 treatment flag-ida end=2023-06-20", "2023-07-10 response NR")
    assert told.refractory_to == {"vincristine": "no", "flag-ida": "yes"}


def test_a_treatment_stopped_for_progression_is_refractory_though_its_line_is_not(knowledge: Knowledge) -> None:
    told = patient(knowledge, *REMISSION, "2020-03-01 treatment blinatumomab end=2020-04-01 reason=progression")
    assert told.refractory_to["blinatumomab"] == "yes"


@pytest.mark.parametrize(
    ("end", "verdict"),
    [("end=2023-05-31", "no"), ("end=2023-06-01", "yes"), ("end=2023-07-01", "yes"), ("end=2023-06", "yes"), ("", "unknown")],
)
def test_a_relapse_while_a_treatment_is_given_makes_it_refractory(end: str, verdict: str, knowledge: Knowledge) -> None:
    told = patient(knowledge, *RELAPSE, f"2022-01-01 treatment mercaptopurine {end} intent=maintenance")
    assert told.refractory_to["mercaptopurine"] == verdict


def test_a_treatment_of_which_the_end_may_lie_on_either_side_of_the_relapse_is_open(knowledge: Knowledge) -> None:
    told = patient(knowledge, *REMISSION, "2022-01-01 treatment mercaptopurine end=2023", "2023-06-01 relapse marrow")
    assert told.refractory_to["mercaptopurine"] == "unknown"


def test_a_procedure_is_over_on_its_day_and_not_given_still_at_a_relapse(knowledge: Knowledge) -> None:
    told = patient(knowledge, *RELAPSE, "2021-01-01 treatment allogeneic-sct")
    assert told.refractory_to["allogeneic-sct"] == "no"


def test_what_is_begun_after_the_relapse_is_not_refractory_by_it(knowledge: Knowledge) -> None:
    assert patient(knowledge, *RELAPSE, "2023-06-10 treatment flag-ida").refractory_to["flag-ida"] == "no"


# -- relapses --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sites", "kind"),
    [
        (("marrow",), "marrow"), (("blood",), "marrow"), (("cns",), "isolated-extramedullary"),
        (("testis", "cns"), "isolated-extramedullary"), (("marrow", "cns"), "combined"), (("blood", "skin"), "combined"),
        (("unspecified",), "unspecified"), (("-",), "unspecified"),
    ],
)  # fmt: skip
def test_the_sites_of_one_day_make_the_kind_of_relapse(sites: tuple[str, ...], kind: str, knowledge: Knowledge) -> None:
    told = patient(knowledge, *REMISSION, *(f"2023-06-01 relapse {site}" for site in sites))
    assert told.relapses == [("2023-06-01", kind)]


def test_relapses_of_different_treatments_have_each_their_own_kind(knowledge: Knowledge) -> None:
    told = patient(
        knowledge, *RELAPSE, "2023-06-10 treatment flag-ida", "2023-07-10 response CR", "2024-06 relapse cns", "2024-06 relapse BM"
    )
    assert told.relapses == [("2023-06-01", "marrow"), ("2024-06", "combined")]


def test_a_remission_lasts_until_the_relapse_that_ended_it(knowledge: Knowledge) -> None:
    told = patient(knowledge, *RELAPSE, "2023-06-10 treatment flag-ida", "2023-07-10 response CR")
    assert told.remissions == [("2020-02-01", "2023-06-01"), ("2023-07-10", None)]


def test_the_months_of_a_remission_are_days_by_30_4375(knowledge: Knowledge) -> None:
    (relapse,) = patient(knowledge, *RELAPSE).course.relapses.dicts(slice(0, 1))
    assert relapse["months_from_remission.low"] == relapse["months_from_remission.high"] == 1216 / 30.4375
    assert relapse["months_from_diagnosis.low"] == 1247 / 30.4375


def test_treatment_ends_for_the_relapse_with_the_last_one_begun_before_it(knowledge: Knowledge) -> None:
    told = patient(knowledge, *REMISSION, "2020-03-01 treatment mercaptopurine end=2022-06-01", "2023-06-01 relapse marrow")
    assert told.asked({"months_from_end_of_treatment": "= 11"}) == "no"
    assert told.asked({"months_from_end_of_treatment": "> 11.99"}) == "yes"
    assert told.asked({"months_from_end_of_treatment": "< 12"}) == "yes"


def test_support_and_what_comes_after_the_relapse_do_not_end_treatment(knowledge: Knowledge) -> None:
    plain = {"months_from_end_of_treatment": "> 39"}
    more = ("2023-05-01 treatment filgrastim end=2023-05-10", "2023-06-10 treatment flag-ida end=2023-06-20")
    assert patient(knowledge, *RELAPSE).asked(plain) == patient(knowledge, *RELAPSE, *more).asked(plain) == "yes"


def test_a_treatment_without_an_end_may_have_gone_on_until_the_relapse(knowledge: Knowledge) -> None:
    told = patient(knowledge, *RELAPSE, "2022-06-01 treatment mercaptopurine")
    assert told.asked({"months_from_end_of_treatment": "< 1"}) == "unknown"
    assert told.asked({"months_from_end_of_treatment": "<= 12"}) == "yes"
