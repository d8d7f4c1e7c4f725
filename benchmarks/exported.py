"""Criteria of the knowledge, exported from their parsed trees into other languages with a third truth, over plain nullable columns.

Only operators that keep the unknown are used: AND, OR, NOT and comparisons; "at least n of" is written out with AND and OR. (CQL's
``exists``, ``in``, ``if``, ``AllTrue`` and ``AnyTrue`` turn an unknown into an answer.)
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from itertools import combinations
from typing import Generic, TypeVar

import numpy as np
import polars as pl

from hemeline.assessment.plan import plan_for
from hemeline.criteria import Compare, Is, IsOneOf, Leaf, Tree, fold, leaves_of
from hemeline.criteria.tree import Logic, Sign
from hemeline.knowledge import Knowledge, Region
from hemeline.when import to_day

T = TypeVar("T")


@dataclass(frozen=True)
class Language(Generic[T]):
    """How a language says what criteria are made of."""

    truth: Callable[[str], T]
    compare: Callable[[str, Sign, float], T]
    both: Callable[[T, T], T]
    either: Callable[[T, T], T]
    negate: Callable[[T], T]

    def write(self, tree: Tree) -> T:
        """A criterion in this language."""

        def at_least(count: int, parts: Iterable[T]) -> T:
            return reduce(self.either, [reduce(self.both, some) for some in combinations(parts, count)])

        logic: Logic[T] = Logic(lambda parts: reduce(self.both, parts), lambda parts: reduce(self.either, parts), self.negate, at_least)
        return fold(tree, self._leaf, logic)

    def _leaf(self, leaf: Leaf) -> T:
        test = leaf.test
        if isinstance(test, Compare):
            return self.compare(test.column, test.sign, test.limit)
        if isinstance(test, IsOneOf):
            return reduce(self.either, [self.truth(column) for column in test.columns])
        return self.truth(test.column) if test.wanted else self.negate(self.truth(test.column))


def _text(column: Callable[[str], str]) -> Language[str]:
    """SQL and CQL differ only in how they name a column, once everything stands in brackets."""
    return Language(
        truth=column,
        compare=lambda name, sign, limit: f"({column(name)} {sign} {_decimal(limit)})",
        both=lambda a, b: f"({a} and {b})",
        either=lambda a, b: f"({a} or {b})",
        negate=lambda a: f"(not {a})",
    )


def _decimal(limit: float) -> str:
    written = format(Decimal(repr(limit)), "f")  # CQL knows no exponents
    return written if "." in written else f"{written}.0"


def _compare(name: str, sign: Sign, limit: float) -> pl.Expr:
    column = pl.col(name)
    return {"<": column < limit, "<=": column <= limit, ">": column > limit, ">=": column >= limit, "=": column == limit}[sign]


PLAIN: Language[pl.Expr] = Language(pl.col, _compare, lambda a, b: a & b, lambda a, b: a | b, lambda a: ~a)
SQL = _text(lambda name: f'"{name}"')
CQL = _text(lambda name: f'Facts."{name}"')


def trees_in_force(knowledge: Knowledge, diseases: Iterable[str], region: Region, day: dt.date) -> dict[str, Tree]:
    """The criteria, with the disease, of every indication that is surely in force for some diseases, by its id and basis."""
    found: dict[str, Tree] = {}
    for disease in diseases:
        plan = plan_for(knowledge, disease, region, to_day(day))
        for position, one in enumerate(plan.candidates):
            if one.clear:
                found[f"{one.indication.id} ({one.version.basis})"] = plan.trees[f"{position}.0"]
    return found


def cql_library(trees: Iterable[Tree], kinds: Mapping[str, pl.DataType]) -> str:
    """A CQL library with a numbered rule for each tree, over one tuple of facts."""
    types = ", ".join(f'"{name}" {"Boolean" if kind == pl.Boolean else "Decimal"}' for name, kind in kinds.items())
    rules = [f'define "rule {number}": {CQL.write(tree)}' for number, tree in enumerate(trees)]
    return "\n".join(["library Criteria version '1'", f"parameter Facts Tuple {{ {types} }}", *rules, ""])


def frames(trees: Iterable[Tree], size: int, seed: int = 7) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Random columns with a third unknown: as the engine holds them (coded truths, bounds), and the same as nullable columns.

    Numbers are drawn at, between and beyond the limits that the criteria name.
    """
    drawn = np.random.default_rng(seed)
    truths: dict[str, None] = {}
    limits: dict[str, set[float]] = {}
    for test in (leaf.test for tree in trees for leaf in leaves_of(tree)):
        if isinstance(test, Compare):
            limits.setdefault(test.column, set()).add(test.limit)
        else:
            truths |= dict.fromkeys([test.column] if isinstance(test, Is) else test.columns)
    coded: dict[str, pl.Series] = {}
    plain: dict[str, pl.Series] = {}
    for name in truths:
        truth = drawn.integers(0, 3, size).astype(np.int8)  # no, perhaps, yes
        coded[name] = pl.Series(truth)
        plain[name] = pl.Series(truth == 2).set(pl.Series(truth == 1), None)
    for name, some in limits.items():
        edges = np.array(sorted(some))
        asked = np.concatenate([edges, (edges[1:] + edges[:-1]) / 2, [edges[0] - 1, edges[-1] + 1]])
        number, unknown = asked[drawn.integers(0, len(asked), size)], drawn.random(size) < 1 / 3
        coded[f"{name}.low"] = pl.Series(np.where(unknown, -np.inf, number))
        coded[f"{name}.high"] = pl.Series(np.where(unknown, np.inf, number))
        plain[name] = pl.Series(number).set(pl.Series(unknown), None)
    return pl.DataFrame(coded), pl.DataFrame(plain)
