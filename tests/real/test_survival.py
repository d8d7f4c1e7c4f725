"""Survival and the next relapse of the public tables: what the cohort page shows is what lifelines makes of their raw columns."""

from __future__ import annotations

import datetime as dt
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from hemeline import api
from hemeline.cohort.counts import patients_of
from hemeline.cohort.report import cohort_report
from hemeline.cohort.survival import DIED, RELAPSED, Since, Times, beginnings, next_relapse, survival, times
from hemeline.knowledge import Knowledge
from tests.real.tables import DAYS_PER_MONTH, EBMT1, EBMT2, EBMT3, EBMT4, HD98A, MYELOID, TARGET, Table

lifelines = pytest.importorskip("lifelines", reason="survival needs hemeline[stats]")
LAST = dt.date(2026, 11, 22)
MONTHS = np.arange(0.0, 121.0)
HALF_A_DAY = 0.5  # what happens on the first day counts as half a day later


def number(column: str) -> pl.Expr:
    """Whole days: a few of a table are halves, and a record has none."""
    return pl.col(column).cast(pl.Float64).round()


@dataclass(frozen=True)
class Asked:
    """From when on the people of a table are looked at, and the raw days of that, of the end, of death, and of the next relapse."""

    table: Table
    since: Since
    who: str
    begin: pl.Expr
    end: pl.Expr
    died: pl.Expr
    relapse: pl.Expr
    only: pl.Expr
    number: int = 1

    def raw(self) -> pl.DataFrame:
        """One row for each who began: days to the end, whether that was death, and days to the next relapse, if any."""
        people = self.table.raw().unique(self.who, keep="first").filter(self.only)
        found = people.select(
            pl.col(self.who).alias("id"), self.begin.alias("begin"), self.end.alias("end"), self.died.alias("died"),
            self.relapse.cast(pl.Float64).alias("relapse"),
        ).filter(pl.col("begin").is_not_null())  # fmt: skip
        later = pl.when(pl.col("relapse") > pl.col("begin")).then(pl.col("relapse") - pl.col("begin")).alias("next")
        return found.select("id", (pl.col("end") - pl.col("begin")).alias("days"), "died", later).sort("id")


