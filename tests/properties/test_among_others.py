"""Patients are independent: one alone comes out as the same one among ten thousand."""

from __future__ import annotations

import polars as pl
from hypothesis import given

from hemeline.assessment import Evaluation, evaluate
from hemeline.assessment.alerts import alerts_of
from hemeline.assessment.course_view import course_view
from hemeline.assessment.evaluate import definitions_for
from hemeline.assessment.missing import missing_of
from hemeline.assessment.next import Supposed, next_of, suppose
from hemeline.assessment.options import not_available, options_of
from hemeline.assessment.person import Person
from hemeline.assessment.shape import Assessment
from hemeline.facts import understand
from hemeline.record import Records
from tests.properties.assessing import examples_of, of_each, of_one, read
from tests.properties.strategies import AS_OF, Record, records, shipped

_MANY = 10_000
_DIFFERENT = 40  # records, which then come again and again


@given(records(), records())
def test_a_patient_alone_comes_out_as_beside_another(one: Record, another: Record) -> None:
    assert of_each(read(one, another))[0] == of_one(one)


def _evaluated(found: Records) -> tuple[Evaluation, Supposed]:
    supposed = suppose(understand(found, shipped().vocabulary), shipped(), AS_OF)
    return evaluate(supposed.facts, shipped(), AS_OF, "US", all_definitions=True, today=supposed.today), supposed


def _told(person: Person, supposed: Supposed) -> dict[str, object]:
    """What the assessment of one patient is made of, without assessing all the others."""
    disease = person.group.plan.disease
    definitions = [shipped().definitions[one] for one in definitions_for(shipped(), disease)] if disease else []
    return {
        "course": course_view(person, definitions),
        "options": options_of(person),
        "not_available": not_available(person),
        "missing": missing_of(person),
        "alerts": alerts_of(person.evaluation).of(person.i),
        "next": next_of(person, supposed),
    }


def test_a_patient_alone_comes_out_as_among_ten_thousand() -> None:
    different = examples_of(records(), _DIFFERENT)
    once = read(*different)
    many = _repeated(once, _MANY // _DIFFERENT)
    alone: list[Assessment] = [one for number in range(_DIFFERENT) for one in of_each(once.only(f"p{number}"))]
    evaluation, supposed = _evaluated(many)
    for number, expected in enumerate(alone):
        # The records come in rounds, so each is looked at in a round of its own.
        told = _told(Person(evaluation, number + _DIFFERENT * number), supposed)
        assert told == {key: value for key, value in expected.items() if key in told}, different[number]


def _repeated(once: Records, times: int) -> Records:
    """The same patients again and again, each time under other names."""

    def named(frame: pl.DataFrame) -> pl.DataFrame:
        return pl.concat([frame.with_columns(pl.format("{}-" + str(turn), "patient_id").alias("patient_id")) for turn in range(times)])

    return Records(named(once.patients), named(once.facts), named(once.not_understood))
