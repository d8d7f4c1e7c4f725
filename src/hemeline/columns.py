"""Numpy columns: turning words into numbers once so that all further work is on numbers, and runs, places and orders of rows."""

from __future__ import annotations

from collections.abc import Callable, Container, Hashable, Iterable, Iterator, Sequence
from itertools import chain

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hemeline.table import Array, Table

Codes = NDArray[np.int32]
Truths = NDArray[np.bool_]
Hashes = NDArray[np.uint64]
_BITS = 63  # of a positive number
_MANY_EACH = 8  # a table of so many numbers for each row is filled faster than the rows are sorted
_SLOT_BITS = 16  # more slots than there are different words, mostly, and few enough to lie near the processor
_ODD = np.uint64(0x9E3779B97F4A7C15)
_FEW = 4096  # below this a dictionary is faster than starting a columnar engine


def factorize(words: pl.Series) -> tuple[Codes, list[str]]:
    """Code of each row (``-1`` for null) and the distinct words, so that ``words[code]`` is the row's word."""
    if len(words) <= _FEW:
        seen: dict[str, int] = {}
        few = [-1 if word is None else seen.setdefault(word, len(seen)) for word in words.to_list()]
        return np.array(few, dtype=np.int32), list(seen)
    which, example = combinations(words)
    distinct: list[str | None] = words.gather(example).to_list()
    named = [word for word in distinct if word is not None]
    if len(named) == len(distinct):
        return which, named
    nothing = distinct.index(None)
    code = np.arange(len(distinct), dtype=np.int32)
    code[nothing:] -= 1
    code[nothing] = -1
    return code[which], named


def combinations(*columns: pl.Series) -> tuple[Codes, NDArray[np.intp]]:
    """Code of each row's combination of words, and a row for each code where it occurs."""
    if len(columns[0]) > _FEW:
        which, example = _alike(_hashed(columns))
        alike = pl.Series(example.astype(np.uint32).take(which))
        if all(one.gather(alike).eq_missing(one).all() for one in columns):
            return which, example
    seen: dict[tuple[str | None, ...], int] = {}  # few rows; or, which is next to impossible, two combinations with one hash
    codes = [seen.setdefault(words, len(seen)) for words in zip(*(one.to_list() for one in columns), strict=True)]
    return _numbered(np.array(codes, dtype=np.int32), len(seen))


def _hashed(columns: Sequence[pl.Series]) -> Hashes:
    """A number for each row that is the same where the words are, and hardly ever where they are not."""
    hashed: Hashes = columns[0].hash().to_numpy().copy()
    for column in columns[1:]:
        hashed *= _ODD
        hashed += column.hash().to_numpy()
    return hashed


def _alike(hashed: Hashes) -> tuple[Codes, NDArray[np.intp]]:
    """Number of each row's hash among the distinct ones, and a row for each of them.

    Rows are written to a slot by their first bits. The few that find another hash in theirs are sorted.
    """
    slot = (hashed >> np.uint64(64 - _SLOT_BITS)).astype(np.intp)
    which, example = _numbered(slot, 1 << _SLOT_BITS)
    others = np.flatnonzero(hashed.take(example).take(which) != hashed)
    if len(others):
        _, first, place = np.unique(hashed[others], return_index=True, return_inverse=True)
        which[others] = place + len(example)
        example = np.concatenate([example, others[first]])
    return which, example


def places(keys: NDArray[np.int64], span: int) -> tuple[Codes, NDArray[np.intp]]:
    """Number of each row's key (from 0 to ``span``) among the distinct ones, and a row for each of them where it occurs."""
    if span > max(_MANY_EACH * len(keys), _FEW):
        return _alike(keys.astype(np.uint64) * _ODD)  # an odd factor makes another number of each
    return _numbered(keys, span)


def _numbered(keys: Array, span: int) -> tuple[Codes, NDArray[np.intp]]:
    """The same by a table of the keys."""
    row = np.full(span, -1, dtype=np.int32)
    row[keys] = np.arange(len(keys), dtype=np.int32)
    found = np.flatnonzero(row >= 0)
    number = np.empty(span, dtype=np.int32)
    number[found] = np.arange(len(found), dtype=np.int32)
    return number.take(keys), row.take(found).astype(np.intp)


def combined(*columns: Array) -> tuple[Codes, NDArray[np.intp]]:
    """Number of each row's combination of whole numbers, and a row for each combination where it occurs."""
    which, example = np.zeros(len(columns[0]), dtype=np.int32), np.zeros(1, dtype=np.intp)
    for column in columns:
        low = int(column.min()) if len(column) else 0
        width = int(column.max(initial=low)) - low + 1
        which, example = places(which.astype(np.int64) * width + (column.astype(np.int64) - low), len(example) * width)
    return which, example


def translate(words: pl.Series, meaning: Callable[[str], int], missing: int = -1) -> Codes:
    """``meaning`` of each row, asked once per distinct word; ``missing`` for null."""
    codes, distinct = factorize(words)
    table = np.array([meaning(word) for word in distinct] + [missing], dtype=np.int32)
    return table[codes]


def last_of_group(*keys: Array) -> Truths:
    """Which rows end a run of equal keys, in rows sorted by those keys."""
    size = len(keys[0])
    last = np.zeros(size, dtype=bool)
    if size:
        last[-1] = True
        for key in keys:
            last[:-1] |= key[1:] != key[:-1]
    return last


def first_of_group(*keys: Array) -> Truths:
    """Which rows begin a run of equal keys, in rows sorted by those keys."""
    return np.asarray(last_of_group(*(key[::-1] for key in keys))[::-1])


