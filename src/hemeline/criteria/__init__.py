"""The criteria language: written in YAML, parsed to trees, judged in columns, shown in words, proved not constant."""

from hemeline.criteria.compile import NO, PERHAPS, YES, leaf_columns, leaf_expression, tree_expression
from hemeline.criteria.parse import CriterionFault, Lexicon
from hemeline.criteria.prove import unreachable
from hemeline.criteria.tree import Compare, Group, Is, IsOneOf, Leaf, Tree, fold, judge, leaves_of

__all__ = [
    "NO", "PERHAPS", "YES", "Compare", "CriterionFault", "Group", "Is", "IsOneOf", "Leaf", "Lexicon", "Tree", "fold", "judge",
    "leaf_columns", "leaf_expression", "leaves_of", "tree_expression", "unreachable",
]  # fmt: skip
