"""The options of one patient: verdicts, the criteria and facts behind them, their order, cautions, evidence and sources."""

from __future__ import annotations

import orjson
import pytest

from hemeline.assessment.shape import CriterionView
from hemeline.knowledge import Knowledge
from hemeline.knowledge.schema import Source
from tests.assessment.making import (
    RELAPSED,
    Row,
    assessed,
    indication,
    knowing,
    of_relapsed,
    only_indication,
    option,
    therapy,
    verdict,
    version,
)
from tests.facts.recording import record

YES: Row = {"age": ">= 18"}
NO: Row = {"age": "< 18"}
OPEN: Row = {"CD19": "positive"}


def indications(knowledge: Knowledge, *criteria: Row) -> Knowledge:
    """One therapy with an indication for each of some criteria."""
    listed = [indication(version(criteria=one), id=f"b-all/waxumab/{place}") for place, one in enumerate(criteria)]
    return knowing(knowledge, therapy(*listed))


def criterion(knowledge: Knowledge, written: Row, *more: str) -> CriterionView:
    """The one criterion of a relapsed patient's one indication."""
    (found,) = only_indication(of_relapsed(indications(knowledge, written), *more))["criteria"]
    return found


# -- verdicts ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        ([YES], "yes"), ([NO], "no"), ([OPEN], "unknown"), ([NO, YES], "yes"), ([OPEN, YES], "yes"), ([NO, OPEN], "unknown"),
        ([NO, NO], "no"), ([NO, OPEN, YES], "yes"),
    ],
)  # fmt: skip
def test_an_option_is_yes_if_any_indication_is_else_unknown_if_any_is_else_no(
    criteria: list[Row], expected: str, knowledge: Knowledge
) -> None:
    assert verdict(of_relapsed(indications(knowledge, *criteria))) == expected


@pytest.mark.parametrize(
    ("parts", "expected"),
    [([YES, YES], "yes"), ([YES, OPEN], "unknown"), ([YES, NO], "no"), ([OPEN, NO], "no")],
)
def test_an_indication_is_yes_if_all_its_criteria_are_and_no_as_soon_as_one_is(
    parts: list[Row], expected: str, knowledge: Knowledge
) -> None:
    found = only_indication(of_relapsed(indications(knowledge, {"all": parts})))
    assert found["verdict"] == expected
    assert len(found["criteria"]) == 2


def test_what_was_never_tested_is_unknown_and_never_no(knowledge: Knowledge) -> None:
    known = indications(knowledge, OPEN)
    assert verdict(of_relapsed(known)) == "unknown"
    assert verdict(of_relapsed(known, "2024-01-02 CD19 negative")) == "no"
    assert verdict(of_relapsed(known, "2024-01-02 CD19 positive")) == "yes"


def test_a_treatment_that_is_not_recorded_was_not_given_unless_the_history_is_partial(knowledge: Knowledge) -> None:
    known = indications(knowledge, {"prior": "blinatumomab"})
    assert verdict(of_relapsed(known)) == "no"
    assert verdict(of_relapsed(known, history="partial")) == "unknown"


def test_a_wider_diagnosis_leaves_the_disease_open_and_shows_it(knowledge: Knowledge) -> None:
    found = only_indication(assessed(indications(knowledge, YES), record("2020-01-01 diagnosis all", birth_date="1990-01-01")))
    assert found["verdict"] == "unknown"
    disease = found["criteria"][0]
    assert (disease["text"], disease["verdict"]) == ("disease: B-cell acute lymphoblastic leukaemia", "unknown")


def test_the_patients_own_disease_is_not_repeated_among_the_criteria(knowledge: Knowledge) -> None:
    found = only_indication(of_relapsed(indications(knowledge, YES)))
    assert [one["text"] for one in found["criteria"]] == ["age at least 18 years"]


@pytest.mark.parametrize("died", ["2025-03-01 death", "2025 death"])
def test_nothing_is_possible_open_missing_or_asked_for_somebody_who_died(died: str, knowledge: Knowledge) -> None:
    open_ = therapy(indication(version(criteria={"CD19": "positive"})))
    living, dead = (of_relapsed(knowing(knowledge, open_), *more) for more in ((), (died,)))
    assert (verdict(living), verdict(dead)) == ("unknown", "no")
    assert living["missing"] and living["questions"] and living["support"]
    assert not (dead["missing"] or dead["questions"] or dead["support"] or dead["next"] or dead["alerts"])
    (reason, marker) = only_indication(dead)["criteria"]
    assert (reason["text"], reason["verdict"], marker["verdict"]) == ("alive", "no", "unknown")
    assert reason["because"][0]["value"] == "dead"


def test_that_somebody_lives_is_not_listed_among_the_criteria(knowledge: Knowledge) -> None:
    told = only_indication(of_relapsed(indications(knowledge, YES)))
    assert [one["text"] for one in told["criteria"]] == ["age at least 18 years"]


