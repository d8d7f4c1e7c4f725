"""Records written in a line per fact, so that a test shows a patient at a glance.

``2019-05-10 treatment vincristine end=2019-06-08 intent=induction``: date (``-`` for none), fact, value (``-`` for none), and any
further key of a fact. Words with spaces are quoted as in a shell.
"""

from __future__ import annotations

import re
import shlex
from typing import Any

from hemeline.facts import Facts, understand
from hemeline.knowledge import Knowledge
from hemeline.record import Records
from hemeline.record.documents import records_from

Row = dict[str, Any]
_NAMED = re.compile(r"[a-z]+=")  # a further key; ``<=0.1`` is a value


def written(line: str) -> Row:
    """One fact, as a record holds it."""
    date, fact, *rest = shlex.split(line)
    value, more = (rest[0], rest[1:]) if rest and not _NAMED.match(rest[0]) else ("-", rest)
    named = dict(word.split("=", 1) for word in more)
    found = {"date": date, "fact": fact, "value": value, **named}
    return {key: word for key, word in found.items() if word != "-"}


def record(*lines: str, **patient: str) -> Records:
    """The record of one patient."""
    return records_from({"patient": {"id": "p", **patient}, "facts": [written(line) for line in lines]}, "test")


def facts_of(knowledge: Knowledge, *lines: str, **patient: str) -> Facts:
    """What is understood of one patient's record."""
    return understand(record(*lines, **patient), knowledge.vocabulary)


def listed(facts: Facts) -> list[tuple[str, str]]:
    """What was not understood, with why."""
    table = facts.not_understood
    return list(zip(table["fact"].tolist(), table["why"].tolist(), strict=True))
