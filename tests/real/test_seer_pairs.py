"""Two diagnoses of one patient: what SEER's own test cases say of each pair of ICD-O-3 codes, and what the program does."""

from __future__ import annotations

import pytest

from examples.real_data import PAIRS, TABLES, verdicts_of_pairs
from hemeline.knowledge import Knowledge
from tests.conftest import SHARED
from tests.real import tables

PATH = PAIRS.find([SHARED / "data" / "vocab"])
# Where the program and SEER differ, and why the program stays as it is.
EXPLAINED = {
    ("9590/3", "9823/3"): "chronic lymphocytic leukaemia is no lymphoma in this vocabulary, so it is not what a lymphoma turned out to be",
    ("9591/3", "9811/3"): "lymphoblastic leukaemia is no lymphoma in this vocabulary either",
    ("9931/3", "9590/3"): "SEER takes an unnamed lymphoma for the same; here a lymphoma after a myeloid leukaemia is another disease",
    ("9823/3", "9670/3"): "the chronic leukaemia and the small lymphocytic lymphoma are one disease for WHO; 9670 is no longer given",
}


@pytest.mark.skipif(PATH is None, reason=f"the public table {PAIRS.published} is not here (see docs/real-data.md)")
class TestPairs:
    def test_the_same_disease_stays_one_and_another_becomes_one(self, knowledge: Knowledge) -> None:
        assert PATH is not None
        cases = [case for case in verdicts_of_pairs(PATH, knowledge) if "not in" not in case["found"] and case["told"] != "questionable"]
        apart = {(case["first"], case["second"]) for case in cases if (case["found"] == "same") != (case["told"] == "same")}
        assert apart == set(EXPLAINED)
        assert len(apart) / len(cases) < 0.05

    def test_what_seer_leaves_to_review_is_an_indolent_or_chronic_disease_after_its_aggressive_form(self, knowledge: Knowledge) -> None:
        assert PATH is not None
        cases = [case for case in verdicts_of_pairs(PATH, knowledge) if case["told"] == "questionable" and case["from"] and case["to"]]
        assert {(case["from"], case["to"]) for case in cases} == {("dlbcl", "fl"), ("dlbcl", "cll"), ("aml", "mds")}
        assert {case["found"] for case in cases} == {"another"}

    def test_a_transformation_is_never_the_same_disease_for_seer(self, knowledge: Knowledge) -> None:
        assert PATH is not None
        told = {case["told"] for case in verdicts_of_pairs(PATH, knowledge) if case["found"] == "transformation"}
        assert told == {"another"}


def test_the_command_that_prints_all_knows_every_table_of_the_tests() -> None:
    mine = {(one.file, one.mapping) for one in vars(tables).values() if isinstance(one, tables.Table)}
    assert mine <= {(one.published, one.mapping) for one in TABLES}
