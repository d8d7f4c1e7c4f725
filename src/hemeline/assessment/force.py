"""What is in force in a region on a day, and what is known but not available there and then."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from hemeline.knowledge import Knowledge, Region
from hemeline.knowledge.schema import UNAVAILABLE, Indication, TherapyEntry, Version
from hemeline.when import parse_date

_NEVER = 10**7
_TRIALS = "investigational"
_NOT_FUNDED = frozenset({"refused", "terminated"})


@dataclass(frozen=True)
class Candidate:
    """An indication that is, or may be, in force on one basis.

    ``versions`` are those that may be in force, the latest last; more than one, or ``perhaps_none``, where a start or end is
    known only to the month or year and the day lies within it.
    """

    entry: TherapyEntry
    indication: Indication
    versions: tuple[Version, ...]
    perhaps_none: bool

    @property
    def version(self) -> Version:
        return self.versions[-1]

    @property
    def clear(self) -> bool:
        """Whether it is certain which version is in force."""
        return len(self.versions) == 1 and not self.perhaps_none


@dataclass(frozen=True)
class Absent:
    """A therapy known for the disease that is not available: why, since when, and the sources.

    ``until`` is the first day on which it was no longer available. Nothing dated later than the day itself is told.
    """

    entry: TherapyEntry
    status: str
    since: str | None = None
    until: str | None = None
    note: str | None = None
    sources: tuple[str, ...] = ()


def _since(version: Version) -> tuple[int, int]:
    return (parse_date(version.since) if version.since else None) or (-_NEVER, -_NEVER)


def _until(version: Version) -> tuple[int, int]:
    return (parse_date(version.until) if version.until else None) or (_NEVER, _NEVER)


def possibly_in_force(version: Version, day: int) -> bool:
    """Whether the dates allow that the version holds on ``day``."""
    return _since(version)[0] <= day < _until(version)[1]


def surely_in_force(version: Version, day: int) -> bool:
    """Whether the version holds on ``day`` for certain. ``until`` is the first day on which it no longer does."""
    return _since(version)[1] <= day < _until(version)[0]


def _hands_over(versions: Iterable[Version]) -> bool:
    """Whether one version ends in the very span in which another begins, so that one of the two always holds."""
    versions = tuple(versions)
    ends = {version.until for version in versions if version.until}
    return any(version.since in ends for version in versions)


def candidates_of(entry: TherapyEntry, indication: Indication, region: Region, day: int) -> Iterator[Candidate]:
    """The candidates of one indication, one for each basis (in the UK: licence and funding)."""
    listed = indication.regions.get(region, ())
    refused = any(version.status in _NOT_FUNDED and surely_in_force(version, day) for version in listed)
    for basis in dict.fromkeys(version.basis for version in listed if version.status not in UNAVAILABLE):
        if basis == "label" and refused:
            continue
        mine = [version for version in listed if version.basis == basis and version.status not in UNAVAILABLE]
        possible = tuple(sorted((one for one in mine if possibly_in_force(one, day)), key=_since))
        if possible:
            surely = any(surely_in_force(version, day) for version in possible)
            yield Candidate(entry, indication, possible, not surely and not _hands_over(possible))


def candidates_in_force(knowledge: Knowledge, diseases: frozenset[str], region: Region, day: int) -> list[Candidate]:
    """Every indication for one of some diseases that is, or may be, in force."""
    return [
        candidate
        for entry, mine in _known_for(knowledge, diseases)
        for indication in mine
        for candidate in candidates_of(entry, indication, region, day)
    ]


@lru_cache(maxsize=256)
def _known_for(knowledge: Knowledge, diseases: frozenset[str]) -> tuple[tuple[TherapyEntry, tuple[Indication, ...]], ...]:
    """Every therapy known for one of some diseases with its indications for them, whenever and wherever those are in force."""
    within = knowledge.vocabulary.diseases_within
    found = ((entry, tuple(one for one in entry.indications if _meets(one, diseases, within))) for entry in knowledge.content.entries)
    return tuple((entry, mine) for entry, mine in found if mine)


def _meets(indication: Indication, diseases: frozenset[str], within: Callable[[str], frozenset[str]]) -> bool:
    return any(diseases & within(one) for one in indication.diseases)


def absent(knowledge: Knowledge, diseases: frozenset[str], region: Region, day: int) -> list[Absent]:
    """Every therapy known for one of some diseases that has no indication in force, with the reason.

    One that is given in trials only, and has an approval that is yet to come or has ended, is not available either.
    """
    found = []
    for entry, mine in _known_for(knowledge, diseases):
        versions = [version for one in mine for version in one.regions.get(region, ())]
        beyond_trials = [version for version in versions if version.basis != _TRIALS]
        held = any(version.status not in UNAVAILABLE for version in beyond_trials)
        bases = {one.version.basis for indication in mine for one in candidates_of(entry, indication, region, day)}
        if not bases or (bases == {_TRIALS} and held):
            found.append(_reason(entry, beyond_trials if bases else versions, day))
    return found


def _reason(entry: TherapyEntry, versions: list[Version], day: int) -> Absent:
    unavailable = [one for one in versions if one.status in UNAVAILABLE and possibly_in_force(one, day)]
    held = [one for one in versions if one.status not in UNAVAILABLE]
    licensed = [one for one in held if possibly_in_force(one, day)]
    ended = [one for one in held if _until(one)[1] <= day]
    last = max(ended, key=_until, default=None)
    until = last.until if last else None
    if last and not licensed and not any(one.status == "suspended" for one in unavailable):
        return Absent(entry, "withdrawn", until, until, last.note, last.sources)
    if unavailable:
        one = unavailable[-1]
        return Absent(entry, "licensed, not funded" if licensed else one.status, one.since, until, one.note, one.sources)
    if any(_since(one)[0] > day for one in held):
        return Absent(entry, "not yet approved")
    return Absent(entry, "not-found", note="no approval was found for this region; that there is none is not proven")
