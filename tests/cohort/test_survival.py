"""Survival and the next relapse are those of the raw columns of the tables."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from hemeline.cohort.counts import patients_of
from hemeline.cohort.survival import DIED, RELAPSED, Times, beginnings, charts, next_relapse, survival, times
from hemeline.knowledge import Knowledge
from tests.cohort.making import DAY, REMISSION, cohort_of, made_up
from tests.cohort.making import RELAPSED as BACK

lifelines = pytest.importorskip("lifelines", reason="survival needs hemeline[stats]")
LAST = dt.date.fromisoformat(DAY)
MONTH = 30.4375
GRID = np.arange(0, 61, dtype=np.float64)


@pytest.fixture(scope="module")
def cohort(tmp_path_factory: pytest.TempPathFactory, knowledge: Knowledge) -> Path:
    return made_up(tmp_path_factory.mktemp("aml"), knowledge, "aml", 600)


def of(folder: Path, since: str = "relapse", number: int = 1) -> Times:
    begun = beginnings(folder, "relapse" if since == "relapse" else "line").filter(pl.col("number") == number)
    return times(folder, begun, patients_of(folder), LAST)[0]


def raw(folder: Path) -> list[tuple[int, bool, int | None]]:
    """Days from first relapse to the end, whether that was death, and days to the second relapse."""
    dates = {(row["patient_id"], row["number"]): row["date_first"] for row in pl.read_parquet(folder / "relapses" / "*.parquet").to_dicts()}
    found = []
    for row in pl.read_parquet(folder / "patients" / "*.parquet").to_dicts():
        first, second = (dates.get((row["patient_id"], number)) for number in (1, 2))
        if first:
            end = row["death_first"] or LAST
            found.append(((end - first).days, row["death_first"] is not None, (second - first).days if second else None))
    return found


def test_survival_is_kaplan_and_meiers_of_the_raw_columns(cohort: Path) -> None:
    rows = raw(cohort)
    fitter = lifelines.KaplanMeierFitter().fit([max(days, 0.5) / MONTH for days, *_ in rows], [died for _, died, _ in rows])
    found, _ = survival(of(cohort), GRID)
    assert found.values == pytest.approx(fitter.survival_function_at_times(GRID).to_numpy())
    bounds = fitter.confidence_interval_
    at = bounds.index.searchsorted(12, side="right") - 1
    assert (found.lows[12], found.highs[12]) == pytest.approx(sorted(bounds.iloc[at]))


def test_the_next_relapse_is_aalen_and_johansens_of_the_raw_columns(cohort: Path) -> None:
    """By the formula: what has not happened yet, times the share that relapses then, added up."""
    ends = [(second, RELAPSED) if second is not None else (days, DIED if died else 0) for days, died, second in raw(cohort)]
    for month in (6, 12, 36):
        free, happened = 1.0, 0.0
        for day in sorted({day for day, event in ends if event and day <= month * MONTH}):
            at_risk = sum(end >= day for end, _ in ends)
            for event in (RELAPSED, DIED):  # on one day, a relapse comes first
                share = sum(one == (day, event) for one in ends) / at_risk
                happened += free * share if event == RELAPSED else 0
                free, at_risk = free * (1 - share), at_risk - sum(one == (day, event) for one in ends) or 1
        found = next_relapse(of(cohort), np.array([month + 0.01]))
        assert found.values[0] == pytest.approx(happened, abs=1e-9)
        assert found.lows[0] < found.values[0] < found.highs[0]


def test_death_competes_so_the_next_relapse_is_rarer_than_if_the_dead_were_lost(cohort: Path) -> None:
    found = of(cohort)
    naive = lifelines.KaplanMeierFitter().fit(found.next_days / MONTH, found.next_event == RELAPSED)
    assert next_relapse(found, GRID).values[60] < 1 - float(naive.survival_function_at_times(60).iloc[0])


def test_from_a_line_each_patient_who_had_it_begins_on_its_first_day(cohort: Path) -> None:
    lines = pl.read_parquet(cohort / "lines" / "*.parquet").filter(pl.col("number") == 2)
    assert len(of(cohort, "line", 2)) == len(lines)


def test_whoever_has_no_day_of_relapse_or_death_is_left_out_and_counted(tmp_path: Path, knowledge: Knowledge) -> None:
    people = ((*BACK, "2022-05-01 death"), (*BACK, "- death"), (*REMISSION, "- relapse marrow"), REMISSION)
    folder = cohort_of(tmp_path, knowledge, *people)
    found, lost = times(folder, beginnings(folder, "relapse"), patients_of(folder), LAST)
    assert lost == len(beginnings(folder, "relapse")) - 1 > 0
    assert found.days.tolist() == [(dt.date(2022, 5, 1) - dt.date(2021, 9, 1)).days]


def test_a_date_known_to_the_month_is_its_middle(tmp_path: Path, knowledge: Knowledge) -> None:
    folder = cohort_of(tmp_path, knowledge, (*REMISSION, "2021-09 relapse marrow", "2022-05-01 death"))
    assert of(folder).days.tolist() == [(dt.date(2022, 5, 1) - dt.date(2021, 9, 1)).days - 14.5]


def test_a_death_on_the_day_of_relapse_is_a_death(tmp_path: Path, knowledge: Knowledge) -> None:
    folder = cohort_of(tmp_path, knowledge, (*REMISSION, "2021-09-01 relapse marrow", "2021-09-01 death"))
    found = of(folder)
    assert found.died.tolist() == [True] and survival(found, GRID)[0].values.tolist() == [1.0] + [0.0] * 60


SEEN = "2024-09-01 last-contact"


def days_since_relapse(day: str) -> int:
    return (dt.date.fromisoformat(day) - dt.date(2021, 9, 1)).days


def test_without_a_death_somebody_is_observed_until_the_latest_contact_recorded(tmp_path: Path, knowledge: Knowledge) -> None:
    found = of(cohort_of(tmp_path, knowledge, (*BACK, SEEN, "2023-01-01 last-contact alive")))
    assert found.days.tolist() == [days_since_relapse("2024-09-01")] and not found.died.any() and found.unfollowed == 0


def test_a_later_event_shows_that_somebody_lived_after_the_last_contact(tmp_path: Path, knowledge: Knowledge) -> None:
    again = ("2023-01-10 response CR", "2025-03-01 relapse marrow", "2025-03-10 treatment inotuzumab-ozogamicin")
    found = of(cohort_of(tmp_path, knowledge, (*BACK, SEEN, *again)))
    assert found.days.tolist() == [days_since_relapse("2025-03-10")]
    assert found.next_event.tolist() == [RELAPSED] and found.next_days.tolist() == [days_since_relapse("2025-03-01")]


def test_without_a_last_contact_somebody_counts_as_alive_on_the_day_and_is_counted(tmp_path: Path, knowledge: Knowledge) -> None:
    found = of(cohort_of(tmp_path, knowledge, BACK, (*BACK, SEEN), (*BACK, "2022-05-01 death")))
    assert found.days.tolist()[0] == days_since_relapse(DAY) and found.unfollowed == 1


def test_a_contact_before_a_death_does_not_end_the_observation(tmp_path: Path, knowledge: Knowledge) -> None:
    found = of(cohort_of(tmp_path, knowledge, (*BACK, "2022-01-01 last-contact", "2022-05-01 death")))
    assert found.days.tolist() == [days_since_relapse("2022-05-01")] and found.died.tolist() == [True]


def test_a_contact_after_the_day_of_the_assessment_is_not_seen(tmp_path: Path, knowledge: Knowledge) -> None:
    assert of(cohort_of(tmp_path, knowledge, (*BACK, "2027-01-01 last-contact"))).days.tolist() == [days_since_relapse(DAY)]


def test_whoever_has_a_relapse_on_an_unknown_day_counts_for_survival_and_not_for_the_next_relapse(
    tmp_path: Path, knowledge: Knowledge
) -> None:
    people = ((*BACK, "2022-05-01 death"), (*BACK, "2022-01-01 response CR", "- relapse cns", SEEN))
    found = of(cohort_of(tmp_path, knowledge, *people), "line")
    assert len(found) == 2 and len(found.next_days) == 1 and found.unplaced == 1


@pytest.mark.parametrize(("unplaced", "drawn"), [(0, True), (1, True), (3, False)])
def test_no_relapses_are_drawn_where_the_day_of_many_is_not_known(unplaced: int, drawn: bool) -> None:
    days = np.arange(100.0, 160.0)
    event = np.array([RELAPSED] * 30 + [DIED] * 15 + [0] * 15)
    found = charts([("some", Times(days, event == DIED, days, event, unplaced))], 5)
    assert [len(found.relapse), len(found.relapse_rows)] == [int(drawn)] * 2 and found.unplaced == ([] if drawn else ["some"])


def test_where_no_next_relapse_is_recorded_none_is_drawn() -> None:
    days = np.arange(100.0, 160.0)
    found = charts([("none", Times(days, days > 130, days, np.where(days > 130, DIED, 0)))], 5)
    assert found.relapse == [] and found.unrelapsed == ["none"]


def test_a_group_with_a_few_survivors_has_no_curve_from_which_they_could_be_counted() -> None:
    days = np.arange(100.0, 160.0)
    few = Times(days, days < 157, days, np.where(days < 157, DIED, 0).astype(np.int64))
    assert charts([("few", few)], 5).survival == [] and len(charts([("few", few)], 1).survival) == 1


def test_the_median_follow_up_is_kaplan_and_meiers_with_deaths_as_ends_of_observation(cohort: Path) -> None:
    found = of(cohort)
    fitter = lifelines.KaplanMeierFitter().fit(found.days / MONTH, ~found.died)
    assert charts([("all", found)], 5).rows[0].followed == f"{fitter.median_survival_time_:.0f}"


def test_curves_end_where_few_are_observed_and_begin_with_everybody(cohort: Path) -> None:
    found = of(cohort)
    (drawn,) = charts([("all", found)], 5).survival
    assert (found.days >= drawn.months[-1] * MONTH).sum() >= max(5, len(found) / 20)
    assert drawn.values[0] == 1.0 and int(drawn.at_risk[0].replace(",", "")) == round(len(found) / 5) * 5


def test_a_group_with_a_few_deaths_has_no_curve_whose_steps_could_be_counted() -> None:
    days = np.arange(100.0, 160.0)
    few = Times(days, np.arange(60) < 3, days, np.where(np.arange(60) < 3, DIED, 0).astype(np.int64))
    found = charts([("few", few)], 5)
    assert found.survival == [] and found.rows[0].deaths.words == "<5" and found.rows[0].median == ""
    assert len(charts([("few", few)], 1).survival) == 1


def test_a_group_too_small_to_draw_is_named() -> None:
    days = np.array([100.0, 200.0, 300.0])
    found = charts([("three", Times(days, days > 100, days, np.zeros(3, dtype=np.int64)))], 5)
    assert found.too_few == ["three"] and found.rows == []
