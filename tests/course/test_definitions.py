"""What named definitions say: timing of a relapse, risk groups and milestones, each at its limit."""

from __future__ import annotations

import datetime as dt

import pytest

from hemeline.course import judge_definitions
from hemeline.knowledge import Knowledge
from tests.course.walking import Patient, patient

DIAGNOSED = dt.date(2015, 1, 1)
REMITTED = dt.date(2015, 2, 1)
TREATED = dt.date(2016, 6, 1)  # the last day of treatment
# Days that are just less than some months of 30.4375 days.
DAYS_UNDER = {6: 182, 12: 365, 18: 547, 24: 730, 36: 1095}


def relapsed(knowledge: Knowledge, on: dt.date, *sites: str, disease: str = "b-all", born: str = "1990-01-01") -> Patient:
    """Somebody who relapsed on a day."""
    facts = (
        f"{DIAGNOSED} diagnosis {disease}", f"2015-01-03 treatment vincristine end={TREATED}", f"{REMITTED} response CR",
        *(f"{on} relapse {site}" for site in sites or ("marrow",)),
    )  # fmt: skip
    return patient(knowledge, *facts, birth_date=born)


def result(told: Patient, definition: str) -> str:
    """The category of a definition that holds; the open ones, if none is known to."""
    kind = told.course.knowledge.definitions[definition].kind.replace("-", "_")
    categories = [one.result for one in told.course.knowledge.definitions[definition].categories]
    verdicts = {one: told.asked({kind: {"definition": definition, "is": one}}) for one in categories}
    holds = [one for one, verdict in verdicts.items() if verdict == "yes"]
    assert len(holds) <= 1, f"{definition}: more than one category holds: {holds}"
    return holds[0] if holds else " or ".join(one for one, verdict in verdicts.items() if verdict == "unknown") or "none"


# Definition, the site, from when it counts, its limit in months, and what it is before and after that limit.
LIMITS = [
    ("cog-pediatric-all", "marrow", DIAGNOSED, 36, "early", "late"),
    ("cog-pediatric-all", "cns", DIAGNOSED, 18, "early", "late"),
    ("cog-relapse-analysis", "marrow", DIAGNOSED, 18, "early", "intermediate"),
    ("cog-relapse-analysis", "cns", DIAGNOSED, 36, "intermediate", "late"),
    ("bfm-uk-childhood-all", "marrow", DIAGNOSED, 18, "very-early", "early"),
    ("bfm-uk-childhood-all", "marrow", TREATED, 6, "early", "late"),
    ("gmall-adult-all", "marrow", DIAGNOSED, 18, "early", "late"),
    ("graall-adult-all", "marrow", REMITTED, 18, "early", "late"),
    ("pethema-adult-all", "marrow", REMITTED, 24, "early", "late"),
    ("tower-trial", "marrow", REMITTED, 12, "early", "late"),
    ("getwellgo-all", "marrow", REMITTED, 12, "early", "not-settled"),
    ("getwellgo-all", "marrow", REMITTED, 24, "not-settled", "late"),
]


@pytest.mark.parametrize(("definition", "site", "since", "months", "before", "after"), LIMITS, ids=lambda one: str(one))
def test_the_timing_of_a_relapse_changes_on_the_day_after_the_limit(
    definition: str, site: str, since: dt.date, months: int, before: str, after: str, knowledge: Knowledge
) -> None:
    last = since + dt.timedelta(days=DAYS_UNDER[months])
    told = [relapsed(knowledge, day, site) for day in (last, last + dt.timedelta(days=1))]
    assert [result(one, definition) for one in told] == [before, after]


def test_every_timing_definition_of_acute_lymphoblastic_leukaemia_is_tried_at_each_of_its_limits(knowledge: Knowledge) -> None:
    timing = {one.id for one in knowledge.content.definitions if one.kind == "relapse-timing" and "all" in one.diseases}
    assert timing == {limit[0] for limit in LIMITS}


def test_the_categories_of_a_timing_definition_follow_each_other_and_never_overlap(knowledge: Knowledge) -> None:
    within = knowledge.vocabulary.diseases_within
    for one in knowledge.content.definitions:
        if one.kind != "relapse-timing":
            continue
        disease = sorted(each for group in one.diseases for each in within(group) if not knowledge.vocabulary.diseases[each].group)[0]
        days = [REMITTED + dt.timedelta(days=days) for days in (40, 200, 400, 600, 800, 1200, 2000, 2600)]
        told = [result(first_relapse(knowledge, disease, on), one.id) for on in days]
        reached = [name for place, name in enumerate(told) if place == 0 or name != told[place - 1]]
        assert len(reached) == len(set(reached)) > 1, (one.id, told)


