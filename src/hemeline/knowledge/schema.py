"""The shape of the knowledge: what each YAML file under ``knowledge/`` may say, and nothing else.

An unknown key, a wrong type or a bad date is an error with its file and line (see ``load``); what one file says of
another (an unknown source, a criterion that cannot be no) is checked in ``check``.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from hemeline.knowledge.schema_background import Question, Statement, SyntheticCourse, Topic
from hemeline.knowledge.schema_parts import Criterion, PartialDate, Review, digits
from hemeline.vocabulary.entries import Disease, Entry, Fact, Id, Named, Response, Target, Text, Therapy, TherapyClass, ValueSet

Region = Literal["US", "EU", "UK"]
REGIONS: tuple[Region, ...] = ("US", "EU", "UK")


Basis = Literal["label", "funded", "guideline", "practice", "off-label", "investigational", "supportive"]
Status = Literal[
    "approved", "accelerated", "conditional", "recommended", "managed-access", "guideline", "practice", "off-label",
    "investigational", "suspended", "refused", "terminated", "not-approved", "not-found",
]  # fmt: skip
UNAVAILABLE: frozenset[str] = frozenset({"suspended", "refused", "terminated", "not-approved", "not-found"})


class Source(Entry):
    """A publication: what it is called, who issued it, when, and where it can be read."""

    id: Id
    title: Text
    publisher: Text
    date: PartialDate | None = None
    kind: Literal[
        "label", "regulator-notice", "regulator-database", "assessment-report", "guidance", "funding-form", "article",
        "abstract", "guideline", "registry", "trial-record", "reference", "news", "announcement", "patient-information",
        "index", "document",
    ]  # fmt: skip
    url: Text | None = None
    doi: Text | None = None
    pmid: Annotated[str, BeforeValidator(digits)] | None = None
    nct: Text | None = None
    note: Text | None = None


class Version(Entry):
    """What held in one region from one day to another, on one basis. ``until`` is the first day it no longer holds."""

    since: PartialDate | None = Field(default=None, alias="from")
    until: PartialDate | None = None
    status: Status
    basis: Basis
    criteria: Criterion | None = None
    note: Text | None = None
    sources: tuple[Id, ...] = ()


class Evidence(Entry):
    """What a study found, never without whom it studied."""

    trial: Text
    registry: Text | None = None
    population: Text
    result: Text
    sources: tuple[Id, ...]


class Caution(Entry):
    """A warning; with ``when``, it is shown unless that criterion is known not to be met."""

    text: Text
    when: Criterion | None = None
    sources: tuple[Id, ...]


class Indication(Entry):
    """A therapy in a disease and a setting, with its dated versions by region."""

    id: Id
    diseases: tuple[Id, ...]
    setting: Text
    regions: dict[Region, tuple[Version, ...]]
    evidence: tuple[Evidence, ...] = ()
    cautions: tuple[Caution, ...] = ()


class LeftOut(Entry):
    """Something a source sheet says that is not in the product, and why."""

    what: Text
    why: Text


class TherapyEntry(Therapy):
    """A therapy with its indications.

    ``plain`` tells a patient what it is, ``pronunciation`` how its name is said, ``processes`` (topics) what happens under it.
    """

    indications: tuple[Indication, ...]
    plain: Text | None = None
    pronunciation: Text | None = None
    processes: tuple[Id, ...] = ()
    cautions: tuple[Caution, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    review: Review = Review()


class Category(Entry):
    """One result of a definition and when it holds: by a criterion, or (of a score) by its ``total``.

    ``figures`` is what became of people with this result, as published.
    """

    result: Id = Field(alias="is")
    when: Criterion | None = None
    total: Text | None = None
    figures: Text | None = None


class Item(Entry):
    """One item of a score: so many points when it holds. Of the items of one ``group`` the highest counts."""

    name: Text
    points: float
    when: Criterion
    group: Id | None = None


class Definition(Named):
    """A definition by name and source.

    ``relapse-timing``, ``risk`` and ``milestone`` have categories, ``criterion`` one criterion under ``when``, ``score`` items whose
    points add up, ``level`` a fact with a limit that can be reached and lost; ``text`` is only explained. ``population`` says whom
    the definition was made for; it is reported beside the result, which is computed for everybody.
    """

    kind: Literal["text", "relapse-timing", "risk", "milestone", "criterion", "score", "level"]
    diseases: tuple[Id, ...]
    text: Text
    plain: Text | None = None
    population: Text | None = None
    applies: Criterion | None = None
    categories: tuple[Category, ...] = ()
    items: tuple[Item, ...] = ()
    when: Criterion | None = None
    fact: Id | None = None
    limit: Text | None = None
    note: Text | None = None
    conflicts_with: tuple[Id, ...] = ()
    sources: tuple[Id, ...]
    review: Review = Review()


# What the state machine of the course knows. Two states are told apart only inside: whether treatment has begun since
# the failure or relapse, because only then does a poor response count against it and only before does a treatment begin
# a new line.
MACHINE_STATES = (
    "untreated", "on-treatment", "remission", "partial-response", "refractory", "refractory-treated", "relapsed",
    "relapsed-treated", "dead",
)  # fmt: skip
MACHINE_EVENTS = (
    "treatment", "new-treatment", "continued-treatment", "minor-treatment", "complete", "partial", "none", "none-early",
    "progressive", "progression", "failed", "relapse", "progressive-on-treatment", "progression-on-treatment",
    "relapse-on-treatment", "transformation", "another-disease", "status-remission", "status-relapsed", "status-refractory", "death",
)  # fmt: skip
ON_TREATMENT = "-on-treatment"  # ends the name of what happens on a treatment, or soon after its last dose


class Transition(Entry):
    """In these states, this event leads to that state and does these things."""

    states: tuple[Id, ...] = Field(alias="in")
    event: Id
    to: Id
    do: tuple[Literal["line", "remission", "relapse", "implied", "fail", "conflict"], ...] = ()


class Family(Entry):
    """How the course of a group of diseases is read: its state machine and its rule for lines of therapy.

    ``refractory_within_days`` is how long after the last dose the disease still counts as coming back on treatment; where it is
    absent, no such difference is made. ``planned`` are the intents of treatment that was planned from the start, so that it
    begins no line, ``begins_line`` those of treatment that begins one unless the line has some of that intent already.
    """

    id: Id
    text: Text
    extends: Id | None = None
    diseases: tuple[Id, ...] = ()
    refractory_after_courses: int = 1
    refractory_definition: Id | None = None
    new_therapy_begins_line: bool = False
    together_within_days: int = 30
    refractory_within_days: int | None = None
    planned: tuple[Text, ...] = ()
    begins_line: tuple[Text, ...] = ()
    transitions: tuple[Transition, ...] = ()
    sources: tuple[Id, ...] = ()


class PossibleRule(Entry):
    """Findings that suggest an event nobody has recorded: an alert, never the event.

    The latest ``fact`` meets ``now`` in one of the ``states``, was measured in that state, and (with ``before``) an
    earlier one met that, or a response that says the same (``before_response``) was recorded earlier.
    """

    id: Id
    diseases: tuple[Id, ...]
    states: tuple[Id, ...]
    fact: Id
    now: Text
    before: Text | None = None
    before_response: tuple[Id, ...] = ()
    text: Text
    sources: tuple[Id, ...]


class HypotheticalFact(Entry):
    """A fact that a success would add."""

    fact: Id
    value: Text
    unit: str | None = None


class Step(Entry):
    """What success of the present step would mean: facts to add, in which situation, and how that is said."""

    id: Id
    diseases: tuple[Id, ...]
    when: Criterion
    text: Text
    add: tuple[HypotheticalFact, ...]
    sources: tuple[Id, ...] = ()


class Content(Entry):
    """Everything under ``knowledge/``, file after file."""

    diseases: tuple[Disease, ...] = ()
    facts: tuple[Fact, ...] = ()
    responses: tuple[Response, ...] = ()
    value_sets: tuple[ValueSet, ...] = ()
    classes: tuple[TherapyClass, ...] = ()
    targets: tuple[Target, ...] = ()
    therapies: tuple[Therapy, ...] = ()
    entries: tuple[TherapyEntry, ...] = ()
    families: tuple[Family, ...] = ()
    definitions: tuple[Definition, ...] = ()
    possible: tuple[PossibleRule, ...] = ()
    steps: tuple[Step, ...] = ()
    topics: tuple[Topic, ...] = ()
    questions: tuple[Question, ...] = ()
    statements: tuple[Statement, ...] = ()
    synthetic: tuple[SyntheticCourse, ...] = ()
    sources: tuple[Source, ...] = ()
