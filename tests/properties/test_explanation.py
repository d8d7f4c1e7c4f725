"""The explanation is the computation: what is shown gives the verdict, and what would flip it does."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from hemeline.assessment import why
from hemeline.assessment.why import Flip, IndicationWhy, Node
from hemeline.knowledge import REGIONS, Region
from hemeline.truth import WORDS, Truth, Verdict, all_of, any_of, at_least, negate, word
from tests.properties.assessing import of_one, read
from tests.properties.strategies import AS_OF, Record, records, shipped

_TRUTHS: dict[Verdict, Truth] = {verdict: truth for truth, verdict in WORDS.items()}
_REGIONS = st.sampled_from(REGIONS)
_THERAPIES = st.sampled_from(["tisagenlecleucel", "blinatumomab", "inotuzumab-ozogamicin", "asciminib", "ponatinib", "allogeneic-sct",
                              "dasatinib", "nelarabine", "revumenib"])  # fmt: skip


def _judged(node: Node, told: dict[str, Verdict]) -> Truth:
    """The verdict of a tree from those of its leaves, where ``told`` says otherwise of some."""
    if not node["parts"]:
        return _TRUTHS[told.get(node["text"], node["verdict"])]
    parts = [_judged(part, told) for part in node["parts"]]
    if node["joined"] == "at_least":
        count = re.match(r"at least (\d+) of: ", node["text"])
        assert count
        return at_least(int(count[1]), parts)
    return negate(parts[0]) if node["joined"] == "not" else any_of(parts) if node["joined"] == "any" else all_of(parts)


def _leaves(node: Node) -> Iterator[Node]:
    if node["parts"]:
        for part in node["parts"]:
            yield from _leaves(part)
    else:
        yield node


def _indications(written: Record, therapy: str, region: Region) -> list[IndicationWhy]:
    return why(read(written), therapy, shipped(), AS_OF, region)[0]["indications"]


@given(records(), _REGIONS)
def test_the_criteria_shown_give_the_verdict(written: Record, region: Region) -> None:
    for option in of_one(written, region=region)["options"]:
        for one in option["indications"]:
            by_criteria = word(all_of(_TRUTHS[criterion["verdict"]] for criterion in one["criteria"]))
            assert one["verdict"] in ((by_criteria, "unknown") if one["unclear"] else (by_criteria,)), one["id"]
        assert option["verdict"] == word(any_of(_TRUTHS[one["verdict"]] for one in option["indications"]))


@given(records(), _REGIONS)
def test_an_unknown_verdict_names_what_is_missing_and_no_other_does(written: Record, region: Region) -> None:
    for option in of_one(written, region=region)["options"]:
        for one in option["indications"]:
            open_ = any(criterion["verdict"] == "unknown" for criterion in one["criteria"])
            assert bool(one["missing"]) is (one["verdict"] == "unknown" and open_), one["id"]


@given(records(), _THERAPIES, _REGIONS)
def test_every_part_of_a_tree_follows_from_its_leaves(written: Record, therapy: str, region: Region) -> None:
    def check(node: Node) -> None:
        assert node["verdict"] == word(_judged(node, {}))
        for part in node["parts"]:
            check(part)

    for one in _indications(written, therapy, region):
        check(one["tree"])


@given(records(), _THERAPIES, _REGIONS)
def test_exactly_the_leaves_that_would_flip_a_verdict_are_said_to(written: Record, therapy: str, region: Region) -> None:
    for one in _indications(written, therapy, region):
        now, answers = one["tree"]["verdict"], {leaf["text"]: leaf["verdict"] for leaf in _leaves(one["tree"])}
        expected = set()
        for leaf, answer in answers.items():
            for other in ("yes", "no"):
                then = word(_judged(one["tree"], {leaf: other}))
                if other != answer and then not in (now, "unknown"):
                    expected.add((leaf, answer, other, then))
        assert {_told(flip) for flip in one["flips"]} == expected, one["id"]


def _told(flip: Flip) -> tuple[str, str, str, str]:
    return flip["leaf"], flip["now"], flip["then"], flip["verdict"]


@given(records(), _REGIONS)
def test_every_reason_that_names_a_row_names_a_treatment_of_the_record(written: Record, region: Region) -> None:
    for option in of_one(written, region=region)["options"]:
        for one in (because for indication in option["indications"] for part in indication["criteria"] for because in part["because"]):
            if "row" in one:
                row = written["facts"][one["row"] - 1]
                found = shipped().vocabulary.therapy_index.find(row["value"])
                assert (shipped().vocabulary.fact_index.find(row["fact"]), found) == (one["fact"], one["value"])
