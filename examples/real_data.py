"""What the program makes of the published tables of ``docs/real-data.md``, all in one go: ``make real-data``.

Each table is read through its mapping and counted; some are also compared with what their authors say of the same patients. Tables that
are not there are skipped, and named. Nothing of them is part of this project.
"""

from __future__ import annotations

import datetime as dt
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from hemeline import api
from hemeline.cohort.summary import summarise
from hemeline.course import Course, derive_course
from hemeline.course.diagnoses import read_diagnoses
from hemeline.course.rules import EVENT, STATE
from hemeline.facts import understand
from hemeline.facts.combined import therapies_in_text
from hemeline.knowledge import Knowledge, load_knowledge
from hemeline.record import Records

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = (Path("data"), Path("../shared/data/patients"), Path("../shared/data/vocab"))
AS_OF = dt.date(2026, 11, 22)


@dataclass(frozen=True)
class Table:
    """A published table: the name under which docs/real-data.md saves it, the one it is published under, and its mapping."""

    name: str
    published: str
    mapping: str

    def find(self, folders: Sequence[Path]) -> Path | None:
        """Where it lies, if it does."""
        places = (folder / name for folder in folders for name in (self.name, self.published))
        return next((place for place in places if place.is_file()), None)

    def records(self, path: Path, knowledge: Knowledge) -> Records:
        """The records that its mapping makes of it."""
        return api.read_records(path, knowledge, mapping=ROOT / "examples" / "mappings" / self.mapping)


TARGET = Table("target-all.tsv", "all_target_aall0331_9906/clinical.tsv", "target-all.yaml")
HD98A = Table("amlsg-hd98a.csv", "aml_amlsg_hd98a/clinical.csv", "aml-amlsg-hd98a.yaml")
WAVES = Table("beataml-waves.csv", "aml_beataml/beataml_waves1_2_clinical.csv", "aml-beataml-waves.yaml")
CHALLENGE = Table("beataml-challenge.csv", "aml_beataml/beataml_challenge_326.csv", "aml-beataml-challenge.yaml")
MYELOID = Table("myeloid.csv", "survival_pkg/myeloid.csv", "aml-survival-myeloid.yaml")
EBMT1, EBMT2, EBMT3, EBMT4 = (Table(f"ebmt{one}.csv", f"hct_ebmt/ebmt{one}.csv", f"hct-ebmt{one}.yaml") for one in range(1, 5))
FOLLICULAR = Table("follic.csv", "lymphoma_pmh/follic.csv", "lymphoma-pmh-follicular.yaml")
HODGKIN = Table("hd.csv", "lymphoma_pmh/hd.csv", "lymphoma-pmh-hodgkin.yaml")
IMWG = Table("rs_onco_imwg.csv", "cdisc_imwg/rs_onco_imwg.csv", "mm-cdisc-imwg.yaml")
CML = tuple(
    Table(f"{name}.csv", f"cml_myelo/{name}.csv", f"cml-{mapping}.yaml")
    for name, mapping in (
        ("hahnelFigS2", "hahnel-initial"), ("hahnelFigS5", "hahnel-stopping"), ("michor", "michor"), ("stein", "stein"),
        ("miSR", "mir"), ("claudianiPon", "ponatinib-claudiani"),
    )
)  # fmt: skip
PAIRS = Table("seer-pairs.tsv", "seer_mph_heme_test_cases.tsv", "")
TABLES = (TARGET, *CML, HD98A, WAVES, CHALLENGE, MYELOID, EBMT1, EBMT2, EBMT3, EBMT4, FOLLICULAR, HODGKIN, IMWG)
TRANSPLANT = "transplant"


def course_of(records: Records, knowledge: Knowledge) -> Course:
    """The course of everybody in some records."""
    return derive_course(understand(records, knowledge.vocabulary), knowledge, AS_OF)


# -- what happened to whom, in order ---------------------------------------------------------------------------------------


