"""The knowledge with what its entries have to do with each other: who belongs to whom, and who cites whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from pydantic import BaseModel

from hemeline.browser.addresses import Kind, file_of
from hemeline.knowledge import Knowledge
from hemeline.knowledge.diff import diff
from hemeline.knowledge.schema import Content, Indication, TherapyEntry
from hemeline.knowledge.schema_background import Topic
from hemeline.vocabulary.entries import Therapy
from hemeline.when import parse_date

_PAGES: dict[str, Kind] = {
    "entries": "therapy", "therapies": "therapy", "definitions": "definition", "topics": "topic", "diseases": "disease", "classes": "class",
}  # fmt: skip
_EVER = (dt.date(1800, 1, 1), dt.date(9999, 12, 31))


class Option(NamedTuple):
    """An indication with its therapy."""

    entry: TherapyEntry
    indication: Indication


class Use(NamedTuple):
    """An entry that cites a source, and its page if it has one."""

    what: str
    name: str
    file: str | None


@dataclass(frozen=True, eq=False)
class Site:
    """Everything that the pages tell."""

    knowledge: Knowledge

    @cached_property
    def options(self) -> dict[str, Option]:
        return {indication.id: Option(entry, indication) for entry, indication in self.knowledge.indications()}

    @cached_property
    def topics(self) -> dict[str, Topic]:
        return {one.id: one for one in self.knowledge.content.topics}

    @cached_property
    def therapies(self) -> list[Therapy]:
        """All therapies by name; those with indications hold more."""
        return sorted(self.knowledge.vocabulary.therapies.values(), key=lambda one: (one.name.casefold(), one.id))

    def disease_name(self, identifier: str) -> str:
        return self.knowledge.vocabulary.diseases[identifier].name

    def related(self, diseases: tuple[str, ...], disease: str) -> bool:
        """Whether something about some diseases or groups (of none: about all) concerns a disease or anything in it."""
        within = self.knowledge.vocabulary.diseases_within
        return not diseases or any(disease in within(one) or one in within(disease) for one in diseases)

    def options_in(self, disease: str) -> list[Option]:
        """The options for a disease, for a group it belongs to, and for what belongs to it."""
        return [one for one in self.options.values() if self.related(one.indication.diseases, disease)]

    def about(self, disease: str, kind: str) -> list[Any]:
        """The definitions or topics about a disease."""
        return [one for one in getattr(self.knowledge.content, kind) if self.related(one.diseases, disease)]

    @cached_property
    def within(self) -> Mapping[str, list[Therapy]]:
        """Each class with the therapies that name it."""
        found: dict[str, list[Therapy]] = {one: [] for one in self.knowledge.vocabulary.classes}
        for therapy in self.therapies:
            for one in therapy.classes:
                found[one].append(therapy)
        return found

    @cached_property
    def containing(self) -> Mapping[str, list[Therapy]]:
        """Each drug with the regimens that hold it."""
        found: dict[str, list[Therapy]] = {}
        for therapy in self.therapies:
            for drug in therapy.drugs:
                found.setdefault(drug, []).append(therapy)
        return found

    @cached_property
    def performed(self) -> Mapping[str, list[TherapyEntry]]:
        """Each process with the therapies under which it happens."""
        found: dict[str, list[TherapyEntry]] = {}
        for entry in self.knowledge.content.entries:
            for process in entry.processes:
                found.setdefault(process, []).append(entry)
        return found

    @cached_property
    def changes(self) -> list[dict[str, Any]]:
        """Everything that came into force, ended or was worded anew, the newest first."""
        return _newest_first(diff(self.knowledge, *_EVER))

    @cached_property
    def last_day(self) -> int:
        """The last day that anything is known of: what has no end is drawn up to there."""
        days = [span[0] for one in self.changes if (span := parse_date(one["date"]))]
        return max(days, default=0)

    @cached_property
    def uses(self) -> Mapping[str, list[Use]]:
        """Each source with the entries that cite it, each entry once."""
        found: dict[str, dict[Use, None]] = {one: {} for one in self.knowledge.sources}
        for use, source in self._citations():
            found[source][use] = None
        return {source: list(uses) for source, uses in found.items()}

    def _citations(self) -> Iterator[tuple[Use, str]]:
        for option in self.options.values():
            name = f"{option.entry.title}: {option.indication.setting}"
            use = Use("option", name, file_of("option", option.indication.id))
            yield from ((use, source) for source in _cited(option.indication))
        for kind in Content.model_fields:
            for entry in getattr(self.knowledge.content, kind):
                use = _use(kind, entry)
                yield from ((use, source) for source in _cited(entry, without="indications"))
                if kind == "statements":
                    yield use, entry.document


def _newest_first(changes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Changes by day; an end and a beginning of one option on one day and basis are one change."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for one in changes:
        key = (one["date"], one["region"], one["indication"], one["basis"])
        earlier = found.get(key)
        if earlier and one["what"] != earlier["what"]:
            began = earlier if one["what"] == "ended" else one
            found[key] = {**began, "what": "changed" if began["what"] == "began" else began["what"]}
        else:
            found[key] = one
    dated = [{**one, "year": one["date"][:4]} for one in found.values()]
    return sorted(dated, key=lambda one: (parse_date(one["date"]) or (0, 0))[0], reverse=True)


def _use(kind: str, entry: Any) -> Use:
    page = _PAGES.get(kind)
    name = getattr(entry, "title", None) or getattr(entry, "name", None) or entry.id
    singular = {"entries": "therapy", "possible": "alert", "families": "rule of the course"}.get(kind, kind.removesuffix("s"))
    return Use(page or singular.replace("_", " "), name, file_of(page, entry.id) if page else None)


def _cited(entry: BaseModel, without: str = "") -> Iterator[str]:
    """Every source that an entry, or a part of it, names."""
    for name in type(entry).model_fields:
        value = getattr(entry, name)
        if name == "sources":
            yield from value
        elif name != without:
            groups = value.values() if isinstance(value, dict) else (value,)
            for part in (part for group in groups if isinstance(group, tuple) for part in group):
                if isinstance(part, BaseModel):
                    yield from _cited(part)
