"""How the properties are tried: the same examples on every run, unless HEMELINE_EXAMPLES asks for so many new ones."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

_NEW = os.environ.get("HEMELINE_EXAMPLES")
_SHARED = settings(database=None, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])

settings.register_profile("same", _SHARED, derandomize=True, max_examples=30)
settings.register_profile("new", _SHARED, max_examples=int(_NEW or "1"))
settings.load_profile("new" if _NEW else "same")