def steps(course: Course) -> Iterator[tuple[int, int, str]]:
    """Each remission, transplant, relapse and death in the order it happened: patient, position of the event, and its name."""
    transplants = course.facts.vocabulary.therapies_in(TRANSPLANT)
    therapies = tuple(course.facts.vocabulary.therapies)
    named = {EVENT["complete"]: "remission", EVENT["relapse"]: "relapse", EVENT["death"]: "death"}
    rows, treats = course.facts.rows, course.facts.codes.code["treatment"]
    for at in range(len(course.events)):
        source = int(course.events.source[at])
        name = named.get(int(course.events.kind[at]))
        if source >= 0 and rows["fact"][source] == treats and therapies[rows["value"][source]] in transplants:
            name = "transplant"
        if name:
            yield int(course.events.patient[at]), at, name


def transitions(course: Course) -> Counter[tuple[str, str]]:
    """How often each step followed each other one; the first follows ``entry``, the last is followed by ``none``."""
    counted: Counter[tuple[str, str]] = Counter()
    last = ["entry"] * len(course)
    for patient, _, name in steps(course):
        counted[last[patient], name] += 1
        last[patient] = name
    counted.update((name, "none") for name in last if name != "death")
    return counted


def phases_at_transplant(course: Course) -> dict[str, str]:
    """The phase of the disease that each patient's transplant found: ``CR1``, ``no remission``, or ``after relapse 1``."""
    found: dict[str, str] = {}
    ids, walked = course.facts.patients.ids, course.walked
    for patient, at, name in steps(course):
        if name != "transplant":
            continue
        before = at - 1 if at > course.events.start[patient] else None
        state = STATE["untreated"] if before is None else int(walked.state_at[before])
        relapses = 0 if before is None else int(walked.relapse_at[before])
        remission = f"CR{walked.remission_at[before]}" if before is not None and state == STATE["remission"] else "no remission"
        found[ids[patient]] = f"after relapse {relapses}" if relapses else remission
    return found


def phase_told(label: str) -> str:
    """What dates can decide of the phase that the authors of HD98A give: the table has no second remission and no second relapse."""
    return {"CR1": "CR1", "RD1": "no remission", "PR1": "no remission"}.get(label, "after relapse 1")


def steps_of_platelets(records: Records) -> Counter[tuple[str, str]]:
    """How often recovery of the platelets, and relapse or death, followed a transplant (ebmt3), by the account that was kept of each."""
    told = {fact: set(records.facts.filter(pl.col("fact") == fact)["patient_id"]) for fact in ("platelet-recovery", "relapse")}
    counted: Counter[tuple[str, str]] = Counter()
    for who in records.patients["patient_id"]:
        recovered, ended = (who in people for people in told.values())
        last = "relapse or death" if ended else "none"
        counted.update([(TRANSPLANT, "recovery"), ("recovery", last)] if recovered else [(TRANSPLANT, last)])
    return counted


# -- what is understood ----------------------------------------------------------------------------------------------------


def therapies_named(records: Records, knowledge: Knowledge) -> dict[str, tuple[int, tuple[str, ...]]]:
    """Each name of a treatment: how many patients have it, and the therapies it is understood as."""
    names = records.facts.filter(pl.col("fact") == "treatment")["value"].value_counts()
    return {name: (count, therapies_in_text(name, knowledge.vocabulary)) for name, count in names.sort("value").rows()}


def verdicts_of_pairs(path: Path, knowledge: Knowledge) -> list[dict[str, str]]:
    """Two diagnoses of one patient as SEER gives them, earlier first, with its verdict (``told``) and the program's (``found``)."""
    cases = [_pair(row) for row in pl.read_csv(path, separator="\t", infer_schema=False, quote_char=None).to_dicts()]
    index = knowledge.vocabulary.disease_index
    known = [{**case, "from": index.find(case["first"]) or "", "to": index.find(case["second"]) or ""} for case in cases]
    facts = [
        {"patient_id": str(number), "row": 2 * number + place, "fact": "diagnosis", "date": day, "value": case[which]}
        for number, case in enumerate(known)
        for place, (which, day) in enumerate((("first", "2001-01-01"), ("second", "2003-01-01")), start=1)
    ]
    records = Records.of([{"patient_id": str(number)} for number in range(len(known))], facts)
    changed = read_diagnoses(understand(records, knowledge.vocabulary)).changed_from >= 0
    return [{**case, "found": _found(case, bool(new), knowledge)} for case, new in zip(known, changed, strict=True)]