def test_an_indication_for_a_group_is_one_for_each_of_its_diseases(knowledge: Knowledge) -> None:
    known = knowing(knowledge, therapy(indication(version(criteria=YES), diseases=["all"])))
    assert verdict(of_relapsed(known)) == "yes"


# -- reasons -----------------------------------------------------------------------------------------------------------


def test_a_criterion_tells_the_fact_its_value_and_its_date(knowledge: Knowledge) -> None:
    found = criterion(knowledge, {"CD19": "positive"}, "2024-01-02 CD19 negative")
    assert found["verdict"] == "no"
    assert found["because"] == [{"fact": "CD19", "value": "negative", "date": "2024-01-02"}]


def test_a_fact_that_is_missing_is_told_as_such(knowledge: Knowledge) -> None:
    assert criterion(knowledge, OPEN)["because"] == [{"fact": "CD19", "value": None, "date": None}]


def test_a_fact_without_a_date_has_none(knowledge: Knowledge) -> None:
    assert criterion(knowledge, OPEN, "- CD19 positive")["because"] == [{"fact": "CD19", "value": "positive", "date": None}]


def test_of_an_or_that_is_met_only_what_meets_it_is_told(knowledge: Knowledge) -> None:
    found = criterion(knowledge, {"any": [{"CD19": "positive"}, {"CD22": "positive"}]}, "2024-01-02 CD22 positive")
    assert found["verdict"] == "yes"
    assert [one["fact"] for one in found["because"]] == ["CD22"]


def test_of_an_and_within_an_or_that_fails_only_what_fails_is_told(knowledge: Knowledge) -> None:
    written = {"any": [{"all": [{"CD19": "positive"}, {"CD22": "positive"}]}, {"ECOG": "<= 2"}]}
    found = criterion(knowledge, written, "2024-01-02 CD19 negative", "2024-01-02 CD22 positive", "2024-01-02 ECOG 3")
    assert found["verdict"] == "no"
    assert [one["fact"] for one in found["because"]] == ["CD19", "ECOG"]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ({"age": ">= 18"}, {"fact": "age", "value": 36, "date": "2026-11-22"}),
        ({"relapse_number": ">= 1"}, {"fact": "relapse_number", "value": 1, "date": "2024-01-01"}),
        ({"prior_lines": ">= 1"}, {"fact": "prior_lines", "value": 1, "date": "2020-01-05"}),
        ({"relapsed": True}, {"fact": "state", "value": "relapsed", "date": "2024-01-01"}),
        ({"relapse_site": "marrow"}, {"fact": "relapse", "value": "marrow", "date": "2024-01-01"}),
        ({"prior": "vincristine"}, {"fact": "treatment", "value": "vincristine", "date": "2020-01-05", "row": 2}),
        ({"prior": "imatinib"}, {"fact": "treatment", "value": "none recorded", "date": None}),
        ({"months_from_remission": ">= 12"}, {"fact": "months_from_remission", "value": 47.0, "date": None}),
        ({"ECOG": "<= 2"}, {"fact": "ECOG", "value": 1.0, "date": "2024-01-03"}),
        ({"LVEF": ">= 50 %"}, {"fact": "LVEF", "value": "61 %", "date": "2024-01-03"}),
        ({"MRD": "negative"}, {"fact": "MRD", "value": "negative", "date": "2024-01-03"}),
        ({"fit-for": "transplant"}, {"fact": "fit-for", "value": "not:transplant", "date": "2024-01-03"}),
        ({"CNS-status": "CNS1"}, {"fact": "CNS-status", "value": "CNS1", "date": "2024-01-03"}),
    ],
)  # fmt: skip
def test_a_reason_is_shown_in_the_words_and_units_of_its_fact(written: Row, expected: Row, knowledge: Knowledge) -> None:
    facts = (
        "2024-01-03 ECOG 1", "2024-01-03 LVEF 61 unit=%", "2024-01-03 MRD <0.01 unit=%", "2024-01-03 fit-for not:transplant",
        '2024-01-03 CNS-status "CNS 1"',
    )  # fmt: skip
    assert criterion(knowledge, written, *facts)["because"] == [expected]


# -- order -------------------------------------------------------------------------------------------------------------


def test_possible_options_come_first_then_open_ones_and_licences_before_the_rest(knowledge: Knowledge) -> None:
    def named(name: str, criteria: Row, basis: str = "label") -> Row:
        return therapy(indication(version(criteria=criteria, basis=basis), id=f"b-all/{name}/made-up"), id=name, name=name)

    known = knowing(knowledge, named("a", NO), named("b", OPEN), named("c", YES, "practice"), named("e", YES), named("d", YES))
    assert [one["therapy"] for one in of_relapsed(known)["options"]] == ["d", "e", "c", "b", "a"]


