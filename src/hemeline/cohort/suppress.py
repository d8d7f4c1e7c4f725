"""Small counts withheld, so that nobody can be made out: also where the difference to a total would give them away.

A count from 1 to ``least - 1`` is shown as ``<5``. Where it stands beside others under a total, more counts are withheld until, from
everything shown, it may still be any number from 1 to ``least - 1``. Zero is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WITHHELD = "withheld"


@dataclass(frozen=True)
class Cell:
    """A count as shown, the number where that is shown exactly, and the least that it is known to be."""

    words: str
    number: int | None
    at_least: int = 0


def single(count: int, least: int) -> Cell:
    """A count that stands under no total."""
    return Cell(f"<{least}", None) if 0 < count < least else _exact(count)


def rounded(count: int, least: int) -> int:
    """A count for where many totals meet, as in a flow: to the nearest multiple of ``least``, half upwards; exact if ``least`` is 1."""
    return (2 * count + least) // (2 * least) * least


def about(count: int, least: int) -> str:
    """A rounded count in words."""
    return f"{count:,}" if least <= 1 else f"<{least}" if 0 < count < least else f"{rounded(count, least):,}"


def protect(counts: Sequence[int], least: int) -> tuple[list[Cell], Cell]:
    """Counts that add up to a total, and the total, as they may be shown."""
    total = sum(counts)
    hidden = {place for place, count in enumerate(counts) if 0 < count < least}
    if not hidden:
        return [_exact(count) for count in counts], _exact(total)
    if total < least:
        return [single(count, least) for count in counts], single(total, least)
    others = sorted((place for place, count in enumerate(counts) if count >= least), key=lambda place: (-counts[place], place))
    more: list[int] = []
    while not _may_be_anything([counts[place] for place in hidden], [counts[place] for place in more], least):
        if len(more) == len(others):
            return [_of(counts, place, hidden, more, least, None) for place in range(len(counts))], Cell(WITHHELD, None)
        more.append(others[len(more)])
    return [_of(counts, place, hidden, more, least, total) for place in range(len(counts))], _exact(total)


def _may_be_anything(small: list[int], more: list[int], least: int) -> bool:
    """Whether each small count may be 1 to ``least - 1``, as far as the sum of all that is withheld tells."""
    known = sum(small) + sum(more)
    highest = known - (len(small) - 1) - least * len(more)
    lowest = 1 if more else known - (len(small) - 1) * (least - 1)
    return highest >= least - 1 and lowest <= 1


def _of(counts: Sequence[int], place: int, hidden: set[int], more: list[int], least: int, total: int | None) -> Cell:
    if place in hidden:
        return Cell(f"<{least}", None)
    if place not in more:
        return _exact(counts[place])
    if len(more) > 1 or total is None:
        return Cell(WITHHELD, None)
    shown = sum(count for other, count in enumerate(counts) if other not in hidden and other != place)
    lowest = total - shown - len(hidden) * (least - 1)  # what everybody can work out, so it gives nothing away
    return Cell(f"≥{lowest:,}", None, lowest) if lowest > least else Cell(WITHHELD, None)


def _exact(count: int) -> Cell:
    return Cell(f"{count:,}", count, count)


def protect_beside(counts: Sequence[int], apart: int, least: int) -> tuple[list[Cell], Cell, Cell]:
    """Counts, their sum, and a count beside that sum, where the sum of all is known as well."""
    (within, outside), _ = protect([sum(counts), apart], least)
    cells, total = protect(counts, least)
    if total.words == WITHHELD:
        within, outside = total, Cell(WITHHELD, None)
    return cells if within.number is not None else _without_sum(cells), within, outside


def blurred(cell: Cell, least: int) -> Cell:
    """A count rounded, a bound lowered: for tables whose counts may be those of another table, where they are withheld."""
    if cell.number is not None:
        return _exact(rounded(cell.number, least))
    lowest = cell.at_least // least * least
    return Cell(f"≥{lowest:,}", None, lowest) if lowest else cell


@dataclass(frozen=True)
class Crossed:
    """Counts by two things. A row has its cells, their sum, what is counted apart, and the sum of both; ``feet`` add up what is shown."""

    heads: list[str]
    rows: list[tuple[str, list[Cell]]]
    feet: list[str]


def crossed(heads: Sequence[str], named: Sequence[tuple[str, Sequence[int], int]], least: int) -> Crossed:
    """A table of counts under its heads, with three more columns: their sum, what is counted apart, and all.

    Columns without anybody are left out. The sum of a column tells no more than its cells: it is the sum of what is shown.
    """
    kept = [place for place in range(len(heads)) if any(counts[place] for _, counts, _ in named)]
    totals, total = protect([sum(counts) + apart for _, counts, apart in named], least)
    rows = []
    for (name, counts, apart), whole in zip(named, totals, strict=True):
        cells, within, outside = protect_beside([counts[place] for place in kept], apart, least)
        if whole.number is None:
            within, outside = _without_sum([within, outside])
            cells = cells if within.number is not None else _without_sum(cells)
        rows.append((name, [*cells, within, outside, whole]))
    columns = list(zip(*(cells[:-1] for _, cells in rows), strict=True))
    return Crossed([heads[place] for place in kept], rows, [*map(_foot, columns), total.words])


def _foot(cells: Sequence[Cell]) -> str:
    known = sum(cell.at_least for cell in cells)
    return f"{known:,}" if all(cell.number is not None for cell in cells) else f"≥{known:,}" if known else WITHHELD


def _without_sum(cells: Sequence[Cell]) -> list[Cell]:
    """Cells whose sum is withheld: a large one goes, or they could be added up."""
    if any(cell.number is None for cell in cells):
        return [Cell(WITHHELD, None) if cell.words.startswith("≥") else cell for cell in cells]
    largest = max(range(len(cells)), key=lambda place: cells[place].number or 0, default=0)
    return [Cell(WITHHELD, None) if place == largest and cell.number else cell for place, cell in enumerate(cells)]
