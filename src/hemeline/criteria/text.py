"""Criteria in words, made from the same tree that is judged."""

from __future__ import annotations

from hemeline.criteria.tree import Group, Leaf, Tree


def _negated(part: Tree) -> str:
    if isinstance(part, Group) and part.joined == "any":
        return f"none of: {', '.join(text_of_tree(one, within=True) for one in part.parts)}"
    return f"not: {text_of_tree(part)}"


def text_of_tree(tree: Tree, within: bool = False) -> str:
    """A criterion as a phrase; groups inside groups are put in brackets."""
    if isinstance(tree, Leaf):
        return tree.text
    parts = [text_of_tree(part, within=True) for part in tree.parts]
    if tree.joined == "not":
        return _negated(tree.parts[0])
    if tree.joined == "at_least":
        text = f"at least {tree.count} of: {'; '.join(parts)}"
    else:
        text = (" and " if tree.joined == "all" else ", or ").join(parts)
    return f"({text})" if within and len(parts) > 1 else text
