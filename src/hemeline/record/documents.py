"""Records written as YAML or JSON: one patient, or a list of patients."""

from __future__ import annotations

import json
from codecs import BOM_UTF8
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from hemeline.errors import RecordError, UsageError, did_you_mean
from hemeline.record.model import FACT_KEYS, PATIENT_KEYS
from hemeline.record.records import FACT_COLUMNS, NOT_UNDERSTOOD_COLUMNS, PATIENT_COLUMNS, Records, shown, table
from hemeline.yaml import YamlFault, read_yaml

_TEXT_KEYS = tuple(key for key in FACT_KEYS if key != "value")
_TYPES: dict[type, str] = {
    dict: "a mapping",
    list: "a list",
    str: "text",
    int: "a number",
    float: "a number",
    bool: "true or false",
    type(None): "nothing",
}


def decoded(raw: bytes, file: str, skipped: int = 0) -> str:
    """UTF-8 text, without the mark that some editors put first. Raises :class:`RecordError` with the line, after some ``skipped`` ones."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = skipped + raw[: fault.start].count(b"\n") + 1
        raise RecordError(f"{file}:{line}: not UTF-8 text") from None


def parse_json(raw: bytes, file: str) -> Any:
    """Read JSON. Raises :class:`RecordError` with line and column."""
    try:
        return orjson.loads(raw.removeprefix(BOM_UTF8))
    except orjson.JSONDecodeError as fault:
        decoded(raw, file)
        raise RecordError(f"{file}:{fault.lineno}: not JSON at column {fault.colno}: {fault.msg.split(':')[0]}") from None


def parse_json_exactly(raw: bytes, file: str) -> Any:
    """Read JSON slower than :func:`parse_json`: a repeated key is refused, and a number of any length keeps every digit."""

    def mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        built: dict[str, Any] = {}
        for key, value in pairs:
            if key in built:
                raise RecordError(f'{file}: the key "{shown(key)}" twice in one mapping')
            built[key] = value
        return built

    parse_json(raw, file)  # its faults name line and column
    try:
        return json.loads(raw.removeprefix(BOM_UTF8), object_pairs_hook=mapping)
    except RecursionError:
        raise RecordError(f"{file}: nested too deeply for a record") from None


def parse_yaml(raw: bytes, file: str) -> Any:
    """Read YAML. Raises :class:`RecordError` with the line."""
    try:
        return read_yaml(decoded(raw, file)).data
    except YamlFault as fault:
        raise RecordError(f"{file}:{fault.line}: {fault.what}") from None


def records_from(data: Any, file: str) -> Records:
    """Records from a parsed document: ``{patient, facts}``, a list of those, or ``{records: [...]}``."""
    if isinstance(data, Mapping) and set(data) == {"records"}:
        data = data["records"]
    listed = data if isinstance(data, list) else [data]
    if not listed:
        raise RecordError(f"{file}: expected at least one record, found none")
    patients: list[dict[str, Any]] = []
    facts: list[dict[str, Any]] = []
    problems: list[dict[str, Any]] = []
    for position, one in enumerate(listed):
        place = f"{file}: record {position + 1}" if isinstance(data, list) else file
        patient = _patient(one, place)
        patients.append(patient)
        for row in _facts(one, str(patient["patient_id"]), place):
            (problems if "why" in row else facts).append(row)
    _refuse_repeated(patients, file)
    return Records(table(patients, PATIENT_COLUMNS), table(facts, FACT_COLUMNS), table(problems, NOT_UNDERSTOOD_COLUMNS))


def _refuse_repeated(patients: Sequence[Mapping[str, Any]], file: str) -> None:
    seen: set[str] = set()
    for position, patient in enumerate(patients):
        if patient["patient_id"] in seen:
            raise RecordError(f"{file}: record {position + 1}: the patient id of an earlier record; expected one record per patient")
        seen.add(patient["patient_id"])


def _expect(found: Any, kind: type, place: str) -> Any:
    if not isinstance(found, kind):
        raise RecordError(f"{place}: expected {_TYPES[kind]}, found {_TYPES.get(type(found), 'something else')}")
    return found


def _patient(one: Any, place: str) -> dict[str, Any]:
    _expect(one, dict, place)
    for key in one:
        if key not in ("patient", "facts"):
            raise RecordError(f'{place}: unknown key "{shown(key)}"{did_you_mean(key, ["patient", "facts"])}; expected patient and facts')
    patient = _expect(one.get("patient"), dict, f"{place}: patient")
    for key in set(patient) & set(PATIENT_KEYS):
        if isinstance(value := patient[key], dict | list):
            raise RecordError(f"{place}: patient: {key}: expected text, found {_TYPES[type(value)]}")
    if patient.get("id") in (None, ""):
        raise RecordError(f"{place}: patient: id: expected the patient's identifier, found nothing")
    return {"patient_id": text(patient["id"]), **{key: text(patient.get(key)) for key in PATIENT_COLUMNS[1:]}}


def _facts(one: Mapping[str, Any], patient_id: str, place: str) -> Iterator[dict[str, Any]]:
    for key in one["patient"]:
        if key not in PATIENT_KEYS:
            why = f"this key of patient is not known{did_you_mean(key, PATIENT_KEYS)}"
            yield {"patient_id": patient_id, "row": 0, "fact": shown(key), "why": why}
    listed = one.get("facts")
    for number, fact in enumerate(_expect([] if listed is None else listed, list, f"{place}: facts"), start=1):
        yield from _rows(fact, patient_id, number)


def _rows(fact: Any, patient_id: str, number: int) -> Iterator[dict[str, Any]]:
    """One row per value of a written fact, or what is wrong with it."""
    start = {"patient_id": patient_id, "row": number}
    if not isinstance(fact, dict) or not isinstance(fact.get("fact"), str):
        yield {**start, "fact": "", "why": "expected a mapping with the key fact"}
        return
    name = shown(fact["fact"])
    for key, value in fact.items():
        if key not in FACT_KEYS:
            yield {**start, "fact": name, "why": f'the key "{shown(key)}" is not known{did_you_mean(key, FACT_KEYS)}'}
        elif isinstance(value, dict) or (key != "value" and isinstance(value, list)):
            yield {**start, "fact": name, "why": f"{key}: expected text or a number, found {_TYPES[type(value)]}"}
            return
    value = fact.get("value")
    values = value if isinstance(value, list) else [value]
    if any(isinstance(item, dict | list) for item in values):
        yield {**start, "fact": name, "why": "value: expected text, a number, or a list of those"}
        return
    shared = {key: text(fact.get(key)) for key in _TEXT_KEYS}
    yield from ({**start, **shared, "value": text(item)} for item in values or [None])


def rows_of(facts: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Facts, written as in a record, as rows without a patient. Raises :class:`UsageError` where one is not written so."""
    rows: list[dict[str, Any]] = []
    for number, fact in enumerate(facts, start=1):
        for row in _rows(dict(fact), "", number):
            if "why" in row:
                raise UsageError(f"fact {number} to add: {row['why']}")
            if any("\ud800" <= sign <= "\udfff" for word in row.values() if isinstance(word, str) for sign in word):
                raise UsageError(f"fact {number} to add: not UTF-8 text")
            rows.append({key: value for key, value in row.items() if key not in ("patient_id", "row")})
    return rows


def text(scalar: Any) -> str | None:
    """A scalar as text, the way it is written in YAML and JSON."""
    if scalar is None:
        return None
    return ("true" if scalar else "false") if isinstance(scalar, bool) else str(scalar)


def read_document(path: Path) -> Records:
    """Read a YAML or JSON file of records. Raises :class:`RecordError`."""
    parse = parse_json_exactly if path.suffix == ".json" else parse_yaml
    return records_from(parse(path.read_bytes(), path.name), path.name)
