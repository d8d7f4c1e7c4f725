"""The reading grade of a plain text: Flesch and Kincaid's US school grade, from words, sentences and syllables.

Syllables are counted from the spelling, rather one too many than one too few. Libraries were tried and not taken: the present
textstat fetches a list of words from the network when it is used, and its older versions count one syllable in ``tablet`` and in
``leukaemia``, which makes every text look easier than it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

HIGHEST = 8.0
_WORD = re.compile(r"[A-Za-z0-9]+(?:[.'’][A-Za-z0-9]+)*")
_SENTENCE = re.compile(r"[.!?:](?=\s|$)")
_VOWELS = re.compile(r"[aeiouy]+")
# Vowels that are written and not spoken: likes, asked, like, likely, useful (but: times, wanted, table, changes).
_SILENT = re.compile(
    r"(?<=[^aeiouysxzcgh])(?<![^aeiouy]l)es$|(?<=[^aeiouytd])ed$|(?<=[^aeiouy])(?<![^aeiouy]l)e$|(?<=[^aeiouy])e(?=ly$|ful)"
)
# Vowels that stand together and are spoken apart: dial, lion, area, fluid, neutral (but: special, action, people).
_APART = re.compile(
    r"(?<![cts])ia|(?<=[cts])ia(?![ln])|(?<![ctsgx])io|e(?:a(?=$|te)|o(?!p))|iu|ie(?=[rt])|(?<![cst])ie(?=n)|(?<![qg])u[ao]|(?<=l)ui(?=d)"
    r"|[eou]i(?=ng)|[aeiou]y(?=[aeiou])"
)


def syllables(word: str) -> int:
    """The syllables of a word, from its spelling; signs of an abbreviation are spoken one by one."""
    if word.isupper() or any(sign.isdigit() for sign in word):
        return sum(3 if sign == "W" else 1 for sign in word if sign.isalnum()) or 1
    bare = re.sub(r"['’]s$", "", word.lower())
    return max(1, len(_VOWELS.findall(_SILENT.sub("", bare))) + len(_APART.findall(bare)))


def grade(text: str) -> float:
    """The US school grade in which a text can be read."""
    words = _WORD.findall(text)
    sentences = len(_SENTENCE.findall(text)) or 1
    return 0.39 * len(words) / sentences + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def shortened(text: str, names: Iterable[str]) -> str:
    """A text in which every name that cannot be avoided is one short word, the longest names first."""
    ranked = sorted({one for one in names if len(one) > 2}, key=len, reverse=True)
    return re.sub(rf"(?<!\w)(?:{'|'.join(map(re.escape, ranked))})(?!\w)", "drug", text, flags=re.IGNORECASE)