def first_relapse(knowledge: Knowledge, disease: str, on: dt.date) -> Patient:
    """A first relapse after a transplant in first remission, of somebody of 40."""
    facts = (
        f"{DIAGNOSED} diagnosis {disease}", f"2015-01-03 treatment cyclophosphamide end={REMITTED}", f"{REMITTED} response CR",
        f"{REMITTED + dt.timedelta(days=20)} treatment autologous-sct", f"{on} relapse marrow",
    )  # fmt: skip
    return patient(knowledge, *facts, birth_date="1975-01-01")


@pytest.mark.parametrize(
    ("date", "timing"), [("2017", "early"), ("2018-01", "early or late"), ("2018-02", "late"), ("2018", "early or late")]
)
def test_a_limit_inside_a_partial_date_leaves_the_timing_open(date: str, timing: str, knowledge: Knowledge) -> None:
    facts = ("2015-01-15 diagnosis b-all", "2015-01-20 treatment vincristine end=2015-02-01", "2015-02-01 response CR")
    assert result(patient(knowledge, *facts, f"{date} relapse marrow"), "cog-pediatric-all") == timing


def test_a_site_not_recorded_leaves_open_what_depends_on_it(knowledge: Knowledge) -> None:
    between, after = (relapsed(knowledge, DIAGNOSED + dt.timedelta(days=days), "unspecified") for days in (900, 1200))
    assert result(between, "cog-pediatric-all") == "early or late"
    assert result(between, "gmall-adult-all") == "late"
    assert result(after, "cog-pediatric-all") == "late"


def test_a_remission_that_nobody_recorded_leaves_its_length_open(knowledge: Knowledge) -> None:
    told = patient(knowledge, "2015-01-01 diagnosis b-all", "2015-01-03 treatment vincristine", "2019-01-01 relapse marrow")
    assert result(told, "graall-adult-all") == "early or late"
    assert result(told, "gmall-adult-all") == "late"


def test_who_has_not_relapsed_has_no_timing(knowledge: Knowledge) -> None:
    told = patient(knowledge, "2015-01-01 diagnosis b-all", "2015-02-01 response CR")
    assert result(told, "cog-pediatric-all") == "none"


def test_each_relapse_has_its_own_timing_and_the_latest_is_the_patients(knowledge: Knowledge) -> None:
    told = patient(
        knowledge, "2015-01-01 diagnosis b-all", "2015-02-01 response CR", "2016-02-01 relapse marrow", "2016-02-10 treatment flag-ida",
        "2016-03-10 response CR", "2020-02-01 relapse marrow",
    )  # fmt: skip
    judged = judge_definitions(told.course, ["graall-adult-all"])
    early, perhaps_early = judged.of_relapses["relapse_timing:graall-adult-all:early"]
    assert early.tolist() == perhaps_early.tolist() == [True, False]
    assert result(told, "graall-adult-all") == "late"


# -- risk groups -----------------------------------------------------------------------------------------------------------

VERY_EARLY, EARLY, LATE = dt.date(2016, 1, 1), dt.date(2016, 9, 1), dt.date(2019, 1, 1)


@pytest.mark.parametrize(
    ("disease", "sites", "on", "group"),
    [
        ("b-all", ["cns"], LATE, "S1"), ("b-all", ["cns"], EARLY, "S2"), ("b-all", ["marrow"], LATE, "S2"),
        ("b-all", ["marrow", "cns"], EARLY, "S2"),
        ("b-all", ["marrow"], EARLY, "S3-S4"), ("b-all", ["marrow", "cns"], VERY_EARLY, "S3-S4"), ("t-all", ["marrow"], LATE, "S3-S4"),
        ("t-all", ["cns"], LATE, "S1"), ("all", ["marrow"], LATE, "S2 or S3-S4"),
    ],
)  # fmt: skip
def test_the_strategic_group_goes_by_lineage_site_and_timing(
    disease: str, sites: list[str], on: dt.date, group: str, knowledge: Knowledge
) -> None:
    assert result(relapsed(knowledge, on, *sites, disease=disease, born="2010-01-01"), "bfm-strategic-group") == group


@pytest.mark.parametrize(
    ("more", "group"),
    [([], "low or intermediate"), (["0.0009"], "low"), (["0.001"], "intermediate"), (["positive"], "low or intermediate")],
)
def test_residual_disease_tells_low_from_intermediate_risk(more: list[str], group: str, knowledge: Knowledge) -> None:
    facts = ("2015-01-01 diagnosis b-all", "2015-02-01 response CR", "2019-01-01 relapse marrow")
    told = patient(knowledge, *facts, *(f"2019-03-01 MRD {level}" for level in more), birth_date="2010-01-01")
    assert result(told, "cog-first-relapse-risk") == group


