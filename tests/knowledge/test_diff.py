"""What changed between two days."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from hemeline.knowledge import Knowledge, load_knowledge
from hemeline.knowledge.diff import diff
from hemeline.knowledge.schema import Version
from hemeline.when import parse_date, to_date
from tests.knowledge.copies import SMALL, WAXUMAB, edited


def between(known: Knowledge, start: str, end: str) -> list[tuple[str, str, str]]:
    """The changes after a day and up to another: when, what, and the status of the version."""
    changes = diff(known, dt.date.fromisoformat(start), dt.date.fromisoformat(end))
    return [(one["date"], one["what"], one["status"]) for one in changes]


def test_a_change_counts_on_its_day_and_not_on_the_day_after() -> None:
    known = load_knowledge(SMALL)
    began = [("2010-05-01", "began", "accelerated")]
    assert between(known, "2010-04-30", "2010-05-01") == began
    assert between(known, "2010-04-29", "2010-04-30") == between(known, "2010-05-01", "2010-05-02") == []


def test_a_change_of_which_only_the_month_is_known_counts_on_each_of_its_days() -> None:
    both = [("2015-03", "began", "approved"), ("2015-03", "ended", "accelerated")]
    known = load_knowledge(SMALL)
    assert between(known, "2015-02-28", "2015-03-01") == between(known, "2015-03-15", "2015-03-16") == both
    assert between(known, "2015-03-30", "2015-03-31") == both
    assert between(known, "2015-02-27", "2015-02-28") == between(known, "2015-03-31", "2015-04-01") == []


def test_changes_come_in_the_order_of_days_with_all_there_is_to_know() -> None:
    changes = diff(load_knowledge(SMALL), dt.date(2000, 1, 1), dt.date(2020, 1, 1))
    assert [one["date"] for one in changes] == ["2010-05-01", "2015-03", "2015-03"]
    assert changes[0] == {
        "date": "2010-05-01", "region": "US", "therapy": "waxumab", "indication": "drab/waxumab/relapsed", "what": "began",
        "basis": "label", "status": "accelerated", "note": None,
    }  # fmt: skip


def test_what_is_refused_is_no_beginning(tmp_path: Path) -> None:
    folder = edited(
        tmp_path, WAXUMAB, "{status: not-found, basis: label,", "{from: 2012-02-03, status: refused, basis: funded, sources: [society],"
    )
    assert between(load_knowledge(folder), "2012-02-02", "2012-02-03") == [("2012-02-03", "not available from here", "refused")]


def every_version(known: Knowledge) -> list[tuple[str, str, Version]]:
    return [(one.id, region, version) for _, one in known.indications() for region, listed in one.regions.items() for version in listed]


@pytest.mark.parametrize("moved", ["since", "until"])
def test_every_dated_change_of_the_shipped_knowledge_stands_between_its_day_and_the_day_before(knowledge: Knowledge, moved: str) -> None:
    day = dt.timedelta(days=1)
    for indication, region, version in every_version(knowledge):
        written = getattr(version, moved)
        interval = parse_date(written) if written else None
        if interval:
            first = to_date(interval[0])
            found = [(one["indication"], one["region"], one["date"]) for one in diff(knowledge, first - day, first)]
            assert (indication, region, written) in found


def test_nothing_changes_within_a_day(knowledge: Knowledge) -> None:
    assert diff(knowledge, dt.date(2020, 1, 1), dt.date(2020, 1, 1)) == []
