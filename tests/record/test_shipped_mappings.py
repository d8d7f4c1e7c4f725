"""The mappings of the examples, each on a small made-up table of the shape it is for."""

from __future__ import annotations

from pathlib import Path

import pytest

from hemeline import api
from hemeline.knowledge import Knowledge
from hemeline.record import Records, read_mapping
from tests.conftest import ROOT
from tests.record.reading import facts, lost, saved

MAPPINGS = ROOT / "examples" / "mappings"
CML = ("2000-01-01", "diagnosis", "cml")


def through(name: str, table: str, folder: Path, knowledge: Knowledge) -> Records:
    suffix = "tsv" if "\t" in table else "csv"
    return api.read_records(saved(folder / f"t.{suffix}", table), knowledge, mapping=MAPPINGS / f"{name}.yaml")


@pytest.mark.parametrize("name", ["cml-hahnel-initial", "cml-hahnel-stopping"])
def test_a_value_marked_as_a_limit_is_below_it(name: str, tmp_path: Path, knowledge: Knowledge) -> None:
    found = through(name, "Pt,Months,Prct,UL\n1,0,60,0\n1,12,0.003,1.0\n", tmp_path, knowledge)
    assert facts(found) == [("1", *CML), ("1", "2000-01-01", "BCR::ABL1-IS", "60"), ("1", "2000-12-31", "BCR::ABL1-IS", "<0.003")]
    assert (found.patients["history"].to_list(), lost(found)) == (["partial"], [])


def test_the_lowest_value_of_michor_is_the_limit_of_detection(tmp_path: Path, knowledge: Knowledge) -> None:
    found = through("cml-michor", "Pt,Days,Prct\n1,0,10\n1,31,0.001\n", tmp_path, knowledge)
    assert facts(found)[1:] == [("1", "2000-01-01", "BCR::ABL1-IS", "10"), ("1", "2000-02-01", "BCR::ABL1-IS", "<0.001")]
    assert found.facts["unit"].to_list() == [None, "%", "%"]


def test_a_missing_value_of_mir_is_no_fact(tmp_path: Path, knowledge: Knowledge) -> None:
    found = through("cml-mir", "Pt,Days,Prct,DOSE,MDV\n1,0,10,400,0.0\n1,31,0,400,1.0\n", tmp_path, knowledge)
    assert facts(found) == [("1", *CML), ("1", "2000-01-01", "BCR::ABL1-IS", "10")]
    assert lost(found) == []


def test_ponatinib_is_a_treatment_on_each_day_with_a_dose_and_a_zero_is_listed(tmp_path: Path, knowledge: Knowledge) -> None:
    table = "Pt,Month,Prct,Ponatinib,T315I\n1,0,10,0.0,\n1,12,0,45.0,80\n"
    found = through("cml-ponatinib-claudiani", table, tmp_path, knowledge)
    assert facts(found) == [
        ("1", *CML), ("1", "2000-01-01", "BCR::ABL1-IS", "10"), ("1", "2000-12-31", "T315I", "positive"),
        ("1", "2000-12-31", "treatment", "ponatinib"),
    ]  # fmt: skip
    assert lost(found) == [(2, "BCR::ABL1-IS", "a zero whose limit of detection is not known")]


def test_a_patient_of_stein_is_named_by_group_and_number(tmp_path: Path, knowledge: Knowledge) -> None:
    found = through("cml-stein", "Grp,Pt,Years,Prct\nA,1,0,10\nB,1,1,5\n", tmp_path, knowledge)
    assert found.patients["patient_id"].to_list() == ["A-1", "B-1"]
    assert ("B-1", "2000-12-31", "BCR::ABL1-IS", "5") in facts(found)


@pytest.mark.parametrize("path", [pytest.param(one, id=one.stem) for one in sorted(MAPPINGS.glob("*.yaml"))])
def test_every_mapping_of_the_examples_is_one_and_gives_a_diagnosis(path: Path, knowledge: Knowledge) -> None:
    mapping = read_mapping(path, knowledge.vocabulary)
    assert "diagnosis" in {one.fact for one in mapping.facts}
    assert all(reason.strip() for reason in mapping.ignore.values())


def test_lymphoma_without_an_identifier_has_a_year_of_birth_and_a_relapse_by_its_years(tmp_path: Path, knowledge: Knowledge) -> None:
    table = "age,hgb,clinstg,ch,rt,time,status\n56.0,140,2,N,Y,2,1\n36.0,130,2,N,Y,1,2\n"
    found = through("lymphoma-pmh-follicular", table, tmp_path, knowledge)
    assert found.patients.rows() == [("1", "1911", None, None, "partial"), ("2", "1931", None, "1968-12-30", "partial")]
    assert [one for one in facts(found) if one[2] == "relapse"] == [("1", "1969-12-30", "relapse", "unspecified")]


