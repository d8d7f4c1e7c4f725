"""Nothing imports downstream, and the core stays pure: the contracts of ``pyproject.toml`` hold."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT

COMMAND = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()", "--no-cache"]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Check the contracts of a folder's ``pyproject.toml`` against the sources of this project."""
    return subprocess.run(COMMAND, cwd=folder, capture_output=True, text=True, check=False)


def test_every_contract_on_imports_holds() -> None:
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout
    assert ", 0 broken" in done.stdout


def test_a_contract_against_the_flow_is_broken(tmp_path: Path) -> None:
    contract = 'name = "Backwards"\ntype = "layers"\nlayers = ["hemeline.record", "hemeline.assessment"]\n'
    (tmp_path / "pyproject.toml").write_text(f'[tool.importlinter]\nroot_package = "hemeline"\n[[tool.importlinter.contracts]]\n{contract}')
    done = lint(tmp_path)
    assert done.returncode == 1 and "hemeline.assessment" in done.stdout
