"""Patients for the properties: plausible and odd records of ALL and CML, in any listed spelling.

A record here is the data of a JSON file (``{patient, facts}``), so that a test can change it before it is read.
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any

from hypothesis import strategies as st

from hemeline.knowledge import Knowledge, load_knowledge
from hemeline.record.model import FACT_KEYS
from hemeline.vocabulary import Fact
from hemeline.vocabulary.lookup import spellings_of
from tests.conftest import ROOT

Record = dict[str, Any]
Row = dict[str, Any]
AS_OF = dt.date(2026, 6, 15)
_BEGIN = dt.date(2014, 1, 1)
_MOST_DAYS = (AS_OF - _BEGIN).days


@cache
def shipped() -> Knowledge:
    """The shipped knowledge; strategies are built where no fixture is at hand."""
    return load_knowledge(ROOT / "knowledge")


def _spelt(*ids: str) -> st.SearchStrategy[str]:
    """Any spelling of some entries, found by their identifiers."""
    words = shipped().vocabulary
    entries = [{**words.therapies, **words.diseases, **words.responses}[one] for one in ids]
    return st.sampled_from([spelling for entry in entries for _, spelling in spellings_of(entry)])


def days(first: dt.date = _BEGIN, last: dt.date = AS_OF) -> st.SearchStrategy[dt.date]:
    """A day between two others."""
    return st.integers(0, (last - first).days).map(lambda number: first + dt.timedelta(days=number))


def _precise(day: dt.date) -> st.SearchStrategy[str]:
    """A day as it may be known: mostly to the day."""
    exact = day.isoformat()
    return st.sampled_from([exact] * 5 + [exact[:7], exact[:4]])


# -- history -----------------------------------------------------------------------------------------------------------

_DRUGS = {
    "all": ("vincristine", "dexamethasone", "pegaspargase", "blinatumomab", "inotuzumab-ozogamicin", "flag-ida", "hyper-cvad", "dasatinib",
            "ponatinib", "nelarabine", "clofarabine", "intrathecal-chemotherapy", "tisagenlecleucel", "allogeneic-sct", "filgrastim",
            "brexucabtagene-autoleucel", "donor-lymphocyte-infusion", "fludarabine", "cyclophosphamide"),
    "cml": ("imatinib", "dasatinib", "nilotinib", "bosutinib", "ponatinib", "asciminib", "interferon-alfa", "hydroxycarbamide",
            "allogeneic-sct", "donor-lymphocyte-infusion", "omacetaxine"),
}  # fmt: skip
_RESPONSES = {"all": ("CR", "CRi", "PR", "NR", "MLFS", "PD"), "cml": ("CHR", "CCyR", "MMR", "PCyR", "NR", "PD")}
_SITES = ("marrow", "blood", "cns", "testis", "CSF", "extramedullary", "unspecified", None)
_INTENTS = ("induction", "re-induction", "consolidation", "maintenance", "salvage", "bridging", "lymphodepletion", "conditioning",
            "prophylaxis")  # fmt: skip
_REASONS = ("progression", "toxicity", "completed", "loss of response", "side effects")


def _optional(words: tuple[str, ...]) -> st.SearchStrategy[str | None]:
    return st.none() | st.sampled_from(words)


@st.composite
def _treatment(draw: st.DrawFn, family: str, day: dt.date) -> Row:
    row: Row = {"fact": "treatment", "date": draw(_precise(day)), "value": draw(_spelt(*_DRUGS[family]))}
    if draw(st.booleans()):
        row["end"] = (day + dt.timedelta(days=draw(st.integers(0, 900)))).isoformat()
        row["reason"] = draw(_optional(_REASONS))
    row["intent"] = draw(_optional(_INTENTS))
    row["line"] = draw(st.sampled_from([None] * 9 + [1, 2, 3]))
    return row


@st.composite
def events(draw: st.DrawFn, family: str, day: dt.date | None = None) -> Row:
    """One event of the history, on some day."""
    day = day or draw(days())
    kinds = ["treatment"] * 4 + ["response"] * 3 + ["relapse"] * 2 + ["progression", "status", "intolerant", "diagnosis"]
    kind = draw(st.sampled_from(kinds))
    if kind == "treatment":
        return draw(_treatment(family, day))
    values: dict[str, st.SearchStrategy[Any]] = {
        "response": _spelt(*_RESPONSES[family]),
        "relapse": st.sampled_from(_SITES),
        "progression": st.sampled_from(_SITES),
        "status": st.sampled_from(["remission", "refractory", "relapsed"]),
        "intolerant": _spelt(*_DRUGS[family]),
        "diagnosis": _spelt("b-all", "all", "t-all") if family == "all" else _spelt("cml"),
    }
    return {"fact": kind, "date": draw(_precise(day)), "value": draw(values[kind])}


# -- findings ----------------------------------------------------------------------------------------------------------

_NUMBERS = ("0", "0.005", "0.02", "0.1", "0.5", "1", "2", "10", "11", "24", "60", "<0.01", "<= 0.1", "> 10")


def _value(fact: Fact) -> st.SearchStrategy[Row]:
    """A value of an open fact, with its unit."""
    words = shipped().vocabulary.value_sets
    if fact.kind == "level":
        return st.sampled_from([{"value": word} for word in ("negative", "positive", "0.0005")] + [{"value": "0.2", "unit": "%"}])
    if fact.kind in ("measurement", "score"):
        return st.sampled_from(_NUMBERS).map(lambda number: {"value": number, "unit": fact.unit})
    listed = [spelling for value in words[fact.values or ""].values for _, spelling in spellings_of(value)]
    if fact.kind == "stance":
        listed += [f"not:{value.id}" for value in words[fact.values or ""].values]
    return st.sampled_from(listed).map(lambda word: {"value": word})


def open_facts() -> list[Fact]:
    """Every fact that a record need not be complete in: markers, measurements, scores, donor, fitness, wishes."""
    kinds = ("marker", "measurement", "score", "level", "category", "stance", "choice")
    return [fact for fact in shipped().vocabulary.facts.values() if fact.kind in kinds]


@st.composite
def findings(draw: st.DrawFn, day: dt.date | None = None) -> Row:
    """One finding, on some day; every other one is a fact that decides options of ALL or CML."""
    deciding = [
        "CD19", "CD22", "BCR::ABL1", "T315I", "MRD", "BCR::ABL1-IS", "phase", "donor", "fit-for", "ECOG", "ABL1-kinase-domain-mutation",
    ]  # fmt: skip
    facts = shipped().vocabulary.facts
    fact = draw(st.sampled_from([facts[one] for one in deciding]) | st.sampled_from(open_facts()))
    return {"fact": fact.id, "date": draw(_precise(day or draw(days()))), **draw(_value(fact))}


# -- records -----------------------------------------------------------------------------------------------------------

_JUNK: tuple[Row, ...] = (
    {"fact": "shoe size", "date": "2020-01-01", "value": "42"},
    {"fact": "CD19", "date": "2020-13-45", "value": "positive"},
    {"fact": "treatment", "date": "2019-02-03", "value": "vincristin"},
    {"fact": "treatment", "date": "2019-02-03", "value": "grandmother's tea"},
    {"fact": "treatment", "date": "2021-05-05", "value": "imatinib", "intent": "indcution", "courses": "many", "line": "first"},
    {"fact": "treatment", "date": "2021-05-05", "end": "2020-05-05", "value": "dasatinib"},
    {"fact": "platelets", "date": "2020-01-01", "value": "30"},
    {"fact": "LVEF", "date": "2020-01-01", "value": "155", "unit": "%"},
    {"fact": "response", "date": "2020-01-01", "value": None},
    {"fact": "response", "value": "CR"},
    {"fact": "death", "date": "2026-01-02", "value": None},
    {"fact": "", "date": "", "value": ""},
)  # fmt: skip


@st.composite
def records(draw: st.DrawFn, junk: bool = True, partial_history: bool = True) -> Record:
    """One patient with ALL or CML; now and then without any diagnosis, or born on a 29 February."""
    family = draw(st.sampled_from(["all", "cml"]))
    disease = _spelt("b-all", "t-all", "all") if family == "all" else _spelt("cml")
    diagnosis = {"fact": "diagnosis", "date": draw(_precise(draw(days(last=dt.date(2020, 1, 1))))), "value": draw(disease)}
    facts: list[Row] = [diagnosis] if draw(st.sampled_from([True] * 9 + [False])) else []
    facts += draw(st.lists(events(family), max_size=8))
    facts += draw(st.lists(findings(), max_size=6))
    if junk:
        facts += draw(st.lists(st.sampled_from(_JUNK), max_size=2))
    patient = {
        "id": "p",
        "birth_date": draw(st.none() | st.sampled_from(["1956-02-29", "1984", "2004-07-31", "2009-03", "2013-12-30"])),
        "sex": draw(_optional(("female", "m", "unknown"))),
        "history": draw(st.sampled_from([None, None, "partial"] if partial_history else [None])),
    }
    return {"patient": _said(patient), "facts": [_said(row) for row in draw(st.permutations(facts))]}


def _said(row: Row) -> Row:
    return {key: value for key, value in row.items() if value is not None}


@st.composite
def rows_after(draw: st.DrawFn, day: dt.date) -> Row:
    """An event or finding of ALL or CML that is dated, to the day, after some day."""
    later = draw(days(day + dt.timedelta(days=1), day + dt.timedelta(days=3000)))
    family = draw(st.sampled_from(["all", "cml"]))
    row = draw(events(family, later) | findings(later))
    return _said({**row, "date": later.isoformat()})


_KEYS = (*FACT_KEYS, "dose", "")
_SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(["CD19", "CR", "<5", "2020-02-30"])
)


def anything() -> st.SearchStrategy[Any]:
    """What might stand in the list of facts instead of a fact: any mapping, list or word."""
    value = _SCALARS | st.lists(_SCALARS, max_size=3) | st.dictionaries(st.text(max_size=3), _SCALARS, max_size=2)
    others = {key: value for key in FACT_KEYS if key != "fact"}
    named = st.fixed_dictionaries({"fact": st.sampled_from([*shipped().vocabulary.facts])}, optional=others)
    return named | st.dictionaries(st.sampled_from(_KEYS), value, max_size=5) | value
