from __future__ import annotations

import html as markup
import re
from collections.abc import Iterator

import pytest

from hemeline import leaflet
from hemeline.assessment.shape import Assessment, Because, CriterionView, OptionView, Shown
from hemeline.criteria.text import text_of_tree
from hemeline.criteria.tree import Group
from hemeline.knowledge import Knowledge
from hemeline.knowledge.schema_background import Topic
from hemeline.report.leaflet import (
    ABOUT,
    ABOUT_DEAD,
    ALSO,
    BASES,
    NOT_TOLD,
    NOTHING_POSSIBLE,
    STALE,
    STATES,
    UNCHECKED,
    Part,
    Point,
    leaflet_text,
)
from hemeline.report.leaflet import leaflet as parts_of
from hemeline.report.plainly import asked, reason
from tests.assessment.making import assessed, indication, knowing, of_relapsed, therapy, version
from tests.facts.recording import record
from tests.report.assessing import EXAMPLES, HOSTILE, of_example, of_hostile, of_long

MARKERS = (  # each with a test of its own
    "CD19", "CD20", "CD30", "KMT2A", "FLT3-ITD", "IDH1", "T315I", "pregnancy", "del(17p)", "liver-disease", "hypodiploidy",
)  # fmt: skip
DIED = "2025-03-01 death"
FORETOLD = re.compile(r"\b(surviv\w+|alive|median|prognosis|died?|dying|deaths?)\b|\d ?%", re.IGNORECASE)
FIGURES = [{"trial": "WAX-1", "population": "40 adults", "result": "median survival 8.4 months", "sources": ["kantarjian-2017-tower"]}]


@pytest.fixture(scope="module", params=["example", "long", "hostile", "bare"])
def assessment(request: pytest.FixtureRequest, knowledge: Knowledge) -> Assessment:
    makers = {
        "example": lambda: of_example(EXAMPLES[0], knowledge),
        "long": lambda: of_long(knowledge),
        "hostile": lambda: of_hostile(knowledge),
        "bare": lambda: assessed(knowledge, record()),
    }
    return makers[request.param]()


def possible(assessment: Assessment) -> list[OptionView]:
    return [one for one in assessment["options"] if one["verdict"] == "yes"]


def part(assessment: Assessment, heading: str) -> Part:
    (found,) = [one for one in parts_of(assessment) if one.heading == heading]
    return found


def points(assessment: Assessment) -> dict[str, Point]:
    """The points under which the possible options stand, by name."""
    headings = [heading for heading, _ in BASES.values()]
    return {point.name: point for one in parts_of(assessment) if one.heading in headings for point in one.points}


def unwrapped(text: str) -> str:
    return " ".join(text.split())


def without_sources(text: str) -> str:
    return unwrapped(text.partition("WHERE THIS COMES FROM")[0])


# -- prognosis ---------------------------------------------------------------------------------------------------------


def test_nothing_foretells_unless_figures_are_asked_for(assessment: Assessment) -> None:
    assert FORETOLD.findall(without_sources(leaflet(assessment))) == []


def test_what_studies_found_is_told_when_asked_for_with_whom_they_studied(knowledge: Knowledge) -> None:
    found = of_relapsed(knowing(knowledge, therapy(indication(version(), evidence=FIGURES))))
    assert "WAX-1" not in leaflet(found) and "8.4" not in leaflet(found)
    assert "Study WAX-1: 40 adults; median survival 8.4 months." in unwrapped(leaflet(found, with_figures=True))
    assert "median survival 8.4 months" in leaflet(found, format="html", with_figures=True)


def test_a_technical_text_never_stands_in_for_a_plain_one(knowledge: Knowledge) -> None:
    topic = Topic(id="made-up", name="made-up help", kind="support", diseases=("b-all",), text="Median survival 7.7 months.", sources=())
    found = of_relapsed(knowing(knowledge, therapy(indication(version())), topics=(topic,)))
    (told,) = [one for one in part(found, "Help and support").points if one.name == "Made-up help"]
    assert told.lines == (NOT_TOLD,)
    assert "7.7" not in leaflet(found)


