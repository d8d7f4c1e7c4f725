"""FHIR in bulk, larger than memory: one resource a line, those of one patient anywhere in the files.

Most resources give their facts alone. Two kinds wait on disk for others: what a Condition means depends on the patient's earlier ones,
and a medication given by reference on the Medication it refers to.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import orjson
import polars as pl

from hemeline.errors import RecordError
from hemeline.record import fhir_codes as codes
from hemeline.record.fhir import Medication, Reading, Told, Use, groups_of
from hemeline.record.fhir_conditions import Condition
from hemeline.record.records import Records
from hemeline.record.runs import Runs
from hemeline.vocabulary import Vocabulary

_BYTES_OF_A_RESOURCE = 3_000  # of its rows, as Python holds them
_MORE = (*codes.EXTENSIONS, "note")
_CONDITION: dict[str, pl.DataType] = {
    **dict.fromkeys(("patient_id", "disease", "status", "onset", "recorded", "abated", *_MORE), pl.String()),
    "row": pl.Int64(), "sites": pl.List(pl.String()),
}  # fmt: skip
_GIVEN: dict[str, pl.DataType] = {
    "medication": pl.String(), "row": pl.Int64(), "use": pl.Boolean(), "patient_id": pl.String(), "json": pl.Binary(),
}  # fmt: skip


def read_bulk(paths: Sequence[Path], vocabulary: Vocabulary, folder: Path, room: int, told: Told | None = None) -> Iterator[Records]:
    """The records of NDJSON files, each part of about ``room`` bytes; what waits is in ``folder`` until the end.

    A patient may be in several parts, and has ``told`` where a Patient tells of it. Raises :class:`RecordError` with the line.
    """
    reading = Reading(vocabulary, paths[0].name if len(paths) == 1 else paths[0].parent.name)
    conditions = Runs(folder / "conditions", "patient_id", room)
    medications = Runs(folder / "medications", "medication", room)
    each, next_, anybody = max(1, room // _BYTES_OF_A_RESOURCE), 0, False
    for group in groups_of(paths, told):
        reading.take(group)
        if reading.number >= next_:
            anybody = anybody or bool(reading.patients)
            yield _ready(reading, conditions, medications)
            next_ = reading.number + each
    anybody = anybody or bool(reading.patients)
    yield _ready(reading, conditions, medications)
    if not anybody:
        raise RecordError(f"{reading.file}: expected a Patient or resources about one, found none")
    yield from _waited(reading, conditions, medications, each)
    for one in (conditions, medications):
        shutil.rmtree(one.folder)


def _ready(reading: Reading, conditions: Runs, medications: Runs) -> Records:
    conditions.add(pl.DataFrame([_condition_row(one) for one in reading.conditions], schema=_CONDITION, orient="row"))
    given = [_medication_row(one) for one in reading.medications] + [_use_row(one) for one in reading.uses]
    medications.add(pl.DataFrame(given, schema=_GIVEN, orient="row"))
    reading.conditions, reading.medications, reading.uses = [], [], []
    return _drained(reading)


def _waited(reading: Reading, conditions: Runs, medications: Runs, each: int) -> Iterator[Records]:
    conditions.close()
    for part in conditions.parts(each):
        reading.settle(map(_condition, part.rows(named=True)))
        yield _drained(reading)
    medications.close()
    for part in medications.parts(each):
        uses, own = part.filter("use").rows(), part.filter(~pl.col("use")).rows()
        found: list[Medication] = [(key, number, orjson.loads(text)) for key, number, _, _, text in own]
        used: list[Use] = [(key, {"patient_id": who, "row": number}, orjson.loads(text)) for key, number, _, who, text in uses]
        reading.give(found, used)
        reading.leave(found, used)
        yield _drained(reading)


def _drained(reading: Reading) -> Records:
    found = reading.drained()
    return Records(found.patients.with_columns(pl.col("row").is_not_null().alias("told")), found.facts, found.not_understood)


def _condition_row(one: Condition) -> dict[str, object]:
    named = {name: getattr(one, name) for name in ("disease", "status", "onset", "recorded", "abated")}
    return {**one.more, **one.start, **named, "sites": list(one.sites)}


def _condition(row: dict[str, object]) -> Condition:
    named = {name: row[name] for name in ("disease", "status", "onset", "recorded", "abated")}
    start, more = {name: row[name] for name in ("patient_id", "row")}, {name: row[name] for name in _MORE}
    return Condition(start=start, more=more, sites=tuple(row["sites"]), **named)  # type: ignore[arg-type]


def _medication_row(one: Medication) -> dict[str, object]:
    key, number, code = one
    return {"medication": key, "row": number, "use": False, "patient_id": None, "json": orjson.dumps(code)}


def _use_row(one: Use) -> dict[str, object]:
    key, start, resource = one
    return {"medication": key, "row": start["row"], "use": True, "patient_id": start["patient_id"], "json": orjson.dumps(resource)}
