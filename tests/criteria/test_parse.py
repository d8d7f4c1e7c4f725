"""Criteria as they are written: what each sort of leaf asks and how it reads, and how a fault is told."""

from __future__ import annotations

from typing import Any

import pytest

from hemeline.criteria import Compare, CriterionFault, Group, Is, IsOneOf, Leaf, leaves_of
from hemeline.criteria.features import FEATURES
from hemeline.knowledge import Knowledge

Written = dict[str, Any]
CLASS = "bcr-abl1-tki"

# Each sort of leaf: how it is written, what it asks, how it reads, and the fact that would answer it.
LEAVES: dict[str, tuple[Written, Compare | Is | IsOneOf, str, str]] = {
    "a number of the course": ({"relapse_number": ">= 2"}, Compare("relapse_number", ">=", 2), "number of relapses at least 2", "relapse"),
    "a number without a sign": ({"relapse_number": 1}, Compare("relapse_number", "=", 1), "number of relapses exactly 1", "relapse"),
    "years": ({"age": "<= 25"}, Compare("age", "<=", 25), "age at most 25 years", "birth_date"),
    "one year": ({"age": ">= 1"}, Compare("age", ">=", 1), "age at least 1 year", "birth_date"),
    "months of age": ({"age": ">= 1 month"}, Compare("age_in_months", ">=", 1), "age at least 1 month", "birth_date"),
    "more months of age": ({"age": "< 6 months"}, Compare("age_in_months", "<", 6), "age under 6 months", "birth_date"),
    "months of the course": (
        {"months_from_remission": "< 18"},
        Compare("months_from_remission", "<", 18),
        "months in the remission that the relapse ended under 18 months",
        "response",
    ),
    "a truth": ({"refractory": True}, Is("refractory", True), "refractory", "response"),
    "a truth denied": ({"refractory": False}, Is("refractory", False), "not refractory", "response"),
    "a state": ({"state": "relapsed"}, IsOneOf(("state:relapsed",)), "state: relapsed", "response"),
    "one of several states": (
        {"state": ["relapsed", "refractory"]},
        IsOneOf(("state:relapsed|refractory",)),
        "state: relapsed or refractory",
        "response",
    ),
    "a site": (
        {"relapse_site": ["cns", "testis"]},
        IsOneOf(("relapse_site:cns", "relapse_site:testis")),
        "site of the latest relapse: central nervous system or testis",
        "relapse",
    ),
    "a kind of relapse that means two": (
        {"relapse_kind": "extramedullary"},
        IsOneOf(("relapse_kind:isolated-extramedullary|combined",)),
        "kind of the latest relapse: extramedullary",
        "relapse",
    ),
    "a response": ({"last_response": ["NR", "PD"]}, IsOneOf(("last_response:NR|PD",)), "latest response: NR or PD", "response"),
    "a disease": ({"disease": "b-all"}, IsOneOf(("disease:b-all",)), "disease: B-cell acute lymphoblastic leukaemia", "diagnosis"),
    "a therapy": (
        {"prior": ["blinatumomab", "car-t"]},
        IsOneOf(("prior:blinatumomab", "prior:car-t")),
        "earlier treatment with: Blinatumomab or CAR T-cell therapy",
        "treatment",
    ),
    "a number of therapies": (
        {"failed_count": {"of": CLASS, "at_least": 2}},
        Compare(f"failed_count:{CLASS}", ">=", 2),
        "number of treatments of the class with resistance or intolerance BCR::ABL1 tyrosine kinase inhibitor: at least 2",
        "treatment",
    ),
    "months since a therapy": (
        {"months_since": {"of": "allogeneic-sct", "at_least": 6}},
        Compare("months_since:allogeneic-sct", ">=", 6),
        "months since the latest Allogeneic stem-cell transplant: at least 6",
        "treatment",
    ),
    "months on treatment": (
        {"months_on_treatment_at": {"of": "BCR::ABL1-IS", "under": 3}},
        Compare("months_on_treatment_at:BCR::ABL1-IS", "<", 3),
        "months on the current line at the latest BCR::ABL1 on the International Scale: under 3",
        "BCR::ABL1-IS",
    ),
    "a word that was ever recorded": (
        {"ever": {"phase": ["accelerated", "blast"]}},
        IsOneOf(("ever:phase:accelerated|blast",)),
        "ever recorded: phase of chronic myeloid leukaemia: accelerated phase or blast phase of a lineage not recorded",
        "phase",
    ),
    "a result of a definition": (
        {"relapse_timing": {"definition": "gmall-adult-all", "is": "early"}},
        IsOneOf(("relapse_timing:gmall-adult-all:early",)),
        "timing of the latest relapse by gmall-adult-all: early",
        "relapse",
    ),
    "a marker": ({"CD19": "positive"}, Is("CD19", True), "CD19 positive", "CD19"),
    "a marker that is absent": ({"T315I": "negative"}, Is("T315I", False), "ABL1 T315I negative", "T315I"),
    "a measurement": ({"LVEF": ">= 45 %"}, Compare("LVEF", ">=", 45), "left ventricular ejection fraction at least 45 %", "LVEF"),
    "a measurement in another unit": (
        {"neutrophils": "> 500 /uL"},
        Compare("neutrophils", ">", 0.5),
        "neutrophils over 500 /uL",
        "neutrophils",
    ),
    "a score": ({"ECOG": "<= 2"}, Compare("ECOG", "<=", 2), "ECOG performance status at most 2", "ECOG"),
    "a level in words": ({"MRD": "positive"}, Is("MRD:positive", True), "measurable residual disease positive", "MRD"),
    "a level in numbers": ({"MRD": ">= 0.1 %"}, Compare("MRD", ">=", 0.001), "measurable residual disease at least 0.1 %", "MRD"),
    "a category": (
        {"phase": ["chronic", "accelerated"]},
        IsOneOf(("phase:chronic|accelerated",)),
        "phase of chronic myeloid leukaemia: chronic phase or accelerated phase",
        "phase",
    ),
    "a fitness": (
        {"fit-for": ["transplant", "car-t"]},
        IsOneOf(("fit-for:transplant", "fit-for:car-t")),
        "fit for: transplant or CAR-T",
        "fit-for",
    ),
    "a donor of any sort": ({"donor": "available"}, IsOneOf(("donor:available",)), "stem-cell donor: available", "donor"),
}  # fmt: skip


