"""Dated, sourced content: its schema, strict loading, what is in force on a day, and what changed between two days."""

from hemeline.knowledge.knowledge import Knowledge, default_folder, load_knowledge
from hemeline.knowledge.schema import REGIONS, Region

__all__ = ["REGIONS", "Knowledge", "Region", "default_folder", "load_knowledge"]
