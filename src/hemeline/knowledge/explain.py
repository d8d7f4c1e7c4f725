"""What a word means: its entry in the vocabulary or the definitions, with sources and synonyms."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hemeline.errors import UsageError, did_you_mean
from hemeline.knowledge.knowledge import Knowledge
from hemeline.knowledge.schema import Definition
from hemeline.knowledge.schema_background import Topic
from hemeline.vocabulary import Disease, Fact, Response, Therapy, Vocabulary, normal
from hemeline.vocabulary.lookup import spellings_of

_WORD = re.compile(r"\w+")


def explain(term: str, knowledge: Knowledge) -> list[dict[str, Any]]:
    """Every entry that a term names: ``kind``, ``id``, ``name``, ``text``, ``synonyms``, ``sources``.

    A term that is nobody's name but is said in several definitions or topics gets those. Raises :class:`UsageError` with the nearest
    right word if nothing is called so.
    """
    found = list(_entries(term, knowledge)) or list(_mentions(term, knowledge))
    if not found:
        raise UsageError(f'unknown term "{term[:60]}"{did_you_mean(term, _all_words(knowledge))}')
    return found


def _all_words(knowledge: Knowledge) -> list[str]:
    vocabulary = knowledge.vocabulary
    topics = {one.id: one for one in knowledge.content.topics}
    words = (vocabulary.diseases, vocabulary.facts, vocabulary.responses, vocabulary.therapies, vocabulary.classes)
    groups: list[Mapping[str, Any]] = [*words, knowledge.definitions, topics]
    return [word for group in groups for entry in group.values() for _, word in spellings_of(entry)]


def _mentions(term: str, knowledge: Knowledge) -> Iterator[dict[str, Any]]:
    """Definitions and topics in whose name, or in whose results together with their name, every word of the term stands."""
    asked = set(_WORD.findall(term.casefold()))
    if not asked:
        return
    for definition in knowledge.content.definitions:
        named = [definition.id, definition.name, definition.kind, *definition.synonyms, *(one.result for one in definition.categories)]
        if asked <= _words_in(named):
            yield _definition(definition, knowledge)
    for topic in knowledge.content.topics:
        if asked <= _words_in([topic.id, topic.name, *topic.synonyms]):
            yield _topic(topic, knowledge)


def _words_in(phrases: Sequence[str]) -> set[str]:
    return {word for phrase in phrases for word in _WORD.findall(phrase.casefold())}


def _entries(term: str, knowledge: Knowledge) -> Iterator[dict[str, Any]]:
    vocabulary = knowledge.vocabulary
    for definition in knowledge.content.definitions:
        if normal(term) in {normal(word) for _, word in spellings_of(definition)}:
            yield _definition(definition, knowledge)
    for topic in knowledge.content.topics:
        if normal(term) in {normal(word) for _, word in spellings_of(topic)}:
            yield _topic(topic, knowledge)
    lookups = (
        ("disease", vocabulary.disease_index, vocabulary.diseases), ("response", vocabulary.response_index, vocabulary.responses),
        ("fact", vocabulary.fact_index, vocabulary.facts), ("therapy", vocabulary.therapy_index, vocabulary.therapies),
        ("class", vocabulary.class_index, vocabulary.classes),
    )  # fmt: skip
    for kind, index, entries in lookups:
        identifier = index.find(term)
        if identifier is not None:
            entry: Any = entries[identifier]
            name = entry.title if isinstance(entry, Therapy) else entry.name
            yield {
                "kind": kind,
                "id": entry.id,
                "name": name,
                "text": _described(entry, vocabulary),
                "synonyms": sorted({word for _, word in spellings_of(entry)} - {entry.id, entry.name, name}),
                "sources": [_source(one, knowledge) for one in getattr(entry, "sources", ())],
            }


def _definition(definition: Definition, knowledge: Knowledge) -> dict[str, Any]:
    text = definition.text if not definition.population else f"{definition.text} (Made for: {definition.population}.)"
    others = [knowledge.definitions[one].name for one in definition.conflicts_with]
    return {
        "kind": "definition",
        "id": definition.id,
        "name": definition.name,
        "text": f"{text} Differs from: {', '.join(others)}." if others else text,
        "synonyms": list(definition.synonyms),
        "sources": [_source(one, knowledge) for one in definition.sources],
    }


def _topic(topic: Topic, knowledge: Knowledge) -> dict[str, Any]:
    steps = [f"{number}. {step}" for number, step in enumerate(topic.steps, start=1)]
    return {
        "kind": topic.kind,
        "id": topic.id,
        "name": topic.name,
        "text": " ".join([topic.text, *steps]),
        "synonyms": list(topic.synonyms),
        "sources": [_source(one, knowledge) for one in topic.sources],
    }


def _source(identifier: str, knowledge: Knowledge) -> str:
    source = knowledge.sources[identifier]
    where = source.url or (f"https://doi.org/{source.doi}" if source.doi else "")
    return ". ".join(part for part in (source.title, source.publisher, source.date, where) if part)


def _described(entry: Any, vocabulary: Vocabulary) -> str:
    if isinstance(entry, Disease):
        members = sorted(vocabulary.diseases_within(entry.id) - {entry.id})
        return f"a group of diseases: {', '.join(members)}" if entry.group else "a disease"
    if isinstance(entry, Response):
        return f"a {entry.category} response ({', '.join(entry.criteria)})"
    if isinstance(entry, Fact):
        unit = f", in {entry.unit}" if entry.unit and entry.unit != "1" else ""
        return f"a recorded fact ({entry.kind}{unit}){f'; found by {entry.how}' if entry.how else ''}"
    if isinstance(entry, Therapy):
        named = [vocabulary.classes[one].name for one in entry.classes]
        parts = [entry.kind, *named, *([f"aimed at {', '.join(entry.targets)}"] if entry.targets else [])]
        return "; ".join([*parts, *([f"drugs: {', '.join(entry.drugs)}"] if entry.drugs else [])])
    members = sorted(vocabulary.therapies_in(entry.id))
    return f"a class of {len(members)} therapies: {', '.join(members)}"
