"""The criteria language: written in YAML, parsed to trees, judged in columns, shown in words, proved not constant."""

from hemeline.criteria.parse import CriterionFault, Lexicon
from hemeline.criteria.program import NO, PERHAPS, UNDECIDED, YES, Column, Program, Verdicts, leaf_columns
from hemeline.criteria.prove import unreachable
from hemeline.criteria.tree import Compare, Group, Is, IsOneOf, Leaf, Tree, fold, judge, leaves_of

__all__ = [
    "NO", "PERHAPS", "UNDECIDED", "YES", "Column", "Compare", "CriterionFault", "Group", "Is", "IsOneOf", "Leaf", "Lexicon", "Program",
    "Tree", "Verdicts", "fold", "judge", "leaf_columns", "leaves_of", "unreachable",
]  # fmt: skip
