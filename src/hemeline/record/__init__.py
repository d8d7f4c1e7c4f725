"""The record: who, when, what, value, read from any of several formats and written in any other."""

from typing import TYPE_CHECKING, Any

from hemeline.record.files import FORMATS, Format, format_of, read_records, write_records
from hemeline.record.records import Records

if TYPE_CHECKING:
    from hemeline.record.mapping import Mapping, read_mapping

__all__ = ["FORMATS", "Format", "Mapping", "Records", "format_of", "read_mapping", "read_records", "write_records"]


def __getattr__(name: str) -> Any:
    """What reads a mapping file is loaded when it is first used: few tables need one."""
    if name in ("Mapping", "read_mapping"):
        from hemeline.record import mapping

        return getattr(mapping, name)
    raise AttributeError(name)
