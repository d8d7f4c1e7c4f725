"""The assessment of many patients as tables, read off the columns of an evaluation: the same answers as one by one.

Every table begins with ``patient_id``. Dates are pairs of days (``_first``, ``_last``): the same day where it is known, the ends of
what is possible where it is not, null where there is none.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hemeline.assessment.alerts import KINDS, Alerts
from hemeline.assessment.evaluate import Evaluation
from hemeline.assessment.shown import shown_dates
from hemeline.cohort.fingerprint import fingerprints
from hemeline.cohort.words import lists, one_of, words
from hemeline.columns import Codes, combined, flattened, lists_of, places, positions
from hemeline.course.course import SHOWN_STATES, Range
from hemeline.course.rules import EVENT
from hemeline.course.tables import KINDS as RELAPSE_KINDS
from hemeline.facts.facts import UNDATED_LOW
from hemeline.record.records import Records
from hemeline.table import Table
from hemeline.when import NO_DAY

Days = NDArray[np.int32]
_LOST = {"patient_id": pl.String, "row": pl.Int64, "fact": pl.String, "why": pl.String}


def patients_table(records: Records, evaluation: Evaluation) -> pl.DataFrame:
    """One row per patient: disease, state, counts (null where dates leave them open) and what the disease is refractory to.

    ``record`` is a number made of everything recorded of the patient, in whatever order: another record has another one.
    """
    course = evaluation.course
    diseases = tuple(course.facts.vocabulary.diseases)
    diagnoses, people = course.diagnoses, course.facts.patients
    columns = {
        "patient_id": people.ids,
        "disease": words(diseases, diagnoses.disease),
        "state": words(SHOWN_STATES, course.shown_state),
        **_dates("birth", people.birth_low, people.birth_high),
        **_dates("death", *_deaths(evaluation)),
        **_dates("last_contact", *_contacts(evaluation)),
        **_dates("diagnosis", diagnoses.first_low, diagnoses.first_high),
        "transformed_from": words(diseases, diagnoses.changed_from),
        "remission_number": _count(course.remission_number),
        "relapse_number": _count(course.relapse_number),
        "line_count": _count(course.line_count),
        "refractory": _truth(*evaluation.truth_of("refractory")),
        "primary_refractory": _truth(*evaluation.truth_of("primary_refractory")),
        "partial_history": pl.Series(people.partial_history),
    }
    return pl.DataFrame(columns).with_columns(_listed(evaluation, "surely").alias("refractory_to"), fingerprints(records).alias("record"))


def _deaths(evaluation: Evaluation) -> tuple[Days, Days]:
    """The day of death: the one with the patient's own data, else that of the first death among the facts that has one."""
    events, people = evaluation.course.events, evaluation.course.facts.patients
    low, high = people.death_low.copy(), people.death_high.copy()
    told = np.flatnonzero((events.kind == EVENT["death"]) & (events.date_low > UNDATED_LOW))
    told = told[low[events.patient[told]] == NO_DAY][::-1]  # the first is written last, so it stays
    low[events.patient[told]], high[events.patient[told]] = events.date_low[told], events.date_high[told]
    return low, high


def lines_table(evaluation: Evaluation) -> pl.DataFrame:
    """One row per line of therapy."""
    course, lines = evaluation.course, evaluation.course.lines
    responses = tuple(course.facts.vocabulary.responses)
    return pl.DataFrame(
        {
            "patient_id": _ids(evaluation, lines),
            "number": lines["number"],
            **_dates("start", lines["start_low"], lines["start_high"]),
            **_dates("end", lines["end_low"], lines["end_high"]),
            "best_response": words(responses, lines["best"]),
            "refractory": lines["refractory"],
            "therapies": _therapies_of_lines(evaluation),
        }
    )


def remissions_table(evaluation: Evaluation) -> pl.DataFrame:
    """One row per complete remission; ``start`` is null where a relapse shows that there was one, ``end`` while it lasts."""
    rows = evaluation.course.remissions
    return pl.DataFrame(
        {
            "patient_id": _ids(evaluation, rows),
            "number": rows["number"],
            **_dates("start", rows["start_low"], rows["start_high"]),
            **_dates("end", rows["end_low"], rows["end_high"]),
        }
    )


def relapses_table(evaluation: Evaluation) -> pl.DataFrame:
    """One row per relapse, with its sites, and the fewest and most months from diagnosis and from remission."""
    rows = evaluation.course.relapses
    frame = pl.DataFrame(
        {
            "patient_id": _ids(evaluation, rows),
            "number": rows["number"],
            **_dates("date", rows["date_low"], rows["date_high"]),
            "kind": words(RELAPSE_KINDS, rows["kind"]),
            "sites": _sites(evaluation, rows),
        }
    )
    months = {
        f"months_from_{since}_{name}": pl.Series(rows[f"months_from_{since}.{end}"]).replace([np.inf, -np.inf], [None, None])
        for since in ("diagnosis", "remission")
        for end, name in (("low", "least"), ("high", "most"))
    }
    return frame.with_columns(**months)


