"""The vocabulary and the criteria lexicon that some content gives."""

from __future__ import annotations

from hemeline.criteria import Lexicon
from hemeline.knowledge.schema import Content
from hemeline.vocabulary import Vocabulary

RESULT_FEATURES = {"relapse-timing": "relapse_timing", "risk": "risk", "milestone": "milestone"}


def vocabulary_of(content: Content) -> Vocabulary:
    """All words of the content; a therapy with indications is a therapy of the vocabulary."""
    return Vocabulary(
        {entry.id: entry for entry in content.diseases},
        {entry.id: entry for entry in content.facts},
        {entry.id: entry for entry in content.responses},
        {entry.id: entry for entry in (*content.therapies, *content.entries)},
        {entry.id: entry for entry in content.classes},
        {entry.id: entry for entry in content.targets},
        {entry.id: entry for entry in content.value_sets},
    )


def lexicon_of(content: Content, vocabulary: Vocabulary) -> Lexicon:
    """What criteria may name: the vocabulary, and the results of definitions."""
    results = {
        one.id: (RESULT_FEATURES[one.kind], tuple(category.result for category in one.categories))
        for one in content.definitions
        if one.kind in RESULT_FEATURES
    }
    return Lexicon(vocabulary, results)