NEVER, ALL = pl.lit(None), pl.lit(True)
DAYS = pl.coalesce(number("Death from Initial Pathologic Diagnosis Date"), number("Overall Survival Days"))
IN_TARGET = partial(Asked, TARGET, who="Patient ID", end=DAYS, died=pl.col("Overall Survival Status") == "1:DECEASED", relapse=NEVER)
IN_HD98A = partial(Asked, HD98A, who="PDID", end=number("OS"), died=pl.col("Status") == "1")
IN_EBMT1 = partial(Asked, EBMT1, who="patid", end=number("srv"), died=pl.col("srvstat") == "1", only=ALL)
IN_EBMT4 = partial(Asked, EBMT4, who="id", end=number("srv"), died=pl.col("srv.s") == "1", only=ALL)
IN_MYELOID = partial(Asked, MYELOID, who="id", end=number("futime"), died=pl.col("death") == "1.0", only=ALL)
REL1, REL4 = (pl.when(pl.col(status) == "1").then(number("rel")) for status in ("relstat", "rel.s"))
RECURRED, TRANSPLANTED = number("Recurrence_date"), number("TPL_date")
NOT_APL, MONTHS_AS_DAYS = pl.col("t_15_17").fill_null("0") == "0", (pl.col("time").cast(pl.Float64) * DAYS_PER_MONTH).round()
# A transplant in a remission belongs to the line that led to it, of which the table has no day.
IN_REMISSION = (number("crtime") <= number("txtime")) & ~(number("rltime") <= number("txtime")).fill_null(False)
ON_ITS_OWN = pl.when(~IN_REMISSION.fill_null(False)).then(number("txtime"))
EACH = {
    "target from relapse": IN_TARGET("relapse", begin=number("Time To Event (days)"), only=pl.col("First Event") == "Relapse"),
    "hd98a from relapse": IN_HD98A("relapse", begin=RECURRED, relapse=NEVER, only=ALL),
    "hd98a from line 1": IN_HD98A("line", begin=pl.when(NOT_APL).then(0.0).otherwise(TRANSPLANTED), relapse=RECURRED, only=ALL),
    "ebmt1 from relapse": IN_EBMT1("relapse", begin=REL1, relapse=NEVER),
    "ebmt1 from transplant": IN_EBMT1("line", begin=pl.lit(0.0), relapse=REL1),
    "ebmt2 from transplant": Asked(
        EBMT2, "line", who="id", begin=pl.lit(0.0), end=MONTHS_AS_DAYS, died=pl.col("status") != "0", relapse=NEVER, only=ALL
    ),
    "ebmt4 from relapse": IN_EBMT4("relapse", begin=REL4, relapse=NEVER),
    "ebmt4 from transplant": IN_EBMT4("line", begin=pl.lit(0.0), relapse=REL4),
    "myeloid from relapse": IN_MYELOID("relapse", begin=number("rltime"), relapse=NEVER),
    "myeloid from transplant": IN_MYELOID("line", begin=ON_ITS_OWN, relapse=number("rltime")),
}  # fmt: skip
ASKED = [pytest.param(one, marks=one.table.needed, id=name) for name, one in EACH.items()]
WITH_RELAPSES = [
    one for one in ASKED if one.id in ("hd98a from line 1", "ebmt1 from transplant", "ebmt4 from transplant", "myeloid from transplant")
]
Cohorts = Callable[[Table], Path]


@pytest.fixture(scope="module")
def cohorts(tmp_path_factory: pytest.TempPathFactory, knowledge: Knowledge) -> Cohorts:
    """The assessed cohort of a table, made once."""
    made: dict[str, Path] = {}

    def cohort(table: Table) -> Path:
        if table.file not in made:
            folder = tmp_path_factory.mktemp("cohort")
            api.assess_cohort(
                table.path, folder / "out", as_of=LAST, region="EU", workers=1, mapping=table.mapping_path, cache=folder / "cache"
            )
            made[table.file] = folder / "out"
        return made[table.file]

    return cohort


def of(folder: Path, asked: Asked) -> Times:
    begun = beginnings(folder, asked.since).filter(pl.col("number") == asked.number)
    found, lost = times(folder, begun, patients_of(folder), LAST)
    assert lost == 0
    return found


@pytest.mark.parametrize("asked", ASKED)
def test_everybody_is_observed_from_and_until_the_raw_days(asked: Asked, cohorts: Cohorts) -> None:
    found, raw = of(cohorts(asked.table), asked), asked.raw()
    assert found.days.tolist() == raw["days"].clip(HALF_A_DAY).to_list()
    assert found.died.tolist() == raw["died"].to_list()


@pytest.mark.parametrize("asked", ASKED)
def test_survival_is_what_lifelines_makes_of_the_raw_columns(asked: Asked, cohorts: Cohorts) -> None:
    found, _ = survival(of(cohorts(asked.table), asked), MONTHS)
    raw = asked.raw()
    fitter = lifelines.KaplanMeierFitter().fit(raw["days"].clip(HALF_A_DAY).to_numpy() / DAYS_PER_MONTH, raw["died"].to_numpy())
    assert found.values == pytest.approx(fitter.survival_function_at_times(MONTHS).to_numpy(), abs=1e-12)


