"""The number made of a patient's record: it tells whether anything recorded has changed, and nothing else."""

from __future__ import annotations

import polars as pl
import pytest

from hemeline.cohort.fingerprint import fingerprints
from hemeline.record import Records

FACTS = [
    {"patient_id": "a", "row": 1, "date": "2024-01-05", "fact": "diagnosis", "value": "b-all"},
    {"patient_id": "a", "row": 2, "date": "2024-02-09", "fact": "CD19", "value": "positive"},
    {"patient_id": "a", "row": 3, "date": "2024-02-09", "fact": "CD22", "value": "negative", "note": "by flow"},
    {"patient_id": "b", "row": 4, "date": "2024-02", "fact": "CD19", "value": "positive"},
]
PEOPLE = [{"patient_id": "a", "birth_date": "1980-01-01"}, {"patient_id": "b"}, {"patient_id": "c"}]


def numbers(people: list[dict[str, str]], facts: list[dict[str, object]]) -> dict[str, int]:
    return _of(Records.of(people, facts))


def _of(records: Records) -> dict[str, int]:
    return dict(zip(records.patients["patient_id"].to_list(), fingerprints(records).to_list(), strict=True))


def changed(place: int, **values: object) -> list[dict[str, object]]:
    return [{**fact, **values} if at == place else fact for at, fact in enumerate(FACTS)]


def test_the_order_of_rows_their_numbers_and_remarks_make_no_difference() -> None:
    other = [{**fact, "row": 9 - place, "note": None} for place, fact in enumerate(FACTS)][::-1]
    assert numbers(PEOPLE[::-1], other) == numbers(PEOPLE, FACTS)


@pytest.mark.parametrize("ends", [{}, {2: "2024-03-01"}, {0: "2024-03-01", 1: "2024-02-28"}], ids=str)
def test_a_day_counts_the_same_as_text_and_as_a_date(ends: dict[int, str]) -> None:
    facts = Records.of(PEOPLE, [{**fact, "end": ends.get(place)} for place, fact in enumerate(FACTS[:3])])
    dated = facts.facts.with_columns(pl.col("date", "end").str.to_date("%Y-%m-%d"))
    assert _of(Records(facts.patients, dated, facts.not_understood)) == _of(facts)


@pytest.mark.parametrize("values", [{"value": "negative"}, {"date": "2024-02-10"}, {"unit": "%"}, {"end": "2025-01-01"}], ids=str)
def test_another_value_of_a_fact_makes_another_number_for_that_patient_alone(values: dict[str, object]) -> None:
    before, after = numbers(PEOPLE, FACTS), numbers(PEOPLE, changed(1, **values))
    assert {one for one in before if before[one] != after[one]} == {"a"}


def test_two_facts_that_change_their_values_make_another_number() -> None:
    swapped = [FACTS[0], {**FACTS[1], "value": "negative"}, {**FACTS[2], "value": "positive"}, FACTS[3]]
    assert numbers(PEOPLE, swapped)["a"] != numbers(PEOPLE, FACTS)["a"]


def test_what_is_recorded_of_the_person_counts_too() -> None:
    assert numbers([{**PEOPLE[0], "death_date": "2025-01-01"}, *PEOPLE[1:]], FACTS)["a"] != numbers(PEOPLE, FACTS)["a"]
