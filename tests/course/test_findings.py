"""The latest finding of each fact."""

from __future__ import annotations

import numpy as np
import pytest

from hemeline.course import latest
from hemeline.facts import Facts
from hemeline.knowledge import Knowledge
from hemeline.when import text_of
from tests.facts.recording import facts_of


def found(facts: Facts, name: str) -> tuple[float, float]:
    low, high = latest(facts, (name,)).range_of(name)
    return float(low[0]), float(high[0])


def test_the_latest_finding_counts(knowledge: Knowledge) -> None:
    assert found(facts_of(knowledge, "2021-01-01 CD19 positive", "2022-01-01 CD19 negative", "2020-01-01 CD19 positive"), "CD19") == (0, 0)


def test_what_was_never_looked_for_may_be_anything(knowledge: Knowledge) -> None:
    facts = facts_of(knowledge, "2021-01-01 CD22 positive")
    assert found(facts, "CD19") == (-float("inf"), float("inf"))
    dates = latest(facts, ("CD19", "CD22"))
    assert [text_of(*(int(end[0]) for end in dates.date_of(name))) for name in ("CD19", "CD22")] == [None, "2021-01-01"]


@pytest.mark.parametrize("dates", [("2021-01-01", "2021-01-01"), ("2021-01", "2021-01"), ("2021-01-15", "2021-01"), ("2021", "2021-12-31")])
def test_opposite_findings_whose_dates_meet_leave_it_open(dates: tuple[str, str], knowledge: Knowledge) -> None:
    facts = facts_of(knowledge, f"{dates[0]} CD19 positive", f"{dates[1]} CD19 negative")
    assert found(facts, "CD19") == (0, 1)
    assert latest(facts, ("CD19",)).conflict.tolist() == [True]


def test_findings_of_one_day_that_agree_are_no_conflict(knowledge: Knowledge) -> None:
    facts = facts_of(knowledge, "2021-01-01 marrow-blasts 24 unit=%", '2021-01-01 marrow-blasts ">20" unit=%')
    assert latest(facts, ("marrow-blasts",)).conflict.tolist() == [False]


def test_an_earlier_finding_whose_date_does_not_meet_the_latest_is_over(knowledge: Knowledge) -> None:
    facts = facts_of(knowledge, "2021-01 CD19 positive", "2021-02-01 CD19 negative")
    assert found(facts, "CD19") == (0, 0) and latest(facts, ("CD19",)).conflict.tolist() == [False]


def test_two_numbers_of_one_day_are_all_between_them(knowledge: Knowledge) -> None:
    assert found(facts_of(knowledge, "2021-01-01 LVEF 40 unit=%", "2021-01-01 LVEF 55 unit=%"), "LVEF") == (40, 55)


def test_a_finding_without_a_date_may_be_the_latest(knowledge: Knowledge) -> None:
    assert found(facts_of(knowledge, "- CD19 positive", "2021-01-01 CD19 negative"), "CD19") == (0, 1)


def test_each_patient_has_his_own_findings(knowledge: Knowledge) -> None:
    facts = facts_of(knowledge, "2021-01-01 CD19 positive").take(np.array([0, 0]))
    assert latest(facts, ("CD22", "CD19")).range_of("CD19")[0].tolist() == [1, 1]
