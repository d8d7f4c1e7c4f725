"""What is told beside the options: what happens under them, support in the patient's situation, and where sources disagree."""

from __future__ import annotations

from hemeline.assessment.options import sources
from hemeline.assessment.person import Person
from hemeline.assessment.shape import OptionView, ProcessView, TopicView
from hemeline.knowledge.schema_background import Topic
from hemeline.truth import Truth, word


def support_of(person: Person) -> list[TopicView]:
    """Support topics of the disease that fit the situation; one whose fit is unknown is told too, and says so. None after a death."""
    return _topics(person, "support")


def conflicts_of(person: Person) -> list[TopicView]:
    """Matters on which the sources about the disease disagree, each with what they say."""
    return _topics(person, "conflict")


def _topics(person: Person, kind: str) -> list[TopicView]:
    if not person.alive:
        return []
    found = [(one, _fits(person, one)) for one in person.group.plan.topics if one.kind == kind]
    return [_view(person, one, truth) for one, truth in found if truth is not False]


def _fits(person: Person, topic: Topic) -> Truth:
    if topic.when is None:
        return True
    return person.verdicts[f"topic:{topic.id}"]


def _view(person: Person, topic: Topic, truth: Truth) -> TopicView:
    return {
        "id": topic.id,
        "name": topic.name,
        "text": topic.text,
        "plain": topic.plain,
        "fits": word(truth),
        "sources": sources(person, topic.sources),
    }


def processes_of(person: Person, options: list[OptionView]) -> list[ProcessView]:
    """What happens, step by step, under the options that are possible or not yet decided."""
    knowledge = person.evaluation.course.knowledge
    of: dict[str, list[str]] = {}
    for option in options:
        if option["verdict"] != "no":
            for process in knowledge.entries[option["therapy"]].processes:
                of.setdefault(process, []).append(option["therapy"])
    topics = {one.id: one for one in knowledge.content.topics if one.id in of}
    return [
        {**_view(person, topics[process], True), "steps": list(topics[process].steps), "therapies": therapies}
        for process, therapies in of.items()
    ]
