"""How a column of facts is named to people."""

from __future__ import annotations

import pytest

from hemeline.facts.shown import shown_fact


@pytest.mark.parametrize(
    ("column", "fact", "word"),
    [
        ("CD19", "CD19", None), ("fit-for:transplant", "fit-for", "transplant"), ("BCR::ABL1", "BCR::ABL1", None),
        ("PML::RARA", "PML::RARA", None), ("BCR::ABL1:x", "BCR::ABL1", "x"), ("t(9;22)", "t(9;22)", None),
    ],
)  # fmt: skip
def test_a_column_is_a_fact_and_perhaps_a_word_of_it(column: str, fact: str, word: str | None) -> None:
    assert shown_fact(column) == (fact, word)
