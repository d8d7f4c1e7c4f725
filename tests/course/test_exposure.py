"""Who was given what, and to what the disease is refractory or the patient intolerant: by therapy and by class."""

from __future__ import annotations

import pytest

from hemeline.knowledge import Knowledge
from tests.course.walking import RELAPSE, REMISSION, Patient, patient

CML = ("2020-01-01 diagnosis cml", "2020-01-10 treatment imatinib end=2021-01-10 reason=progression")
INHIBITOR = "bcr-abl1-tki"


def switched(knowledge: Knowledge, *more: str, **about: str) -> Patient:
    """Somebody with chronic myeloid leukaemia whose imatinib failed, and more."""
    return patient(knowledge, *CML, *more, **about)


# -- earlier treatment -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("therapy", "verdict"),
    [
        ("hyper-cvad", "yes"),
        ("vincristine", "yes"),
        ("doxorubicin", "yes"),
        ("anthracycline", "yes"),
        ("blinatumomab", "no"),
        ("car-t", "no"),
    ],
)
def test_a_regimen_given_is_each_of_its_drugs_and_their_classes_given(therapy: str, verdict: str, knowledge: Knowledge) -> None:
    assert patient(knowledge, REMISSION[0], "2020-01-05 treatment hyper-cvad").asked({"prior": therapy}) == verdict


def test_a_drug_of_a_regimen_is_not_the_regimen(knowledge: Knowledge) -> None:
    assert patient(knowledge, *REMISSION).asked({"prior": "hyper-cvad"}) == "no"


@pytest.mark.parametrize(
    ("given", "classes"),
    [
        ("tisagenlecleucel", ["car-t", "cd19-car-t"]), ("allogeneic-sct", ["transplant", "allogeneic-transplant"]),
        ("autologous-sct", ["transplant", "autologous-transplant"]),
    ],
)  # fmt: skip
def test_transplant_and_car_t_are_found_by_class(given: str, classes: list[str], knowledge: Knowledge) -> None:
    told = patient(knowledge, *REMISSION, f"2021-01-01 treatment {given}")
    asked = ("car-t", "cd19-car-t", "transplant", "allogeneic-transplant", "autologous-transplant")
    assert [one for one in asked if told.asked({"prior": one}) == "yes"] == classes


def test_one_of_several_therapies_is_enough(knowledge: Knowledge) -> None:
    assert patient(knowledge, *REMISSION).asked({"prior": ["blinatumomab", "vincristine"]}) == "yes"


def test_an_incomplete_history_leaves_open_what_is_not_recorded(knowledge: Knowledge) -> None:
    told = patient(knowledge, *REMISSION, history="partial")
    assert told.asked({"prior": "blinatumomab"}) == "unknown" and told.asked({"prior": "vincristine"}) == "yes"


def test_a_misspelt_treatment_leaves_open_what_it_may_have_been(knowledge: Knowledge) -> None:
    told = patient(knowledge, *RELAPSE, "2023-06-10 treatment blinatumomap")
    assert told.asked({"prior": "blinatumomab"}) == told.asked({"refractory_to": "blinatumomab"}) == "unknown"
    assert told.asked({"prior": "cd19-cd3-bispecific"}) == "unknown"
    assert told.asked({"prior": "inotuzumab-ozogamicin"}) == "no"


def test_a_misspelt_treatment_of_a_later_day_is_not_seen(knowledge: Knowledge) -> None:
    told = patient(knowledge, *RELAPSE, "2023-06-10 treatment blinatumomap", on="2023-06-09")
    assert told.asked({"prior": "blinatumomab"}) == "no"


def test_a_treatment_like_nothing_listed_leaves_nothing_open(knowledge: Knowledge) -> None:
    assert patient(knowledge, *RELAPSE, "2023-06-10 treatment 'herbal tea'").asked({"prior": "blinatumomab"}) == "no"


def test_a_relapse_is_after_what_was_begun_before_it(knowledge: Knowledge) -> None:
    told = patient(knowledge, *RELAPSE, "2021-01-01 treatment allogeneic-sct", "2023-06-10 treatment tisagenlecleucel")
    assert told.asked({"relapse_after": "transplant"}) == "yes" and told.asked({"relapse_after": "car-t"}) == "no"


@pytest.mark.parametrize(
    ("date", "verdict"), [("2023-05", "yes"), ("2023-06", "unknown"), ("2023", "unknown"), ("2023-06-15", "no"), ("2024", "no")]
)
def test_a_partial_date_leaves_open_whether_the_relapse_came_after(date: str, verdict: str, knowledge: Knowledge) -> None:
    facts = (*REMISSION, "2023-06-15 relapse marrow", f"{date} treatment allogeneic-sct")
    assert patient(knowledge, *facts).asked({"relapse_after": "transplant"}) == verdict


