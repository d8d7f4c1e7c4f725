"""Verdicts and missing facts of many patients.

Two patients whose leaves of a criterion have the same truths have the same reasons. So the reasons are worked out once for each
distinct pattern of truths, by the same code as for one patient, and given to all who have it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hemeline.assessment.evaluate import Evaluation, Judged
from hemeline.assessment.options import missing_facts, shown_parts
from hemeline.assessment.person import Person
from hemeline.criteria import Leaf, Tree, judge, leaves_of
from hemeline.criteria.text import text_of_tree
from hemeline.knowledge.words import RESULT_FEATURES

ANY_VERSION, PLACE = "missing_in_any_version", "place_of_patient"
FOR_MISSING = (ANY_VERSION, PLACE)  # only to make the table of missing facts from: numbers are told apart faster than words
VERDICT = pl.Enum(["yes", "no", "unknown"])
_YES, _NO, _UNKNOWN = 0, 1, 2  # positions in VERDICT
_RADIX, _PACKED = 3, 20  # so many truths, and the numbers of a billion patterns, go into one number


def verdicts_table(evaluation: Evaluation) -> pl.DataFrame:
    """One row per patient and indication in force: verdict, what is missing, and the one criterion that is not met.

    ``missing`` holds facts (``CD22``, or ``fit-for: transplant``); ``near`` is the text of the only criterion that is not met where
    all others are, else null.
    """
    places = evaluation.course.facts.patients.ids.rank("ordinal").cast(pl.UInt32)  # patients are told in the order of their ids
    parts = [
        part.with_columns(places.gather(group.patients).alias(PLACE))
        for group in evaluation.groups
        for part in _of_group(evaluation, group)
    ]
    return pl.concat([_empty(), *parts]) if parts else _empty()


def _empty() -> pl.DataFrame:
    return pl.DataFrame(
        schema={
            "patient_id": pl.String, "therapy": pl.Categorical, "indication": pl.Categorical, "basis": pl.Categorical,
            "status": pl.Categorical, "verdict": VERDICT, "missing": pl.List(pl.String), "near": pl.String,
            ANY_VERSION: pl.List(pl.String), PLACE: pl.UInt32,
        }
    )  # fmt: skip


def _of_group(evaluation: Evaluation, group: Judged) -> Iterator[pl.DataFrame]:
    ids = evaluation.course.facts.patients.ids.gather(group.patients)
    coded = _Coded(evaluation, group)
    for position, candidate in enumerate(group.plan.candidates):
        tree = group.plan.trees[f"{position}.{len(candidate.versions) - 1}"]
        verdict = coded[str(position)]
        missing, near = _Reasons(coded, tree).of(verdict)
        others = [_Reasons(coded, group.plan.trees[f"{position}.{n}"]) for n in range(len(candidate.versions) - 1)]
        size = len(ids)
        same = {
            "therapy": candidate.entry.id, "indication": candidate.indication.id, "basis": candidate.version.basis,
            "status": candidate.version.status,
        }  # fmt: skip
        yield pl.DataFrame(
            {
                "patient_id": ids,
                **{name: pl.Series([word], dtype=pl.Categorical).new_from_index(0, size) for name, word in same.items()},
                "verdict": pl.Series(["yes", "no", "unknown"], dtype=VERDICT).gather(verdict),
                "missing": missing,
                "near": near,
                ANY_VERSION: _together([missing, *(one.of(verdict)[0] for one in others)]),
            }
        )


def _together(lists: list[pl.Series]) -> pl.Series:
    """What any of several possible wordings waits for."""
    if len(lists) == 1:
        return lists[0]
    frame = pl.DataFrame({str(place): one for place, one in enumerate(lists)})
    return frame.select(pl.concat_list(pl.all()).list.unique(maintain_order=True).alias("all"))["all"]


def _coded(frame: pl.DataFrame) -> pl.DataFrame:
    """The truths of a frame as positions in ``VERDICT``."""
    return frame.select((~pl.all()).cast(pl.Int8).fill_null(_UNKNOWN))


class _Coded:
    """The truths of a group as positions in ``VERDICT``, those within the definitions that it needs, and persons once looked at."""

    def __init__(self, evaluation: Evaluation, group: Judged) -> None:
        self.evaluation, self.group = evaluation, group
        self._within: dict[str, pl.DataFrame] = {}
        self._persons: dict[int, Person] = {}

    @cached_property
    def _frame(self) -> pl.DataFrame:
        return _coded(self.group.verdicts)

    def __getitem__(self, name: str) -> NDArray[np.int8]:
        return self._frame[name].to_numpy()

    def within(self, definition: str) -> pl.DataFrame:
        """The leaves of a definition, a row for each of the group's patients."""
        if definition not in self._within:
            self._within[definition] = _coded(self.evaluation.within(definition).leaves[self.group.patients])
        return self._within[definition]

    def person(self, row: int) -> Person:
        """The patient of a row; the same person for all indications."""
        if row not in self._persons:
            self._persons[row] = Person(self.evaluation, int(self.group.patients[row]))
        return self._persons[row]


