"""Finding a word by any listed spelling, and what a word stands for."""

from __future__ import annotations

import pytest

from hemeline.knowledge import Knowledge
from hemeline.vocabulary import Clash, Index, normal
from hemeline.vocabulary.lookup import spellings_of

TEA = Index.of([("green-tea", "green tea"), ("green-tea", "Sencha"), ("black-tea", "Assam")])


@pytest.mark.parametrize(
    "spelling", ["flag-ida", "FLAG-IDA", "FLAG Ida", "flag_ida", "FLAG\u2013IDA", "flagida", " FLAG-\u2011IDA\u00ae "]
)  # fmt: skip
def test_case_spaces_hyphens_and_marks_make_no_other_word(spelling: str) -> None:
    assert normal(spelling) == "flagida"


@pytest.mark.parametrize(
    ("british", "american"), [("leukaemia", "leukemia"), ("oedema", "edema"), ("tumour", "tumor"), ("haematological", "hematological")]
)
def test_british_and_american_spelling_are_one(british: str, american: str) -> None:
    assert normal(british) == normal(american)


def test_signs_that_tell_facts_apart_stay() -> None:
    assert len({normal(word) for word in ("t(9;22)", "t(9;21)", "+8", "8", "BCR::ABL1", "BCR/ABL1")}) == 6


def test_a_word_is_found_by_each_of_its_spellings() -> None:
    assert [TEA.find(word) for word in ("SENCHA", "green-tea", "assam", "coffee", "")] == [
        "green-tea",
        "green-tea",
        "black-tea",
        None,
        None,
    ]


def test_a_miss_knows_the_nearest_listed_spelling() -> None:
    assert TEA.nearest("senscha") == "Sencha" and TEA.nearest("lemonade") is None


def test_an_endless_word_is_nothing_and_costs_nothing() -> None:
    assert TEA.find("green tea" + " " * 300) is None and TEA.nearest("s" * 1_000_000) is None


def test_one_spelling_cannot_mean_two_things() -> None:
    with pytest.raises(Clash, match=r'^"Green-Tea" would mean both green-tea and black-tea$'):
        Index.of([("green-tea", "green tea"), ("black-tea", "Green-Tea")])


def test_one_thing_may_be_spelt_twice_alike() -> None:
    assert Index.of([("green-tea", "green tea"), ("green-tea", "Green-Tea")]).find("GREENTEA") == "green-tea"


# -- the shipped words -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spelling", "therapy"),
    [
        ("Blincyto", "blinatumomab"), ("Blinatumomab (Blincyto)", "blinatumomab"), ("Gleevec", "imatinib"), ("Glivec", "imatinib"),
        ("HSCT allogeneic", None), ("allo-HSCT", "allogeneic-sct"), ("Kymriah", "tisagenlecleucel"),
    ],
)  # fmt: skip
def test_a_therapy_is_found_by_name_brand_and_synonym(spelling: str, therapy: str | None, knowledge: Knowledge) -> None:
    assert knowledge.vocabulary.therapy_index.find(spelling) == therapy


@pytest.mark.parametrize("spelling", ["b-all", "C91.0", "C91.00", "9811/3", "BLL", "B-cell acute lymphoblastic leukemia"])
def test_a_disease_is_found_by_name_and_code(spelling: str, knowledge: Knowledge) -> None:
    words = knowledge.vocabulary
    found = words.disease_index.find(spelling)
    assert found is not None and "b-all" in words.diseases_within(found)


def test_every_spelling_of_every_entry_leads_to_it(knowledge: Knowledge) -> None:
    words = knowledge.vocabulary
    indexed = (
        (words.diseases, words.disease_index), (words.facts, words.fact_index), (words.responses, words.response_index),
        (words.therapies, words.therapy_index), (words.classes, words.class_index),
    )  # fmt: skip
    lost = [
        pair for entries, index in indexed for entry in entries.values() for pair in spellings_of(entry) if index.find(pair[1]) != pair[0]
    ]
    for value_set, index in words.value_indexes.items():
        values = words.value_sets[value_set].values
        lost += [pair for value in values for pair in spellings_of(value) if index.find(pair[1]) != pair[0]]
    assert lost == []


def test_every_code_leads_to_the_entry_that_lists_it(knowledge: Knowledge) -> None:
    words = knowledge.vocabulary
    assert words.codes["loinc", "51867-0".replace("-", "")] == "BCR::ABL1"
    listed: list[tuple[str, str, str]] = []
    listed += [(one.id, system, code) for one in words.diseases.values() for system, codes in one.codes.items() for code in codes]
    listed += [(one.id, system, code) for one in words.facts.values() for system, codes in one.codes.items() for code in codes]
    listed += [(one.id, system, code) for one in words.therapies.values() for system, codes in one.codes.items() for code in codes]
    assert [(one, code) for one, system, code in listed if words.codes[system, normal(code)] != one] == []


def test_the_words_of_a_fact_have_their_order(knowledge: Knowledge) -> None:
    assert knowledge.vocabulary.value_ids("history") == ("closed", "partial")


def test_a_group_holds_its_diseases_and_those_of_its_groups(knowledge: Knowledge) -> None:
    within = knowledge.vocabulary.diseases_within
    assert {"b-all", "t-all", "all"} <= within("all") < within("acute-leukemia") < within("leukemia")
    assert within("cml") == {"cml"} and within("lbcl") == {"lbcl", "dlbcl", "hgbl", "pmbcl", "tfl"}


def test_a_class_stands_for_its_therapies_and_those_of_its_classes(knowledge: Knowledge) -> None:
    stands_for = knowledge.vocabulary.therapies_in
    assert "tisagenlecleucel" in stands_for("cd19-car-t") < stands_for("car-t")
    assert stands_for("imatinib") == {"imatinib"} and "imatinib" in stands_for("tyrosine-kinase-inhibitor")


def test_a_regimen_gives_itself_and_its_drugs(knowledge: Knowledge) -> None:
    gives = knowledge.vocabulary.given_with
    assert gives("flag-ida") == {"flag-ida", "fludarabine", "cytarabine", "filgrastim", "idarubicin"}
    assert gives("imatinib") == {"imatinib"}


def test_the_markers_of_a_therapy_are_those_of_its_targets_and_of_its_drugs(knowledge: Knowledge) -> None:
    markers = knowledge.vocabulary.markers_of
    assert markers("blinatumomab") == {"CD19"} and markers("inotuzumab-ozogamicin") == {"CD22"}
    assert markers("blinatumomab-ponatinib") >= {"CD19", "BCR::ABL1"} and markers("vincristine") == frozenset()
