"""Where the pages' templates are found, and the words they use."""

from __future__ import annotations

from functools import lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from hemeline.report import words


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The templates of all pages; everything they show is escaped."""
    found = Environment(
        loader=PackageLoader("hemeline.report"), autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined
    )
    found.filters |= {"date": words.date_words, "because": words.because_words, "span": words.span_words, "plain": words.plain}
    found.globals["missing_words"] = words.missing_words
    return found
