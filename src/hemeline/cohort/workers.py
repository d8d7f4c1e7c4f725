"""The processes that assess the ranges of a cohort, and how many patients each may hold in the memory there is."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from multiprocessing import get_context
from types import TracebackType
from typing import TypeVar

from hemeline.errors import UsageError

Done = TypeVar("Done")
_BYTES_OF_A_WORKER, _BYTES_OF_A_PATIENT = 240_000_000, 26_000  # measured with 30 facts a patient; see benchmarks
_BYTES_BESIDE = 240_000_000  # of the process that starts the workers, and stages: at least
_BYTES_STARTED, _COPIES = 150_000_000, 7  # of it before anything is read; how often what is staged is in memory
_SMALLEST_RANGE, _LARGEST_RANGE = 1_000, 50_000
# Range after range needs the same memory: kept, and in large pages, a tenth of the time is saved. Other systems do not heed this.
_OF_WORKERS = {
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1:glibc.malloc.mmap_threshold=67108864:glibc.malloc.trim_threshold=536870912",
    "_RJEM_MALLOC_CONF": "thp:always,dirty_decay_ms:-1,muzzy_decay_ms:-1",
}


@contextmanager
def _environment(wanted: dict[str, str]) -> Iterator[None]:
    """What processes begun meanwhile find set, unless it was set already."""
    new = {name: value for name, value in wanted.items() if name not in os.environ}
    os.environ.update(new)
    try:
        yield
    finally:
        for name in new:
            del os.environ[name]


class Workers:
    """Several processes; ``first`` is what each of them does to be ready for its tasks. They begin with their first task, or before."""

    def __init__(self, count: int, first: Callable[[], object]) -> None:
        self.count, self.first = count, first
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        if self._pool:
            self._pool.shutdown(wait=kind is None, cancel_futures=True)

    def begin(self) -> ProcessPoolExecutor:
        """Begin the processes, unless they have begun."""
        if not self._pool:
            self._pool = ProcessPoolExecutor(self.count, mp_context=get_context("spawn"))
            with _environment(_OF_WORKERS | {"POLARS_MAX_THREADS": str(max(1, workers_here() // self.count))}):
                for _ in range(self.count):
                    self._pool.submit(self.first)  # all processes begin with the first of these
        return self._pool

    def each(self, task: Callable[[int], Done], numbers: Sequence[int]) -> Iterator[Done]:
        """What a task returns for each number, in the order they are done. Raises what a task raises."""
        if self.count == 1 or len(numbers) < 2:
            yield from map(task, numbers)
            return
        pool = self.begin()
        waiting: set[Future[Done]] = {pool.submit(task, number) for number in numbers}
        while waiting:
            ready, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            yield from (one.result() for one in ready)


def range_size(memory: int, workers: int) -> int:
    """How many patients a range may hold so that all processes together stay within some bytes of memory."""
    room = (memory - _beside(memory, workers)) / workers - _BYTES_OF_A_WORKER
    if room < _SMALLEST_RANGE * _BYTES_OF_A_PATIENT:
        least = (_beside(0, workers) + workers * (_BYTES_OF_A_WORKER + _SMALLEST_RANGE * _BYTES_OF_A_PATIENT)) / 1e9
        raise UsageError(f"too little memory for {workers} processes; expected at least {least:.1f}GB, or fewer --workers")
    return int(min(room / _BYTES_OF_A_PATIENT, _LARGEST_RANGE))


def staging_room(memory: int, workers: int) -> int:
    """How many bytes of a source may be held at once while it is staged."""
    return int(((_beside(memory, workers) or memory) - _BYTES_STARTED) / _COPIES)


def workers_within(memory: int) -> int:
    """How many processes this machine can run at once, or as many of them as some bytes of memory suffice for."""
    each = _BYTES_OF_A_WORKER + _SMALLEST_RANGE * _BYTES_OF_A_PATIENT
    return max(1, min(workers_here(), (memory - _beside(memory, 2)) // each))


def _beside(memory: int, workers: int) -> int:
    """What the first process may hold; one that works alone may hold everything."""
    return max(_BYTES_BESIDE, memory // 5) if workers > 1 else 0


def workers_here() -> int:
    """How many processes this machine can run at once."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


__all__ = ["Workers", "range_size", "staging_room", "workers_here", "workers_within"]