# -- possible options --------------------------------------------------------------------------------------------------


def test_every_possible_option_is_named_once_with_each_reason(assessment: Assessment) -> None:
    told = points(assessment)
    assert sorted(told) == sorted(one["name"] for one in possible(assessment))
    for option in possible(assessment):
        met = next(one for one in option["indications"] if one["verdict"] == "yes")
        reasons = {one["text"] for one in met["criteria"] if one["verdict"] == "yes"}
        assert told[option["name"]].lead == "Why it is listed:"
        assert 1 <= len(told[option["name"]].details) <= len(reasons)


def test_no_option_that_is_not_possible_is_listed_as_one(assessment: Assessment) -> None:
    others = {one["name"] for one in assessment["options"] if one["verdict"] != "yes"}
    assert not others & set(points(assessment))


def test_an_option_stands_under_its_ground_and_tells_the_others(knowledge: Knowledge) -> None:
    first = indication(version(basis="label"))
    second = indication(version(basis="guideline", status="guideline"), id="b-all/waxumab/second")
    found = of_relapsed(knowing(knowledge, therapy(first, second, plain="This is a made-up drug.")))
    heading, said = BASES["label"]
    listed = part(found, heading)
    assert listed.paragraphs == (said,)
    assert listed.points[0].lines == ("This is a made-up drug.", ALSO["guideline"])
    assert listed.points[0].details == ("The cancer has come back.",)


@pytest.mark.parametrize("basis", BASES)
def test_each_ground_has_its_heading(basis: str, knowledge: Knowledge) -> None:
    found = of_relapsed(knowing(knowledge, therapy(indication(version("2020-01-01", basis=basis, status="guideline")))))
    assert [one.name for one in part(found, BASES[basis][0]).points] == ["Waxumab"]


def test_nothing_possible_is_not_said_as_nothing_to_be_had(knowledge: Knowledge) -> None:
    assert part(assessed(knowledge, record()), "What may be possible").paragraphs == (NOTHING_POSSIBLE,)


def test_an_old_test_is_told_where_it_is_the_reason(knowledge: Knowledge) -> None:
    needing = therapy(indication(version(criteria={"all": [{"relapsed": True}, {"CD22": "positive"}]})))
    old = of_relapsed(knowing(knowledge, needing), "2020-01-01 CD22 positive")
    new = of_relapsed(knowing(knowledge, needing), "2024-01-02 CD22 positive")
    assert points(old)["Waxumab"].details[1] == f"The cancer cells have the mark CD22. {STALE}"
    assert points(new)["Waxumab"].details[1] == "The cancer cells have the mark CD22."


@pytest.mark.parametrize(
    ("count", "said"), [(0, ""), (1, "There is one warning about it."), (2, "There are 2 warnings about it.")], ids=["none", "one", "two"]
)
def test_warnings_are_counted(count: int, said: str, knowledge: Knowledge) -> None:
    cautions = [{"text": f"Caution {number}.", "sources": []} for number in range(count)]
    found = of_relapsed(knowing(knowledge, therapy(indication(version(), cautions=cautions))))
    assert "".join(points(found)["Waxumab"].last).startswith(said)
    assert bool(points(found)["Waxumab"].last) == bool(count)


# -- what is missing ---------------------------------------------------------------------------------------------------


def test_what_is_missing_is_told_with_how_it_is_found_out_and_what_it_matters_for(knowledge: Knowledge) -> None:
    found = of_relapsed(knowing(knowledge, therapy(indication(version(criteria={"CD22": "positive"})))))
    (told,) = part(found, "What is not known yet").points
    assert told.name == "Do the cancer cells have this mark: CD22?"
    assert told.lines == ("How this is found out: flow cytometry of marrow or blood.", "It matters for: Waxumab.")


def test_every_missing_fact_is_told_or_counted(assessment: Assessment) -> None:
    if not assessment["missing"]:
        assert "What is not known yet" not in [one.heading for one in parts_of(assessment)]
        return
    told = part(assessment, "What is not known yet")
    more = re.search(r"Your team can see (\w+) more|can see (one) more", " ".join(told.paragraphs))
    left = 0 if more is None else 1 if "one" in more[0] else int(more[1])
    tests = {one["how"] or one["fact"] for one in assessment["missing"]}
    assert len(told.points) + left == len(tests)


