"""What is in force in a region on a day, and what is known but not to be had there and then."""

from __future__ import annotations

from typing import Any

import pytest

from hemeline.assessment.force import absent, candidates_in_force
from hemeline.knowledge import REGIONS, Knowledge, Region
from hemeline.when import parse_date, to_date
from tests.assessment.making import (
    assessed,
    indication,
    knowing,
    of_relapsed,
    only_indication,
    option,
    therapy,
    unavailable,
    verdict,
    version,
)
from tests.facts.recording import record


def one_therapy(knowledge: Knowledge, *versions: dict[str, Any]) -> Knowledge:
    return knowing(knowledge, therapy(indication(*versions)))


def on_days(known: Knowledge, *days: str) -> list[str]:
    return [verdict(of_relapsed(known, day=day)) for day in days]


# -- exact dates -------------------------------------------------------------------------------------------------------


def test_an_indication_is_in_force_from_its_first_day(knowledge: Knowledge) -> None:
    known = one_therapy(knowledge, version("2025-03-04"))
    assert on_days(known, "2025-03-03", "2025-03-04", "2025-03-05") == ["absent", "yes", "yes"]


def test_until_is_the_first_day_on_which_it_no_longer_is(knowledge: Knowledge) -> None:
    known = one_therapy(knowledge, version("2024-02-01", "2025-03-04"))
    assert on_days(known, "2025-03-03", "2025-03-04") == ["yes", "absent"]


def test_the_version_of_the_day_counts(knowledge: Knowledge) -> None:
    known = one_therapy(
        knowledge, version("2024-02-01", "2025-03-04", criteria={"age": ">= 60"}), version("2025-03-04", criteria={"age": ">= 18"})
    )
    assert on_days(known, "2025-03-03", "2025-03-04") == ["no", "yes"]
    assert only_indication(of_relapsed(known, day="2025-03-04"))["since"] == "2025-03-04"


def test_a_version_without_a_beginning_has_always_been_in_force(knowledge: Knowledge) -> None:
    assert on_days(one_therapy(knowledge, version(basis="practice", status="practice")), "2024-02-01") == ["yes"]


def test_another_region_has_its_own_indications(knowledge: Knowledge) -> None:
    known = one_therapy(knowledge, version("2020-01-01"))
    assert {region: verdict(of_relapsed(known, region=region)) for region in REGIONS} == {"US": "yes", "EU": "absent", "UK": "absent"}


def test_another_disease_has_its_own_therapies(knowledge: Knowledge) -> None:
    known = one_therapy(knowledge, version("2020-01-01"))
    other = assessed(known, record("2020-01-01 diagnosis cml"))
    assert not other["options"] and not other["not_available"]


# -- dates known to the month ------------------------------------------------------------------------------------------


def test_within_the_month_in_which_it_began_the_verdict_is_at_most_unknown(knowledge: Knowledge) -> None:
    known = one_therapy(knowledge, version("2025-03"))
    assert on_days(known, "2025-02-28", "2025-03-01", "2025-03-30", "2025-03-31") == ["absent", "unknown", "unknown", "yes"]


def test_within_the_month_in_which_it_ended_the_verdict_is_at_most_unknown(knowledge: Knowledge) -> None:
    known = one_therapy(knowledge, version("2024-01-15", "2025-03"))
    assert on_days(known, "2025-02-28", "2025-03-01", "2025-03-30", "2025-03-31") == ["yes", "unknown", "unknown", "absent"]


def test_what_is_no_on_a_clear_day_is_no_on_an_unclear_one(knowledge: Knowledge) -> None:
    assert on_days(one_therapy(knowledge, version("2025-03", criteria={"age": ">= 60"})), "2025-03-10") == ["no"]


