"""The columns that criteria read."""

from __future__ import annotations

from typing import Any

import pytest

from hemeline.course import Features
from hemeline.knowledge import Knowledge
from tests.assessment.making import assessed
from tests.course.walking import RELAPSE, REMISSION, TODAY, patient
from tests.facts.recording import record


def test_two_relapses_are_each_timed_by_their_own_date(knowledge: Knowledge) -> None:
    lines = (
        "2015-01-05 diagnosis b-all", "2015-01-06 treatment vincristine", "2015-02-10 response CR", "2017-09-05 relapse marrow",
        "2017-09-10 treatment flag-ida", "2017-10-20 response CR", "2021-05-05 relapse marrow",
    )  # fmt: skip
    relapses = assessed(knowledge, record(*lines, birth_date="2010-01-01"), region="US")["course"]["relapses"]
    timed = [[one["is"] for one in relapse["timing"] if one["definition"] == "cog-pediatric-all"] for relapse in relapses]
    assert timed == [["early"], ["late"]]


# -- age -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("born", "asked", "verdict"),
    [
        ("2000-11-23", {"age": "<= 25"}, "yes"), ("2000-11-22", {"age": "<= 25"}, "no"), ("2000-11-22", {"age": ">= 26"}, "yes"),
        ("2000-11-23", {"age": ">= 26"}, "no"), ("2000-11", {"age": ">= 26"}, "unknown"), ("2000", {"age": ">= 25"}, "yes"),
        ("2026-05-22", {"age": ">= 6 months"}, "yes"), ("2026-05-23", {"age": ">= 6 months"}, "no"),
        ("2026-05", {"age": ">= 6 months"}, "unknown"),
    ],
)  # fmt: skip
def test_age_is_in_completed_years_or_months_on_the_day(born: str, asked: dict[str, Any], verdict: str, knowledge: Knowledge) -> None:
    assert patient(knowledge, birth_date=born).asked(asked) == verdict


def test_without_a_birth_the_age_may_be_any(knowledge: Knowledge) -> None:
    assert patient(knowledge).asked({"age": ">= 0"}) == "unknown"


def test_age_at_diagnosis_and_at_relapse_are_of_their_days(knowledge: Knowledge) -> None:
    told = patient(knowledge, *RELAPSE, birth_date="2002-06-01")
    assert told.asked({"age_at_diagnosis": "= 17"}) == "yes"
    assert told.asked({"age_at_relapse": "= 21"}) == "yes"
    assert patient(knowledge, *REMISSION, birth_date="2002-06-01").asked({"age_at_relapse": ">= 0"}) == "unknown"


# -- findings --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("finding", "asked", "verdict"),
    [
        ("CD19 positive", {"CD19": "positive"}, "yes"), ("CD19 positive", {"CD19": "negative"}, "no"),
        ("CD19 dim", {"CD19": "positive"}, "unknown"), ("CD22 positive", {"CD19": "positive"}, "unknown"),
        ("LVEF 45 unit=%", {"LVEF": ">= 45 %"}, "yes"), ("LVEF 44.9 unit=%", {"LVEF": ">= 45 %"}, "no"),
        ("LVEF >40 unit=%", {"LVEF": ">= 45 %"}, "unknown"), ("MRD 0.0001", {"MRD": "positive"}, "yes"),
        ("MRD 0.00009", {"MRD": "negative"}, "yes"), ("MRD <0.001", {"MRD": "negative"}, "unknown"),
        ("MRD negative", {"MRD": "< 0.01 %"}, "yes"), ("MRD positive", {"MRD": ">= 0.1 %"}, "unknown"),
        ("phase chronic", {"phase": ["chronic", "accelerated"]}, "yes"), ("phase BC", {"phase": "blast-lymphoid"}, "unknown"),
        ("phase BC", {"phase": ["blast-lymphoid", "blast-myeloid"]}, "yes"), ("phase BC", {"phase": "chronic"}, "no"),
        ("fit-for transplant", {"fit-for": "transplant"}, "yes"), ("fit-for not:transplant", {"fit-for": "transplant"}, "no"),
        ("fit-for transplant", {"fit-for": "car-t"}, "unknown"), ("donor none", {"donor": "available"}, "no"),
        ("donor matched-sibling", {"donor": "matched-sibling"}, "yes"), ("donor haplo", {"donor": "matched-sibling"}, "unknown"),
    ],
)  # fmt: skip
def test_a_finding_answers_what_it_settles_and_nothing_else(
    finding: str, asked: dict[str, Any], verdict: str, knowledge: Knowledge
) -> None:
    assert patient(knowledge, REMISSION[0], f"2021-01-01 {finding}").asked(asked) == verdict


