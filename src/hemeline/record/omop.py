"""Records from the OMOP Common Data Model 5.4, in PostgreSQL or as a folder of Parquet files (one per table).

The same SQL reads both. Concept ids are read through ``concept``; a clinical drug is read as its ingredients where
``concept_ancestor`` is there. A condition is a diagnosis, an episode of the cancer a relapse, progression or remission; measurements
and observations are facts by their code or name. Every row is used, or listed with why it was not.

Source: OHDSI, OMOP CDM 5.4 and its Oncology extension (episodes).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from hemeline.errors import RecordError
from hemeline.record.omop_tables import NEEDED, Folder, Tables, Told, of_database, of_folder
from hemeline.record.records import FACT_COLUMNS, NOT_UNDERSTOOD_COLUMNS, PATIENT_COLUMNS, Records, schema
from hemeline.vocabulary import Vocabulary, normal

_SYSTEMS = {"ICD10CM": "icd10cm", "ICDO3": "icdo3", "LOINC": "loinc", "RxNorm": "rxnorm", "ATC": "atc", "OncoTree": "oncotree"}
# What an episode of the Oncology extension says, by words of its concept's name.
_EPISODES = (
    ("recurren", "relapse", None),
    ("relapse", "relapse", None),
    ("progress", "progression", None),
    ("remission", "status", "remission"),
)
_OPERATORS = {"<": "<", "<=": "<=", ">": ">", ">=": ">=", "=": ""}

_NOTHING = "No matching concept"  # the concept with the number 0
_CONCEPT = "c.concept_name AS name, c.concept_code AS code, c.vocabulary_id AS system"
_SQL = {
    "person": """SELECT t.person_id AS who, t.year_of_birth AS y, t.month_of_birth AS m, t.day_of_birth AS d, c.concept_name AS sex
        FROM person t LEFT JOIN concept c ON t.gender_concept_id = c.concept_id""",
    "death": "SELECT t.person_id AS who, t.death_date AS date FROM death t",
    "condition_occurrence": f"""SELECT t.person_id AS who, t.condition_start_date AS date, t.condition_source_value AS source, {_CONCEPT}
        FROM condition_occurrence t LEFT JOIN concept c ON t.condition_concept_id = c.concept_id""",
    "drug_exposure": f"""SELECT t.person_id AS who, t.drug_exposure_start_date AS date, t.drug_exposure_end_date AS ended,
        t.stop_reason AS reason, t.drug_source_value AS source, t.drug_concept_id AS concept, {_CONCEPT}
        FROM drug_exposure t LEFT JOIN concept c ON t.drug_concept_id = c.concept_id""",
    "procedure_occurrence": f"""SELECT t.person_id AS who, t.procedure_date AS date, t.procedure_source_value AS source, {_CONCEPT}
        FROM procedure_occurrence t LEFT JOIN concept c ON t.procedure_concept_id = c.concept_id""",
    "measurement": f"""SELECT t.person_id AS who, t.measurement_date AS date, t.measurement_source_value AS source, {_CONCEPT},
        t.value_as_number AS number, t.value_source_value AS said, v.concept_name AS answer, o.concept_name AS operator,
        u.concept_code AS unit, t.unit_source_value AS unit_said
        FROM measurement t LEFT JOIN concept c ON t.measurement_concept_id = c.concept_id
        LEFT JOIN concept v ON t.value_as_concept_id = v.concept_id LEFT JOIN concept o ON t.operator_concept_id = o.concept_id
        LEFT JOIN concept u ON t.unit_concept_id = u.concept_id""",
    "observation": f"""SELECT t.person_id AS who, t.observation_date AS date, t.observation_source_value AS source, {_CONCEPT},
        t.value_as_number AS number, t.value_as_string AS said, v.concept_name AS answer, u.concept_code AS unit,
        t.unit_source_value AS unit_said
        FROM observation t LEFT JOIN concept c ON t.observation_concept_id = c.concept_id
        LEFT JOIN concept v ON t.value_as_concept_id = v.concept_id LEFT JOIN concept u ON t.unit_concept_id = u.concept_id""",
    "episode": f"""SELECT t.person_id AS who, t.episode_start_date AS date, t.episode_source_value AS source, {_CONCEPT}
        FROM episode t LEFT JOIN concept c ON t.episode_concept_id = c.concept_id""",
}  # fmt: skip
_INGREDIENTS = """SELECT a.descendant_concept_id AS concept, c.concept_name AS ingredient
    FROM concept_ancestor a JOIN concept c ON a.ancestor_concept_id = c.concept_id
    WHERE c.concept_class_id = 'Ingredient' AND c.vocabulary_id = 'RxNorm'"""
_FIRST_ROWS_EACH = 500  # of a person, before it is known how many they have


def is_omop(source: str | Path) -> bool:
    """Whether a source is a database address or a folder of OMOP tables in Parquet."""
    return str(source).startswith(("postgresql://", "postgres://")) or (Path(source) / "person.parquet").is_file()


def read_omop(
    source: str | Path, vocabulary: Vocabulary, at_a_time: int = 50_000, *, rows: int | None = None, folder: Path | None = None,
    told: Told | None = None,
) -> Iterator[Records]:  # fmt: skip
    """The records of a database or folder, some thousand persons at a time, in the order of their ids.

    With ``rows``, as many persons as have about so many rows; then what a folder of tables holds is first regrouped by person in
    ``folder``. ``told`` hears how many persons are read. Raises :class:`RecordError` where it cannot be read, or lacks ``person`` or
    ``concept``.
    """
    with of_database(str(source)) if str(source).startswith("postgres") else nullcontext(of_folder(Path(source))) as tables:
        yield from _read(tables, vocabulary, at_a_time, rows, folder, told)


def _read(
    tables: Tables, vocabulary: Vocabulary, at_a_time: int, rows: int | None, folder: Path | None, told: Told | None
) -> Iterator[Records]:
    missing = [one for one in NEEDED if one not in tables.present]
    if missing:
        raise RecordError(f"{tables.name}: expected the OMOP table {' and '.join(missing)}")
    persons, before = int(tables.fetch("SELECT COUNT(*) AS n FROM person")["n"][0]), 0
    if not persons:
        raise RecordError(f"{tables.name}: expected at least one person, found none")
    if rows and folder and isinstance(tables, Folder):
        tables = tables.regrouped({name: _columns(name) for name in tables.present if name in _SQL}, folder, rows)
    at_a_time = min(at_a_time, max(1, rows // _FIRST_ROWS_EACH)) if rows else at_a_time
    last: int | None = None
    while (persons_read := tables.next_persons(last, at_a_time)) is not None:
        first, last, count = persons_read
        found = _Reading(tables.of_persons(first, last), vocabulary, first, last).records()
        yield found
        before += count
        if told:
            told(before, persons)
        if rows:
            at_a_time = max(1, int(at_a_time * min(2.0, rows / max(len(found.facts) + len(found.not_understood), 1))))


def _columns(table: str) -> list[str]:
    """The columns of a table that are read."""
    return sorted(set(re.findall(r"\bt\.(\w+)", _SQL[table])))


class _Reading:
    """One range of persons being read."""

    def __init__(self, tables: Tables, vocabulary: Vocabulary, first: int, last: int) -> None:
        self.tables, self.vocabulary = tables, vocabulary
        self.where = f" WHERE t.person_id BETWEEN {first} AND {last}"

    def records(self) -> Records:
        parts = [part for part in (self._conditions(), self._drugs(), self._procedures(), self._findings("measurement"),
                                   self._findings("observation"), self._episodes()) if part is not None]  # fmt: skip
        rows = pl.concat([pl.DataFrame(schema={**_ROW, **_MORE}), *parts], how="diagonal_relaxed")
        rows = rows.sort("patient_id", "date", "fact", "value", "end", maintain_order=True, nulls_last=False)
        rows = rows.with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over("patient_id").alias("row"))
        lost = rows.filter(pl.col("why").is_not_null()).select(NOT_UNDERSTOOD_COLUMNS)
        facts = rows.filter(pl.col("why").is_null())
        empty = [pl.lit(None, dtype=pl.String).alias(one) for one in FACT_COLUMNS if one not in facts.columns]
        return Records(self._patients(), facts.with_columns(empty).select(FACT_COLUMNS), lost.cast(schema(NOT_UNDERSTOOD_COLUMNS)))  # type: ignore[arg-type]

    def _fetch(self, table: str) -> pl.DataFrame | None:
        if table not in self.tables.present:
            return None
        frame = self.tables.fetch(_SQL[table] + self.where).with_columns(pl.col("who").cast(pl.String).alias("patient_id"))
        dates = [pl.col(one).cast(pl.Date, strict=False).cast(pl.String) for one in ("date", "ended") if one in frame.columns]
        words = [pl.col(one).replace(_NOTHING, None) for one in ("name", "code", "answer", "operator", "unit") if one in frame.columns]
        return frame.with_columns(*dates, *words)

    def _patients(self) -> pl.DataFrame:
        people = self._fetch("person")
        assert people is not None  # asked for before
        part = [pl.col(one).cast(pl.Int64, strict=False).cast(pl.String).str.zfill(size) for one, size in (("y", 4), ("m", 2), ("d", 2))]
        born = pl.concat_str([part[0], *(pl.concat_str([pl.lit("-"), one]).fill_null("") for one in part[1:])])
        frame = people.with_columns(
            born.alias("birth_date"), pl.col("sex").str.to_lowercase(), pl.lit(None, dtype=pl.String).alias("history")
        )
        died = self._fetch("death")
        if died is None:
            frame = frame.with_columns(pl.lit(None, dtype=pl.String).alias("death_date"))
        else:
            frame = frame.join(died.group_by("patient_id").agg(pl.col("date").min().alias("death_date")), on="patient_id", how="left")
        return frame.select(PATIENT_COLUMNS).sort("patient_id")

    # -- rows ------------------------------------------------------------------------------------------------------

    def _conditions(self) -> pl.DataFrame | None:
        frame = self._fetch("condition_occurrence")
        if frame is None:
            return None
        known = self._known(frame, self.vocabulary.disease_index.find, ("icd10cm", "icdo3", "oncotree"))
        why = pl.when(known.is_null()).then(pl.lit("the condition is no disease of the vocabulary"))
        return frame.with_columns(pl.lit("diagnosis").alias("fact"), known.alias("value"), why.alias("why")).select(*_ROW, "why")

    def _drugs(self) -> pl.DataFrame | None:
        frame = self._fetch("drug_exposure")
        if frame is None:
            return None
        if self._ingredients is not None:
            frame = frame.join(self._ingredients, on="concept", how="left")
        else:
            frame = frame.with_columns(pl.lit(None, dtype=pl.String).alias("ingredient"))
        by_code = self._known(frame, self.vocabulary.therapy_index.find, ("rxnorm", "atc"))
        value = pl.coalesce(by_code, pl.col("ingredient"), pl.col("name"), pl.col("source"))
        frame = frame.with_columns(pl.lit("treatment").alias("fact"), value.alias("value"), pl.col("ended").alias("end"))
        return _with_why(frame.unique(["patient_id", "date", "end", "value"], maintain_order=True)).select(*_ROW, "end", "reason", "why")

    @cached_property
    def _ingredients(self) -> pl.DataFrame | None:
        if "concept_ancestor" not in self.tables.present:
            return None
        given = f"SELECT t.drug_concept_id FROM drug_exposure t{self.where}"
        return self.tables.fetch(f"{_INGREDIENTS} AND a.descendant_concept_id IN ({given})")

    def _procedures(self) -> pl.DataFrame | None:
        frame = self._fetch("procedure_occurrence")
        if frame is None:
            return None
        known = self._known(frame, self.vocabulary.therapy_index.find, ())
        why = pl.when(known.is_null()).then(pl.lit("the procedure is no treatment of the vocabulary"))
        return frame.with_columns(pl.lit("treatment").alias("fact"), known.alias("value"), why.alias("why")).select(*_ROW, "why")

    def _findings(self, table: str) -> pl.DataFrame | None:
        """Measurements and observations: the fact by code, else by name, else as the source called it; the value with its unit."""
        frame = self._fetch(table)
        if frame is None:
            return None
        fact = pl.coalesce(self._known(frame, self.vocabulary.fact_index.find, ("loinc",)), pl.col("name"), pl.col("source"))
        sign = pl.col("operator").replace_strict(_OPERATORS, default="") if "operator" in frame.columns else pl.lit("")
        number = pl.when(pl.col("number").is_not_null()).then(pl.concat_str([sign.fill_null(""), _plain_number()]))
        value = pl.coalesce(number, pl.col("answer"), pl.col("said"))
        unit = pl.when(pl.col("number").is_not_null()).then(pl.coalesce(pl.col("unit"), pl.col("unit_said")))
        return _with_why(frame.with_columns(fact.alias("fact"), value.alias("value"), unit.alias("unit"))).select(*_ROW, "unit", "why")

    def _episodes(self) -> pl.DataFrame | None:
        frame = self._fetch("episode")
        if frame is None:
            return None
        name = pl.coalesce(pl.col("name"), pl.col("source")).str.to_lowercase()
        fact: Any = pl.when(False).then(pl.lit(""))
        value: Any = pl.when(False).then(pl.lit(""))
        for part, meant, said in _EPISODES:
            fact, value = fact.when(name.str.contains(part)).then(pl.lit(meant)), value.when(name.str.contains(part)).then(pl.lit(said))
        found = frame.with_columns(fact.otherwise(None).alias("fact"), value.otherwise(None).alias("value"))
        why = pl.when(pl.col("fact").is_null()).then(pl.lit("this kind of episode says nothing that the other tables do not"))
        return found.with_columns(why.alias("why"), pl.col("fact").fill_null("episode")).select(*_ROW, "why")

    def _known(self, frame: pl.DataFrame, find: Callable[[str], str | None], systems: tuple[str, ...]) -> pl.Series:
        """The identifier that each row's code, name or source value leads to; null where none does."""
        asked = frame.select("system", "code", "name", "source").unique()
        codes = self.vocabulary.codes
        answers = []
        for system, code, name, source in asked.rows():
            own = _SYSTEMS.get(system or "")
            short = (code or "").split("-")[0] if own == "icdo3" else code  # a condition code of ICDO3 also names the site
            words = [short if own in systems else None, name, source]
            answers.append(next((found for word in words if word and (found := codes.get((own or "", normal(word))) or find(word))), None))
        table = asked.with_columns(pl.Series("known", answers, dtype=pl.String))
        return frame.join(table, on=["system", "code", "name", "source"], how="left", nulls_equal=True, maintain_order="left")["known"]


_MORE = {one: pl.String() for one in ("end", "unit", "reason", "why")}
_ROW = {"patient_id": pl.String(), "date": pl.String(), "fact": pl.String(), "value": pl.String()}


def _plain_number() -> pl.Expr:
    whole = pl.col("number").cast(pl.Float64)
    return pl.when(whole == whole.round(0)).then(whole.cast(pl.Int64).cast(pl.String)).otherwise(whole.cast(pl.String))


def _with_why(frame: pl.DataFrame) -> pl.DataFrame:
    unnamed = pl.col("fact").is_null() | (pl.col("fact") == "treatment") & pl.col("value").is_null()
    why = pl.when(unnamed).then(pl.lit("neither a concept nor a source value names it"))
    return frame.with_columns(why.alias("why"), pl.col("fact").fill_null(""))
