"""What one part of the knowledge says of another: every contradiction is refused where it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from hemeline.knowledge.check import faults_between
from hemeline.knowledge.files import read_content
from tests.knowledge.copies import RULES, SOURCES, VOCABULARY, WAXUMAB, edit, edited, fault_of, line_of

# Each fault: the file, what is changed into what, what then stands on the faulty line, and what is said of it.
FAULTS = {
    "an identifier used twice": (VOCABULARY, "- {id: grey,", "- {id: drab,", "greyitis", 'the identifier "drab" is used twice'),
    "a therapy called as a class is": (VOCABULARY, "{id: chalk,", "{id: waxes,", "name: Chalk", 'the identifier "waxes" is used twice'),
    "an unknown disease": (WAXUMAB, "  diseases: [drab]", "  diseases: [drap]", "drap", 'unknown diseases "drap" (did you mean drab?)'),
    "an unknown class": (WAXUMAB, "classes: [waxes]", "classes: [vaxes]", "vaxes", 'unknown classes "vaxes" (did you mean waxes?)'),
    "an unknown target": (WAXUMAB, "targets: [glint]", "targets: [flint]", "flint", 'unknown targets "flint" (did you mean glint?)'),
    "an unknown value set": (VOCABULARY, "values: stages", "values: stage", "id: stage,", 'unknown values "stage" (did you mean stages?)'),
    "an unknown parent": (
        VOCABULARY,
        "[polishes]}\ntargets",
        "[polish]}\ntargets",
        "id: waxes",
        'unknown parents "polish" (did you mean polishes?)',
    ),
    "an unknown definition": (RULES, "[shine]", "[shin]", "[shin]", 'unknown conflicts with "shin" (did you mean shine?)'),
    "an unknown fact of a rule": (RULES, "fact: sheen, now", "fact: sheer, now", "sheer", 'unknown fact "sheer" (did you mean sheen?)'),
    "an unknown state": (
        RULES,
        "to: on-treatment",
        "to: on-treatmint",
        "on-treatmint",
        'unknown state "on-treatmint" (did you mean on-treatment?)',
    ),
    "an unknown event": (RULES, "event: treatment", "event: treatmint", "treatmint", 'unknown event "treatmint" (did you mean treatment?)'),
    "an unknown fact of a criterion": (WAXUMAB, "{sheen:", "{sheeen:", "sheeen", 'unknown fact "sheeen" (did you mean sheen?)'),
    "an unknown word of a criterion": (
        WAXUMAB,
        '{sheen: ">= 2 g/L"}',
        "{stage: lade}",
        "lade",
        'unknown value of stage "lade" (did you mean late?)',
    ),
    "an unknown unit of a criterion": (WAXUMAB, ">= 2 g/L", ">= 2 g/dL", "g/dL", 'expected a limit such as ">= 2" with one of the units'),
    "an unknown source": (WAXUMAB, "[trial-wax]", "[trail-wax]", "trail-wax", 'unknown source "trail-wax" (did you mean trial-wax?)'),
    "an unknown document": (
        RULES,
        "society\n  claim: Chalk",
        "sociaty\n  claim: Chalk",
        "sociaty",
        'unknown source "sociaty" (did you mean society?)',
    ),
    "a source that nothing uses": (WAXUMAB, "[trial-wax]", "[society]", "", 'the source "trial-wax" is used nowhere'),
    "a criterion that is never yes": (
        WAXUMAB,
        "criteria: {relapsed: true}",
        "criteria: {all: [{age: '< 2'}, {age: '> 3'}]}",
        "< 2",
        "this criterion can never be yes",
    ),
    "a criterion that is never no": (
        WAXUMAB,
        "criteria: {relapsed: true}",
        "criteria: {any: [{age: '< 3'}, {age: '> 2'}]}",
        "< 3",
        "this criterion can never be no",
    ),
    "a count below one": (
        WAXUMAB,
        "criteria: {relapsed: true}",
        "criteria: {at_least: {count: 0, of: [{relapsed: true}]}}",
        "count: 0",
        "expected a whole number from 1 to 1, as many as there are criteria",
    ),
    "periods that overlap": (
        WAXUMAB,
        "from: 2015-03\n",
        "from: 2015-02\n",
        "from: 2015-02",
        "this period overlaps another one on the same basis (label)",
    ),
    "a period that ends before it begins": (WAXUMAB, "from: 2010-05-01\n", "from: 2016\n", "from: 2016", "it ends before it begins"),
    "a version without criteria": (WAXUMAB, "      criteria: {relapsed: true}\n", "", "from: 2015-03", 'status "approved" needs criteria'),
    "criteria of what is not to be had": (
        WAXUMAB,
        "{status: not-found",
        "{criteria: {relapsed: true}, status: not-found",
        "not-found",
        'status "not-found" takes no criteria',
    ),
    "a version without a source": (WAXUMAB, "      sources: [label-2010]\n", "", "from: 2010-05-01", "a version needs a source"),
    "a statement without an outcome": (
        RULES,
        "  not_realised: Outside the subject.\n",
        "",
        "id: society-2",
        "a statement is either realised by something or not realised for a reason",
    ),
    "a statement with two outcomes": (
        RULES,
        '  holds: "yes"\n',
        '  holds: "yes"\n  not_realised: No.\n',
        "id: society-1",
        "a statement is either realised by something or not realised",
    ),
    "a statement that no longer holds without what came after": (
        RULES,
        "  superseded: It does not.\n",
        "",
        "id: society-2",
        "a statement that no longer holds says what superseded it",
    ),
    "a reference to nothing": (
        RULES,
        "therapy:waxumab",
        "therapy:waxomab",
        "id: society-1",
        'unknown reference "therapy:waxomab" (did you mean waxumab?)',
    ),
    "a reference of no known sort": (RULES, "feature:missing", "page:missing", "id: society-1", 'unknown reference "page:missing"'),
    "a spelling of two therapies": (WAXUMAB, "[Shinerix]", "[CALX]", "id: waxumab", '"CALX" would mean both chalk and waxumab'),
    "a spelling of two diseases": (
        VOCABULARY,
        "{id: grey, name: greyitis",
        "{id: grey, name: Drab-Disease",
        "Drab-Disease",
        '"Drab-Disease" would mean both drab and grey',
    ),
    "a spelling of two facts": (VOCABULARY, "name: sheen", "name: glimmer", "name: glimmer", '"glimmer" would mean both glint and sheen'),
    "a spelling of two values": (VOCABULARY, '["NO"]', "[early stage]", "late stage", '"early stage" would mean both early and late'),
}


@pytest.mark.parametrize(("file", "old", "new", "at", "says"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_told_with_file_line_and_nearest_right_word(file: str, old: str, new: str, at: str, says: str, tmp_path: Path) -> None:
    folder = edited(tmp_path, file, old, new)
    told = [str(fault) for fault in faults_between(*read_content(folder))]
    place = (file, line_of(folder / file, at)) if at else (SOURCES, line_of(folder / SOURCES, "trial-wax"))
    assert [one for one in told if one.startswith(f"knowledge/{place[0]}:{place[1]}: {says}")], told
    assert fault_of(folder)


def test_a_whole_knowledge_has_no_fault(tmp_path: Path) -> None:
    folder = edited(tmp_path, VOCABULARY, "name: Chalk", "name: White chalk")
    assert faults_between(*read_content(folder)) == []


def test_one_period_may_begin_in_the_month_in_which_another_ends(tmp_path: Path) -> None:
    folder = edited(tmp_path, WAXUMAB, "from: 2015-03\n", "from: 2015-03-20\n")
    assert faults_between(*read_content(folder)) == []


def test_periods_on_another_basis_may_overlap(tmp_path: Path) -> None:
    folder = edited(tmp_path, WAXUMAB, "from: 2015-03\n", "from: 2012\n")
    edit(folder / WAXUMAB, "status: approved\n      basis: label", "status: guideline\n      basis: guideline")
    assert faults_between(*read_content(folder)) == []


def test_all_faults_are_told_in_the_order_of_files_and_lines(tmp_path: Path) -> None:
    folder = edited(tmp_path, WAXUMAB, "[trial-wax]", "[trail-wax]")
    edit(folder / RULES, "feature:missing", "feature:mising")
    faults = faults_between(*read_content(folder))
    assert [(fault.file, fault.what.split()[0]) for fault in faults] == [
        (f"knowledge/{RULES}", "unknown"), (f"knowledge/{SOURCES}", "the"), (f"knowledge/{WAXUMAB}", "unknown"),
    ]  # fmt: skip
    assert fault_of(folder) == f"{faults[0]} (and 2 more: hemeline knowledge check)"
