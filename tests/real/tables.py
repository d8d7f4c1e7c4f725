"""The real tables, read twice: by Polars alone, as they were published, and by the program through their mapping files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from hemeline import api
from hemeline.knowledge import Knowledge
from hemeline.record import Records
from tests.conftest import ROOT, SHARED

DAYS_PER_MONTH, DAYS_PER_YEAR = 30.4375, 365.25


@dataclass(frozen=True)
class Table:
    """A published table and the mapping that comes with the program."""

    file: str
    mapping: str

    @property
    def path(self) -> Path:
        return SHARED / "data" / "patients" / self.file

    @property
    def mapping_path(self) -> Path:
        return ROOT / "examples" / "mappings" / self.mapping

    @property
    def needed(self) -> pytest.MarkDecorator:
        """Skips a test where the table is not here."""
        return pytest.mark.skipif(not self.path.is_file(), reason=f"the public table {self.file} is not here (see docs/real-data.md)")

    def raw(self) -> pl.DataFrame:
        """The table as it stands, every column as text."""
        separator = "\t" if self.path.suffix == ".tsv" else ","
        return pl.read_csv(self.path, separator=separator, infer_schema=False, null_values=["", "NA"])

    def records(self, knowledge: Knowledge) -> Records:
        """The records that the mapping makes of it."""
        return api.read_records(self.path, knowledge, mapping=self.mapping_path)


TARGET = Table("all_target_aall0331_9906/clinical.tsv", "target-all.yaml")
HD98A = Table("aml_amlsg_hd98a/clinical.csv", "aml-amlsg-hd98a.yaml")
WAVES = Table("aml_beataml/beataml_waves1_2_clinical.csv", "aml-beataml-waves.yaml")
CHALLENGE = Table("aml_beataml/beataml_challenge_326.csv", "aml-beataml-challenge.yaml")
MYELOID = Table("survival_pkg/myeloid.csv", "aml-survival-myeloid.yaml")
EBMT1, EBMT2, EBMT3, EBMT4 = (Table(f"hct_ebmt/ebmt{one}.csv", f"hct-ebmt{one}.yaml") for one in range(1, 5))
FOLLICULAR = Table("lymphoma_pmh/follic.csv", "lymphoma-pmh-follicular.yaml")
HODGKIN = Table("lymphoma_pmh/hd.csv", "lymphoma-pmh-hodgkin.yaml")
IMWG = Table("cdisc_imwg/rs_onco_imwg.csv", "mm-cdisc-imwg.yaml")
