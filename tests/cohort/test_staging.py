"""A source of any format is regrouped by patient on disk, in small pieces, and says then what it says when it is read at once."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest

from hemeline import api
from hemeline.cohort.parts import parts_of
from hemeline.cohort.source import Source, open_source
from hemeline.cohort.staging import Staged, stage
from hemeline.errors import RecordError
from hemeline.knowledge import Knowledge
from hemeline.record import Records, read_mapping
from hemeline.record.omop import read_omop
from hemeline.record.records import FACT_COLUMNS, NOT_UNDERSTOOD_COLUMNS, PATIENT_COLUMNS, together, with_text
from hemeline.record.runs import Marks, Runs
from hemeline.synth import chunks
from tests.record.omop import SCHEMAS, frame, tables, write_folder

ROOM = 20_000  # bytes: so little that each source is read in many pieces
CHUNK = 7  # patients in a range
MAPPING = """
name: made
patient: {id: who, birth: {column: born}, sex: {column: sex}}
facts:
- {fact: diagnosis, value: {column: disease}, date: {column: day}}
- {fact: ECOG, value: {column: ecog}, date: {column: day}, when: {ecog: "*"}}
"""


@pytest.fixture(scope="module")
def made(knowledge: Knowledge) -> Records:
    (course,) = [one for one in knowledge.content.synthetic if one.id == "b-all"]
    return next(iter(chunks(course, 60, 5)))


def shuffled(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.sample(fraction=1, shuffle=True, seed=4)


def staged(source: Path | str, work: Path, knowledge: Knowledge, mapping: Path | None = None) -> Records:
    """All that the ranges of a staged source hold."""
    mapped = read_mapping(mapping, knowledge.vocabulary) if mapping else None
    found = open_source(str(source), work, knowledge.vocabulary, mapped, CHUNK, ROOM)
    assert len(found) > 2 and not found.cuts
    return together([found.read(number) for number in range(len(found))])


def said(records: Records) -> tuple[list[tuple[object, ...]], ...]:
    """Everything in records, whatever its order."""
    columns = (PATIENT_COLUMNS, FACT_COLUMNS, NOT_UNDERSTOOD_COLUMNS)
    frames = (records.patients, records.facts, records.not_understood)
    return tuple(
        sorted(with_text(frame).select(names).rows(), key=lambda row: [(cell is not None, str(cell)) for cell in row])
        for frame, names in zip(frames, columns, strict=True)
    )


# -- each format -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["csv", "tsv", "parquet"])
@pytest.mark.parametrize("beside", [True, False])
def test_a_shuffled_long_table_keeps_its_rows_and_accounts_for_the_same(
    kind: str, beside: bool, made: Records, tmp_path: Path, knowledge: Knowledge
) -> None:
    facts = shuffled(made.facts.drop("row")).with_columns(
        pl.when(pl.int_range(pl.len()) % 50 == 3).then(None).otherwise("patient_id").alias("patient_id"), pl.lit("?").alias("colour")
    )
    others = pl.DataFrame([{"patient_id": "nobody's", "fact": "ECOG", "value": "1"}])
    facts = pl.concat([facts, others], how="diagonal")
    path = tmp_path / f"facts.{kind}"
    save(facts, path)
    if beside:
        save(shuffled(made.patients).with_columns(pl.lit("?").alias("height")), tmp_path / f"patients.{kind}")
    expected = api.read_records(path, knowledge)
    assert said(staged(path, tmp_path / "work", knowledge)) == said(expected)
    assert {"colour", "ECOG"} < {*expected.not_understood["fact"], *expected.facts["fact"]}


def save(frame: pl.DataFrame, path: Path) -> None:
    if path.suffix == ".parquet":
        frame.write_parquet(path, row_group_size=100)
    else:
        frame.write_csv(path, separator="\t" if path.suffix == ".tsv" else ",")


def test_a_csv_is_cut_between_rows_and_not_within_quotation_marks(tmp_path: Path, knowledge: Knowledge) -> None:
    notes = ["plain", '"two\nlines, and a comma"', '"a ""word""\nand more"', "ünï"]
    rows = [f"p{number % 40},{number},ECOG,1,{notes[number % 4]}" for number in range(4000)]
    (tmp_path / "t.csv").write_text("patient_id,date,fact,value,note\r\n" + "\r\n".join(rows), encoding="utf-8-sig")
    assert said(staged(tmp_path / "t.csv", tmp_path / "work", knowledge)) == said(api.read_records(tmp_path / "t.csv", knowledge))


@pytest.mark.parametrize("fault", ["p1,2020,ECOG,1,more", 'p1,2020,ECOG,"1', b"p1,2020,ECOG,\xff"])
def test_a_fault_late_in_a_csv_is_named_with_its_line(fault: str | bytes, tmp_path: Path, knowledge: Knowledge) -> None:
    late = fault if isinstance(fault, bytes) else fault.encode()
    (tmp_path / "t.csv").write_bytes(b"patient_id,date,fact,value\n" + b"p2,2020,ECOG,1\n" * 5000 + late + b"\n")
    with pytest.raises(RecordError) as at_once:
        api.read_records(tmp_path / "t.csv", knowledge)
    with pytest.raises(RecordError) as in_pieces:
        staged(tmp_path / "t.csv", tmp_path / "work", knowledge)
    assert str(in_pieces.value) == str(at_once.value)
    assert ":5002:" in str(at_once.value)


def resources(made: Records, folder: Path, knowledge: Knowledge) -> list[dict[str, object]]:
    """The resources of made-up patients in no order, with Conditions that need the earlier ones, and Medications."""
    api.write_records(made, folder / "made.ndjson", knowledge)
    found = [json.loads(line) for line in (folder / "made.ndjson").read_text(encoding="utf-8").splitlines()]
    (folder / "made.ndjson").unlink()
    for number, who in enumerate(made.patients["patient_id"]):
        subject = {"subject": {"reference": f"Patient/{who}"}}
        relapsed = {"clinicalStatus": {"coding": [{"code": "relapse"}]}, "code": {"text": "b-all"}, "onsetDateTime": "2024-05-01"}
        found.append({"resourceType": "Condition", "id": f"c{number}", **relapsed, **subject})
        given = {"status": "completed", "medicationReference": {"reference": f"Medication/m{number % 5}"}}
        found.append({"resourceType": "MedicationStatement", "id": f"s{number}", **given, **subject})
    found += [{"resourceType": "Medication", "id": f"m{number}", "code": {"text": "imatinib"}} for number in range(3, 8)]
    found += [{"resourceType": "Location", "id": "l"}, {"resourceType": "Observation", "id": "o", "valueInteger": 1}]
    random.Random(4).shuffle(found)
    return found


def test_ndjson_in_any_order_says_what_it_says_read_at_once(made: Records, tmp_path: Path, knowledge: Knowledge) -> None:
    lines = [json.dumps(one) for one in resources(made, tmp_path, knowledge)]
    path = tmp_path / "all.ndjson"
    path.write_text("\n".join(lines), encoding="utf-8")
    expected = api.read_records(path, knowledge)
    assert {"no resource says that it was given", "it names no patient"} <= set(expected.not_understood["why"])
    assert "relapse" in set(expected.facts["fact"])
    assert said(staged(path, tmp_path / "work", knowledge)) == said(expected)


def test_a_bulk_export_is_one_source_in_files_by_type_also_packed(made: Records, tmp_path: Path, knowledge: Knowledge) -> None:
    listed = resources(made, tmp_path, knowledge)
    kinds = sorted({str(one["resourceType"]) for one in listed})
    listed.sort(key=lambda one: str(one["resourceType"]))  # a stable sort: as the files follow each other
    (tmp_path / "export").mkdir()
    for kind in kinds:
        text = "".join(json.dumps(one) + "\n" for one in listed if one["resourceType"] == kind).encode()
        packed = kind == "Observation"
        (tmp_path / "export" / f"{kind}.ndjson{'.gz' if packed else ''}").write_bytes(gzip.compress(text) if packed else text)
    (tmp_path / "all.ndjson").write_text("\n".join(map(json.dumps, listed)), encoding="utf-8")
    expected = said(api.read_records(tmp_path / "all.ndjson", knowledge))
    assert said(api.read_records(tmp_path / "export", knowledge)) == expected
    assert said(staged(tmp_path / "export", tmp_path / "work", knowledge)) == expected


def test_a_patient_told_of_twice_in_a_bulk_export_is_refused(made: Records, tmp_path: Path, knowledge: Knowledge) -> None:
    listed = resources(made, tmp_path, knowledge)
    again = next(one for one in listed if one["resourceType"] == "Patient")
    (tmp_path / "all.ndjson").write_text("\n".join(map(json.dumps, [*listed, again])), encoding="utf-8")
    with pytest.raises(RecordError, match=f"all.ndjson: resource {len(listed) + 1}: the patient id of an earlier one"):
        staged(tmp_path / "all.ndjson", tmp_path / "work", knowledge)


def test_a_folder_of_files_of_any_format_is_read_file_by_file(made: Records, tmp_path: Path, knowledge: Knowledge) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    kinds = ("yaml", "json", "csv", "parquet", "fhir.json")
    for number, start in enumerate(range(0, 60, 4)):
        api.write_records(made.part(start, 4), folder / f"{number:02d}.{kinds[number % 5]}", knowledge)
    assert said(staged(folder, tmp_path / "work", knowledge)) == said(api.read_records(folder, knowledge))


def test_two_files_with_the_same_patient_are_refused(made: Records, tmp_path: Path, knowledge: Knowledge) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for name in ("one.csv", "two.yaml"):
        api.write_records(made.part(0, 20), folder / name, knowledge)
    with pytest.raises(RecordError, match="two files hold the same patient id"):
        staged(folder, tmp_path / "work", knowledge)


def test_a_wide_table_has_the_rows_of_a_patient_brought_together(tmp_path: Path, knowledge: Knowledge) -> None:
    drawn = random.Random(4)
    rows = [
        f"p{number % 40},{1960 + number % 40 + number // 1500},f,b-all,20{10 + number % 9},{number % 5 or ''}" for number in range(2000)
    ]
    rows += [",1990,f,b-all,2010,1", "p3,,,,,"]
    drawn.shuffle(rows)
    (tmp_path / "t.csv").write_text("who,born,sex,disease,day,ecog\n" + "\n".join(rows), encoding="utf-8")
    (tmp_path / "m.yaml").write_text(MAPPING, encoding="utf-8")
    expected = api.read_records(tmp_path / "t.csv", knowledge, mapping=tmp_path / "m.yaml")
    assert len({row[3] for row in said(expected)[2]}) == 3
    assert said(staged(tmp_path / "t.csv", tmp_path / "work", knowledge, tmp_path / "m.yaml")) == said(expected)


def test_omop_tables_in_no_order_say_what_they_say_read_at_once(made: Records, tmp_path: Path, knowledge: Knowledge) -> None:
    held = {name: shuffled(one) for name, one in tables(made).items()}
    held["concept_ancestor"] = pl.DataFrame({"ancestor_concept_id": [201], "descendant_concept_id": [202]})
    held["measurement"] = frame([], SCHEMAS["measurement"])
    folder = write_folder(held, tmp_path / "omop")
    (expected,) = read_omop(folder, knowledge.vocabulary)
    assert said(staged(folder, tmp_path / "work", knowledge)) == said(expected)


# -- a break -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def long(made: Records, tmp_path: Path, knowledge: Knowledge) -> Path:
    path = tmp_path / "facts.parquet"
    save(shuffled(made.facts.drop("row")), path)
    save(made.patients, tmp_path / "patients.parquet")
    return path


def interrupted(source: Path, work: Path, knowledge: Knowledge) -> Iterator[tuple[str, Records]]:
    for number, part in enumerate(parts_of(str(source), knowledge.vocabulary, None, work, ROOM)):
        if number == 8:
            raise KeyboardInterrupt
        yield part


def test_a_staging_that_broke_off_is_begun_anew(long: Path, tmp_path: Path, knowledge: Knowledge) -> None:
    work = tmp_path / "work"
    with pytest.raises(KeyboardInterrupt):
        stage(interrupted(long, work, knowledge), work, ROOM, "it")
    assert list((work / "facts").iterdir()) and Staged.found(work, "it") is None
    assert said(staged(long, work, knowledge)) == said(api.read_records(long, knowledge))


def test_what_is_staged_is_used_again_but_not_for_another_source(long: Path, tmp_path: Path, knowledge: Knowledge) -> None:
    def opened(of: str) -> Source:
        return open_source(str(long), tmp_path / "work", knowledge.vocabulary, None, CHUNK, ROOM, of)

    first = opened("it")
    written = {one: one.stat().st_mtime_ns for one in (tmp_path / "work").rglob("*.parquet")}
    assert opened("it") == first
    assert {one: one.stat().st_mtime_ns for one in written} == written
    opened("another")
    assert {one: one.stat().st_mtime_ns for one in written} != written


# -- ranges ----------------------------------------------------------------------------------------------------------------


def test_a_range_has_no_more_patients_than_asked_and_fewer_where_they_have_many_facts(tmp_path: Path, knowledge: Knowledge) -> None:
    few = [{"patient_id": f"a{number:04d}", "fact": "ECOG", "value": "1"} for number in range(500)]
    many = [{"patient_id": f"b{number % 100:04d}", "fact": "ECOG", "value": "1"} for number in range(40_000)]
    save(pl.DataFrame(few + many), tmp_path / "t.parquet")
    found = open_source(str(tmp_path / "t.parquet"), tmp_path / "work", knowledge.vocabulary, None, 50, 1_000_000)
    sizes = [len(found.read(number)) for number in range(len(found))]
    assert (sum(sizes), max(sizes[:10])) == (600, 48)
    assert max(sizes[12:]) <= 7  # 400 facts each: ten times the average


@pytest.mark.parametrize("size", [1, 2, 3, 7, 400])
def test_marks_tell_how_many_rows_come_before_a_key_wherever_a_table_is_cut(size: int) -> None:
    keys = pl.Series(sorted(f"k{number * number % 61:02d}" for number in range(300)))
    for step in (1, 5, 40):
        marks = Marks(step)
        for start in range(0, len(keys), size):
            marks.see(start, keys.slice(start, size))
        assert marks.keys == keys.gather_every(step).unique(maintain_order=True).to_list()
        assert marks.before == [(keys < key).sum() for key in marks.keys]


@pytest.mark.parametrize(("workers", "sizes"), [(1, [3_000] * 4), (2, [3_000] * 4), (3, [2_000] * 6), (8, [3_000] * 4)])
def test_workers_share_a_table_read_in_place_evenly(workers: int, sizes: list[int], tmp_path: Path, knowledge: Knowledge) -> None:
    facts = pl.DataFrame({"patient_id": [f"p{number // 3:05d}" for number in range(36_000)], "fact": "ECOG", "value": "1"})
    facts.write_parquet(tmp_path / "t.parquet")
    facts.select("patient_id").unique(maintain_order=True).write_parquet(tmp_path / "t.patients.parquet")
    found = open_source(str(tmp_path / "t.parquet"), tmp_path / "work", knowledge.vocabulary, None, 3_200, workers=workers)
    read = [found.read(number) for number in range(len(found))]
    assert [len(one) for one in read] == pytest.approx(sizes, abs=200) and max(map(len, read)) <= 3_200
    assert sum(len(one) for one in read) == 12_000
    assert pl.concat([one.facts["row"] for one in read]).to_list() == list(range(1, 36_001))


def test_a_table_read_in_place_is_cut_where_patients_have_few_facts_or_many(tmp_path: Path, knowledge: Knowledge) -> None:
    many = [f"a{number // 2_000}" for number in range(20_000)]  # more than a range of 50 patients is to hold
    people = sorted({*many, *(f"b{number:04d}" for number in range(500))})  # without any facts
    pl.DataFrame({"patient_id": many, "fact": "ECOG", "value": "1"}).write_parquet(tmp_path / "t.parquet")
    pl.DataFrame({"patient_id": people}).write_parquet(tmp_path / "t.patients.parquet")
    found = open_source(str(tmp_path / "t.parquet"), tmp_path / "work", knowledge.vocabulary, None, 50)
    read = [found.read(number) for number in range(len(found))]
    assert found.cuts and max(map(len, read)) <= 50 and max(len(one.facts) for one in read) <= 6_000
    assert pl.concat([one.patients["patient_id"] for one in read]).to_list() == people


def test_very_many_runs_are_merged_and_hold_the_same_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hemeline.record.runs._MOST_FILES", 20)
    rows = pl.DataFrame({"key": [f"k{number * 7919 % 997:03d}" for number in range(3000)], "row": range(3000)})
    runs = Runs(tmp_path / "runs", "key", 1000)
    for start in range(0, 3000, 50):
        runs.add(rows.slice(start, 50))
    files = runs.close()
    assert len(list((tmp_path / "runs").iterdir())) == len(files)
    assert sum(one.reaches("k500", "k501") for one in files) <= 3  # of 60
    parts = list(runs.parts(100))
    assert pl.concat(parts).sort("row").equals(rows)
    assert not [1 for one, other in pairwise(parts) if one["key"][-1] >= other["key"][0]]
