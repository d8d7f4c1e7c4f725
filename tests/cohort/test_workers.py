"""The processes that assess the ranges of a cohort."""

from __future__ import annotations

import os
import time

import pytest

from hemeline.cohort.workers import Workers

_SET = ("GLIBC_TUNABLES", "_RJEM_MALLOC_CONF", "POLARS_MAX_THREADS")


def _wait() -> None:
    time.sleep(0.1)


def _told(number: int) -> tuple[int, int, tuple[str | None, ...]]:
    time.sleep(0.5)  # so long that one process alone does not take all
    return number, os.getpid(), tuple(os.environ.get(name) for name in _SET)


def test_workers_are_set_up_by_their_environment_which_is_left_as_it_was_here(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in _SET:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("POLARS_MAX_THREADS", "7")  # what somebody has set himself
    with Workers(2, _wait) as workers:
        done = sorted(workers.each(_told, range(4)))
    assert [number for number, _, _ in done] == [0, 1, 2, 3]
    assert len({process for _, process, _ in done} | {os.getpid()}) == 3
    assert all(found[0] and found[1] and found[2] == "7" for _, _, found in done)
    assert [os.environ.get(name) for name in _SET] == [None, None, "7"]


def test_one_task_is_done_without_another_process() -> None:
    with Workers(2, _wait) as workers:
        assert [process for _, process, _ in workers.each(_told, [5])] == [os.getpid()]


def test_a_fault_of_a_task_is_raised() -> None:
    with pytest.raises(ZeroDivisionError), Workers(2, _wait) as workers:
        list(workers.each(_inverse, [2, 1, 0]))


def _inverse(number: int) -> float:
    return 1 / number
