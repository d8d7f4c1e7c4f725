"""The assessment: record x knowledge x day x region. A what-if is the same call with more facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any, cast

import polars as pl

from hemeline.assessment.alerts import Alerts, alerts_of
from hemeline.assessment.course_view import course_view
from hemeline.assessment.evaluate import definitions_for, evaluate
from hemeline.assessment.missing import missing_of
from hemeline.assessment.next import Supposed, next_of, suppose
from hemeline.assessment.options import not_available, options_of
from hemeline.assessment.person import Person
from hemeline.assessment.shape import Assessment, NotUnderstood
from hemeline.assessment.topics import conflicts_of, processes_of, support_of
from hemeline.facts import understand
from hemeline.knowledge import Knowledge, Region
from hemeline.record.records import Records, shown
from hemeline.version import __version__

NOTICE = (
    "Hemeline lists options and the reasons for them; it does not say what to do and is not a medical device. "
    "A clinician must review every line. Knowledge entries are marked drafted until a clinician has reviewed them."
)


def assess(records: Records, knowledge: Knowledge, as_of: dt.date, region: Region) -> list[Assessment]:
    """Assess every patient of some records, in their order.

    The result is a function of the arguments alone. Raises nothing for what a record says: what is not understood is
    listed in the assessment. For many patients at once see ``evaluate``, which stays in columns.
    """
    supposed = suppose(understand(records, knowledge.vocabulary), knowledge, as_of)
    evaluation = evaluate(supposed.facts, knowledge, as_of, region, all_definitions=True, today=supposed.today)
    alerts = alerts_of(evaluation)
    return [_assessment(Person(evaluation, i), records, supposed, alerts) for i in range(len(records))]


def _assessment(person: Person, records: Records, supposed: Supposed, alerts: Alerts) -> Assessment:
    course = person.evaluation.course
    disease = person.group.plan.disease
    definitions = [course.knowledge.definitions[one] for one in definitions_for(course.knowledge, disease)] if disease else []
    partial = bool(course.facts.patients.partial_history[person.i])
    name = records.patients["patient_id"][person.i]
    options = options_of(person)
    return {
        "patient": name,
        "as_of": person.day,
        "region": person.evaluation.region,
        "versions": {"hemeline": __version__, "knowledge": course.knowledge.hash},
        "notice": NOTICE,
        "history": "partial" if partial else "closed",
        "assumed": list(_assumed(person, partial)),
        "course": course_view(person, definitions),
        "options": options,
        "not_available": not_available(person),
        "missing": missing_of(person),
        "alerts": alerts.of(person.i),
        "next": next_of(person, supposed),
        "processes": processes_of(person, options),
        "support": support_of(person),
        "conflicts": conflicts_of(person),
        "questions": list(_questions(person)),
        "trials": [],
        "not_understood": _not_understood(person, name, records.not_understood),
    }


def _questions(person: Person) -> Iterator[str]:
    for one in person.evaluation.course.knowledge.content.questions if person.alive else ():
        if one.when is None or person.verdicts.get(f"question:{one.id}") is True:
            yield one.text


def _assumed(person: Person, partial: bool) -> Iterator[str]:
    if partial:
        yield "The history is known to be incomplete: a treatment that is not recorded is unknown."
    else:
        yield "The history is taken as complete: a treatment, response or relapse that is not recorded did not happen."
    if not person.alive:
        yield "The record says that the person has died, so no option applies."
    elif person.group.plan.disease is None:
        yield "No diagnosis is recorded that is understood, so no option can be listed."
    elif not person.group.plan.candidates and not person.group.plan.absent:
        yield "The knowledge has no therapies for this disease yet, so no option can be listed."


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
