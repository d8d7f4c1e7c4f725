from __future__ import annotations

import pytest

from hemeline.assessment.shape import Because
from hemeline.knowledge import Knowledge
from hemeline.report.words import (
    because_words,
    date_words,
    day_words,
    deciding,
    fact_words,
    grouped,
    missing_rows,
    ordinal,
    plain,
    since_words,
    site_words,
    span_words,
    state_sentence,
    timing_words,
)
from tests.assessment.making import assessed, indication, knowing, of_relapsed, only_indication, option, therapy, version
from tests.facts.recording import record
from tests.report.assessing import of_long


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("2021-09-01", "1 Sep 2021"),
        ("2021-09", "Sep 2021"),
        ("2021", "2021"),
        ("2021-09-01/2021-10-03", "between 1 Sep 2021 and 3 Oct 2021"),
        ("late 2021", "late 2021"),
        (None, "an unrecorded day"),
    ],
)
def test_a_date_is_written_so_that_no_country_reads_it_differently(written: str | None, shown: str) -> None:
    assert date_words(written) == shown


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("2021-09-01", "on 1 Sep 2021"),
        ("2021-09", "in Sep 2021"),
        ("2021-09-01/2021-10-03", "between 1 Sep 2021 and 3 Oct 2021"),
        (None, "on an unrecorded day"),
    ],
)
def test_a_date_within_a_sentence_has_the_word_before_it_that_it_needs(written: str | None, shown: str) -> None:
    assert day_words(written) == shown


def test_a_beginning_that_is_uncertain_says_so() -> None:
    assert since_words("2021-09") == "since Sep 2021"
    assert since_words("2021-09-01/2021-10-03") == "begun between 1 Sep 2021 and 3 Oct 2021"


@pytest.mark.parametrize(("number", "shown"), [(1, "first"), (10, "tenth"), (11, "11th"), (12, "12th"), (21, "21st"), (22, "22nd")])
def test_ordinals_are_words_up_to_ten(number: int, shown: str) -> None:
    assert ordinal(number) == shown


@pytest.mark.parametrize(("name", "shown"), [("relapse_number", "relapse number"), ("fit-for", "fit for"), ("FLT3-ITD", "FLT3-ITD")])
def test_a_gene_keeps_its_hyphen_and_a_word_does_not(name: str, shown: str) -> None:
    assert fact_words(name) == shown


def test_facts_of_one_day_with_the_same_value_stand_together() -> None:
    facts: list[Because] = [
        {"fact": "CD19", "value": "positive", "date": "2021-09-03"},
        {"fact": "CD22", "value": "positive", "date": "2021-09-03"},
        {"fact": "ECOG", "value": None, "date": None},
    ]
    assert because_words(facts) == "CD19, CD22: positive, 3 Sep 2021; ECOG: not recorded"


def test_text_of_a_record_loses_what_steers_a_terminal_and_keeps_letters_of_every_script() -> None:
    assert plain("Zoë 王\x1b[2J\u202e\n") == "Zoë 王\ufffd[2J\ufffd "


# -- where things stand ------------------------------------------------------------------------------------------------


def _sentence(knowledge: Knowledge, *lines: str) -> str:
    return state_sentence(assessed(knowledge, record(*lines)))


def test_a_relapse_is_told_with_its_number_site_day_and_remission_before_it(knowledge: Knowledge) -> None:
    assert state_sentence(of_relapsed(knowledge)) == (
        "B-cell acute lymphoblastic leukaemia: relapsed; first relapse (marrow) on 1 Jan 2024, 47 months into the remission before it; "
        "1 line of therapy so far."
    )


def test_a_relapse_after_a_transplant_or_car_t_says_so(knowledge: Knowledge) -> None:
    assert "third relapse on 20 Feb 2022 after allogeneic-sct, tisagenlecleucel" in state_sentence(of_long(knowledge))


def test_a_change_of_disease_is_told_with_its_day_and_whether_it_was_a_transformation(knowledge: Knowledge) -> None:
    syndrome = _sentence(knowledge, "2020-01-01 diagnosis mds", "2021-03-01 diagnosis aml")
    assert "transformed from myelodysplastic syndrome on 1 Mar 2021" in syndrome
    other = _sentence(knowledge, "2015-01-01 diagnosis mm", "2021-03-01 diagnosis aml")
    assert "diagnosed after multiple myeloma on 1 Mar 2021" in other


def test_a_remission_is_told_with_its_number_and_beginning(knowledge: Knowledge) -> None:
    sentence = _sentence(knowledge, "2020-01-01 diagnosis b-all", "2020-01-05 treatment vincristine", "2020-02 response CR")
    assert sentence == (
        "B-cell acute lymphoblastic leukaemia: in complete remission; first remission since Feb 2020; 1 line of therapy so far."
    )


