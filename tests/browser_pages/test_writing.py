"""Writing the pages: into a folder of their own, again over an earlier run, never over anything else."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

import hemeline
from hemeline.errors import UsageError
from hemeline.knowledge import Knowledge, load_knowledge
from tests.knowledge.copies import SMALL


def files(folder: Path) -> dict[str, bytes]:
    return {one.relative_to(folder).as_posix(): one.read_bytes() for one in folder.rglob("*") if one.is_file()}


def test_the_whole_knowledge_is_written_in_a_few_seconds(knowledge: Knowledge, tmp_path: Path) -> None:
    begun = time.process_time()
    count = hemeline.browse(knowledge, tmp_path / "out")
    assert time.process_time() - begun < 10
    assert count == len(list((tmp_path / "out").rglob("*.html")))


def test_a_second_run_gives_the_same_files(tmp_path: Path) -> None:
    known = load_knowledge(SMALL)
    hemeline.browse(known, tmp_path)
    first = files(tmp_path)
    hemeline.browse(known, tmp_path)
    assert files(tmp_path) == first


def test_pages_of_entries_that_are_gone_are_taken_away_and_nothing_else(tmp_path: Path) -> None:
    known = load_knowledge(SMALL)
    hemeline.browse(known, tmp_path)
    (tmp_path / "topic" / "gone.html").write_text("old")
    (tmp_path / "mine.txt").write_text("mine")
    with (tmp_path / "pages.txt").open("a") as listed:
        listed.write("topic/gone.html\nmine.txt\n../outside.html\n")
    outside = tmp_path.parent / "outside.html"
    outside.write_text("kept")
    hemeline.browse(known, tmp_path)
    assert not (tmp_path / "topic" / "gone.html").exists()
    assert (tmp_path / "mine.txt").exists() and outside.exists()


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(UsageError, match="holds other files"):
        hemeline.browse(load_knowledge(SMALL), tmp_path)
    assert files(tmp_path) == {"mine.txt": b"mine"}


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(UsageError, match="expected a folder"):
        hemeline.browse(load_knowledge(SMALL), tmp_path / "out")
