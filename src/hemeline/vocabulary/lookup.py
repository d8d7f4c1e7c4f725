"""Finding a word by any listed spelling, in any case; a miss knows the nearest word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from hemeline.errors import nearest
from hemeline.vocabulary.entries import Disease, Fact, Named, Response, Target, Therapy, TherapyClass, ValueSet

_IGNORED = re.compile(r"[\s_\-\u2010-\u2015'\u2019®™]+")
_LONGEST = 200


def normal(spelling: str) -> str:
    """A spelling without case, spaces and hyphens, in American form, so that equal words are equal."""
    text = _IGNORED.sub("", spelling[:_LONGEST].casefold())
    return text.replace("aem", "em").replace("oed", "ed").replace("tumour", "tumor")


class Clash(ValueError):
    """One spelling would mean two things."""

    def __init__(self, spelling: str, first: str, second: str) -> None:
        super().__init__(f'"{spelling}" would mean both {first} and {second}')


@dataclass(frozen=True)
class Index:
    """Spellings of one sort of thing, and the identifier each leads to."""

    ids: Mapping[str, str]
    shown: Mapping[str, str]

    @classmethod
    def of(cls, spellings: Iterable[tuple[str, str]]) -> Index:
        """Index ``(identifier, spelling)`` pairs. Raises :class:`Clash` where one spelling leads to two identifiers."""
        ids: dict[str, str] = {}
        shown: dict[str, str] = {}
        for identifier, spelling in spellings:
            key = normal(spelling)
            if ids.setdefault(key, identifier) != identifier:
                raise Clash(spelling, ids[key], identifier)
            shown.setdefault(key, spelling)
        return cls(ids, shown)

    def find(self, spelling: str) -> str | None:
        """The identifier, or ``None``. A spelling longer than 200 characters is nothing we know."""
        return self.ids.get(normal(spelling)) if len(spelling) <= _LONGEST else None

    def nearest(self, spelling: str) -> str | None:
        """The listed spelling most like this one, or ``None``."""
        key = nearest(normal(spelling), self.ids)
        return self.shown[key] if key else None


def spellings_of(entry: Named) -> Iterator[tuple[str, str]]:
    """``(id, spelling)`` for the id, the name and every synonym, brand and code of an entry."""
    words = [entry.id, entry.name, *entry.synonyms]
    if isinstance(entry, Disease):
        words += [code for codes in entry.codes.values() for code in codes]
    if isinstance(entry, Therapy):
        words += [*entry.brands, *(f"{entry.name} ({brand})" for brand in entry.brands)]
    return ((entry.id, word) for word in words)


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """All words, by identifier, with an index of spellings for each sort."""

    diseases: Mapping[str, Disease]
    facts: Mapping[str, Fact]
    responses: Mapping[str, Response]
    therapies: Mapping[str, Therapy]
    classes: Mapping[str, TherapyClass]
    targets: Mapping[str, Target]
    value_sets: Mapping[str, ValueSet]

    @cached_property
    def disease_index(self) -> Index:
        return Index.of(pair for entry in self.diseases.values() for pair in spellings_of(entry))

    @cached_property
    def fact_index(self) -> Index:
        return Index.of(pair for entry in self.facts.values() for pair in spellings_of(entry))

    @cached_property
    def response_index(self) -> Index:
        return Index.of(pair for entry in self.responses.values() for pair in spellings_of(entry))

    @cached_property
    def therapy_index(self) -> Index:
        return Index.of(pair for entry in self.therapies.values() for pair in spellings_of(entry))

    @cached_property
    def class_index(self) -> Index:
        return Index.of(pair for entry in self.classes.values() for pair in spellings_of(entry))

    @cached_property
    def value_indexes(self) -> Mapping[str, Index]:
        return {key: Index.of(pair for value in values.values for pair in spellings_of(value)) for key, values in self.value_sets.items()}

    @cached_property
    def codes(self) -> Mapping[tuple[str, str], str]:
        """``(system, code)`` to the identifier of the disease, fact or therapy that lists it."""
        return {
            (system, normal(code)): entry.id
            for group in (self.diseases, self.facts, self.therapies)
            for entry in group.values()
            for system, codes in entry.codes.items()
            for code in codes
        }

    def value_ids(self, value_set: str) -> tuple[str, ...]:
        """The words of a value set, in their order."""
        return tuple(value.id for value in self.value_sets[value_set].values)

    @cached_property
    def _within(self) -> Mapping[str, frozenset[str]]:
        return _closure({disease.id: disease.parents for disease in self.diseases.values()})

    @cached_property
    def _members(self) -> Mapping[str, frozenset[str]]:
        """Every class with the therapies in it or in a class below it, and every therapy with itself."""
        classes = _closure({one.id: one.parents for one in self.classes.values()})
        direct: dict[str, set[str]] = {one: set() for one in classes}
        for therapy in self.therapies.values():
            for one in therapy.classes:
                direct[one].add(therapy.id)
        members = {one: frozenset().union(*(direct[part] for part in parts)) for one, parts in classes.items()}
        return members | {therapy: frozenset({therapy}) for therapy in self.therapies}

    def diseases_within(self, disease: str) -> frozenset[str]:
        """A disease or group and everything in it."""
        return self._within[disease]

    def therapies_in(self, key: str) -> frozenset[str]:
        """The therapies that a therapy or class identifier stands for: the therapy itself, or a class's members."""
        return self._members[key]

    def markers_of(self, therapy: str) -> frozenset[str]:
        """The facts that tell whether the cells have what a therapy, or a drug of it, is aimed at."""
        return frozenset(
            fact for one in self.given_with(therapy) for target in self.therapies[one].targets for fact in self.targets[target].facts
        )

    def resistance_to(self, therapy: str) -> frozenset[str]:
        """The facts that tell whether the cells have become resistant by a change in what a therapy is aimed at."""
        return frozenset(
            fact for one in self.given_with(therapy) for target in self.therapies[one].targets for fact in self.targets[target].resistance
        )

    def given_with(self, therapy: str) -> frozenset[str]:
        """What giving this therapy gives: itself and, for a regimen, its drugs."""
        return frozenset({therapy, *self.therapies[therapy].drugs})


def _closure(parents: Mapping[str, Iterable[str]]) -> dict[str, frozenset[str]]:
    """Every identifier with itself and all identifiers below it."""
    children: dict[str, set[str]] = {one: set() for one in parents}
    for one, above in parents.items():
        for parent in above:
            children[parent].add(one)

    def below(one: str) -> frozenset[str]:
        return frozenset({one}.union(*(below(child) for child in children[one])))

    return {one: below(one) for one in parents}