@pytest.mark.parametrize(("written", "test", "text", "fact"), LEAVES.values(), ids=LEAVES)
def test_a_leaf_asks_one_question_and_says_so(
    written: Written, test: Compare | Is | IsOneOf, text: str, fact: str, knowledge: Knowledge
) -> None:
    leaf = knowledge.lexicon.parse(written)
    assert isinstance(leaf, Leaf)
    assert (leaf.test, leaf.text, leaf.fact) == (test, text, fact)


def test_every_sort_of_feature_is_tried() -> None:
    tried = {FEATURES[name].kind for written, *_ in LEAVES.values() for name in written if name in FEATURES}
    assert tried == {feature.kind for feature in FEATURES.values()}


def test_a_group_of_diseases_is_all_that_are_in_it(knowledge: Knowledge) -> None:
    (leaf,) = leaves_of(knowledge.lexicon.parse({"disease": "lbcl"}))
    assert leaf.columns == ("disease:dlbcl|hgbl|lbcl|pmbcl|tfl",)


def test_the_only_word_that_is_asked_about_can_be_asked_for(knowledge: Knowledge) -> None:
    one, several = (knowledge.lexicon.parse({"fit-for": words}) for words in ("transplant", ["transplant", "car-t"]))
    assert isinstance(one, Leaf) and isinstance(several, Leaf)
    assert (one.value, several.value) == ("transplant", None)


@pytest.mark.parametrize(
    ("word", "sign"), [("at_least", ">="), ("at_most", "<="), ("exactly", "="), ("under", "<"), ("over", ">")]
)  # fmt: skip
def test_a_count_is_compared_in_words(word: str, sign: str, knowledge: Knowledge) -> None:
    (leaf,) = leaves_of(knowledge.lexicon.parse({"prior_count": {"of": CLASS, word: 2}}))
    assert leaf.test == Compare(f"prior_count:{CLASS}", sign, 2)  # type: ignore[arg-type]


def test_groups_hold_their_parts_in_the_order_written(knowledge: Knowledge) -> None:
    a, b = {"relapsed": True}, {"CD19": "positive"}
    tree = knowledge.lexicon.parse({"all": [{"any": [a, b]}, {"not": a}, {"at_least": {"count": 1, "of": [b, a]}}]})
    assert isinstance(tree, Group) and tree.joined == "all"
    assert [(one.joined, one.count, len(one.parts)) for one in tree.parts if isinstance(one, Group)] == [
        ("any", 0, 2), ("not", 0, 1), ("at_least", 1, 2),
    ]  # fmt: skip
    assert [leaf.name for leaf in leaves_of(tree)] == ["relapsed", "CD19", "relapsed", "CD19", "relapsed"]


