"""Columns of words that are known before."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from hemeline.cohort.words import lists, one_of, words


def test_codes_are_words_and_a_negative_one_is_none() -> None:
    assert words(["b", "a"], np.array([1, 0, -1, 1])).to_list() == ["a", "b", None, "a"]
    assert words(["b", "a"], np.array([1, 0])).null_count() == 0
    assert words([], np.array([], dtype=np.int32)).to_list() == []


def test_ranges_that_use_other_words_make_one_table() -> None:
    kind = one_of(["x", "b", "a"])
    both = pl.concat([words(["b"], np.array([0]), kind), words(["a", "x"], np.array([1, 0]), kind)])
    assert both.sort().to_list() == ["a", "b", "x"]


def test_a_word_that_is_not_one_of_them_is_refused() -> None:
    with pytest.raises(pl.exceptions.InvalidOperationError):
        words(["c"], np.array([0]), one_of(["a", "b"]))


def test_codes_are_lists_of_words() -> None:
    found = lists([("b", "a"), ()], np.array([1, 0, 0]), one_of(["a", "b"]))
    assert found.to_list() == [[], ["b", "a"], ["b", "a"]]
