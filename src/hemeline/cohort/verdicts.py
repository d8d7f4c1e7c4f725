"""Verdicts and missing facts of many patients.

Two patients whose leaves of a criterion have the same truths have the same reasons. So the reasons are worked out once for each
distinct pattern of truths, by the same code as for one patient, and given to all who have it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hemeline.assessment.evaluate import Evaluation, Judged
from hemeline.assessment.options import missing_facts, shown_parts
from hemeline.assessment.person import Person
from hemeline.criteria import Leaf, Tree, judge, leaves_of
from hemeline.criteria.text import text_of_tree
from hemeline.knowledge.words import RESULT_FEATURES

ANY_VERSION = "missing_in_any_version"  # only to make the table of missing facts from
VERDICT = pl.Enum(["yes", "no", "unknown"])
_YES, _NO, _UNKNOWN = 0, 1, 2  # positions in VERDICT
_RADIX, _PACKED = 3, 20  # so many truths, and the numbers of a billion patterns, go into one number


def verdicts_table(evaluation: Evaluation) -> pl.DataFrame:
    """One row per patient and indication in force: verdict, what is missing, and the one criterion that is not met.

    ``missing`` holds facts (``CD22``, or ``fit-for: transplant``); ``near`` is the text of the only criterion that is not met where
    all others are, else null.
    """
    parts = [part for group in evaluation.groups for part in _of_group(evaluation, group)]
    return pl.concat([_empty(), *parts]) if parts else _empty()


def _empty() -> pl.DataFrame:
    return pl.DataFrame(
        schema={
            "patient_id": pl.String, "therapy": pl.Categorical, "indication": pl.Categorical, "basis": pl.Categorical,
            "status": pl.Categorical, "verdict": VERDICT, "missing": pl.List(pl.String), "near": pl.String,
            ANY_VERSION: pl.List(pl.String),
        }
    )  # fmt: skip


def _of_group(evaluation: Evaluation, group: Judged) -> Iterator[pl.DataFrame]:
    ids = evaluation.course.facts.patients.ids.gather(group.patients)
    coded = _Coded(group.verdicts)
    for position, candidate in enumerate(group.plan.candidates):
        tree = group.plan.trees[f"{position}.{len(candidate.versions) - 1}"]
        verdict = coded[str(position)]
        missing, near = _Reasons(evaluation, group, coded, tree).of(verdict)
        others = [_Reasons(evaluation, group, coded, group.plan.trees[f"{position}.{n}"]) for n in range(len(candidate.versions) - 1)]
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


class _Coded:
    """The truths of a frame as positions in ``VERDICT``, each column once."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self.frame = frame
        self._columns: dict[str, NDArray[np.int8]] = {}

    def __getitem__(self, name: str) -> NDArray[np.int8]:
        if name not in self._columns:
            truths = self.frame[name]
            met = truths.fill_null(False).to_numpy()
            self._columns[name] = np.where(truths.is_null().to_numpy(), _UNKNOWN, np.where(met, _YES, _NO)).astype(np.int8)
        return self._columns[name]


@dataclass
class _Reasons:
    """What is missing, and what is the only thing in the way, by pattern of truths of one tree."""

    evaluation: Evaluation
    group: Judged
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
                person = Person(self.evaluation, int(self.group.patients[row]))
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
            yield self.coded[self.group.plan.leaves[leaf]][rows]
            yield from self._within(leaf, self.group.patients[rows])

    def _within(self, leaf: Leaf, patients: NDArray[np.intp]) -> Iterator[NDArray[np.int8]]:
        if leaf.name not in RESULT_FEATURES.values():
            return
        for column in leaf.columns:
            definition = self.evaluation.within(column.partition(":")[2].rpartition(":")[0])
            for inner in dict.fromkeys(leaves_of(definition.trees[column])):
                yield _Coded(definition.leaves)[definition.columns[inner]][patients]
                yield from self._within(inner, patients)


def missing_table(verdicts: pl.DataFrame) -> pl.DataFrame:
    """One row per patient and missing fact, with the therapies it would help to decide.

    As in the assessment: only therapies that are neither possible nor excluded by any of their indications.
    """
    rank = pl.col("verdict").cast(pl.String).replace_strict({"yes": 0, "unknown": 1, "no": 2}, return_dtype=pl.Int8)
    open_ = verdicts.with_columns(rank.min().over("patient_id", "therapy").alias("best")).filter(
        (pl.col("best") == 1) & (pl.col("verdict") == "unknown")
    )
    rows = open_.select("patient_id", "therapy", pl.col(ANY_VERSION).alias("fact")).explode("fact").filter(pl.col("fact").is_not_null())
    grouped = rows.group_by("patient_id", "fact", maintain_order=True).agg(
        pl.col("therapy").cast(pl.String).unique(maintain_order=True).alias("would_decide")
    )
    return grouped.sort("patient_id", pl.col("would_decide").list.len(), "fact", descending=[False, True, False])
