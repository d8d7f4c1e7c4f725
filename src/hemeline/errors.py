"""Errors that say where, what was expected, and the nearest right word. Never a patient's value.

Every error is one line. Its class carries the exit code of the command line:

====  ==========================================================================
0     done
2     usage: an option or argument is wrong
3     knowledge invalid
4     record unreadable
5     with ``--strict``, something in the record was not understood
70    a fault of this program
====  ==========================================================================
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

_LONGEST_WORD = 80


class HemelineError(Exception):
    """Base of all errors of this package; ``exit_code`` is what the command line returns."""

    exit_code = 70


class UsageError(HemelineError, ValueError):
    """An option or argument is wrong."""

    exit_code = 2


class KnowledgeError(HemelineError, ValueError):
    """The knowledge breaks a rule; the message starts with ``file:line``."""

    exit_code = 3


class RecordError(HemelineError, ValueError):
    """A record cannot be read at all; the message starts with the file and the place in it."""

    exit_code = 4


class NotUnderstoodError(HemelineError, ValueError):
    """With ``--strict``: something in the record was not understood."""

    exit_code = 5


def nearest(word: str, words: Iterable[str]) -> str | None:
    """The word of ``words`` that looks most like ``word``, or ``None`` if none comes close.

    Only the first 80 characters are compared, so a huge string costs nothing.
    """
    lowered = {candidate.casefold(): candidate for candidate in words}
    found = difflib.get_close_matches(word[:_LONGEST_WORD].casefold(), lowered, n=1, cutoff=0.6)
    return lowered[found[0]] if found else None


def did_you_mean(word: str, words: Iterable[str]) -> str:
    """`` (did you mean X?)``, or nothing where no word comes close."""
    found = nearest(word, words)
    return f" (did you mean {found}?)" if found else ""
