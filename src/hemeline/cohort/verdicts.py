"""Verdicts and missing facts of many patients as tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, get_args

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hemeline.assessment.evaluate import Evaluation, Judged
from hemeline.assessment.force import Candidate
from hemeline.cohort.missing import Waiting, Waits
from hemeline.cohort.reasons import NO, UNKNOWN, YES, Coded, Missing, Reasons, Words, askable
from hemeline.cohort.words import lists, one_of, words
from hemeline.columns import Codes
from hemeline.knowledge.schema import Basis, Status

VERDICT = pl.Enum(["yes", "no", "unknown"])


@dataclass(frozen=True)
class _Part:
    """The verdicts on one indication, a row for each patient of a group.

    ``missing`` and ``near`` are of the rows ``unknown`` and ``no``. ``open_`` are those of the unknown for whom no other indication
    of the same therapy is possible: only for them a fact may still decide something.
    """

    candidate: Candidate
    patients: NDArray[np.intp]
    verdict: NDArray[np.int8]
    unknown: NDArray[np.intp]
    missing: Missing
    in_any_version: Missing
    open_: NDArray[np.intp]
    no: NDArray[np.intp]
    near: tuple[list[str | None], Codes]

    def waiting(self) -> Waiting:
        """Whom a fact may still decide this for, and which fact."""
        rows, missing = self.unknown[self.open_], self.in_any_version
        return Waiting(self.candidate.entry.id, self.patients, rows, missing.facts, missing.which[self.open_])


def verdict_tables(evaluation: Evaluation) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The tables ``verdicts`` and ``missing``.

    One row per patient and indication in force: verdict, what is missing, and the one criterion that is not met. ``missing`` holds
    facts (``CD22``, or ``fit-for: transplant``); ``near`` is the text of the only criterion that is not met where all others are,
    else null. And one row per patient and missing fact, with the therapies it would help to decide: as in the assessment, only those
    that are neither possible nor excluded by any of their indications.
    """
    words = Words()
    groups = [list(_of_group(evaluation, group, words)) for group in evaluation.groups]
    parts = [part for group in groups for part in group]
    waits = Waits(evaluation, [[part.waiting() for part in group] for group in groups], list(words.known))
    return _verdicts(evaluation, parts, words), waits.table()


def _of_group(evaluation: Evaluation, group: Judged, words: Words) -> Iterator[_Part]:
    coded = Coded(evaluation, group)
    possible: dict[str, NDArray[np.bool_]] = {}
    for position, candidate in enumerate(group.plan.candidates):
        met = coded[str(position)] == YES
        possible[candidate.entry.id] = possible.get(candidate.entry.id, False) | met
    for position, candidate in enumerate(group.plan.candidates):
        verdict = coded[str(position)]
        unknown, no = np.flatnonzero(verdict == UNKNOWN), np.flatnonzero(verdict == NO)
        open_ = np.flatnonzero(~possible[candidate.entry.id][unknown])
        versions = [Reasons(coded, f"{position}.{n}", words) for n in range(len(candidate.versions))]
        waits = [one.missing(unknown) for one in versions[::-1]]  # the latest wording first: it is the one that is shown
        near = versions[-1].near(no)
        yield _Part(candidate, group.patients, verdict, unknown, waits[0], Missing.together(waits), open_, no, near)


def _verdicts(evaluation: Evaluation, parts: list[_Part], words: Words) -> pl.DataFrame:
    facts: list[tuple[int, ...]] = [()]
    texts: list[str | None] = [None]
    size = sum(len(part.verdict) for part in parts)
    which_missing, which_near = (np.zeros(size, dtype=np.uint32) for _ in range(2))
    start = 0
    for part in parts:
        which_missing[start + part.unknown] = part.missing.which + len(facts)
        which_near[start + part.no] = part.near[1] + len(texts)
        facts += part.missing.facts
        texts += part.near[0]
        start += len(part.verdict)
    named = list(words.known)
    asked = one_of(askable(evaluation.course.facts.vocabulary))
    columns = {
        "patient_id": evaluation.course.facts.patients.ids.gather(pl.Series(_joined([part.patients for part in parts]))),
        **_descriptions(evaluation, parts),
        "verdict": pl.Series(["no", "unknown", "yes"], dtype=VERDICT).gather(pl.Series(_joined([part.verdict for part in parts]))),
        "missing": lists([[named[one] for one in several] for several in facts], which_missing, asked),
        "near": pl.Series(texts, dtype=pl.Categorical).gather(pl.Series(which_near)),
    }
    return pl.DataFrame(columns)


def _descriptions(evaluation: Evaluation, parts: list[_Part]) -> dict[str, pl.Series]:
    """What each part is about, for all of its rows."""
    entries = evaluation.course.knowledge.content.entries
    told: dict[str, tuple[pl.Enum, list[str]]] = {
        "therapy": (one_of(entry.id for entry in entries), [part.candidate.entry.id for part in parts]),
        "indication": (one_of(one.id for entry in entries for one in entry.indications), [part.candidate.indication.id for part in parts]),
        "basis": (one_of(get_args(Basis)), [part.candidate.version.basis for part in parts]),
        "status": (one_of(get_args(Status)), [part.candidate.version.status for part in parts]),
    }
    which = np.repeat(np.arange(len(parts), dtype=np.uint32), [len(part.verdict) for part in parts])
    return {name: words(values, which, kind) for name, (kind, values) in told.items()}


def _joined(arrays: list[NDArray[np.integer[Any]]]) -> NDArray[np.uint32]:
    return np.concatenate([np.zeros(0, dtype=np.uint32), *arrays], dtype=np.uint32, casting="unsafe")
