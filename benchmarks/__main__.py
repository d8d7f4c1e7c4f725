"""``python -m benchmarks [latency] [criteria] [cohort] [--patients N ...]``: prints the figures of all or some."""

from __future__ import annotations

import argparse

from benchmarks import cohort, criteria, latency
from benchmarks.measure import machine


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure Hemeline against things run beside it.")
    parser.add_argument("what", nargs="*", choices=["latency", "criteria", "cohort", []], help="default: all")
    parser.add_argument("--patients", type=int, nargs="+", default=[100_000, 1_000_000], help="sizes of the cohorts")
    asked = parser.parse_args()
    print(machine(), end="\n\n")
    if not asked.what or "latency" in asked.what:
        print(latency.run())
    if not asked.what or "criteria" in asked.what:
        print(criteria.run())
    if not asked.what or "cohort" in asked.what:
        for patients in asked.patients:
            print(cohort.run(patients))


main()
