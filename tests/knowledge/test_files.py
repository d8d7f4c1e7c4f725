"""Reading the YAML files: whatever is not the schema is refused with its file, its line and the nearest right word."""

from __future__ import annotations

from pathlib import Path

import pytest

from hemeline.knowledge import load_knowledge
from hemeline.knowledge.files import content_hash, read_content, yaml_files
from tests.knowledge.copies import RULES, SMALL, SOURCES, VOCABULARY, WAXUMAB, copied, edited, fault_of, line_of

# Each fault: the file, what is changed into what, what then stands on the faulty line, and what is said of it.
FAULTS = {
    "an unknown kind of entry": (RULES, "topics:\n", "topix:\n", "topix:", 'unknown key "topix" (did you mean topics?)'),
    "an unknown key of an entry": (
        VOCABULARY,
        ", parents: [gloom]}",
        ", parent: [gloom]}",
        "grey",
        'unknown key "parent" (did you mean parents?)',
    ),
    "an unknown key of a therapy": (WAXUMAB, "brands:", "brand:", "brand:", 'unknown key "brand" (did you mean brands?)'),
    "an unknown key of a version": (
        WAXUMAB,
        "    - from: 2015-03",
        "    - form: 2015-03",
        "form:",
        'unknown key "form" (did you mean from?)',
    ),
    "an unknown key of a caution": (WAXUMAB, "when: {sheen", "where: {sheen", "where:", 'unknown key "where" (did you mean when?)'),
    "an unknown region": (
        WAXUMAB,
        "    UK:\n",
        "    UKK:\n",
        "UKK:",
        'UKK: unknown word "UKK" (did you mean UK?); expected one of US, EU, UK',
    ),
    "an unknown status": (
        WAXUMAB,
        "accelerated",
        "acelerated",
        "acelerated",
        'status: unknown word "acelerated" (did you mean accelerated?)',
    ),
    "an unknown kind": (SOURCES, "kind: article", "kind: artikle", "artikle", 'kind: unknown word "artikle" (did you mean article?)'),
    "a missing key": (WAXUMAB, "  setting: relapsed disease\n", "", "- id: drab", '"setting" is missing'),
    "a date that is none": (
        WAXUMAB,
        "from: 2010-05-01",
        "from: 2010-05-32",
        "2010-05-32",
        "from: expected a date: YYYY-MM-DD, YYYY-MM, YYYY",
    ),
    "a date that is no text": (WAXUMAB, "from: 2010-05-01", "from: true", "from: true", "from: Input should be a valid string"),
    "a number where text is due": (RULES, "text: Lost.", "text: 12", "sheen-lost", "text: Input should be a valid string"),
    "an identifier with a blank": (VOCABULARY, "- {id: chalk,", "- {id: white chalk,", "white chalk", "id: String should match pattern"),
    "a file that is a list": (SOURCES, "sources:\n", "", "- {id: label-2010", "Input should be an object"),
    "an entry that is no mapping": (
        RULES,
        "- {id: ask-why, text: Why?, when: {relapsed: true}, sources: [society]}",
        "- why",
        "- why",
        "0: Input",
    ),
    "the same key twice": (WAXUMAB, "kind: drug", "kind: drug\nname: Waxomab", "name: Waxomab", "the same key twice"),
    "bad YAML": (RULES, "name: polishing, kind", "name: [polishing, kind", "polishing, kind", "not YAML: "),
}


@pytest.mark.parametrize(("file", "old", "new", "at", "says"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_told_with_file_line_and_nearest_right_word(file: str, old: str, new: str, at: str, says: str, tmp_path: Path) -> None:
    folder = edited(tmp_path, file, old, new)
    assert fault_of(folder).startswith(f"knowledge/{file}:{line_of(folder / file, at)}: {says}")


def test_a_file_that_is_not_utf8_is_told(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    (folder / SOURCES).write_bytes(b"sources: \xff\xfe")
    assert fault_of(folder) == f"knowledge/{SOURCES}:1: not UTF-8 text"


def test_the_first_fault_is_told_with_how_many_more_there_are(tmp_path: Path) -> None:
    folder = edited(tmp_path, WAXUMAB, "evidence:", "evidenz: []\n  proof: []\n  proofs:")
    first = line_of(folder / WAXUMAB, "evidenz:")
    assert fault_of(folder).startswith(f"knowledge/{WAXUMAB}:{first}: ")
    assert fault_of(folder).endswith("(and 2 more: hemeline knowledge check)")


def test_norway_stays_a_word(tmp_path: Path) -> None:
    folder = edited(tmp_path, VOCABULARY, 'synonyms: ["NO"]', "synonyms: [NO, yes, off]")
    late = load_knowledge(folder).vocabulary.value_sets["stages"].values[1]
    assert late.synonyms == ("NO", "yes", "off")


def test_an_empty_file_says_nothing(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    (folder / "empty.yaml").write_text("# nothing yet\n")
    assert load_knowledge(folder).content == load_knowledge(SMALL).content


def test_entries_of_one_kind_may_stand_in_several_files(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    (folder / "more.yaml").write_text("therapies:\n- {id: slate, name: Slate, kind: drug}\n")
    assert [one.id for one in load_knowledge(folder).content.therapies] == ["slate", "chalk"]


def test_every_entry_has_its_place() -> None:
    content, marks = read_content(SMALL)
    assert marks.fault("sources", 1, ("doi",), "x").line == line_of(SMALL / SOURCES, "10.1000/2")
    assert marks.fault("entries", 0, ("indications", 0, "regions", "UK"), "x").line == line_of(SMALL / WAXUMAB, "UK:")
    assert len(content.entries) == 1 and len(content.sources) == 4


def test_the_hash_names_the_paths_and_bytes_of_all_files(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    same = content_hash(folder)
    assert same == content_hash(SMALL) and len(same) == 16
    (folder / "notes.txt").write_text("no knowledge")
    assert content_hash(folder) == same
    (folder / SOURCES).rename(folder / "publications.yaml")
    assert content_hash(folder) != same
    (folder / "publications.yaml").rename(folder / SOURCES)
    assert content_hash(folder) == same
    with (folder / RULES).open("a") as file:
        file.write("# one more remark\n")
    assert content_hash(folder) != same


def test_files_are_read_in_a_fixed_order() -> None:
    assert [file.name for file in yaml_files(SMALL)] == ["rules.yaml", "sources.yaml", "waxumab.yaml", "vocabulary.yaml"]
