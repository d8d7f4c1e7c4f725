"""Assessed cohorts for tests, from facts written in a line each or from made-up patients."""

from __future__ import annotations

from pathlib import Path

from hemeline import api
from hemeline.knowledge import Knowledge
from hemeline.record.documents import records_from
from tests.facts.recording import written

DAY = "2026-11-22"
DIAGNOSIS = "2019-05-06 diagnosis b-all"
TREATED = (DIAGNOSIS, "2019-05-10 treatment vincristine end=2019-06-08 intent=induction")
REMISSION = (*TREATED, "2019-06-12 response CR")
RELAPSED = (*REMISSION, "2021-09-01 relapse marrow", "2021-09-10 treatment blinatumomab end=2021-10-10")


def cohort_of(folder: Path, knowledge: Knowledge, *each: tuple[str, ...]) -> Path:
    """The cohort of some patients."""
    named = [{"patient": {"id": f"p{number:05d}"}, "facts": [written(line) for line in lines]} for number, lines in enumerate(each)]
    api.write_records(records_from(named, "test"), folder / "facts.parquet", knowledge)
    return assessed(folder / "facts.parquet", folder)


def made_up(folder: Path, knowledge: Knowledge, disease: str, patients: int) -> Path:
    """The cohort of so many made-up patients."""
    api.synthesise(folder / "facts.parquet", knowledge, patients=patients, disease=disease, seed=7)
    return assessed(folder / "facts.parquet", folder)


def assessed(source: Path, folder: Path) -> Path:
    api.assess_cohort(source, folder / "out", as_of=DAY, region="EU", workers=1, cache=folder / "cache")
    return folder / "out"
