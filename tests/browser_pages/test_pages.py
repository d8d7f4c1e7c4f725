"""The pages of the knowledge: complete, linked, valid, the same each time, and harmless."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import orjson
import pytest

from hemeline.browser import pages
from hemeline.browser.addresses import Kind, file_of, safe_address
from hemeline.knowledge import Knowledge, load_knowledge
from hemeline.knowledge.schema import Content
from tests.browser_pages.reading import Page
from tests.knowledge.copies import SMALL

HOSTILE = "<script>alert('1')</script><img src=x onerror=alert(2)>\"' --></title>"


@pytest.fixture(scope="module")
def written(knowledge: Knowledge) -> dict[str, str]:
    """Every file of the shipped knowledge."""
    return dict(pages(knowledge))


@pytest.fixture(scope="module")
def read(written: dict[str, str]) -> dict[str, Page]:
    return {name: Page(name, text) for name, text in written.items() if name.endswith(".html")}


@pytest.fixture(scope="module")
def small() -> Knowledge:
    return load_knowledge(SMALL)


def entries(knowledge: Knowledge) -> Iterator[tuple[Kind, str]]:
    """Every entry that has a page."""
    vocabulary, content = knowledge.vocabulary, knowledge.content
    yield from (("therapy", one) for one in vocabulary.therapies)
    yield from (("option", one.id) for _, one in knowledge.indications())
    yield from (("definition", one.id) for one in content.definitions)
    yield from (("topic", one.id) for one in content.topics)
    yield from (("source", one.id) for one in content.sources)
    yield from (("disease", one) for one in vocabulary.diseases)
    yield from (("class", one) for one in vocabulary.classes)


def in_index(read: dict[str, Page], index: str, kind: Kind, ids: list[str]) -> list[str]:
    """Those of some entries that an index does not lead to."""
    linked = read[f"{index}.html"].files()
    return [one for one in ids if file_of(kind, one) not in linked]


def test_every_entry_has_a_page_of_its_own(knowledge: Knowledge, read: dict[str, Page]) -> None:
    files = [file_of(kind, one) for kind, one in entries(knowledge)]
    assert len(files) == len(set(files)) > 1000
    assert set(files) - set(read) == set()


def test_every_entry_is_linked_from_its_indexes(knowledge: Knowledge, read: dict[str, Page]) -> None:
    by_kind: dict[Kind, list[str]] = {}
    for kind, one in entries(knowledge):
        by_kind.setdefault(kind, []).append(one)
    indexes: list[tuple[str, list[Kind]]] = [
        ("diseases", ["disease", "option", "definition", "topic"]), ("therapies", ["therapy", "option", "class"]),
        ("definitions", ["definition"]), ("topics", ["topic"]), ("sources", ["source"]),
    ]  # fmt: skip
    for index, kinds in indexes:
        for kind in kinds:
            assert in_index(read, index, kind, by_kind[kind]) == [], (index, kind)


def test_every_dated_option_is_in_the_index_by_date_and_in_that_of_its_region(knowledge: Knowledge, read: dict[str, Page]) -> None:
    for _, one in knowledge.indications():
        for region, versions in one.regions.items():
            if any(version.since or version.until for version in versions):
                assert in_index(read, f"dates-{region.lower()}", "option", [one.id]) == []
                assert in_index(read, "dates", "option", [one.id]) == []


def test_the_index_by_date_begins_with_the_newest(read: dict[str, Page]) -> None:
    for name in ("dates", "dates-us", "dates-eu", "dates-uk"):
        years = [int(one.removeprefix("year-")) for one in read[f"{name}.html"].names() if one.startswith("year-")]
        assert years == sorted(years, reverse=True) and len(years) > 3


def test_every_link_leads_to_a_page_and_a_place_on_it(written: dict[str, str], read: dict[str, Page]) -> None:
    names = {file: set(page.names()) for file, page in read.items()}
    broken = [
        (page.file, file, part)
        for page in read.values()
        for file, part in page.links()
        if file not in written or (part and part not in names[file])
    ]
    assert broken == []


def test_names_are_given_once_and_headings_skip_no_level(read: dict[str, Page]) -> None:
    for page in read.values():
        assert len(page.names()) == len(set(page.names())), page.file
        levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
        assert levels[0] == 1 and levels.count(1) == 1, page.file
        assert all(after <= before + 1 for before, after in pairwise(levels)), page.file


def test_every_table_has_a_caption_and_every_heading_of_it_a_scope(read: dict[str, Page]) -> None:
    for page in read.values():
        tags = [tag for tag, _ in page.elements]
        assert tags.count("table") == tags.count("caption"), page.file
        assert all(attributes.get("scope") in ("col", "row") for tag, attributes in page.elements if tag == "th"), page.file


def test_the_pages_are_valid_html(written: dict[str, str]) -> None:
    html5lib = pytest.importorskip("html5lib", reason="html5lib checks the markup")
    by_folder: dict[str, list[str]] = {}
    for name in sorted(written):
        if name.endswith(".html"):
            by_folder.setdefault(name.partition("/")[0] if "/" in name else name, []).append(name)
    for names in by_folder.values():  # every index, and of each kind of entry the longest and a few others
        longest = max(names, key=lambda one: len(written[one]))
        for name in {longest, *names[:: max(len(names) // 8, 1)]}:
            parser = html5lib.HTMLParser()
            parser.parse(written[name])
            assert parser.errors == [], name


def test_the_same_knowledge_gives_the_same_bytes(small: Knowledge) -> None:
    assert dict(pages(small)) == dict(pages(load_knowledge(SMALL)))


def test_the_search_knows_every_entry_by_every_word(knowledge: Knowledge, written: dict[str, str]) -> None:
    rows = json.loads(written["entries.js"].removeprefix("const ENTRIES = ").rstrip(";\n"))
    assert sorted(file for _, _, file, _ in rows) == sorted(file_of(kind, one) for kind, one in entries(knowledge))
    assert all(identifier_of(file) in f"{title} | {words}" for title, _, file, words in rows)
    for therapy in knowledge.vocabulary.therapies.values():
        (found,) = [f"{title} | {words}" for title, _, file, words in rows if file == file_of("therapy", therapy.id)]
        assert all(word in found for word in (*therapy.brands, *therapy.synonyms))


def identifier_of(file: str) -> str:
    """What an entry is called, from its file."""
    name = file.partition("/")[2].removesuffix(".html").replace("_", "/")
    return re.sub("~(..)", lambda found: chr(int(found[1], 16)), name)


def test_an_option_tells_periods_criteria_evidence_cautions_and_that_nobody_has_reviewed_it(small: Knowledge) -> None:
    page = Page("", dict(pages(small))["option/drab_waxumab_relapsed.html"])
    text = page.text()
    for words in (
        "drafted: not yet reviewed by a clinician", "1 May 2010 – Mar 2015", "since Mar 2015", "age at least 18", "accelerated , licence",
        "WAX-1", "12 adults", "6 shone", "It is slippery.", "Wipe it off.", "No licence was found.", "Second label", "drabitis",
    ):  # fmt: skip
        assert words in text, words
    assert [tag for tag, _ in page.elements].count("svg") == 1


def test_what_ends_where_the_next_begins_is_one_change(small: Knowledge) -> None:
    text = Page("", dict(pages(small))["dates-us.html"]).text()
    assert "Mar 2015 changed Waxumab" in text and "1 May 2010 in force Waxumab" in text
    assert text.count("Mar 2015") == 1 and text.count("Waxumab") == 2


def test_a_definition_a_topic_and_a_source_tell_what_they_hold(small: Knowledge) -> None:
    told = dict(pages(small))
    assert "Differs from shine" in Page("", told["definition/polish-timing.html"]).text()
    assert "Rub." in Page("", told["topic/polishing.html"]).text()
    source = Page("", told["source/society.html"])
    assert "2 statements" in source.text()
    assert ("option/drab_waxumab_relapsed.html", "") in Page("source/x.html", told["source/trial-wax.html"]).links()
    assert "https://doi.org/10.1000/2" in told["source/label-2015.html"]


def hostile(knowledge: Knowledge) -> Knowledge:
    """A knowledge with markup in every text, and an address that would run."""

    def spoilt(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: spoilt(one, name) for name, one in value.items()}
        if isinstance(value, list):
            return [spoilt(one, key) for one in value]
        texts = (
            "name",
            "text",
            "title",
            "publisher",
            "note",
            "setting",
            "plain",
            "population",
            "result",
            "brands",
            "synonyms",
            "steps",
            "doi",
        )
        return f"{value}{HOSTILE}" if isinstance(value, str) and key in texts else value

    data = orjson.loads(knowledge.content.model_dump_json(by_alias=True, exclude_defaults=True))
    data = {kind: spoilt(listed) for kind, listed in data.items() if kind != "families"} | {"families": data["families"]}
    for source in data["sources"]:
        source["url"] = "javascript:alert(3)"
    return Knowledge(Content.model_validate_json(orjson.dumps(data)), "hostile")


def test_markup_in_the_knowledge_is_shown_and_never_obeyed(small: Knowledge) -> None:
    for name, text in pages(hostile(small)):
        if name.endswith(".html"):
            page = Page(name, text)
            scripts = [attributes for tag, attributes in page.elements if tag == "script"]
            assert [one["src"] for one in scripts] == (["entries.js", "search.js"] if name == "search.html" else []), name
            assert not [tag for tag, _ in page.elements if tag == "img"]
            attributes = [pair for _, each in page.elements for pair in each.items()]
            assert not [key for key, _ in attributes if key.startswith("on")], name
            assert not [one for key, one in attributes if key == "href" and one.startswith("javascript:")], name


@pytest.mark.parametrize(
    ("url", "linked"), [("https://a.example", True), ("http://a.example", True), ("javascript:1", False), (None, False)]
)
def test_only_addresses_of_the_web_become_links(url: str | None, linked: bool) -> None:
    assert (safe_address(url) == url) is (linked or url is None)


def test_two_identifiers_never_share_a_file_even_where_case_does_not_count() -> None:
    ids = ["a/b", "a-b", "A/b", "a:b", "a;b", "a(b)", "a.b", "a/41/b", "aAb"]
    assert len({file_of("option", one).lower() for one in ids}) == len(ids)
    assert all(re.fullmatch(r"option/[a-z0-9._~-]+\.html", file_of("option", one)) for one in ids)