def test_what_was_once_recorded_stays_so_though_it_changed(knowledge: Knowledge) -> None:
    told = patient(knowledge, "2020-01-01 diagnosis cml", "2020-01-01 phase accelerated", "2021-01-01 phase chronic")
    assert told.asked({"ever": {"phase": "accelerated"}}) == "yes" and told.asked({"phase": "accelerated"}) == "no"
    assert told.asked({"ever": {"phase": "blast-myeloid"}}) == "no"


@pytest.mark.parametrize("phases", [(), ("BC",)])
def test_whether_something_was_ever_recorded_is_open_where_nothing_tells(phases: tuple[str, ...], knowledge: Knowledge) -> None:
    told = patient(knowledge, "2020-01-01 diagnosis cml", *(f"2020-02-01 phase {phase}" for phase in phases))
    assert told.asked({"ever": {"phase": "blast-myeloid"}}) == "unknown"


# -- the course ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "now", "ever"),
    [
        (["2020-02-01 response NR"], "yes", "yes"),
        (["2020-02-01 response NR", "2020-02-10 treatment flag-ida"], "yes", "yes"),
        (["2020-02-01 response NR", "2020-02-10 treatment flag-ida", "2020-03-10 response CR"], "no", "yes"),
        (["2020-02-01 response CR", "2021-01-01 relapse", "2021-01-10 treatment flag-ida", "2021-02-10 response NR"], "no", "no"),
    ],
)
def test_primary_refractory_is_without_any_remission_and_was_once_of_the_first_line(
    more: list[str], now: str, ever: str, knowledge: Knowledge
) -> None:
    told = patient(knowledge, *REMISSION[:2], *more)
    assert (told.asked({"primary_refractory": True}), told.asked({"ever_primary_refractory": True})) == (now, ever)


@pytest.mark.parametrize(
    ("site", "asked", "verdict"),
    [
        ("cns", {"relapse_site": "cns"}, "yes"), ("cns", {"relapse_site": "marrow"}, "no"),
        ("unspecified", {"relapse_site": "cns"}, "unknown"), ("unspecified", {"relapse_kind": "marrow"}, "unknown"),
        ("cns", {"relapse_kind": "extramedullary"}, "yes"), ("marrow", {"relapse_kind": "extramedullary"}, "no"),
    ],
)  # fmt: skip
def test_a_site_that_was_not_recorded_may_be_any(site: str, asked: dict[str, Any], verdict: str, knowledge: Knowledge) -> None:
    assert patient(knowledge, *REMISSION, f"2023-06-01 relapse {site}").asked(asked) == verdict


def test_the_latest_relapse_is_asked_about(knowledge: Knowledge) -> None:
    told = patient(knowledge, *RELAPSE, "2023-06-10 treatment flag-ida", "2023-07-10 response CR", "2024-06-01 relapse cns")
    assert told.asked({"relapse_site": "cns"}) == "yes" and told.asked({"relapse_site": "marrow"}) == "no"


def test_responses_whose_dates_meet_may_each_be_the_latest(knowledge: Knowledge) -> None:
    told = patient(knowledge, *REMISSION[:2], "2020-03-15 response PR", "2020-03 response CR")
    assert told.asked({"last_response": "CR"}) == "unknown" and told.asked({"last_response": ["CR", "PR"]}) == "yes"
    assert told.asked({"last_response": "NR"}) == "no"


def test_without_a_response_the_latest_is_open(knowledge: Knowledge) -> None:
    assert patient(knowledge, *REMISSION[:2]).asked({"last_response": "CR"}) == "unknown"


