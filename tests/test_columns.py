"""Tables of columns, words as numbers, and rows in order, for few rows and for many."""

from __future__ import annotations

import random
from itertools import groupby

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from hemeline.columns import (
    combinations,
    combined,
    factorize,
    first_of_group,
    flattened,
    last_of_group,
    lists_of,
    order_by_day,
    over_runs,
    owners,
    positions,
    runs,
    sequences,
    spread,
    translate,
)
from hemeline.table import Table, one_for_all

FEW, MANY = 50, 5000  # more than 4096 rows are worked on in another way
sizes = pytest.mark.parametrize("size", [0, 1, FEW, MANY])


def words(size: int, seed: int = 0) -> pl.Series:
    """Some words, and now and then none."""
    chosen = random.Random(seed)
    return pl.Series([chosen.choice(["a", "b", "c", "", None]) for _ in range(size)], dtype=pl.String)


def numbers(size: int, most: int, seed: int = 0) -> NDArray[np.int32]:
    return np.array([random.Random(f"{seed}/{place}").randint(0, most) for place in range(size)], dtype=np.int32)


# -- words as numbers ------------------------------------------------------------------------------------------------------


@sizes
def test_the_code_of_a_word_leads_back_to_it(size: int) -> None:
    codes, distinct = factorize(words(size))
    assert len(set(distinct)) == len(distinct)
    assert [None if code < 0 else distinct[code] for code in codes] == words(size).to_list()


@sizes
def test_rows_have_the_same_code_exactly_if_they_say_the_same(size: int) -> None:
    left, right = words(size, 1), words(size, 2)
    codes, where = combinations(left, right)
    said = list(zip(left, right, strict=True))
    assert len(set(said)) == len(where)
    assert [said[where[code]] for code in codes] == said


def test_combinations_of_very_many_words_are_told_apart() -> None:
    many = pl.Series([str(place % 9000) for place in range(18_000)])
    codes, where = combinations(many, many.reverse(), many)
    assert len(where) == 9000 and codes.max() == 8999
    assert (many.to_numpy()[where[codes]] == many.to_numpy()).all()


@sizes
def test_a_word_is_translated_once(size: int) -> None:
    asked: list[str] = []

    def length(word: str) -> int:
        asked.append(word)
        return len(word)

    found = translate(words(size), length, missing=-7)
    assert found.tolist() == [-7 if word is None else len(word) for word in words(size)]
    assert len(asked) == len(set(asked))


def test_identifiers_have_their_positions() -> None:
    assert positions(["x", "y"]) == {"x": 0, "y": 1}


# -- runs of equal rows ----------------------------------------------------------------------------------------------------


@sizes
def test_runs_are_groups_of_equal_neighbours(size: int) -> None:
    left, right = np.sort(numbers(size, 9)), numbers(size, 1)
    groups = [len(list(rows)) for _, rows in groupby(zip(left, right, strict=True))]
    starts, lengths = runs(left, right)
    assert lengths.tolist() == groups
    assert starts.tolist() == [sum(groups[:place]) for place in range(len(groups))]
    assert np.flatnonzero(first_of_group(left, right)).tolist() == starts.tolist()
    assert np.flatnonzero(last_of_group(left, right)).tolist() == (starts + lengths - 1).tolist()


@sizes
def test_a_maximum_is_taken_over_each_run(size: int) -> None:
    key, values = np.sort(numbers(size, 9)), numbers(size, 99, seed=1)
    starts, _ = runs(key)
    assert over_runs(np.maximum, values, starts).tolist() == [values[key == one].max() for one in np.unique(key)]


@sizes
def test_rows_are_ordered_by_patient_then_day_then_rank_then_the_others(size: int) -> None:
    patient, rank, other = numbers(size, 5, 1), numbers(size, 3, 2), numbers(size, 9, 3)
    day = numbers(size, 10, 4) - np.int32(719_162)  # from the year 1 on
    found = order_by_day(patient, day, rank, Table({"other": other}))
    rows = list(zip(patient.tolist(), day.tolist(), rank.tolist(), other.tolist(), strict=True))
    assert [rows[place] for place in found] == sorted(rows)


@sizes
def test_ties_of_a_day_are_ordered_by_the_others_however_large_their_numbers(size: int) -> None:
    patient, day, rank = numbers(size, 2, 1), numbers(size, 3, 2), numbers(size, 1, 3)
    never = np.where(numbers(size, 1, 4) == 0, np.iinfo(np.int32).min, numbers(size, 9, 5)).astype(np.int32)
    others = {"never": never, "same": np.zeros(size, dtype=np.int8), "far": numbers(size, 2, 6) * 2**30, "is": numbers(size, 1, 7) == 1}
    found = order_by_day(patient, day, rank, Table(others))
    rows = list(zip(*(column.tolist() for column in (patient, day, rank, *others.values())), range(size), strict=True))
    assert [rows[place] for place in found] == sorted(rows)


# -- tables ----------------------------------------------------------------------------------------------------------------

TABLE = Table({"patient": np.array([0, 0, 2, 3]), "what": np.array(["a", "b", "c", "d"], dtype=object)})


def test_the_rows_of_a_patient_are_found() -> None:
    assert [TABLE.dicts(TABLE.of(who)) for who in (0, 1, 2)] == [
        [{"patient": 0, "what": "a"}, {"patient": 0, "what": "b"}], [], [{"patient": 2, "what": "c"}],
    ]  # fmt: skip


