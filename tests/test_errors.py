"""Errors: an exit code each, and the nearest right word at any length."""

from __future__ import annotations

import pytest

from hemeline.errors import (
    HemelineError,
    KnowledgeError,
    NotUnderstoodError,
    RecordError,
    UsageError,
    did_you_mean,
    nearest,
)

WORDS = ["Diagnosis", "relapse", "response"]


@pytest.mark.parametrize(
    ("error", "code"), [(HemelineError, 70), (UsageError, 2), (KnowledgeError, 3), (RecordError, 4), (NotUnderstoodError, 5)]
)
def test_every_error_has_the_documented_exit_code(error: type[HemelineError], code: int) -> None:
    assert error("any").exit_code == code


@pytest.mark.parametrize("error", [UsageError, KnowledgeError, RecordError, NotUnderstoodError])
def test_an_error_can_be_caught_as_the_value_error_it_is(error: type[HemelineError]) -> None:
    with pytest.raises(ValueError, match="any"):
        raise error("any")


@pytest.mark.parametrize(("word", "near"), [("diagnosys", "Diagnosis"), ("RELAPS", "relapse"), ("respons", "response")])
def test_the_nearest_word_is_found_in_any_case_and_returned_as_listed(word: str, near: str) -> None:
    assert nearest(word, WORDS) == near


@pytest.mark.parametrize("word", ["", "grandmother", "\0"])
def test_a_word_unlike_all_has_no_nearest_and_no_hint(word: str) -> None:
    assert nearest(word, WORDS) is None
    assert did_you_mean(word, WORDS) == ""


def test_a_hint_is_a_question_to_put_behind_a_message() -> None:
    assert did_you_mean("relapze", WORDS) == " (did you mean relapse?)"


def test_only_the_first_eighty_signs_of_a_word_are_compared() -> None:
    known = "x" * 80
    assert nearest(known + "y" * 10_000_000, [known]) == known


def test_nothing_is_near_where_there_are_no_words() -> None:
    assert nearest("relapse", []) is None
