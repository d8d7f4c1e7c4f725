"""The columns that criteria read."""

from __future__ import annotations

import numpy as np
import pytest

from hemeline.course.features import truth_frame
from hemeline.knowledge import Knowledge
from tests.assessment.making import assessed
from tests.facts.recording import record


@pytest.mark.parametrize("patients", [1, 2, 3, 4])
def test_each_patient_keeps_his_own_truths_however_many_columns_there_are(patients: int) -> None:
    surely = {f"column {place}": np.arange(patients) == place for place in range(3)}
    frame = truth_frame({name: (truth, truth) for name, truth in surely.items()})
    assert frame.rows() == [tuple(2 if place == patient else 0 for place in range(3)) for patient in range(patients)]


def test_two_relapses_are_each_timed_by_their_own_date(knowledge: Knowledge) -> None:
    lines = (
        "2015-01-05 diagnosis b-all", "2015-01-06 treatment vincristine", "2015-02-10 response CR", "2017-09-05 relapse marrow",
        "2017-09-10 treatment flag-ida", "2017-10-20 response CR", "2021-05-05 relapse marrow",
    )  # fmt: skip
    relapses = assessed(knowledge, record(*lines, birth_date="2010-01-01"), region="US")["course"]["relapses"]
    timed = [[one["is"] for one in relapse["timing"] if one["definition"] == "cog-pediatric-all"] for relapse in relapses]
    assert timed == [["early"], ["late"]]
