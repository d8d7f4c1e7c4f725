"""The count of regimens, beside the lines: some authors count those."""

from __future__ import annotations

from hemeline.knowledge import Knowledge
from tests.assessment.making import assessed
from tests.facts.recording import record

MYELOMA = (
    "2020-01-10 diagnosis mm", "2020-01-20 treatment bortezomib end=2020-06-01", "2020-01-20 treatment lenalidomide end=2020-06-01",
    "2020-06-20 response VGPR", "2020-07-10 treatment autologous-sct intent=consolidation",
)  # fmt: skip


def counted(knowledge: Knowledge, *lines: str) -> tuple[int | None, int | None]:
    course = assessed(knowledge, record(*MYELOMA, *lines), region="US")["course"]
    return course["line_count"], course["regimen_count"]


def test_what_goes_on_with_drugs_of_the_regimen_before_is_no_other_one(knowledge: Knowledge) -> None:
    assert counted(knowledge, "2020-09-01 treatment lenalidomide intent=maintenance") == (1, 1)


def test_a_planned_change_is_another_regimen_and_the_same_line(knowledge: Knowledge) -> None:
    assert counted(knowledge, "2020-09-01 treatment daratumumab intent=maintenance") == (1, 2)


def test_a_date_that_leaves_the_order_open_leaves_the_count_open(knowledge: Knowledge) -> None:
    assert counted(knowledge, "2021 treatment daratumumab intent=maintenance")[1] is None
