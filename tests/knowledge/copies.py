"""Small made-up knowledge to break: a copy with one place changed, and what loading it says."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from hemeline.errors import KnowledgeError
from hemeline.knowledge import load_knowledge

SMALL = Path(__file__).parent / "small"
RULES, SOURCES, VOCABULARY, WAXUMAB = "rules.yaml", "sources.yaml", "vocabulary.yaml", "therapies/waxumab.yaml"


def copied(tmp_path: Path) -> Path:
    """A copy of the small knowledge that a test may change."""
    return shutil.copytree(SMALL, tmp_path / "knowledge")


def edited(tmp_path: Path, file: str, old: str, new: str) -> Path:
    """A copy with one place of one file changed."""
    folder = copied(tmp_path)
    edit(folder / file, old, new)
    return folder


def edit(file: Path, old: str, new: str) -> None:
    """Change the one place of a file where ``old`` stands."""
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file.name}"
    file.write_text(text.replace(old, new), encoding="utf-8")


def fault_of(folder: Path) -> str:
    """What loading a faulty knowledge says."""
    with pytest.raises(KnowledgeError) as raised:
        load_knowledge(folder)
    return str(raised.value)


def line_of(file: Path, text: str) -> int:
    """The line on which a text first stands."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if text in line)
