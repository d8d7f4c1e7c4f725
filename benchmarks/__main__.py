"""``python -m benchmarks [peers] [registry] [latency] [criteria] [cohort] [--patients N ...]``: prints the figures of all or some."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from benchmarks import cohort, criteria, latency, peers, registry
from benchmarks.measure import machine


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure Hemeline against things run beside it.")
    parser.add_argument("--patients", type=int, nargs="+", help="sizes of the cohorts and registries (peers: the largest of them)")
    parser.add_argument("--install", action="store_true", help="let npm fetch into out/cql what the CQL peer needs")
    asked: argparse.Namespace
    sizes: list[int] | None
    measures: dict[str, Callable[[], str]] = {
        "peers": lambda: peers.run(max(sizes or [1_000_000]), install=asked.install),
        "registry": lambda: registry.run(sizes or registry.SIZES),
        "latency": latency.run,
        "criteria": criteria.run,
        "cohort": lambda: "\n".join(cohort.run(patients) for patients in sizes or (100_000, 1_000_000)),
    }
    parser.add_argument("what", nargs="*", metavar="what", help=f"{', '.join(measures)}; default: all")
    asked = parser.parse_args()
    sizes = asked.patients
    if unknown := sorted(set(asked.what) - set(measures)):
        parser.error(f"unknown: {', '.join(unknown)} (expected some of {', '.join(measures)})")
    print(machine(), end="\n\n")
    for name, measured in measures.items():
        if not asked.what or name in asked.what:
            print(measured(), flush=True)


if __name__ == "__main__":
    main()
