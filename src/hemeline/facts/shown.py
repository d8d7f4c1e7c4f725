"""How a column of facts is named to people: ``fit-for:transplant`` is the fact ``fit-for`` about ``transplant``."""

from __future__ import annotations


def shown_fact(name: str) -> tuple[str, str | None]:
    """The fact and the word of it that a column name stands for. A double colon belongs to the fact (``BCR::ABL1``)."""
    fact, colon, word = name.rpartition(":")
    if not colon or fact.endswith(":") or not fact:
        return name, None
    return fact, word
