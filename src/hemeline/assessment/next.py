"""What comes next: what is possible once the present step has succeeded, found by assessing the record with supposed facts added."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

from hemeline.assessment.evaluate import Evaluation, evaluate
from hemeline.assessment.options import verdict_of
from hemeline.assessment.person import Person
from hemeline.assessment.shape import Next
from hemeline.columns import Table
from hemeline.facts import Facts, understand
from hemeline.knowledge import Knowledge
from hemeline.knowledge.schema import Step
from hemeline.record.records import Records
from hemeline.when import to_day


@dataclass(frozen=True, eq=False)
class Supposed:
    """Everybody once more for each step, as if it had succeeded: after ``steps[k]`` patient ``i`` is ``i + (k + 1) * patients``."""

    patients: int
    steps: tuple[Step, ...]
    evaluation: Evaluation | None

    def after(self, step: Step, i: int) -> Person:
        """A patient after a step."""
        assert self.evaluation is not None  # there is one as soon as there is a step
        return Person(self.evaluation, i + (self.steps.index(step) + 1) * self.patients)


def suppose(facts: Facts, evaluation: Evaluation, as_of: dt.date) -> Supposed:
    """Suppose every step that somebody stands before.

    A success comes after all that was recorded up to the day, so it is dated the day after; what is in force stays that of the day.
    """
    knowledge, size = evaluation.course.knowledge, len(evaluation.course)
    people = [Person(evaluation, i) for i in range(size)]
    taken = tuple(step for step in knowledge.content.steps if any(_stands_before(person, step) for person in people))
    if not taken:
        return Supposed(size, (), None)
    later = min(as_of, dt.date.max - dt.timedelta(days=1)) + dt.timedelta(days=1)
    added = [_understood(knowledge)[step.id] for step in taken]
    supposed = facts.as_of(to_day(as_of)).supposing(added, to_day(later))
    return Supposed(size, taken, evaluate(supposed, knowledge, later, evaluation.region, in_force_on=as_of))


def _stands_before(person: Person, step: Step) -> bool:
    """Whether a step is the patient's next one: its disease and its situation are."""
    disease, within = person.group.plan.disease, person.evaluation.course.facts.vocabulary.diseases_within
    fits = disease is not None and any(disease in within(one) for one in step.diseases)
    return fits and person.verdicts[f"step:{step.id}"] is True


@lru_cache(maxsize=8)
def _understood(knowledge: Knowledge) -> dict[str, Table]:
    """The understood facts that the success of each step would add."""
    return {step.id: _facts_of(step, knowledge) for step in knowledge.content.steps}


def _facts_of(step: Step, knowledge: Knowledge) -> Table:
    facts = [{"patient_id": "-", "row": 0, "date": "2000-01-01", **fact.model_dump()} for fact in step.add]
    understood = understand(Records.of([{"patient_id": "-"}], facts), knowledge.vocabulary)
    assert not len(understood.not_understood), step.id  # checked when the knowledge is loaded
    return understood.rows


def next_of(person: Person, supposed: Supposed) -> list[Next]:
    """Every therapy whose verdict is yes once the patient's next step has succeeded; ``already`` where it is yes before, too."""
    now = {candidate.entry.id for position, candidate in enumerate(person.group.plan.candidates) if verdict_of(person, position)}
    found: dict[str, Next] = {}
    for step in supposed.steps:
        if not _stands_before(person, step):
            continue
        then = supposed.after(step, person.i)
        for position, candidate in enumerate(then.group.plan.candidates):
            entry = candidate.entry
            if verdict_of(then, position) and entry.id not in found:
                found[entry.id] = {"therapy": entry.id, "name": entry.title, "when": step.text, "already": entry.id in now}
    return list(found.values())