def test_nobody_is_said_to_lack_treatment_twice(knowledge: Knowledge) -> None:
    assert _sentence(knowledge, "2020-01-01 diagnosis b-all") == (
        "B-cell acute lymphoblastic leukaemia: not yet treated, as far as recorded."
    )


def test_a_clinicians_word_that_overrides_what_is_derived_is_shown_as_such(knowledge: Knowledge) -> None:
    sentence = state_sentence(of_relapsed(knowledge, "2024-06-01 status remission"))
    assert "The state is the clinician's word (remission, 1 Jun 2024), which overrides what is derived." in sentence


def test_what_failed_and_what_was_not_tolerated_is_told(knowledge: Knowledge) -> None:
    sentence = _sentence(
        knowledge,
        "2020-01-01 diagnosis cml",
        "2020-01-05 treatment imatinib end=2021-01-05 reason=progression",
        "2021-01-06 treatment dasatinib end=2021-06-01 reason=toxicity",
        "2021-06-01 intolerant dasatinib",
    )
    assert "refractory to imatinib" in sentence and "intolerant of dasatinib" in sentence


# -- relapses ----------------------------------------------------------------------------------------------------------


def test_definitions_that_agree_on_a_relapse_stand_together(knowledge: Knowledge) -> None:
    relapse = of_relapsed(knowledge)["course"]["relapses"][0]
    said = timing_words(relapse)
    results = {one["is"] for one in relapse["timing"] if one["applies"] != "no"}
    assert len(said) == len(results)
    names = {one["name"] for one in relapse["timing"] if one["applies"] != "no"}
    assert all(sum(name in words for words in said) == 1 for name in names)


def test_a_definition_made_for_other_patients_is_not_shown(knowledge: Knowledge) -> None:
    (relapse,) = of_relapsed(knowledge, birth_date="1950-01-01")["course"]["relapses"]
    children = [one["name"] for one in relapse["timing"] if one["applies"] == "no"]
    assert children and not [name for name in children if any(name in words for words in timing_words(relapse))]


def test_a_timing_that_partial_dates_leave_open_names_what_it_may_be(knowledge: Knowledge) -> None:
    second = of_long(knowledge)["course"]["relapses"][1]
    assert "unknown (early or late) by GMALL" in timing_words(second)


def test_several_sites_are_told_with_the_kind_and_none_with_the_gap(knowledge: Knowledge) -> None:
    first, second, third = of_long(knowledge)["course"]["relapses"]
    assert site_words(first) == "cns, marrow, testis (combined)"
    assert site_words(second) == "extramedullary (isolated extramedullary)"
    assert site_words(third) == "site not recorded"


# -- options -----------------------------------------------------------------------------------------------------------


def test_options_come_in_three_groups_and_each_once(knowledge: Knowledge) -> None:
    options = of_long(knowledge)["options"]
    groups = grouped(options)
    assert [verdict for verdict, _ in groups] == ["yes", "unknown", "no"]
    assert sorted(one["therapy"] for _, some in groups for one in some) == sorted(one["therapy"] for one in options)
    assert all(deciding(one)["verdict"] == verdict for verdict, some in groups for one in some)


def test_the_indication_that_gives_the_verdict_is_the_one_shown(knowledge: Knowledge) -> None:
    refused = indication(version(criteria={"CD19": "negative"}), id="b-all/waxumab/a")
    met = indication(version(basis="off-label", status="off-label"), id="b-all/waxumab/b")
    found = option(of_relapsed(knowing(knowledge, therapy(refused, met)), "2024-01-02 CD19 positive"))
    assert deciding(found)["id"] == "b-all/waxumab/b"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (version("2017-08-30"), "licence (approved) since 30 Aug 2017"),
        (version("2017-08-30", "2026-11"), "licence (approved) since 30 Aug 2017 until Nov 2026"),
        (version(basis="off-label", status="off-label"), "off label"),
    ],
)
def test_an_indication_tells_its_basis_and_time(knowledge: Knowledge, written: dict[str, object], shown: str) -> None:
    assessment = of_relapsed(knowing(knowledge, therapy(indication(written))))
    assert span_words(only_indication(assessment)) == shown


def test_missing_facts_that_one_test_gives_are_one_row_and_the_most_decisive_row_comes_first(knowledge: Knowledge) -> None:
    assessment = of_long(knowledge)
    rows = missing_rows(assessment)
    assert len(rows) == len({one["how"] or one["fact"] for one in assessment["missing"]}) < len(assessment["missing"])
    decided = [len(row.decides.split(", ")) for row in rows]
    assert decided == sorted(decided, reverse=True)
    (mutations,) = [row for row in rows if row.facts.startswith("T315I")]
    assert "V299L" in mutations.facts and "Ponatinib (Iclusig)" in mutations.decides and mutations.how
