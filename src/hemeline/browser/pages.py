"""Every page of the browser as its file name and its text. The same knowledge gives the same bytes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache, partial
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from hemeline.browser.addresses import Kind, file_of, safe_address
from hemeline.browser.search import search_script
from hemeline.browser.site import Site
from hemeline.browser.telling import Cited, criterion_words, picture_of, review_words, rows_of, standing_words
from hemeline.knowledge import REGIONS, Knowledge
from hemeline.report.words import date_words
from hemeline.version import __version__

_INDEXES = {
    "diseases": "By disease", "therapies": "By drug and class", "dates": "By date", "definitions": "Definitions", "topics": "Topics",
    "conflicts": "Where sources disagree", "sources": "Sources", "left-out": "Left out",
}  # fmt: skip
_LATEST = 12


@lru_cache(maxsize=1)
def _environment() -> Environment:
    """The templates; everything they show is escaped."""
    found = Environment(
        loader=PackageLoader("hemeline.browser"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        auto_reload=False,
    )
    found.filters |= {"date": date_words, "review": review_words}
    found.tests["contains"] = lambda listed, one: one in listed
    found.globals |= {"safe": safe_address, "indexes": _INDEXES, "regions": REGIONS, "version": __version__}
    return found


def pages(knowledge: Knowledge) -> Iterator[tuple[str, str]]:
    """Each file of the browser, below its folder, with its text."""
    site = Site(knowledge)
    for name in ("style.css", "search.js"):
        yield name, files("hemeline.browser").joinpath("templates", name).read_text(encoding="utf-8")
    yield "entries.js", search_script(site)
    yield from _index_pages(site)
    yield from _entry_pages(site)


def _render(site: Site, template: str, file: str, title: str, **more: Any) -> tuple[str, str]:
    """A page, with links that lead from its folder."""
    root = "../" * file.count("/")

    def to(kind: Kind, identifier: str) -> str:
        return root + file_of(kind, identifier)

    context = {
        "site": site, "knowledge": site.knowledge, "vocabulary": site.knowledge.vocabulary, "root": root, "to": to, "title": title,
        "cited": Cited(site.knowledge), "told": partial(criterion_words, site.knowledge), "file": file,
        "picture": partial(picture_of, site=site), "rows_of": rows_of, "standing": standing_words,
    }  # fmt: skip
    return file, _environment().get_template(f"{template}.html.j2").render(**context, **more)


def _index_pages(site: Site) -> Iterator[tuple[str, str]]:
    yield _render(site, "home", "index.html", "Hemeline: what the knowledge says", latest=site.changes[:_LATEST])
    yield _render(site, "search", "search.html", "Search")
    for name, title in _INDEXES.items():
        if name != "dates":
            yield _render(site, name, f"{name}.html", title)
    yield _render(site, "dates", "dates.html", "By date: all regions", changes=site.changes, region=None)
    for region in REGIONS:
        mine = [one for one in site.changes if one["region"] == region]
        yield _render(site, "dates", f"dates-{region.lower()}.html", f"By date: {region}", changes=mine, region=region)


def _entry_pages(site: Site) -> Iterator[tuple[str, str]]:
    for therapy in site.therapies:
        entry = site.knowledge.entries.get(therapy.id)
        yield _render(site, "therapy", file_of("therapy", therapy.id), therapy.title, one=therapy, entry=entry)
    for option in site.options.values():
        title = f"{option.entry.title}: {option.indication.setting}"
        yield _render(site, "option", file_of("option", option.indication.id), title, option=option, one=option.indication)
    vocabulary, content = site.knowledge.vocabulary, site.knowledge.content
    kinds: tuple[tuple[Kind, Any], ...] = (
        ("definition", content.definitions), ("topic", content.topics), ("disease", vocabulary.diseases.values()),
        ("class", vocabulary.classes.values()),
    )  # fmt: skip
    for kind, entries in kinds:
        for one in entries:
            yield _render(site, kind, file_of(kind, one.id), one.name[:1].upper() + one.name[1:], one=one)
    for source in content.sources:
        yield _render(site, "source", file_of("source", source.id), source.title, one=source)
