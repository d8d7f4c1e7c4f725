"""Reading the project's own cases: starting patients, small changes to them, and what must come out on which days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hemeline.assessment.assess import assess
from hemeline.assessment.shape import Assessment, IndicationView
from hemeline.knowledge import Knowledge
from hemeline.record.documents import records_from
from hemeline.yaml import read_yaml

FOLDER = Path(__file__).resolve().parents[2] / "cases"
KEYS = {"name", "why", "indication", "region", "basis", "patient", "born", "history", "with", "without", "days", "no_by", "missing"}


@dataclass(frozen=True)
class Case:
    """One case of a file: a patient with small changes, one indication, and the verdict on each of some days."""

    file: Path
    written: dict[str, Any]
    record: dict[str, Any]

    @property
    def name(self) -> str:
        return f"{self.file.stem}: {self.written['name']}"

    def on(self, day: str, knowledge: Knowledge) -> Assessment:
        """The assessment on a day."""
        records = records_from(self.record, self.file.name)
        return assess(records, knowledge, dt.date.fromisoformat(day), self.written["region"])[0]

    def indication(self, assessment: Assessment) -> IndicationView | None:
        """The indication in an assessment (on the case's basis, if it names one); ``None`` if it is not in force."""
        wanted, basis = self.written["indication"], self.written.get("basis")
        for option in assessment["options"]:
            for one in option["indications"]:
                if one["id"] == wanted and basis in (None, one["basis"]):
                    return one
        return None


def read_cases(folder: Path = FOLDER) -> Iterator[Case]:
    """Every case of every file under ``cases/``."""
    for file in sorted(folder.rglob("*.yaml")):
        data = read_yaml(file.read_text(encoding="utf-8")).data
        if not isinstance(data, dict) or "cases" not in data:
            continue
        for written in data["cases"]:
            unknown = set(written) - KEYS
            assert not unknown, f"{file.name}: {written.get('name')}: unknown keys {unknown}"
            yield Case(file, written, _changed(data["patients"][written["patient"]], written))


def _changed(start: dict[str, Any], written: dict[str, Any]) -> dict[str, Any]:
    without = {fact.casefold() for fact in written.get("without", [])}
    patient = dict(start["patient"])
    patient |= {"birth_date": written["born"]} if "born" in written else {}
    patient |= {"history": written["history"]} if "history" in written else {}
    kept = [fact for fact in start["facts"] if fact["fact"].casefold() not in without]
    return {"patient": patient, "facts": [*kept, *written.get("with", [])]}
