"""All indications in force for five diseases, judged by the engine and by peers that run beside it; every verdict must be equal.

The peers: the same criteria as plain Polars expressions, as DuckDB SQL, and as CQL run by cql-execution in Node.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.exported import PLAIN, SQL, cql_library, frames, trees_in_force
from benchmarks.measure import table, timed
from hemeline.criteria import Program, Tree, leaf_columns
from hemeline.knowledge import load_knowledge

ROOT = Path(__file__).resolve().parents[1]
DAY = dt.date(2026, 11, 22)
DISEASES = ("b-all", "aml", "dlbcl", "fl", "mm")
_LETTERS = {"y": True, "n": False, "u": None}
OURS, DUCKDB = "compiled from the knowledge", "DuckDB SQL"


@dataclass(frozen=True)
class Peer:
    """What judges all patients (that is timed), and its verdicts as a frame (that is not)."""

    judge: Callable[[], Any]
    verdicts: Callable[[Any], pl.DataFrame] = lambda frame: frame


@dataclass(frozen=True)
class Found:
    """What a peer took for some patients, or why it was left out."""

    name: str
    patients: int = 0
    seconds: float = 0.0
    left_out: str = ""


def run(patients: int = 1_000_000, runs: int = 5, cql_patients: int = 20_000, install: bool = False) -> str:
    """The figures, told; with ``install`` what CQL needs is fetched by npm. Raises ``AssertionError`` if a verdict differs."""
    knowledge = load_knowledge(cache=ROOT / "out" / "cache")
    trees = trees_in_force(knowledge, DISEASES, "US", DAY)
    coded, plain = frames(trees.values(), patients)
    ours = compiled(trees, coded)
    peers = {OURS: ours, "plain Polars expressions": by_expressions(trees, plain), DUCKDB: by_duckdb(trees, plain)}
    verdicts = ours.verdicts(ours.judge())
    found = []
    for name, peer in peers.items():
        if peer is None:
            found.append(Found(name, left_out="left out: pip install duckdb"))
            continue
        assert peer.verdicts(peer.judge()).equals(verdicts), f"a verdict differs: {name}"
        found.append(Found(name, patients, timed(peer.judge, runs).middle))
    found.append(by_cql(trees, plain.head(cql_patients), verdicts.head(cql_patients), install))
    leaves = len(leaf_columns(trees.values()))
    title = f"{len(trees)} indications in force, {leaves} distinct leaves, {patients:,} patients (CQL: {min(patients, cql_patients):,})"
    return table(title, _told(found, len(trees)))


def _told(found: list[Found], rules: int) -> list[tuple[str, str]]:
    rates = {one.name: one.patients * rules / one.seconds for one in found if not one.left_out}
    ours, *_ = rates.values()
    rows = [(f"{one.name}, patients x rules per second", one.left_out or f"{rates[one.name]:,.0f}") for one in found]
    ratios = [(f"times as fast as {name}", f"{ours / rate:,.2f}") for name, rate in rates.items() if rate is not ours]
    return [*rows, *ratios, ("verdicts that differ", "0")]


def compiled(trees: Mapping[str, Tree], coded: pl.DataFrame) -> Peer:
    """As in an assessment: every distinct leaf once, then the trees over the leaves."""
    program = Program(trees)
    return Peer(lambda: program.run(lambda name: coded[name].to_numpy(), len(coded)), lambda found: found.frame(*trees))


def by_expressions(trees: Mapping[str, Tree], plain: pl.DataFrame) -> Peer:
    """As a person would write them, over nullable columns."""
    verdicts = [PLAIN.write(tree).alias(name) for name, tree in trees.items()]
    return Peer(lambda: plain.select(verdicts))


def by_duckdb(trees: Mapping[str, Tree], plain: pl.DataFrame) -> Peer | None:
    """As SQL, from a table in its memory to a table in its memory, with as many threads as Polars has."""
    try:
        import duckdb
    except ModuleNotFoundError:
        return None
    connection = duckdb.connect(config={"threads": pl.thread_pool_size()})
    connection.register("given", plain.to_arrow())
    connection.execute("create table patients as select * from given")
    verdicts = ", ".join(f'{SQL.write(tree)} as "{name}"' for name, tree in trees.items())
    query = f"create or replace table verdicts as select {verdicts} from patients"
    return Peer(lambda: connection.execute(query), lambda _: connection.execute("select * from verdicts").pl())


def by_cql(trees: Mapping[str, Tree], plain: pl.DataFrame, verdicts: pl.DataFrame, install: bool) -> Found:
    """As CQL, each patient a tuple of facts; one process, as cql-execution is."""
    name = "cql-execution (CQL), one process"
    if not (shutil.which("node") and shutil.which("npm")):
        return Found(name, left_out="left out: node and npm are not here")
    folder = ROOT / "out" / "cql"
    shutil.copytree(ROOT / "benchmarks" / "cql", folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("node_modules"))
    if install:
        _node(["npm", "install", "--no-audit", "--no-fund", "--no-package-lock"], folder)
    if not (folder / "node_modules" / "cql-execution").is_dir():
        return Found(name, left_out="left out: --install fetches it with npm into out/cql")
    (folder / "criteria.cql").write_text(cql_library(trees.values(), plain.schema), encoding="utf-8")
    plain.write_ndjson(folder / "patients.ndjson")
    _node(["node", "translate.mjs", "criteria.cql", "criteria.json"], folder)
    seconds = json.loads(_node(["node", "run.mjs", "criteria.json", "patients.ndjson", "verdicts.txt"], folder))["seconds"]
    rows = [[_LETTERS[letter] for letter in line] for line in (folder / "verdicts.txt").read_text("utf-8").splitlines()]
    theirs = pl.DataFrame(rows, schema=dict.fromkeys(trees, pl.Boolean), orient="row")
    assert theirs.equals(verdicts), f"a verdict differs: {name}"
    return Found(name, len(plain), seconds)


def _node(command: list[str], folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, f"{' '.join(command)}: {done.stderr[-2000:]}"
    return done.stdout