@pytest.mark.parametrize("asked", WITH_RELAPSES)
def test_the_next_relapse_is_what_lifelines_makes_of_the_raw_columns(asked: Asked, cohorts: Cohorts) -> None:
    """But for the order of two events of one day, which lifelines draws by lot: here the relapse came first."""
    found = next_relapse(of(cohorts(asked.table), asked), MONTHS)
    raw = asked.raw()
    event = np.where(raw["next"].is_not_null(), RELAPSED, np.where(raw["died"], DIED, 0))
    days = raw.select(pl.coalesce("next", "days")).to_series().clip(HALF_A_DAY).to_numpy()
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        fitter = lifelines.AalenJohansenFitter(seed=1).fit(days / DAYS_PER_MONTH, event, event_of_interest=RELAPSED)
    curve = fitter.cumulative_density_
    at = np.searchsorted(curve.index.to_numpy(), MONTHS + 0.001, side="right") - 1  # ties are drawn apart by less than that
    assert found.values == pytest.approx(curve.iloc[:, 0].to_numpy()[at], abs=0.003)
    assert 0.05 < found.values[-1] < 1


@pytest.mark.parametrize("asked", [one for one in ASKED if one.id in ("hd98a from relapse", "hd98a from line 1")])
def test_the_figures_on_the_page_are_those_of_the_raw_columns(asked: Asked, cohorts: Cohorts, knowledge: Knowledge) -> None:
    from lifelines.utils import median_survival_times

    page = cohort_report(cohorts(asked.table), knowledge, since=asked.since).html
    raw = asked.raw().join(asked.table.raw().filter(NOT_APL).select(id="PDID"), on="id")
    fitter = lifelines.KaplanMeierFitter().fit(raw["days"].clip(HALF_A_DAY).to_numpy() / DAYS_PER_MONTH, raw["died"].to_numpy())
    low, high = sorted(median_survival_times(fitter.confidence_interval_).to_numpy().ravel())
    group = "acute myeloid leukaemia" if asked.since == "relapse" else "line 1"
    row = re.search(rf'<tr><th scope="row">{group}</th>(.*?)</tr>', page.split('id="survival"')[1])
    assert row is not None
    cells = re.findall(r'<td class="number">([^<]*)</td>', row.group(1))
    assert cells[:2] == [str(len(raw)), str(raw["died"].sum())]
    assert cells[3] == f"{fitter.median_survival_time_:.0f} ({low:.0f}–{high:.0f})"
    assert [cell.split()[0] for cell in cells[4:]] == [f"{fitter.predict(year):.0%}" for year in (12, 24, 60)]


@EBMT2.needed
def test_whoever_died_of_a_relapse_on_an_unknown_day_counts_for_survival_and_no_curve_of_relapses_is_drawn(
    cohorts: Cohorts, knowledge: Knowledge
) -> None:
    folder = cohorts(EBMT2)
    found = of(folder, EACH["ebmt2 from transplant"])
    assert len(found) == len(EBMT2.raw()) and found.unplaced == len(EBMT2.raw().filter(pl.col("cod") == "Relapse"))
    report = cohort_report(folder, knowledge, since="line")
    assert not [name for name in report.pictures if name.startswith("next-relapse")]
    assert "Of more than one in twenty relapses the day is not known" in report.html


@TARGET.needed
def test_one_patient_without_a_day_of_contact_is_counted_on_the_page(cohorts: Cohorts, knowledge: Knowledge) -> None:
    page = cohort_report(cohorts(TARGET), knowledge, least=1).html
    assert "Of 1 who are not known to have died no last contact is recorded" in page


@EBMT3.needed
def test_where_relapse_and_death_are_one_event_nobody_relapsed_or_died_and_all_lived_until_the_day_before(cohorts: Cohorts) -> None:
    folder = cohorts(EBMT3)
    raw = EBMT3.raw().sort("id")
    found, _ = times(folder, beginnings(folder, "line"), patients_of(folder), LAST)
    assert len(beginnings(folder, "relapse")) == 0 and not found.died.any()
    last = raw.select(number("rfstime") - number("rfsstat")).to_series()
    assert found.days.tolist() == last.clip(HALF_A_DAY).to_list()
