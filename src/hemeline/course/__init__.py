"""The course: states, remissions, relapses, lines of therapy, exposures, and what named definitions say of them."""

from hemeline.course.course import Course, derive_course
from hemeline.course.definitions import Judgement, columns_of, judge_definitions, needed_definitions
from hemeline.course.features import Features
from hemeline.course.findings import Latest, latest
from hemeline.course.levels import levels

__all__ = [
    "Course", "Features", "Judgement", "Latest", "columns_of", "derive_course", "judge_definitions", "latest", "levels",
    "needed_definitions",
]  # fmt: skip
