"""Records in memory: more facts, parts of them, several together, and names fit to be shown."""

from __future__ import annotations

import pytest

from hemeline.record.documents import records_from
from hemeline.record.records import FACT_COLUMNS, PATIENT_COLUMNS, Records, shown, together
from tests.record.reading import facts, lost

THREE = records_from(
    [
        {"patient": {"id": who}, "facts": [{"fact": "ECOG", "value": number}, {"fact": "CD19", "vlue": "x"}]}
        for number, who in enumerate("pqr")
    ],
    "test",
)


def ids(found: Records) -> list[str]:
    return [str(one) for one in found.patients["patient_id"].to_list()]


def test_facts_are_added_behind_the_last_row_and_the_records_stay_as_they_were() -> None:
    before = len(THREE.facts)
    more = THREE.with_facts([{"patient_id": "p", "fact": "MRD", "value": "negative"}, {"patient_id": "q", "fact": "death"}])
    assert more.facts["row"].to_list()[-2:] == [3, 4]
    assert facts(more)[-2:] == [("p", None, "MRD", "negative"), ("q", None, "death", None)]
    assert len(THREE.facts) == before


def test_the_first_fact_added_to_none_is_row_one() -> None:
    none = records_from({"patient": {"id": "p"}}, "test")
    assert none.with_facts([{"patient_id": "p", "fact": "death"}]).facts["row"].to_list() == [1]


def test_one_patient_and_some_patients_have_their_facts_and_what_was_not_understood_of_them() -> None:
    assert (ids(THREE.only("q")), ids(THREE.part(1, 2)), ids(THREE.only("nobody"))) == (["q"], ["q", "r"], [])
    assert THREE.only("q").facts["patient_id"].unique().to_list() == ["q"]
    assert sorted(THREE.part(1, 2).not_understood["patient_id"].to_list()) == ["q", "r"]


def test_records_together_hold_all_patients_in_their_order() -> None:
    both = together([THREE.only("r"), THREE.only("p")])
    assert (ids(both), len(both.facts), len(lost(both)), len(both)) == (["r", "p"], 4, 2, 2)


def test_what_was_not_understood_of_nobody_is_found_apart() -> None:
    unlisted = Records(THREE.only("p").patients, THREE.facts, THREE.not_understood)
    assert sorted(unlisted.of_nobody()["patient_id"].to_list()) == ["q", "r"]
    assert THREE.of_nobody().is_empty()


@pytest.mark.parametrize("size", [5, 3000])
def test_each_fact_has_the_position_of_its_patient_and_none_where_nobody_is_listed(size: int) -> None:
    people = [{"patient_id": f"p{place}"} for place in range(size)]
    order = [place for place in range(size) if place % 3] + [size - 1, 0, size + 7, 0]  # not sorted, and one is not listed
    told = [{"patient_id": f"p{place}", "fact": "ECOG", "value": str(place % 5)} for place in order for _ in range(place % 2 + 1)]
    records = Records.of(people, told)
    expected = [place if place < size else -1 for place in order for _ in range(place % 2 + 1)]
    assert records.whose.tolist() == expected
    which, example = records.combinations
    assert [told[example[one]]["value"] for one in which] == [one["value"] for one in told]


def test_records_in_one_piece_are_the_same_and_those_already_so_are_left() -> None:
    both = together([THREE.only("r"), THREE.only("p")])
    whole = both.in_one_piece()
    assert whole.facts.equals(both.facts) and whole.facts.n_chunks() == 1 and both.facts.n_chunks() == 2
    assert whole.in_one_piece() is whole


def test_the_tables_have_the_columns_of_the_contract() -> None:
    assert tuple(THREE.patients.columns) == PATIENT_COLUMNS
    assert tuple(THREE.facts.columns) == FACT_COLUMNS


@pytest.mark.parametrize(
    ("word", "as_shown"),
    [
        ("CD19", "CD19"),
        (None, ""),
        (" two\nlines\tof words ", "two lines of words"),
        ("red\x1b[31m", "red\ufffd[31m"),
        ("a\0b\u202eright to left", "a\ufffdb\ufffdright to left"),
        ("x" * 80, "x" * 80),
        ("x" * 10_000_000, "x" * 79 + "…"),
    ],
)
def test_a_name_is_shown_on_one_line_of_bounded_length_without_signs_that_steer_a_terminal(word: str | None, as_shown: str) -> None:
    assert shown(word) == as_shown
