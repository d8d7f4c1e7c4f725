"""The record: who, when, what, value, read from any of several formats and written in any other."""

from hemeline.record.files import FORMATS, Format, format_of, read_records, write_records
from hemeline.record.mapping import Mapping, read_mapping
from hemeline.record.records import Records

__all__ = ["FORMATS", "Format", "Mapping", "Records", "format_of", "read_mapping", "read_records", "write_records"]
