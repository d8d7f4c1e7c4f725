"""Acceptance cases, and what of an expectation an assessment does not meet."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from hemeline.assessment.shape import Assessment
from hemeline.yaml import read_yaml

Expected = Any


def cases(folder: Path) -> list[Path]:
    """All cases of a folder."""
    return sorted(folder.rglob("*.yaml"))


def written(file: Path) -> dict[str, Any]:
    """A case as it is written."""
    data: dict[str, Any] = read_yaml(file.read_text(encoding="utf-8")).data
    return data


def unmet(expected: dict[str, Expected], assessment: Assessment) -> list[str]:
    """What an assessment does not meet, in words."""
    return [
        f"{key}: {part} is expected"
        for key, parts in expected.items()
        for part in (parts.items() if isinstance(parts, dict) else parts)
        if not MEETS[key](part, assessment)
    ]


def matches(expected: Expected, found: Any) -> bool:
    """Objects match by the given keys, lists if each given element is matched by some element, months within 0.2."""
    if isinstance(expected, dict):
        return isinstance(found, dict) and all(key in found and _matches_key(key, part, found[key]) for key, part in expected.items())
    if isinstance(expected, list):
        return isinstance(found, list) and all(any(matches(part, one) for one in found) for part in expected)
    return type(expected) is type(found) and bool(expected == found)


def _matches_key(key: str, expected: Expected, found: Any) -> bool:
    if key == "months" and expected is not None:
        return found is not None and abs(found - expected) <= 0.2
    return matches(expected, found)


def _named(listed: str, key: str) -> Callable[[Expected, Any], bool]:
    return lambda name, assessment: any(one[key] == name for one in assessment[listed])


def _verdict(expected: Expected, assessment: Any) -> bool:
    therapy, verdict = expected
    return bool({one["therapy"]: one["verdict"] for one in assessment["options"]}.get(therapy, "no") == verdict)


def _alert(expected: Expected, assessment: Any) -> bool:
    return any(one["kind"] == expected["kind"] and expected.get("fact") in (None, *one["facts"]) for one in assessment["alerts"])


MEETS: dict[str, Callable[[Expected, Any], bool]] = {
    "course": lambda expected, assessment: matches(dict([expected]), assessment["course"]),
    "options": _verdict,
    "not_available": _named("not_available", "therapy"),
    "missing_includes": _named("missing", "fact"),
    "next_includes": _named("next", "therapy"),
    "not_understood_facts": _named("not_understood", "fact"),
    "alerts_include": _alert,
}
