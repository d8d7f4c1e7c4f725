"""Hemeline: from a patient's dated facts to the course, the options in force, what is missing and what comes next.

It lists options and the reasons for them. It never says what to do, and it is not a medical device.
"""

from typing import TYPE_CHECKING, Any

from hemeline.version import __version__

if TYPE_CHECKING:
    from hemeline.api import (
        assess,
        assess_cohort,
        browse,
        explain,
        html_report,
        leaflet,
        load_knowledge,
        read_records,
        schema,
        summarise,
        synthesise,
        text_report,
        what_if,
        why,
        write_records,
    )

__all__ = [
    "__version__", "assess", "assess_cohort", "browse", "explain", "html_report", "leaflet", "load_knowledge", "read_records",
    "schema", "summarise", "synthesise", "text_report", "what_if", "why", "write_records",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """Public functions load when they are first used, so that ``hemeline --help`` is quick."""
    if name in __all__:
        from hemeline import api

        return getattr(api, name)
    raise AttributeError(name)