def test_an_unclear_day_is_said(knowledge: Knowledge) -> None:
    known = one_therapy(knowledge, version("2025-03"))
    assert "at most unknown" in (only_indication(of_relapsed(known, day="2025-03-10"))["unclear"] or "")
    assert only_indication(of_relapsed(known, day="2025-04-10"))["unclear"] is None


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [(">= 18", ">= 18", "yes"), (">= 18", ">= 60", "unknown"), (">= 60", ">= 18", "unknown"), (">= 60", ">= 60", "no")],
)
def test_where_one_wording_follows_another_within_the_month_both_must_agree(
    before: str, after: str, expected: str, knowledge: Knowledge
) -> None:
    known = one_therapy(knowledge, version("2024-01-01", "2025-03", criteria={"age": before}), version("2025-03", criteria={"age": after}))
    found = only_indication(of_relapsed(known, day="2025-03-10"))
    assert found["verdict"] == expected
    assert "both wordings agree" in (found["unclear"] or "")


# -- not available -----------------------------------------------------------------------------------------------------


def test_what_is_withdrawn_says_so_from_its_last_day_on(knowledge: Knowledge) -> None:
    known = one_therapy(knowledge, version("2024-02-01", "2025-03-04", note="The maker gave it up."))
    assert of_relapsed(known, day="2025-03-03")["not_available"] == []
    found = unavailable(of_relapsed(known, day="2025-03-04"))
    assert (found["status"], found["until"], found["note"]) == ("withdrawn", "2025-03-04", "The maker gave it up.")


def test_what_comes_later_is_not_yet_approved_and_its_date_is_not_told(knowledge: Knowledge) -> None:
    found = unavailable(of_relapsed(one_therapy(knowledge, version("2027-01-01", note="Approved in 2027.")), day="2026-11-22"))
    assert (found["status"], found["since"], found["until"], found["note"]) == ("not yet approved", None, None, None)


def test_before_its_approval_and_after_its_end_what_is_given_in_trials_is_both_an_option_and_not_available(knowledge: Knowledge) -> None:
    trial = indication(version(status="investigational", basis="investigational"), id="b-all/waxumab/trial")
    known = knowing(knowledge, therapy(indication(version("2024-02-01", "2025-03-04")), trial))
    told = {day: of_relapsed(known, day=day) for day in ("2024-01-31", "2024-02-01", "2025-03-04")}
    assert [verdict(one) for one in told.values()] == ["yes"] * 3
    assert unavailable(told["2024-01-31"])["status"] == "not yet approved"
    assert told["2024-02-01"]["not_available"] == []
    assert unavailable(told["2025-03-04"])["status"] == "withdrawn"


def test_what_was_never_more_than_a_trial_is_an_option_only(knowledge: Knowledge) -> None:
    assert of_relapsed(one_therapy(knowledge, version(status="investigational", basis="investigational")))["not_available"] == []


@pytest.mark.parametrize("status", ["suspended", "refused", "terminated", "not-approved"])
def test_what_is_refused_or_suspended_says_so(status: str, knowledge: Knowledge) -> None:
    found = unavailable(of_relapsed(one_therapy(knowledge, version("2025-01-01", status=status))))
    assert (found["status"], found["since"]) == (status, "2025-01-01")


def test_a_suspended_licence_is_suspended_and_not_withdrawn(knowledge: Knowledge) -> None:
    known = one_therapy(
        knowledge, version("2024-01-01", "2025-01-01"), version("2025-01-01", "2025-06-01", status="suspended"), version("2025-06-01")
    )
    assert on_days(known, "2024-12-31", "2025-01-01", "2025-05-31", "2025-06-01") == ["yes", "absent", "absent", "yes"]
    assert unavailable(of_relapsed(known, day="2025-01-01"))["status"] == "suspended"


