"""A small OMOP database made of a record's facts, as Parquet files or in a PostgreSQL of its own."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl

from hemeline.record import Records

CONCEPTS = [
    # id, name, vocabulary, code, class
    (0, "No matching concept", "None", "No matching concept", "Undefined"),
    (8507, "MALE", "Gender", "M", "Gender"),
    (8532, "FEMALE", "Gender", "F", "Gender"),
    (101, "Acute lymphoblastic leukaemia", "ICD10CM", "C91.00", "5-char billing code"),
    (102, "B lymphoblastic leukaemia, of bone marrow", "ICDO3", "9836/3-C42.1", "ICDO Condition"),
    (103, "Essential hypertension", "ICD10CM", "I10", "3-char billing code"),
    (201, "blinatumomab", "RxNorm", "1597258", "Ingredient"),
    (202, "blinatumomab 0.035 MG Injection", "RxNorm", "1597264", "Clinical Drug"),
    (203, "imatinib", "RxNorm", "282388", "Ingredient"),
    (301, "Performance status ECOG", "LOINC", "89247-1", "Clinical Observation"),
    (302, "Platelets [#/volume] in Blood by Automated count", "LOINC", "777-3", "Lab Test"),
    (303, "CD19", "SNOMED", "1", "Observable Entity"),
    (401, "Positive", "SNOMED", "10828004", "Qualifier Value"),
    (402, "<", "SNOMED", "276139006", "Qualifier Value"),
    (501, "billion per liter", "UCUM", "10*9/L", "Unit"),
    (601, "Allogeneic stem-cell transplant", "SNOMED", "2", "Procedure"),
    (602, "Appendectomy", "SNOMED", "3", "Procedure"),
    (701, "Disease Recurrence", "Episode", "OMOP1", "Disease Episode"),
    (702, "Disease Remission", "Episode", "OMOP2", "Disease Episode"),
    (703, "Treatment Regimen", "Episode", "OMOP3", "Treatment"),
]
TYPES = {int: "bigint", str: "text", float: "double precision"}


def tables(records: Records) -> dict[str, pl.DataFrame]:
    """OMOP tables that hold each fact of some records under its source value, and the concepts."""
    ids = {one: place for place, one in enumerate(records.patients["patient_id"], start=1)}
    people = [
        {"person_id": ids[row["patient_id"]], **_birth(row["birth_date"]), "gender_concept_id": 8532}
        for row in records.patients.to_dicts()
    ]  # fmt: skip
    made: dict[str, list[dict[str, Any]]] = {"condition_occurrence": [], "drug_exposure": [], "measurement": [], "observation": []}
    for row in records.facts.to_dicts():
        who, day = ids[row["patient_id"]], str(row["date"])
        if row["fact"] == "diagnosis":
            made["condition_occurrence"].append(condition(who, day, 0, row["value"]))
        elif row["fact"] == "treatment":
            made["drug_exposure"].append(drug(who, day, 0, row["value"], str(row["end"]) if row["end"] else None, row["reason"]))
        else:
            made["observation"].append(observation(who, day, 0, row["fact"], said=row["value"]))
    return {"person": frame(people, _PERSON), "concept": concept(), **{name: frame(rows, SCHEMAS[name]) for name, rows in made.items()}}


def _birth(written: str) -> dict[str, int | None]:
    parts = [int(part) for part in written.split("-")] + [None, None]
    return {"year_of_birth": parts[0], "month_of_birth": parts[1], "day_of_birth": parts[2]}


def condition(who: int, day: str, concept: int, source: str | None = None) -> dict[str, Any]:
    return {"person_id": who, "condition_start_date": day, "condition_concept_id": concept, "condition_source_value": source}


def drug(who: int, day: str, concept: int, source: str | None, end: str | None = None, reason: str | None = None) -> dict[str, Any]:
    return {
        "person_id": who, "drug_exposure_start_date": day, "drug_exposure_end_date": end, "stop_reason": reason,
        "drug_source_value": source, "drug_concept_id": concept,
    }  # fmt: skip


def observation(
    who: int, day: str, concept: int, source: str | None, said: str | None = None, number: float | None = None
) -> dict[str, Any]:
    return {
        "person_id": who, "observation_date": day, "observation_concept_id": concept, "observation_source_value": source,
        "value_as_string": said, "value_as_number": number, "value_as_concept_id": 0, "unit_concept_id": 0, "unit_source_value": None,
    }  # fmt: skip


def measurement(who: int, day: str, concept: int, number: float | None = None, **more: Any) -> dict[str, Any]:
    named = {
        "person_id": who, "measurement_date": day, "measurement_concept_id": concept, "measurement_source_value": None,
        "value_as_number": number, "value_source_value": None, "value_as_concept_id": 0, "operator_concept_id": 0,
        "unit_concept_id": 0, "unit_source_value": None,
    }  # fmt: skip
    return {**named, **more}


def concept() -> pl.DataFrame:
    named = ("concept_id", "concept_name", "vocabulary_id", "concept_code", "concept_class_id")
    return frame([dict(zip(named, one, strict=True)) for one in CONCEPTS], dict.fromkeys(named, str) | {"concept_id": int})


Schema = dict[str, type]
_PERSON: Schema = dict.fromkeys(("person_id", "year_of_birth", "month_of_birth", "day_of_birth", "gender_concept_id"), int)
SCHEMAS: dict[str, Schema] = {
    "person": _PERSON,
    "condition_occurrence": {one: int if one.endswith("_id") else str for one in condition(1, "", 0)},
    "drug_exposure": {one: int if one.endswith("_id") else str for one in drug(1, "", 0, "")},
    "observation": {one: float if one == "value_as_number" else int if one.endswith("_id") else str for one in observation(1, "", 0, "")},
    "measurement": {one: float if one == "value_as_number" else int if one.endswith("_id") else str for one in measurement(1, "", 0)},
}


def frame(rows: Sequence[dict[str, Any]], schema: Schema) -> pl.DataFrame:
    """Rows as a table; dates become dates."""
    kinds = {int: pl.Int64, float: pl.Float64, str: pl.String}
    found = pl.DataFrame(list(rows), schema={name: kinds[kind] for name, kind in schema.items()})
    return found.with_columns(pl.col(name).str.to_date() for name in schema if name.endswith("_date"))


def write_folder(made: dict[str, pl.DataFrame], folder: Path) -> Path:
    """The tables as Parquet files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, one in made.items():
        one.write_parquet(folder / f"{name}.parquet")
    return folder


