"""The project's own cases, and that they cover every indication and every dated change."""

from __future__ import annotations

import datetime as dt

import pytest

from hemeline.criteria import leaves_of
from hemeline.knowledge import Knowledge
from hemeline.knowledge.schema import UNAVAILABLE
from hemeline.when import parse_date, to_date
from tests.cases.reading import Case, read_cases

CASES = list(read_cases())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_verdict_is_the_one_written_on_each_day(case: Case, knowledge: Knowledge) -> None:
    for day, verdict in case.written["days"].items():
        found = case.indication(case.on(day, knowledge))
        assert (found["verdict"] if found else "absent") == verdict, f"{day}: {found and found['criteria']}"


@pytest.mark.parametrize("case", [one for one in CASES if "no_by" in one.written], ids=lambda case: case.name)
def test_a_no_rests_on_exactly_one_criterion(case: Case, knowledge: Knowledge) -> None:
    (day,) = [day for day, verdict in case.written["days"].items() if verdict == "no"]
    found = case.indication(case.on(day, knowledge))
    assert found is not None
    verdicts = [criterion["verdict"] for criterion in found["criteria"]]
    assert sorted(set(verdicts)) in (["no"], ["no", "yes"]) and verdicts.count("no") == 1, found["criteria"]
    (refused,) = [criterion for criterion in found["criteria"] if criterion["verdict"] == "no"]
    assert case.written["no_by"] in _about(case, refused["text"], knowledge), refused


def _about(case: Case, text: str, knowledge: Knowledge) -> set[str]:
    """The facts and features that a criterion of the case's indication is about."""
    from hemeline.criteria.text import text_of_tree

    (indication,) = [one for _, one in knowledge.indications() if one.id == case.written["indication"]]
    about: set[str] = set()
    for version in indication.regions[case.written["region"]]:
        if version.criteria:
            tree = knowledge.tree(version.criteria)
            parts = tree.parts if getattr(tree, "joined", "") == "all" else (tree,)  # type: ignore[union-attr]
            about |= {name for part in parts if text_of_tree(part) == text for leaf in leaves_of(part) for name in (leaf.name, leaf.fact)}
    return about


@pytest.mark.parametrize("case", [one for one in CASES if "missing" in one.written], ids=lambda case: case.name)
def test_an_unknown_names_exactly_the_missing_facts(case: Case, knowledge: Knowledge) -> None:
    (day,) = [day for day, verdict in case.written["days"].items() if verdict == "unknown"]
    found = case.indication(case.on(day, knowledge))
    assert found is not None
    assert sorted({one["fact"] for one in found["missing"]}) == sorted(case.written["missing"])


def test_every_indication_has_a_yes_a_no_by_one_criterion_and_an_unknown(knowledge: Knowledge) -> None:
    have: dict[str, set[str]] = {}
    for case in CASES:
        verdicts = set(case.written["days"].values())
        kinds = {"yes"} & verdicts | ({"no"} if "no_by" in case.written else set()) | ({"unknown"} if "missing" in case.written else set())
        have.setdefault(case.written["indication"], set()).update(kinds)
    wanted = [
        indication.id
        for _, indication in knowledge.indications()
        if any(version.status not in UNAVAILABLE for versions in indication.regions.values() for version in versions)
    ]
    lacking = {one: {"yes", "no", "unknown"} - have.get(one, set()) for one in wanted}
    assert not {one: kinds for one, kinds in lacking.items() if kinds}


def test_every_dated_change_has_a_case_for_the_day_before_and_the_day(knowledge: Knowledge) -> None:
    tested = {(case.written["indication"], case.written["region"], day) for case in CASES for day in case.written["days"]}
    lacking = []
    for _, indication in knowledge.indications():
        for region, versions in indication.regions.items():
            for written in {date for version in versions for date in (version.since, version.until) if date}:
                low, high = parse_date(written) or (0, 0)
                before, after = to_date(low) - dt.timedelta(days=1), to_date(high)
                lacking += [(indication.id, region, str(day)) for day in (before, after) if (indication.id, region, str(day)) not in tested]
    assert not lacking
