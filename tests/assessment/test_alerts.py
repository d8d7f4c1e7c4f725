"""Alerts on what nobody has recorded: findings that suggest an event change nothing else."""

from __future__ import annotations

import pytest

from hemeline.knowledge import Knowledge
from tests.assessment.making import assessed
from tests.facts.recording import record

TREATED = ("2019-03-08 diagnosis mm", "2019-03-22 treatment lenalidomide end=2019-08-09 intent=induction")


@pytest.mark.parametrize("response", ["CR", "VGPR"])
def test_residual_disease_that_returns_in_a_response_of_myeloma_is_a_possible_relapse(response: str, knowledge: Knowledge) -> None:
    told = assessed(knowledge, record(*TREATED, f"2019-08-30 response {response}", "2020-02-01 MRD negative", "2026-02-01 MRD positive"))
    assert [(one["kind"], one["facts"]) for one in told["alerts"]] == [("possible", ["MRD"])]
    assert told["course"]["relapse_number"] == 0


def test_a_code_of_myeloma_in_relapse_without_a_recorded_relapse_is_a_possible_one(knowledge: Knowledge) -> None:
    told = assessed(knowledge, record(*TREATED, "2019-08-30 response CR", "2024-03-08 diagnosis C90.02"))
    assert [(one["kind"], one["facts"]) for one in told["alerts"]] == [("possible", ["coded-state"])]
    assert told["course"]["state"] == "remission"
