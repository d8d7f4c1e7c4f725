"""What a recorded value means: numbers with units, markers, levels and words."""

from __future__ import annotations

import math

import pytest

from hemeline.knowledge import Knowledge
from tests.facts.reading import Interval, interval, intervals, just_over, just_under, why
from tests.facts.recording import facts_of, listed

ENDLESS = math.inf


@pytest.mark.parametrize("word", ["positive", "POS", "detected", "mutated", "Rearranged", "+", "true", "yes"])
def test_a_marker_that_is_there_is_yes(word: str, knowledge: Knowledge) -> None:
    assert interval(knowledge, f"2021-01-01 KMT2A {word}", "KMT2A") == (1, 1)


@pytest.mark.parametrize("word", ["negative", "wild-type", "'not detected'", "undetectable", "no", "Absent"])
def test_a_marker_that_is_not_there_is_no(word: str, knowledge: Knowledge) -> None:
    assert interval(knowledge, f"2021-01-01 KMT2A {word}", "KMT2A") == (0, 0)


@pytest.mark.parametrize("word", ["indeterminate", "equivocal", "dim", "failed"])
def test_a_marker_that_could_not_be_told_may_be_either(word: str, knowledge: Knowledge) -> None:
    assert interval(knowledge, f"2021-01-01 CD22 {word}", "CD22") == (0, 1)


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("marrow-blasts 24 unit=%", (24, 24)), ('marrow-blasts "24 %"', (24, 24)), ("marrow-blasts 0.24 unit=1", (24, 24)),
        ("LVEF 0.7 unit=1", (70, 70)), ("LVEF 0.29 unit=1", (29, 29)), ("platelets 30000 unit=/uL", (30, 30)),
        ('platelets "<20" unit=10*9/L', (0, just_under(20))), ("platelets >=20 unit=10*9/L", (20, ENDLESS)),
        ('platelets ">20 G/L"', (just_over(20), ENDLESS)), ("haemoglobin 85 unit=g/L", (8.5, 8.5)),
        ("ECOG 1", (1, 1)), ("ECOG 1 unit={score}", (1, 1)),
        ('BCR::ABL1-IS "<0.01" unit=%', (0, just_under(0.01))), ('BCR::ABL1-IS "0.001 1"', (0.1, 0.1)),
        ("BCR::ABL1-IS <=0.1 unit=%", (0, 0.1)),
        ("MRD 0.002", (0.002, 0.002)), ("MRD 0.2 unit=%", (0.002, 0.002)), ('MRD "<0.01 %"', (0, just_under(0.0001))),
        ("MRD negative", (0, just_under(0.0001))), ("MRD positive", (0.0001, 1)), ("MRD undetectable", (0, just_under(0.0001))),
        ("marrow-blasts 1e1 unit=%", (10, 10)),
    ],
)  # fmt: skip
def test_a_number_is_the_interval_of_what_is_possible_in_the_facts_own_unit(written: str, found: Interval, knowledge: Knowledge) -> None:
    assert interval(knowledge, f"2021-01-01 {written}", written.split()[0]) == found


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("LVEF 55", "the unit is missing or cannot be converted; expected one of: %, 1"),
        ("LVEF 55 unit=mmHg", "the unit is missing or cannot be converted; expected one of: %, 1"),
        ('LVEF "55 %" unit=1', "the unit is missing or cannot be converted; expected one of: %, 1"),
        ("LVEF 155 unit=%", "the number is outside what LVEF can be"),
        ("LVEF -1 unit=%", "the number is outside what LVEF can be"),
        ("ECOG 6", "the number is outside what ECOG can be"),
        ('ECOG ">5"', "the number is outside what ECOG can be"),
        ("MRD 2", "the number is outside what MRD can be"),
        ("LVEF good", "the value is not understood; expected a number"),
        ("LVEF nan unit=%", "the value is not understood; expected a number"),
        ("LVEF - unit=%", "no value; expected a number"),
        ("MRD low", "the value is not understood; expected a number or negative or positive"),
        ("MRD indeterminate", "the value is not understood; expected a number or negative or positive"),
        ("CD19 high", "the value is not a marker result (positive, negative, indeterminate) of the vocabulary"),
        ("CD19 positve", "the value is not a marker result (positive, negative, indeterminate) of the vocabulary (nearest: positive)"),
        ("CD19", "no value; expected a marker result (positive, negative, indeterminate)"),
        ("phase cronic", "the value is not a value of phase of the vocabulary (nearest: chronic)"),
        ("treatment imatinb", "the value is not a therapy of the vocabulary (nearest: imatinib)"),
        ("diagnosis b-al", "the value is not a disease of the vocabulary (nearest: b-all)"),
        ("response NRR", "the value is not a response of the vocabulary (nearest: NR)"),
        ("fit-for not:swimming", "the value is not a value of fit-for of the vocabulary"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_listed_with_what_was_expected(written: str, reason: str, knowledge: Knowledge) -> None:
    assert why(knowledge, f"2021-01-01 {written}") == reason


def test_no_recorded_value_is_shown_with_why_it_was_not_understood(knowledge: Knowledge) -> None:
    secret = "Xq7-secret"
    for fact in (
        "LVEF",
        "MRD",
        "CD19",
        "phase",
        "treatment",
        "diagnosis",
        "response",
        "fit-for",
        "relapse",
        "status",
        "donor",
        "intolerant",
    ):
        assert secret not in why(knowledge, f"2021-01-01 {fact} {secret}")


@pytest.mark.parametrize(
    ("written", "column", "found"),
    [
        ("fit-for transplant", "fit-for:transplant", (1, 1)), ("fit-for not:transplant", "fit-for:transplant", (0, 0)),
        ("fit-for NOT:HSCT", "fit-for:transplant", (0, 0)), ("wish open-to-trials", "wish:trials", (1, 1)),
        ("wish not:trials", "wish:trials", (0, 0)),
        ("donor haplo", "donor:haploidentical", (1, 1)), ("donor MSD", "donor:matched-sibling", (1, 1)),
    ],
)  # fmt: skip
def test_a_stance_or_choice_is_yes_or_no_for_each_word(written: str, column: str, found: Interval, knowledge: Knowledge) -> None:
    assert interval(knowledge, f"2021-01-01 {written}", column) == found


def test_a_word_that_leaves_words_open_is_all_of_them(knowledge: Knowledge) -> None:
    phases = knowledge.vocabulary.value_ids("phase")
    myeloid, lymphoid = phases.index("blast-myeloid"), phases.index("blast-lymphoid")
    assert interval(knowledge, "2021-01-01 phase 'blast crisis'", "phase") == (min(myeloid, lymphoid), max(myeloid, lymphoid))
    assert interval(knowledge, "2021-01-01 phase blast-lymphoid", "phase") == (lymphoid, lymphoid)


def test_many_values_mean_what_each_of_them_does(knowledge: Knowledge) -> None:
    written = ["24", "<5", "0.5", "x", "<= 20", "24"]
    facts = facts_of(knowledge, *(f'2021-01-{day:02d} marrow-blasts "{value}" unit=%' for day, value in enumerate(written, start=1)))
    assert intervals(facts, "marrow-blasts") == [(24, 24), (0, just_under(5)), (0.5, 0.5), (0, 20), (24, 24)]
    assert len(listed(facts)) == 1