def test_facts_from_one_test_are_asked_for_together(knowledge: Knowledge) -> None:
    found = of_relapsed(knowing(knowledge, therapy(indication(version(criteria={"any": [{"T315I": "positive"}, {"V299L": "positive"}]})))))
    (told,) = part(found, "What is not known yet").points
    assert told.name == "Do the cancer cells have this gene change: T315I, V299L?"


@pytest.mark.parametrize(("markers", "said"), [(8, ""), (9, "one more."), (11, "3 more.")])
def test_a_long_list_of_missing_facts_says_how_many_it_leaves_out(markers: int, said: str, knowledge: Knowledge) -> None:
    names = MARKERS[:markers]
    found = of_relapsed(knowing(knowledge, therapy(indication(version(criteria={"all": [{name: "positive"} for name in names]})))))
    told = part(found, "What is not known yet")
    assert len(told.points) == 8
    assert " ".join(told.paragraphs[1:]).endswith(said)
    assert len(told.paragraphs) == (2 if said else 1)


# -- where things stand ------------------------------------------------------------------------------------------------


def test_a_relapse_is_told_with_its_month_in_full_and_its_place(knowledge: Knowledge) -> None:
    said = part(of_example(EXAMPLES[0], knowledge), "Where things stand").paragraphs
    assert "It has come back for the second time. This was in September 2025. The place was the bone marrow." in said
    assert "So far you have had 2 courses of treatment." in said


def test_a_relapse_of_unknown_day_and_place_is_told_without_either(knowledge: Knowledge) -> None:
    found = assessed(knowledge, record("2020-01-01 diagnosis b-all", "2020-02-01 response CR", "- relapse"))
    said = " ".join(part(found, "Where things stand").paragraphs)
    assert "This was" not in said and "The place was" not in said


def test_drafts_are_said_to_be_drafts(knowledge: Knowledge) -> None:
    reviewed = therapy(indication(version()), review={"state": "reviewed", "by": ["Somebody"], "on": "2026-01-01"})
    assert UNCHECKED in part(of_relapsed(knowing(knowledge, therapy(indication(version())))), "About this leaflet").paragraphs
    assert UNCHECKED not in part(of_relapsed(knowing(knowledge, reviewed)), "About this leaflet").paragraphs


def test_every_leaflet_says_what_it_is_and_that_it_does_not_advise(assessment: Assessment) -> None:
    assert all(one in unwrapped(leaflet(assessment)) for one in ABOUT)


def test_the_leaflet_of_somebody_who_has_died_is_short_and_lists_nothing(knowledge: Knowledge) -> None:
    dead = of_relapsed(knowledge, DIED)
    about, standing = parts_of(dead, with_figures=True)
    assert about.paragraphs[0] == ABOUT_DEAD
    assert standing.paragraphs == (STATES["dead"],)
    assert about.points == standing.points == ()
    told = leaflet(dead)
    assert len(told.split()) < 60
    assert not re.search(r"\b(you|your)\b", told)


# -- text and page -----------------------------------------------------------------------------------------------------


def test_markup_of_a_record_is_shown_as_text_and_never_obeyed(knowledge: Knowledge) -> None:
    html = leaflet(of_hostile(knowledge), format="html")
    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_signs_that_turn_the_writing_or_steer_a_terminal_are_not_passed_on(knowledge: Knowledge) -> None:
    hostile = of_hostile(knowledge)
    for told in (leaflet(hostile), leaflet(hostile, format="html")):
        assert not [sign for sign in "\u202e\x1b" if sign in told]
    assert HOSTILE in leaflet(hostile)


def test_the_page_is_valid_html(assessment: Assessment) -> None:
    html5lib = pytest.importorskip("html5lib", reason="html5lib checks the markup")
    parser = html5lib.HTMLParser()
    parser.parse(leaflet(assessment, format="html", with_figures=True))
    assert parser.errors == []


