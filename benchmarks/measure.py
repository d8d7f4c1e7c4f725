"""Timing and memory, and how a measurement is told."""

from __future__ import annotations

import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class Timing:
    """Seconds of several runs of one thing."""

    seconds: tuple[float, ...]

    @property
    def best(self) -> float:
        return min(self.seconds)

    @property
    def middle(self) -> float:
        return statistics.median(self.seconds)

    def told(self) -> str:
        """Median and best, in the unit that reads best."""
        return f"{_told(self.middle)} (best {_told(self.best)} of {len(self.seconds)})"


def _told(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"


def timed(work: Callable[[], object], runs: int) -> Timing:
    """Time some work, after one run that is not counted."""
    work()
    found = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return Timing(tuple(found))


def timed_command(command: Sequence[str], runs: int) -> Timing:
    """Time a whole process, after one run that is not counted."""
    return timed(lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL), runs)


def peak_memory() -> float:
    """The most memory that this process has held, in GB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def machine() -> str:
    """What this ran on."""
    return f"{platform.machine()}, {os.cpu_count()} cores, Python {sys.version.split()[0]}, Polars {pl.__version__}"


def table(title: str, rows: Sequence[tuple[str, str]]) -> str:
    """Some lines under a title."""
    width = max(len(name) for name, _ in rows)
    return "\n".join([title, *(f"  {name:<{width}}  {told}" for name, told in rows), ""])
