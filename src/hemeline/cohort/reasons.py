"""Why a verdict is not yes, for many patients at once.

Two patients whose leaves of a criterion have the same truths have the same reasons. So the reasons are worked out once for each
distinct pattern of truths, by the same code as for one patient, and given to all who have it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from hemeline.assessment.evaluate import Evaluation, Judged
from hemeline.assessment.options import missing_facts, shown_parts
from hemeline.assessment.person import Person
from hemeline.assessment.plan import Plan
from hemeline.columns import Codes, places
from hemeline.criteria import Leaf, Tree, judge, leaves_of
from hemeline.criteria.features import FEATURES
from hemeline.criteria.program import NO, YES
from hemeline.criteria.program import PERHAPS as UNKNOWN
from hemeline.criteria.text import text_of_tree
from hemeline.knowledge.words import RESULT_FEATURES
from hemeline.vocabulary import Vocabulary

Answer = TypeVar("Answer")
_REMEMBERED = 20_000  # patterns of one tree; far more than are seen
_BY_WORD = ("category", "stance", "choice")  # facts that are asked about word by word
_RADIX, _PACKED = 3, 20  # so many truths, and the numbers of a billion patterns, go into one number


class Coded:
    """The truths of a group as ``NO``, ``UNKNOWN`` and ``YES``, those within the definitions that it needs, and persons once looked at."""

    def __init__(self, evaluation: Evaluation, group: Judged) -> None:
        self.evaluation, self.group = evaluation, group
        self._persons: dict[int, Person] = {}

    def __getitem__(self, name: str) -> NDArray[np.int8]:
        return self.group.found[name]

    def person(self, row: int) -> Person:
        """The patient of a row; the same person for all indications."""
        if row not in self._persons:
            self._persons[row] = Person(self.evaluation, int(self.group.patients[row]))
        return self._persons[row]


@dataclass
class Words:
    """Facts, or whole texts, by number: each is kept once."""

    known: dict[str, int] = field(default_factory=dict)

    def number(self, word: str) -> int:
        return self.known.setdefault(word, len(self.known))


@lru_cache(maxsize=8)
def askable(vocabulary: Vocabulary) -> tuple[str, ...]:
    """Every fact that a verdict can wait for, as :class:`Reasons` names it: what a criterion asks for, or a word of it."""
    named = {feature.asks: None for feature in FEATURES.values()}
    for fact in vocabulary.facts.values():
        named[fact.id] = None
        if fact.kind in _BY_WORD:
            named |= {_named(fact.id, word): None for word in (*vocabulary.value_ids(fact.values or ""), "available")}
    return tuple(named)


def _named(fact: str, word: str | None) -> str:
    return f"{fact}: {word}" if word else fact


@dataclass(frozen=True)
class Missing:
    """Which facts some rows wait for: ``facts[which[row]]`` are the numbers of those of a row."""

    facts: list[tuple[int, ...]]
    which: Codes

    @staticmethod
    def together(several: list[Missing]) -> Missing:
        """What any of several possible wordings waits for."""
        first, *rest = several
        for other in rest:
            key = first.which.astype(np.int64) * len(other.facts) + other.which
            which, at = places(key, len(first.facts) * len(other.facts))
            pairs = [divmod(int(one), len(other.facts)) for one in key[at]]
            first = Missing([tuple(dict.fromkeys((*first.facts[a], *other.facts[b]))) for a, b in pairs], which)
        return first


@dataclass
class Reasons:
    """What is missing, and what is the only thing in the way, by pattern of truths of one tree."""

    coded: Coded
    name: str
    words: Words

    @property
    def tree(self) -> Tree:
        return self.coded.group.plan.trees[self.name]

    def missing(self, rows: NDArray[np.intp]) -> Missing:
        """The facts that the rows of undecided verdicts wait for."""
        found, which = self._asked(rows, "missing", self._missing)
        return Missing([tuple(map(self.words.number, facts)) for facts in found], which)

    def near(self, rows: NDArray[np.intp]) -> tuple[list[str | None], Codes]:
        """The one criterion that is not met, where all others are: the texts, and which of them each row has."""
        return self._asked(rows, "near", self._near)

    def _asked(self, rows: NDArray[np.intp], what: str, answer: Callable[[Person], Answer]) -> tuple[list[Answer], Codes]:
        """The answer for each pattern of some rows, and the pattern of each row; what a pattern was answered before is remembered."""
        truths = list(self._truths(rows))
        which, first = _patterns(truths, len(rows))
        known = _known(self.coded.group.plan, self.name, what)
        patterns = np.stack([column.take(first) for column in truths], axis=1)
        if len(known) > _REMEMBERED:
            known.clear()
        found = []
        for row, pattern in zip(rows[first].tolist(), map(bytes, patterns), strict=True):
            if pattern not in known:
                known[pattern] = answer(self.coded.person(row))
            found.append(known[pattern])
        return found, which

    def _missing(self, person: Person) -> tuple[str, ...]:
        return tuple(dict.fromkeys(_named(one["fact"], one.get("value")) for one in missing_facts(person, self.tree)))

    def _near(self, person: Person) -> str | None:
        parts = [(part, judge(part, person.truth)) for part in shown_parts(person, self.tree)]
        unmet = [part for part, truth in parts if truth is False]
        return text_of_tree(unmet[0]) if len(unmet) == 1 and all(truth is not None for _, truth in parts) else None

    def _truths(self, rows: NDArray[np.intp]) -> Iterator[NDArray[np.int8]]:
        """The truths of all leaves; of a leaf that is the result of a definition, also those within the definition."""
        read = _known(self.coded.group.plan, self.name, "read")
        if "places" not in read:
            read["places"] = tuple(self._places())
        patients = self.coded.group.patients[rows]
        for definition, place in read["places"]:
            if definition is None:
                yield self.coded.group.found.codes[place].take(rows)
            else:
                yield self.coded.evaluation.within(definition).found.codes[place].take(patients)

    def _places(self) -> Iterator[tuple[str | None, int]]:
        """Where the truths of all leaves stand: among those of the plan, or of a definition."""
        found = self.coded.group.found
        for leaf in dict.fromkeys(leaves_of(self.tree)):
            yield None, found.places[self.coded.group.plan.leaves[leaf]]
            yield from self._within(leaf)

    def _within(self, leaf: Leaf) -> Iterator[tuple[str | None, int]]:
        if leaf.name not in RESULT_FEATURES.values():
            return
        for column in leaf.columns:
            name = column.partition(":")[2].rpartition(":")[0]
            definition = self.coded.evaluation.within(name)
            for inner in dict.fromkeys(leaves_of(definition.trees[column])):
                yield name, definition.found.places[definition.columns[inner]]
                yield from self._within(inner)


def _patterns(truths: list[NDArray[np.int8]], size: int) -> tuple[Codes, NDArray[np.intp]]:
    """The pattern of truths of each row, by number, and for each pattern where it occurs first."""
    key, span = np.zeros(size, dtype=np.int64), 1
    for number, column in enumerate(truths):
        if number and number % _PACKED == 0:  # numbered anew, so that there is room for more
            which, first = places(key, span)
            key, span = which.astype(np.int64), len(first)
        key *= _RADIX
        key += column
        span *= _RADIX
    return places(key, span)


@lru_cache(maxsize=4096)
def _known(plan: Plan, tree: str, what: str) -> dict[Any, Any]:
    """What was found out about a tree, for the next range of patients: what is read, or the answers for its patterns."""
    return {}


__all__ = ["NO", "UNKNOWN", "YES", "Coded", "Missing", "Reasons", "Words", "askable"]
