"""One made-up therapy in an otherwise empty knowledge, and assessments of short records."""

from __future__ import annotations

import datetime as dt
from typing import Any

import orjson

from hemeline.assessment import assess
from hemeline.assessment.shape import Assessment, IndicationView, NotAvailable, OptionView
from hemeline.knowledge import Knowledge, Region
from hemeline.knowledge.schema import TherapyEntry
from hemeline.record import Records
from hemeline.vocabulary.entries import Entry
from tests.facts.recording import record

Row = dict[str, Any]
TODAY = "2026-11-22"
# A first relapse of a B-lineage leukaemia, four years after diagnosis.
RELAPSED = (
    "2020-01-01 diagnosis b-all",
    "2020-01-05 treatment vincristine end=2022-01-05 intent=induction",
    "2020-02-01 response CR",
    "2024-01-01 relapse marrow",
)


def version(since: str | None = None, until: str | None = None, **more: Any) -> Row:
    """A version of an indication: approved for relapsed disease, unless ``more`` says otherwise."""
    unavailable = more.get("status") in ("suspended", "refused", "terminated", "not-approved", "not-found")
    found = {"from": since, "until": until, "status": "approved", "basis": "label", "criteria": None if unavailable else {"relapsed": True}}
    return {**found, **more}


def indication(*versions: Row, region: Region = "US", **more: Any) -> Row:
    """An indication in one region."""
    return {"id": "b-all/waxumab/made-up", "diseases": ["b-all"], "setting": "made up", "regions": {region: list(versions)}, **more}


def therapy(*indications: Row, **more: Any) -> Row:
    """A therapy with indications."""
    return {"id": "waxumab", "name": "Waxumab", "kind": "drug", "indications": list(indications), **more}


def knowing(knowledge: Knowledge, *therapies: Row, **more: tuple[Entry, ...]) -> Knowledge:
    """The shipped words and rules with the indications of these therapies and no others; ``more`` entries by their kind."""
    others = tuple(entry.model_copy(update={"indications": ()}) for entry in knowledge.content.entries)
    added = tuple(TherapyEntry.model_validate_json(orjson.dumps(one)) for one in therapies)
    kinds = {kind: (*getattr(knowledge.content, kind), *entries) for kind, entries in more.items()}
    return Knowledge(knowledge.content.model_copy(update={"entries": (*others, *added), **kinds}), "made-up")


def assessed(knowledge: Knowledge, records: Records, day: str = TODAY, region: Region = "US") -> Assessment:
    """The assessment of the first patient."""
    return assess(records, knowledge, dt.date.fromisoformat(day), region)[0]


def of_relapsed(knowledge: Knowledge, *more: str, day: str = TODAY, region: Region = "US", **patient: str) -> Assessment:
    """The assessment of somebody in first relapse, with some more facts."""
    return assessed(knowledge, record(*RELAPSED, *more, **{"birth_date": "1990-06-15", **patient}), day, region)


def option(assessment: Assessment, name: str = "waxumab") -> OptionView:
    """The option of a therapy."""
    (found,) = [one for one in assessment["options"] if one["therapy"] == name]
    return found


def only_indication(assessment: Assessment, name: str = "waxumab") -> IndicationView:
    """The one indication of a therapy."""
    (found,) = option(assessment, name)["indications"]
    return found


def verdict(assessment: Assessment, name: str = "waxumab") -> str:
    """The verdict on a therapy; ``absent`` if it is no option."""
    return next((one["verdict"] for one in assessment["options"] if one["therapy"] == name), "absent")


def unavailable(assessment: Assessment, name: str = "waxumab") -> NotAvailable:
    """The entry of a therapy that is known but not available."""
    (found,) = [one for one in assessment["not_available"] if one["therapy"] == name]
    return found
