"""The assessment: record x knowledge x day x region. A what-if is the same call with more facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, cast

import polars as pl

from hemeline.assess.alerts import alerts_of
from hemeline.assess.course_view import course_view
from hemeline.assess.evaluate import definitions_for, evaluate
from hemeline.assess.missing import missing_of
from hemeline.assess.options import not_available, options_of, verdict_of
from hemeline.assess.person import Person
from hemeline.assess.shape import Assessment, Next, NotUnderstood
from hemeline.columns import Table
from hemeline.facts import understand
from hemeline.knowledge import Knowledge, Region
from hemeline.knowledge.schema import Step
from hemeline.record.records import FACT_COLUMNS, NOT_UNDERSTOOD_COLUMNS, PATIENT_COLUMNS, Records, shown, table
from hemeline.version import __version__
from hemeline.when import to_day

NOTICE = (
    "Hemeline lists options and the reasons for them; it does not say what to do and is not a medical device. "
    "A clinician must review every line. Knowledge entries are marked drafted until a clinician has reviewed them."
)


def assess(records: Records, knowledge: Knowledge, as_of: dt.date, region: Region) -> list[Assessment]:
    """Assess every patient of some records, in their order.

    The result is a function of the arguments alone. Raises nothing for what a record says: what is not understood is
    listed in the assessment. For many patients at once see ``evaluate``, which stays in columns.
    """
    steps = _steps(knowledge)
    facts = understand(records, knowledge.vocabulary).supposing([rows for _, rows in steps], to_day(as_of))
    evaluation = evaluate(facts, knowledge, as_of, region, all_definitions=True)
    return [_assessment(Person(evaluation, i), records, [step for step, _ in steps]) for i in range(len(records))]


@lru_cache(maxsize=8)
def _steps(knowledge: Knowledge) -> tuple[tuple[Step, Table], ...]:
    """The steps of the knowledge, each with the understood facts that its success would add."""
    return tuple((step, _understood(step, knowledge)) for step in knowledge.content.steps)


def _understood(step: Step, knowledge: Knowledge) -> Table:
    facts = [{"patient_id": "-", "row": 0, "date": "2000-01-01", **fact.model_dump()} for fact in step.add]
    records = Records(table([{"patient_id": "-"}], PATIENT_COLUMNS), table(facts, FACT_COLUMNS), table([], NOT_UNDERSTOOD_COLUMNS))
    understood = understand(records, knowledge.vocabulary)
    assert not len(understood.not_understood), step.id  # checked when the knowledge is loaded
    return understood.rows


def _assessment(person: Person, records: Records, steps: Sequence[Step]) -> Assessment:
    course = person.evaluation.course
    disease = person.group.plan.disease
    definitions = [course.knowledge.definitions[one] for one in definitions_for(course.knowledge, disease)] if disease else []
    partial = bool(course.facts.patients.partial_history[person.i])
    name = records.patients["patient_id"][person.i]
    return {
        "patient": name,
        "as_of": person.day,
        "region": person.evaluation.region,
        "versions": {"hemeline": __version__, "knowledge": course.knowledge.hash},
        "notice": NOTICE,
        "history": "partial" if partial else "closed",
        "assumed": list(_assumed(person, partial)),
        "course": course_view(person, definitions),
        "options": options_of(person),
        "not_available": not_available(person),
        "missing": missing_of(person),
        "alerts": alerts_of(person),
        "next": _next(person, len(records), steps),
        "questions": [
            one.text for one in course.knowledge.content.questions if one.when is None or person.verdicts.get(f"question:{one.id}") is True
        ],
        "trials": [],
        "not_understood": _not_understood(person, name, records.not_understood),
    }


def _assumed(person: Person, partial: bool) -> Iterator[str]:
    if partial:
        yield "The history is known to be incomplete: a treatment that is not recorded is unknown."
    else:
        yield "The history is taken as complete: a treatment, response or relapse that is not recorded did not happen."
    if person.group.plan.disease is None:
        yield "No diagnosis is recorded that is understood, so no option can be listed."


def _next(person: Person, patients: int, steps: Sequence[Step]) -> list[Next]:
    """What is possible once the present step has succeeded: every verdict of yes with the supposed facts added."""
    found: dict[str, Next] = {}
    for number, step in enumerate(steps, start=1):
        within = person.evaluation.course.facts.vocabulary.diseases_within
        disease = person.group.plan.disease
        fits = disease is not None and any(disease in within(one) for one in step.diseases)
        if not fits or person.verdicts.get(f"step:{step.id}") is not True:
            continue
        then = Person(person.evaluation, person.i + number * patients)
        for position, candidate in enumerate(then.group.plan.candidates):
            if verdict_of(then, position) and candidate.entry.id not in found:
                already = verdict_of(person, position) is True
                found[candidate.entry.id] = {
                    "therapy": candidate.entry.id,
                    "name": candidate.entry.title,
                    "when": step.text,
                    "already": already,
                }
    return list(found.values())


def _not_understood(person: Person, name: str, of_reader: pl.DataFrame) -> list[NotUnderstood]:
    """What the reader could not use, and what has no meaning in the vocabulary."""
    later = person.evaluation.course.facts.not_understood
    read = of_reader.filter(of_reader["patient_id"] == name).to_dicts() if len(of_reader) else []
    listed = [{"row": row["row"], "fact": shown(row["fact"]), "why": row["why"]} for row in [*read, *later.dicts(later.of(person.i))]]
    return cast(list[NotUnderstood], sorted(listed, key=lambda one: one["row"]))


def what_if(records: Records, facts: Sequence[dict[str, Any]], knowledge: Knowledge, as_of: dt.date, region: Region) -> list[Assessment]:
    """The assessment if some facts were added to every patient of the records (keys as in a record's facts)."""
    added = [{"patient_id": one, **fact} for one in records.patients["patient_id"].to_list() for fact in facts]
    return assess(records.with_facts(added), knowledge, as_of, region)


__all__ = ["NOTICE", "assess", "what_if"]
