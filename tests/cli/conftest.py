"""The command line, run in this process."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hemeline.cli import main
from tests.cli.running import Ran, Run


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache of the checked knowledge that is not the user's; all processes of one test run share it."""
    base = tmp_path_factory.getbasetemp()
    return (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "cache"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, cache: Path) -> Run:
    """Run a command with some arguments."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    monkeypatch.setenv("COLUMNS", "110")

    def run(*arguments: object) -> Ran:
        with pytest.raises(SystemExit) as left:
            main([str(one) for one in arguments])
        out, err = capsys.readouterr()
        return Ran(int(left.value.code or 0), out, err)

    return run
