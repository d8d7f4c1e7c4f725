"""What has to be judged for one disease in one region on one day: the candidates and their criteria, compiled once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

from hemeline.assessment.force import Absent, Candidate, absent, candidates_in_force
from hemeline.course.definitions import columns_of
from hemeline.criteria import UNDECIDED, Column, Group, Leaf, Program, Tree, Verdicts
from hemeline.knowledge import Knowledge, Region
from hemeline.knowledge.schema import Version
from hemeline.knowledge.schema_background import Topic

TAKEN_FOR_GRANTED = 2  # so many criteria stand before those that an indication writes, and are told only where they are not met


@dataclass(frozen=True, eq=False)
class Plan:
    """Candidates with their trees, and everything else that is judged with them (cautions, questions, steps, rules)."""

    knowledge: Knowledge
    disease: str | None
    region: Region
    day: int
    candidates: tuple[Candidate, ...]
    absent: tuple[Absent, ...]

    @cached_property
    def trees(self) -> dict[str, Tree]:
        """The tree of every version of every candidate, under ``position.version``."""
        return {
            f"{position}.{place}": self._with_taken_for_granted(candidate, version)
            for position, candidate in enumerate(self.candidates)
            for place, version in enumerate(candidate.versions)
        }

    def _with_taken_for_granted(self, candidate: Candidate, version: Version) -> Tree:
        """The criteria after the ``TAKEN_FOR_GRANTED``: the disease is one of the indication's (unknown where only a wider group is
        recorded), and the patient is alive."""
        disease = self.knowledge.tree({"disease": list(candidate.indication.diseases)})
        alive = self.knowledge.tree({"alive": True})
        written = self.knowledge.tree(version.criteria or {})
        parts = written.parts if isinstance(written, Group) and written.joined == "all" else (written,)
        return Group("all", (disease, alive, *parts))

    @cached_property
    def others(self) -> dict[str, Tree]:
        """The trees of cautions, questions, steps and topics, under ``caution:...``, ``question:...``, ``step:...``, ``topic:...``."""
        tree, content = self.knowledge.tree, self.knowledge.content
        named: dict[str, Tree] = {}
        for candidate in self.candidates:
            for sort, cautions in (("entry", candidate.entry.cautions), ("indication", candidate.indication.cautions)):
                owner = candidate.entry.id if sort == "entry" else candidate.indication.id
                for place, caution in enumerate(cautions):
                    if caution.when:
                        named[f"caution:{owner}:{place}"] = tree(caution.when)
        named |= {f"question:{one.id}": tree(one.when) for one in content.questions if one.when}
        named |= {f"topic:{one.id}": tree(one.when) for one in self.topics if one.when}
        return named | {f"step:{one.id}": tree(one.when) for one in content.steps if self._is_about(one.diseases)}

    @cached_property
    def topics(self) -> tuple[Topic, ...]:
        """The topics of this disease."""
        return tuple(one for one in self.knowledge.content.topics if self._is_about(one.diseases))

    def _is_about(self, diseases: tuple[str, ...]) -> bool:
        """Whether something is about this disease; what names no disease is about all."""
        within = self.knowledge.vocabulary.diseases_within
        return not diseases or (self.disease is not None and any(within(one) & within(self.disease) for one in diseases))

    @property
    def leaves(self) -> dict[Leaf, str]:
        """The name of each distinct leaf."""
        return self._program.leaves

    @cached_property
    def columns(self) -> list[str]:
        """Every feature column that is read."""
        return columns_of([*self.trees.values(), *self.others.values()])

    @cached_property
    def _program(self) -> Program:
        """One verdict per candidate (named by its position), the others, and all leaves."""
        verdicts = {
            str(position): _merged([self.trees[f"{position}.{place}"] for place in range(len(one.versions))], one)
            for position, one in enumerate(self.candidates)
        }
        return Program({**verdicts, **self.others})

    def judge(self, column: Column, patients: int) -> Verdicts:
        """Leaves and verdicts, given ``columns`` by name."""
        return self._program.run(column, patients)


def _merged(versions: list[Tree], candidate: Candidate) -> Tree:
    """The verdict of an indication whose version in force is not clear: what all possible versions agree on.

    Where perhaps none is in force, the verdict is at most unknown.
    """
    tree = versions[0]
    if len(versions) > 1:
        tree = Group("any", (Group("all", tuple(versions)), Group("all", (UNDECIDED, Group("any", tuple(versions))))))
    return Group("all", (UNDECIDED, tree)) if candidate.perhaps_none else tree


@lru_cache(maxsize=512)
def plan_for(knowledge: Knowledge, disease: str | None, region: Region, day: int) -> Plan:
    """The plan for patients whose recorded disease (or group) is ``disease``."""
    if disease is None:
        return Plan(knowledge, None, region, day, (), ())
    diseases = knowledge.vocabulary.diseases_within(disease)
    return Plan(
        knowledge, disease, region, day, tuple(candidates_in_force(knowledge, diseases, region, day)),
        tuple(absent(knowledge, diseases, region, day)),
    )  # fmt: skip
