"""What several shapes of the knowledge are made of."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator

from hemeline.vocabulary.entries import Entry, Text
from hemeline.when import parse_date


def _is_partial_date(text: str) -> str:
    if parse_date(text) is None:
        raise ValueError("expected a date: YYYY-MM-DD, YYYY-MM, YYYY, or from/to")
    return text


def digits(value: Any) -> Any:
    """A number that YAML read where text is meant, such as a year, as text."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


PartialDate = Annotated[str, BeforeValidator(digits), AfterValidator(_is_partial_date)]
Criterion = dict[str, Any]


class Review(Entry):
    """Who has looked at an entry. Every entry is drafted until a clinician has reviewed it."""

    state: Literal["drafted", "reviewed"] = "drafted"
    by: tuple[Text, ...] = ()
    on: PartialDate | None = None