@dataclass
class _Reasons:
    """What is missing, and what is the only thing in the way, by pattern of truths of one tree."""

    coded: _Coded
    tree: Tree

    def of(self, verdict: NDArray[np.int8]) -> tuple[pl.Series, pl.Series]:
        """Missing facts of the unknown, and the one unmet criterion of those not possible."""
        missing: list[list[str]] = [[]]
        near: list[str | None] = [None]
        which_missing, which_near = np.zeros(len(verdict), dtype=np.int64), np.zeros(len(verdict), dtype=np.int64)
        for code, which in ((_UNKNOWN, which_missing), (_NO, which_near)):
            rows = np.flatnonzero(verdict == code)
            first, pattern = self._patterns(rows)
            listed = missing if code == _UNKNOWN else near
            which[rows] = pattern + len(listed)
            for row in first:
                person = self.coded.person(int(row))
                listed.append(self._missing(person) if code == _UNKNOWN else self._near(person))  # type: ignore[arg-type]
        return pl.Series(missing, dtype=pl.List(pl.String)).gather(which_missing), pl.Series(near, dtype=pl.String).gather(which_near)

    def _missing(self, person: Person) -> list[str]:
        return [f"{one['fact']}: {one['value']}" if "value" in one else one["fact"] for one in missing_facts(person, self.tree)]

    def _near(self, person: Person) -> str | None:
        parts = [(part, judge(part, person.truth)) for part in shown_parts(person, self.tree)]
        unmet = [part for part, truth in parts if truth is False]
        return text_of_tree(unmet[0]) if len(unmet) == 1 and all(truth is not None for _, truth in parts) else None

    def _patterns(self, rows: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
        """A row with each distinct pattern of truths, and the pattern of each row."""
        key = np.zeros(len(rows), dtype=np.int64)
        for number, truths in enumerate(self._truths(rows)):
            if number and number % _PACKED == 0:  # numbered anew, so that there is room for more
                key = np.unique(key, return_inverse=True)[1].astype(np.int64)
            key = key * _RADIX + truths
        _, first, pattern = np.unique(key, return_index=True, return_inverse=True)
        return rows[first], pattern.astype(np.int64)

    def _truths(self, rows: NDArray[np.intp]) -> Iterator[NDArray[np.int8]]:
        """The truths of all leaves; of a leaf that is the result of a definition, also those within the definition."""
        for leaf in dict.fromkeys(leaves_of(self.tree)):
            yield self.coded[self.coded.group.plan.leaves[leaf]][rows]
            yield from self._within(leaf, rows)

    def _within(self, leaf: Leaf, rows: NDArray[np.intp]) -> Iterator[NDArray[np.int8]]:
        if leaf.name not in RESULT_FEATURES.values():
            return
        for column in leaf.columns:
            name = column.partition(":")[2].rpartition(":")[0]
            definition, coded = self.coded.evaluation.within(name), self.coded.within(name)
            for inner in dict.fromkeys(leaves_of(definition.trees[column])):
                yield coded[definition.columns[inner]].to_numpy()[rows]
                yield from self._within(inner, rows)


def missing_table(verdicts: pl.DataFrame) -> pl.DataFrame:
    """One row per patient and missing fact, with the therapies it would help to decide.

    As in the assessment: only therapies that are neither possible nor excluded by any of their indications.
    """
    told = verdicts.lazy().select(
        PLACE, "patient_id", "therapy", "verdict", pl.col(ANY_VERSION).cast(pl.List(pl.Categorical)).alias("fact")
    )
    possible = told.filter(pl.col("verdict") == "yes")
    open_ = told.filter(pl.col("verdict") == "unknown").join(possible, on=(PLACE, "therapy"), how="anti", maintain_order="left")
    rows = open_.explode("fact").filter(pl.col("fact").is_not_null())
    once = rows.unique((PLACE, "fact", "therapy"), keep="first", maintain_order=True)
    decided = pl.col("therapy").cast(pl.String).alias("would_decide")
    grouped = once.group_by(PLACE, "fact", maintain_order=True).agg(pl.col("patient_id").first(), decided)
    ordered = grouped.with_columns(pl.col("fact").cast(pl.String)).sort(
        PLACE, pl.col("would_decide").list.len(), "fact", descending=[False, True, False]
    )
    return ordered.select("patient_id", "fact", "would_decide").collect()
