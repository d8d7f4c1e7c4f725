"""The words: diseases, facts, markers, measurements, responses, therapies, and every spelling that finds them."""

from hemeline.vocabulary.entries import Disease, Fact, Response, Target, Therapy, TherapyClass, Value, ValueSet
from hemeline.vocabulary.lookup import Clash, Index, Vocabulary, normal

__all__ = [
    "Clash",
    "Disease",
    "Fact",
    "Index",
    "Response",
    "Target",
    "Therapy",
    "TherapyClass",
    "Value",
    "ValueSet",
    "Vocabulary",
    "normal",
]