def test_the_page_needs_nothing_from_outside_and_says_its_language(assessment: Assessment) -> None:
    html = leaflet(assessment, format="html")
    assert not re.search(r"<(script|link|img|iframe|object|form)\b|url\(|@import", html)
    assert '<html lang="en">' in html


def test_text_and_page_say_the_same(assessment: Assessment) -> None:
    text, page = unwrapped(leaflet(assessment)), _shown(leaflet(assessment, format="html"))
    for one in parts_of(assessment):
        told = [*one.paragraphs, *(words for point in one.points for words in (point.name, *point.lines, *point.details, *point.last))]
        assert [words for words in told if unwrapped(words) not in text or unwrapped(words) not in page] == []
        assert one.heading.upper() in text and one.heading in page


def _shown(html: str) -> str:
    return unwrapped(markup.unescape(re.sub(r"<[^>]+>", " ", html)))


def test_steps_are_numbered(knowledge: Knowledge) -> None:
    shown = knowing(knowledge, therapy(indication(version()), processes=["leukaemia-transplant-steps"]))
    found = of_relapsed(shown)
    assert part(found, "What happens, step by step").style == "steps"
    assert "  1. " in leaflet(found) and "<ol>" in leaflet(found, format="html")


def test_no_line_of_text_is_wider_than_asked_but_for_addresses(assessment: Assessment) -> None:
    assert [line for line in leaflet_text(assessment, width=60).splitlines() if len(line) > 60 and "://" not in line] == []


def test_the_same_assessment_gives_the_same_leaflet(knowledge: Knowledge) -> None:
    first, second = (of_example(EXAMPLES[0], knowledge) for _ in range(2))
    assert leaflet(first) == leaflet(second)
    assert leaflet(first, format="html") == leaflet(second, format="html")


# -- reasons and questions in plain words ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("relapsed, or refractory", "The cancer has come back, or the cancer has not gone away with treatment."),
        ("refractory", "The cancer has not gone away with treatment."),
        ("age at least 1 month", "Your age fits (at least 1 month)."),
        ("not: fit for: intensive chemotherapy", "You are not fit for this: intensive chemotherapy."),
        ("none of: ABL1 T315I positive, ABL1 V299L positive", "None of these was found in a test: ABL1 T315I, ABL1 V299L."),
        (
            "(relapsed, or refractory) and CD19 positive",
            "Either the cancer has come back, or the cancer has not gone away with treatment and the cancer cells have the mark CD19.",
        ),
        (
            "(in complete remission and CD19 positive), or (relapsed and CD22 positive)",
            "You are in remission and the cancer cells have the mark CD19, "
            "or the cancer has come back and the cancer cells have the mark CD22.",
        ),
        ("active graft-versus-host disease negative", "You do not have this: active graft-versus-host disease."),
        ("BCR::ABL1 (Philadelphia chromosome) positive", "This was found in a test: BCR-ABL1 (Philadelphia chromosome)."),
        ("something new", "The record shows: something new."),
        ("not: relapsed and refractory", "The record shows: not: relapsed and refractory."),
        ("at least 2 of: relapsed; refractory, or treated", "The record shows: at least 2 of: relapsed; refractory, or treated."),
        ("none of: CD19 positive, or relapsed", "The record shows: none of: CD19 positive, or relapsed."),
        (
            "number of treatments of the class with resistance or intolerance BCR::ABL1 tyrosine kinase inhibitor: at least 2",
            "At least 2 drugs that block BCR-ABL1 failed or were too hard on you.",
        ),
        (
            "months from the end of treatment to the relapse over 24 months",
            "The cancer came back more than 24 months after the end of treatment.",
        ),
        (
            "months since the latest Autologous stem-cell transplant: at most 2",
            "You have had this treatment in the last 2 months: Autologous stem-cell transplant.",
        ),
        ("state: remission or partial-response", "The cancer has gone or shrunk with treatment."),
        (
            "number of relapses at least 1, or lines of therapy that failed at least 1",
            "The cancer has come back, or a course of treatment has failed.",
        ),
    ],
)
def test_a_criterion_in_plain_words(text: str, said: str) -> None:
    assert reason(met(text)) == said


