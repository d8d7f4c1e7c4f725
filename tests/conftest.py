"""What all tests share: the shipped knowledge, loaded once."""

from __future__ import annotations

from pathlib import Path

import pytest

from hemeline.knowledge import Knowledge, load_knowledge

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> Knowledge:
    return load_knowledge(ROOT / "knowledge")
