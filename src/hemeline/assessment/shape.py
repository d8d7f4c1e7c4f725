"""The assessment as types: what goes out, and what its published JSON Schema is generated from.

Keys are those of the contract, none renamed or dropped; the ones marked *added* are more.
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired

from typing_extensions import TypedDict

from hemeline.truth import Verdict

Shown = str | float | int | bool | None


class Versions(TypedDict):
    hemeline: str
    knowledge: str


class SourceView(TypedDict):
    """A source as cited: identifier, title, publisher, date and where to read it."""

    id: str
    title: str
    publisher: str
    date: str | None
    url: str | None


# ``is`` is a keyword of Python, so this one needs the other spelling. ``may_be`` are results that the dates leave open.
TimingView = TypedDict(
    "TimingView",
    {
        "definition": str, "is": str, "source": str, "name": str, "population": str | None, "applies": Verdict,
        "may_be": NotRequired[list[str]],
    },
)  # fmt: skip


class LineView(TypedDict):
    number: int
    start: str | None
    end: str | None
    therapies: list[str]
    best_response: str | None
    refractory: bool
    treatments: list[dict[str, Any]]


class RemissionView(TypedDict):
    number: int
    start: str | None
    end: str | None
    months: float | None
    months_range: NotRequired[list[float]]
    implied: NotRequired[bool]


class RelapseView(TypedDict):
    number: int
    date: str | None
    sites: list[str]
    kind: str
    timing: list[TimingView]
    after: list[str]


class PriorView(TypedDict):
    therapies: list[str]
    classes: list[str]
    allogeneic_sct: bool | None
    autologous_sct: bool | None
    car_t: bool | None


class EventView(TypedDict):
    """One recorded event or measured value, for the picture of the course; a partial date is from ``first`` to ``last``."""

    fact: str
    value: Shown
    date: str | None
    first: str
    last: str
    low: NotRequired[float]
    high: NotRequired[float]


class CourseView(TypedDict):
    disease: str | None
    state: str
    remission_number: int | None
    relapse_number: int | None
    refractory: bool | None
    primary_refractory: bool | None
    line_count: int | None
    lines: list[LineView]
    remissions: list[RemissionView]
    relapses: list[RelapseView]
    refractory_to: list[str]
    prior: PriorView
    disease_name: str | None
    diagnosis_date: str | None
    state_by_clinician: dict[str, Any] | None
    transformation: dict[str, Any] | None
    refractory_to_classes: list[str]
    intolerant_to: list[str]
    regimen_count: int | None
    definitions: list[dict[str, Any]]
    levels: list[dict[str, Any]]
    findings: list[dict[str, Any]]
    events: list[EventView]
    open: list[str]


class Because(TypedDict):
    fact: str
    value: Shown
    date: str | None
    row: NotRequired[int]


class CriterionView(TypedDict):
    text: str
    verdict: Verdict
    because: list[Because]


class CautionView(TypedDict):
    text: str
    verdict: Verdict
    sources: list[SourceView]


class EvidenceView(TypedDict):
    trial: str
    registry: str | None
    population: str
    result: str
    sources: list[SourceView]


class MissingFact(TypedDict):
    fact: str
    value: NotRequired[str]


class IndicationView(TypedDict):
    id: str
    verdict: Verdict
    basis: str
    status: str
    since: str | None
    until: str | None
    criteria: list[CriterionView]
    missing: list[MissingFact]
    cautions: list[CautionView]
    evidence: list[EvidenceView]
    sources: list[SourceView]
    setting: str
    note: str | None
    unclear: str | None


class OptionView(TypedDict):
    therapy: str
    name: str
    kind: str
    verdict: Verdict
    review: str
    plain: str | None
    pronunciation: str | None
    indications: list[IndicationView]


class NotAvailable(TypedDict):
    therapy: str
    name: str
    status: str
    since: str | None
    until: str | None
    note: str | None
    sources: list[SourceView]


class Missing(TypedDict):
    fact: str
    value: NotRequired[str]
    would_decide: list[str]
    how: str | None


Kind = Literal["stale", "conflict", "possible", "wish"]


class Alert(TypedDict):
    kind: Kind
    text: str
    facts: list[str]


class Next(TypedDict):
    therapy: str
    name: str
    when: str
    already: bool


class TopicView(TypedDict):
    """A subject told beside the options; ``fits`` is whether it belongs to the patient's situation, ``plain`` is for the patient."""

    id: str
    name: str
    text: str
    plain: str | None
    fits: Verdict
    sources: list[SourceView]


class ProcessView(TopicView):
    """What happens, step by step, under some therapies."""

    steps: list[str]
    therapies: list[str]


class NotUnderstood(TypedDict):
    row: int
    fact: str
    why: str


class Assessment(TypedDict):
    """One patient, one day, one region, one version of the knowledge."""

    patient: str
    as_of: str
    region: str
    versions: Versions
    notice: str
    history: Literal["closed", "partial"]
    assumed: list[str]
    course: CourseView
    options: list[OptionView]
    not_available: list[NotAvailable]
    missing: list[Missing]
    alerts: list[Alert]
    next: list[Next]
    processes: list[ProcessView]
    support: list[TopicView]
    conflicts: list[TopicView]
    questions: list[str]
    trials: list[Any]
    not_understood: list[NotUnderstood]
