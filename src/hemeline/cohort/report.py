"""An assessed cohort as one HTML page without outside resources, and its pictures as files.

The same cohort and knowledge give the same bytes. Pictures are as wide as a page; each has its numbers in a table beside it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import polars as pl
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from hemeline.assessment import NOTICE
from hemeline.cohort import counts, courses, flows, survival
from hemeline.cohort.asked import manifest_of
from hemeline.cohort.naming import Names, day_words
from hemeline.cohort.suppress import single
from hemeline.draw.bars import Bar, Piece, bars
from hemeline.draw.curves import MOST, Curve, curves
from hemeline.draw.flow import flow
from hemeline.draw.swimmer import swimmer
from hemeline.knowledge import Knowledge

_MOST_BARS, _DISEASES = 30, MOST
_CHARTS = {
    "survival": ("Survival", "Patients alive"),
    "next-relapse": ("Cumulative incidence of the next relapse", "Patients with a next relapse"),
}
_SINCE = {"relapse": "first relapse", "line": "the start of the line"}


@dataclass(frozen=True)
class Report:
    """The page, and its pictures (SVG) by name."""

    html: str
    pictures: dict[str, str]


def cohort_report(
    folder: Path, knowledge: Knowledge, *, least: int = 5, since: survival.Since = "relapse", courses_shown: int = 30
) -> Report:
    """The report of an assessed cohort.

    Counts under ``least`` are withheld, and so is what would reveal them; 1 shows everything. Raises :class:`UsageError` where the
    folder holds no finished cohort, or lifelines is not installed.
    """
    return _Page(folder, knowledge, max(least, 1), since, courses_shown).report()


@dataclass
class _Page:
    folder: Path
    knowledge: Knowledge
    least: int
    since: survival.Since
    courses_shown: int
    pictures: dict[str, str] = field(default_factory=dict)

    def report(self) -> Report:
        self.manifest = manifest_of(self.folder)
        self.as_of = dt.date.fromisoformat(self.manifest["as_of"])
        self.names = Names(self.knowledge)
        self.patients = counts.patients_of(self.folder)
        html = _environment().get_template("cohort.html.j2").render(**self._context())
        return Report(html, self.pictures)

    def _context(self) -> dict[str, Any]:
        options = counts.options(self.folder, self.patients, self.names, self.least)
        incomplete = int(self.patients["partial_history"].sum())
        partial = "all" if incomplete == len(self.patients) else single(incomplete, self.least).words if incomplete else ""
        return {
            "m": self.manifest, "day": day_words(self.as_of), "notice": NOTICE, "least": self.least, "since": self.since,
            "total": single(len(self.patients), self.least).words, "partial": partial,
            "failed": counts.failed(self.manifest, self.least),
            "same_knowledge": self.manifest["knowledge"] == self.knowledge.hash,
            "where": counts.where(self.patients, self.names, self.least),
            "unseen": counts.lost_sight_of(self.patients, self.as_of, self.least),
            "flows": self._flows(),
            "courses": self._courses(),
            "charts": self._charts(),
            "options": options, "bars": self._bars(options),
            "missing": counts.missing(self.folder, self.patients, self.names, self.least),
            "unknown": counts.unknown(self.folder, self.patients, self.names, self.least),
            "alerts": counts.alerts(self.folder, self.patients, self.least),
            "not_understood": counts.not_understood(self.folder, self.least),
        }  # fmt: skip

    def _draw(self, name: str, svg: str) -> Markup:
        self.pictures[name] = svg
        return Markup(svg)

    def _groups(self) -> list[tuple[str, pl.DataFrame]]:
        """Patients by disease, the most frequent first; the rarer ones together."""
        sizes = self.patients.group_by("disease").len().sort("len", "disease", descending=[True, False])["disease"].to_list()
        named = sizes if len(sizes) <= _DISEASES else sizes[: _DISEASES - 1]
        groups = [(self.names.disease(one), self.patients.filter(pl.col("disease").eq_missing(pl.lit(one)))) for one in named]
        rest = self.patients.filter(~pl.col("disease").is_in(named, nulls_equal=True))
        return [*groups, ("other diseases", rest)] if len(rest) else groups

    @cached_property
    def _lines(self) -> pl.DataFrame:
        return flows.lines_of(self.folder)

    def _flows(self) -> list[dict[str, Any]]:
        lines, found = self._lines, []
        for number, (name, patients) in enumerate(self._groups(), start=1):
            one = flows.flow_of_lines(lines, patients, self.names, self.least)
            if one.drawn:
                svg = flow(f"flow-{number}", f"Lines of therapy: {name}", one.heads, one.boxes, one.bands)
                found.append({"name": name, "svg": self._draw(f"flow-{number}", svg), "flow": one})
        return found

    def _courses(self) -> dict[str, Any] | None:
        if not self.courses_shown:
            return None
        lanes = courses.sample(self.folder, self.patients, self._lines, self.names, self.as_of, self.courses_shown)
        if not lanes:
            return None
        return {
            "svg": self._draw("courses", swimmer("courses", "A sample of courses", "months since diagnosis", lanes)),
            "count": len(lanes),
        }

    def _charts(self) -> list[dict[str, Any]]:
        begun = survival.beginnings(self.folder, self.since)
        if self.since == "relapse":
            parts = [("", [(name, begun, of) for name, of in self._groups()])]
        else:
            numbers = begun["number"].unique().sort().to_list()[:MOST]
            parts = [
                (name, [(f"line {number}", begun.filter(pl.col("number") == number), of) for number in numbers])
                for name, of in self._groups()
            ]
        return [self._chart(number, name, groups) for number, (name, groups) in enumerate(parts, start=1)]

    def _chart(self, number: int, name: str, groups: list[tuple[str, pl.DataFrame, pl.DataFrame]]) -> dict[str, Any]:
        """Survival and next relapse of some groups, as two pictures and a table."""
        timed, undated = [], 0
        for group, begun, patients in groups:
            mine = begun.join(patients.select("patient_id"), on="patient_id", how="semi")
            found, lost = survival.times(self.folder, mine, patients, self.as_of)
            undated += lost
            if len(mine):
                timed.append((group, found))
        charts = survival.charts(timed, self.least)
        curved = {"survival": charts.survival, "next-relapse": charts.relapse}
        drawn = {kind: self._curves(kind, number, name, charts.ticks, each) if each else None for kind, each in curved.items()}
        without = single(undated, self.least).words if undated else ""
        living, unfollowed = (sum(each) for each in ((int((~one.died).sum()) for _, one in timed), (one.unfollowed for _, one in timed)))
        unseen = counts.some(unfollowed, living, self.least)
        return {"name": name, "pictures": drawn, "of": charts, "undated": without, "unfollowed": unseen}

    def _curves(self, kind: str, number: int, name: str, ticks: tuple[int, ...], drawn: list[Curve]) -> Markup:
        (title, of), key = _CHARTS[kind], f"{kind}-{number}"
        since = f"months from {_SINCE[self.since]}"
        return self._draw(key, curves(key, f"{title}: {name}" if name else title, of, since, ticks, drawn))

    def _bars(self, options: list[counts.OptionRow]) -> Markup | None:
        shown = [one for one in options if one.anybody][:_MOST_BARS]
        rows = [Bar(one.name, tuple(_pieces(one)), tuple(cell.words for cell in one.cells)) for one in shown]
        heads = ("✓ yes", "? unknown", "✕ no")
        return self._draw("options", bars("options-picture", "Options by verdict", heads, rows)) if rows else None


def _pieces(row: counts.OptionRow) -> list[Piece]:
    """Parts of a bar; what is withheld is one part, as long as everybody can work out."""
    pieces = [
        Piece(verdict, share, f"{verdict}: {cell.words}")
        for verdict, share, cell in zip(counts.VERDICTS, row.shares, row.cells, strict=True)
    ]
    rest = 1 - sum(row.shares)
    return [*pieces, Piece("hidden", rest, "withheld")] if rest > 1e-9 else pieces


@lru_cache(maxsize=1)
def _environment() -> Environment:
    """The template of the page; everything it shows is escaped."""
    return Environment(
        loader=PackageLoader("hemeline.cohort"), autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined
    )


def png(svg: str) -> bytes | None:
    """A picture as PNG, in twice its size; ``None`` where vl-convert is not installed."""
    try:
        import vl_convert
    except ModuleNotFoundError:
        return None
    found: bytes = vl_convert.svg_to_png(svg.replace("system-ui, ", ""), scale=2.0)
    return found
