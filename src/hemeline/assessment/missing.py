"""What is missing: facts whose value could still change a verdict, those that decide most first."""

from __future__ import annotations

from hemeline.assessment.options import missing_facts, verdict_of
from hemeline.assessment.person import Person
from hemeline.assessment.shape import Missing
from hemeline.truth import any_of


def missing_of(person: Person) -> list[Missing]:
    """Every fact that an undecided option still waits for, with the therapies it would help to decide; nothing after a death."""
    if person.state == "dead":
        return []
    facts = person.evaluation.course.facts.vocabulary.facts
    verdicts: dict[str, list[int]] = {}
    for position, candidate in enumerate(person.group.plan.candidates):
        verdicts.setdefault(candidate.entry.id, []).append(position)
    waiting: dict[tuple[str, str | None], dict[str, None]] = {}
    for therapy, positions in verdicts.items():
        if any_of(verdict_of(person, position) for position in positions) is not None:
            continue
        for position in positions:
            for place in range(len(person.group.plan.candidates[position].versions)):
                for one in missing_facts(person, person.group.plan.trees[f"{position}.{place}"]):
                    waiting.setdefault((one["fact"], one.get("value")), {})[therapy] = None
    found: list[Missing] = []
    for (fact, value), therapies in sorted(waiting.items(), key=lambda item: (-len(item[1]), item[0][0], item[0][1] or "")):
        how = facts[fact].how if fact in facts else "the patient's data"
        one = Missing(fact=fact, would_decide=list(therapies), how=how)
        found.append({**one, "value": value} if value else one)
    return found
