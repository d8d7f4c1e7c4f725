from __future__ import annotations

from hypothesis import HealthCheck, given, settings

from hemeline.assessment.shape import Assessment
from hemeline.draw import timeline
from hemeline.knowledge import Knowledge
from hemeline.record.documents import records_from
from tests.assessment.making import TODAY, assessed, of_relapsed
from tests.draw.picturing import Picture, picture
from tests.facts.recording import record
from tests.properties.strategies import AS_OF, Record, records, shipped
from tests.report.assessing import EXAMPLES, of_example, of_long


def _of(knowledge: Knowledge, *lines: str, day: str = TODAY, **patient: str) -> Picture:
    return picture(assessed(knowledge, record("2020-01-01 diagnosis b-all", *lines, **patient), day))


# -- lines of therapy --------------------------------------------------------------------------------------------------


def test_each_line_of_therapy_has_a_track_of_its_own_in_order(knowledge: Knowledge) -> None:
    labels = picture(of_long(knowledge)).labels
    assert [one for one in labels if one.startswith("Line ")] == [f"Line {number}" for number in range(1, 6)]


def test_therapies_given_on_the_same_days_share_a_bar(knowledge: Knowledge) -> None:
    drawn = _of(knowledge, "2020-02-01 treatment vincristine end=2020-06-01", "2020-02-01 treatment dexamethasone end=2020-06-01")
    (bar,) = drawn.marked("vincristine, dexamethasone")
    assert bar.shape == "rect" and not bar.dashed and bar.right > bar.left
    assert "vincristine, dexamethasone" in drawn.labels


def test_a_treatment_recorded_with_one_day_is_a_diamond(knowledge: Knowledge) -> None:
    for line in ("2020-02-01 treatment allogeneic-sct", "2020-02-01 treatment allogeneic-sct end=2020-02-01"):
        (mark,) = _of(knowledge, line).marked("allogeneic-sct")
        assert mark.shape == "diamond"


def test_a_short_treatment_can_still_be_seen(knowledge: Knowledge) -> None:
    drawn = _of(knowledge, "2020-02-01 treatment vincristine end=2020-02-02", day="2026-11-22")
    (bar,) = drawn.marked("vincristine")
    assert bar.right - bar.left >= 3


def test_a_treatment_without_a_date_is_named_and_not_placed(knowledge: Knowledge) -> None:
    drawn = _of(knowledge, "- treatment vincristine")
    assert "vincristine (not dated)" in drawn.labels
    assert drawn.marked("vincristine") == []


def test_a_label_with_no_room_is_shortened_and_its_words_stay_at_hand(knowledge: Knowledge) -> None:
    drugs = (
        "vincristine",
        "dexamethasone",
        "pegaspargase",
        "daunorubicin",
        "cytarabine",
        "methotrexate",
        "mercaptopurine",
        "cyclophosphamide",
    )
    drawn = _of(knowledge, *(f"2020-02-01 treatment {one} end=2020-04-01" for one in drugs))
    (short,) = [one for one in drawn.labels if one.endswith("…")]
    titles = [one.text or "" for one in drawn.root.iter("{http://www.w3.org/2000/svg}title")]
    assert [one for one in titles if one.startswith(short[:-1]) and all(drug in one for drug in drugs)]


# -- remissions, responses, relapses -----------------------------------------------------------------------------------


def test_a_remission_runs_from_response_to_relapse_with_its_number_and_length(knowledge: Knowledge) -> None:
    drawn = picture(of_relapsed(knowledge))
    (bar,) = drawn.marked("complete remission 1")
    (relapse,) = drawn.marked("relapse")
    assert bar.fill == "url(#hatch)"
    assert abs(bar.right - (relapse.left + relapse.right) / 2) < 1
    assert "CR1, 47 months" in drawn.labels


def test_a_remission_that_lasts_runs_to_the_day_of_the_assessment(knowledge: Knowledge) -> None:
    lines = ("2020-02-01 treatment vincristine", "2020-03-01 response CR")
    (early,), (late,) = (_of(knowledge, *lines, day=day).marked("complete remission 1") for day in ("2021-01-01", "2026-01-01"))
    assert early.words.endswith("to today") and late.words.endswith("to today")


def test_a_remission_ends_with_death(knowledge: Knowledge) -> None:
    drawn = _of(knowledge, "2020-02-01 treatment vincristine", "2020-03-01 response CR", death_date="2022-05-06")
    (bar,), (death,) = drawn.marked("complete remission 1"), drawn.marked("death")
    assert bar.words.endswith("to death") and abs(bar.right - (death.left + death.right) / 2) < 1


def test_a_relapse_names_all_its_sites_in_one_label(knowledge: Knowledge) -> None:
    drawn = picture(of_long(knowledge))
    assert "relapse: marrow + cns + testis" in drawn.labels
    assert [one.shape for one in drawn.marked("relapse: marrow + cns + testis")] == ["triangle"]


