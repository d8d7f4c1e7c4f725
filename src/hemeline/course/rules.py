"""Course families of the knowledge as lookup tables: state x event gives the next state and what is done."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from hemeline.knowledge import Knowledge
from hemeline.knowledge.schema import MACHINE_EVENTS, MACHINE_STATES, ON_TREATMENT, Family, Transition

STATES, EVENTS = MACHINE_STATES, MACHINE_EVENTS
LINE, REMISSION, RELAPSE, IMPLIED, FAIL, CONFLICT = 1, 2, 4, 8, 16, 32
_DOES = {"line": LINE, "remission": REMISSION, "relapse": RELAPSE, "implied": IMPLIED, "fail": FAIL, "conflict": CONFLICT}
STATE = {name: position for position, name in enumerate(STATES)}
# One number for the states that are told apart only inside.
SHOWN = np.array([STATE[name.removesuffix("-treated")] for name in STATES], dtype=np.int32)
EVENT = {name: position for position, name in enumerate(EVENTS)}


def _meant(event: str) -> list[int]:
    """The events a rule is about: what holds of an event holds of it on treatment too, unless a later rule says otherwise."""
    return [EVENT[one] for one in (event, event + ON_TREATMENT) if one in EVENT]


@dataclass(frozen=True)
class CourseRules:
    """The tables of all families, indexed ``[family, state, event]``, and which family each disease has."""

    knowledge: Knowledge

    @cached_property
    def families(self) -> tuple[Family, ...]:
        """Families that diseases have; the first is the one for a disease without a family."""
        return tuple(sorted(self.knowledge.content.families, key=lambda family: (bool(family.extends), family.id)))

    def _rows(self, family: Family) -> tuple[Transition, ...]:
        above = self._rows(self.knowledge.families[family.extends]) if family.extends else ()
        return (*above, *family.transitions)

    @cached_property
    def _tables(self) -> tuple[NDArray[np.int8], NDArray[np.int8]]:
        shape = (len(self.families), len(STATES), len(EVENTS))
        to = np.broadcast_to(np.arange(len(STATES), dtype=np.int8)[None, :, None], shape).copy()
        does = np.zeros(shape, dtype=np.int8)
        for number, family in enumerate(self.families):
            for row in self._rows(family):
                for state in row.states:
                    for event in _meant(row.event):
                        cell = (number, STATE[state], event)
                        to[cell] = STATE[row.to]
                        does[cell] = sum(_DOES[one] for one in row.do)
        return to, does

    @property
    def to(self) -> NDArray[np.int8]:
        """The next state."""
        return self._tables[0]

    @property
    def does(self) -> NDArray[np.int8]:
        """What is done, as the sum of ``LINE``, ``REMISSION`` and so on."""
        return self._tables[1]

    @cached_property
    def family_of_disease(self) -> NDArray[np.int32]:
        """Family number of each disease of the vocabulary, in its order; diseases of no family have the first."""
        numbers = np.zeros(len(self.knowledge.vocabulary.diseases), dtype=np.int32)
        place = {disease: position for position, disease in enumerate(self.knowledge.vocabulary.diseases)}
        for number, family in enumerate(self.families):
            for disease in family.diseases:
                numbers[place[disease]] = number
        return numbers

    @cached_property
    def begins_lines(self) -> NDArray[np.bool_]:
        """In which families another therapy begins a line, so that it counts how many days lie between."""
        return np.array([family.new_therapy_begins_line for family in self.families])

    @cached_property
    def courses_needed(self) -> NDArray[np.float64]:
        """Courses without response after which each family calls the disease refractory."""
        return np.array([family.refractory_after_courses for family in self.families], dtype=np.float64)

    @cached_property
    def days_on_treatment(self) -> NDArray[np.int32]:
        """Days after the last dose that count as on treatment; negative where a family makes no such difference."""
        within = [family.refractory_within_days for family in self.families]
        return np.array([-1 if days is None else days for days in within], dtype=np.int32)

    @cached_property
    def planned(self) -> NDArray[np.bool_]:
        """``[family, intent]``: the intents of treatment that begins no line; the last column is for none recorded."""
        intents = self.knowledge.vocabulary.value_ids("intent")
        return np.array([[*(intent in family.planned for intent in intents), False] for family in self.families])

    @cached_property
    def begins_line(self) -> NDArray[np.bool_]:
        """``[family, intent]``: the intents that begin a line of their own; the last column is for none recorded."""
        intents = self.knowledge.vocabulary.value_ids("intent")
        return np.array([[*(intent in family.begins_line for intent in intents), False] for family in self.families])

    @cached_property
    def days_together(self) -> NDArray[np.int32]:
        """Days within which another therapy still belongs to the line; endless where a new one begins none."""
        never = 2**30
        return np.array(
            [family.together_within_days if family.new_therapy_begins_line else never for family in self.families], dtype=np.int32
        )


@lru_cache(maxsize=8)
def course_rules(knowledge: Knowledge) -> CourseRules:
    """The rules of some knowledge, tabled once."""
    return CourseRules(knowledge)
