from __future__ import annotations

from typing import Any

import pytest

from hemeline.errors import UsageError
from hemeline.knowledge import Knowledge
from hemeline.report.whatif import added_fact, changes, latest_day
from tests.assessment.making import TODAY, indication, knowing, of_relapsed, therapy, version


@pytest.mark.parametrize(
    ("written", "fact"),
    [
        ("response=CR@2026-12-01", {"fact": "response", "value": "CR", "date": "2026-12-01"}),
        ("CD22=positive@2026-12", {"fact": "CD22", "value": "positive", "date": "2026-12"}),
        (
            "treatment=waxumab@2026-12-01..2026-12-28,reason=completed,line=3",
            {"fact": "treatment", "value": "waxumab", "date": "2026-12-01", "end": "2026-12-28", "reason": "completed", "line": "3"},
        ),
        ("MRD=0.2@2026-12-01,unit=%", {"fact": "MRD", "value": "0.2", "date": "2026-12-01", "unit": "%"}),
        ("relapse=@2026-12-01", {"fact": "relapse", "value": None, "date": "2026-12-01"}),
        ("treatment=a@b@2026", {"fact": "treatment", "value": "a@b", "date": "2026"}),
    ],
)
def test_a_fact_is_written_as_name_value_and_date(written: str, fact: dict[str, Any]) -> None:
    assert added_fact(written) == fact


@pytest.mark.parametrize(
    "written",
    ["response=CR", "response@2026-12-01", "=CR@2026-12-01", "response=CR@soon", "a=b@2026-01-01..soon", "a=b@2026-01-01,colour=red",
     "a=b@2026-01-01,reason", "a=b@2026-01-01,reason=", ""],
)  # fmt: skip
def test_anything_else_is_refused_with_the_form_and_without_what_was_written(written: str) -> None:
    with pytest.raises(UsageError, match="expected fact=value@date") as refused:
        added_fact(written)
    assert "CR@" not in str(refused.value).replace("response=CR@2026-12-01", "")


@pytest.mark.parametrize(
    ("dates", "day"), [(["2020-01-01"], TODAY), (["2027-01-05"], "2027-01-05"), (["2020", "2027-02"], "2027-02-28"), (["soon"], TODAY)]
)
def test_the_day_is_the_last_that_an_added_fact_may_be_of_but_no_earlier_than_today(dates: list[str], day: str) -> None:
    assert latest_day([{"date": one} for one in dates], TODAY) == day


def test_a_supposed_remission_changes_state_verdicts_and_counts(knowledge: Knowledge) -> None:
    known = knowing(knowledge, therapy(indication(version())))
    changed = changes(of_relapsed(known), of_relapsed(known, "2026-01-01 response CR"))
    assert changed["course"] == {"state": ["relapsed", "remission"], "remission_number": [1, 2]}
    assert changed["options"] == [{"therapy": "waxumab", "name": "Waxumab", "from": "yes", "to": "no"}]


def test_a_supposed_test_is_no_longer_missing(knowledge: Knowledge) -> None:
    known = knowing(knowledge, therapy(indication(version(criteria={"CD19": "positive"}))))
    before, after = of_relapsed(known), of_relapsed(known, "2026-01-01 CD19 positive")
    assert changes(before, after)["no_longer_missing"] == ["CD19"]
    assert changes(after, before)["newly_missing"] == ["CD19"]


def test_a_supposed_fact_that_is_not_understood_is_listed(knowledge: Knowledge) -> None:
    known = knowing(knowledge)
    (one,) = changes(of_relapsed(known), of_relapsed(known, "2026-01-01 'shoe size' 4"))["not_understood"]
    assert one["fact"] == "shoe size"


def test_an_option_that_appears_or_goes_is_not_listed_on_the_other_side(knowledge: Knowledge) -> None:
    known, none = knowing(knowledge, therapy(indication(version()))), knowing(knowledge)
    (appeared,) = changes(of_relapsed(none), of_relapsed(known))["options"]
    assert (appeared["from"], appeared["to"]) == ("not listed", "yes")


def test_the_same_assessment_changes_nothing(knowledge: Knowledge) -> None:
    assessment = of_relapsed(knowing(knowledge, therapy(indication(version()))))
    assert not any(changes(assessment, assessment).values())
