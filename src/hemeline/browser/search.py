"""The search: one row for each entry, and the small script that looks through them on the reader's own machine."""

from __future__ import annotations

from collections.abc import Iterator

import orjson

from hemeline.browser.addresses import Kind, file_of
from hemeline.browser.site import Site
from hemeline.vocabulary.entries import Therapy
from hemeline.vocabulary.lookup import spellings_of

Row = tuple[str, str, str, str]  # title, kind, file, and more words that find it


def search_rows(site: Site) -> list[Row]:
    """Every entry once; what has options of its own comes first."""
    return [*_therapies(site), *_options(site), *_named(site), *_sources(site)]


def search_script(site: Site) -> str:
    """The rows as a script that a page can load from a folder, where nothing may be fetched."""
    return f"const ENTRIES = {orjson.dumps(search_rows(site)).decode()};\n"


def _therapies(site: Site) -> Iterator[Row]:
    entries = site.knowledge.entries
    for one in sorted(site.therapies, key=lambda one: one.id not in entries):
        yield _row("therapy", one.id, one.title, _words_of(one))


def _words_of(therapy: Therapy) -> set[str]:
    codes = {code for listed in therapy.codes.values() for code in listed}
    return {word for _, word in spellings_of(therapy)} | codes


def _options(site: Site) -> Iterator[Row]:
    for one in site.options.values():
        diseases = {site.disease_name(disease) for disease in one.indication.diseases}
        yield _row("option", one.indication.id, f"{one.entry.title}: {one.indication.setting}", _words_of(one.entry) | diseases)


def _named(site: Site) -> Iterator[Row]:
    vocabulary, content = site.knowledge.vocabulary, site.knowledge.content
    kinds: tuple[tuple[Kind, tuple[object, ...]], ...] = (
        ("disease", tuple(vocabulary.diseases.values())),
        ("definition", content.definitions),
        ("topic", content.topics),
        ("class", tuple(vocabulary.classes.values())),
    )
    for kind, entries in kinds:
        for one in entries:
            yield _row(kind, one.id, one.name, {word for _, word in spellings_of(one)})  # type: ignore[attr-defined, arg-type]


def _sources(site: Site) -> Iterator[Row]:
    for one in site.knowledge.sources.values():
        words = {word for word in (one.publisher, one.date, one.doi, one.pmid, one.nct) if word}
        yield _row("source", one.id, one.title, words)


def _row(kind: Kind, identifier: str, title: str, words: set[str]) -> Row:
    return title, kind, file_of(kind, identifier), " | ".join(sorted({identifier, *words} - {title}))
