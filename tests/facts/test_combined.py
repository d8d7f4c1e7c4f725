"""Texts that name several therapies: understood if each part is, and never otherwise."""

from __future__ import annotations

import pytest

from hemeline.facts.combined import therapies_in_text
from hemeline.knowledge import Knowledge
from tests.facts.reading import rows
from tests.facts.recording import facts_of, listed


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Vidaza", ["azacitidine"]),
        ("azacitidine, sorafenib", ["azacitidine", "sorafenib"]),
        ("azacitidine and sorafenib", ["azacitidine", "sorafenib"]),
        ("Azacitidine + Sorafenib", ["azacitidine", "sorafenib"]),
        ("azacitidine, sorafenib, and midostaurin", ["azacitidine", "sorafenib", "midostaurin"]),
        ("azacitidine; Azacitidine", ["azacitidine"]),
        ("FLAG-IDA plus midostaurin", ["flag-ida", "midostaurin"]),
    ],
)
def test_a_list_of_therapies_is_each_of_them(text: str, meant: list[str], knowledge: Knowledge) -> None:
    assert list(therapies_in_text(text, knowledge.vocabulary)) == meant


@pytest.mark.parametrize("text", ["busulfan, cyclophosphamide", "cyclophosphamide, busulfan", "Busulfan & Cyclophosphamide"])
def test_a_list_that_the_vocabulary_knows_as_a_regimen_is_that_regimen(text: str, knowledge: Knowledge) -> None:
    assert therapies_in_text(text, knowledge.vocabulary) == ("bucy",)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("MEC (cytarabine, etoposide, mitoxantrone)", ["mec"]),
        ("venetoclax (ABT-199)", ["venetoclax"]),
        ("PF-04449913 (Hedgehog inhibitor)", ["glasdegib"]),
        ("venetoclax (ABT-199), azacitidine", ["venetoclax", "azacitidine"]),
        ("5+2 (cytarabine, idarubicin)", ["five-plus-two", "idarubicin"]),  # the name leaves the anthracycline open
    ],
)
def test_brackets_explain_the_name_before_them(text: str, meant: list[str], knowledge: Knowledge) -> None:
    assert list(therapies_in_text(text, knowledge.vocabulary)) == meant


@pytest.mark.parametrize(
    "text",
    [
        "azacitidine, placebo",
        "azacitidine +/- sorafenib",
        "azacitidine or sorafenib",
        "azacitidine, no sorafenib",
        "azacitidine,",
        ", azacitidine",
        "azacitidine (declined)",
        "declined (azacitidine)",
        "MEC (cytarabine, rituximab)",
        "venetoclax (BCR-ABL inhibitor)",
        "MEC (cytarabine, etoposide",
        "MEC) cytarabine, etoposide",
        "azacitidine, " * 40,
        "",
    ],
)
def test_one_part_that_is_not_understood_leaves_the_whole_text_so(text: str, knowledge: Knowledge) -> None:
    assert therapies_in_text(text, knowledge.vocabulary) == ()


def test_a_treatment_that_names_several_is_each_of_them_on_its_day(knowledge: Knowledge) -> None:
    facts = facts_of(knowledge, "2021-01-01 treatment azacitidine,sorafenib")
    names = tuple(knowledge.vocabulary.therapies)
    assert sorted(names[row["value"]] for row in rows(facts, "treatment")) == ["azacitidine", "sorafenib"]
    assert len({(row["date_low"], row["row"]) for row in rows(facts, "treatment")}) == 1 and listed(facts) == []


def test_an_intolerance_of_several_is_of_each(knowledge: Knowledge) -> None:
    assert len(rows(facts_of(knowledge, "2021-01-01 intolerant imatinib,dasatinib"), "intolerant")) == 2


def test_a_list_with_a_word_that_is_not_listed_is_reported_whole(knowledge: Knowledge) -> None:
    facts = facts_of(knowledge, "2021-01-01 treatment azacitidine,placebo")
    assert rows(facts, "treatment") == [] and len(listed(facts)) == 1