def test_who_has_not_relapsed_has_not_relapsed_after_anything(knowledge: Knowledge) -> None:
    assert patient(knowledge, *REMISSION, "2021-01-01 treatment allogeneic-sct").asked({"relapse_after": "transplant"}) == "no"


# -- refractory, intolerant, failed ----------------------------------------------------------------------------------------


def test_side_effects_that_ended_a_treatment_are_intolerance_and_not_resistance(knowledge: Knowledge) -> None:
    told = switched(knowledge, "2021-01-11 treatment dasatinib end=2021-03-01 reason='side effects'")
    asked = {name: told.asked({name: "dasatinib"}) for name in ("intolerant_to", "refractory_to", "failed")}
    assert asked == {"intolerant_to": "yes", "refractory_to": "no", "failed": "yes"}


def test_a_recorded_intolerance_is_one_though_the_treatment_is_not_recorded(knowledge: Knowledge) -> None:
    told = switched(knowledge, "2021-03-01 intolerant Sprycel")
    assert told.asked({"intolerant_to": "dasatinib"}) == "yes" and told.asked({"prior": "dasatinib"}) == "no"


def test_an_intolerance_of_a_later_day_is_not_seen(knowledge: Knowledge) -> None:
    assert switched(knowledge, "2021-03-01 intolerant dasatinib", on="2021-02-28").asked({"intolerant_to": "dasatinib"}) == "no"


def test_resistance_and_intolerance_are_counted_together_by_class(knowledge: Knowledge) -> None:
    told = switched(
        knowledge, "2021-01-11 treatment dasatinib end=2021-03-01 reason=toxicity", "2021-03-05 treatment nilotinib end=2022-03-05",
    )  # fmt: skip
    counts = {name: [n for n in range(5) if told.asked({name: {"of": INHIBITOR, "exactly": n}}) == "yes"] for name in
              ("prior_count", "refractory_count", "failed_count")}  # fmt: skip
    assert counts == {"prior_count": [3], "refractory_count": [1], "failed_count": [2]}


def test_the_same_drug_twice_is_one_treatment_of_the_class(knowledge: Knowledge) -> None:
    told = switched(knowledge, "2021-01-11 treatment dasatinib", "2021-09-11 treatment imatinib")
    assert told.asked({"prior_count": {"of": INHIBITOR, "exactly": 2}}) == "yes"


def test_an_incomplete_history_leaves_a_count_open_upwards(knowledge: Knowledge) -> None:
    told = switched(knowledge, history="partial")
    counts = {n: told.asked({"prior_count": {"of": INHIBITOR, "at_least": n}}) for n in (1, 2)}
    assert counts == {1: "yes", 2: "unknown"}


def test_a_class_is_refractory_by_one_of_its_drugs(knowledge: Knowledge) -> None:
    told = switched(knowledge)
    assert told.asked({"refractory_to": INHIBITOR}) == "yes" and told.asked({"refractory_to": "nilotinib"}) == "no"


def test_a_relapse_on_a_treatment_without_a_recorded_end_leaves_it_open(knowledge: Knowledge) -> None:
    told = patient(knowledge, *RELAPSE, "2022-01-01 treatment mercaptopurine")
    assert told.asked({"refractory_to": "mercaptopurine"}) == told.asked({"failed": "mercaptopurine"}) == "unknown"


def test_an_end_after_the_day_asked_about_tells_no_reason_yet(knowledge: Knowledge) -> None:
    assert switched(knowledge, on="2021-01-09").asked({"refractory_to": "imatinib"}) == "no"
    assert switched(knowledge, on="2021-01-10").asked({"refractory_to": "imatinib"}) == "yes"


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (("2020-02-01 response NR",), {"vincristine": "yes"}),
        (("2020-02-01 response CR", "2023-06-01 relapse marrow"), {"vincristine": "no"}),
        ((), {"vincristine": "yes"}),
    ],
    ids=["after a failure", "after a relapse that nobody treated", "on treatment"],
)
def test_a_clinicians_refractory_speaks_against_the_drugs_of_the_line_only_where_they_may_have_failed(
    before: tuple[str, ...], expected: dict[str, str], knowledge: Knowledge
) -> None:
    assert patient(knowledge, *REMISSION[:2], *before, "2023-07-01 status refractory").refractory_to == expected


def test_a_clinicians_refractory_leaves_it_at_the_drug_that_myeloma_progressed_on(knowledge: Knowledge) -> None:
    told = patient(
        knowledge, "2022-01-10 diagnosis mm", "2022-02-01 treatment bortezomib end=2022-06-01",
        "2022-02-01 treatment lenalidomide end=2024-01-10", "2022-05-01 response VGPR",
        "2024-01-10 progression marrow", "2024-01-15 status refractory",
    )  # fmt: skip
    assert (told.state, told.refractory_to) == ("relapsed-refractory", {"bortezomib": "no", "lenalidomide": "yes"})
