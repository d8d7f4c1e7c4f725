"""The record format as types: what the published JSON Schema is generated from."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Scalar = str | int | float | bool
DateText = Annotated[str | int, Field(description="ISO date, or YYYY-MM, or YYYY: a partial date is an interval and stays one")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", defer_build=True)


class PatientModel(_Part):
    """Whose record it is."""

    id: str | int = Field(description="the patient's identifier")
    birth_date: DateText | None = Field(None, description="may be partial")
    sex: str | None = Field(None, description="female, male, other or unknown")
    death_date: DateText | None = None
    history: str | None = Field(None, description="closed (default: what is not recorded was not given) or partial")


class FactModel(_Part):
    """One dated fact."""

    date: DateText | None = None
    fact: str = Field(description="a name of the vocabulary, any listed synonym, any case")
    value: Scalar | list[Scalar] | None = Field(None, description="text or number; a list is short for one row per item")
    end: DateText | None = Field(None, description="last day of a treatment")
    unit: str | None = Field(None, description="UCUM")
    intent: str | None = None
    donor: str | None = None
    conditioning: str | None = None
    line: str | int | None = Field(None, description="overrides the counted line of therapy")
    courses: str | int | float | None = Field(None, description="cycles given")
    reason: str | None = Field(None, description="why a treatment ended: progression, toxicity, completed ...")
    note: str | None = Field(None, description="free text, never interpreted")


class RecordModel(_Part):
    """One patient and a list of dated facts."""

    patient: PatientModel
    facts: list[FactModel] = []


FACT_KEYS = tuple(FactModel.model_fields)
PATIENT_KEYS = tuple(PatientModel.model_fields)
