"""Parts of FHIR R4 resources: references, dates, codes, extensions, and the resources of a bundle."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from hemeline.errors import RecordError
from hemeline.record import fhir_codes as codes
from hemeline.record.documents import text

Resource = dict[str, Any]
Row = dict[str, Any]  # of the facts; with a ``why``, of what is not understood
_REFERENCE = re.compile(r"^(?:https?://.*/)?([A-Z][A-Za-z]+)/(.+)$")


class NotUsed(Exception):
    """A resource that gives no fact, with why."""


def resources_of(data: Any, file: str) -> Iterator[tuple[str | None, Resource]]:
    """Every resource of a bundle (also one inside another), a list, or a single resource, with the name its bundle gives it."""
    listed = data if isinstance(data, list) else [data]
    for number, one in enumerate(listed, start=1):
        place = f"{file}: resource {number}" if isinstance(data, list) else file
        yield from _resources(one, None, place)


def _resources(one: Any, name: str | None, place: str) -> Iterator[tuple[str | None, Resource]]:
    if not isinstance(one, dict) or not isinstance(one.get("resourceType"), str):
        raise RecordError(f"{place}: expected a FHIR resource with a resourceType")
    if one["resourceType"] != "Bundle":
        if one.get("id") is None:
            one["id"] = name
        yield name, one
        return
    entries = one.get("entry")
    if not isinstance(entries, list | None):
        raise RecordError(f"{place}: entry: expected a list")
    for number, entry in enumerate(entries or [], start=1):
        if not isinstance(entry, dict):
            raise RecordError(f"{place}: entry {number}: expected a mapping")
        if entry.get("resource") is not None:  # an entry may hold only a request or a response
            address = entry.get("fullUrl")
            yield from _resources(entry["resource"], identified(address) if isinstance(address, str) else None, f"{place}: entry {number}")


def identified(address: str, kind: str | None = None) -> str | None:
    """The id that an address names; ``None`` where it names a resource of another ``kind``."""
    address = address.partition("/_history/")[0].removeprefix("#")
    found = _REFERENCE.match(address)
    if not found:
        return address.removeprefix("urn:uuid:") or None
    return found[2] if kind in (None, found[1]) else None


def reference(resource: Resource, kind: str, *names: str) -> str | None:
    """The id of the resource of a kind that the first of some elements refers to."""
    for name in names:
        address = (resource.get(name) or {}).get("reference")
        if isinstance(address, str):
            return identified(address, kind)
    return None


def day(value: str) -> str:
    """The day of a date-time; a partial date stays as it is."""
    return value.partition("T")[0]


def date(resource: Resource, *names: str) -> str | None:
    """The first date among some elements; a period gives its start, a date-time its day."""
    for name in names:
        value = resource.get(name)
        value = value.get("start") if isinstance(value, dict) else value
        if isinstance(value, str) and value:
            return day(value)
    return None


def end(resource: Resource, *names: str) -> str | None:
    """The end of the first period among some elements."""
    for name in names:
        period = resource.get(name)
        if isinstance(period, dict) and isinstance(period.get("end"), str):
            return day(period["end"])
    return None


def codings(concept: Any) -> Iterator[tuple[str, str, str | None]]:
    """``(system, code, display)`` of a CodeableConcept, systems by our names."""
    for coding in (concept or {}).get("coding") or []:
        if isinstance(coding, dict) and coding.get("code"):
            system = str(coding.get("system", ""))
            yield codes.SYSTEMS.get(system, system), str(coding["code"]), coding.get("display")


def words(concept: Any) -> str | None:
    """The text of a concept, or the display or code of its first coding."""
    if not isinstance(concept, dict):
        return None
    listed = [word for _, code, display in codings(concept) for word in (display, code) if word]
    return concept.get("text") or next(iter(listed), None)


def extension(resource: Resource, url: str) -> Any:
    """The value of an extension."""
    for one in resource.get("extension") or []:
        if isinstance(one, dict) and one.get("url") == url:
            return next((value for key, value in one.items() if key.startswith("value")), None)
    return None


def first_code(resource: Resource, name: str) -> str | None:
    """The first code of an element, as of a status."""
    return next((code for _, code, _ in codings(resource.get(name))), None)


def note(resource: Resource) -> str | None:
    """All notes as one text."""
    return "; ".join(str(one.get("text")) for one in resource.get("note") or [] if isinstance(one, dict)) or None


def own(resource: Resource) -> Row:
    """What only this program's own extensions hold, and the notes."""
    if not resource.get("extension"):
        return {**_NOTHING_OF_OURS, "note": note(resource)}
    return {**{name: text(extension(resource, f"{codes.OWN}{name}")) for name in codes.EXTENSIONS}, "note": note(resource)}


_NOTHING_OF_OURS: Row = dict.fromkeys(codes.EXTENSIONS)


def typed(row: Row) -> Row:
    """A row as it is. Raises :class:`TypeError` where a value is not text: the resource has an element of another type."""
    for name, value in row.items():
        if not (value is None or isinstance(value, str) or name == "row"):
            raise TypeError(name)
    return row
