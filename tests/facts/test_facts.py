"""What was known on a day, of some of the patients, or if something were added."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from hemeline.facts import Facts, understand
from hemeline.knowledge import Knowledge
from hemeline.record.records import together
from hemeline.when import NO_DAY, to_day
from tests.facts.reading import dates, intervals, rows
from tests.facts.recording import facts_of, listed, record


def day(text: str) -> int:
    return to_day(dt.date.fromisoformat(text))


def test_a_later_fact_is_not_seen(knowledge: Knowledge) -> None:
    facts = facts_of(knowledge, "2021-01-01 CD19 positive", "2021-01-02 CD22 positive")
    assert intervals(facts.as_of(day("2021-01-01")), "CD22") == []
    assert intervals(facts.as_of(day("2021-01-02")), "CD22") == [(1, 1)]


def test_a_fact_of_which_only_the_month_is_known_is_seen_once_it_may_have_been(knowledge: Knowledge) -> None:
    facts = facts_of(knowledge, "2021-03 CD19 positive")
    assert dates(facts.as_of(day("2021-02-28")), "CD19") == []
    assert dates(facts.as_of(day("2021-03-10")), "CD19") == ["2021-03-01/2021-03-10"]
    assert dates(facts.as_of(day("2021-03-31")), "CD19") == ["2021-03"]


def test_a_later_end_is_not_seen_nor_what_was_recorded_with_it(knowledge: Knowledge) -> None:
    facts = facts_of(knowledge, "2021-01-01 treatment imatinib end=2021-06-01 reason=progression courses=3")
    (before,), (after,) = (rows(facts.as_of(day(one)), "treatment") for one in ("2021-05-31", "2021-06-01"))
    assert (before["end_low"], before["end_high"], before["reason"]) == (NO_DAY, NO_DAY, -1) and np.isnan(before["courses"])
    assert (after["end_low"], after["courses"]) == (day("2021-06-01"), 3) and after["reason"] >= 0


def test_an_end_that_may_lie_before_the_day_is_seen_up_to_it(knowledge: Knowledge) -> None:
    facts = facts_of(knowledge, "2020-01-01 treatment imatinib end=2021")
    assert dates(facts.as_of(day("2021-06-30")), "treatment", "end") == ["2021-01-01/2021-06-30"]


@pytest.mark.parametrize(("date", "seen"), [("2021-05-31", False), ("2021-06-01", True)])
def test_a_later_death_is_not_seen(date: str, seen: bool, knowledge: Knowledge) -> None:
    people = facts_of(knowledge, death_date="2021-06-01").as_of(day(date)).patients
    assert (people.death_low[0] != NO_DAY, people.death_high[0] != NO_DAY) == (seen, seen)


def test_what_was_not_understood_of_a_later_fact_is_not_seen(knowledge: Knowledge) -> None:
    facts = facts_of(knowledge, "2021-01-01 CD91 positive", "2021-06-01 CD91 positive", "2021-06-01 treatment imatinb")
    seen = facts.as_of(day("2021-05-31"))
    assert len(listed(seen)) == 1 and len(seen.perhaps) == 0
    assert len(listed(facts)) == 3 and len(facts.perhaps) == 1


def test_a_fact_without_a_date_is_seen_on_every_day(knowledge: Knowledge) -> None:
    assert intervals(facts_of(knowledge, "- CD19 positive").as_of(day("1950-01-01")), "CD19") == [(1, 1)]


def test_a_fact_on_an_unreadable_date_is_listed_on_every_day(knowledge: Knowledge) -> None:
    assert len(listed(facts_of(knowledge, "soon CD19 positive").as_of(day("1950-01-01")))) == 1


def two(knowledge: Knowledge) -> Facts:
    """The facts of two patients."""
    parts = [
        record("2021-01-01 CD19 positive", id="a", birth_date="1990-01-01"),
        record("2021-01-02 CD19 negative", "2021-01-03 CD22 positive", "2021-01-04 treatment imatinb", id="b", birth_date="2000-01-01"),
    ]
    return understand(together(parts), knowledge.vocabulary)


def test_patients_are_taken_by_position_each_as_often_as_named(knowledge: Knowledge) -> None:
    taken = two(knowledge).take(np.array([1, 0, 1]))
    assert taken.patients.ids.to_list() == ["b", "a", "b"]
    assert [(row["patient"], row["low"]) for row in rows(taken, "CD19")] == [(0, 0), (1, 1), (2, 0)]
    assert taken.rows["origin"].tolist() == [1, 2, 0, 1, 2]
    assert taken.perhaps["patient"].tolist() == [0, 2]


def test_a_supposed_fact_is_added_to_everybody_in_a_further_copy(knowledge: Knowledge) -> None:
    facts = two(knowledge)
    steps = [facts_of(knowledge, "2000-01-01 CD22 negative").rows, facts_of(knowledge, "2000-01-01 CD20 positive").rows]
    supposed = facts.supposing(steps, day("2022-01-01"))
    assert supposed.patients.ids.to_list() == ["a", "b"] * 3
    assert [(row["patient"], row["low"]) for row in rows(supposed, "CD22")] == [(1, 1), (2, 0), (3, 1), (3, 0), (5, 1)]
    assert [row["patient"] for row in rows(supposed, "CD20")] == [4, 5]
    assert dates(supposed, "CD20") == ["2022-01-01"] * 2
    assert supposed.perhaps["patient"].tolist() == [1, 3, 5]


def test_rows_of_several_facts_come_in_the_order_of_time(knowledge: Knowledge) -> None:
    facts = facts_of(knowledge, "2021-01-03 CD19 positive", "2021-01-01 CD19 positive", "2021-01-02 CD22 positive")
    assert facts.rows["row"][facts.where("CD22", "CD19")].tolist() == [2, 3, 1]
