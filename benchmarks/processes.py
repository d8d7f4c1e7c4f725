"""A command with all the processes it starts: how long it ran, and the most memory that each of them held."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_PAUSE = 0.1


@dataclass(frozen=True)
class Ran:
    """Wall time, and the sum of the peaks of all processes in GB (never less than what they held together at any time)."""

    seconds: float
    memory: float


def ran(command: Sequence[str], cwd: Path) -> Ran:
    """Run a command to its end. Raises ``AssertionError`` with what it said if it fails."""
    peaks: dict[int, int] = {}
    start = time.perf_counter()
    with subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        while process.poll() is None:
            for one in _with_children(process.pid):
                peaks[one] = max(peaks.get(one, 0), _peak(one))
            time.sleep(_PAUSE)
        seconds = time.perf_counter() - start
        said = process.stderr.read() if process.stderr else ""
    assert process.returncode == 0, said[-2000:]
    return Ran(seconds, sum(peaks.values()) / 1e6)


def _with_children(process: int) -> list[int]:
    found = [process]
    for one in found:  # grows while it is walked
        for listed in Path(f"/proc/{one}/task").glob("*/children"):
            found += map(int, _read(listed).split())
    return found


def _peak(process: int) -> int:
    """The peak of one process in kB, as Linux counts it; none where it is gone or there is no /proc."""
    for line in _read(Path(f"/proc/{process}/status")).splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1])
    return 0


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError:  # it has just ended
        return ""
