"""Proof that a criterion can come out yes, no and unknown.

Every leaf is a statement about one variable with finitely many representative answers (the numbers at and between
its limits, the words it lists and "another"). A criterion can be yes if some choice of answers, one per variable,
makes it so; the search is exact over those answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations, pairwise
from typing import Any

from hemeline.criteria.features import ONE_OF
from hemeline.criteria.tree import Compare, Group, Is, Leaf, Tree, judge, leaves_of
from hemeline.truth import word

_EXCLUSIVE = ("state:", "relapse_kind:", "disease:", "last_response:", "best_response:", "relapse_timing:", "risk:", "milestone:")
Answers = Mapping[str, frozenset[Any]]


def unreachable(tree: Tree, exclusive_facts: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """The verdicts a criterion can never have. ``exclusive_facts`` are facts with one answer at a time."""
    domains = _domains(tree, exclusive_facts)
    missing = [word(want) for want in (True, False) if next(_ways(tree, want, domains, exclusive_facts), None) is None]
    if judge(tree, lambda leaf: None) is not None:
        missing.append("unknown")
    return tuple(missing)


def _variable(column: str, exclusive_facts: frozenset[str]) -> tuple[str, frozenset[str]]:
    """The variable a truth column belongs to, and the answers that make the column yes."""
    name, _, answer = column.rpartition(":")
    if column.startswith(_EXCLUSIVE) or name in exclusive_facts:
        return name, frozenset(answer.split(ONE_OF))
    return column, frozenset({"yes"})


def _domains(tree: Tree, exclusive_facts: frozenset[str]) -> dict[str, set[Any]]:
    domains: dict[str, set[Any]] = {}
    limits: dict[str, set[float]] = {}
    for leaf in leaves_of(tree):
        if isinstance(leaf.test, Compare):
            limits.setdefault(leaf.test.column, set()).add(leaf.test.limit)
            continue
        for column in leaf.columns:
            variable, answers = _variable(column, exclusive_facts)
            domains.setdefault(variable, {"another"}).update(answers)
    return domains | {column: _around(found) for column, found in limits.items()}


def _around(limits: set[float]) -> set[Any]:
    """The limits, a number between each two that follow each other, and one on either side of them all."""
    edges = sorted(limits)
    return {*edges, *((low + high) / 2 for low, high in pairwise(edges)), edges[0] - 1, edges[-1] + 1}


def _answers(leaf: Leaf, want: bool, domains: Mapping[str, set[Any]], exclusive: frozenset[str]) -> Iterator[Answers]:
    """The constraints, each on one or more variables, under which a leaf is as wanted."""
    test = leaf.test
    if isinstance(test, Compare):
        meets = {">=": float.__ge__, ">": float.__gt__, "<=": float.__le__, "<": float.__lt__, "=": float.__eq__}[test.sign]
        yield {test.column: frozenset(x for x in domains[test.column] if meets(float(x), test.limit) is want)}
        return
    yes_if = want if not isinstance(test, Is) or test.wanted else not want
    pairs = [_variable(column, exclusive) for column in leaf.columns]
    if yes_if:
        yield from ({variable: answers} for variable, answers in pairs)
        return
    ruled_out: dict[str, frozenset[Any]] = {}
    for variable, answers in pairs:
        ruled_out[variable] = ruled_out.get(variable, frozenset(domains[variable])) - answers
    yield ruled_out


def _merge(left: Answers, right: Answers) -> Answers | None:
    merged = dict(left)
    for variable, allowed in right.items():
        merged[variable] = merged.get(variable, allowed) & allowed
    return merged if all(merged.values()) else None


def _ways(tree: Tree, want: bool, domains: Mapping[str, set[Any]], exclusive: frozenset[str]) -> Iterator[Answers]:
    """Constraints under which a tree is as wanted; nothing if there are none."""
    if isinstance(tree, Leaf):
        yield from (way for way in _answers(tree, want, domains, exclusive) if all(way.values()))
        return
    if tree.joined == "not":
        yield from _ways(tree.parts[0], not want, domains, exclusive)
        return
    size = len(tree.parts)
    needed = _needed(tree, want)
    for chosen in combinations(range(size), needed):
        yield from _together([tree.parts[i] for i in chosen], want, domains, exclusive)


def _needed(tree: Group, want: bool) -> int:
    """How many parts must be as wanted for the group to be."""
    if tree.joined == "all":
        return len(tree.parts) if want else 1
    if tree.joined == "any":
        return 1 if want else len(tree.parts)
    return tree.count if want else len(tree.parts) - tree.count + 1


def _together(parts: list[Tree], want: bool, domains: Mapping[str, set[Any]], exclusive: frozenset[str]) -> Iterator[Answers]:
    if not parts:
        yield {}
        return
    for first in _ways(parts[0], want, domains, exclusive):
        for rest in _together(parts[1:], want, domains, exclusive):
            merged = _merge(first, rest)
            if merged is not None:
                yield merged
