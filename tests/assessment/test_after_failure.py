"""What has failed, what a failure makes out of date, and what is left after a death."""

from __future__ import annotations

import pytest

from hemeline.assessment.shape import Assessment
from hemeline.knowledge import Knowledge
from hemeline.report.words import alert_rows
from tests.assessment.making import Row, assessed, indication, knowing, of_relapsed, only_indication, therapy, verdict, version
from tests.facts.recording import record

YES: Row = {"age": ">= 18"}
CHRONIC = ("2020-01-01 diagnosis cml", "2020-01-01 phase chronic")


def drug(knowledge: Knowledge, name: str) -> Knowledge:
    """A drug of the vocabulary with one indication, which asks for an age alone."""
    return knowing(knowledge, therapy(indication(version(criteria=YES), id=f"b-all/{name}/made-up"), id=name, name=name.title()))


def cautions(found: Assessment, name: str) -> list[str]:
    return [one["text"] for one in only_indication(found, name)["cautions"]]


def told(found: Assessment, kind: str) -> set[str]:
    """The facts that alerts of a kind are about."""
    return {fact for one in found["alerts"] if one["kind"] == kind for fact in one["facts"]}


# -- given before ------------------------------------------------------------------------------------------------------


def test_an_option_that_failed_before_says_so_and_keeps_its_verdict(knowledge: Knowledge) -> None:
    given = ("2024-01-05 treatment blinatumomab", "2024-02-05 response NR")
    found = of_relapsed(drug(knowledge, "blinatumomab"), *given)
    assert verdict(found, "blinatumomab") == "yes"
    assert cautions(found, "blinatumomab") == ["Given before (2024-01-05), and it failed."]


def test_an_option_that_was_not_tolerated_before_says_so(knowledge: Knowledge) -> None:
    found = of_relapsed(drug(knowledge, "blinatumomab"), "2024-01-05 treatment blinatumomab reason=toxicity")
    assert cautions(found, "blinatumomab") == ["Given before (2024-01-05), and it ended for toxicity."]


def test_a_drug_that_failed_within_a_regimen_failed(knowledge: Knowledge) -> None:
    given = ("2024-01-05 treatment FLAG-IDA", "2024-02-05 response NR")
    found = of_relapsed(drug(knowledge, "idarubicin"), *given)
    assert cautions(found, "idarubicin") == ["Given before (2024-01-05), and it failed."]


def test_what_was_given_and_worked_needs_no_warning(knowledge: Knowledge) -> None:
    given = ("2024-01-05 treatment blinatumomab end=2024-02-01", "2024-02-05 response CR", "2025-02-05 relapse marrow")
    assert cautions(of_relapsed(drug(knowledge, "blinatumomab"), *given), "blinatumomab") == []


# -- after a death -----------------------------------------------------------------------------------------------------


def test_after_a_death_no_option_is_left_and_nothing_is_missing_next_or_to_be_asked(knowledge: Knowledge) -> None:
    known = drug(knowledge, "blinatumomab")
    alive, dead = of_relapsed(known), of_relapsed(known, "2024-03-01 death")
    assert (verdict(alive, "blinatumomab"), verdict(dead, "blinatumomab")) == ("yes", "no")
    assert only_indication(dead, "blinatumomab")["criteria"][0] == {
        "text": "alive", "verdict": "no", "because": [{"fact": "state", "value": "dead", "date": None}],
    }  # fmt: skip
    assert not any([dead["missing"], dead["next"], dead["questions"], dead["support"], dead["processes"], told(dead, "stale")])


def test_that_the_patient_is_alive_is_not_repeated_among_the_criteria(knowledge: Knowledge) -> None:
    found = only_indication(of_relapsed(drug(knowledge, "blinatumomab")), "blinatumomab")
    assert [one["text"] for one in found["criteria"]] == ["age at least 18 years"]


# -- out of date, or not recorded --------------------------------------------------------------------------------------


def of_chronic(knowledge: Knowledge, *more: str) -> Assessment:
    return assessed(knowledge, record(*CHRONIC, *more, birth_date="1970-01-01"))


def test_a_test_for_resistance_is_out_of_date_once_a_later_therapy_against_the_same_has_failed(knowledge: Knowledge) -> None:
    tested = ("2020-01-05 treatment imatinib end=2022-01-01 reason=progression", "2022-01-05 T315I negative")
    failed = "2022-02-01 treatment dasatinib end=2024-01-01 reason=progression"
    going_on = "2022-02-01 treatment dasatinib"
    assert "T315I" in told(of_chronic(knowledge, *tested, failed), "stale")
    assert "T315I" not in told(of_chronic(knowledge, *tested, going_on), "stale")
    assert "T315I" not in told(of_chronic(knowledge, *tested, failed, "2024-01-05 T315I negative"), "stale")


def test_markers_out_of_date_for_the_same_reason_are_one_line_of_the_report(knowledge: Knowledge) -> None:
    found = of_relapsed(knowledge, "2020-01-02 CD19 positive", "2020-01-02 CD22 positive")
    assert alert_rows(found) == [("stale", "CD19, CD22 were last tested before the latest relapse: test again")]
    alone = of_relapsed(knowledge, "2020-01-02 CD19 positive")
    assert alert_rows(alone) == [("stale", "CD19 was last tested before the latest relapse: test again")]


@pytest.mark.parametrize(
    ("response", "level", "expected"),
    [("MMR", "0.6", True), ("MR4.5", "0.11", True), ("MMR", "0.1", False), ("CCyR", "0.6", False), ("CCyR", "6", True)],
)
def test_a_level_that_a_recorded_response_excludes_may_be_its_loss(response: str, level: str, expected: bool, knowledge: Knowledge) -> None:
    given = ("2020-01-05 treatment imatinib", f"2021-01-05 response {response}")
    found = of_chronic(knowledge, *given, f"2026-10-01 BCR::ABL1-IS {level} unit=%")
    assert ("BCR::ABL1-IS" in told(found, "possible")) is expected


def test_blasts_in_the_blood_that_make_a_blast_phase_are_told_apart_from_the_recorded_phase(knowledge: Knowledge) -> None:
    assert "blood-blasts" in told(of_chronic(knowledge, "2026-10-01 blood-blasts 20 unit=%"), "possible")
    assert "blood-blasts" not in told(of_chronic(knowledge, "2026-10-01 blood-blasts 19 unit=%"), "possible")


def test_disease_of_the_nervous_system_in_remission_may_be_a_relapse(knowledge: Knowledge) -> None:
    in_remission = ("2024-01-05 treatment flag-ida end=2024-02-01", "2024-02-05 response CR")
    assert "cns-disease" in told(of_relapsed(knowledge, *in_remission, "2025-02-01 cns-disease positive"), "possible")
    assert "cns-disease" not in told(of_relapsed(knowledge, *in_remission, "2024-01-06 cns-disease positive"), "possible")