@pytest.mark.parametrize(
    ("because", "said"),
    [
        ([("state", "relapsed")], "The cancer has come back."),
        ([("state", "refractory")], "The cancer has not gone away with treatment."),
        ([("state", "relapsed"), ("relapse_number", 2)], "The cancer has come back 2 times."),
        ([("relapse_number", 1), ("prior_lines", 3)], "The cancer has come back once; you have had treatment for it 3 times."),
        ([("months_from_end_of_treatment", 8.0)], "The cancer came back 8 months after the end of treatment."),
        (
            [("treatment", "waxumab"), ("state", "relapsed")],
            "The cancer has come back, or the cancer has not gone away with treatment.",
        ),
        ([("T315I", "positive"), ("CD19", "negative")], "This was found in a test: T315I; the cancer cells do not have the mark CD19."),
        ([("ECOG", 1), ("state", "something")], "ECOG: 1; state: something."),
        ([("state", "relapsed"), ("phase", None)], "The cancer has come back, or the cancer has not gone away with treatment."),
    ],
)
def test_of_several_ways_the_facts_that_meet_one_are_told(because: list[tuple[str, Shown]], said: str) -> None:
    facts: list[Because] = [{"fact": fact, "value": value, "date": None} for fact, value in because]
    assert reason(met("relapsed, or refractory", *facts)) == said


def test_of_a_long_choice_the_facts_are_told_even_if_they_are_treatments() -> None:
    text = ", or ".join(f"ABL1 T{number}I positive" for number in range(301, 316))
    because: list[Because] = [
        {"fact": "treatment", "value": "waxumab", "date": "2022-01-05"},
        {"fact": "treatment", "value": "imatinib", "date": "2022-01-05"},
        {"fact": "state", "value": "refractory", "date": "2023-01-01"},
    ]
    said = "This rests on how your treatment went: waxumab and imatinib; the cancer has not gone away with treatment."
    assert reason(met(text, *because)) == said
    assert reason(met(text)).count(", or ") == 14


def test_of_several_ways_that_rest_on_no_treatment_it_is_said_that_none_stands_against_it() -> None:
    ways = ", or ".join(f"not: earlier treatment with: waxumab {number}" for number in range(9))
    none: Because = {"fact": "treatment", "value": "none recorded", "date": None}
    assert reason(met(ways, none)) == "No treatment that stands against it is in your record."


def met(text: str, *because: Because) -> CriterionView:
    return {"text": text, "verdict": "yes", "because": list(because)}


def shipped_criteria(knowledge: Knowledge) -> Iterator[str]:
    for entry in knowledge.content.entries:
        for one in entry.indications:
            for versions in one.regions.values():
                for each in versions:
                    if each.criteria:
                        tree = knowledge.tree(each.criteria)
                        parts = tree.parts if isinstance(tree, Group) and tree.joined == "all" else (tree,)
                        yield from map(text_of_tree, parts)


def test_no_plain_reason_loses_a_marker_or_a_bracket(knowledge: Knowledge) -> None:
    marker = re.compile(r"\bCD\d+\b|\b[A-Z]\d{3}[A-Z]\b|KMT2A")
    lost = []
    for text in dict.fromkeys(shipped_criteria(knowledge)):
        said = reason(met(text))
        if sorted(marker.findall(text)) != sorted(marker.findall(said)) or said.count("(") != said.count(")"):
            lost.append((text, said))
    assert lost == []


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ([("CD19", None)], "Do the cancer cells have this mark: CD19?"),
        ([("CD19", None), ("CD22", None)], "Do the cancer cells have this mark: CD19, CD22?"),
        ([("BCR::ABL1", None)], "Do the cancer cells have this gene change: BCR-ABL1?"),
        ([("fit-for", "intensive-chemotherapy")], "Are you fit for this: intensive chemotherapy?"),
        ([("donor", None)], "Is there a donor for you?"),
        ([("birth_date", None), ("MRD", None)], "This is not known: birth date. Does a fine test find cancer cells (MRD)?"),
    ],
)
def test_missing_facts_as_a_question(facts: list[tuple[str, str | None]], said: str) -> None:
    assert asked(facts) == said
