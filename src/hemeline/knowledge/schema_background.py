"""The shape of what stands around the therapies: topics, questions, statements of the founding documents, made-up courses."""

from __future__ import annotations

from typing import Literal

from hemeline.knowledge.schema_parts import Criterion, Review
from hemeline.vocabulary.entries import Entry, Id, Named, Text


class Topic(Named):
    """Background that the founding documents and sources give on a subject: prognosis, a process, support, testing.

    ``steps`` tell a process in order; with ``when`` the topic belongs to that situation only. A ``conflict`` is a matter on which
    sources disagree: its text says what each of them says. ``plain`` says the same to a patient.
    """

    kind: Literal["prognosis", "process", "support", "testing", "background", "conflict"]
    diseases: tuple[Id, ...]
    text: Text
    plain: Text | None = None
    steps: tuple[Text, ...] = ()
    when: Criterion | None = None
    sources: tuple[Id, ...]
    review: Review = Review()


class Question(Entry):
    """A question a patient may want to ask; with ``when``, only in that situation."""

    id: Id
    text: Text
    when: Criterion | None = None
    sources: tuple[Id, ...]


class Statement(Entry):
    """One statement of a founding document and what became of it.

    ``realised_by`` names knowledge entries (``therapy:x``, ``indication:x``, ``definition:x``, ``topic:x``,
    ``question:x``, ``step:x``, ``alert:x``) or a feature of the assessment (``feature:missing``); a statement that is
    not realised says why, one that is outdated says what superseded it.
    """

    id: Id
    document: Id
    claim: Text
    holds: Literal["yes", "partly", "no"]
    realised_by: tuple[Text, ...] = ()
    superseded: Text | None = None
    not_realised: Text | None = None
    note: Text | None = None
    sources: tuple[Id, ...] = ()


class Spread(Entry):
    """A skewed quantity by its median and how far it spreads (the standard deviation of its logarithm)."""

    median: float
    spread: float


class SyntheticLine(Entry):
    """One line of made-up courses: what is given (one of several regimens, by weight), for how many days, and what comes of it.

    ``relapse`` is the share of complete responses that end; ``months`` how long those last.
    """

    therapies: tuple[tuple[Id, ...], ...]
    weights: tuple[float, ...]
    days: Spread
    responses: dict[Id, float]
    relapse: float
    months: Spread


class SyntheticCourse(Entry):
    """What made-up courses of a disease (its ``id``) are drawn from. ``assumed`` says which of it has no source."""

    id: Id
    text: Text
    age: Spread
    female: float
    sites: dict[Id, float]
    markers: dict[Id, float]
    retested: float
    lines: tuple[SyntheticLine, ...]
    months_to_death: Spread
    assumed: Text | None = None
    sources: tuple[Id, ...]
