"""The record as types: what its published schema allows is what its reader reads."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from hemeline.record.documents import records_from
from hemeline.record.model import FACT_KEYS, PATIENT_KEYS, RecordModel
from hemeline.record.records import FACT_COLUMNS, PATIENT_COLUMNS
from hemeline.yaml import read_yaml
from tests.conftest import ROOT
from tests.record.reading import lost

FULL: dict[str, Any] = {
    "patient": {"id": 17, "birth_date": 2001, "sex": "female", "death_date": "2024-05", "history": "partial"},
    "facts": [
        {"fact": "treatment", "date": 2020, "end": "2020-05", "value": ["vincristine", "dexamethasone"], "intent": "induction", "line": 1,
         "courses": 1.5, "reason": "completed", "note": "by letter", "donor": None, "conditioning": None},
        {"fact": "MRD", "value": 0.01, "unit": "%"}, {"fact": "CD19", "value": True}, {"fact": "death", "value": None}, {"fact": "relapse"},
    ],
}  # fmt: skip


def test_keys_of_the_schema_are_the_columns_of_the_tables() -> None:
    assert set(FACT_KEYS) == set(FACT_COLUMNS) - {"patient_id", "row"}
    assert set(PATIENT_KEYS) - {"id"} == set(PATIENT_COLUMNS) - {"patient_id"}


@pytest.mark.parametrize("record", [FULL, read_yaml((ROOT / "examples/records/second-relapse.yaml").read_text()).data])
def test_what_the_schema_allows_is_read_without_complaint(record: Any) -> None:
    RecordModel.model_validate(record, strict=True)
    assert lost(records_from(record, "test")) == []


@pytest.mark.parametrize(
    "record",
    [
        {}, {"patient": {}}, {"patient": {"id": "p"}, "fact": []}, {"patient": {"id": "p", "name": "x"}},
        {"patient": {"id": "p"}, "facts": [{}]}, {"patient": {"id": "p"}, "facts": [{"fact": 7}]},
        {"patient": {"id": "p"}, "facts": [{"fact": "ECOG", "valeu": 1}]},
        {"patient": {"id": "p"}, "facts": [{"fact": "ECOG", "value": {"is": 1}}]},
        {"patient": {"id": "p"}, "facts": [{"fact": "ECOG", "date": ["2020"]}]},
    ],
)  # fmt: skip
def test_what_the_schema_refuses_the_reader_refuses_or_lists(record: Any) -> None:
    with pytest.raises(ValidationError):
        RecordModel.model_validate(record)
    try:
        assert lost(records_from(record, "test"))
    except ValueError as refused:
        assert str(refused).startswith("test: ")
