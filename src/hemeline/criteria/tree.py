"""A criterion: leaves about one fact or feature each, joined by ``all``, ``any``, ``not`` and ``at_least``.

Nothing else exists in the language, so every criterion can be shown, compiled, exported, and proved to reach yes,
no and unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from hemeline.truth import Truth, all_of, any_of, at_least, negate

Sign = Literal["<", "<=", ">", ">=", "="]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Compare:
    """A number against a limit; the column pair ``column.low`` and ``column.high`` holds what is possible."""

    column: str
    sign: Sign
    limit: float


@dataclass(frozen=True, slots=True)
class IsOneOf:
    """A word against a set of words: yes if any of these truth columns is yes."""

    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Is:
    """A truth column that must be yes (or, with ``wanted`` false, must be no)."""

    column: str
    wanted: bool


Test = Compare | IsOneOf | Is


@dataclass(frozen=True, slots=True)
class Leaf:
    """One question about one fact or feature: its name, what is asked, how that reads, and the fact that answers it.

    ``fact`` is the fact to ask for where the answer is unknown, ``value`` the word of it that is asked about, if any.
    """

    name: str
    test: Test
    text: str
    fact: str
    value: str | None = None

    def __hash__(self) -> int:
        """That of the text alone, which tells nearly all leaves apart: truths are looked up by leaf, very often."""
        return hash(self.text)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns this leaf reads."""
        if isinstance(self.test, IsOneOf):
            return self.test.columns
        if isinstance(self.test, Compare):
            return f"{self.test.column}.low", f"{self.test.column}.high"
        return (self.test.column,)


@dataclass(frozen=True, slots=True)
class Group:
    """Parts joined by ``all``, ``any``, ``not`` (exactly one part) or ``at_least`` (``count`` of them)."""

    joined: Literal["all", "any", "not", "at_least"]
    parts: tuple[Tree, ...]
    count: int = 0


Tree = Leaf | Group


def leaves_of(tree: Tree) -> Iterator[Leaf]:
    """Every leaf, in the order written."""
    if isinstance(tree, Leaf):
        yield tree
    else:
        for part in tree.parts:
            yield from leaves_of(part)


@dataclass(frozen=True, slots=True)
class Logic(Generic[T]):
    """The four ways of joining, over any carrier of truths: Python values here, words or queries elsewhere."""

    all_of: Callable[[Sequence[T]], T]
    any_of: Callable[[Sequence[T]], T]
    negate: Callable[[T], T]
    at_least: Callable[[int, Sequence[T]], T]


KLEENE: Logic[Truth] = Logic(all_of, any_of, negate, at_least)


def fold(tree: Tree, leaf: Callable[[Leaf], T], logic: Logic[T]) -> T:
    """The value of a tree, given the value of each leaf."""
    if isinstance(tree, Leaf):
        return leaf(tree)
    parts = [fold(part, leaf, logic) for part in tree.parts]
    if tree.joined == "all":
        return logic.all_of(parts)
    if tree.joined == "any":
        return logic.any_of(parts)
    if tree.joined == "not":
        return logic.negate(parts[0])
    return logic.at_least(tree.count, parts)


def judge(tree: Tree, truth: Callable[[Leaf], Truth]) -> Truth:
    """The verdict of a tree, given the truth of each leaf."""
    return fold(tree, truth, KLEENE)