@pytest.mark.parametrize("rows", [np.array([True, False, False, True]), np.array([0, 3]), slice(0, 4, 3)])
def test_some_rows_are_taken_by_mask_position_or_slice(rows: NDArray[np.int_] | slice) -> None:
    assert TABLE.take(rows)["what"].tolist() == ["a", "d"]


def test_rows_of_rows_are_those_of_the_first_table_however_they_are_asked_for() -> None:
    whole = Table({"a": np.arange(100), "b": np.arange(100) * 10})
    some = whole.take(np.arange(0, 100, 3))
    assert some["b"].tolist() == list(range(0, 1000, 30))  # asked for before the next are taken; the others are not
    fewer = some.take(slice(1, 20)).take(np.arange(19) % 2 == 0).having(c=np.arange(10))
    assert len(fewer) == 10 and fewer.names == ("a", "b", "c")
    assert fewer.only("a").beside(fewer.only("b")).frame().rows() == [(one, one * 10) for one in range(3, 60, 6)]
    assert fewer.take(np.array([9, 0]))["c"].tolist() == [9, 0]


def test_one_value_for_all_rows_is_that_of_any_rows() -> None:
    table = Table({"a": np.arange(5), "b": one_for_all(np.int8(-1), 5)})
    some = table.take(np.array([3, 1])).take(np.array([1, 1, 0]))
    assert (some["a"].tolist(), some["b"].tolist()) == ([1, 1, 3], [-1, -1, -1])
    assert some["b"].dtype == np.int8
    assert Table.together([some, table.take(slice(0, 1))])["b"].tolist() == [-1] * 4
    assert table.take(np.zeros(0, dtype=int))["b"].tolist() == []


def test_a_table_with_another_column_leaves_the_first_as_it_was() -> None:
    more = TABLE.having(what=np.arange(4), new=np.zeros(4))
    assert more["what"].tolist() == [0, 1, 2, 3] and TABLE["what"].tolist() == ["a", "b", "c", "d"]
    assert list(more.names) == ["patient", "what", "new"]


def test_tables_are_put_below_each_other() -> None:
    both = Table.together([TABLE.take(slice(0, 1)), TABLE.take(slice(2, 3))])
    assert len(both) == 2 and both["what"].tolist() == ["a", "c"]


def test_a_table_is_a_frame_of_the_same_columns() -> None:
    assert TABLE.take(slice(0, 2)).having(what=np.array([1.5, 2.5])).frame().to_dict(as_series=False) == {
        "patient": [0, 0], "what": [1.5, 2.5],
    }  # fmt: skip


def test_a_table_without_columns_is_empty() -> None:
    assert len(Table({})) == 0


# -- several numbers as one ------------------------------------------------------------------------------------------------


@sizes
def test_rows_have_the_same_combined_code_exactly_if_their_numbers_are_the_same(size: int) -> None:
    columns = [numbers(size, 5, seed) - 2 for seed in range(3)]
    codes, example = combined(*columns)
    rows = list(zip(*(column.tolist() for column in columns), strict=True))
    assert len(set(rows)) == (len(example) if size else 0)
    assert [rows[place] for place in example[codes]] == rows


@pytest.mark.parametrize("size", [FEW, MANY])
def test_few_rows_of_very_many_possible_combinations_are_told_apart_too(size: int) -> None:
    columns = [numbers(size, 9, seed) * (2**27 + seed) for seed in range(2)]
    codes, example = combined(*columns)
    rows = list(zip(*(column.tolist() for column in columns), strict=True))
    assert len(set(rows)) == len(example) and [rows[place] for place in example[codes]] == rows


@sizes
def test_the_positions_of_stretches_follow_each_other(size: int) -> None:
    first, count = numbers(size, 1000, 1).astype(np.intp), numbers(size, 3, 2).astype(np.intp)
    expected = [(place, start + further) for place, start in enumerate(first) for further in range(count[place])]
    assert list(zip(owners(count).tolist(), spread(first, count).tolist(), strict=True)) == expected
    assert spread(first, count, owners(count)).tolist() == spread(first, count).tolist()


@sizes
def test_a_stretch_of_codes_has_the_number_of_its_sequence(size: int) -> None:
    count = numbers(size, 3).astype(np.intp)
    codes = numbers(int(count.sum()), 2, seed=1)
    first = np.cumsum(count) - count
    which, distinct = sequences(first, count, codes)
    assert len(set(distinct)) == len(distinct)
    expected = [tuple(codes[start : start + length].tolist()) for start, length in zip(first, count, strict=True)]
    assert [distinct[one] for one in which] == expected


@sizes
def test_words_are_put_in_lists_and_a_list_of_none_is_empty(size: int) -> None:
    count = numbers(size, 3).astype(np.intp)
    told = pl.Series([f"w{place}" for place in range(int(count.sum()))], dtype=pl.String)
    found = lists_of(told, count).to_list()
    assert [len(one) for one in found] == count.tolist()
    assert [word for one in found for word in one] == told.to_list()


@sizes
def test_all_numbers_of_each_choice_are_flattened_in_order(size: int) -> None:
    several, which = [(1, 2), (), (3,)], numbers(size, 2)
    rows, flat = flattened(several, which)
    expected = [(row, number) for row, one in enumerate(which) for number in several[one]]
    assert list(zip(rows.tolist(), flat.tolist(), strict=True)) == expected


def test_words_with_one_hash_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hemeline.columns._hashed", lambda columns: np.zeros(len(columns[0]), dtype=np.uint64))
    many = pl.Series([str(place % 3) for place in range(5_000)])
    codes, distinct = factorize(many)
    assert [distinct[code] for code in codes] == many.to_list()
