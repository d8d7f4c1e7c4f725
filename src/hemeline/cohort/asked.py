"""Questions of a clinic to an assessed cohort."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import polars as pl

from hemeline.errors import UsageError, did_you_mean
from hemeline.knowledge import Knowledge
from hemeline.vocabulary.lookup import Index

_RANK = {"yes": 0, "unknown": 1, "no": 2}


def manifest_of(folder: Path) -> dict[str, Any]:
    """What an assessed cohort is. Raises :class:`UsageError` where a folder holds no finished one."""
    try:
        found: dict[str, Any] = orjson.loads((folder / "manifest.json").read_bytes())
    except (OSError, orjson.JSONDecodeError):
        unfinished = " (the run was interrupted: give the same command again)" if (folder / "run.json").is_file() else ""
        raise UsageError(f"{folder}: expected a finished cohort with a manifest.json{unfinished}") from None
    return found


def table(folder: Path, name: str) -> pl.LazyFrame:
    """A table of an assessed cohort. Words are text here, whatever words they are one of in the files."""
    manifest_of(folder)
    rows = pl.scan_parquet(folder / name / "*.parquet")
    kinds = {
        column: (kind.inner, pl.List(pl.String)) if isinstance(kind, pl.List) else (kind, pl.String())
        for column, kind in rows.collect_schema().items()
    }
    return rows.cast({column: text for column, (kind, text) in kinds.items() if isinstance(kind, pl.Enum | pl.Categorical)})


def _named(word: str, index: Index, what: str) -> str:
    found = index.find(word)
    if found is None:
        raise UsageError(f'unknown {what} "{word[:60]}"{did_you_mean(word, index.shown.values())}')
    return found


def options_by_verdict(folder: Path) -> pl.LazyFrame:
    """One row per patient and therapy: the best verdict of its indications."""
    rank = pl.col("verdict").replace_strict(_RANK, return_dtype=pl.Int8)
    best = table(folder, "verdicts").group_by("patient_id", "therapy").agg(rank.min())
    return best.with_columns(pl.col("verdict").replace_strict({rank: word for word, rank in _RANK.items()}, return_dtype=pl.String))


def find(folder: Path, knowledge: Knowledge, state: str | None, disease: str | None, option: str | None, verdict: str) -> pl.DataFrame:
    """Patients in a state, with a disease (or one of a group), and with a verdict on a therapy."""
    patients = table(folder, "patients")
    if state:
        patients = patients.filter(pl.col("state") == state)
    if disease:
        named = _named(disease, knowledge.vocabulary.disease_index, "disease")
        patients = patients.filter(pl.col("disease").is_in(list(knowledge.vocabulary.diseases_within(named))))
    shown = patients.select("patient_id", "disease", "state", "remission_number", "relapse_number", "line_count", "refractory_to")
    if option:
        therapy = _named(option, knowledge.vocabulary.therapy_index, "therapy")
        wanted = options_by_verdict(folder).filter((pl.col("therapy") == therapy) & (pl.col("verdict") == verdict))
        waits = table(folder, "missing").explode("would_decide").filter(pl.col("would_decide") == therapy)
        facts = waits.group_by("patient_id").agg(pl.col("fact").unique().sort().alias("missing"))
        shown = shown.join(wanted, on="patient_id").join(facts, on="patient_id", how="left")
    return shown.sort("patient_id").collect()


def near(folder: Path, knowledge: Knowledge, therapy: str) -> pl.DataFrame:
    """Patients for whom a therapy is not possible by one criterion alone."""
    named = _named(therapy, knowledge.vocabulary.therapy_index, "therapy")
    rows = table(folder, "verdicts").filter((pl.col("therapy") == named) & pl.col("near").is_not_null())
    return rows.select("patient_id", "indication", pl.col("near").alias("not met")).sort("patient_id").collect()


def missing(folder: Path) -> pl.DataFrame:
    """Missing facts, those that would help to decide most verdicts first."""
    rows = table(folder, "missing").group_by("fact").agg(
        pl.col("patient_id").n_unique().alias("patients"),
        pl.col("would_decide").list.len().sum().alias("verdicts"),
        pl.col("would_decide").explode().unique().sort().alias("therapies"),
    )  # fmt: skip
    return rows.sort("verdicts", "fact", descending=[True, False]).collect()


def changed(old: Path, new: Path) -> pl.DataFrame:
    """Patients and therapies whose verdict differs between two runs, and because of what.

    A fact: the patient's record is another. Otherwise new knowledge, if that is another; otherwise a date that passed.
    """
    before, after = manifest_of(old), manifest_of(new)
    if before["region"] != after["region"]:
        raise UsageError(f"the cohorts were assessed for different regions ({before['region']} and {after['region']})")
    if before["hashes"] != after["hashes"]:
        raise UsageError(
            "the cohorts were assessed with different versions of Polars, so their records cannot be compared; assess both anew"
        )
    one, other = (options_by_verdict(folder) for folder in (old, new))
    pairs = one.join(other, on=("patient_id", "therapy"), how="full", coalesce=True, suffix="_new")
    pairs = pairs.with_columns(pl.col("verdict", "verdict_new").fill_null("not an option")).filter(
        pl.col("verdict") != pl.col("verdict_new")
    )
    records = [table(folder, "patients").select("patient_id", "record") for folder in (old, new)]
    same = records[0].join(records[1], on="patient_id", how="full", coalesce=True, suffix="_new")
    rest = "new knowledge" if before["knowledge"] != after["knowledge"] else "a date passed"
    because = (
        pl.when(pl.col("record").is_null()).then(pl.lit("a new patient"))
        .when(pl.col("record_new").is_null()).then(pl.lit("no longer in the source"))
        .when(pl.col("record") != pl.col("record_new")).then(pl.lit("a fact"))
        .otherwise(pl.lit(rest))
    )  # fmt: skip
    found = pairs.join(same, on="patient_id").select(
        "patient_id", "therapy", pl.col("verdict").alias("before"), pl.col("verdict_new").alias("now"), because.alias("because of")
    )
    return found.sort("patient_id", "therapy").collect()
