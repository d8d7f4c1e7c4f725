"""Criteria written in YAML become trees; whatever is not the language is refused with the path where it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hemeline.criteria.features import FEATURES, KINDS_MEANT, ONE_OF, Feature
from hemeline.criteria.limits import Limit, parse_limit
from hemeline.criteria.tree import Compare, Group, Is, IsOneOf, Leaf, Sign, Tree
from hemeline.errors import did_you_mean
from hemeline.quantity import parse_number
from hemeline.vocabulary import Fact, Vocabulary

Path = tuple[str | int, ...]
_GROUPS = ("all", "any", "not", "at_least")
_COUNT_WORDS: dict[str, Sign] = {"at_least": ">=", "at_most": "<=", "exactly": "=", "under": "<", "over": ">"}


class CriterionFault(ValueError):
    """Something in a criterion that the language does not have: ``path`` within the criterion, and ``what``."""

    def __init__(self, path: Path, what: str) -> None:
        super().__init__(what)
        self.path = path
        self.what = what


@dataclass(frozen=True)
class Lexicon:
    """What leaves may name: the vocabulary, and for each definition with results its feature and its categories."""

    vocabulary: Vocabulary
    results: Mapping[str, tuple[str, tuple[str, ...]]]

    def parse(self, written: Any, path: Path = ()) -> Tree:
        """The tree of a criterion. Raises :class:`CriterionFault`."""
        if not isinstance(written, Mapping) or len(written) != 1:
            raise CriterionFault(path, "expected a mapping with one key: a fact, or one of all, any, not, at_least")
        name, operand = next(iter(written.items()))
        path = (*path, name)
        if name in ("all", "any"):
            return Group(name, self._parts(operand, path))
        if name == "not":
            return Group("not", (self.parse(operand, path),))
        if name == "at_least":
            return self._at_least(operand, path)
        if name in FEATURES:
            return _FeatureLeaf(self, FEATURES[name], path).parse(operand)
        fact = self.vocabulary.facts.get(name)
        if fact is None:
            words = [*_GROUPS, *FEATURES, *self.vocabulary.facts]
            raise CriterionFault(path, f'unknown fact "{name}"{did_you_mean(name, words)}')
        return _FactLeaf(self, fact, path).parse(operand)

    def _parts(self, operand: Any, path: Path) -> tuple[Tree, ...]:
        if not isinstance(operand, Sequence) or isinstance(operand, str) or not operand:
            raise CriterionFault(path, "expected a list of criteria")
        return tuple(self.parse(part, (*path, position)) for position, part in enumerate(operand))

    def _at_least(self, operand: Any, path: Path) -> Tree:
        if not isinstance(operand, Mapping) or set(operand) != {"count", "of"}:
            raise CriterionFault(path, "expected {count: a number, of: [criteria]}")
        parts = self._parts(operand["of"], (*path, "of"))
        if type(operand["count"]) is not int or not 1 <= operand["count"] <= len(parts):
            raise CriterionFault((*path, "count"), f"expected a whole number from 1 to {len(parts)}, as many as there are criteria")
        return Group("at_least", parts, operand["count"])


def _words(operand: Any, path: Path) -> list[str]:
    words = operand if isinstance(operand, Sequence) and not isinstance(operand, str) else [operand]
    if not words or not all(isinstance(word, str) for word in words):
        raise CriterionFault(path, "expected a word or a list of words")
    return list(words)


def _known(word: Any, words: Sequence[str], what: str, path: Path) -> str:
    if not isinstance(word, str):
        raise CriterionFault(path, f"expected a {what}")
    if word not in words:
        raise CriterionFault(path, f'unknown {what} "{word}"{did_you_mean(word, words)}')
    return word


@dataclass(frozen=True)
class _FeatureLeaf:
    """Parses the operand of one feature."""

    lexicon: Lexicon
    feature: Feature
    path: Path

    def parse(self, operand: Any) -> Leaf:
        return {
            "number": self._number,
            "truth": self._truth,
            "word": self._word,
            "disease": self._disease,
            "exposure": self._exposure,
            "exposure-count": self._count,
            "exposure-months": self._count,
            "fact-months": self._fact_months,
            "ever": self._ever,
            "result": self._result,
        }[self.feature.kind](operand)

    def _leaf(self, test: Is | IsOneOf | Compare, text: str, value: str | None = None) -> Leaf:
        return Leaf(self.feature.name, test, text, self.feature.asks, value)

    def _number(self, operand: Any) -> Leaf:
        units = {self.feature.unit: 1.0, "": 1.0} | ({"month": 1.0} if self.feature.finer else {})
        limit = _limit(operand, units, self.path)
        column = self.feature.finer if limit.unit == "month" and self.feature.finer else self.feature.name
        unit = limit.unit or self.feature.unit
        return self._leaf(Compare(column, limit.sign, limit.number), f"{self.feature.text} {limit.shown(unit, plural=True)}")

    def _truth(self, operand: Any) -> Leaf:
        if not isinstance(operand, bool):
            raise CriterionFault(self.path, "expected true or false")
        return self._leaf(Is(self.feature.name, operand), self.feature.text if operand else f"not {self.feature.text}")

    def _word(self, operand: Any) -> Leaf:
        vocabulary, words = self.lexicon.vocabulary, self.feature.words
        if words == ("site",):
            words = vocabulary.value_ids("site")
        elif words == ("response",):
            words = tuple(vocabulary.responses)
        asked = [_known(word, words, self.feature.text, self.path) for word in _words(operand, self.path)]
        names = {value.id: value.name for value in vocabulary.value_sets["site"].values} if self.feature.words == ("site",) else {}
        meant = [one for word in asked for one in KINDS_MEANT.get(word, (word,))] if self.feature.name == "relapse_kind" else asked
        return self._one_of(asked, [names.get(word, word) for word in asked], meant)

    def _one_of(self, words: Sequence[str], shown: Sequence[str] = (), meant: Sequence[str] = ()) -> Leaf:
        """One of some words, shown as such; ``meant`` are the words they stand for, if those are more."""
        meant = meant or words
        columns = (
            (f"{self.feature.name}:{ONE_OF.join(meant)}",)
            if self.feature.exclusive
            else tuple(f"{self.feature.name}:{word}" for word in meant)
        )
        text = f"{self.feature.text}: {' or '.join(shown or words)}"
        return self._leaf(IsOneOf(columns), text, words[0] if len(words) == 1 else None)

    def _disease(self, operand: Any) -> Leaf:
        diseases = self.lexicon.vocabulary.diseases
        words = [_known(word, list(diseases), "disease", self.path) for word in _words(operand, self.path)]
        within = sorted(frozenset().union(*(self.lexicon.vocabulary.diseases_within(word) for word in words)))
        return self._one_of(words, [diseases[word].name for word in words], within)

    def _therapies(self, operand: Any) -> tuple[list[str], list[str]]:
        vocabulary = self.lexicon.vocabulary
        known = [*vocabulary.therapies, *vocabulary.classes]
        words = [_known(word, known, "therapy or class", self.path) for word in _words(operand, self.path)]
        named = [(vocabulary.therapies.get(word) or vocabulary.classes[word]).name for word in words]
        return words, named

    def _exposure(self, operand: Any) -> Leaf:
        words, named = self._therapies(operand)
        return self._one_of(words, named)

    def _of(self, operand: Any, what: str) -> tuple[str, str, int]:
        """The parts of ``{of: ..., at_least: a number}``: what it is of, the word, the number."""
        if isinstance(operand, Mapping) and len(operand) == 2 and isinstance(operand.get("of"), str):
            (key,) = set(operand) - {"of"}
            if key in _COUNT_WORDS and isinstance(operand[key], int) and not isinstance(operand[key], bool):
                return operand["of"], key, operand[key]
        raise CriterionFault(self.path, f"expected {{of: {what}, at_least: a number}} (or {', '.join(_COUNT_WORDS)})")

    def _count(self, operand: Any) -> Leaf:
        of, key, number = self._of(operand, "a therapy or class")
        words, named = self._therapies(of)
        test = Compare(f"{self.feature.name}:{words[0]}", _COUNT_WORDS[key], float(number))
        return self._leaf(test, f"{self.feature.text} {named[0]}: {key.replace('_', ' ')} {number}")

    def _fact_months(self, operand: Any) -> Leaf:
        of, key, number = self._of(operand, "a fact")
        fact = self.lexicon.vocabulary.facts[_known(of, list(self.lexicon.vocabulary.facts), "fact", self.path)]
        test = Compare(f"{self.feature.name}:{fact.id}", _COUNT_WORDS[key], float(number))
        text = f"{self.feature.text} {fact.name}: {key.replace('_', ' ')} {number}"
        return Leaf(self.feature.name, test, text, fact.id)

    def _ever(self, operand: Any) -> Leaf:
        if not isinstance(operand, Mapping) or len(operand) != 1:
            raise CriterionFault(self.path, "expected {a fact: a word or a list of words}")
        ((name, words),) = operand.items()
        facts = self.lexicon.vocabulary.facts
        fact = facts[_known(name, list(facts), "fact", self.path)]
        asked = _FactLeaf(self.lexicon, fact, self.path).parse(words)
        if fact.kind != "category" or not isinstance(asked.test, IsOneOf):
            raise CriterionFault(self.path, f'"{name}" has no words that could have been recorded before')
        columns = tuple(f"ever:{column}" for column in asked.test.columns)
        return Leaf(self.feature.name, IsOneOf(columns), f"{self.feature.text}: {asked.text}", fact.id)

    def _result(self, operand: Any) -> Leaf:
        if not isinstance(operand, Mapping) or set(operand) != {"definition", "is"}:
            raise CriterionFault(self.path, "expected {definition: its id, is: its result}")
        definitions = [one for one, (feature, _) in self.lexicon.results.items() if feature == self.feature.name]
        definition = _known(operand["definition"], definitions, "definition", self.path)
        categories = self.lexicon.results[definition][1]
        words = [_known(word, categories, "result", self.path) for word in _words(operand["is"], self.path)]
        columns = tuple(f"{self.feature.name}:{definition}:{word}" for word in words)
        return self._leaf(IsOneOf(columns), f"{self.feature.text} by {definition}: {' or '.join(words)}")


def _limit(operand: Any, units: Mapping[str, float], path: Path) -> Limit:
    limit = parse_limit(str(operand), units) if isinstance(operand, str | int | float) and not isinstance(operand, bool) else None
    if limit is None:
        shown = ", ".join(unit for unit in units if unit)
        raise CriterionFault(path, f'expected a limit such as ">= 2"{f" with one of the units {shown}" if shown else ""}')
    return limit


@dataclass(frozen=True)
class _FactLeaf:
    """Parses the operand of one recorded fact."""

    lexicon: Lexicon
    fact: Fact
    path: Path

    def parse(self, operand: Any) -> Leaf:
        kind = self.fact.kind
        if kind == "marker":
            word = _known(operand, ("positive", "negative"), "marker result", self.path)
            return Leaf(self.fact.id, Is(self.fact.id, word == "positive"), f"{self.fact.name} {word}", self.fact.id)
        if kind == "level" and isinstance(operand, str) and operand in self.fact.words:
            return self._level_word(operand)
        if kind == "level" and isinstance(operand, str) and parse_number(operand) is None:
            _known(operand, tuple(self.fact.words), f"level of {self.fact.id}", self.path)
        if kind in ("measurement", "score", "level"):
            return self._number(operand)
        if kind in ("category", "stance", "choice"):
            return self._one_of(operand)
        raise CriterionFault(self.path, f'"{self.fact.id}" is history: ask a feature of the course instead')

    def _number(self, operand: Any) -> Leaf:
        units = {self.fact.unit or "": 1.0, "": 1.0} if self.fact.unit in (None, "1") else {self.fact.unit: 1.0}
        limit = _limit(operand, units | self.fact.units, self.path)
        test = Compare(self.fact.id, limit.sign, limit.value)
        return Leaf(self.fact.id, test, f"{self.fact.name} {limit.shown(limit.unit)}", self.fact.id)

    def _level_word(self, word: str) -> Leaf:
        return Leaf(self.fact.id, Is(f"{self.fact.id}:{word}", True), f"{self.fact.name} {word}", self.fact.id)

    def _one_of(self, operand: Any) -> Leaf:
        values = self.lexicon.vocabulary.value_sets[self.fact.values or ""].values
        names = {value.id: value.name for value in values} | ({"available": "available"} if self.fact.kind == "choice" else {})
        words = [_known(word, list(names), f"value of {self.fact.id}", self.path) for word in _words(operand, self.path)]
        exclusive = self.fact.kind == "category"
        columns = (f"{self.fact.id}:{ONE_OF.join(words)}",) if exclusive else tuple(f"{self.fact.id}:{word}" for word in words)
        text = f"{self.fact.name}: {' or '.join(names[word] for word in words)}"
        return Leaf(self.fact.id, IsOneOf(columns), text, self.fact.id, words[0] if len(words) == 1 else None)