def alerts_table(evaluation: Evaluation, alerts: Alerts) -> pl.DataFrame:
    """One row per alert."""
    rows = alerts.rows
    which, distinct = combined(rows["text"], rows["low"], rows["high"])
    dates = shown_dates(rows["low"][distinct], rows["high"][distinct])
    texts = pl.Series([alerts.text(*one) for one in zip(rows["text"][distinct].tolist(), dates, strict=True)], dtype=pl.String)
    subjects = pl.Series([list(one) for one in alerts.subjects], dtype=pl.List(pl.String))
    return pl.DataFrame(
        {
            "patient_id": _ids(evaluation, rows),
            "kind": words(KINDS, rows["kind"]),
            "text": texts.gather(which),
            "facts": subjects.gather(rows["facts"]),
        }
    )


def not_understood_table(records: Records, evaluation: Evaluation) -> pl.DataFrame:
    """One row for everything that was not understood, by the reader or by the vocabulary."""
    later = evaluation.course.facts.not_understood
    found = pl.DataFrame(
        {
            "patient_id": _ids(evaluation, later),
            "row": later["row"].astype(np.int64),
            "fact": later["fact"].tolist(),
            "why": later["why"].tolist(),
        },
        schema=_LOST,
    )
    return pl.concat([lost_table(records.not_understood), found]).sort("patient_id", "row", maintain_order=True, nulls_last=False)


def lost_table(rows: pl.DataFrame) -> pl.DataFrame:
    """What a reader could not use, as it stands in the table ``not_understood``."""
    return rows.select(*_LOST).cast(_LOST)  # type: ignore[arg-type]


# -- columns ---------------------------------------------------------------------------------------------------------------


def _ids(evaluation: Evaluation, rows: Table) -> pl.Series:
    return evaluation.course.facts.patients.ids.gather(rows["patient"])


def _dates(name: str, low: Days, high: Days) -> dict[str, pl.Series]:
    known = (low != NO_DAY) & (low > UNDATED_LOW)
    return {
        f"{name}_{end}": pl.Series(np.where(known, day, 0).astype(np.int32)).cast(pl.Date).set(pl.Series(~known), None)
        for end, day in (("first", low), ("last", high))
    }


def _contacts(evaluation: Evaluation) -> tuple[Days, Days]:
    """The latest day on which somebody is recorded as alive; the facts stand in the order of their days."""
    told = evaluation.course.facts.rows_of("last-contact")
    low, high = (np.full(len(evaluation.course.facts.patients), NO_DAY, dtype=np.int32) for _ in range(2))
    low[told["patient"]], high[told["patient"]] = told["date_low"], told["date_high"]
    return low, high


def _count(counted: Range) -> pl.Series:
    open_ = pl.Series(counted.low != counted.high)
    return pl.Series(counted.low.astype(np.int32)).set(open_, None)


def _truth(surely: NDArray[np.bool_], perhaps: NDArray[np.bool_]) -> pl.Series:
    return pl.Series(surely).set(pl.Series(surely != perhaps), None)


def _listed(evaluation: Evaluation, column: str) -> pl.Series:
    """For each patient the therapies, with the drugs of regimens, of some exposures, in the order they began."""
    rows = evaluation.course.exposures
    rows = rows.take(rows[column])
    given = [(one.id, *one.drugs) for one in evaluation.course.facts.vocabulary.therapies.values()]
    return _therapies(given, rows["therapy"], rows["patient"], len(evaluation.course))


def _therapies_of_lines(evaluation: Evaluation) -> pl.Series:
    course = evaluation.course
    span = int(course.lines["number"].max(initial=0)) + 1
    line = np.full(len(course) * span, -1, dtype=np.intp)
    line[course.lines["patient"].astype(np.int64) * span + course.lines["number"]] = np.arange(len(course.lines))
    given = course.exposures
    rows = given.having(of=line.take(given["patient"].astype(np.int64) * span + given["line"]))
    rows = rows.take(rows["of"] >= 0)
    return _therapies([(one,) for one in course.facts.vocabulary.therapies], rows["therapy"], rows["of"], len(course.lines))


def _therapies(given: list[tuple[str, ...]], therapy: Codes, of: Codes, size: int) -> pl.Series:
    """The distinct therapies of each of ``size`` owners, in the order they began; ``given`` are those that a therapy stands for."""
    named = positions(list(dict.fromkeys(word for several in given for word in several)))
    order = np.argsort(of, kind="stable")
    which, each = flattened([[named[word] for word in several] for several in given], therapy.take(order))
    owner = of.take(order.take(which))
    _, first = np.unique(owner.astype(np.int64) * len(named) + each, return_index=True)
    once = np.zeros(len(each), dtype=bool)
    once[first] = True
    return lists_of(words(list(named), each[once]), np.bincount(owner[once], minlength=size))


def _sites(evaluation: Evaluation, rows: Table) -> pl.Series:
    sites = evaluation.course.facts.vocabulary.value_ids("site")
    which, example = places(rows["sites"].astype(np.int64), 1 << len(sites))
    named = [[word for place, word in enumerate(sites) if bits >> place & 1] for bits in rows["sites"][example].tolist()]
    return lists([sorted(one) for one in named], which, one_of(sites))


__all__ = [
    "alerts_table", "lines_table", "lost_table", "not_understood_table", "patients_table", "relapses_table", "remissions_table",
]  # fmt: skip
