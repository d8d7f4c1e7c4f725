"""Writing: whole or not at all, and one line where it cannot be done."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hemeline import api
from hemeline.errors import UsageError
from hemeline.knowledge import Knowledge
from tests.cli.running import AS_OF, EXAMPLE, Ran, Run, forbidden, saved, two_patients

NAMES = ("r.yaml", "r.json", "r.csv", "r.tsv", "r.parquet", "r.ndjson", "r.fhir.json")


def not_converted(run: Run, knowledge: Knowledge, target: Path) -> str:
    """The one line that says why a record cannot be written, the same on the command line and in Python."""
    with pytest.raises(UsageError) as raised:
        api.write_records(api.read_records(EXAMPLE, knowledge), target, knowledge)
    assert run("convert", EXAMPLE, target) == Ran(2, "", f"hemeline: {raised.value}\n")
    return str(raised.value)


@contextmanager
def full_disk() -> Iterator[None]:
    """No file of this process can grow beyond 20 bytes."""
    resource = pytest.importorskip("resource", reason="this system has no limits on the size of files")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("name", NAMES)
def test_a_record_is_not_written_into_a_folder_that_does_not_exist(name: str, run: Run, knowledge: Knowledge, tmp_path: Path) -> None:
    target = tmp_path / "no" / name
    assert not_converted(run, knowledge, target) == f"{target}: cannot be written (No such file or directory)"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", NAMES)
def test_a_record_is_not_written_into_a_folder_that_is_read_only(name: str, run: Run, knowledge: Knowledge, tmp_path: Path) -> None:
    with forbidden(tmp_path, os.W_OK):
        assert not_converted(run, knowledge, tmp_path / name) == f"{tmp_path / name}: cannot be written (Permission denied)"


def test_a_record_is_not_written_over_a_folder(run: Run, knowledge: Knowledge, tmp_path: Path) -> None:
    target = tmp_path / "r.json"
    target.mkdir()
    assert not_converted(run, knowledge, target) == f"{target}: cannot be written (Is a directory)"
    assert list(tmp_path.iterdir()) == [target]


def test_a_name_that_tells_no_format_is_refused(run: Run, knowledge: Knowledge, tmp_path: Path) -> None:
    said = not_converted(run, knowledge, tmp_path / "r.jsno")
    assert said == "r.jsno: expected a name that ends in .fhir.json or one of .yaml, .yml, .json, .csv, .tsv, .parquet, .ndjson"


@pytest.mark.parametrize("name", NAMES)
def test_a_full_disk_leaves_nothing_half_written(name: str, run: Run, tmp_path: Path) -> None:
    with full_disk():
        ran = run("convert", EXAMPLE, tmp_path / name)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert ran.err.startswith(f"hemeline: {tmp_path / name}: cannot be written (")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("format", ["text", "json", "html"])
def test_a_report_that_cannot_be_written_leaves_the_earlier_one(format: str, run: Run, tmp_path: Path) -> None:
    target = saved(tmp_path / "report", "an earlier report")
    with full_disk():
        ran = run("assess", EXAMPLE, *AS_OF, "--format", format, "--out", target)
    assert ran == Ran(2, "", f"hemeline: {target}: cannot be written (File too large)\n")
    assert target.read_text() == "an earlier report"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("option", ["--out", "--html"])
def test_a_report_is_not_written_into_a_folder_that_does_not_exist(option: str, run: Run, tmp_path: Path) -> None:
    target = tmp_path / "no" / "report"
    assert run("assess", EXAMPLE, *AS_OF, option, target) == Ran(
        2, "", f"hemeline: {target}: cannot be written (No such file or directory)\n"
    )


def test_pages_of_several_patients_are_not_written_over_a_file(run: Run, tmp_path: Path) -> None:
    target = saved(tmp_path / "page.html", "an earlier page")
    ran = run("assess", two_patients(tmp_path), *AS_OF, "--format", "html", "--out", target)
    assert ran == Ran(2, "", f"hemeline: {target}: cannot be made a folder (File exists)\n")
    assert target.read_text() == "an earlier page"


def test_a_record_is_written_through_a_link_that_stays_one(run: Run, tmp_path: Path) -> None:
    meant, link = saved(tmp_path / "meant.json", ""), tmp_path / "link.json"
    link.symlink_to(meant)
    assert run("convert", EXAMPLE, link).code == 0
    assert link.is_symlink()
    assert meant.stat().st_size > 0
