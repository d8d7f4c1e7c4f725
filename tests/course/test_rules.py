"""The families of the knowledge as tables: state and event give the next state."""

from __future__ import annotations

from hemeline.course.rules import EVENT, EVENTS, FAIL, LINE, RELAPSE, REMISSION, STATE, STATES, CourseRules
from hemeline.knowledge import Knowledge


def table_of(knowledge: Knowledge, disease: str) -> dict[tuple[str, str], tuple[str, int]]:
    """The next state and what is done, for each state and event of a disease."""
    rules = CourseRules(knowledge)
    family = rules.family_of_disease[list(knowledge.vocabulary.diseases).index(disease)]
    return {
        (state, event): (STATES[rules.to[family, STATE[state], EVENT[event]]], int(rules.does[family, STATE[state], EVENT[event]]))
        for state in STATES
        for event in EVENTS
    }


def test_an_event_that_is_not_listed_for_a_state_changes_nothing(knowledge: Knowledge) -> None:
    found = table_of(knowledge, "b-all")
    assert found["remission", "complete"] == ("remission", 0)
    assert {found["dead", event] for event in EVENTS} == {("dead", 0)}


def test_a_listed_event_leads_on_and_does_what_it_says(knowledge: Knowledge) -> None:
    found = table_of(knowledge, "b-all")
    assert found["untreated", "treatment"] == ("on-treatment", LINE)
    assert found["on-treatment", "complete"] == ("remission", REMISSION)
    assert found["remission", "relapse"] == ("relapsed", RELAPSE)


def test_a_family_has_the_rules_of_the_one_it_extends_and_its_own_before_those(knowledge: Knowledge) -> None:
    found = {disease: table_of(knowledge, disease) for disease in ("b-all", "cml")}
    assert found["cml"]["on-treatment", "complete"] == found["b-all"]["on-treatment", "complete"]
    assert found["b-all"]["untreated", "none"] == ("refractory", FAIL) and found["cml"]["untreated", "none"] == ("untreated", 0)
    assert found["cml"]["on-treatment", "new-treatment"] == ("on-treatment", LINE)
    assert found["b-all"]["on-treatment", "new-treatment"] == ("on-treatment", 0)


def test_no_death_is_left_and_every_state_can_die(knowledge: Knowledge) -> None:
    for family in CourseRules(knowledge).to:
        assert {STATES[state] for state in family[:, EVENT["death"]]} == {"dead"}
        assert {STATES[state] for state in family[STATE["dead"]]} == {"dead"}
