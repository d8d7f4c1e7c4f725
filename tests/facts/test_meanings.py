"""What a fact says beside itself, and in which order the facts of one day are read."""

from __future__ import annotations

import pytest

from hemeline.knowledge import Knowledge
from tests.facts.reading import dates, intervals, rows
from tests.facts.recording import facts_of, listed

MUTATIONS = "ABL1-kinase-domain-mutation"  # one test for several mutations


def test_a_donor_found_means_that_a_donor_is_available(knowledge: Knowledge) -> None:
    assert intervals(facts_of(knowledge, "2021-01-01 donor haploidentical"), "donor:available") == [(1, 1)]


def test_a_search_that_found_none_means_that_no_donor_is_available(knowledge: Knowledge) -> None:
    assert intervals(facts_of(knowledge, "2021-01-01 donor none"), "donor:available") == [(0, 0)]


def test_a_test_that_found_nothing_says_so_of_each_marker_it_covers(knowledge: Knowledge) -> None:
    facts = facts_of(knowledge, f"2021-01-01 {MUTATIONS} negative")
    covered = knowledge.vocabulary.facts[MUTATIONS].covers
    assert "T315I" in covered and all(intervals(facts, one) == [(0, 0)] for one in covered)


def test_a_marker_that_is_positive_says_so_of_the_test_that_covers_it(knowledge: Knowledge) -> None:
    facts = facts_of(knowledge, "2021-01-01 T315I positive")
    assert intervals(facts, MUTATIONS) == [(1, 1)] and intervals(facts, "V299L") == []


@pytest.mark.parametrize(
    ("change", "gene"),
    [("t(9;11)", "KMT2A"), ("MLL-AF4", "KMT2A"), ("KMT2A::MLLT10", "KMT2A"), ("IDH1-R132H", "IDH1"), ("IDH2-R140Q", "IDH2")],
)
def test_a_named_change_of_a_gene_is_a_change_of_it_and_its_absence_leaves_the_others_open(
    change: str, gene: str, knowledge: Knowledge
) -> None:
    assert intervals(facts_of(knowledge, f"2021-01-01 {change} positive"), gene) == [(1, 1)]
    assert intervals(facts_of(knowledge, f"2021-01-01 {change} negative"), gene) == []


@pytest.mark.parametrize(
    ("code", "fact"),
    [
        ("C92.60", "KMT2A"),
        ("9897/3", "KMT2A"),
        ("AMLMLLT3KMT2A", "MLLT3::KMT2A"),
        ("9871/3", "CBFB::MYH11"),
        ("C92.A0", "myelodysplasia-related"),
    ],
)
def test_a_code_that_names_a_subtype_tells_what_defines_it(code: str, fact: str, knowledge: Knowledge) -> None:
    assert intervals(facts_of(knowledge, f"2021-01-01 diagnosis {code}"), fact) == [(1, 1)]


@pytest.mark.parametrize("word", ["positive", "indeterminate"])
def test_a_test_that_found_something_leaves_open_what(word: str, knowledge: Knowledge) -> None:
    assert intervals(facts_of(knowledge, f"2021-01-01 {MUTATIONS} {word}"), "T315I") == []


def test_one_marker_that_is_negative_leaves_the_whole_test_open(knowledge: Knowledge) -> None:
    assert intervals(facts_of(knowledge, "2021-01-01 T315I negative"), MUTATIONS) == []


def test_a_diagnosis_states_what_defines_it(knowledge: Knowledge) -> None:
    facts = facts_of(knowledge, "2021-03 diagnosis cml")
    assert intervals(facts, "BCR::ABL1") == [(1, 1)] and dates(facts, "BCR::ABL1") == ["2021-03"]


@pytest.mark.parametrize(
    ("code", "marker", "found"),
    [("9812/3", "BCR::ABL1", [(1, 1)]), ("BLLKMT2A", "KMT2A", [(1, 1)]), ("b-all", "BCR::ABL1", []), ("C91.00", "BCR::ABL1", [])],
)
def test_a_code_states_what_it_alone_names(code: str, marker: str, found: list[tuple[float, float]], knowledge: Knowledge) -> None:
    assert intervals(facts_of(knowledge, f"2021-01-01 diagnosis {code}"), marker) == found


def test_what_is_implied_and_also_recorded_is_said_once_without_complaint(knowledge: Knowledge) -> None:
    facts = facts_of(knowledge, "2021-01-01 diagnosis cml", "2021-01-01 Ph positive")
    assert len(rows(facts, "BCR::ABL1")) == 1 and listed(facts) == []


def test_what_is_implied_stands_in_the_row_of_the_fact_that_implies_it(knowledge: Knowledge) -> None:
    facts = facts_of(knowledge, "2021-01-01 CD19 positive", "2021-01-02 diagnosis cml")
    assert [row["row"] for row in rows(facts, "BCR::ABL1")] == [2]


@pytest.mark.parametrize("fact", ["relapse", "progression"])
def test_an_event_without_a_site_is_at_a_site_not_recorded(fact: str, knowledge: Knowledge) -> None:
    sites = knowledge.vocabulary.value_ids("site")
    assert [sites[row["value"]] for row in rows(facts_of(knowledge, f"2021-01-01 {fact}"), fact)] == ["unspecified"]


@pytest.mark.parametrize("line", ["2021-09-01 last-contact", "2021-09-01 'last follow-up'", "2021-09-01 last-contact 'lost to follow-up'"])
def test_a_contact_without_a_word_is_one_on_which_the_patient_lived(line: str, knowledge: Knowledge) -> None:
    facts = facts_of(knowledge, line)
    assert dates(facts, "last-contact") == dates(facts_of(knowledge, "2021-09-01 last-contact alive"), "last-contact") and not listed(facts)


def test_the_facts_of_one_day_are_read_in_their_stated_order(knowledge: Knowledge) -> None:
    day = (
        "status relapsed",
        "treatment imatinib",
        "CD19 positive",
        "intolerant imatinib",
        "relapse marrow",
        "response CR",
        "diagnosis cml",
    )
    facts = facts_of(knowledge, *(f"2021-01-01 {fact}" for fact in day), "2021-01-01 death")
    names = [facts.codes.names[code] for code in facts.rows["fact"]]
    stated = ["diagnosis", "response", "relapse", "intolerant", "CD19", "treatment", "status", "death"]
    assert [name for name in names if name != "BCR::ABL1"] == stated
