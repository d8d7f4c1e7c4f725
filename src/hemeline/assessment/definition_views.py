"""What named definitions say of one patient: timing of a relapse, risk groups, milestones, scores."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hemeline.assessment.options import missing_facts
from hemeline.assessment.person import Person, Within
from hemeline.assessment.shape import TimingView
from hemeline.criteria import Tree
from hemeline.criteria.limits import parse_limit
from hemeline.knowledge.schema import Definition
from hemeline.knowledge.words import RESULT_FEATURES
from hemeline.truth import Truth, word


def timing_view(person: Person, definition: Definition, truths: dict[str, Truth]) -> TimingView:
    """When a relapse came by one definition, given the truths of all categories at that relapse."""
    result, may_be = _result(definition, truths)
    view: TimingView = {
        "definition": definition.id,
        "is": result,
        "source": _first_source(person, definition),
        "name": definition.name,
        "population": definition.population,
        "applies": word(person.applies(definition.id)),
    }
    if may_be:
        view["may_be"] = may_be
    return view


def _result(definition: Definition, truths: dict[str, Truth]) -> tuple[str, list[str]]:
    """The category that holds; ``unknown`` with those left open, or ``none`` if all are known not to hold."""
    feature = RESULT_FEATURES[definition.kind]
    found = {one.result: truths.get(f"{feature}:{definition.id}:{one.result}") for one in definition.categories}
    certain = [result for result, truth in found.items() if truth]
    if certain:
        return certain[0], []
    may_be = [result for result, truth in found.items() if truth is None]
    return ("unknown", may_be) if may_be else ("none", [])


def _first_source(person: Person, definition: Definition) -> str:
    source = person.evaluation.course.knowledge.sources[definition.sources[0]]
    where = source.url or (f"doi:{source.doi}" if source.doi else source.publisher)
    return f"{source.title} ({where})"


def definition_views(person: Person, definitions: list[Definition]) -> Iterator[dict[str, Any]]:
    """Risk groups, milestones, definitions of failure and scores, each by name."""
    for one in definitions:
        view = {"definition": one.id, "name": one.name, "kind": one.kind, "is": "unknown", "source": _first_source(person, one)}
        if one.kind in ("risk", "milestone"):
            yield view | _category_view(person, one)
        elif one.kind == "criterion":
            yield view | {"is": word(person.result(f"criterion:{one.id}"))}
        elif one.kind == "score" and any(truth is not None for truth in _item_truths(person, one)):  # of which something is known
            yield view | {"applies": word(person.applies(one.id))} | _score_view(person, one)


def _category_view(person: Person, definition: Definition) -> dict[str, Any]:
    named = [f"{RESULT_FEATURES[definition.kind]}:{definition.id}:{one.result}" for one in definition.categories]
    result, may_be = _result(definition, {name: person.result(name) for name in named})
    return {"is": result, "may_be": may_be} if may_be else {"is": result}


def _score_view(person: Person, definition: Definition) -> dict[str, Any]:
    """The points so far and the most they may become, the bands that lie between, and the facts that would settle it."""
    truths = _item_truths(person, definition)
    low, high = _points(definition, truths, (True,)), _points(definition, truths, (True, None))
    bands = [one for one in definition.categories if one.total and _reaches(one.total, low, high)]
    open_ = [tree for name, tree in _items(person, definition).items() if _may_add(definition, truths, int(name.rpartition(":")[2]))]
    within = Within(person.evaluation, person.i, person.evaluation.within(definition.id))
    missing = list(dict.fromkeys(one["fact"] for tree in open_ for one in missing_facts(within, tree)))
    surely = [one.name for place, one in enumerate(definition.items) if truths[place] and one.points >= _sure(definition, truths, place)]
    view: dict[str, Any] = {"score": [low, high], "counted": surely, "missing": missing}
    if len(bands) == 1:
        figures = {"figures": bands[0].figures} if bands[0].figures else {}
        return {"is": bands[0].result, **view, **figures}
    return {"is": "unknown", "may_be": [one.result for one in bands], **view}


def _may_add(definition: Definition, truths: list[Truth], place: int) -> bool:
    """Whether an item is open and worth more than what surely counts of its group."""
    return truths[place] is None and definition.items[place].points > _sure(definition, truths, place)


def _sure(definition: Definition, truths: list[Truth], place: int) -> float:
    """The points that surely count of the group of an item."""
    group = definition.items[place].group
    named = zip(definition.items, truths, strict=True)
    return max((one.points for one, truth in named if truth and group and one.group == group), default=0)


def _item_truths(person: Person, definition: Definition) -> list[Truth]:
    return [person.result(f"item:{definition.id}:{place}") for place in range(len(definition.items))]


def _items(person: Person, definition: Definition) -> dict[str, Tree]:
    trees = person.evaluation.within(definition.id).trees
    return {name: tree for name, tree in trees.items() if name.startswith("item:")}


def _points(definition: Definition, truths: list[Truth], counted: tuple[Truth, ...]) -> float:
    """The sum of the items whose truth counts; of a group the highest."""
    best: dict[str, float] = {}
    for place, (item, truth) in enumerate(zip(definition.items, truths, strict=True)):
        if truth in counted:
            group = item.group or f"item {place}"
            best[group] = max(best.get(group, 0.0), item.points)
    total = sum(best.values())
    return int(total) if total == int(total) else total


def _reaches(total: str, low: float, high: float) -> bool:
    """Whether a whole number of points from ``low`` to ``high`` lies in a band."""
    limits = [parse_limit(part.strip(), {"": 1.0}) for part in total.split(",")]
    return any(all(limit and limit.holds(points) for limit in limits) for points in range(int(low), int(high) + 1))