def test_a_second_relapse_has_no_group_of_the_first(knowledge: Knowledge) -> None:
    facts = ("2015-01-01 diagnosis t-all", "2015-02-01 response CR", "2016-01-01 relapse marrow", "2016-02-01 response CR")
    assert result(patient(knowledge, *facts, "2019-01-01 relapse marrow"), "bfm-strategic-group") == "none"


# -- milestones of chronic myeloid leukaemia -------------------------------------------------------------------------------

STARTED = dt.date(2020, 1, 1)


@pytest.mark.parametrize(
    ("days", "level", "milestone"),
    [
        (91, "50", "too-early"), (92, "10", "optimal"), (92, "10.1", "warning"),
        (182, "10.1", "warning"), (183, "10.1", "failure"), (183, "10", "warning"), (183, "1.1", "warning"), (183, "1", "optimal"),
        (365, "1.1", "warning"), (366, "1.1", "failure"), (366, "1", "warning"), (366, "0.11", "warning"), (366, "0.1", "optimal"),
        (366, "<0.01", "optimal"), (366, "<=1", "warning or optimal"), (2000, ">10", "failure"),
    ],
)  # fmt: skip
def test_a_level_is_judged_by_the_milestone_that_has_passed(days: int, level: str, milestone: str, knowledge: Knowledge) -> None:
    measured = STARTED + dt.timedelta(days=days)
    told = patient(
        knowledge, "2019-12-20 diagnosis cml", f"{STARTED} treatment imatinib", f'{measured} BCR::ABL1-IS "{level}" unit=%',
        f"{measured} ABL1-kinase-domain-mutation negative", f"{measured} high-risk-additional-chromosomal-abnormalities negative",
    )  # fmt: skip
    assert result(told, "eln-2020-milestones") == milestone


def test_months_count_from_the_start_of_the_present_line(knowledge: Knowledge) -> None:
    facts = (
        "2018-01-01 diagnosis cml",
        "2018-01-10 treatment imatinib",
        "2020-01-01 treatment dasatinib",
        "2020-04-10 BCR::ABL1-IS 5 unit=%",
    )
    mutations = ("2020-04-10 ABL1-kinase-domain-mutation negative", "2020-04-10 high-risk-additional-chromosomal-abnormalities negative")
    assert result(patient(knowledge, *facts, *mutations), "eln-2020-milestones") == "optimal"


def test_a_resistance_mutation_is_failure_at_any_time(knowledge: Knowledge) -> None:
    told = patient(knowledge, "2020-01-01 diagnosis cml", "2020-01-02 treatment imatinib", "2020-02-01 T315I positive")
    failed = {"milestone": {"definition": "eln-2020-milestones", "is": "failure-by-mutation"}}
    assert told.asked(failed) == "yes"


def test_who_was_never_measured_has_every_milestone_open(knowledge: Knowledge) -> None:
    told = patient(knowledge, "2020-01-01 diagnosis cml", "2020-01-02 treatment imatinib")
    assert result(told, "eln-2013-failure") == "failure or failure-by-mutation or not-failure"


# -- criteria --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("blasts", "who", "eln"), [("19", False, False), ("20", True, False), ("29", True, False), ("30", True, True), ("100", True, True)]
)  # fmt: skip
def test_blast_phase_by_blasts_differs_by_definition(blasts: str, who: bool, eln: bool, knowledge: Knowledge) -> None:
    told = patient(knowledge, "2020-01-01 diagnosis cml", f"2020-02-01 marrow-blasts {blasts} unit=%", "2020-02-01 blood-blasts 0 unit=%")
    judged = judge_definitions(told.course, ["cml-blast-phase-who-2022", "cml-blast-phase-eln"]).of_patients
    assert [bool(judged[f"criterion:{one}"][0][0]) for one in ("cml-blast-phase-who-2022", "cml-blast-phase-eln")] == [who, eln]


@pytest.mark.parametrize(("born", "applies"), [("1997-01-02", (True, True)), ("1997-01-01", (False, False)), ("1997", (False, True))])
def test_whom_a_definition_was_made_for_goes_by_age_at_diagnosis(born: str, applies: tuple[bool, bool], knowledge: Knowledge) -> None:
    told = relapsed(knowledge, LATE, born=born)
    surely, perhaps = judge_definitions(told.course, ["bfm-uk-childhood-all"]).of_patients["applies:bfm-uk-childhood-all"]
    assert (bool(surely[0]), bool(perhaps[0])) == applies
