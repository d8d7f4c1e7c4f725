"""No hindsight: an assessment of a day is the one that the knowledge of that day would have given."""

from __future__ import annotations

import datetime as dt
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hemeline.assessment import assess
from hemeline.assessment.shape import Assessment
from hemeline.knowledge import REGIONS, Knowledge, Region
from hemeline.knowledge.schema import Evidence, Indication, Version
from hemeline.when import parse_date, to_day
from tests.properties.assessing import of_one, read
from tests.properties.strategies import Record, days, records, shipped

_NOT_YET = ("not yet approved", "not-found")


def _known(date: str | None, day: int) -> bool:
    """Whether a (partial) date may lie on the day or before it."""
    interval = parse_date(date) if date else None
    return interval is None or interval[0] <= day


def _knowledge_of(day: int) -> Knowledge:
    """The shipped knowledge without what is dated later: versions, ends of versions, evidence."""
    content = shipped().content
    published = {source.id: source.date for source in content.sources}

    def version(one: Version) -> Version:
        return one if _known(one.until, day) else one.model_copy(update={"until": None})

    def shown(one: Evidence) -> bool:
        return any(_known(published[source], day) for source in one.sources)

    def indication(one: Indication) -> Indication:
        regions = {name: tuple(version(each) for each in listed if _known(each.since, day)) for name, listed in one.regions.items()}
        return one.model_copy(update={"regions": regions, "evidence": tuple(filter(shown, one.evidence))})

    entries = (entry.model_copy(update={"indications": tuple(map(indication, entry.indications))}) for entry in content.entries)
    return Knowledge(content.model_copy(update={"entries": tuple(entries)}), shipped().hash)


def _without_expectations(assessment: Assessment) -> dict[str, Any]:
    """All but the therapies that were known without an approval: that one came later can be said only afterwards."""
    told = [one for one in assessment["not_available"] if one["status"] not in _NOT_YET]
    return {**assessment, "not_available": told}


@given(records(), days(dt.date(2014, 1, 1), dt.date(2026, 11, 22)), st.sampled_from(REGIONS))
def test_an_assessment_knows_nothing_that_became_known_later(written: Record, day: dt.date, region: Region) -> None:
    (then,) = assess(read(written), _knowledge_of(to_day(day)), day, region)
    assert _without_expectations(of_one(written, day, region)) == _without_expectations(then)
