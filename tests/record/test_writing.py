"""Writing: whole or not at all, and one clear error where nothing can be written."""

from __future__ import annotations

import os
from pathlib import Path

import polars as pl
import pytest

from hemeline import api
from hemeline.errors import UsageError
from hemeline.knowledge import Knowledge
from hemeline.record import FORMATS, Records
from hemeline.record.documents import records_from
from hemeline.record.writing import whole

RECORD = records_from({"patient": {"id": "p"}, "facts": [{"date": "2020-01-05", "fact": "diagnosis", "value": "b-all"}]}, "test")
NAMES = ["r.yaml", "r.json", "r.csv", "r.tsv", "r.parquet", "r.fhir.json", "r.ndjson"]


def names(folder: Path) -> list[str]:
    """Everything in a folder, also what is hidden."""
    return sorted(one.name for one in folder.iterdir())


def refused(path: Path, knowledge: Knowledge) -> str:
    with pytest.raises(UsageError) as error:
        api.write_records(RECORD, path, knowledge)
    return str(error.value)


@pytest.mark.parametrize("name", NAMES)
def test_writing_leaves_the_file_alone_with_its_patients(name: str, tmp_path: Path, knowledge: Knowledge) -> None:
    api.write_records(RECORD, tmp_path / name, knowledge)
    stem, _, suffix = name.partition(".")
    assert names(tmp_path) == sorted([name, f"{stem}.patients.{suffix}"] if suffix in ("csv", "tsv", "parquet") else [name])


@pytest.mark.parametrize("name", NAMES)
def test_writing_replaces_an_older_file(name: str, tmp_path: Path, knowledge: Knowledge) -> None:
    (tmp_path / name).write_text("older, and much longer than any line of what is written now " * 100)
    api.write_records(RECORD, tmp_path / name, knowledge)
    assert len(api.read_records(tmp_path / name, knowledge)) == 1


@pytest.mark.parametrize("format", FORMATS)
def test_a_format_asked_for_counts_more_than_the_name(format: str, tmp_path: Path, knowledge: Knowledge) -> None:
    api.write_records(RECORD, tmp_path / "out.txt", knowledge, format=format)  # type: ignore[arg-type]
    renamed = (tmp_path / "out.txt").rename(tmp_path / f"out.{'json' if format == 'fhir' else format}")
    assert len(api.read_records(renamed, knowledge)) == 1


def test_an_unknown_format_is_refused_with_the_nearest(tmp_path: Path, knowledge: Knowledge) -> None:
    with pytest.raises(UsageError, match=r'unknown format "parket" \(did you mean parquet\?\)'):
        api.write_records(RECORD, tmp_path / "out", knowledge, format="parket")  # type: ignore[arg-type]
    assert names(tmp_path) == []


def test_a_link_stays_a_link(tmp_path: Path, knowledge: Knowledge) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link.json").symlink_to(tmp_path / "real" / "r.json")
    api.write_records(RECORD, tmp_path / "link.json", knowledge)
    assert (tmp_path / "link.json").is_symlink()
    assert names(tmp_path / "real") == ["r.json"]


@pytest.mark.parametrize("name", NAMES)
def test_a_folder_that_does_not_exist_is_refused(name: str, tmp_path: Path, knowledge: Knowledge) -> None:
    path = tmp_path / "none" / name
    assert refused(path, knowledge) == f"{path}: cannot be written (No such file or directory)"


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_is_a_folder_is_refused_and_nothing_is_left(name: str, tmp_path: Path, knowledge: Knowledge) -> None:
    (tmp_path / name).mkdir()
    assert refused(tmp_path / name, knowledge) == f"{tmp_path / name}: cannot be written (Is a directory)"
    assert names(tmp_path) == [name]


@pytest.mark.parametrize("name", ["x" * 300 + ".json", "x" * 240 + ".csv"], ids=["the file", "the patients beside it"])
def test_a_name_too_long_is_refused_and_nothing_is_left(name: str, tmp_path: Path, knowledge: Knowledge) -> None:
    assert refused(tmp_path / name, knowledge).endswith("cannot be written (File name too long)")
    assert names(tmp_path) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_folder_that_may_not_be_written_is_refused(name: str, tmp_path: Path, knowledge: Knowledge) -> None:
    tmp_path.chmod(0o500)
    try:
        if os.access(tmp_path, os.W_OK):
            pytest.skip("this user may write everywhere")
        assert refused(tmp_path / name, knowledge) == f"{tmp_path / name}: cannot be written (Permission denied)"
    finally:
        tmp_path.chmod(0o700)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("name", ["r.yaml", "r.json", "r.ndjson", "r.csv"])
def test_a_full_disk_is_refused(name: str, tmp_path: Path, knowledge: Knowledge) -> None:
    (tmp_path / name).symlink_to("/dev/full")
    message = refused(tmp_path / name, knowledge)
    assert "(No space left on device)" in message or "(is the disk full?)" in message
    assert names(tmp_path) == [name]


# -- whole -------------------------------------------------------------------------------------------------------------


class Interrupted(Exception):
    """Anything that happens while a file is being written."""


@pytest.mark.parametrize("error", [Interrupted, KeyboardInterrupt])
def test_what_fails_midway_leaves_what_was_there(error: type[BaseException], tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    first.write_text("before")
    with pytest.raises(error), whole(first, second) as (part, _):
        part.write_text("half")
        raise error
    assert names(tmp_path) == ["a"]
    assert first.read_text() == "before"


@pytest.mark.parametrize("fault", [OSError(28, "No space left on device"), pl.exceptions.ComputeError("any")])
def test_a_fault_of_the_disk_is_a_usage_error_and_nothing_is_left(fault: Exception, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"a: cannot be written \((No space left on device|is the disk full\?)\)"), whole(tmp_path / "a"):
        raise fault
    assert names(tmp_path) == []


def test_several_files_appear_together(tmp_path: Path) -> None:
    with whole(tmp_path / "a", tmp_path / "b") as (one, other):
        one.write_text("1")
        other.write_text("2")
        assert not (tmp_path / "a").exists()
    assert names(tmp_path) == ["a", "b"]


def test_the_records_written_are_left_as_they_were(tmp_path: Path, knowledge: Knowledge) -> None:
    copy = Records(RECORD.patients.clone(), RECORD.facts.clone(), RECORD.not_understood.clone())
    for name in NAMES:
        api.write_records(RECORD, tmp_path / name, knowledge)
    assert RECORD.facts.equals(copy.facts)
    assert RECORD.patients.equals(copy.patients)
