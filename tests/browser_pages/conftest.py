"""The Chromium that the reports are opened in opens these pages too."""

from __future__ import annotations

from tests.browser.conftest import browser

__all__ = ["browser"]
