"""The knowledge that is shipped keeps the rules that make it usable, whatever is added to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

from hemeline.criteria import unreachable
from hemeline.knowledge import Knowledge, load_knowledge
from hemeline.knowledge.check import faults_between
from hemeline.knowledge.files import content_hash, read_content
from hemeline.knowledge.schema import UNAVAILABLE, Version
from hemeline.when import parse_date
from tests.conftest import ROOT

FOLDER = ROOT / "knowledge"


def versions(knowledge: Knowledge) -> Iterator[tuple[str, Version]]:
    """Every dated version, with its indication and region."""
    for _, indication in knowledge.indications():
        for region, listed in indication.regions.items():
            yield from ((f"{indication.id} {region} {version.since}", version) for version in listed)


def parts(entry: BaseModel) -> Iterator[BaseModel]:
    """An entry and everything inside it."""
    yield entry
    for name in type(entry).model_fields:
        value = getattr(entry, name)
        listed = value.values() if isinstance(value, dict) else [value]
        for one in listed:
            for part in one if isinstance(one, tuple) else [one]:
                if isinstance(part, BaseModel):
                    yield from parts(part)


@pytest.fixture(scope="module")
def everything(knowledge: Knowledge) -> list[BaseModel]:
    return list(parts(knowledge.content))


def test_it_has_no_faults() -> None:
    assert [str(fault) for fault in faults_between(*read_content(FOLDER))] == []


def test_every_entry_is_drafted_and_says_so(everything: list[BaseModel]) -> None:
    reviews = [part.review for part in everything if hasattr(part, "review")]
    assert reviews and {review.state for review in reviews} == {"drafted"}


def test_every_version_has_a_source_or_says_that_none_was_found(knowledge: Knowledge) -> None:
    assert [name for name, version in versions(knowledge) if not version.sources and version.status != "not-found"] == []


def test_every_figure_has_its_population_and_its_source(everything: list[BaseModel]) -> None:
    evidence = [part for part in everything if type(part).__name__ == "Evidence"]
    assert evidence
    assert [one for one in evidence if not (one.population and one.result and one.sources)] == []  # type: ignore[attr-defined]


def test_every_caution_definition_topic_and_question_has_a_source(everything: list[BaseModel]) -> None:
    told = [part for part in everything if type(part).__name__ in ("Caution", "Definition", "Topic", "Question", "PossibleRule")]
    assert [getattr(part, "id", part) for part in told if not part.sources] == []  # type: ignore[attr-defined]


def test_every_source_is_used_and_can_be_found_again(knowledge: Knowledge, everything: list[BaseModel]) -> None:
    used = {source for part in everything for source in getattr(part, "sources", ()) if isinstance(source, str)}
    used |= {statement.document for statement in knowledge.content.statements}
    assert set(knowledge.sources) - used == set()


def test_no_criterion_is_constant(knowledge: Knowledge, everything: list[BaseModel]) -> None:
    exclusive = frozenset(fact.id for fact in knowledge.content.facts if fact.kind == "category")
    written = [
        getattr(part, key) for part in everything for key in ("criteria", "when", "applies") if isinstance(getattr(part, key, None), dict)
    ]
    assert len(written) > 200
    assert [one for one in written if unreachable(knowledge.tree(one), exclusive)] == []


def test_what_is_to_be_had_has_criteria_and_nothing_else_has(knowledge: Knowledge) -> None:
    assert [name for name, version in versions(knowledge) if (version.criteria is None) != (version.status in UNAVAILABLE)] == []


def test_what_is_available_on_a_basis_of_law_has_a_first_day(knowledge: Knowledge) -> None:
    undated = [name for name, one in versions(knowledge) if one.basis in ("label", "funded") and one.criteria and not one.since]
    assert undated == []


def test_periods_follow_each_other(knowledge: Knowledge) -> None:
    backwards = [
        name
        for name, one in versions(knowledge)
        if one.since and one.until and (parse_date(one.since) or (0, 0))[0] >= (parse_date(one.until) or (0, 0))[1]
    ]
    assert backwards == []


def test_the_diseases_of_this_version_have_options_and_definitions(knowledge: Knowledge) -> None:
    treated = {
        disease for _, one in knowledge.indications() for group in one.diseases for disease in knowledge.vocabulary.diseases_within(group)
    }
    assert {"b-all", "t-all", "mpal", "cml"} <= treated


def test_every_statement_of_the_founding_documents_has_an_outcome(knowledge: Knowledge) -> None:
    told = knowledge.content.statements
    assert told and all(bool(one.realised_by) != bool(one.not_realised) for one in told)
    assert all(one.superseded for one in told if one.holds == "no")


def test_each_file_begins_with_what_it_holds_and_its_licence() -> None:
    for file in FOLDER.rglob("*.yaml"):
        first = file.read_text(encoding="utf-8").splitlines()[0]
        assert first.startswith("# ") and len(first) > 10, file.name


def test_a_checked_copy_of_it_is_the_same(tmp_path: Path) -> None:
    read = load_knowledge(FOLDER, cache=tmp_path)
    assert load_knowledge(FOLDER, cache=tmp_path).content == read.content
    assert read.hash == content_hash(FOLDER)
