"""Plain texts: every entry that a patient may be told about has one, and a child of 13 can read it.

A text is measured with the names of therapies and their brands as one short word, since nobody can shorten those; all other words
count as they are written. What the leaflet says of its own is measured in the same way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from hemeline.knowledge import Knowledge
from hemeline.knowledge.schema import Definition, TherapyEntry
from hemeline.knowledge.schema_background import Topic
from hemeline.report import leaflet
from tests.reading_grade import HIGHEST, grade, shortened, syllables

FORETOLD = re.compile(r"\b(surviv\w+|alive|died?|die|deaths?|median)\b", re.IGNORECASE)
ADVISED = re.compile(
    r"\byou (should|must|need to|ought to|have to)\b|\b(ask|tell|take|stop|start|avoid) (your|the|it|this)\b", re.IGNORECASE
)
SPOKEN = {
    "cell": 1, "asked": 1, "wanted": 2, "like": 1, "table": 2, "tablet": 2, "changes": 2, "times": 1, "likely": 2, "useful": 2,
    "protein": 2, "fluid": 2, "area": 3, "people": 2, "special": 2, "action": 2, "remission": 3, "serious": 3, "earlier": 3,
    "leukaemia": 4, "lymphoma": 3, "antibody": 4, "chemotherapy": 5, "emergency": 4, "being": 2, "playing": 2, "quiet": 2,
    "through": 1, "patient": 2, "CAR": 3, "CD19": 4, "the": 1,
}  # fmt: skip


def spoken_names(knowledge: Knowledge) -> list[str]:
    listed = (*knowledge.content.therapies, *knowledge.content.entries)
    return [name for one in listed for name in (one.name, *one.brands)]


def plain_texts(knowledge: Knowledge) -> Iterator[tuple[str, str]]:
    content = knowledge.content
    entries: list[TherapyEntry | Definition | Topic] = [*content.entries, *content.definitions, *content.topics]
    for one in entries:
        if one.plain:
            yield one.id, one.plain


def own_sentences() -> Iterator[tuple[str, str]]:
    for name, said in vars(leaflet).items():
        if not name.isupper() or name.startswith("_") or name == "SITES":
            continue
        told = said.values() if isinstance(said, dict) else [said]
        for number, one in enumerate(told):
            yield f"{name} {number}", one if isinstance(one, str) else " ".join(one[-1:] if name == "BASES" else one)


def test_every_therapy_and_definition_and_each_topic_told_to_a_patient_has_a_plain_text(knowledge: Knowledge) -> None:
    content = knowledge.content
    told: list[TherapyEntry | Definition | Topic] = [*content.entries, *content.definitions]
    told += [one for one in content.topics if one.kind in ("process", "support")]
    assert [one.id for one in told if not one.plain] == []


def test_every_plain_text_can_be_read_in_the_eighth_grade(knowledge: Knowledge) -> None:
    names = spoken_names(knowledge)
    measured = {name: round(grade(shortened(text, names)), 1) for name, text in plain_texts(knowledge)}
    assert {name: found for name, found in measured.items() if found > HIGHEST} == {}


def test_every_sentence_of_the_leaflets_own_can_be_read_in_the_eighth_grade() -> None:
    measured = {name: round(grade(text), 1) for name, text in own_sentences()}
    assert len(measured) > 25
    assert {name: found for name, found in measured.items() if found > HIGHEST} == {}


def test_plain_texts_are_short(knowledge: Knowledge) -> None:
    long = {name: len(text.split()) for name, text in plain_texts(knowledge) if len(text.split()) > 90}
    assert long == {}


def test_no_plain_text_foretells_or_says_what_to_do(knowledge: Knowledge) -> None:
    told = list(plain_texts(knowledge))
    assert [name for name, text in told if FORETOLD.search(text)] == []
    assert [name for name, text in told if ADVISED.search(text)] == []


@pytest.mark.parametrize(("word", "count"), SPOKEN.items())
def test_syllables_are_counted_as_they_are_spoken(word: str, count: int) -> None:
    assert syllables(word) == count


def test_the_grade_rises_with_the_length_of_sentences_and_words() -> None:
    easy, hard = (
        "The drug finds the cells. It kills them.",
        "The medication identifies malignant lymphocytes and eliminates them selectively.",
    )
    assert grade(easy) < 3 < HIGHEST < grade(hard)
    assert grade("The drug finds the cells and then it kills them.") > grade(easy)


def test_only_whole_names_are_shortened_and_the_longest_first() -> None:
    names = ["Imatinib", "Imatinib with a steroid", "CD"]
    assert shortened("Imatinib with a steroid, imatinib, imatinibs, CD", names) == "drug, drug, imatinibs, CD"
