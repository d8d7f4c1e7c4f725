"""What a record's facts do and do not change, in whatever order they stand and however many other patients there are."""

from __future__ import annotations

import datetime as dt

from hypothesis import assume, given
from hypothesis import strategies as st

from hemeline.facts import understand
from hemeline.knowledge import REGIONS, Region
from hemeline.record import Records
from tests.properties.assessing import of_each, of_one, read, reordered, verdicts
from tests.properties.strategies import AS_OF, Record, Row, days, findings, records, rows_after, shipped

_DAYS = st.just(AS_OF) | days(dt.date(2016, 1, 1))


def _touched(found: Records) -> set[int]:
    """The facts that a record says something of, also those that follow from what it says."""
    return set(understand(found, shipped().vocabulary).rows["fact"].tolist())


@given(records(), st.lists(findings(), min_size=3, max_size=6), st.sampled_from(REGIONS))
def test_a_finding_not_recorded_before_never_turns_yes_into_no_or_no_into_yes(written: Record, more: list[Row], region: Region) -> None:
    recorded = _touched(read(written))
    added = [row for row in more if not recorded & _touched(read({"patient": {}, "facts": [row]}))]
    assume(added)
    base, *others = of_each(read(written, *({**written, "facts": [*written["facts"], row]} for row in added)), region=region)
    known = {key: verdict for key, verdict in verdicts(base).items() if verdict != "unknown"}
    for row, other in zip(added, others, strict=True):
        after = verdicts(other)
        assert {key: after[key] for key in known} == known, row


@given(records(), st.data())
def test_the_order_of_the_rows_changes_nothing(written: Record, data: st.DataObject) -> None:
    found = read(written)
    order = data.draw(st.permutations(range(len(found.facts))))
    assert of_each(reordered(found, order)) == of_each(found)


@given(records(), _DAYS, st.data())
def test_facts_dated_later_change_nothing(written: Record, day: dt.date, data: st.DataObject) -> None:
    later = data.draw(st.lists(rows_after(day), min_size=1, max_size=6))
    death = data.draw(st.none() | days(day + dt.timedelta(days=1), dt.date(2030, 1, 1)))
    patient = written["patient"] | ({"death_date": death.isoformat()} if death else {})
    assert of_one({"patient": patient, "facts": [*written["facts"], *later]}, day) == of_one(written, day)


@given(records(), _DAYS, st.integers(1, 900), st.sampled_from(["progression", "toxicity", "completed"]))
def test_a_treatment_that_ends_later_is_still_running(written: Record, day: dt.date, beyond: int, reason: str) -> None:
    end = {"end": (day + dt.timedelta(days=beyond)).isoformat(), "reason": reason, "courses": 3}
    running = [{key: value for key, value in row.items() if key not in end} for row in written["facts"]]
    ended = [row | end if row.get("fact") == "treatment" else row for row in running]
    assert of_one({**written, "facts": ended}, day) == of_one({**written, "facts": running}, day)
