"""Loading: from which folder, by whom it is found, and the checked copy that makes it quick."""

from __future__ import annotations

from pathlib import Path

import pytest

from hemeline.errors import KnowledgeError
from hemeline.knowledge import default_folder, load_knowledge
from hemeline.knowledge.files import content_hash
from tests.conftest import ROOT
from tests.knowledge.copies import SMALL, SOURCES, WAXUMAB, copied, edit, fault_of


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert fault_of(tmp_path / "nowhere").endswith("nowhere: expected a folder of YAML files")


def test_the_knowledge_beside_the_source_is_the_default() -> None:
    assert default_folder() == ROOT / "knowledge"


def test_the_same_files_have_the_same_name_anywhere(tmp_path: Path) -> None:
    assert load_knowledge(copied(tmp_path)).hash == load_knowledge(SMALL).hash == content_hash(SMALL)


def test_entries_are_found_by_their_identifiers() -> None:
    known = load_knowledge(SMALL)
    assert known.sources["society"].title == "What polishers know"
    assert known.definitions["shine"].fact == "sheen"
    assert known.families["plain"].diseases == ("drab",)
    assert known.entries["waxumab"].title == "Waxumab (Shinerix)"
    assert [(entry.id, one.id) for entry, one in known.indications()] == [("waxumab", "drab/waxumab/relapsed")]


def test_a_therapy_with_indications_is_a_word_of_the_vocabulary() -> None:
    known = load_knowledge(SMALL)
    assert known.vocabulary.therapy_index.find("shinerix") == "waxumab"
    assert known.vocabulary.therapies_in("polishes") == {"chalk", "waxumab"}


def test_criteria_may_name_the_results_of_definitions() -> None:
    tree = load_knowledge(SMALL).tree({"relapse_timing": {"definition": "polish-timing", "is": "early"}})
    assert tree.text == "timing of the latest relapse by polish-timing: early"  # type: ignore[union-attr]


def test_a_criterion_is_parsed_once() -> None:
    known = load_knowledge(SMALL)
    assert known.tree({"relapsed": True}) is known.tree({"relapsed": True})


def test_every_entry_is_drafted_until_it_says_otherwise() -> None:
    assert load_knowledge(SMALL).entries["waxumab"].review.state == "drafted"


def test_the_copy_says_the_same_as_the_files(tmp_path: Path) -> None:
    read = load_knowledge(SMALL, cache=tmp_path)
    again = load_knowledge(SMALL, cache=tmp_path)
    assert again.content == read.content and again.hash == read.hash


def test_the_copy_is_read_and_not_the_files(tmp_path: Path) -> None:
    load_knowledge(SMALL, cache=tmp_path)
    (copy,) = tmp_path.iterdir()
    edit(copy, "What polishers know", "What the copy says")
    assert load_knowledge(SMALL, cache=tmp_path).sources["society"].title == "What the copy says"
    assert load_knowledge(SMALL).sources["society"].title == "What polishers know"


def test_a_changed_file_is_read_anew(tmp_path: Path) -> None:
    folder, cache = copied(tmp_path), tmp_path / "cache"
    load_knowledge(folder, cache=cache)
    edit(folder / SOURCES, "What polishers know", "What polishers knew")
    assert load_knowledge(folder, cache=cache).sources["society"].title == "What polishers knew"
    assert len(list(cache.iterdir())) == 2


def test_a_fault_is_told_whatever_the_cache_holds(tmp_path: Path) -> None:
    folder, cache = copied(tmp_path), tmp_path / "cache"
    load_knowledge(folder, cache=cache)
    edit(folder / WAXUMAB, "[trial-wax]", "[trail-wax]")
    with pytest.raises(KnowledgeError, match="trial-wax"):
        load_knowledge(folder, cache=cache)


@pytest.mark.parametrize("damage", [b"", b"{", b"\xff\x00", b"[]", b'{"sources": [{"id": "society"}]}', b'{"more": []}'])
def test_a_damaged_copy_is_ignored_and_written_anew(damage: bytes, tmp_path: Path) -> None:
    whole = load_knowledge(SMALL, cache=tmp_path)
    (copy,) = tmp_path.iterdir()
    good = copy.read_bytes()
    copy.write_bytes(damage)
    assert load_knowledge(SMALL, cache=tmp_path).content == whole.content
    assert copy.read_bytes() == good


def test_no_half_written_copy_is_left_behind(tmp_path: Path) -> None:
    load_knowledge(SMALL, cache=tmp_path)
    assert [file.suffix for file in tmp_path.iterdir()] == [".json"]


def test_where_no_copy_can_be_written_the_files_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert load_knowledge(SMALL, cache=tmp_path / "file" / "cache").hash == load_knowledge(SMALL).hash
