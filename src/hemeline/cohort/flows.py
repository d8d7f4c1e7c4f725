"""How people go from one line of therapy to the next, as boxes and bands of a picture."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import polars as pl

from hemeline.cohort.asked import table
from hemeline.cohort.naming import Names
from hemeline.cohort.suppress import about, rounded
from hemeline.draw.flow import Band, Box, Kind

_LINES, _NAMED, _CLASSES = 4, 5, 2  # columns; combinations named in each; classes that gather the rest
_WITH = "other with "
_OTHER, _STAYING, _DIED, _LATER = "other treatment", "no further line", "died", "further lines"
_KINDS: dict[str, Kind] = {_STAYING: "staying", _DIED: "died", _LATER: "other"}
Step = tuple[int, str]  # a column and what stands in it


@dataclass(frozen=True)
class Flow:
    """The columns of a picture with their boxes and bands; ``drawn`` is false where nobody, or too few, had a line."""

    heads: tuple[str, ...]
    boxes: list[Box]
    bands: list[Band]

    @property
    def drawn(self) -> bool:
        return bool(self.boxes)


def lines_of(folder: Path) -> pl.DataFrame:
    """The lines of therapy of a cohort."""
    columns = ("patient_id", "number", "therapies", "best_response", "refractory", "start_first", "start_last", "end_first", "end_last")
    return table(folder, "lines").select(columns).sort("patient_id", "number").collect()


def flow_of_lines(lines: pl.DataFrame, patients: pl.DataFrame, names: Names, least: int) -> Flow:
    """The flow of some patients from their first line on. Counts are rounded, and bands of few people left out."""
    few = lines.filter(pl.col("number").is_between(1, _LINES)).join(patients.select("patient_id"), on="patient_id")
    labels = {(str(who), int(number)): label for who, number, label in _labelled(few, names, least).rows()}
    walks = [
        _walk(who, int(count or 0), state == "dead", labels)
        for who, count, state in patients.select("patient_id", "line_count", "state").rows()
    ]
    stops: Counter[Step] = Counter(step for walk in walks for step in walk)
    moves: Counter[tuple[Step, Step]] = Counter(pair for walk in walks for pair in pairwise(walk))
    return _flow(stops, moves, least)


def _labelled(lines: pl.DataFrame, names: Names, least: int) -> pl.DataFrame:
    """For each line its label: the combination where many had it, else a class that many of the rest share, else other."""
    joined = lines.select("patient_id", "number", pl.col("therapies").list.sort().list.join(" + ").alias("given"), "therapies")
    labels: dict[tuple[int, str], str] = {}
    for number in joined["number"].unique().sort():
        here = joined.filter(pl.col("number") == number)
        counted = here.group_by("given").agg(pl.len().alias("people"), pl.col("therapies").first())
        rows = counted.sort("people", "given", descending=[True, False]).rows()
        often = [row for row in rows if row[0] and row[1] >= least][:_NAMED]
        labels |= {(number, given): " + ".join(names.therapy(one) for one in sorted(given.split(" + "))) for given, *_ in often}
        labels |= _by_class(number, [row for row in rows if row not in often], names, least)
    said = [labels.get((number, given), _OTHER) for number, given in joined.select("number", "given").rows()]
    return joined.select("patient_id", "number").with_columns(pl.Series("label", said, dtype=pl.String))


def _by_class(number: int, rows: list[tuple[str, int, list[str]]], names: Names, least: int) -> dict[tuple[int, str], str]:
    """The rarer combinations gathered under the classes that most of their people got."""
    labels: dict[tuple[int, str], str] = {}
    for _ in range(_CLASSES):
        left = [row for row in rows if (number, row[0]) not in labels]
        people: Counter[str] = Counter()
        for _given, count, therapies in left:
            people.update(dict.fromkeys({one for therapy in therapies for one in names.classes_of(therapy)}, count))
        best = min(people, key=lambda one: (-people[one], one), default="")
        if not best or people[best] < least:
            break
        within = (row for row in left if any(best in names.classes_of(one) for one in row[2]))
        labels |= {(number, given): f"{_WITH}{best[0].lower() + best[1:] if best[1:2].islower() else best}" for given, *_ in within}
    return labels


def _walk(who: str, count: int, died: bool, labels: dict[tuple[str, int], str]) -> list[Step]:
    """The boxes that a patient passes."""
    numbers = [number for number in range(1, _LINES + 1) if (who, number) in labels]
    walk = [(number - 1, labels[who, number]) for number in numbers]
    if not walk:
        return []
    last = walk[-1][0] + 1
    return [*walk, (last, _LATER if count > last else _DIED if died else _STAYING)]


def _flow(stops: Counter[Step], moves: Counter[tuple[Step, Step]], least: int) -> Flow:
    kept = sorted((step for step in stops if stops[step] >= least), key=lambda step: (step[0], _order(step[1]), -stops[step], step[1]))
    columns = max((column for column, _ in kept), default=-1) + 1
    boxes = [
        Box(column, label, rounded(stops[column, label], least), about(stops[column, label], least), _kind(label)) for column, label in kept
    ]
    place = {step: number for number, step in enumerate(kept)}
    bands = [
        Band(place[one], place[other], rounded(count, least), about(count, least), f"{one[1]} to {other[1]}: {about(count, least)}")
        for (one, other), count in moves.items()
        if one in place and other in place and count >= least
    ]
    treated = {box.column for box in boxes if box.label not in _KINDS}
    heads = tuple(f"Line {column + 1}" if column in treated else "after that" for column in range(columns))
    return Flow(heads, boxes, sorted(bands, key=lambda band: (band.start, band.end)))


def _order(label: str) -> int:
    return 1 if _is_other(label) else 2 + list(_KINDS).index(label) if label in _KINDS else 0


def _kind(label: str) -> Kind:
    return _KINDS.get(label, "other" if _is_other(label) else "treatment")


def _is_other(label: str) -> bool:
    return label == _OTHER or label.startswith(_WITH)