@pytest.mark.parametrize("status", ["refused", "terminated"])
def test_a_licence_that_is_not_paid_for_is_licensed_not_funded(status: str, knowledge: Knowledge) -> None:
    versions = version("2020-01-01"), version("2025-05-06", status=status, basis="funded")
    known = knowing(knowledge, therapy(indication(*versions, region="UK")))
    assert verdict(of_relapsed(known, day="2025-05-05", region="UK")) == "yes"
    after = of_relapsed(known, day="2025-05-06", region="UK")
    assert verdict(after) == "absent"
    assert unavailable(after)["status"] == "licensed, not funded"


def test_a_licence_without_a_decision_on_funding_stays_an_option(knowledge: Knowledge) -> None:
    versions = version("2020-01-01"), version("2027-05-06", basis="funded", status="recommended")
    known = knowing(knowledge, therapy(indication(*versions, region="UK")))
    assert [one["basis"] for one in option(of_relapsed(known, region="UK"))["indications"]] == ["label"]


def test_licence_and_funding_are_separate_indications_of_one_option(knowledge: Knowledge) -> None:
    versions = (
        version("2020-01-01", criteria={"age": ">= 18"}),
        version("2021-01-01", basis="funded", status="recommended", criteria={"age": ">= 60"}),
    )
    found = option(of_relapsed(knowing(knowledge, therapy(indication(*versions, region="UK"))), region="UK"))
    assert found["verdict"] == "yes"
    assert [(one["basis"], one["verdict"]) for one in found["indications"]] == [("label", "yes"), ("funded", "no")]


def test_that_nothing_was_found_is_no_proof_and_says_so(knowledge: Knowledge) -> None:
    noted = unavailable(of_relapsed(one_therapy(knowledge, version(status="not-found", note="Nothing was found."))))
    assert (noted["status"], noted["note"]) == ("not-found", "Nothing was found.")
    silent = unavailable(of_relapsed(one_therapy(knowledge, version("2020-01-01")), region="EU"))
    assert silent["status"] == "not-found" and "not proven" in (silent["note"] or "")


def test_what_is_an_option_in_one_indication_is_not_listed_as_unavailable(knowledge: Knowledge) -> None:
    ended = indication(version("2020-01-01", "2021-01-01"), id="b-all/waxumab/ended")
    known = knowing(knowledge, therapy(ended, indication(version("2020-01-01"))))
    assert of_relapsed(known)["not_available"] == []


# -- the shipped knowledge ---------------------------------------------------------------------------------------------


def days_of_change(knowledge: Knowledge) -> list[int]:
    """The first and last possible day of every change, and the days before."""
    versions = [one for _, each in knowledge.indications() for listed in each.regions.values() for one in listed]
    intervals = [parse_date(date) for one in versions for date in (one.since, one.until) if date]
    return sorted({end + step for interval in intervals if interval for end in interval for step in (-1, 0)})


@pytest.mark.parametrize("disease", ["b-all", "t-all", "mpal", "cml"])
def test_on_every_day_each_therapy_is_either_an_option_or_known_to_be_absent(disease: str, knowledge: Knowledge) -> None:
    within = knowledge.vocabulary.diseases_within
    therapies = {entry.id for entry, one in knowledge.indications() if any(disease in within(group) for group in one.diseases)}
    for day in days_of_change(knowledge):
        for region in REGIONS:
            listed = {one.entry.id for one in candidates_in_force(knowledge, within(disease), region, day)}
            missing = {one.entry.id for one in absent(knowledge, within(disease), region, day)}
            assert listed | missing == therapies and not listed & missing, (region, to_date(day))


@pytest.mark.parametrize("region", REGIONS)
def test_nothing_later_than_the_day_is_told(region: Region, knowledge: Knowledge) -> None:
    for day in days_of_change(knowledge)[::17]:
        found = assessed(knowledge, record("2001-01-01 diagnosis b-all"), to_date(day).isoformat(), region)
        told = [*(one for each in found["options"] for one in each["indications"]), *found["not_available"]]
        dates = [date for one in told for date in (one["since"], one["until"]) if date]
        assert [date for date in dates if (parse_date(date) or (day, day))[0] > day] == [], to_date(day)
