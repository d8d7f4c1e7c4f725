"""Whatever a record says, it is assessed, and every row of it is understood or listed."""

from __future__ import annotations

import datetime as dt
from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from hemeline.assessment.shape import Assessment
from hemeline.facts import understand
from hemeline.knowledge import REGIONS, Region
from tests.properties.assessing import of_one, read
from tests.properties.strategies import AS_OF, Record, anything, records, shipped

_SHAPE = TypeAdapter(Assessment)
_DAYS = st.just(AS_OF) | st.dates(dt.date(1900, 1, 1), dt.date.max)


@given(records(), st.lists(anything(), max_size=6), _DAYS, st.sampled_from(REGIONS))
def test_any_record_is_assessed_in_the_published_shape(written: Record, odd: list[Any], day: dt.date, region: Region) -> None:
    found = of_one({**written, "facts": [*written["facts"], *odd]}, day, region)
    assert orjson.loads(orjson.dumps(found)) == found
    _SHAPE.validate_python(found, strict=True, extra="forbid")


@given(records(), st.lists(anything(), max_size=6))
def test_every_row_is_understood_or_listed(written: Record, odd: list[Any]) -> None:
    found = read({**written, "facts": [*written["facts"], *odd]})
    facts = understand(found, shipped().vocabulary)
    listed = {*found.not_understood["row"], *facts.not_understood["row"].tolist()}
    assert {*facts.rows["row"].tolist(), *listed} >= set(range(1, len(written["facts"]) + len(odd) + 1))
