"""A cohort is assessed into a folder that is whole or not finished, in ranges, and goes on after a break."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import orjson
import polars as pl
import pytest

from hemeline import api
from hemeline.cohort.asked import manifest_of
from hemeline.cohort.run import TABLES, Settings, claim
from hemeline.errors import RecordError, UsageError
from hemeline.knowledge import Knowledge

DAY = "2026-11-22"
COMMAND = [sys.executable, "-c", "from hemeline.cli import main; main()", "cohort", "assess"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, knowledge: Knowledge) -> Path:
    """A table of 3,000 made-up patients."""
    path = tmp_path_factory.mktemp("made") / "all.parquet"
    api.synthesise(path, knowledge, patients=3000, disease="b-all", seed=3)
    return path


@pytest.fixture(scope="module")
def whole(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The cohort of those, assessed in one go."""
    out = tmp_path_factory.mktemp("whole") / "out"
    api.assess_cohort(made, out, as_of=DAY, region="US", workers=1)
    return out


def rows(folder: Path, table: str) -> pl.DataFrame:
    found = pl.read_parquet(folder / table / "*.parquet").with_columns(pl.col(pl.Categorical, pl.Enum).cast(pl.String))
    return found.sort([name for name, kind in found.schema.items() if kind != pl.List(pl.String)])


def equal(one: Path, other: Path) -> bool:
    return all(rows(one, table).equals(rows(other, table)) for table in TABLES)


def test_two_workers_and_small_ranges_give_the_same_tables(made: Path, whole: Path, tmp_path: Path) -> None:
    manifest = api.assess_cohort(made, tmp_path / "out", as_of=DAY, region="US", memory="800MB", workers=2)
    assert manifest["ranges"] > 1
    assert equal(tmp_path / "out", whole)


def test_a_csv_and_the_files_of_a_folder_give_the_same_tables(tmp_path: Path, knowledge: Knowledge) -> None:
    records = api.read_records("examples/records/second-relapse.yaml", knowledge)
    api.write_records(records, tmp_path / "facts.csv", knowledge)
    (tmp_path / "folder").mkdir()
    api.write_records(records, tmp_path / "folder" / "one.yaml", knowledge)
    for source, out in (("facts.csv", "a"), ("folder", "b")):
        api.assess_cohort(tmp_path / source, tmp_path / out, as_of=DAY, region="US", workers=1)
    assert equal(tmp_path / "a", tmp_path / "b")
    assert rows(tmp_path / "a", "patients")["patient_id"].to_list() == records.patients["patient_id"].to_list()


def test_a_run_that_was_killed_goes_on_and_ends_with_the_same_tables(made: Path, whole: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    options = [str(made), "--out", str(out), "--as-of", DAY, "--workers", "1", "--memory", "270MB"]
    running = subprocess.Popen([*COMMAND, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while running.poll() is None and len(list(out.glob("done/*.json"))) < 1:
        time.sleep(0.02)
    os.kill(running.pid, signal.SIGKILL)
    running.wait()
    with pytest.raises(UsageError, match="interrupted"):
        manifest_of(out)
    before = {one: one.stat().st_mtime_ns for one in out.glob("done/*.json")}
    subprocess.run([*COMMAND, *options], check=True, capture_output=True)
    assert {one: one.stat().st_mtime_ns for one in before} == before  # what was done was not done again
    assert equal(out, whole)
    assert not [one for one in out.rglob(".part-*") if one.parent.name in TABLES and one.stat().st_mtime_ns > max(before.values())]


def test_a_full_disk_gives_one_line_and_no_finished_cohort(made: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"

    def small_files() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # as on a full disk, writing fails instead
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    options = [str(made), "--out", str(out), "--as-of", DAY, "--workers", "1"]
    done = subprocess.run([*COMMAND, *options], capture_output=True, text=True, preexec_fn=small_files, check=False)
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1 and "cannot be written" in done.stderr
    assert not (out / "manifest.json").exists()


def test_a_folder_that_holds_another_run_is_refused(made: Path, whole: Path) -> None:
    with pytest.raises(UsageError, match="holds a cohort assessed otherwise"):
        api.assess_cohort(made, whole, as_of="2020-01-01", region="US", workers=1)


def test_a_run_whose_tables_are_written_in_another_form_is_not_gone_on_with(whole: Path, tmp_path: Path) -> None:
    out = Path(shutil.copytree(whole, tmp_path / "out"))
    told = orjson.loads((out / "run.json").read_bytes())
    claim(out, Settings(**told))
    (out / "run.json").write_bytes(orjson.dumps({**told, "schema": told["schema"] - 1}))
    with pytest.raises(UsageError, match="holds a cohort assessed otherwise"):
        claim(out, Settings(**told))


def test_a_folder_with_something_else_in_it_is_refused(made: Path, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear", encoding="utf-8")
    with pytest.raises(UsageError, match="expected an empty folder"):
        api.assess_cohort(made, tmp_path, as_of=DAY, region="US", workers=1)
    assert (tmp_path / "letter.txt").is_file()


def test_a_source_that_is_not_there_or_is_none_is_one_error(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="no such file or folder"):
        api.assess_cohort(tmp_path / "no.parquet", tmp_path / "out", as_of=DAY, region="US")
    (tmp_path / "bad.csv").write_text("who,what\n1,2\n", encoding="utf-8")
    with pytest.raises(RecordError, match='expected a column "patient_id"'):
        api.assess_cohort(tmp_path / "bad.csv", tmp_path / "out2", as_of=DAY, region="US")


@pytest.mark.parametrize("memory", ["much", "2 TB", "-1GB", ""])
def test_an_amount_of_memory_that_is_none_is_refused(memory: str, made: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is no amount of memory"):
        api.assess_cohort(made, tmp_path / "out", as_of=DAY, region="US", memory=memory)


def test_too_little_memory_says_how_much_is_needed(made: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"expected at least 0\.8GB, or fewer --workers"):
        api.assess_cohort(made, tmp_path / "out", as_of=DAY, region="US", memory="100MB", workers=2)


def test_the_manifest_tells_what_the_tables_are(whole: Path, knowledge: Knowledge) -> None:
    manifest = orjson.loads((whole / "manifest.json").read_bytes())
    assert (manifest["knowledge"], manifest["as_of"], manifest["region"], manifest["patients"]) == (knowledge.hash, DAY, "US", 3000)
    assert {name: len(pl.read_parquet(whole / name / "*.parquet")) for name in TABLES} == manifest["counts"]
