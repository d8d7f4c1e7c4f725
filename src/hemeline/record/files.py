"""Reading a record whatever its format, and writing it in any other."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast, get_args

import orjson

from hemeline.errors import RecordError, UsageError, did_you_mean
from hemeline.record.documents import parse_json, read_document
from hemeline.record.fhir import is_fhir, read_ndjson, records_from_fhir
from hemeline.record.fhir_writer import fhir_bytes
from hemeline.record.records import Records, together, with_text
from hemeline.record.table import SUFFIXES, patients_beside, read_table, write_table
from hemeline.record.writing import whole
from hemeline.vocabulary import Vocabulary

if TYPE_CHECKING:
    from hemeline.record.mapping import Mapping

Format = Literal["yaml", "json", "csv", "tsv", "parquet", "fhir", "ndjson"]
FORMATS: tuple[Format, ...] = get_args(Format)
_BY_SUFFIX: dict[str, Format] = {
    ".yaml": "yaml", ".yml": "yaml", ".json": "json", ".csv": "csv", ".tsv": "tsv", ".parquet": "parquet", ".ndjson": "ndjson",
}  # fmt: skip


def read_records(path: Path | str, vocabulary: Vocabulary, mapping: Mapping | None = None) -> Records:
    """Read records from a file, or from all files of a folder.

    The suffix tells the format: ``.yaml``, ``.json`` (ours, or a FHIR Bundle), ``.ndjson`` (FHIR), ``.csv``, ``.tsv`` and ``.parquet``
    (the long table, or with a ``mapping`` any wide one). Raises :class:`RecordError` with file and place.
    """
    path = Path(path)
    try:
        return _read_folder(path, vocabulary, mapping) if path.is_dir() else _read_file(path, vocabulary, mapping)
    except OSError as fault:
        raise RecordError(f"{path}: cannot be read ({fault.strerror or 'is it a file?'})") from None


def _read_file(path: Path, vocabulary: Vocabulary, mapping: Mapping | None) -> Records:
    if not path.is_file():
        raise RecordError(f"{path}: no such file")
    if path.suffix not in _BY_SUFFIX and not is_ndjson(path):
        raise RecordError(f"{path.name}: expected a file that ends in {', '.join(_BY_SUFFIX)}")
    if mapping is not None:
        from hemeline.record.wide import read_wide  # with its schema of mappings, which few tables need

        return read_wide(path, mapping)
    if is_ndjson(path):
        return read_ndjson([path], vocabulary)
    if path.suffix in SUFFIXES:
        return read_table(path)
    if path.suffix == ".json":
        data = parse_json(path.read_bytes(), path.name)
        return records_from_fhir(data, vocabulary, path.name) if is_fhir(data) else read_document(path)
    return read_document(path)


def _read_folder(folder: Path, vocabulary: Vocabulary, mapping: Mapping | None) -> Records:
    files = files_in(folder)
    bulk = [one for one in files if is_ndjson(one)] if mapping is None else []
    groups = [bulk if one == bulk[0] else [one] for one in files if one not in bulk[1:]] if bulk else [[one] for one in files]
    records = together(
        [read_ndjson(group, vocabulary) if group is bulk else read_records(group[0], vocabulary, mapping) for group in groups]
    )
    if records.patients["patient_id"].is_duplicated().any():
        raise RecordError(f"{folder}: two files hold the same patient id; expected each patient once")
    return records


def files_in(folder: Path) -> list[Path]:
    """The files of a folder that hold records, without the tables of patients that are read with another. Raises :class:`RecordError`."""
    files = [one for one in sorted(folder.iterdir()) if not one.name.startswith(".") and (one.suffix in _BY_SUFFIX or is_ndjson(one))]
    beside = {patients_beside(one) for one in files if one.suffix in SUFFIXES}
    if not files:
        raise RecordError(f"{folder}: expected files that end in {', '.join(_BY_SUFFIX)}, found none")
    return [one for one in files if one not in beside]


def is_ndjson(path: Path) -> bool:
    """Whether a file is FHIR as bulk export writes it; the files of one folder are then one export."""
    return path.name.endswith((".ndjson", ".ndjson.gz"))


def format_of(path: Path) -> Format:
    """The format that a file name asks for; ``.fhir.json`` is a FHIR Bundle. Raises :class:`UsageError`."""
    if path.name.endswith(".fhir.json"):
        return "fhir"
    if path.suffix not in _BY_SUFFIX:
        raise UsageError(f"{path.name}: expected a name that ends in .fhir.json or one of {', '.join(_BY_SUFFIX)}")
    return _BY_SUFFIX[path.suffix]


def write_records(records: Records, path: Path | str, vocabulary: Vocabulary, format: Format | None = None) -> None:
    """Write records in the format the file name asks for (or ``format``). The file appears whole or not at all."""
    path = Path(path)
    chosen = format or format_of(path)
    if chosen not in FORMATS:
        raise UsageError(f'unknown format "{chosen[:20]}"{did_you_mean(chosen, FORMATS)}; expected one of {", ".join(FORMATS)}')
    if chosen in ("csv", "tsv", "parquet"):
        with whole(path, path.with_name(f"{path.stem}.patients{path.suffix}")) as (part, beside):
            write_table(records, part, beside, chosen)
        return
    with whole(path) as (part,):
        part.write_bytes(fhir_bytes(records, vocabulary, chosen) if chosen in ("fhir", "ndjson") else _document(records, chosen))


def _document(records: Records, format: Format) -> bytes:
    """All records as one JSON or YAML document: one record alone, several in a list."""
    listed = list(_as_dicts(records))
    data = listed[0] if len(listed) == 1 else listed
    if format == "json":
        return orjson.dumps(data, option=orjson.OPT_INDENT_2) + b"\n"
    import io

    from ruamel.yaml import YAML

    stream, yaml = io.BytesIO(), YAML(typ="safe", pure=True)
    yaml.default_flow_style, yaml.sort_base_mapping_type_on_output, yaml.width = False, False, 120  # type: ignore[assignment]
    yaml.dump(data, stream)
    return stream.getvalue()


def _as_dicts(records: Records) -> list[dict[str, object]]:
    grouped: dict[str, list[dict[str, object]]] = {}
    for row in with_text(records.facts).drop("row").to_dicts():
        kept = {key: value for key, value in row.items() if value is not None and key != "patient_id"}
        grouped.setdefault(cast(str, row["patient_id"]), []).append(kept)
    return [
        {
            "patient": {("id" if key == "patient_id" else key): value for key, value in row.items() if value is not None},
            "facts": grouped.get(row["patient_id"], []),
        }
        for row in with_text(records.patients).to_dicts()
    ]
