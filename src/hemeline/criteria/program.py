"""Criteria judged in columns: all trees together, one step for all parts that are joined alike and stand equally deep.

Leaves read columns of features, where a truth is a small number (``NO``, ``PERHAPS``, ``YES``) and a number a pair of bounds. The truths
of trees are such numbers too, and Kleene's logic over them is arithmetic: "all" is the least of its parts, "any" the greatest, "not" the
mirror image. An engine of expressions pays for every expression it begins, which for a handful of patients is nearly all it does; here
the price is per step, of which there are few, and for many patients each step runs over whole columns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hemeline.criteria.tree import Compare, Group, Is, Leaf, Sign, Tree, leaves_of
from hemeline.truth import Truth

NO, PERHAPS, YES = 0, 1, 2
Codes = NDArray[np.int8]
Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]
Places = NDArray[np.intp]
Column = Callable[[str], NDArray[np.generic]]
_WORDS: tuple[Truth, ...] = (False, None, True)
_NEVER, _UNDECIDED, _ALWAYS = NO, PERHAPS, YES  # the first three places, of what is always the same
UNDECIDED = Group("any", ())  # may stand in a tree for what is neither known to hold nor known not to
_AT_ONCE = 1 << 17  # patients: fewer cost more steps, and more would no longer lie near the processor
_MANY = 512  # above this it costs less to join place by place than to gather the parts of many places


@dataclass(frozen=True)
class Verdicts:
    """The truths of some trees and of their leaves: ``codes`` has a row for each, a column for each patient."""

    places: Mapping[str, int]
    codes: Codes

    def __getitem__(self, name: str) -> Codes:
        """The truth of everybody, coded."""
        found: Codes = self.codes[self.places[name]]
        return found

    def at(self, name: str, patient: int) -> Truth:
        """The truth of one patient."""
        return _WORDS[int(self[name][patient])]

    def of(self, patient: int) -> dict[str, Truth]:
        """All truths of one patient, by name."""
        codes = self.codes[:, patient].tolist()
        return {name: _WORDS[codes[place]] for name, place in self.places.items()}

    def frame(self, *names: str) -> pl.DataFrame:
        """The truths of all trees and leaves, or of some, as Booleans: a row for each patient, null for unknown."""
        coded = pl.DataFrame({name: self[name] for name in names or self.places})
        return coded.select(pl.when(pl.all() != PERHAPS).then(pl.all() == YES))


@dataclass(frozen=True)
class _Joining:
    """Places from ``first`` on whose parts are joined alike, those with most parts first.

    ``parts`` are the places of the parts of each. ``ranks`` are the same the other way round: where the first part of each is, then
    where the second part is of those that have one, and so on.
    """

    joined: str
    first: int
    parts: list[list[int]]
    ranks: tuple[Places, ...]
    counts: NDArray[np.int16]

    @staticmethod
    def of(joined: str, first: int, parts: list[list[int]], counts: list[int]) -> _Joining:
        ranks = ([one[rank] for one in parts if len(one) > rank] for rank in range(len(parts[0])))
        return _Joining(
            joined, first, parts, tuple(np.array(one, dtype=np.intp) for one in ranks), np.array(counts, dtype=np.int16)[:, None]
        )

    def run(self, source: Codes | list[Codes], target: Codes) -> None:
        """Join parts found in ``source`` into places of ``target``."""
        mine = target[self.first : self.first + len(self.counts)]
        join = np.minimum if self.joined == "all" else np.maximum
        if self.joined == "at_least":
            mine[:] = self._counted(np.asarray(source))
        elif target.shape[1] > _MANY:
            for row, parts in zip(mine, self.parts, strict=True):
                _join(join, source, parts, row)
        else:
            source = np.asarray(source)
            mine[:] = source[self.ranks[0]]
            for rank in self.ranks[1:]:
                join(mine[: len(rank)], source[rank], out=mine[: len(rank)])
        if self.joined == "not":
            np.subtract(YES, mine, out=mine)

    def _counted(self, source: Codes) -> Codes:
        surely, perhaps = (np.zeros((len(self.counts), source.shape[1]), dtype=np.int16) for _ in range(2))
        for parts in self.ranks:
            surely[: len(parts)] += source[parts] == YES
            perhaps[: len(parts)] += source[parts] != NO
        return (surely >= self.counts).astype(np.int8) + (perhaps >= self.counts)


@dataclass(frozen=True)
class _Comparing:
    """Places from ``first`` on whose leaves compare by the same sign: which number, and with what."""

    sign: Sign
    first: int
    tests: tuple[tuple[int, float], ...]

    def run(self, low: list[Floats], high: list[Floats], target: Codes) -> None:
        """Yes where the whole interval meets the limit, no where none of it does."""
        perhaps = np.empty(target.shape[1], dtype=bool)
        for place, (number, limit) in enumerate(self.tests, self.first):
            _MEETS[self.sign](low[number], high[number], limit, target[place].view(bool), perhaps)
            target[place] += perhaps.view(np.int8)


class Program:
    """Some trees by name, to be judged together. Each distinct leaf of them is judged once, under its name in ``leaves``."""

    def __init__(self, trees: Mapping[str, Tree]) -> None:
        self.leaves = leaf_columns(trees.values())
        words = [leaf for leaf in self.leaves if not isinstance(leaf.test, Compare)]
        self._truths = tuple(dict.fromkeys(column for leaf in words for column in leaf.columns))
        self._numbers = tuple(dict.fromkeys(leaf.test.column for leaf in self.leaves if isinstance(leaf.test, Compare)))
        self._size = 3
        self._leaf: dict[Leaf, int] = {}
        self._group = {id(UNDECIDED): _UNDECIDED}  # by identity: the same group may stand in several trees, and equal ones are rare
        self._asking = [self._words(joined, mine) for joined in ("any", "not") if (mine := [one for one in words if _asks(one) == joined])]
        self._comparing = [step for sign in _MEETS if (step := self._compared(sign)).tests]
        self._joining = list(self._grouped(trees.values()))
        self.places = {name: self._leaf[leaf] for leaf, name in self.leaves.items()}
        self.places |= {name: self._place(tree) for name, tree in trees.items()}

    # -- building --------------------------------------------------------------------------------------------------

    def _words(self, joined: str, leaves: list[Leaf]) -> _Joining:
        at = {name: place for place, name in enumerate(self._truths)}
        leaves.sort(key=lambda leaf: -len(leaf.columns))
        first = self._take_leaves(leaves)
        return _Joining.of(joined, first, [[at[column] for column in leaf.columns] for leaf in leaves], [0] * len(leaves))

    def _compared(self, sign: Sign) -> _Comparing:
        at = {name: place for place, name in enumerate(self._numbers)}
        tests = {leaf: leaf.test for leaf in self.leaves if isinstance(leaf.test, Compare) and leaf.test.sign == sign}
        return _Comparing(sign, self._take_leaves(list(tests)), tuple((at[test.column], test.limit) for test in tests.values()))

    def _take_leaves(self, leaves: list[Leaf]) -> int:
        first = self._size
        self._leaf |= {leaf: first + place for place, leaf in enumerate(leaves)}
        self._size += len(leaves)
        return first

    def _grouped(self, trees: Iterable[Tree]) -> Iterator[_Joining]:
        depths = {id(UNDECIDED): 0}
        alike: dict[tuple[int, str], list[Group]] = {}
        for tree in trees:
            for group in _groups(tree, depths):
                alike.setdefault((depths[id(group)], group.joined), []).append(group)
        for (_, joined), groups in sorted(alike.items(), key=lambda item: item[0]):
            groups.sort(key=lambda group: -len(group.parts))
            parts = [[self._place(part) for part in group.parts] or [_ALWAYS if joined == "all" else _NEVER] for group in groups]
            yield _Joining.of(joined, self._size, parts, [group.count for group in groups])
            self._group |= {id(group): self._size + place for place, group in enumerate(groups)}
            self._size += len(groups)

    def _place(self, tree: Tree) -> int:
        return self._leaf[tree] if isinstance(tree, Leaf) else self._group[id(tree)]

    # -- running ---------------------------------------------------------------------------------------------------

    def run(self, column: Column, patients: int) -> Verdicts:
        """Judge everything, given the columns by name."""
        truths = [column(name).astype(np.int8, copy=False) for name in self._truths]
        low, high = ([column(f"{name}.{end}") for name in self._numbers] for end in ("low", "high"))
        codes = np.empty((self._size, patients), dtype=np.int8)
        codes[_NEVER], codes[_UNDECIDED], codes[_ALWAYS] = NO, PERHAPS, YES

        def judge(start: int) -> None:
            some = slice(start, start + _AT_ONCE)
            self._run([one[some] for one in truths], _some(low, some), _some(high, some), codes[:, some])

        _each(judge, range(0, patients, _AT_ONCE))
        return Verdicts(self.places, codes)

    def _run(self, truths: list[Codes], low: list[Floats], high: list[Floats], codes: Codes) -> None:
        for asking in self._asking:
            asking.run(truths, codes)
        for comparing in self._comparing:
            comparing.run(low, high, codes)
        for joining in self._joining:
            joining.run(codes, codes)


def _each(function: Callable[[int], None], starts: range) -> None:
    """Call with each, side by side where there are several; numpy leaves other threads free while it works."""
    if len(starts) < 2:
        for start in starts:
            function(start)
        return
    with ThreadPoolExecutor(min(pl.thread_pool_size(), len(starts))) as threads:
        list(threads.map(function, starts))


def _join(join: np.ufunc, source: Codes | list[Codes], parts: list[int], row: Codes) -> None:
    """The parts of one place, joined."""
    if len(parts) == 1:
        row[:] = source[parts[0]]
        return
    join(source[parts[0]], source[parts[1]], out=row)
    for part in parts[2:]:
        join(row, source[part], out=row)


def leaf_columns(trees: Iterable[Tree]) -> dict[Leaf, str]:
    """A name for every distinct leaf of some trees."""
    distinct: dict[Leaf, str] = {}
    for tree in trees:
        for leaf in leaves_of(tree):
            distinct.setdefault(leaf, f"leaf.{len(distinct)}")
    return distinct


def _groups(tree: Tree, depths: dict[int, int]) -> Iterator[Group]:
    """The groups of a tree that have no depth yet, innermost first; a group stands one deeper than its deepest part."""
    if isinstance(tree, Group) and id(tree) not in depths:
        for part in tree.parts:
            yield from _groups(part, depths)
        depths[id(tree)] = 1 + max((depths[id(part)] for part in tree.parts if isinstance(part, Group)), default=0)
        yield tree


def _asks(leaf: Leaf) -> str:
    """Whether a leaf asks for one of its columns to be yes, or for the only one not to be."""
    return "not" if isinstance(leaf.test, Is) and not leaf.test.wanted else "any"


def _some(columns: list[NDArray[np.generic]], some: slice) -> list[Floats]:
    return [column[some].astype(np.float64, copy=False) for column in columns]


def _exceeds(meets: np.ufunc) -> _Meets:
    return lambda low, high, limit, surely, perhaps: (meets(low, limit, out=surely), meets(high, limit, out=perhaps))


def _stays_under(meets: np.ufunc) -> _Meets:
    return lambda low, high, limit, surely, perhaps: (meets(high, limit, out=surely), meets(low, limit, out=perhaps))


def _equals(low: Floats, high: Floats, limit: float, surely: Truths, perhaps: Truths) -> None:
    np.logical_and(low == limit, high == limit, out=surely)
    np.logical_and(low <= limit, high >= limit, out=perhaps)


# Whether a whole interval meets a limit, and whether some of it may.
_Meets = Callable[[Floats, Floats, float, Truths, Truths], object]
_MEETS: dict[Sign, _Meets] = {
    ">=": _exceeds(np.greater_equal),
    ">": _exceeds(np.greater),
    "<=": _stays_under(np.less_equal),
    "<": _stays_under(np.less),
    "=": _equals,
}
