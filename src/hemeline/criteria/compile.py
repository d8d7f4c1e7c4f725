"""Criteria as Polars expressions: each distinct leaf is a column once, trees stand on the leaf columns.

Leaves read a frame of features, where a truth is a small number (``NO``, ``PERHAPS``, ``YES``) and a number a pair of bounds. From the
leaves on, truths are Booleans with null for unknown: Polars' nulls follow Kleene's logic.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce

import polars as pl

from hemeline.criteria.tree import Compare, Is, IsOneOf, Leaf, Logic, Tree, fold, leaves_of


def _all(parts: Sequence[pl.Expr]) -> pl.Expr:
    return pl.lit(True) if not parts else reduce(lambda a, b: a & b, parts)


def _any(parts: Sequence[pl.Expr]) -> pl.Expr:
    return pl.lit(False) if not parts else reduce(lambda a, b: a | b, parts)


def _at_least(count: int, parts: Sequence[pl.Expr]) -> pl.Expr:
    surely = reduce(lambda a, b: a + b, [part.fill_null(False).cast(pl.Int32) for part in parts])
    perhaps = reduce(lambda a, b: a + b, [part.fill_null(True).cast(pl.Int32) for part in parts])
    return pl.when((surely >= count) | (perhaps < count)).then(surely >= count)


POLARS: Logic[pl.Expr] = Logic(_all, _any, lambda part: ~part, _at_least)


NO, PERHAPS, YES = 0, 1, 2


def _truth(coded: pl.Expr) -> pl.Expr:
    return pl.when(coded != PERHAPS).then(coded == YES)


def leaf_expression(leaf: Leaf) -> pl.Expr:
    """The truth of a leaf over a frame of features, as a Boolean expression with null for unknown."""
    test = leaf.test
    if isinstance(test, Is):
        truth = _truth(pl.col(test.column))
        return truth if test.wanted else ~truth
    if isinstance(test, IsOneOf):
        return _truth(pl.max_horizontal(test.columns) if len(test.columns) > 1 else pl.col(test.columns[0]))
    return _compare(test)


def _compare(test: Compare) -> pl.Expr:
    """Yes if the whole interval meets the limit, no if none of it does, unknown between."""
    low, high, limit = pl.col(f"{test.column}.low"), pl.col(f"{test.column}.high"), test.limit
    surely, perhaps = {
        ">=": (low >= limit, high >= limit),
        ">": (low > limit, high > limit),
        "<=": (high <= limit, low <= limit),
        "<": (high < limit, low < limit),
        "=": ((low == limit) & (high == limit), (low <= limit) & (high >= limit)),
    }[test.sign]
    return pl.when(surely | ~perhaps).then(surely)


def leaf_columns(trees: Iterable[Tree]) -> dict[Leaf, str]:
    """A column name for every distinct leaf of some trees."""
    distinct: dict[Leaf, str] = {}
    for tree in trees:
        for leaf in leaves_of(tree):
            distinct.setdefault(leaf, f"leaf.{len(distinct)}")
    return distinct


def tree_expression(tree: Tree, columns: dict[Leaf, str]) -> pl.Expr:
    """The verdict of a tree over the leaf columns."""
    return fold(tree, lambda leaf: pl.col(columns[leaf]), POLARS)
