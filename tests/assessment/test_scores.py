"""Scores: the points so far, the most they may become, and what would settle them."""

from __future__ import annotations

from typing import Any

from hemeline.knowledge import Knowledge
from tests.assessment.making import assessed
from tests.facts.recording import record

INDEX = "european-prognostic-index"
COMORBIDITY = "hct-ci"
COURSE = (
    "2024-01-10 diagnosis aml", "2024-01-12 treatment cytarabine end=2024-02-01", "2024-03-01 response CR", "2025-03-10 relapse marrow",
)  # fmt: skip


def score(knowledge: Knowledge, definition: str, *lines: str, born: str = "1980-05-01") -> dict[str, Any] | None:
    course = assessed(knowledge, record(*lines, birth_date=born), region="US")["course"]
    return next((one for one in course["definitions"] if one["definition"] == definition), None)


def _ids(knowledge: Knowledge) -> set[str]:
    return {one.id for one in knowledge.content.definitions if one.kind == "score"}


def test_the_shipped_scores_are_these(knowledge: Knowledge) -> None:
    assert {INDEX, COMORBIDITY} <= _ids(knowledge)


def test_an_item_that_is_open_leaves_the_score_a_range(knowledge: Knowledge) -> None:
    found = score(knowledge, INDEX, *COURSE)
    assert found is not None
    low, high = found["score"]
    # 12.3 months of remission: 3; age 44 at relapse: 1; no transplant before: 0; cytogenetics 0 to 5.
    assert (low, high) == (4, 9)
    assert found["is"] == "unknown" and found["missing"]


def test_a_known_item_settles_the_band_and_its_published_outcome(knowledge: Knowledge) -> None:
    favourable = score(knowledge, INDEX, *COURSE, "2024-01-10 inv(16) positive", "2024-01-10 t(8;21) negative")
    poor = score(knowledge, INDEX, *COURSE, "2024-01-10 inv(16) negative", "2024-01-10 t(8;21) negative")
    assert favourable is not None and poor is not None
    assert (favourable["score"], favourable["is"]) == ([4, 4], "favourable")
    assert (poor["score"], poor["is"]) == ([9, 9], "intermediate")
    assert "70" in favourable["figures"] and "49" in poor["figures"]


def test_a_score_of_which_nothing_is_known_is_not_told(knowledge: Knowledge) -> None:
    assert score(knowledge, COMORBIDITY, *COURSE) is None


def test_of_one_group_only_the_highest_item_counts(knowledge: Knowledge) -> None:
    with_lung = score(knowledge, COMORBIDITY, *COURSE, "2025-03-11 FEV1 60 unit=%")
    assert with_lung is not None
    assert with_lung["score"][0] == 3


def test_only_what_counts_of_a_group_is_named_and_what_could_add_nothing_is_not_asked(knowledge: Knowledge) -> None:
    severe = score(knowledge, COMORBIDITY, *COURSE, "2025-03-11 DLCO 60 unit=%")
    assert severe is not None
    assert severe["counted"] == ["lung, severe"]
    assert not {"DLCO", "FEV1", "breathless-on-slight-activity", "breathless-at-rest-or-oxygen"} & set(severe["missing"])


def test_what_is_recorded_is_not_missing_from_a_score(knowledge: Knowledge) -> None:
    moderate = score(knowledge, COMORBIDITY, *COURSE, "2025-03-11 DLCO 70 unit=%", "2025-03-11 cirrhosis negative")
    assert moderate is not None
    assert "FEV1" in moderate["missing"] and not {"DLCO", "cirrhosis"} & set(moderate["missing"])
