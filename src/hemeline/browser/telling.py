"""What the pages say in words: criteria, periods, review, and the numbered sources of one page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from hemeline.browser.site import Option, Site
from hemeline.criteria.tree import Leaf, Tree
from hemeline.draw import Period, periods
from hemeline.draw.periods import Look
from hemeline.knowledge import REGIONS, Knowledge
from hemeline.knowledge.schema import UNAVAILABLE, Source, Version
from hemeline.knowledge.schema_parts import Criterion, Review
from hemeline.report.words import BASES, date_words

_JOINED = {"all": "all of", "any": "any of", "not": "not", "at_least": "at least"}
_PROVISIONAL = frozenset({"accelerated", "conditional", "managed-access"})
_FIRM = frozenset({"approved", "recommended"})


def criterion_words(knowledge: Knowledge, criterion: Criterion) -> dict[str, Any]:
    """A criterion as nested phrases: ``text`` of a leaf, or how ``parts`` are ``joined``."""
    return _tree_words(knowledge.tree(criterion))


def _tree_words(tree: Tree) -> dict[str, Any]:
    if isinstance(tree, Leaf):
        return {"text": tree.text, "parts": []}
    if tree.joined in ("all", "any") and len(tree.parts) == 1:
        return _tree_words(tree.parts[0])
    joined = f"at least {tree.count} of" if tree.joined == "at_least" else _JOINED[tree.joined]
    return {"text": joined, "parts": [_tree_words(one) for one in tree.parts]}


def review_words(review: Review) -> str:
    """Whether a clinician has looked at an entry."""
    if review.state == "drafted":
        return "drafted: not yet reviewed by a clinician"
    return f"reviewed by {', '.join(review.by) or 'a clinician'}{f', {date_words(review.on)}' if review.on else ''}"


@dataclass(frozen=True)
class Row:
    """One version of an option: its number on the page, its region, and what stands in the knowledge."""

    number: int
    region: str
    version: Version

    @property
    def when(self) -> str:
        since, until = self.version.since, self.version.until
        if since and until:
            return f"{date_words(since)} – {date_words(until)}"
        if until:
            return f"until {date_words(until)}, beginning not recorded"
        return f"since {date_words(since)}" if since else "no date recorded"

    @property
    def basis(self) -> str:
        return BASES[self.version.basis]

    @property
    def available(self) -> bool:
        return self.version.status not in UNAVAILABLE


def rows_of(option: Option) -> list[Row]:
    """The versions of an option, region by region, numbered through."""
    listed = [(region, version) for region in REGIONS for version in option.indication.regions.get(region, ())]
    return [Row(number, region, version) for number, (region, version) in enumerate(listed, start=1)]


def picture_of(option: Option, site: Site) -> Markup:
    """The versions of an option as bars, one lane for each region and basis."""
    lanes: dict[str, list[Period]] = {}
    for row in rows_of(option):
        one = row.version
        period = Period(one.since, one.until, row.number, one.status.replace("-", " "), _look(one.status))
        lanes.setdefault(f"{row.region} {one.basis}", []).append(period)
    spoken = f"When it was available by region: {'; '.join(_spoken(row) for row in rows_of(option))}"
    return Markup(periods(list(lanes.items()), site.last_day, spoken))


def _spoken(row: Row) -> str:
    return f"{row.region}, {row.basis}, {row.version.status.replace('-', ' ')}, {row.when}"


def _look(status: str) -> Look:
    if status in UNAVAILABLE:
        return "absent"
    return "firm" if status in _FIRM else "provisional" if status in _PROVISIONAL else "other"


def standing_words(option: Option) -> list[tuple[str, str]]:
    """What held last in each region: the latest version on each basis."""
    found: dict[tuple[str, str], Row] = {}
    for row in sorted(rows_of(option), key=lambda one: one.version.since or ""):
        found[row.region, row.version.basis] = row
    return [(row.region, f"{_held_words(row)}, {row.when}") for row in sorted(found.values(), key=lambda one: one.number)]


def _held_words(row: Row) -> str:
    same = row.version.status == row.version.basis
    return row.basis if same else f"{row.basis}: {row.version.status.replace('-', ' ')}"


@dataclass
class Cited:
    """The sources that a page cites, numbered in the order of citing."""

    knowledge: Knowledge
    numbers: dict[str, int] = field(default_factory=dict)

    def number(self, source: str) -> int:
        return self.numbers.setdefault(source, len(self.numbers) + 1)

    def listed(self) -> list[Source]:
        return [self.knowledge.sources[one] for one in self.numbers]
