"""The state machine walks all patients at once, and each as if he were alone."""

from __future__ import annotations

import datetime as dt

from hemeline.course import Course, derive_course
from hemeline.facts import understand
from hemeline.knowledge import Knowledge
from hemeline.record import Records
from hemeline.record.records import together
from tests.course.walking import RELAPSE, REMISSION, patient
from tests.facts.recording import record

# Patients of very different length, one without anything and one in another family.
PEOPLE = (
    record(*RELAPSE, "2023-06-10 treatment flag-ida", "2023-07-10 response NR", "2023-08-01 treatment blinatumomab", id="long"),
    record(id="nothing"),
    record(*REMISSION, id="short"),
    record("2020-01-01 diagnosis cml", "2020-01-10 treatment imatinib", "2021-01-10 treatment dasatinib", id="other"),
    record("2020-01-01 diagnosis b-all", "2020-06 response CR", "2020-06 relapse marrow", id="open"),
    record(*RELAPSE, id="relapsed"),
)


def course(knowledge: Knowledge, records: Records) -> Course:
    return derive_course(understand(records, knowledge.vocabulary), knowledge, dt.date(2026, 11, 22))


def told(found: Course, who: int) -> tuple[object, ...]:
    """What a course says of one patient."""
    counts = (found.line_count, found.remission_number, found.relapse_number)
    tables = (found.lines, found.remissions, found.relapses)
    rows = [[{key: value for key, value in row.items() if key != "patient"} for row in table.dicts(table.of(who))] for table in tables]
    return found.states()[who], [(one.low[who], one.high[who]) for one in counts], rows


def test_each_patient_is_walked_as_if_he_were_alone(knowledge: Knowledge) -> None:
    everybody = course(knowledge, together(list(PEOPLE)))
    alone = [told(course(knowledge, one), 0) for one in PEOPLE]
    assert [told(everybody, who) for who in range(len(PEOPLE))] == alone
    assert everybody.states().tolist() == ["relapsed-refractory", "untreated", "remission", "on-treatment", "unknown", "relapsed"]


def test_the_order_of_patients_does_not_matter(knowledge: Knowledge) -> None:
    forwards, backwards = (course(knowledge, together(list(people))) for people in (PEOPLE, PEOPLE[::-1]))
    assert [told(forwards, who) for who in range(len(PEOPLE))] == [told(backwards, who) for who in range(len(PEOPLE))][::-1]


def test_nobody_at_all_has_no_course(knowledge: Knowledge) -> None:
    nobody = Records(PEOPLE[0].patients.clear(), PEOPLE[0].facts.clear(), PEOPLE[0].not_understood)
    found = course(knowledge, nobody)
    assert len(found) == 0 and len(found.states()) == 0


def test_in_lymphoma_salvage_after_a_partial_response_begins_a_line_that_its_transplant_belongs_to(
    knowledge: Knowledge,
) -> None:
    told = patient(
        knowledge, "2020-01-05 diagnosis dlbcl", "2020-01-10 treatment r-chop end=2020-05-01 intent=induction", "2020-05-20 response PMR",
        "2020-06-10 treatment r-ice end=2020-08-01 intent=salvage", "2020-08-20 response CMR", "2020-09-15 treatment autologous-sct",
        "2022-02-01 relapse node", "2022-02-10 treatment r-dhap intent=salvage",
    )  # fmt: skip
    assert told.course.walked.line.tolist() == [3]


def test_in_lymphoma_courses_of_salvage_are_one_line(knowledge: Knowledge) -> None:
    told = patient(
        knowledge, "2020-01-05 diagnosis hl", "2020-01-10 treatment abvd end=2020-05-01", "2020-05-20 response CMR",
        "2021-06-01 relapse node",
        "2021-06-10 treatment dhap intent=salvage", "2021-07-01 response PMR", "2021-07-05 treatment gdp intent=salvage",
    )  # fmt: skip
    assert told.course.walked.line.tolist() == [2]


# A drug that is stopped for a relapse only once the next ones have begun.
OVERLAP = (
    "2015-01-02 diagnosis cll", "2018-01-16 treatment ibrutinib end=2024-02-15 reason=progression", "2018-06-12 response PR",
    "2024-01-10 progression node", "2024-02-01 treatment venetoclax",
)  # fmt: skip


def test_a_drug_that_outlasts_the_start_of_the_next_line_fails_only_its_own(knowledge: Knowledge) -> None:
    told = patient(knowledge, *OVERLAP)
    assert (told.state, told.counts, told.failed_lines) == ("relapsed", (2, 0, 1), [])
    assert told.refractory_to == {"ibrutinib": "yes", "venetoclax": "no"}


def test_a_drug_that_outlasts_the_response_to_the_next_line_is_no_second_relapse(knowledge: Knowledge) -> None:
    told = patient(knowledge, *OVERLAP, "2024-02-10 response PR")
    assert (told.state, told.course.walked.relapse.tolist()) == ("partial-response", [1])


def test_a_drug_that_goes_on_through_the_next_line_fails_with_it(knowledge: Knowledge) -> None:
    told = patient(knowledge, *(one.replace("2024-02-15", "2025-06-15") for one in OVERLAP))
    assert (told.state, told.failed_lines) == ("relapsed-refractory", [2])
