"""What the page of a cohort counts: who is where, who fits what, what is missing, alerts, what was not understood."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from hemeline.cohort.asked import options_by_verdict, table
from hemeline.cohort.naming import STATES, Names, plain
from hemeline.cohort.suppress import Cell, Crossed, about, blurred, crossed, protect_beside, single

VERDICTS = ("yes", "unknown", "no")
_MOST_DECIDED, _MOST_ROWS = 6, 25
_DEAD, _YEAR = "dead", 365


def patients_of(folder: Path) -> pl.DataFrame:
    """The patients of a cohort with their disease, state and days of diagnosis, last contact and death."""
    dates = (f"{name}_{end}" for name in ("death", "last_contact", "diagnosis") for end in ("first", "last"))
    columns = ("patient_id", "disease", "state", *dates, "line_count", "partial_history")
    found = table(folder, "patients").select(*columns)
    return found.sort("patient_id").collect()


def where(patients: pl.DataFrame, names: Names, least: int) -> Crossed:
    """Patients by disease and state, the most frequent disease first."""
    counted = {(disease, state): count for disease, state, count in patients.group_by("disease", "state").len().rows()}
    living = [one for one in (*STATES, *sorted({str(state) for _, state in counted} - set(STATES))) if one != _DEAD]
    sizes = {disease: sum(count for (one, _), count in counted.items() if one == disease) for disease, _ in counted}
    ordered = sorted(sizes, key=lambda one: (-sizes[one], str(one)))
    rows = [(names.disease(one), [counted.get((one, state), 0) for state in living], counted.get((one, _DEAD), 0)) for one in ordered]
    return crossed([STATES.get(one, one) for one in living], rows, least)


def lost_sight_of(patients: pl.DataFrame, as_of: dt.date, least: int) -> dict[str, str]:
    """How many of the living were last seen more than a ``year`` before a day, or have ``no`` last contact; empty for nobody."""
    contact = patients.filter(pl.col("state") != _DEAD)["last_contact_last"]
    counted = {"year": int((contact < as_of - dt.timedelta(days=_YEAR)).sum()), "no": contact.null_count()}
    return {what: some(count, len(contact), least) for what, count in counted.items()}


def some(count: int, of: int, least: int) -> str:
    """A rounded count of a whole, in words: empty for nobody, ``all`` for everybody."""
    return "" if not count else "all" if count == of else about(count, least)


@dataclass(frozen=True)
class OptionRow:
    """A therapy with how many of the living fit it, may fit it, do not fit it; ``shares`` are what is known of each verdict."""

    name: str
    cells: tuple[Cell, ...]
    shares: tuple[float, ...]
    anybody: bool


def options(folder: Path, patients: pl.DataFrame, names: Names, least: int) -> list[OptionRow]:
    """Therapies by verdict among the living, those that fit most people first."""
    judged = options_by_verdict(folder).join(patients.lazy().select("patient_id", "state"), on="patient_id")
    verdict = pl.when(pl.col("state") == _DEAD).then(pl.lit(_DEAD)).otherwise(pl.col("verdict")).alias("verdict")
    counted = judged.group_by("therapy", verdict).len().collect()
    by_therapy: dict[str, dict[str, int]] = {}
    for therapy, verdict, count in counted.rows():
        by_therapy.setdefault(str(therapy), {})[str(verdict)] = count
    ordered = sorted(by_therapy, key=lambda one: (*(-by_therapy[one].get(verdict, 0) for verdict in VERDICTS), one))
    return [_option(names.therapy(one), [by_therapy[one].get(verdict, 0) for verdict in (*VERDICTS, _DEAD)], least) for one in ordered]


def _option(name: str, counts: list[int], least: int) -> OptionRow:
    """The dead are not shown here; but where they are few, the sum of the living would tell how many."""
    exact, living, _ = protect_beside(counts[:3], counts[3], least)
    cells = [blurred(cell, least) for cell in exact]
    shown = sum(cell.at_least for cell in cells)
    of = shown if all(cell.number is not None for cell in cells) else max(living.number or 0, shown)
    return OptionRow(name, tuple(cells), tuple(cell.at_least / of if of else 0.0 for cell in cells), counts[0] + counts[1] > 0)


@dataclass(frozen=True)
class MissingRow:
    """A missing fact: who lacks it, how many verdicts wait for it, of which therapies, and how to find it out."""

    name: str
    how: str
    patients: Cell
    verdicts: str
    therapies: str


def missing(folder: Path, patients: pl.DataFrame, names: Names, least: int) -> list[MissingRow]:
    """Missing facts of the living, those that would settle most verdicts first."""
    rows = table(folder, "missing").join(_living(patients), on="patient_id").group_by("fact").agg(
        pl.col("patient_id").n_unique().alias("patients"),
        pl.col("would_decide").list.len().sum().alias("verdicts"),
        pl.col("would_decide").explode().alias("therapies"),
    )  # fmt: skip
    ordered = rows.sort("verdicts", "fact", descending=[True, False]).head(_MOST_ROWS).collect()
    return [_missing(fact, people, verdicts, therapies, names, least) for fact, people, verdicts, therapies in ordered.rows()]


def _living(patients: pl.DataFrame) -> pl.LazyFrame:
    return patients.lazy().filter(pl.col("state") != _DEAD).select("patient_id")


def _missing(fact: str, people: int, verdicts: int, therapies: list[str], names: Names, least: int) -> MissingRow:
    shown = blurred(single(people, least), least)
    often = pl.Series(therapies, dtype=pl.String).value_counts().sort(["count", ""], descending=[True, False])
    listed = [names.therapy(one) for one in often[""].head(_MOST_DECIDED)]
    more = f", and {len(often) - _MOST_DECIDED} more" if len(often) > _MOST_DECIDED else ""
    said = blurred(single(verdicts, least), least).words if shown.number is not None else f"<{least * len(often):,}"
    return MissingRow(names.fact(fact), names.how(fact), shown, said, ", ".join(listed) + more)


@dataclass(frozen=True)
class UnknownRow:
    """A fact: how many lack it and a verdict waits for it, and how many of the others are judged by the same criteria."""

    name: str
    unknown: Cell
    known: Cell
    share: str


def unknown(folder: Path, patients: pl.DataFrame, names: Names, least: int) -> list[UnknownRow]:
    """The share of the living for whom each fact is unknown and a verdict waits for it, the highest first."""
    rows = table(folder, "verdicts").select("patient_id", "indication", "missing")
    rows = rows.join(patients.lazy().select("patient_id", pl.col("state") == _DEAD), on="patient_id")
    lacking = rows.filter(~pl.col("state")).explode("missing").filter(pl.col("missing").is_not_null())
    asked = rows.select("patient_id", "indication", "state").join(lacking.select("indication", "missing").unique(), on="indication")
    people = pl.col("patient_id").n_unique()
    judged = asked.group_by("missing").agg(
        pl.col("patient_id").filter(~pl.col("state")).n_unique().alias("of"), pl.col("patient_id").filter("state").n_unique().alias("dead")
    )
    counted = lacking.group_by("missing").agg(people.alias("lack")).join(judged, on="missing")
    share = (pl.col("lack") / pl.col("of")).alias("share")
    found = counted.with_columns(share).sort("share", "lack", "missing", descending=[True, True, False]).head(_MOST_ROWS)
    rates = found.select("missing", "lack", "of", "dead").collect().rows()
    return [_unknown(fact, lack, of, dead, names, least) for fact, lack, of, dead in rates]


def _unknown(fact: str, lack: int, of: int, dead: int, names: Names, least: int) -> UnknownRow:
    exact, _, _ = protect_beside([lack, of - lack], dead, least)
    cell, known = (blurred(one, least) for one in exact)
    share = "" if cell.number is None or known.number is None else f"{cell.number / (cell.number + known.number):.0%}"
    return UnknownRow(names.fact(fact), cell, known, share)


@dataclass(frozen=True)
class Said:
    """A message, its kind, and how many patients it concerns."""

    kind: str
    text: str
    patients: Cell


def alerts(folder: Path, patients: pl.DataFrame, least: int) -> list[Said]:
    """Alerts of the living by text, the most frequent first."""
    said = table(folder, "alerts").join(_living(patients), on="patient_id")
    grouped = said.group_by("kind", "text").agg(
        pl.col("patient_id").n_unique().alias("patients")
    )  # fmt: skip
    rows = grouped.sort("patients", "kind", "text", descending=[True, False, False]).collect().rows()
    return _common([(str(kind).replace("-", " "), plain(text), count) for kind, text, count in rows], least, "other alerts")


def not_understood(folder: Path, least: int) -> list[Said]:
    """What was not understood, by reason; the name of a fact only where enough patients have it."""
    rows = table(folder, "not_understood")
    counted = rows.group_by("why", "fact").agg(pl.col("patient_id").n_unique().alias("patients"))
    found = counted.sort("patients", "why", "fact", descending=[True, False, False], nulls_last=True).collect().rows()
    return _common([(plain(fact or "no name"), plain(why), count) for why, fact, count in found], least, "other facts and reasons")


def _common(rows: Sequence[tuple[str, str, int]], least: int, others: str) -> list[Said]:
    """Rows with enough patients; a text that few patients have may hold something of theirs, so those are only counted."""
    often = [Said(kind, text, single(count, least)) for kind, text, count in rows if count >= least]
    shown, rest = often[:_MOST_ROWS], len(rows) - min(len(often), _MOST_ROWS)
    return [*shown, Said("", f"{rest} {others}", Cell("fewer each", None))] if rest else shown


def failed(manifest: dict[str, Any], least: int) -> str:
    """How many patients the program failed on, in words; empty for nobody."""
    count = int(manifest["counts"].get("failed", 0))
    return single(count, least).words if count else ""
