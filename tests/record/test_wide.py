"""Wide tables through a mapping: values, dates, censored numbers, patients, and that every row and column is accounted for."""

from __future__ import annotations

from pathlib import Path

import pytest

from hemeline import api
from hemeline.knowledge import Knowledge
from tests.record.reading import facts, lost
from tests.record.wide import START, mapped


def test_a_constant_a_column_and_translated_words_are_values(tmp_path: Path, knowledge: Knowledge) -> None:
    mapping = START + (
        "facts:\n- {fact: diagnosis, value: b-all, date: {column: When}}\n- {fact: ECOG, value: {column: PS}}\n"
        "- {fact: CD19, value: {column: Nineteen, words: {'1': positive, '0': negative, '9': null}}}\n"
    )
    found = mapped(tmp_path, knowledge, mapping, "Pt,When,PS,Nineteen\na,2020-01, 1 ,1\nb,2021,NA,9\nc,2022,,0\n")
    assert facts(found) == [
        ("a", "2020-01", "diagnosis", "b-all"), ("a", None, "ECOG", "1"), ("a", None, "CD19", "positive"),
        ("b", "2021", "diagnosis", "b-all"), ("c", "2022", "diagnosis", "b-all"), ("c", None, "CD19", "negative"),
    ]  # fmt: skip
    assert lost(found) == []


def test_a_word_that_the_mapping_does_not_list_is_reported_or_is_otherwise(tmp_path: Path, knowledge: Knowledge) -> None:
    mapping = START + "facts:\n- {fact: CD19, value: {column: X, words: {y: positive}}}\n- {fact: CD22, value: {column: X, otherwise: Z}}\n"
    mapping = mapping.replace("otherwise: Z", "words: {y: positive}, otherwise: indeterminate")
    found = mapped(tmp_path, knowledge, mapping, "Pt,X\na,y\nb,maybe\nc,\n")
    assert facts(found) == [("a", None, "CD19", "positive"), ("a", None, "CD22", "positive"), ("b", None, "CD22", "indeterminate")]
    assert lost(found) == [
        (2, "CD19", 'a word of the column "X" that the mapping does not list'), (3, "", "the row gives no fact"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("moment", "row", "date"),
    [
        ("{days: 0}", "", "2000-01-01"),
        ("{days: D}", "31", "2000-02-01"),
        ("{weeks: D}", "2", "2000-01-15"),
        ("{months: D}", "12", "2000-12-31"),
        ("{years: D}", "1", "2000-12-31"),
        ("{days: D, before: true}", "1", "1999-12-31"),
        ("{days: [D, 10]}", "1.4", "2000-01-12"),
        ("{column: D}", "2021-03", "2021-03"),
        ("{first_of: [{column: D}, {days: 5}]}", "", "2000-01-06"),
    ],
)
def test_a_date_is_a_column_or_a_time_from_day_zero(moment: str, row: str, date: str, tmp_path: Path, knowledge: Knowledge) -> None:
    mapping = START + f"facts:\n- {{fact: death, date: {moment}}}\n" + ("ignore: {D: no date}\n" if moment == "{days: 0}" else "")
    assert facts(mapped(tmp_path, knowledge, mapping, f"Pt,D\na,{row}\n")) == [("a", date, "death", None)]


@pytest.mark.parametrize("days", ["soon", "", "nan", "inf", "1e300", "99999999"])
def test_a_time_that_no_calendar_reaches_loses_its_fact_and_says_so(days: str, tmp_path: Path, knowledge: Knowledge) -> None:
    found = mapped(tmp_path, knowledge, START + "facts:\n- {fact: ECOG, value: 1, date: {days: D}}\n", f"Pt,D\na,{days}\n")
    assert facts(found) == []
    assert lost(found) == [(1, "ECOG", "the columns of its date are empty or no number")]


def test_an_end_that_is_no_number_is_left_out_and_the_treatment_stays(tmp_path: Path, knowledge: Knowledge) -> None:
    mapping = START + "facts:\n- {fact: treatment, value: imatinib, date: {days: 0}, end: {days: E}}\n"
    found = mapped(tmp_path, knowledge, mapping, "Pt,E\na,31\nb,later\nc,\n")
    assert found.facts["end"].to_list() == ["2000-02-01", None, None]
    assert lost(found) == [(2, "treatment", "the columns of its end hold no number; the end is left out")]


@pytest.mark.parametrize(
    ("condition", "rows"), [("{A: x}", [1]), ("{A: [x, y]}", [1, 2]), ("{A: '*'}", [1, 2]), ("{A: x, B: '1'}", [1]), ("{B: 1}", [1, 3])]
)
def test_a_fact_may_hold_only_under_conditions(condition: str, rows: list[int], tmp_path: Path, knowledge: Knowledge) -> None:
    mapping = START + f"facts:\n- {{fact: death, when: {condition}}}\nignore: {{A: a, B: b}}\n"
    assert mapped(tmp_path, knowledge, mapping, "Pt,A,B\na,x,1\nb,y,2\nc,,1\n").facts["row"].to_list() == rows


# -- numbers -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("censored", "row", "value"),
    [
        ("{column: L, values: ['1']}", "0.01,1", "<0.01"),
        ("{column: L, values: ['1']}", "0.01,0", "0.01"),
        ("{zero: 0.001}", "0,", "<0.001"),
        ("{zero: L}", "0.0,0.05", "<0.05"),
        ("{zero: L}", "0.3,0.05", "0.3"),
    ],
)
def test_a_limit_of_detection_is_below_not_equal(censored: str, row: str, value: str, tmp_path: Path, knowledge: Knowledge) -> None:
    mapping = START + f'facts:\n- {{fact: MRD, value: {{column: V}}, unit: "%", censored: {censored}}}\nignore: {{L: limit}}\n'
    found = mapped(tmp_path, knowledge, mapping, f"Pt,V,L\na,{row}\n")
    assert found.facts.select("value", "unit").rows() == [(value, "%")]