def _pair(row: Mapping[str, str | None]) -> dict[str, str]:
    days = {which: tuple(int(row[f"{part}{which}"] or 0) for part in ("year", "month", "day")) for which in ("1", "2")}
    order = sorted(days, key=lambda which: days[which])
    codes = [f"{row[f'hist{which}']}/{row[f'beh{which}']}" for which in order]
    told = {"SINGLE_PRIMARY": "same", "MULTIPLE_PRIMARIES": "another"}.get(row["result"] or "", "questionable")
    return {"first": codes[0], "second": codes[1], "told": told}


def _found(case: Mapping[str, str], changed: bool, knowledge: Knowledge) -> str:
    if not case["from"] or not case["to"]:
        return "not in the vocabulary"
    within = knowledge.vocabulary.diseases_within
    becomes = any(
        case["to"] in within(one.id) and case["from"] in within(earlier)
        for one in knowledge.vocabulary.diseases.values()
        for earlier in one.becomes
    )
    return "same" if not changed else "transformation" if becomes else "another"


# -- printing --------------------------------------------------------------------------------------------------------------


def show(title: str, counts: Mapping[str, int]) -> None:
    """Counts under a heading."""
    print(f"\n{title}", *(f"{count:>10}  {name}" for name, count in counts.items()), sep="\n")


def compared_with_authors(table: Table, path: Path, records: Records, knowledge: Knowledge) -> None:
    """What the authors of a table say of the same patients."""
    if table is HD98A:
        phases = phases_at_transplant(course_of(records, knowledge))
        told = {one: phase_told(label) for one, label in _column(path, "PDID", "TPL_Phase").items() if label}
        show("phase at transplant: derived, and what the table says of it", Counter(f"{phases[one]} / {told[one]}" for one in told))
    if table in (MYELOID, EBMT3):
        counts = transitions(course_of(records, knowledge)) if table is MYELOID else steps_of_platelets(records)
        show("from one event to the next", {f"{first} to {then}": count for (first, then), count in sorted(counts.items())})
    if table in (WAVES, CHALLENGE):
        names = therapies_named(records, knowledge)
        unknown = {name: count for name, (count, meant) in names.items() if not meant}
        mentions = sum(count for count, _ in names.values())
        parts = {"names": len(names), "names understood": len(names) - len(unknown), "named for patients": mentions}
        show("names of drugs and regimens", {**parts, "of these understood": mentions - sum(unknown.values())})
        show("names not understood", dict(sorted(unknown.items(), key=lambda one: -one[1])))


def _column(path: Path, key: str, value: str) -> dict[str, str]:
    return dict(pl.read_csv(path, infer_schema=False, null_values=["", "NA"]).select(key, value).rows())


def main(folders: Sequence[Path]) -> None:
    """Print what is made of every table that lies in some folders."""
    knowledge = load_knowledge(ROOT / "knowledge")
    for table in TABLES:
        path = table.find(folders)
        print(f"\n== {table.name}, {table.mapping}")
        if path is None:
            print("skipped: the table is not here (see docs/real-data.md)")
            continue
        records = table.records(path, knowledge)
        summary = summarise(records, knowledge, AS_OF)
        print(f"{summary.patients} patients, {summary.facts} facts")
        for title, counts in summary.tables.items():
            show(title, counts)
        compared_with_authors(table, path, records, knowledge)
    path = PAIRS.find(folders)
    print(f"\n== {PAIRS.name}")
    if path is None:
        print("skipped: the table is not here (see docs/real-data.md)")
        return
    cases = verdicts_of_pairs(path, knowledge)
    show("the later diagnosis: program / SEER", Counter(f"{case['found']} / {case['told']}" for case in cases))
    known = [case for case in cases if case["found"] != "not in the vocabulary"]
    apart = [case for case in known if (case["found"] == "same") != (case["told"] == "same") or case["told"] == "questionable"]
    show(
        "where they differ, or SEER leaves it open", Counter(f"{c['first']} then {c['second']}: {c['found']} / {c['told']}" for c in apart)
    )


if __name__ == "__main__":
    main([Path(one) for one in sys.argv[1:]] or FOLDERS)
