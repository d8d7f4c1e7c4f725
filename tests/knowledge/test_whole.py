"""The shipped knowledge as a whole: its sources, its periods and its criteria, proved without the check that loading runs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest
from pydantic import BaseModel

from hemeline.criteria import unreachable
from hemeline.knowledge import Knowledge
from hemeline.knowledge.check import same_addresses
from hemeline.knowledge.files import read_content
from hemeline.knowledge.schema import Version
from hemeline.when import parse_date
from tests.conftest import ROOT
from tests.knowledge.copies import SOURCES, edited, line_of
from tests.knowledge.test_shipped import parts

NEVER = 10**7


@pytest.fixture(scope="module")
def everything(knowledge: Knowledge) -> list[BaseModel]:
    return list(parts(knowledge.content))


def cited(everything: list[BaseModel]) -> set[str]:
    """Every source that anything names, statements' documents too."""
    named = {one for part in everything for one in getattr(part, "sources", ()) if isinstance(one, str)}
    return named | {part.document for part in everything if hasattr(part, "document")}


def test_each_source_is_used_and_each_used_source_exists(knowledge: Knowledge, everything: list[BaseModel]) -> None:
    used = cited(everything)
    assert len(used) > 500
    assert (used - set(knowledge.sources), set(knowledge.sources) - used) == (set(), set())


def span(version: Version) -> tuple[int, int]:
    """The days from the first on which a version may hold to the first on which it may not."""
    since = parse_date(version.since) if version.since else None
    until = parse_date(version.until) if version.until else None
    return since[0] if since else -NEVER, until[0] if until else NEVER


def overlapping(versions: tuple[Version, ...]) -> Iterator[tuple[str | None, str | None]]:
    """The beginnings of each two periods on one basis that share a day."""
    for one, other in combinations(versions, 2):
        (start, end), (begin, stop) = span(one), span(other)
        if one.basis == other.basis and max(start, begin) < min(end, stop):
            yield one.since, other.since


def test_no_two_periods_of_an_indication_on_one_basis_in_one_region_overlap(knowledge: Knowledge) -> None:
    listed = [(one.id, region, versions) for _, one in knowledge.indications() for region, versions in one.regions.items()]
    assert len(listed) > 150
    assert [(name, region, pair) for name, region, versions in listed for pair in overlapping(versions)] == []


def test_periods_that_overlap_are_seen() -> None:
    first = Version.model_validate({"from": "2020-01", "until": "2022", "status": "approved", "basis": "label"})
    second = Version.model_validate({"from": "2021-12-31", "status": "approved", "basis": "label"})
    third = Version.model_validate({"from": "2021", "status": "recommended", "basis": "funded"})
    assert list(overlapping((first, second, third))) == [("2020-01", "2021-12-31")]


def test_no_criterion_is_constant(knowledge: Knowledge, everything: list[BaseModel]) -> None:
    exclusive = frozenset(fact.id for fact in knowledge.content.facts if fact.kind == "category")
    keys = ("criteria", "when", "applies")
    written = [criterion for part in everything for key in keys if isinstance(criterion := getattr(part, key, None), dict)]
    assert len(written) > 300
    assert [one for one in written if unreachable(knowledge.tree(one), exclusive)] == []


def test_no_two_sources_have_one_address(knowledge: Knowledge) -> None:
    by_address: dict[str, set[str]] = {}
    for source in knowledge.content.sources:
        for address in (source.url, source.doi):
            if address:
                by_address.setdefault(address, set()).add(source.id)
    assert {tuple(sorted(ids)) for ids in by_address.values() if len(ids) > 1} == set()
    assert same_addresses(*read_content(ROOT / "knowledge")) == []


@pytest.mark.parametrize(
    ("old", "new", "at", "address"),
    [
        ("kind: document}", 'kind: document, url: "https://office.example/1/"}', "id: society", '"label-2010": https://office.example/1'),
        ("kind: document}", "kind: document, doi: 10.1000/2}", "id: society", '"label-2015": doi:10.1000/2'),
        ("kind: document}", 'kind: document, url: "https://doi.org/10.1000/2"}', "id: society", '"label-2015": doi:10.1000/2'),
    ],
)
def test_two_sources_with_one_address_are_told_with_file_and_line(old: str, new: str, at: str, address: str, tmp_path: Path) -> None:
    folder = edited(tmp_path, SOURCES, old, new)
    line = line_of(folder / SOURCES, at)
    told = [str(one) for one in same_addresses(*read_content(folder))]
    assert told == [f'knowledge/{SOURCES}:{line}: the source "society" has the address of {address}']


def test_one_source_may_have_an_address_and_a_doi_of_its_own(tmp_path: Path) -> None:
    folder = edited(tmp_path, SOURCES, "doi: 10.1000/2", 'doi: 10.1000/2, url: "https://doi.org/10.1000/2"')
    assert same_addresses(*read_content(folder)) == []