@pytest.mark.parametrize(
    ("therapy", "word", "months", "verdict"),
    [
        ("allogeneic-sct", "at_least", 6, "yes"), ("allogeneic-sct", "at_least", 7, "no"), ("tisagenlecleucel", "at_least", 100, "yes"),
        ("mercaptopurine", "under", 1, "unknown"),
    ],
)  # fmt: skip
def test_months_since_a_therapy_count_to_the_day_and_never_is_infinitely_long_ago(
    therapy: str, word: str, months: int, verdict: str, knowledge: Knowledge
) -> None:
    told = patient(knowledge, *RELAPSE, "2026-05-20 treatment allogeneic-sct", "2026-01-01 treatment mercaptopurine", on=TODAY)
    assert told.asked({"months_since": {"of": therapy, word: months}}) == verdict


def test_a_table_has_one_row_per_patient_and_the_asked_columns(knowledge: Knowledge) -> None:
    columns = ["relapsed", "age.low", "CD19", "age.high", "relapsed"]
    table = Features(patient(knowledge, *RELAPSE).course, columns).table()
    assert len(table) == 1 and sorted(table.names) == sorted(set(columns))


# A follicular lymphoma that was treated once, and has come back.
TREATED = ("2015-01-02 diagnosis fl", "2015-02-01 treatment r-chop end=2015-06-01", "2015-07-01 response CR", "2023-06-01 relapse node")


@pytest.mark.parametrize(
    ("treatment", "lines"),
    [
        ("r-dhap", 2),  # a line of systemic therapy from its first day on
        ("radiotherapy", 1),
        ("splenectomy", 1),
        ("radiotherapy line=2", 2),  # the record says that it is one
        ("r-gemox intent=bridging", 1),
        ("red-cell-transfusion", 1),
    ],
)
def test_a_line_counts_for_a_criterion_once_it_is_systemic_and_more_than_a_bridge(treatment: str, lines: int, knowledge: Knowledge) -> None:
    told = patient(knowledge, *TREATED, f"2023-06-10 treatment {treatment}")
    assert told.asked({"prior_lines": f"= {lines}"}) == "yes"


def test_a_bridge_and_the_cells_it_leads_to_are_one_line(knowledge: Knowledge) -> None:
    told = patient(knowledge, *TREATED, "2023-06-10 treatment r-gemox intent=bridging", "2023-07-10 treatment axicabtagene-ciloleucel")
    assert told.asked({"prior_lines": "= 2"}) == "yes"


def test_a_bridge_that_was_followed_by_another_line_was_one(knowledge: Knowledge) -> None:
    told = patient(
        knowledge, *TREATED, "2023-06-10 treatment r-gemox end=2023-07-01 intent=bridging reason=progression",
        "2024-06-10 treatment r-dhap",
    )  # fmt: skip
    assert told.asked({"prior_lines": "= 3"}) == "yes"


@pytest.mark.parametrize(("day", "verdict"), [("2023-06-10", "unknown"), ("2015-02-01", "yes")])
def test_a_misspelt_treatment_may_be_another_line_unless_it_began_with_one(day: str, verdict: str, knowledge: Knowledge) -> None:
    told = patient(knowledge, *TREATED, f"{day} treatment r-dhapp")
    assert told.asked({"prior_lines": "= 1"}) == verdict


def test_what_only_supports_does_not_put_off_the_end_of_treatment(knowledge: Knowledge) -> None:
    told = patient(knowledge, *TREATED, "2023-05-20 treatment red-cell-transfusion")
    assert told.asked({"months_from_end_of_treatment": "> 90"}) == "yes"


def test_the_first_relapse_stays_the_first_one(knowledge: Knowledge) -> None:
    told = patient(
        knowledge, "2020-01-02 diagnosis hl", "2020-01-16 treatment abvd end=2020-07-15", "2020-08-12 response CMR",
        "2021-02-01 relapse node", "2021-02-10 treatment dhap end=2021-05-01 intent=salvage", "2021-05-20 response CMR",
        "2024-08-01 relapse node",
    )  # fmt: skip
    assert told.asked({"months_from_end_to_first_relapse": "< 12"}) == "yes"
    assert told.asked({"months_from_end_of_treatment": "< 12"}) == "no"