def runs(*keys: Array) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """First position and length of each run of equal keys, in rows sorted by those keys."""
    starts = np.flatnonzero(first_of_group(*keys)) if len(keys[0]) else np.zeros(0, dtype=np.intp)
    return starts, np.diff(np.append(starts, len(keys[0])))


def over_runs(function: np.ufunc, values: Array, starts: NDArray[np.intp]) -> Array:
    """A minimum, maximum or the like over each run of rows."""
    return values if len(starts) == len(values) else np.asarray(function.reduceat(values, starts))


def order_by_day(patient: Codes, day: Codes, rank: Codes, others: Table) -> NDArray[np.intp]:
    """The order by patient, day and rank, then by the columns of ``others``, and then as they stand.

    The first three are packed into one number where they fit, because one key sorts faster than several, and faster still where the
    rows lie by patient already; the others are asked only of rows that it leaves equal.
    """
    packed = _packed(patient, day, rank) if len(patient) > _FEW else []
    if len(packed) != 1:
        return np.lexsort((*(others[name] for name in others.names[::-1]), rank, day, patient))
    key = packed[0]
    by_patient = bool((patient[1:] >= patient[:-1]).all())
    order = np.argsort(key, kind="stable") if by_patient else pl.Series(key).arg_sort().to_numpy().astype(np.intp)
    sorted_ = key.take(order)
    same = np.zeros(len(key) + 1, dtype=bool)
    same[1:-1] = sorted_[1:] == sorted_[:-1]
    equal = np.flatnonzero(same[:-1] | same[1:])
    if len(equal):
        rows, asked = order.take(equal), others.take(order.take(equal))
        tie = np.cumsum(~same[equal])  # grows with the first row of each
        order[equal] = rows.take(np.lexsort(_packed(tie, *(asked[name] for name in asked.names), rows)[::-1]))
    return order


def _packed(*columns: Array) -> list[NDArray[np.int64]]:
    """Columns of whole numbers, the first the weightiest, as few columns that sort alike; one that tells nothing apart is left out."""
    packed: list[NDArray[np.int64]] = []
    room = 0
    for column in columns:
        low = int(column.min())
        bits = (int(column.max()) - low).bit_length()
        if not bits:
            continue
        own = np.subtract(column, low, dtype=np.int64)
        if bits > room:
            packed.append(own)
            room = _BITS - bits
        else:
            packed[-1] <<= bits
            packed[-1] |= own
            room -= bits
    return packed


def spread(first: NDArray[np.intp], count: NDArray[np.intp], stretch: NDArray[np.intp] | None = None) -> NDArray[np.intp]:
    """The positions of several stretches, one after the other, given where each begins and how many it has.

    ``stretch`` are the ``owners`` of the counts, for who knows them.
    """
    stretch = owners(count) if stretch is None else stretch
    positions = (first - (np.cumsum(count) - count)).take(stretch)
    positions += np.arange(len(stretch))
    return positions


def owners(count: Array) -> NDArray[np.intp]:
    """The place of each count, as often as it says. Taking by it is faster than ``np.repeat``, which copies item by item."""
    if len(count) <= _FEW:
        return np.repeat(np.arange(len(count)), count)
    ends = np.cumsum(count)
    return np.cumsum(np.bincount(ends[:-1], minlength=int(ends[-1]) + 1)[:-1])


def flattened(several: Sequence[Sequence[int]], which: Array) -> tuple[NDArray[np.intp], Array]:
    """All numbers of ``several[one]`` for each ``one`` of ``which``: the row each belongs to, and the number."""
    sizes = np.array([len(one) for one in several], dtype=np.int64)
    flat = np.fromiter(chain.from_iterable(several), dtype=np.int64)
    count = sizes.take(which)
    row = owners(count)
    return row, flat.take(spread((np.cumsum(sizes) - sizes).take(which), count, row))


def lists_of(words: pl.Series, count: NDArray[np.intp]) -> pl.Series:
    """Words in lists: the first ``count[0]`` of them in the first list, and so on."""
    owner = pl.Series(owners(count)).set_sorted()
    lists = pl.DataFrame({"owner": owner, "word": words}).group_by("owner", maintain_order=True).agg("word")["word"]
    has = count > 0
    if has.all():
        return lists
    place = pl.Series(np.cumsum(has) - 1).set(pl.Series(~has), None)
    return lists.gather(place).fill_null([])


def sequences(first: NDArray[np.intp], count: NDArray[np.intp], codes: Codes) -> tuple[Codes, list[tuple[int, ...]]]:
    """The number of each stretch of codes (from 0 on) among the distinct ones, given where it begins and how many it has; and those."""
    which, example = places(count.astype(np.int64), int(count.max(initial=0)) + 1)
    span = int(codes.max(initial=0)) + 1
    for place in range(int(count.max(initial=0))):
        longer = np.flatnonzero(count > place)
        key = which.astype(np.int64) * (span + 1)
        key[longer] += codes[first[longer] + place] + 1
        which, example = places(key, len(example) * (span + 1))
    return which, [tuple(codes[start : start + size].tolist()) for start, size in zip(first[example], count[example], strict=True)]


def among(words: Iterable[Hashable], wanted: Container[Hashable]) -> Truths:
    """Which of a few words are wanted: a table to look codes up in."""
    return np.array([one in wanted for one in words], dtype=bool)


def positions(ids: tuple[str, ...] | list[str] | Iterator[str]) -> dict[str, int]:
    """Identifier to position."""
    return {one: place for place, one in enumerate(ids)}
