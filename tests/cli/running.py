"""The command line in the small: what a command said and how it ended, and records to give it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT

EXAMPLE = ROOT / "examples" / "records" / "second-relapse.yaml"
MAPPINGS = ROOT / "examples" / "mappings"
AS_OF = ("--as-of", "2026-11-22")
Row = dict[str, Any]
DIAGNOSIS: Row = {"date": "2020-01-05", "fact": "diagnosis", "value": "b-all"}


@dataclass(frozen=True)
class Ran:
    """How a command ended, and what it wrote on standard output and standard error."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """The JSON that was printed by a command that did its work."""
        assert self.code == 0, self.err
        return json.loads(self.out)


Run = Callable[..., Ran]


def record(*facts: Row, **patient: Any) -> Row:
    """A record of somebody with a diagnosis, as the data of a JSON file."""
    return {"patient": {"id": "p", **patient}, "facts": [DIAGNOSIS, *facts]}


def saved(path: Path, content: Any) -> Path:
    """A file with some content: bytes and text as they are, anything else as JSON."""
    content = content if isinstance(content, bytes | str) else json.dumps(content)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def two_patients(folder: Path) -> Path:
    """A file with two patients, ``p`` and ``q``."""
    return saved(folder / "two.json", [record(), record(id="q")])


@contextmanager
def forbidden(path: Path, what: int) -> Iterator[None]:
    """A file or folder that may not be read, or a folder that may not be written to; skips where nothing is forbidden to the user."""
    before = path.stat().st_mode
    path.chmod(before & ~(0o444 if what == os.R_OK else 0o222))
    try:
        if os.access(path, what):
            pytest.skip("whoever runs this may read and write everything")
        yield
    finally:
        path.chmod(before)
