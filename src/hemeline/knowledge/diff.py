"""What changed in the knowledge between two days: indications that came into force, ended, or were worded anew."""

from __future__ import annotations

import datetime as dt
from typing import Any

from hemeline.knowledge.knowledge import Knowledge
from hemeline.knowledge.schema import REGIONS, UNAVAILABLE, Version
from hemeline.when import parse_date, to_day


def diff(knowledge: Knowledge, start: dt.date, end: dt.date) -> list[dict[str, Any]]:
    """Every beginning and ending after ``start`` and up to ``end``, by day.

    A change known only to the month or year is listed if any of its days falls between, with ``date`` as it is known.
    """
    first, last = to_day(start), to_day(end)
    found: list[tuple[int, dict[str, Any]]] = []
    for entry, indication in knowledge.indications():
        for region in REGIONS:
            for version in indication.regions.get(region, ()):
                for written, what in ((version.since, _began(version)), (version.until, "ended")):
                    interval = parse_date(written) if written else None
                    if interval and max(interval[0], first + 1) <= min(interval[1], last):
                        change = {
                            "date": written, "region": region, "therapy": entry.id, "indication": indication.id, "what": what,
                            "basis": version.basis, "status": version.status, "note": version.note,
                        }  # fmt: skip
                        found.append((interval[0], change))
    return [change for _, change in sorted(found, key=lambda one: (one[0], one[1]["region"], one[1]["indication"], one[1]["what"]))]


def _began(version: Version) -> str:
    return "not available from here" if version.status in UNAVAILABLE else "began"
