"""Words and limits that only a patient's facts would meet are understood when the knowledge is loaded, not at a patient's side."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.knowledge.copies import RULES, VOCABULARY, edited, fault_of, line_of

FAULTS = {
    "a step's unknown word": (RULES, "value: CR}", "value: CX}", 'unknown value of response "CX"'),
    "a step's unknown unit": (RULES, "unit: g/L}", "unit: g/dL}", "the unit is missing or cannot be converted; expected one of g/L, mg/L"),
    "a step's number that is none": (RULES, 'value: "3"', "value: three", 'unknown number or word "three"'),
    "a rule's unknown state": (RULES, "states: [remission]", "states: [remision]", 'unknown state "remision" (did you mean remission?)'),
    "a rule's limit that is none": (
        RULES,
        'now: "< 1 g/L"',
        "now: negative",
        'expected a limit such as ">= 2" with one of the units g/L, mg/L',
    ),
    "a rule's unknown marker result": (
        RULES,
        'fact: sheen, now: "< 1 g/L", before: ">= 2 g/L"',
        "fact: glint, now: positiv",
        'unknown marker result "positiv" (did you mean positive?)',
    ),
    "a rule's unknown word": (
        RULES,
        'fact: sheen, now: "< 1 g/L", before: ">= 2 g/L"',
        "fact: stage, now: lade",
        'unknown value of stage "lade" (did you mean late?)',
    ),
    "a rule's unknown response": (
        RULES,
        'before: ">= 2 g/L"',
        'before: ">= 2 g/L", before_response: [CX]',
        'unknown response "CX"',
    ),
    "a level's limit that is none": (
        RULES,
        'limit: ">= 2 g/L"',
        'limit: ">= 2 g/dL"',
        'expected a limit such as ">= 2" with one of the units g/L, mg/L',
    ),
    "a level of what is not measured": (
        RULES,
        'fact: sheen, limit: ">= 2 g/L"',
        'fact: glint, limit: ">= 2"',
        '"glint" is no measurement, so it has no limit',
    ),
    "a level without a limit": (
        RULES,
        'fact: sheen, limit: ">= 2 g/L", text',
        "fact: sheen, text",
        'a definition of the kind level needs "limit"',
    ),
    "a criterion without a criterion": (RULES, 'when: {sheen: "< 1 g/L"}, ', "", 'a definition of the kind criterion needs "when"'),
    "a text with a criterion": (RULES, "kind: criterion", "kind: text", 'a definition of the kind text takes no "when"'),
    "an implied fact that is unknown": (VOCABULARY, "{stage: early}", "{stagg: early}", 'unknown fact "stagg" (did you mean stage?)'),
    "an implied word that is unknown": (
        VOCABULARY,
        "{stage: early}",
        "{stage: earli}",
        'unknown value of stage "earli" (did you mean early?)',
    ),
    "a code that the disease does not have": (
        VOCABULARY,
        "X01.0: {glint",
        "X01.1: {glint",
        'unknown code or spelling of this disease "X01.1" (did you mean X01.0?)',
    ),
    "a word that leaves open an unknown one": (
        VOCABULARY,
        "means: [early, late]",
        "means: [early, lade]",
        'unknown value "lade" (did you mean late?)',
    ),
    "a category without words": (
        VOCABULARY,
        "kind: category, values: stages",
        "kind: category",
        "a fact of the kind category needs values",
    ),
}


@pytest.mark.parametrize(("file", "old", "new", "says"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_told_with_file_line_and_nearest_right_word(file: str, old: str, new: str, says: str, tmp_path: Path) -> None:
    folder = edited(tmp_path, file, old, new)
    assert f"knowledge/{file}:{line_of(folder / file, new or 'id: dull')}: {says}" in fault_of(folder)
