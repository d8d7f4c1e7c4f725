"""Values as people read them."""

from __future__ import annotations

import math

import numpy as np
import orjson
import pytest

from hemeline.assessment.shown import shown_range


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [
        (2.0, 2.0, 2),
        (24.96, 24.96, 25.0),
        (1.5, math.inf, "at least 1.5"),
        (-math.inf, 3.0, "at most 3"),
        (1.0, 2.0, "1 to 2"),
        (-math.inf, math.inf, None),
    ],
)
def test_a_bound_of_a_column_is_told_as_a_plain_value(low: float, high: float, shown: object) -> None:
    told = shown_range(np.float64(low), np.float64(high))
    assert told == shown
    assert orjson.loads(orjson.dumps(told)) == shown
