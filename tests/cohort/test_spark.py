"""The cohort on a real Spark: the same tables as the local engine, row by row."""

from __future__ import annotations

import os
import random
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from hemeline import api
from hemeline.cohort.run import TABLES
from hemeline.knowledge import Knowledge

pyspark = pytest.importorskip("pyspark", reason="Spark needs the extra spark")
if shutil.which("java") is None:
    pytest.skip("Spark needs a Java runtime", allow_module_level=True)

DAY = "2026-11-22"
HOME = Path(pyspark.__file__).parent


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, knowledge: Knowledge) -> Path:
    path = tmp_path_factory.mktemp("made") / "aml.parquet"
    api.synthesise(path, knowledge, patients=1200, disease="aml", seed=9)
    return path


@pytest.fixture(scope="module")
def local(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("local") / "out"
    api.assess_cohort(made, out, as_of=DAY, region="EU", workers=1)
    return out


def rows(folder: Path, table: str) -> pl.DataFrame:
    found = pl.read_parquet(folder / table / "*.parquet").with_columns(pl.col(pl.Categorical, pl.Enum).cast(pl.String))
    return found.sort([name for name, kind in found.schema.items() if kind != pl.List(pl.String)])


def on_spark(source: Path, out: Path, master: str) -> Path:
    """The command, in a process of its own: a Java machine stays in its process."""
    command = [sys.executable, "-c", "from hemeline.cli import main; main()", "cohort", "assess", str(source), "--out", str(out)]
    options = ["--as-of", DAY, "--region", "EU", "--memory", "268MB", "--workers", "1", "--engine", "spark", "--master", master]
    environment = {**os.environ, "PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
    done = subprocess.run([*command, *options], capture_output=True, text=True, env=environment, check=False, timeout=240)
    assert done.returncode == 0, done.stderr[-2000:]
    return out


@pytest.fixture(scope="module")
def unnumbered(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with some facts that nobody understands, and with remarks so long that Spark reads the file in several parts."""
    path = tmp_path_factory.mktemp("unnumbered") / "aml.parquet"
    facts = pl.read_parquet(made).with_columns(
        pl.when(pl.int_range(pl.len()) % 97 > 0).then("fact").otherwise(pl.lit("sign")).alias("fact")
    )
    chosen = random.Random(1)
    remarks = pl.Series("note", [chosen.randbytes(600).hex() for _ in range(len(facts))])
    facts.with_columns(remarks).write_parquet(path, row_group_size=5000)
    pl.read_parquet(made.with_suffix(".patients.parquet")).write_parquet(path.with_suffix(".patients.parquet"))
    return path


def test_two_threads_give_the_tables_of_the_local_engine(made: Path, local: Path, tmp_path: Path) -> None:
    out = on_spark(made, tmp_path / "out", "local[2]")
    assert {table: rows(out, table).equals(rows(local, table)) for table in TABLES} == dict.fromkeys(TABLES, True)
    assert len(list((out / "done").iterdir())) > 1


def test_rows_without_numbers_get_those_of_the_local_engine(unnumbered: Path, tmp_path: Path) -> None:
    assert unnumbered.stat().st_size > 8_000_000  # below this Spark reads a file in one go
    api.assess_cohort(unnumbered, tmp_path / "local", as_of=DAY, region="EU", workers=1)
    out = on_spark(unnumbered, tmp_path / "out", "local[2]")
    assert {table: rows(out, table).equals(rows(tmp_path / "local", table)) for table in TABLES} == dict.fromkeys(TABLES, True)
    assert len(rows(out, "not_understood"))


def test_what_no_reader_could_use_and_whom_nobody_lists_is_told_as_by_the_local_engine(made: Path, tmp_path: Path) -> None:
    source = tmp_path / "facts.csv"  # staged first; two rows name nobody, and one patient is not listed
    facts = pl.read_parquet(made).head(600).with_columns(pl.col(pl.Date).cast(pl.String)).drop("row", strict=False)
    people = pl.read_parquet(made.with_suffix(".patients.parquet")).filter(
        pl.col("patient_id").is_in(facts["patient_id"].unique().implode())
    )
    nobody = pl.int_range(pl.len()).is_in([3, 77])
    facts = facts.with_columns(pl.when(nobody).then(None).otherwise("patient_id").alias("patient_id"))
    facts.with_columns(pl.when(pl.int_range(pl.len()) == 50).then(None).otherwise("fact").alias("fact")).write_csv(source)
    people[1:].write_csv(tmp_path / "facts.patients.csv")
    api.assess_cohort(source, tmp_path / "local", as_of=DAY, region="EU", workers=1)
    out = on_spark(source, tmp_path / "out", "local[2]")
    assert {table: rows(out, table).equals(rows(tmp_path / "local", table)) for table in TABLES} == dict.fromkeys(TABLES, True)
    assert rows(out, "not_understood")["patient_id"].null_count() > 2


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[str]:
    """A standalone master and two workers on this machine."""
    port = _free_port()
    environment = {**os.environ, "SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable, "SPARK_NO_DAEMONIZE": "1"}
    started: list[subprocess.Popen[bytes]] = []

    def start(*words: str) -> None:
        with (tmp_path / "spark.log").open("ab") as log:
            command = [str(HOME / "bin" / "spark-class"), *words]
            started.append(subprocess.Popen(command, env=environment, cwd=tmp_path, stdout=log, stderr=log))

    master = "org.apache.spark.deploy.master.Master"
    start(master, "--host", "127.0.0.1", "--port", str(port), "--webui-port", str(_free_port()))
    _wait_for(port)
    worker = "org.apache.spark.deploy.worker.Worker"
    for number in range(2):
        folder, page = str(tmp_path / f"worker-{number}"), str(_free_port())
        start(worker, "--cores", "1", "--memory", "1G", "--work-dir", folder, "--webui-port", page, f"spark://127.0.0.1:{port}")
    try:
        yield f"spark://127.0.0.1:{port}"
    finally:
        for one in reversed(started):
            one.kill()
            one.wait()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait_for(port: int) -> None:
    for _ in range(300):
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("the master did not start")


def test_a_master_and_two_workers_give_the_tables_of_the_local_engine(made: Path, local: Path, cluster: str, tmp_path: Path) -> None:
    out = on_spark(made, tmp_path / "out", cluster)
    assert {table: rows(out, table).equals(rows(local, table)) for table in TABLES} == dict.fromkeys(TABLES, True)