def binaries() -> Path | None:
    """Where this machine has PostgreSQL's programs, if it has."""
    found = shutil.which("initdb") or next((str(one) for one in sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))), None)
    return Path(found).resolve().parent if found else None


@contextmanager
def postgres(programs: Path) -> Iterator[str]:
    """A PostgreSQL of its own in a folder of its own, on a free port of this machine; yields its address. It never runs as root."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    user = pwd.getpwnam("nobody").pw_uid if os.getuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as home:
        if user is not None:
            os.chown(home, user, -1)

        def run(*command: str) -> None:
            where = {"cwd": home, "user": user, "capture_output": True}
            done = subprocess.run([str(programs / command[0]), *command[1:]], **where, check=False, text=True)  # type: ignore[call-overload]
            assert done.returncode == 0, done.stderr

        data = f"{home}/data"
        run("initdb", "-D", data, "-U", "reader", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C")
        options = f"-p {port} -k {home} -c listen_addresses=127.0.0.1 -c fsync=off"
        run("pg_ctl", "-D", data, "-o", options, "-l", f"{home}/log", "-w", "start")
        try:
            yield f"postgresql://reader@127.0.0.1:{port}/postgres"
        finally:
            run("pg_ctl", "-D", data, "-m", "immediate", "stop")


def fill(made: dict[str, pl.DataFrame], address: str) -> None:
    """Create the tables in a database and fill them."""
    for name, one in made.items():
        one.write_database(name, address, engine="adbc", if_table_exists="replace")