def test_a_relapse_whose_site_is_not_recorded_names_none(knowledge: Knowledge) -> None:
    assert "relapse" in picture(of_long(knowledge)).labels


def test_each_kind_of_event_has_a_shape_of_its_own(knowledge: Knowledge) -> None:
    drawn = _of(
        knowledge,
        "2020-02-01 treatment vincristine",
        "2020-03-01 response CR",
        "2021-03-01 relapse marrow",
        "2021-05-01 status refractory",
        death_date="2022-05-06",
    )
    kinds = {words: drawn.marked(words) for words in ("diagnosis", "CR: ", "relapse: marrow", "clinician: refractory", "death")}
    looks = [(one.shape, round(one.right - one.left)) for (one,) in kinds.values()]
    assert len(set(looks)) == len(kinds)
    assert {"diagnosis", "CR", "relapse: marrow", "clinician: refractory", "death"} <= set(drawn.labels)


# -- uncertain dates ---------------------------------------------------------------------------------------------------


def test_an_event_known_to_the_month_is_drawn_as_the_month_it_may_lie_in(knowledge: Knowledge) -> None:
    drawn = _of(knowledge, "2020-02-01 treatment vincristine", "2020-03-01 response CR", "2021-03 relapse marrow")
    mark, span = sorted((one for one in drawn.marked("relapse")), key=lambda one: one.dashed)
    assert mark.shape == "triangle" and span.dashed and span.fill == "none"
    assert abs((mark.left + mark.right) / 2 - (span.left + span.right) / 2) < 0.2


def test_an_event_known_to_the_year_is_drawn_wider_than_one_known_to_the_month(knowledge: Knowledge) -> None:
    widths = []
    for date in ("2021", "2021-03"):
        (span,) = [one for one in _of(knowledge, "2019-01-01 MRD positive", f"{date} relapse marrow").marked("relapse") if one.dashed]
        widths.append(span.right - span.left)
    assert widths[0] > 8 * widths[1]


def test_an_event_known_to_the_day_has_no_dashed_border(knowledge: Knowledge) -> None:
    assert not [one for one in picture(of_relapsed(knowledge)).marks if one.dashed]


def test_a_treatment_between_two_months_is_solid_only_where_it_was_certainly_given(knowledge: Knowledge) -> None:
    drawn = _of(knowledge, "2020-02 treatment vincristine end=2020-06")
    begun, given, ended = sorted(drawn.marked("vincristine"), key=lambda one: one.left)
    assert (begun.dashed, given.dashed, ended.dashed) == (True, False, True)
    assert abs(begun.right - given.left) < 0.2 and abs(given.right - ended.left) < 0.2


def test_a_treatment_that_began_and_ended_within_one_month_is_nowhere_solid(knowledge: Knowledge) -> None:
    (span,) = _of(knowledge, "2020-02 treatment vincristine end=2020-02").marked("vincristine")
    assert span.dashed


# -- the whole ---------------------------------------------------------------------------------------------------------


def test_the_picture_is_titled_and_described_in_words(knowledge: Knowledge) -> None:
    drawn = picture(of_relapsed(knowledge))
    assert drawn.said("title") == "The course over time"
    assert drawn.said("desc") == (
        "Line 1 from 2020-01-05: vincristine; complete remission 1 from 2020-02-01 to 2024-01-01; relapse 1 on 2024-01-01 (marrow)"
    )


def test_a_picture_of_nothing_says_so(knowledge: Knowledge) -> None:
    drawn = picture(assessed(knowledge, record()))
    assert drawn.said("desc") == "Nothing is recorded that could be drawn."


def test_the_day_of_the_assessment_is_marked_with_its_date(knowledge: Knowledge) -> None:
    assert "assessed 2024-03-05" in _of(knowledge, day="2024-03-05").labels


def test_a_long_course_has_years_on_its_axis_and_a_short_one_months(knowledge: Knowledge) -> None:
    assert {"2021", "2022", "2023"} <= set(_of(knowledge).labels)
    assert {"2020-02", "2020-03"} <= set(_of(knowledge, day="2020-05-01").labels)


def test_an_axis_of_decades_is_not_crowded(knowledge: Knowledge) -> None:
    drawn = picture(assessed(knowledge, record("1971-05-01 diagnosis cml")))
    assert 3 <= len([one for one in drawn.labels if one.isdigit()]) <= 12


def test_the_same_assessment_gives_the_same_picture(knowledge: Knowledge) -> None:
    assert timeline(of_example(EXAMPLES[0], knowledge)) == timeline(of_example(EXAMPLES[0], knowledge))


def _within(assessment: Assessment) -> bool:
    drawn = picture(assessment)
    return all(0 <= mark.left <= mark.right <= drawn.width for mark in drawn.marks)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(records())
def test_whatever_a_record_holds_it_is_drawn_within_the_picture(written: Record) -> None:
    assessment = assessed(shipped(), records_from(written, "test"), AS_OF.isoformat())
    assert _within(assessment)
