"""Criteria of the knowledge, compiled, beside the same criteria written by hand as plain Polars expressions.

Both read random columns of a million patients with a third unknown: the compiled ones coded truths and bounds, those by
hand nullable Booleans and numbers. The verdicts must be equal.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from benchmarks.measure import table, timed
from hemeline.criteria import Program, Verdicts
from hemeline.knowledge import load_knowledge

_AGE = pl.col("age")
_ACTIVE = pl.col("relapsed") | pl.col("refractory")
BY_HAND: dict[str, pl.Expr] = {
    "all/clofarabine/after-two-regimens": (_AGE >= 1) & (_AGE <= 21) & (pl.col("prior_lines") >= 2) & _ACTIVE,
    "t-all/nelarabine/after-two-regimens": _ACTIVE & (pl.col("prior_lines") >= 2),
    "b-all/inotuzumab-ozogamicin/relapsed-refractory": (_AGE >= 1) & pl.col("CD22") & _ACTIVE,
    "b-all/tisagenlecleucel/relapsed-refractory": (
        (_AGE <= 25) & pl.col("CD19") & (pl.col("refractory") | (pl.col("relapsed") & (pl.col("relapse_number") >= 2)))
    ),
    "b-all/brexucabtagene-autoleucel/relapsed-refractory": (_AGE >= 18) & _ACTIVE,
    "b-all/obecabtagene-autoleucel/relapsed-refractory": (_AGE >= 18) & _ACTIVE,
    "acute-leukemia/revumenib/kmt2a-relapsed-refractory": (_AGE >= 1) & pl.col("KMT2A") & _ACTIVE,
    "acute-leukemia/clinical-trial/relapsed-refractory": _ACTIVE,
}
NUMBERS = {"age": (0, 90), "prior_lines": (0, 6), "relapse_number": (0, 4)}
TRUTHS = ("relapsed", "refractory", "CD19", "CD22", "KMT2A")


def run(patients: int = 1_000_000, runs: int = 7) -> str:
    """The figures, told. Raises ``AssertionError`` if a verdict differs."""
    knowledge = load_knowledge()
    written = {one.id: one.regions["US"][-1].criteria for _, one in knowledge.indications() if one.id in BY_HAND}
    trees = {name: knowledge.tree(written[name] or {}) for name in BY_HAND}
    program = Program(trees)
    coded, plain = _frames(patients)

    def compiled() -> Verdicts:
        return program.run(lambda name: coded[name].to_numpy(), patients)

    def by_hand() -> pl.DataFrame:
        return plain.select(expression.alias(name) for name, expression in BY_HAND.items())

    assert compiled().frame(*trees).equals(by_hand()), "a verdict differs"
    ours, theirs = timed(compiled, runs), timed(by_hand, runs)
    rows = [
        ("compiled from the knowledge", ours.told()),
        ("by hand", theirs.told()),
        ("ratio", f"{ours.middle / theirs.middle:.2f}"),
        ("verdicts that differ", "0"),
    ]
    return table(f"{len(BY_HAND)} indications for {patients:,} patients, {len(program.leaves)} distinct leaves", rows)


def _frames(size: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    drawn = np.random.default_rng(7)
    coded: dict[str, pl.Series] = {}
    plain: dict[str, pl.Series] = {}
    for name in TRUTHS:
        truth = drawn.integers(0, 3, size).astype(np.int8)  # no, perhaps, yes
        coded[name] = pl.Series(truth)
        plain[name] = pl.Series(truth == 2).set(pl.Series(truth == 1), None)
    for name, (low, high) in NUMBERS.items():
        number, unknown = drawn.integers(low, high, size).astype(np.float64), drawn.random(size) < 1 / 3
        coded[f"{name}.low"] = pl.Series(np.where(unknown, -np.inf, number))
        coded[f"{name}.high"] = pl.Series(np.where(unknown, np.inf, number))
        plain[name] = pl.Series(number).set(pl.Series(unknown), None)
    months = pl.Series(np.where(np.isinf(coded["age.low"].to_numpy()), coded["age.low"].to_numpy(), coded["age.low"].to_numpy() * 12 + 5))
    coded["age_in_months.low"] = months
    coded["age_in_months.high"] = pl.Series(np.where(np.isinf(coded["age.high"].to_numpy()), np.inf, coded["age.high"].to_numpy() * 12 + 5))
    return pl.DataFrame(coded), pl.DataFrame(plain)