def test_a_response_of_cdisc_that_could_not_be_evaluated_is_none(tmp_path: Path, knowledge: Knowledge) -> None:
    table = "USUBJID,RSTESTCD,RSCAT,RSORRES,RSDTC\na,OVRLRESP,IMWG,PR,2014-02\na,OVRLRESP,IMWG,NE,2014-05-01\n"
    found = through("mm-cdisc-imwg", table, tmp_path, knowledge)
    assert facts(found) == [("a", None, "diagnosis", "mm"), ("a", "2014-02", "response", "PR")]


# -- TARGET ------------------------------------------------------------------------------------------------------------

COLUMNS = [
    "Patient ID", "Sex", "Diagnosis Age (days)", "Death from Initial Pathologic Diagnosis Date", "Overall Survival Days",
    "Overall Survival Status", "Oncotree Code", "BCR ABL1 Status", "MLL Status", "ETV6-RUNX1 Fusion Status", "TCF3-PBX1 Status",
    "Trisomy 4_10", "CNS Status", "WBC", "Bone Marrow Blasts Day 8", "Bone Marrow Blasts Day 15", "Bone Marrow Blasts Day 29",
    "Bone Marrow Blasts Day 43", "MRD Percentage Day 8", "MRD Percentage Day 8 Sensitivity", "MRD Percentage Day 29",
    "MRD Percentage Day 29 Sensitivity", "MRD Percentage Day 43", "MRD Percentage Day 43 Sensitivity", "Time To Event (days)",
    "First Event", "Bone Marrow Site of Relapse", "CNS Site of Relapse", "Testes Site of Relapse", "Other Site of Relapse",
]  # fmt: skip
SITES = {name: "No" for name in COLUMNS if name.endswith("Site of Relapse")}


def target(*samples: dict[str, str]) -> str:
    """A table of TARGET: every column that its mapping uses, empty but for what each sample says."""
    start = {"Patient ID": "p", "Oncotree Code": "BLL"}
    return "\n".join(["\t".join(COLUMNS), *("\t".join({**start, **one}.get(name, "") for name in COLUMNS) for one in samples)])


def test_a_relapse_of_target_stands_at_each_site_that_says_yes(tmp_path: Path, knowledge: Knowledge) -> None:
    event = {"First Event": "Relapse", "Time To Event (days)": "366", **SITES}
    both = {**event, "Bone Marrow Site of Relapse": "Yes", "CNS Site of Relapse": "Yes"}
    found = through("target-all", target(both), tmp_path, knowledge)
    assert facts(found) == [
        ("p", "2000-01-01", "diagnosis", "BLL"), ("p", "2001-01-01", "relapse", "marrow"), ("p", "2001-01-01", "relapse", "cns"),
    ]  # fmt: skip
    nowhere = through("target-all", target(event), tmp_path, knowledge)
    assert facts(nowhere)[1:] == [("p", "2001-01-01", "relapse", "unspecified")]


def test_the_mrd_of_target_below_its_sensitivity_is_censored(tmp_path: Path, knowledge: Knowledge) -> None:
    sample = {"MRD Percentage Day 29": "0", "MRD Percentage Day 29 Sensitivity": "0.01", "MRD Percentage Day 8": "1.5"}
    found = through("target-all", target(sample), tmp_path, knowledge)
    assert facts(found)[1:] == [("p", "2000-01-09", "MRD", "1.5"), ("p", "2000-01-30", "MRD", "<0.01")]


def test_several_samples_of_target_are_one_patient_with_a_birth_and_a_death(tmp_path: Path, knowledge: Knowledge) -> None:
    sample = {
        "Sex": "Female", "Diagnosis Age (days)": "366", "Overall Survival Status": "1:DECEASED", "Overall Survival Days": "99",
        "Death from Initial Pathologic Diagnosis Date": "31", "MLL Status": "Unknown", "BCR ABL1 Status": "Negative",
    }  # fmt: skip
    found = through("target-all", target(sample, sample), tmp_path, knowledge)
    assert found.patients.rows() == [("p", "1998-12-31", "female", "2000-02-01", "partial")]
    assert facts(found) == [("p", "2000-01-01", "diagnosis", "BLL"), ("p", "2000-01-01", "BCR::ABL1", "Negative")]
    assert lost(found) == []


def test_a_word_that_target_never_used_is_listed(tmp_path: Path, knowledge: Knowledge) -> None:
    found = through("target-all", target({"MLL Status": "Perhaps"}), tmp_path, knowledge)
    assert lost(found) == [(1, "KMT2A", 'a word of the column "MLL Status" that the mapping does not list')]
