"""Made-up criteria: leaves that need no vocabulary, and trees of them."""

from __future__ import annotations

from hypothesis import strategies as st

from hemeline.criteria import Compare, Group, Is, IsOneOf, Leaf, Tree
from hemeline.criteria.tree import Sign


def truth(name: str, wanted: bool = True) -> Leaf:
    """Whether something is so."""
    return Leaf(name, Is(name, wanted), name if wanted else f"not {name}", name)


def number(name: str, sign: Sign, limit: float) -> Leaf:
    """Whether a number meets a limit."""
    return Leaf(name, Compare(name, sign, limit), f"{name} {sign} {limit:g}", name)


def words(name: str, *columns: str) -> Leaf:
    """Whether one of some truth columns is yes."""
    return Leaf(name, IsOneOf(columns), f"{name}: {' or '.join(columns)}", name)


def all_of(*parts: Tree) -> Group:
    return Group("all", parts)


def any_of(*parts: Tree) -> Group:
    return Group("any", parts)


def no(part: Tree) -> Group:
    return Group("not", (part,))


def at_least(count: int, *parts: Tree) -> Group:
    return Group("at_least", parts, count)


def leaves() -> st.SearchStrategy[Leaf]:
    """A leaf about one of a few names, so that trees ask the same more than once."""
    signs: st.SearchStrategy[Sign] = st.sampled_from(["<", "<=", ">", ">=", "="])
    return st.one_of(
        st.builds(truth, st.sampled_from("abc"), st.booleans()),
        st.builds(number, st.sampled_from("xy"), signs, st.integers(0, 3).map(float)),
        st.lists(st.sampled_from("abc"), min_size=1, max_size=3, unique=True).map(lambda columns: words("w", *columns)),
    )


def trees(parts: int = 4) -> st.SearchStrategy[Tree]:
    """A criterion of any shape."""

    def joined(inner: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
        several = st.lists(inner, min_size=1, max_size=parts)
        return st.one_of(
            several.map(lambda found: all_of(*found)),
            several.map(lambda found: any_of(*found)),
            inner.map(no),
            several.flatmap(lambda found: st.integers(1, len(found)).map(lambda count: at_least(count, *found))),
        )

    return st.recursive(leaves(), joined, max_leaves=8)
