"""Understood facts: codes and intervals from the words and numbers of a record."""

from hemeline.facts.facts import FactCodes, Facts, Patients
from hemeline.facts.plausible import plausible
from hemeline.facts.understand import understand

__all__ = ["FactCodes", "Facts", "Patients", "plausible", "understand"]
