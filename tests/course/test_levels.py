"""Levels of a measured response that are reached and lost."""

from __future__ import annotations

import pytest

from hemeline.course import levels
from hemeline.knowledge import Knowledge
from tests.course.walking import patient

CML = ("2020-01-01 diagnosis cml", "2020-01-10 treatment imatinib")


def measured(knowledge: Knowledge, level: str, *values: str, unit: str = "%") -> dict[str, str | None]:
    """A level, for somebody whose BCR::ABL1 was measured every month of 2021."""
    facts = [f'2021-{month:02d}-01 BCR::ABL1-IS "{value}" unit={unit}' for month, value in enumerate(values, start=1)]
    return patient(knowledge, *CML, *facts).level(level)


@pytest.mark.parametrize(("value", "now"), [("0.11", "no"), ("0.1", "yes"), ("0.10", "yes"), ("0", "yes")])
def test_a_major_molecular_response_is_a_tenth_of_a_percent_or_less(value: str, now: str, knowledge: Knowledge) -> None:
    assert measured(knowledge, "mmr", value) == {"reached": "2021-01-01" if now == "yes" else None, "lost": None, "now": now}


@pytest.mark.parametrize(("value", "now"), [("0.01", "no"), ("0.0099", "yes")])
def test_mr4_is_under_a_hundredth_of_a_percent(value: str, now: str, knowledge: Knowledge) -> None:
    assert measured(knowledge, "mr4", value)["now"] == now


def test_a_fraction_is_read_in_the_unit_of_the_level(knowledge: Knowledge) -> None:
    assert measured(knowledge, "mmr", "0.001", unit="1")["now"] == "yes"
    assert measured(knowledge, "mmr", "0.0011", unit="1")["now"] == "no"


def test_a_level_is_reached_with_the_first_value_that_meets_it(knowledge: Knowledge) -> None:
    assert measured(knowledge, "mmr", "5", "0.1", "0.05") == {"reached": "2021-02-01", "lost": None, "now": "yes"}


def test_a_level_is_lost_with_the_first_value_over_it_after_it_was_reached(knowledge: Knowledge) -> None:
    assert measured(knowledge, "mmr", "5", "0.1", "0.2", "0.5") == {"reached": "2021-02-01", "lost": "2021-03-01", "now": "no"}


def test_a_level_that_was_never_reached_is_not_lost(knowledge: Knowledge) -> None:
    assert measured(knowledge, "mmr", "5", "0.2") == {"reached": None, "lost": None, "now": "no"}


def test_a_level_that_was_lost_may_be_met_again(knowledge: Knowledge) -> None:
    assert measured(knowledge, "mmr", "0.1", "0.2", "0.1") == {"reached": "2021-01-01", "lost": "2021-02-01", "now": "yes"}


@pytest.mark.parametrize(
    ("value", "mmr", "mr4", "mr4_5"),
    [("<0.1", "yes", "unknown", "unknown"), ("<0.01", "yes", "yes", "unknown"), ("<0.0032", "yes", "yes", "yes"), ("<1", *["unknown"] * 3)],
)
def test_a_value_below_detection_reaches_only_a_level_above_its_limit(
    value: str, mmr: str, mr4: str, mr4_5: str, knowledge: Knowledge
) -> None:
    assert [measured(knowledge, level, value)["now"] for level in ("mmr", "mr4", "mr4-5")] == [mmr, mr4, mr4_5]


def test_a_value_that_may_be_over_the_level_does_not_lose_it(knowledge: Knowledge) -> None:
    assert measured(knowledge, "mr4", "0.005", "<0.1") == {"reached": "2021-01-01", "lost": None, "now": "unknown"}


def test_contradicting_values_of_one_day_neither_reach_nor_lose_a_level(knowledge: Knowledge) -> None:
    told = patient(knowledge, *CML, "2021-01-01 BCR::ABL1-IS 0.05 unit=%", "2021-01-01 BCR::ABL1-IS 5 unit=%")
    assert told.level("mmr") == {"reached": None, "lost": None, "now": "unknown"}


def test_a_partial_date_is_shown_as_the_day_of_reaching(knowledge: Knowledge) -> None:
    told = patient(knowledge, *CML, "2021-03 BCR::ABL1-IS 0.05 unit=%", "2022 BCR::ABL1-IS 0.5 unit=%")
    assert told.level("mmr") == {"reached": "2021-03", "lost": "2022", "now": "no"}


def test_who_was_never_measured_has_no_level(knowledge: Knowledge) -> None:
    assert [len(table) for table in levels(patient(knowledge, *CML).course).values()] == [0, 0, 0]
