"""What a word means, whatever it is a word for."""

from __future__ import annotations

import pytest

from hemeline.errors import UsageError
from hemeline.knowledge import Knowledge, load_knowledge
from hemeline.knowledge.explain import explain
from tests.knowledge.copies import SMALL

SOURCE = "What polishers know. Society"
MEANINGS = {
    "a disease": ("Drab Disease", "disease", "drab", "a disease"),
    "a disease by its code": ("x01.0", "disease", "drab", "a disease"),
    "a group of diseases": ("gloom", "disease", "gloom", "a group of diseases: drab, grey"),
    "a response": ("cr", "response", "CR", "a complete response (made up)"),
    "a fact": ("GLIMMER", "fact", "glint", "a recorded fact (marker); found by a look"),
    "a fact with a unit": ("sheen", "fact", "sheen", "a recorded fact (measurement, in g/L)"),
    "a therapy by its brand": ("shinerix", "therapy", "waxumab", "drug; waxes; aimed at glint"),
    "a class": ("polishes", "class", "polishes", "a class of 2 therapies: chalk, waxumab"),
    "a topic with its steps": ("polishing", "process", "polishing", "It takes two steps. 1. Rub. 2. Wait."),
    "a definition by a synonym": (
        "polish relapse-timing", "definition", "polish-timing",
        "Early is under 12 months from diagnosis. (Made for: adults.) Differs from: shine.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("term", "kind", "identifier", "text"), MEANINGS.values(), ids=MEANINGS)
def test_a_word_is_explained_in_any_spelling(term: str, kind: str, identifier: str, text: str) -> None:
    found = [one for one in explain(term, load_knowledge(SMALL)) if one["kind"] == kind]
    assert [(one["id"], one["text"]) for one in found] == [(identifier, text)]


def test_a_word_for_several_things_has_several_answers(knowledge: Knowledge) -> None:
    assert {(one["kind"], one["id"]) for one in explain("MMR", knowledge)} == {("definition", "mmr"), ("response", "MMR")}


def test_synonyms_are_the_other_spellings() -> None:
    (found,) = explain("waxumab", load_knowledge(SMALL))
    assert (found["name"], found["synonyms"]) == ("Waxumab (Shinerix)", ["Shinerix"])


def test_a_definition_names_its_sources() -> None:
    assert explain("shine", load_knowledge(SMALL))[0]["sources"] == [SOURCE]


def test_an_unknown_word_names_the_nearest_one() -> None:
    with pytest.raises(UsageError, match=r'unknown term "waxomab" \(did you mean Waxumab\?\)'):
        explain("waxomab", load_knowledge(SMALL))


def test_an_unknown_word_is_quoted_in_part_only() -> None:
    with pytest.raises(UsageError) as raised:
        explain("x" * 5000, load_knowledge(SMALL))
    assert len(str(raised.value)) < 100


def test_every_word_of_the_shipped_knowledge_is_explained(knowledge: Knowledge) -> None:
    vocabulary = knowledge.vocabulary
    for kind, words in (
        ("disease", vocabulary.diseases), ("fact", vocabulary.facts), ("response", vocabulary.responses),
        ("class", vocabulary.classes), ("definition", knowledge.definitions),
    ):  # fmt: skip
        for word in words:
            assert (kind, word) in {(one["kind"], one["id"]) for one in explain(word, knowledge)}