def test_who_wants_no_treatment_has_supportive_care_first(knowledge: Knowledge) -> None:
    care = therapy(
        indication(version(criteria=YES, basis="supportive"), id="b-all/care/made-up"), id="care", name="Care", kind="supportive"
    )
    known = knowing(knowledge, care, therapy(indication(version(criteria=YES))))
    assert [one["therapy"] for one in of_relapsed(known)["options"]] == ["waxumab", "care"]
    declined = of_relapsed(known, "2024-02-01 wish no-anticancer-treatment")
    assert [(one["therapy"], one["verdict"]) for one in declined["options"]] == [("care", "yes"), ("waxumab", "yes")]


# -- cautions, evidence, sources ---------------------------------------------------------------------------------------


def test_a_caution_is_shown_unless_its_condition_is_known_not_to_be_met(knowledge: Knowledge) -> None:
    conditional = [{"text": "if younger", "when": NO, "sources": []}, {"text": "if marked", "when": OPEN, "sources": []}]
    always = [{"text": "always", "sources": []}]
    known = knowing(knowledge, therapy(indication(version(criteria=YES), cautions=conditional), cautions=always))
    assert [(one["text"], one["verdict"]) for one in only_indication(of_relapsed(known))["cautions"]] == [
        ("if marked", "unknown"), ("always", "yes"),
    ]  # fmt: skip


def test_a_caution_changes_no_verdict(knowledge: Knowledge) -> None:
    cautions = [{"text": "of age", "when": YES, "sources": []}]
    assert verdict(of_relapsed(knowing(knowledge, therapy(indication(version(criteria=YES), cautions=cautions))))) == "yes"


def test_evidence_that_came_later_is_not_told(knowledge: Knowledge) -> None:
    article = Source(id="wax-trial", title="A trial of wax", publisher="Journal", date="2015-03-04", kind="article")
    evidence = [{"trial": "WAX-1", "population": "12 adults", "result": "6 shone", "sources": ["wax-trial"]}]
    known = knowing(knowledge, therapy(indication(version(criteria=YES), evidence=evidence)), sources=(article,))
    patient = record("2001-01-01 diagnosis b-all", birth_date="1980-01-01")
    assert only_indication(assessed(known, patient, "2015-03-03"))["evidence"] == []
    assert [one["trial"] for one in only_indication(assessed(known, patient, "2015-03-04"))["evidence"]] == ["WAX-1"]


def test_sources_are_cited_with_where_to_read_them(knowledge: Knowledge) -> None:
    label = Source(id="wax-label", title="Label", publisher="Office", date="2020", kind="label", doi="10.1000/1")
    known = knowing(knowledge, therapy(indication(version(criteria=YES, sources=["wax-label"]))), sources=(label,))
    assert only_indication(of_relapsed(known))["sources"] == [
        {"id": "wax-label", "title": "Label", "publisher": "Office", "date": "2020", "url": "https://doi.org/10.1000/1"}
    ]


def test_an_option_names_its_kind_its_brand_and_who_reviewed_it(knowledge: Knowledge) -> None:
    found = option(of_relapsed(knowing(knowledge, therapy(indication(version()), brands=["Shinerix"]))))
    assert (found["name"], found["kind"], found["review"]) == ("Waxumab (Shinerix)", "drug", "drafted")


def test_an_indication_names_its_basis_setting_and_note(knowledge: Knowledge) -> None:
    trial = version(basis="investigational", status="investigational", note="Phase 1.")
    found = only_indication(of_relapsed(knowing(knowledge, therapy(indication(trial, setting="second relapse")))))
    assert (found["basis"], found["status"], found["setting"], found["note"]) == (
        "investigational", "investigational", "second relapse", "Phase 1.",
    )  # fmt: skip


def test_only_an_unknown_indication_waits_for_facts(knowledge: Knowledge) -> None:
    known = indications(knowledge, {"all": [OPEN, YES]}, {"all": [OPEN, NO]})
    by_verdict = {one["verdict"]: one["missing"] for one in option(of_relapsed(known))["indications"]}
    assert by_verdict == {"unknown": [{"fact": "CD19"}], "no": []}


def test_nothing_dated_later_than_the_day_bears_on_a_verdict(knowledge: Knowledge) -> None:
    known = indications(knowledge, OPEN)
    found = assessed(known, record(*RELAPSED, "2025-03-04 CD19 positive"), "2025-03-03")
    assert verdict(found) == "unknown"
    assert verdict(assessed(known, record(*RELAPSED, "2025-03-04 CD19 positive"), "2025-03-04")) == "yes"


def test_nothing_applies_to_the_dead_and_nothing_is_asked_of_them(knowledge: Knowledge) -> None:
    found = of_relapsed(indications(knowledge, OPEN), "2024-03-01 death")
    assert found["course"]["state"] == "dead"
    assert {option["verdict"] for option in found["options"]} == {"no"}
    assert not [key for key in ("missing", "alerts", "next", "support", "questions", "processes") if found[key]]


def test_a_number_of_months_is_written_as_json(knowledge: Knowledge) -> None:
    found = of_relapsed(indications(knowledge, {"months_from_diagnosis": "> 3.5"}))
    assert orjson.loads(orjson.dumps(found)) == found
