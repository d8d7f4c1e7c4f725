"""Facts written on a command line, and what adding them changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hemeline.assessment.shape import Assessment
from hemeline.errors import UsageError
from hemeline.when import parse_date, to_date

_FORM = "expected fact=value@date, for example 'response=CR@2026-12-01' or 'treatment=x@2026-12-01..2026-12-28,reason=completed'"
_MORE = ("unit", "intent", "donor", "conditioning", "line", "courses", "reason")


def added_fact(written: str) -> dict[str, Any]:
    """``fact=value@date[..end][,key=value]`` as a fact of a record. Raises :class:`UsageError`."""
    body, _, after = written.rpartition("@")
    fact, equals, value = body.partition("=")
    dates, *more = after.split(",")
    start, _, end = dates.partition("..")
    if not equals or not fact or parse_date(start) is None or (end and parse_date(end) is None):
        raise UsageError(f"--add: {_FORM}")
    pairs = [one.partition("=") for one in more]
    if any(key not in _MORE or not told for key, _, told in pairs):
        raise UsageError(f"--add: after the date only {', '.join(_MORE)} can follow; {_FORM}")
    return {"fact": fact, "value": value or None, "date": start, **({"end": end} if end else {}), **{key: told for key, _, told in pairs}}


def latest_day(facts: Sequence[Mapping[str, Any]], today: str) -> str:
    """Today, or the last day that an added fact may be of, if it lies later."""
    intervals = [parse_date(str(fact["date"])) for fact in facts]
    later = [to_date(interval[1]).isoformat() for interval in intervals if interval]
    return max([today, *later])


def changes(before: Assessment, after: Assessment) -> dict[str, Any]:
    """State and counts, verdicts, missing facts and what comes next, where they differ."""
    old, new = before["course"], after["course"]
    keys = ("state", "remission_number", "relapse_number", "line_count", "refractory")
    course = {key: [old[key], new[key]] for key in keys if old[key] != new[key]}  # type: ignore[literal-required]
    was = {one["therapy"]: one["verdict"] for one in before["options"]}
    now = {one["therapy"]: one["verdict"] for one in after["options"]}
    names = {one["therapy"]: one["name"] for one in [*before["options"], *after["options"]]}
    options = [
        {"therapy": one, "name": names[one], "from": was.get(one, "not listed"), "to": now.get(one, "not listed")}
        for one in names
        if was.get(one) != now.get(one)
    ]
    missing = [{one["fact"] for one in each["missing"]} for each in (before, after)]
    return {
        "course": course,
        "options": options,
        "no_longer_missing": sorted(missing[0] - missing[1]),
        "newly_missing": sorted(missing[1] - missing[0]),
        "not_understood": [one for one in after["not_understood"] if one not in before["not_understood"]],
    }
