from __future__ import annotations

from hemeline.knowledge import Knowledge
from tests.assessment.making import assessed
from tests.draw.picturing import Picture, picture
from tests.facts.recording import record


def _of(knowledge: Knowledge, *lines: str) -> Picture:
    return picture(assessed(knowledge, record("2020-01-01 diagnosis b-all", *lines)))


def test_a_value_that_is_known_is_a_full_dot_and_one_below_a_limit_a_hollow_one(knowledge: Knowledge) -> None:
    drawn = _of(knowledge, "2020-03-01 MRD 0.01", "2020-05-01 MRD <0.0001")
    full, hollow = drawn.marked("MRD")
    assert full.shape == hollow.shape == "circle"
    assert full.fill != hollow.fill == "#ffffff"


def test_every_value_is_at_hand_in_words_with_its_date(knowledge: Knowledge) -> None:
    drawn = _of(knowledge, "2020-03-01 MRD 0.01", "2020-05-01 MRD negative")
    assert [one.words for one in drawn.marked("MRD")] == ["MRD 0.01: 2020-03-01", "MRD negative: 2020-05-01"]


def test_a_value_known_to_the_month_has_a_dashed_border(knowledge: Knowledge) -> None:
    assert [one.dashed for one in _of(knowledge, "2020-03 MRD 0.01").marked("MRD")] == [True, False]


def test_the_scale_is_labelled_with_the_powers_of_ten_around_the_values(knowledge: Knowledge) -> None:
    assert {"0.01", "0.0001"} <= set(_of(knowledge, "2020-03-01 MRD 0.002", "2020-05-01 MRD 0.0002").labels)


def test_values_that_are_all_alike_still_have_a_scale(knowledge: Knowledge) -> None:
    assert {"0.001", "0.01"} <= set(_of(knowledge, "2020-03-01 MRD 0.001", "2020-05-01 MRD 0.001").labels)


def test_a_value_of_nought_stands_at_the_foot_of_its_track(knowledge: Knowledge) -> None:
    drawn = _of(knowledge, "2020-03-01 MRD 0.01", "2020-05-01 MRD 0")
    circles = drawn.root.iter("{http://www.w3.org/2000/svg}circle")
    high, foot = (float(one.attrib["cy"]) for one in circles)
    assert foot > high


def test_only_residual_disease_is_drawn_from_a_single_value(knowledge: Knowledge) -> None:
    drawn = _of(knowledge, "2020-03-01 MRD 0.01", "2020-03-01 bilirubin 11 unit=umol/L")
    assert "MRD" in drawn.labels and "bilirubin" not in drawn.labels
    twice = _of(knowledge, "2020-03-01 bilirubin 11 unit=umol/L", "2020-04-01 bilirubin 12 unit=umol/L")
    assert "bilirubin" in twice.labels


def test_a_value_above_a_limit_is_open_upwards(knowledge: Knowledge) -> None:
    drawn = picture(
        assessed(knowledge, record("2020-01-01 diagnosis cml", "2020-01-02 BCR::ABL1-IS '> 10' unit=%", "2021-01-02 BCR::ABL1-IS 1 unit=%"))
    )
    above, known = drawn.marked("BCR::ABL1-IS")
    assert above.fill == "#ffffff" and known.fill != "#ffffff"
