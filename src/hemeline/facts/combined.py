"""A text that names several therapies at once: ``A, B``, or ``R (A, B, C) plus D`` with a regimen and its drugs.

It is understood only if each of its parts is: one word that is not listed, and the whole text is not understood.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from hemeline.vocabulary import Vocabulary

_BETWEEN = re.compile(r"\s*[,;]\s*(?:and\s+|plus\s+)?|\s+(?:and|plus|with|\+|&)\s+", re.IGNORECASE)
_EXPLAINED = re.compile(r"([^()]+?)\s*\(([^()]+)\)")
_LONGEST = 200


def therapies_in_text(written: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """The therapies that a text names, in its order; none unless every part of it is one."""
    if len(written) > _LONGEST:
        return ()
    found = vocabulary.therapy_index.find(written)
    if found:
        return (found,)
    parts = _parts(written)
    if len(parts) == 1:
        return _explained(written, vocabulary)
    joined = next(filter(None, map(vocabulary.therapy_index.find, _spellings(parts))), None)
    return (joined,) if joined else _all(parts, vocabulary)


def _all(parts: Iterable[str], vocabulary: Vocabulary) -> tuple[str, ...]:
    """What each part names, if each names something."""
    meant = [therapies_in_text(part, vocabulary) for part in parts]
    return tuple(dict.fromkeys(one for several in meant for one in several)) if all(meant) else ()


def _explained(written: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """``NAME (PARTS)``: the name, if the parts are other spellings of it, a class of it, or its drugs; or some of its classes, which
    are named too, because then the name leaves open which."""
    match = _EXPLAINED.fullmatch(written.strip())
    name = vocabulary.therapy_index.find(match[1]) if match else None
    if not match or not name:
        return ()
    of_class = vocabulary.class_index.find(match[2])
    if of_class and name in vocabulary.therapies_in(of_class):
        return (name,)
    parts, therapy = therapies_in_text(match[2], vocabulary), vocabulary.therapies[name]
    of_classes = frozenset().union(*(vocabulary.therapies_in(one) for one in therapy.classes))
    drugs = {name, *therapy.drugs}
    fits = bool(parts) and all(part in drugs | of_classes or _drugs(part, vocabulary) <= drugs for part in parts)
    return (name, *(part for part in parts if part in of_classes and part not in drugs)) if fits else ()


def _drugs(therapy: str, vocabulary: Vocabulary) -> frozenset[str]:
    """The drugs of a regimen; what has none is its own."""
    return frozenset(vocabulary.therapies[therapy].drugs or (therapy,))


def _spellings(parts: list[str]) -> Iterator[str]:
    """The ways in which the vocabulary may list these parts as one regimen."""
    yield " and ".join([", ".join(parts[:-1]), parts[-1]])
    yield ", ".join(parts)
    if len(parts) == 2:
        yield f"{parts[1]} and {parts[0]}"


def _parts(written: str) -> list[str]:
    """The parts of a list, brackets kept whole; empty ones are kept too, so that they make the text not understood."""
    parts, start, depth, at = [], 0, 0, 0
    while at < len(written):
        depth += {"(": 1, ")": -1}.get(written[at], 0)
        between = _BETWEEN.match(written, at) if depth == 0 else None
        if between:
            parts.append(written[start:at])
            at = start = between.end()
        else:
            at += 1
    return [part.strip() for part in (*parts, written[start:])]
