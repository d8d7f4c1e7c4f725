"""Wide tables whose rows have no identifier, whose cells hold several values, and whose ages are in completed years."""

from __future__ import annotations

from pathlib import Path

import pytest

from hemeline.errors import RecordError
from hemeline.knowledge import Knowledge
from tests.record.reading import facts, lost
from tests.record.wide import START, mapped

NUMBERED = "name: made up\npatient: {id: {row: number}}\n"
AGED = "name: made up\nday_zero: 2000-12-31\npatient: {id: Pt, birth: {age: Age}}\nfacts:\n- {fact: diagnosis, value: aml}\n"
PARTS = START + 'facts:\n- {fact: treatment, value: {column: T, split: "|"}}\n'


def test_rows_without_an_identifier_are_patients_numbered_from_1(tmp_path: Path, knowledge: Knowledge) -> None:
    found = mapped(tmp_path, knowledge, NUMBERED + "facts:\n- {fact: ECOG, value: {column: PS}}\n", "PS\n1\n2\n")
    assert found.patients["patient_id"].to_list() == ["1", "2"]
    assert facts(found) == [("1", None, "ECOG", "1"), ("2", None, "ECOG", "2")]


def test_rows_are_numbered_by_nothing_else_than_number(tmp_path: Path, knowledge: Knowledge) -> None:
    with pytest.raises(RecordError, match=r"mapping\.yaml:2"):
        mapped(tmp_path, knowledge, NUMBERED.replace("number", "name") + "facts: []\n", "PS\n1\n")


def test_each_value_of_a_cell_is_a_fact(tmp_path: Path, knowledge: Knowledge) -> None:
    found = mapped(tmp_path, knowledge, PARTS, "Pt,T\na,HiDAC | Azacitidine\nb,Decitabine\nc,\n")
    assert facts(found) == [
        ("a", None, "treatment", "HiDAC"), ("a", None, "treatment", "Azacitidine"), ("b", None, "treatment", "Decitabine"),
    ]  # fmt: skip
    assert lost(found) == [(3, "", "the row gives no fact")]


def test_an_empty_part_of_a_cell_is_no_fact_and_one_that_stands_twice_is_one(tmp_path: Path, knowledge: Knowledge) -> None:
    found = mapped(tmp_path, knowledge, PARTS, "Pt,T\na,HiDAC||NA|HiDAC|\n")
    assert facts(found) == [("a", None, "treatment", "HiDAC")] and lost(found) == []


def test_each_value_of_a_cell_is_translated_or_reported(tmp_path: Path, knowledge: Knowledge) -> None:
    mapping = START + 'facts:\n- {fact: relapse, value: {column: S, split: "; ", words: {BM: marrow, CNS: cns}}}\n'
    found = mapped(tmp_path, knowledge, mapping, "Pt,S\na,BM; CNS\nb,BM; moon\n")
    assert facts(found) == [("a", None, "relapse", "marrow"), ("a", None, "relapse", "cns"), ("b", None, "relapse", "marrow")]
    assert lost(found) == [(2, "relapse", 'a word of the column "S" that the mapping does not list')]


@pytest.mark.parametrize(("age", "year"), [("56", "1944"), ("56.0", "1944"), ("0.9", "2000"), ("", None)])
def test_an_age_in_completed_years_on_the_last_day_of_a_year_gives_the_year_of_birth(
    age: str, year: str | None, tmp_path: Path, knowledge: Knowledge
) -> None:
    found = mapped(tmp_path, knowledge, AGED, f"Pt,Age\na,{age}\n")
    assert (found.patients["birth_date"].to_list(), lost(found)) == ([year], [])


@pytest.mark.parametrize("age", ["old", "nan", "inf"])
def test_an_age_that_is_no_number_is_reported(age: str, tmp_path: Path, knowledge: Knowledge) -> None:
    found = mapped(tmp_path, knowledge, AGED, f"Pt,Age\na,{age}\n")
    assert (found.patients["birth_date"].to_list(), lost(found)) == ([None], [(1, "birth_date", "its columns hold no number")])


def test_an_age_on_another_day_gives_no_year_and_is_refused(tmp_path: Path, knowledge: Knowledge) -> None:
    with pytest.raises(RecordError, match="31 December"):
        mapped(tmp_path, knowledge, AGED.replace("2000-12-31", "2000-06-30"), "Pt,Age\na,5\n")


@pytest.mark.parametrize(("words", "given"), [('""', ["b"]), ('["0", ""]', ["a", "b"]), ('"*"', ["a", "c"])])
def test_a_fact_is_given_where_a_column_is_empty_if_the_mapping_says_so(
    words: str, given: list[str], tmp_path: Path, knowledge: Knowledge
) -> None:
    mapping = START + f"facts:\n- {{fact: diagnosis, value: aml, when: {{X: {words}}}}}\n"
    found = mapped(tmp_path, knowledge, mapping, "Pt,X\na,0\nb,\nc,1\n")
    assert [one[0] for one in facts(found)] == given