# What is no criterion: how it is written, where the fault is, and what is said of it.
SHAPE = "expected a mapping with one key: a fact, or one of all, any, not, at_least"
COUNT = "expected {of: a fact, at_least: a number} (or at_least, at_most, exactly, under, over)"
FAULTS: dict[str, tuple[Any, tuple[str | int, ...], str]] = {
    "a word": ("relapsed", (), SHAPE),
    "nothing": ({}, (), SHAPE),
    "two keys": ({"relapsed": True, "refractory": True}, (), SHAPE),
    "an unknown fact": ({"CD91": "positive"}, ("CD91",), 'unknown fact "CD91" (did you mean CD19?)'),
    "an unknown fact deep inside": (
        {"all": [{"relapsed": True}, {"not": {"any": [{"relapse_numbr": 1}]}}]},
        ("all", 1, "not", "any", 0, "relapse_numbr"),
        'unknown fact "relapse_numbr" (did you mean relapse_number?)',
    ),
    "a fact like no other": ({"zzzzzz": 1}, ("zzzzzz",), 'unknown fact "zzzzzz"'),
    "a group of nothing": ({"any": []}, ("any",), "expected a list of criteria"),
    "a group of a word": ({"all": "relapsed"}, ("all",), "expected a list of criteria"),
    "not of a list": ({"not": [{"relapsed": True}]}, ("not",), SHAPE),
    "a count without parts": ({"at_least": {"count": 1}}, ("at_least",), "expected {count: a number, of: [criteria]}"),
    "a count over its parts": (
        {"at_least": {"count": 2, "of": [{"relapsed": True}]}},
        ("at_least", "count"),
        "expected a whole number from 1 to 1, as many as there are criteria",
    ),
    "a count that is a truth": (
        {"at_least": {"count": True, "of": [{"relapsed": True}]}},
        ("at_least", "count"),
        "expected a whole number from 1 to 1, as many as there are criteria",
    ),
    "a limit that is none": ({"relapse_number": "many"}, ("relapse_number",), 'expected a limit such as ">= 2"'),
    "a limit that is a truth": ({"relapse_number": True}, ("relapse_number",), 'expected a limit such as ">= 2"'),
    "a unit that is not the feature's": (
        {"age": ">= 3 weeks"},
        ("age",),
        'expected a limit such as ">= 2" with one of the units year, month',
    ),
    "a measurement without its unit": ({"LVEF": ">= 45"}, ("LVEF",), 'expected a limit such as ">= 2" with one of the units %, 1'),
    "a truth that is a word": ({"refractory": "yes"}, ("refractory",), "expected true or false"),
    "an unknown state": ({"state": "relapse"}, ("state",), 'unknown state "relapse" (did you mean relapsed?)'),
    "an unknown site": ({"relapse_site": "csn"}, ("relapse_site",), 'unknown site of the latest relapse "csn" (did you mean cns?)'),
    "no words": ({"state": []}, ("state",), "expected a word or a list of words"),
    "a number for a word": ({"state": 3}, ("state",), "expected a word or a list of words"),
    "an unknown disease": ({"disease": "b-al"}, ("disease",), 'unknown disease "b-al" (did you mean b-all?)'),
    "an unknown therapy": (
        {"prior": ["car-t", "blinatumomap"]},
        ("prior",),
        'unknown therapy or class "blinatumomap" (did you mean blinatumomab?)',
    ),
    "months at an unknown fact": (
        {"months_on_treatment_at": {"of": "BCR::ABL-IS", "under": 3}},
        ("months_on_treatment_at",),
        'unknown fact "BCR::ABL-IS" (did you mean BCR::ABL1-IS?)',
    ),
    "a comparison of no sort": ({"months_on_treatment_at": {"of": "MRD", "below": 3}}, ("months_on_treatment_at",), COUNT),
    "a comparison with a word": ({"months_on_treatment_at": {"of": "MRD", "under": "3"}}, ("months_on_treatment_at",), COUNT),
    "ever of two facts": ({"ever": {"phase": "chronic", "ISS": "I"}}, ("ever",), "expected {a fact: a word or a list of words}"),
    "ever of a marker": ({"ever": {"CD19": "positive"}}, ("ever",), '"CD19" has no words that could have been recorded before'),
    "a definition without a result": (
        {"risk": {"definition": "bfm-strategic-group"}},
        ("risk",),
        "expected {definition: its id, is: its result}",
    ),
    "an unknown definition": (
        {"risk": {"definition": "bfm-strategic", "is": "S1"}},
        ("risk",),
        'unknown definition "bfm-strategic" (did you mean bfm-strategic-group?)',
    ),
    "a definition of another feature": (
        {"risk": {"definition": "gmall-adult-all", "is": "early"}},
        ("risk",),
        'unknown definition "gmall-adult-all"',
    ),
    "an unknown result": (
        {"relapse_timing": {"definition": "gmall-adult-all", "is": "erly"}},
        ("relapse_timing",),
        'unknown result "erly" (did you mean early?)',
    ),
    "a marker that may be anything": (
        {"CD19": "indeterminate"},
        ("CD19",),
        'unknown marker result "indeterminate"',
    ),
    "a marker that is a truth": ({"CD19": True}, ("CD19",), "expected a marker result"),
    "an unknown level": ({"MRD": "negativ"}, ("MRD",), 'unknown level of MRD "negativ" (did you mean negative?)'),
    "an unknown category": ({"phase": "cronic"}, ("phase",), 'unknown value of phase "cronic" (did you mean chronic?)'),
    "history": ({"treatment": "imatinib"}, ("treatment",), '"treatment" is history: ask a feature of the course instead'),
}  # fmt: skip


@pytest.mark.parametrize(("written", "path", "what"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_told_with_its_path_and_the_nearest_right_word(
    written: Any, path: tuple[str | int, ...], what: str, knowledge: Knowledge
) -> None:
    with pytest.raises(CriterionFault) as raised:
        knowledge.lexicon.parse(written)
    assert (raised.value.path, raised.value.what) == (path, what)
