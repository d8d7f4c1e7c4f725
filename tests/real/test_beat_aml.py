"""Beat AML through its mappings: names of drugs and regimens as they were typed, and the stage of the disease of each sample."""

from __future__ import annotations

import numpy as np
import pytest

from examples.real_data import course_of, therapies_named
from hemeline.knowledge import Knowledge
from tests.real.tables import CHALLENGE, WAVES, Table

BOTH = [pytest.param(one, marks=one.needed, id=one.mapping) for one in (WAVES, CHALLENGE)]
PATIENT = {WAVES: "PatientId", CHALLENGE: "patientId"}
AMBIGUOUS = ("+/-", "Trial", "trial", "Protocol", "COG-", "SWOG", "MiDAC", "anti-", "Transplant", "Unknown", "Interferon")
UNCLEAR = {"7+3 (Cytarabine, Idarubicin, Bortezomib", "7+3 (Cytarabine, Idarubicin) plus LBH", "MEC, plexifor, GCSF", "cd47mAb"}
UNCLEAR |= {"HAEP (Cytarabine, Etoposide, Cisplatin)"}


@pytest.mark.parametrize("table", BOTH)
def test_every_name_in_a_cell_is_a_treatment_of_its_patient(table: Table, knowledge: Knowledge) -> None:
    rows = table.raw().to_dicts()
    cells = [(row[PATIENT[table]], row["cumulativeTreatmentRegimens"] or "") for row in rows]
    expected = {(who, name.strip()) for who, cell in cells for name in cell.split("|") if name.strip()}
    facts = table.records(knowledge).facts
    assert set(facts.filter(fact="treatment").select("patient_id", "value").rows()) == expected


@pytest.mark.parametrize("table", BOTH)
def test_names_are_understood_but_for_those_that_leave_something_open(table: Table, knowledge: Knowledge) -> None:
    names = therapies_named(table.records(knowledge), knowledge)
    unknown = {name for name, (_, meant) in names.items() if not meant}
    assert {name for name in unknown - UNCLEAR if not any(word in name for word in AMBIGUOUS)} == set()
    named = sum(count for count, _ in names.values())
    assert sum(count for count, meant in names.values() if meant) / named > 0.93


@WAVES.needed
def test_a_name_with_its_drugs_in_brackets_is_that_regimen(knowledge: Knowledge) -> None:
    names = therapies_named(WAVES.records(knowledge), knowledge)
    assert names["MEC (Cytarabine, Etoposide, Mitoxantrone)"][1] == ("mec",)
    assert names["7+3 (Cytarabine, Idarubicin) plus Sorafenib"][1] == ("seven-plus-three-idarubicin", "sorafenib")
    assert names["SWOG S1203 (7+3 +/- Vorinostat)"][1] == ()


@pytest.mark.parametrize("table", BOTH)
def test_a_sample_at_relapse_is_a_relapse_of_its_patient(table: Table, knowledge: Knowledge) -> None:
    """Also of those who died since: the death has no day in the table, and comes after whatever is recorded."""
    column, word = {WAVES: ("isRelapse", "TRUE"), CHALLENGE: ("diseaseStageAtSpecimenCollection", "Relapse")}[table]
    told = {row[PATIENT[table]] for row in table.raw().to_dicts() if row[column] == word}
    course = course_of(table.records(knowledge), knowledge)
    ids = np.array(course.facts.patients.ids.to_list())
    assert set(ids[course.relapse_number.low > 0]) == told != set()


@CHALLENGE.needed
def test_a_sample_in_remission_is_one_and_residual_disease_is_no_state(knowledge: Knowledge) -> None:
    rows = CHALLENGE.raw().to_dicts()
    facts = CHALLENGE.records(knowledge).facts.filter(fact="status")
    for stage, word in (("Remission", "remission"), ("Relapse", "relapsed")):
        told = {row["patientId"] for row in rows if row["diseaseStageAtSpecimenCollection"] == stage}
        assert set(facts.filter(value=word)["patient_id"]) == told != set()
    assert set(facts["value"]) == {"remission", "relapsed"}


@pytest.mark.parametrize("table", BOTH)
def test_every_column_is_used_or_left_out_for_a_reason(table: Table, knowledge: Knowledge) -> None:
    assert table.records(knowledge).not_understood.rows() == []
