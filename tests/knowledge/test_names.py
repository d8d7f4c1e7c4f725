"""No disease, drug or marker stands in Python: what a program says of them comes from the knowledge alone.

Read are all identifiers and texts but docstrings and comments, which may explain with an example.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from hemeline.knowledge import Knowledge
from hemeline.vocabulary import normal
from hemeline.vocabulary.entries import Named
from hemeline.vocabulary.lookup import spellings_of
from tests.conftest import ROOT

# Spellings of the vocabulary that are ordinary words of English or of Python, or words of the contract.
ALLOWED = {
    "all": "joins criteria; Python's __all__ and all()",
    "trial": "the key of a piece of evidence",
    "clinical trial": "the basis of an indication that is investigational, as the contract words it",
    "supportive care": "a basis of the contract, and what the contract says of a wish",
    "mine": "the rows of one patient",
    "pad": "an argument of a table of Rich",
    "epoch": "the day from which days are counted",
    "matrix": "a table of truths",
    "SD": "the response of the contract in a table of codes, not the drug combination of that name",
    "team": "the people who care for a patient, not the drug combination of that name",
    "study": "what evidence comes from",
    "rd": "the end of an ordinal number: 3rd",
    "mp": "an argument of a pool of processes: mp_context",
    "allogeneic_sct": "a key of the contract's assessment",
    "autologous_sct": "a key of the contract's assessment",
    "allogeneic-transplant": "the class of the vocabulary behind that key",
    "autologous-transplant": "the class of the vocabulary behind that key",
}
SEPARATORS = re.compile(r"[\s,;.'\"`(){}\[\]<>=!?|%*@&\\$]+")
Found = tuple[str, int, str]


def named(knowledge: Knowledge) -> dict[str, str]:
    """Every spelling of a disease, therapy, target or marker, normalised, with how it is written."""
    vocabulary = knowledge.vocabulary
    markers = [fact for fact in vocabulary.facts.values() if fact.kind == "marker"]
    entries: list[Named] = [*vocabulary.diseases.values(), *vocabulary.therapies.values(), *vocabulary.targets.values(), *markers]
    return {normal(spelling): spelling for entry in entries for _, spelling in spellings_of(entry)}


def docstrings(tree: ast.AST) -> set[int]:
    """The nodes that are docstrings."""
    bodies = [node.body for node in ast.walk(tree) if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)]
    return {id(body[0].value) for body in bodies if body and isinstance(body[0], ast.Expr)}


def words_in(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every identifier (its parts as words) and every text of a module, with its line."""
    skipped = docstrings(tree)
    for node in ast.walk(tree):
        line = getattr(node, "lineno", 0)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skipped:
            yield line, node.value
        for attribute in ("id", "attr", "name", "arg", "asname"):
            identifier = getattr(node, attribute, None)
            if isinstance(identifier, str):
                yield line, identifier.replace("_", " ")


def clinical_names(source: str, known: dict[str, str]) -> Iterator[tuple[int, str]]:
    """Every known spelling that stands in a source as a word or as some words in a row."""
    longest = max(len(spelling.split()) for spelling in known.values())
    for line, text in words_in(ast.parse(source)):
        words = [word for word in SEPARATORS.split(text) if word]
        for start in range(len(words)):
            for end in range(start + 1, min(start + longest, len(words)) + 1):
                phrase = " ".join(words[start:end])
                short = end - start > 1 and len(normal(phrase)) < 4  # letters that only happen to stand beside each other
                if not short and {normal(phrase), normal(phrase.strip(":-+"))} & known.keys():
                    yield line, phrase


def allowed(phrase: str) -> bool:
    return normal(phrase) in {normal(word) for word in ALLOWED}


def test_no_clinical_name_stands_in_python(knowledge: Knowledge) -> None:
    known = named(knowledge)
    found: list[Found] = []
    for file in sorted((ROOT / "src").rglob("*.py")):
        listed = clinical_names(file.read_text(encoding="utf-8"), known)
        found += [(file.name, line, phrase) for line, phrase in listed if not allowed(phrase)]
    assert found == []


def test_a_name_is_found_wherever_it_stands(knowledge: Knowledge) -> None:
    source = '''
def blinatumomab_given(row):
    """Blinatumomab may stand in a docstring."""  # and in a comment: blinatumomab
    label = f"after {row} with Blincyto"
    return row.imatinib == "acute lymphoblastic leukemia" or {"BCR::ABL1": 1}
'''
    found = {phrase for _, phrase in clinical_names(source, named(knowledge))}
    assert {"blinatumomab", "Blincyto", "imatinib", "acute lymphoblastic leukemia", "BCR::ABL1"} <= found
    assert "Blinatumomab" not in found


def test_no_word_is_allowed_without_need(knowledge: Knowledge) -> None:
    known = named(knowledge)
    sources = [file.read_text(encoding="utf-8") for file in (ROOT / "src").rglob("*.py")]
    standing = {normal(phrase) for source in sources for _, phrase in clinical_names(source, known)}
    assert {word for word in ALLOWED if normal(word) not in standing} == set()