@pytest.mark.parametrize("censored", ["{zero: unknown}", "{zero: L}"])
def test_a_zero_whose_limit_is_not_known_is_listed(censored: str, tmp_path: Path, knowledge: Knowledge) -> None:
    mapping = START + f"facts:\n- {{fact: MRD, value: {{column: V}}, censored: {censored}}}\nignore: {{L: limit}}\n"
    found = mapped(tmp_path, knowledge, mapping, "Pt,V,L\na,0,\nb,0.5,\n")
    assert facts(found) == [("b", None, "MRD", "0.5")]
    assert lost(found) == [(1, "MRD", "a zero whose limit of detection is not known")]


def test_a_table_may_have_its_own_separator_decimal_comma_and_words_for_nothing(tmp_path: Path, knowledge: Knowledge) -> None:
    mapping = START + 'table: {separator: ";", decimal: ",", missing: ["", "-99"]}\nfacts:\n'
    mapping += '- {fact: MRD, value: {column: V}, unit: "%", date: {days: D}}\n'
    found = mapped(tmp_path, knowledge, mapping, "Pt;V;D\na;0,5;1,0\nb;-99;2\n")
    assert facts(found) == [("a", "2000-01-02", "MRD", "0.5")]
    assert lost(found) == [(2, "", "the row gives no fact")]


def test_another_encoding_must_be_asked_for(tmp_path: Path, knowledge: Knowledge) -> None:
    table = "Pt,ECOG,Ärzte\na,1,é\n".encode("latin-1")
    mapping = START + "table: {encoding: utf8-lossy}\nfacts:\n- {fact: ECOG, value: {column: ECOG}}\n"
    (tmp_path / "t.csv").write_bytes(table)
    (tmp_path / "m.yaml").write_text(mapping)
    found = api.read_records(tmp_path / "t.csv", knowledge, mapping=tmp_path / "m.yaml")
    assert facts(found) == [("a", None, "ECOG", "1")]


# -- patients ----------------------------------------------------------------------------------------------------------


def test_a_patient_is_named_by_one_column_or_several(tmp_path: Path, knowledge: Knowledge) -> None:
    mapping = START.replace("id: Pt", "id: [Centre, Pt], history: partial") + "facts:\n- {fact: death}\n"
    found = mapped(tmp_path, knowledge, mapping, "Centre,Pt\nA,1\nB,1\nB,\n")
    assert found.patients.select("patient_id", "history").rows() == [("A-1", "partial"), ("B-1", "partial")]
    assert lost(found) == [(3, "", "the row names no patient")]


def test_sex_birth_and_death_are_read_and_a_death_only_of_those_who_died(tmp_path: Path, knowledge: Knowledge) -> None:
    mapping = (
        "name: x\npatient:\n  id: Pt\n  sex: {column: S, words: {F: female}}\n  birth: {years: Age, before: true}\n"
        "  death: {days: T}\n  death_when: {Died: '1'}\nfacts:\n- {fact: diagnosis, value: cml, date: {days: 0}}\n"
    )
    found = mapped(tmp_path, knowledge, mapping, "Pt,S,Age,T,Died\na,F,8,31,1\nb,X,old,31,0\n")
    assert found.patients.rows() == [
        ("a", "1992-01-01", "female", "2000-02-01", "closed"), ("b", None, None, None, "closed"),
    ]  # fmt: skip
    assert lost(found) == [
        (2, "sex", 'a word of the column "S" that the mapping does not list'),
        (2, "birth_date", "its columns hold no number"),
    ]


def test_several_rows_of_a_patient_say_each_fact_once_and_contradictions_are_listed(tmp_path: Path, knowledge: Knowledge) -> None:
    mapping = START.replace("id: Pt", "id: Pt, sex: {column: S}") + "facts:\n- {fact: ECOG, value: {column: PS}}\n"
    found = mapped(tmp_path, knowledge, mapping, "Pt,S,PS\na,female,1\na,male,1\na,,2\n")
    assert found.patients["sex"].to_list() == ["female"]
    assert facts(found) == [("a", None, "ECOG", "1"), ("a", None, "ECOG", "2")]
    assert lost(found) == [(2, "sex", "the row says something else than an earlier row of this patient and is left out")]


def test_a_column_that_nothing_uses_is_listed_unless_the_mapping_ignores_it(tmp_path: Path, knowledge: Knowledge) -> None:
    mapping = START + "facts:\n- {fact: death}\nignore: {Ward: names the ward}\n"
    found = mapped(tmp_path, knowledge, mapping, "Pt,Ward,Shoe\na,7,42\n")
    assert lost(found) == [(0, "Shoe", "the mapping does not use this column")]
