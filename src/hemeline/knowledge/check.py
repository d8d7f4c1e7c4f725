"""What one part of the knowledge says of another must be so: checked when it is loaded, never at a patient's side."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, TypeVar

from pydantic import BaseModel

from hemeline.criteria import CriterionFault, Lexicon, Tree, unreachable
from hemeline.errors import did_you_mean
from hemeline.knowledge.check_values import value_faults
from hemeline.knowledge.files import Fault, Marks, Where
from hemeline.knowledge.schema import MACHINE_EVENTS, MACHINE_STATES, UNAVAILABLE, Content, Indication, Source, Transition, Version
from hemeline.knowledge.schema_background import Statement
from hemeline.knowledge.words import lexicon_of, vocabulary_of
from hemeline.vocabulary import Vocabulary, normal
from hemeline.vocabulary.entries import Named
from hemeline.vocabulary.lookup import spellings_of
from hemeline.when import parse_date

T = TypeVar("T")
_EXCLUSIVE_KINDS = frozenset({"category"})


def faults_between(content: Content, marks: Marks) -> list[Fault]:
    """Every fault that a look across the files finds, in the order of files and lines."""
    faults = [*_repeated(content, marks)]
    if faults:
        return sorted(faults)
    vocabulary = vocabulary_of(content)
    faults += _unknown_words(content, vocabulary, marks)
    faults += _clashes(content, marks)
    if faults:
        return sorted(faults)
    lexicon = lexicon_of(content, vocabulary)
    faults += value_faults(content, vocabulary, marks)
    faults += _criteria(content, lexicon, marks)
    faults += _sources(content, marks)
    faults += same_addresses(content, marks)
    faults += _versions(content, marks)
    faults += _statements(content, marks)
    return sorted(faults)


def _each(content: Content) -> Iterator[tuple[str, int, Any]]:
    for kind in Content.model_fields:
        for position, entry in enumerate(getattr(content, kind)):
            yield kind, position, entry


def _repeated(content: Content, marks: Marks) -> Iterator[Fault]:
    seen: dict[tuple[str, str], str] = {}
    for kind, position, entry in _each(content):
        sort = "therapies" if kind in ("entries", "classes") else kind  # a class and a therapy may not share an id either
        first = seen.setdefault((sort, entry.id), f"{kind}:{position}")
        if first != f"{kind}:{position}":
            yield marks.fault(kind, position, ("id",), f'the identifier "{entry.id}" is used twice')
    ids: set[str] = set()
    for position, entry in enumerate(content.entries):
        for place, indication in enumerate(entry.indications):
            if indication.id in ids:
                yield marks.fault("entries", position, ("indications", place), f'the identifier "{indication.id}" is used twice')
            ids.add(indication.id)


def _unknown_words(content: Content, vocabulary: Vocabulary, marks: Marks) -> Iterator[Fault]:
    """References to diseases, classes, drugs, markers, value sets, families and definitions that do not exist."""
    known = _known_words(content, vocabulary)
    parents = {"diseases": known["diseases"], "classes": known["classes"]}
    for kind, position, entry in _each(content):
        for path, key, word in _references(entry, ()):
            words = parents.get(kind, ()) if key == "parents" else known[key]
            if word not in words and not (key == "values" and kind == "value_sets"):
                what = f'unknown {key.replace("_", " ")} "{word}"{did_you_mean(word, words)}'
                yield marks.fault(kind, position, path, what)
    for position, family in enumerate(content.families):
        for place, row in enumerate(family.transitions):
            for what in _transition_faults(row):
                yield marks.fault("families", position, ("transitions", place), what)


def _known_words(content: Content, vocabulary: Vocabulary) -> dict[str, Collection[str]]:
    """What each referring key may name."""
    definitions = [entry.id for entry in content.definitions]
    return {
        "diseases": vocabulary.diseases, "parents": (), "classes": vocabulary.classes, "drugs": vocabulary.therapies,
        "targets": vocabulary.targets, "fact": vocabulary.facts, "facts": vocabulary.facts, "covers": vocabulary.facts,
        "resistance": vocabulary.facts,
        "values": vocabulary.value_sets, "conflicts_with": definitions, "refractory_definition": definitions,
        "extends": [entry.id for entry in content.families], "processes": [entry.id for entry in content.topics],
    }  # fmt: skip


def _transition_faults(row: Transition) -> Iterator[str]:
    for word in {row.to, *row.states} - {*MACHINE_STATES}:
        yield f'unknown state "{word}"{did_you_mean(word, MACHINE_STATES)}'
    if row.event not in MACHINE_EVENTS:
        yield f'unknown event "{row.event}"{did_you_mean(row.event, MACHINE_EVENTS)}'


_REFERRING = (
    "diseases", "parents", "classes", "drugs", "targets", "fact", "facts", "covers", "conflicts_with", "extends", "refractory_definition",
    "values", "processes", "resistance",
)  # fmt: skip


def _references(entry: BaseModel, path: Where) -> Iterator[tuple[Where, str, str]]:
    for name in type(entry).model_fields:
        value = getattr(entry, name)
        if name in _REFERRING and isinstance(value, str):
            yield (*path, name), name, value
        elif name in _REFERRING and isinstance(value, tuple):
            yield from (((*path, name, place), name, word) for place, word in enumerate(value) if isinstance(word, str))
        elif name == "becomes":
            yield from (((*path, name, earlier), "diseases", word) for earlier, later in value.items() for word in (earlier, later))
        elif isinstance(value, tuple):
            for place, part in enumerate(value):
                if isinstance(part, BaseModel):
                    yield from _references(part, (*path, name, place))


def _clashes(content: Content, marks: Marks) -> Iterator[Fault]:
    """Spellings that would mean two things of one sort: a fault where the second of the two stands."""
    for kinds in (("diseases",), ("facts",), ("responses",), ("therapies", "entries"), ("classes",)):
        named = [(kind, at, entry) for kind in kinds for at, entry in enumerate(getattr(content, kind))]
        yield from (marks.fault(kind, at, (), what) for (kind, at, _), what in _said_twice([(one, one[2]) for one in named]))
    for at, listed in enumerate(content.value_sets):
        for place, what in _said_twice(list(enumerate(listed.values))):
            yield marks.fault("value_sets", at, ("values", place), what)


def _said_twice(entries: Sequence[tuple[T, Named]]) -> Iterator[tuple[T, str]]:
    """The entries (each with where it stands) that have a spelling of an earlier one."""
    seen: dict[str, str] = {}
    for place, entry in entries:
        for _, spelling in spellings_of(entry):
            first = seen.setdefault(normal(spelling), entry.id)
            if first != entry.id:
                yield place, f'"{spelling}" would mean both {first} and {entry.id}'


def _criteria(content: Content, lexicon: Lexicon, marks: Marks) -> Iterator[Fault]:
    exclusive = frozenset(fact.id for fact in content.facts if fact.kind in _EXCLUSIVE_KINDS)
    for kind, position, entry in _each(content):
        for path, written in _written_criteria(entry, ()):
            try:
                tree: Tree = lexicon.parse(written)
            except CriterionFault as fault:
                yield marks.fault(kind, position, (*path, *fault.path), fault.what)
                continue
            never = unreachable(tree, exclusive)
            if never:
                yield marks.fault(kind, position, path, f"this criterion can never be {' or '.join(never)}")


def _written_criteria(entry: BaseModel, path: Where) -> Iterator[tuple[Where, Any]]:
    for name in type(entry).model_fields:
        value = getattr(entry, name)
        if name in ("criteria", "when", "applies") and isinstance(value, dict):
            yield (*path, name), value
        elif isinstance(value, dict):
            for key, versions in value.items():
                if isinstance(versions, tuple) and versions and isinstance(versions[0], BaseModel):
                    for place, part in enumerate(versions):
                        yield from _written_criteria(part, (*path, name, key, place))
        elif isinstance(value, tuple):
            for place, part in enumerate(value):
                if isinstance(part, BaseModel):
                    yield from _written_criteria(part, (*path, name, place))


def _sources(content: Content, marks: Marks) -> Iterator[Fault]:
    """Each named source exists, and each source is named somewhere."""
    known = {source.id for source in content.sources}
    used: set[str] = set()
    for position, statement in enumerate(content.statements):
        used.add(statement.document)
        if statement.document not in known:
            yield marks.fault(
                "statements", position, ("document",), f'unknown source "{statement.document}"{did_you_mean(statement.document, known)}'
            )
    for kind, position, entry in _each(content):
        for path, word in _named_sources(entry, ()):
            used.add(word)
            if word not in known:
                yield marks.fault(kind, position, path, f'unknown source "{word}"{did_you_mean(word, known)}')
    for position, source in enumerate(content.sources):
        if source.id not in used:
            yield marks.fault("sources", position, (), f'the source "{source.id}" is used nowhere')


def same_addresses(content: Content, marks: Marks) -> list[Fault]:
    """Sources with the address or DOI of an earlier one: one publication under two names."""
    faults, seen = [], dict[str, str]()
    for position, source in enumerate(content.sources):
        for key, address in _addresses(source):
            first = seen.setdefault(address, source.id)
            if first != source.id:
                faults.append(marks.fault("sources", position, (key,), f'the source "{source.id}" has the address of "{first}": {address}'))
    return faults


def _addresses(source: Source) -> Iterator[tuple[str, str]]:
    """Where a source can be read, each with its key, written in one way: a DOI counts as such wherever it stands."""
    if source.doi:
        yield "doi", f"doi:{source.doi.casefold()}"
    if source.url:
        _, resolver, doi = source.url.partition("//doi.org/")
        yield "url", f"doi:{doi.casefold()}" if resolver else source.url.removesuffix("/")


def _named_sources(entry: BaseModel, path: Where) -> Iterator[tuple[Where, str]]:
    for name in type(entry).model_fields:
        value = getattr(entry, name)
        if name == "sources" and isinstance(value, tuple):
            yield from (((*path, name, place), word) for place, word in enumerate(value))
            continue
        parts: Mapping[Any, Any] = value if isinstance(value, dict) else {(): value}
        for key, listed in parts.items():
            if isinstance(listed, tuple):
                for place, part in enumerate(listed):
                    if isinstance(part, BaseModel):
                        yield from _named_sources(part, (*path, name, *((key,) if key != () else ()), place))


def _versions(content: Content, marks: Marks) -> Iterator[Fault]:
    for position, entry in enumerate(content.entries):
        for place, indication in enumerate(entry.indications):
            start: Where = ("indications", place, "regions")
            for path, what in _version_faults(indication):
                yield marks.fault("entries", position, (*start, *path), what)


def _version_faults(indication: Indication) -> Iterator[tuple[Where, str]]:
    for region, versions in indication.regions.items():
        for place, version in enumerate(versions):
            yield from (((region, place), what) for what in _faults_of_version(version))
        for basis in {version.basis for version in versions}:
            spans = sorted((_span(version), place) for place, version in enumerate(versions) if version.basis == basis)
            for (earlier, _), (later, place) in pairwise(spans):
                if later[0] < earlier[1]:
                    yield (region, place), f"this period overlaps another one on the same basis ({basis})"


def _span(version: Version) -> tuple[int, int]:
    """First possible day and first possible day of ending; open ends are the ends of time."""
    since = parse_date(version.since) if version.since else None
    until = parse_date(version.until) if version.until else None
    return (since[0] if since else -(10**7)), (until[0] if until else 10**7)


def _faults_of_version(version: Version) -> Iterator[str]:
    start, end = _span(version)
    if end < start:
        yield "it ends before it begins"
    if (version.criteria is None) != (version.status in UNAVAILABLE):
        yield f'status "{version.status}" {"takes no" if version.criteria is not None else "needs"} criteria'
    if not version.sources and version.status != "not-found":
        yield "a version needs a source"


def _statements(content: Content, marks: Marks) -> Iterator[Fault]:
    known = {
        "therapy": {entry.id for entry in (*content.entries, *content.therapies)},
        "indication": {indication.id for entry in content.entries for indication in entry.indications},
        "definition": {entry.id for entry in content.definitions},
        "topic": {entry.id for entry in content.topics},
        "question": {entry.id for entry in content.questions},
        "step": {entry.id for entry in content.steps},
        "alert": {"stale", "conflict", "possible", "wish", *(entry.id for entry in content.possible)},
        "feature": {"course", "options", "missing", "next", "trials"},
    }
    check: Callable[[Statement], Iterator[str]] = lambda statement: _statement_faults(statement, known)  # noqa: E731
    for position, statement in enumerate(content.statements):
        yield from (marks.fault("statements", position, (), what) for what in check(statement))


def _statement_faults(statement: Statement, known: Mapping[str, set[str]]) -> Iterator[str]:
    if bool(statement.realised_by) == bool(statement.not_realised):
        yield "a statement is either realised by something or not realised for a reason"
    if statement.holds == "no" and not statement.superseded:
        yield "a statement that no longer holds says what superseded it"
    for reference in statement.realised_by:
        sort, _, word = reference.partition(":")
        if word not in known.get(sort, ()):
            yield f'unknown reference "{reference}"{did_you_mean(word, known.get(sort, ()))}'
