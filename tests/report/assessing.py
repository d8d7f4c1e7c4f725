"""Assessments to report on: the shipped examples, a long and uncertain course, and a hostile record."""

from __future__ import annotations

from pathlib import Path

from hemeline import assess, read_records
from hemeline.assessment.shape import Assessment
from hemeline.knowledge import Knowledge
from hemeline.record.documents import records_from
from tests.assessment.making import TODAY, assessed
from tests.conftest import ROOT
from tests.facts.recording import record

EXAMPLES = sorted((ROOT / "examples" / "records").glob("*.yaml"))
HOSTILE = '<script>alert("1")</script>'

# Six lines of therapy, three relapses, dates known to the day, the month and the year, and tracks of measured values.
LONG = (
    "2018 diagnosis b-all",
    "2018-03 treatment vincristine end=2018-09 intent=induction",
    "2018-03 treatment dexamethasone end=2018-09 intent=induction",
    "2018-03 treatment intrathecal-chemotherapy end=2018-09 intent=induction",
    "2018-05 response CR",
    "2018-05-20 MRD 0.002",
    "2018-11-20 MRD negative",
    "2019-02-28 relapse marrow",
    "2019-02-28 relapse cns",
    "2019-02-28 relapse testis",
    "2019-03-04 treatment FLAG-IDA end=2019-04-10",
    "2019-04-12 response NR",
    "2019-04-20 treatment 'inotuzumab ozogamicin' end=2019-06-10",
    "2019-05-22 response CRi",
    "2019-06-30 treatment allogeneic-sct",
    "2019-11 relapse extramedullary",
    "2019-12-20 treatment donor-lymphocyte-infusion",
    "2020-01-20 treatment tisagenlecleucel",
    "2020-02-20 response CR",
    "2022-02-20 relapse",
    "2022-03-01 treatment ponatinib",
    "2022-03-01 CD19 negative",
)


def of_example(path: Path, knowledge: Knowledge) -> Assessment:
    """A shipped example on a fixed day."""
    return assess(read_records(path, knowledge), knowledge, as_of=TODAY, region="US")[0]


def of_long(knowledge: Knowledge, *more: str, day: str = TODAY) -> Assessment:
    """A long course, with some more facts."""
    return assessed(knowledge, record(*LONG, *more, birth_date="1984"), day)


def of_hostile(knowledge: Knowledge) -> Assessment:
    """A record with markup in every place where a record holds text of its own."""
    facts = [
        {"date": "2020-01-01", "fact": "diagnosis", "value": "b-all", "note": HOSTILE},
        {"date": "2020-01-02", "fact": HOSTILE, "value": HOSTILE, "unit": HOSTILE},
        {"date": "2020-01-03", "fact": "CD19", "value": HOSTILE},
        {"date": "2020-01-04", "fact": "treatment", "value": HOSTILE, "intent": HOSTILE, "donor": HOSTILE, "reason": HOSTILE},
        {"date": HOSTILE, "fact": "response", "value": "CR"},
        {"date": "2020-01-05", "fact": "response", "value": "\u202egnp.\x1b[31m"},
    ]
    return assessed(knowledge, records_from({"patient": {"id": f"{HOSTILE}\u202e\x1b[2J", "sex": HOSTILE}, "facts": facts}, "test"))
