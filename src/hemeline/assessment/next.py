"""What comes next: what is possible once the present step has succeeded, found by assessing the record with supposed facts added."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from hemeline.assessment.options import verdict_of
from hemeline.assessment.person import Person
from hemeline.assessment.shape import Next
from hemeline.course.diagnoses import read_diagnoses
from hemeline.facts import Facts, understand
from hemeline.knowledge import Knowledge
from hemeline.knowledge.schema import Step
from hemeline.record.records import Records
from hemeline.table import Table
from hemeline.vocabulary import Vocabulary
from hemeline.when import Days, to_day


@dataclass(frozen=True, eq=False)
class Supposed:
    """Everybody as they are, and once more for each step as if it had succeeded.

    After ``steps[k]`` patient ``i`` is patient ``i + (k + 1) * patients`` of ``facts``, looked at on the day in ``today``: all are judged
    in one evaluation.
    """

    patients: int
    steps: tuple[Step, ...]
    facts: Facts
    today: Days

    def after(self, step: Step, person: Person) -> Person:
        """A patient after a step."""
        return Person(person.evaluation, person.i + (self.steps.index(step) + 1) * self.patients)


def suppose(facts: Facts, knowledge: Knowledge, as_of: dt.date) -> Supposed:
    """Suppose every step that is about somebody's disease.

    A success comes after all that was recorded up to the day, so it is dated the day after; what is in force stays that of the day.
    """
    size, facts = len(facts.patients), facts.as_of(to_day(as_of))
    diseases = tuple(facts.vocabulary.diseases)
    present = [diseases[code] for code in np.unique(read_diagnoses(facts).disease) if code >= 0]
    steps = tuple(step for step in knowledge.content.steps if any(_is_about(step, one, facts.vocabulary) for one in present))
    days = np.full(size * (len(steps) + 1), to_day(as_of), dtype=np.int32)
    if not steps:
        return Supposed(size, steps, facts, days)
    days[size:] = to_day(min(as_of, dt.date.max - dt.timedelta(days=1))) + 1
    added = [_understood(knowledge)[step.id] for step in steps]
    return Supposed(size, steps, facts.supposing(added, int(days[-1])), days)


def _is_about(step: Step, disease: str, vocabulary: Vocabulary) -> bool:
    return any(disease in vocabulary.diseases_within(one) for one in step.diseases)


def _stands_before(person: Person, step: Step) -> bool:
    """Whether a step is the patient's next one: its disease and its situation are."""
    disease, vocabulary = person.group.plan.disease, person.evaluation.course.facts.vocabulary
    return disease is not None and _is_about(step, disease, vocabulary) and person.verdicts[f"step:{step.id}"] is True


@lru_cache(maxsize=8)
def _understood(knowledge: Knowledge) -> dict[str, Table]:
    """The understood facts that the success of each step would add: each step is read as a patient, all of them at once."""
    steps = knowledge.content.steps
    facts = [{"patient_id": step.id, "row": 0, "date": "2000-01-01", **fact.model_dump()} for step in steps for fact in step.add]
    understood = understand(Records.of([{"patient_id": step.id} for step in steps], facts), knowledge.vocabulary)
    assert not len(understood.not_understood)  # checked when the knowledge is loaded
    return {step.id: understood.rows.take(understood.rows.of(place)) for place, step in enumerate(steps)}


def next_of(person: Person, supposed: Supposed) -> list[Next]:
    """Every therapy whose verdict is yes once the patient's next step has succeeded; ``already`` where it is yes before, too."""
    now = {candidate.entry.id for position, candidate in enumerate(person.group.plan.candidates) if verdict_of(person, position)}
    found: dict[str, Next] = {}
    for step in supposed.steps:
        if not _stands_before(person, step):
            continue
        then = supposed.after(step, person)
        for position, candidate in enumerate(then.group.plan.candidates):
            entry = candidate.entry
            if verdict_of(then, position) and entry.id not in found:
                found[entry.id] = {"therapy": entry.id, "name": entry.title, "when": step.text, "already": entry.id in now}
    return list(found.values())
