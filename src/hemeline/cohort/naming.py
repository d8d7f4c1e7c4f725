"""What the words of a cohort's tables are called on a page for people."""

from __future__ import annotations

import datetime as dt

from hemeline.facts.shown import shown_fact
from hemeline.knowledge import Knowledge

STATES = {
    "untreated": "not yet treated", "on-treatment": "on treatment", "partial-response": "partial response", "remission": "in remission",
    "relapsed": "relapsed", "refractory": "refractory", "relapsed-refractory": "relapsed, refractory", "dead": "died", "unknown": "unknown",
}  # fmt: skip
_OF_PATIENTS = {"birth_date": "date of birth"}  # asked for like a fact, though no fact of the vocabulary
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")  # in English wherever this runs


def plain(text: str) -> str:
    """Text of a source without characters that steer a terminal or the direction of writing."""
    return "".join(sign if sign.isprintable() else " " if sign.isspace() else "\ufffd" for sign in text)


def day_words(day: dt.date) -> str:
    """A day that no country reads differently."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


class Names:
    """Names by identifier; what the knowledge does not know keeps its identifier."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._words = knowledge.vocabulary

    def disease(self, key: str | None) -> str:
        found = self._words.diseases.get(key or "")
        return found.name if found else plain(key or "not recorded")

    def therapy(self, key: str) -> str:
        found = self._words.therapies.get(key)
        return found.name if found else plain(key)

    def classes_of(self, therapy: str) -> list[str]:
        """The classes that a therapy is said to be of, by name."""
        found = self._words.therapies.get(therapy)
        return [self._words.classes[one].name for one in found.classes if one in self._words.classes] if found else []

    def fact(self, key: str) -> str:
        """A fact by its name; ``fit-for: transplant`` is one about a word."""
        fact, word = shown_fact(key.replace(": ", ":"))
        found = self._words.facts.get(fact)
        return (found.name if found else _OF_PATIENTS.get(fact, plain(fact))) + (f": {plain(word).replace('-', ' ')}" if word else "")

    def how(self, key: str) -> str:
        """Which test or question yields a fact."""
        found = self._words.facts.get(shown_fact(key.replace(": ", ":"))[0])
        return (found.how or "") if found else ""


__all__ = ["STATES", "Names", "day_words", "plain"]
