"""What a vocabulary holds: diseases, facts, values, responses, therapies and their classes.

These are the types of the YAML under ``knowledge/vocabulary`` and ``knowledge/therapies``. No entry stands in Python.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9:;+./()-]*$", max_length=80)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=2000), BeforeValidator(lambda v: v.strip() if isinstance(v, str) else v)]
Code = Annotated[str, BeforeValidator(lambda v: str(v) if isinstance(v, int) else v)]


class Entry(BaseModel):
    """Base of every entry: immutable, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)  # built when first read from YAML


class Named(Entry):
    """An entry with an identifier, a name to show and other spellings that find it."""

    id: Id
    name: Text
    synonyms: tuple[Text, ...] = ()


class Disease(Named):
    """A disease or a group of diseases.

    ``parents`` are groups; ``codes`` map a code system (``icd10cm``, ``icdo3``, ``oncotree``) to codes;
    ``implies`` are facts the diagnosis itself states, ``code_implies`` those that only one of its codes states. ``becomes`` is
    what this disease is assessed as after an earlier one: ``{earlier: later}``, also of groups; a member inherits it.
    """

    parents: tuple[Id, ...] = ()
    group: bool = False
    codes: dict[Literal["icd10cm", "icdo3", "oncotree"], tuple[Code, ...]] = {}
    implies: dict[str, str] = {}
    code_implies: dict[str, dict[str, str]] = {}
    becomes: dict[Id, Id] = {}
    sources: tuple[Id, ...] = ()


class Value(Named):
    """One word that a fact can have. ``means`` names the words it leaves open, which stand side by side in the set."""

    means: tuple[Id, ...] = ()


class Response(Named):
    """One response category: ``category`` is what it means for the course, ``depth`` orders it (deeper is higher)."""

    category: Literal["complete", "partial", "none", "progressive"]
    depth: int
    criteria: tuple[Text, ...]
    sources: tuple[Id, ...] = ()


FactKind = Literal[
    "diagnosis", "treatment", "response", "relapse", "progression", "status", "death", "intolerant", "contact",
    "marker", "measurement", "score", "level", "category", "stance", "choice",
]  # fmt: skip


class Range(Entry):
    """The numbers a word stands for, in the fact's unit."""

    at_least: float | None = None
    below: float | None = None


class Fact(Named):
    """A kind of fact.

    ``values`` names a value set. ``unit`` is the canonical UCUM unit, ``units`` the factors that lead to it
    (multiply by the factor). ``words`` gives a level's words as ranges. ``how`` says which test or question yields it.
    ``covers`` are the markers one test looks for together: if it finds nothing each of them is negative, and it has
    found something where one of them is positive. What is ``settled`` once holds for good: it is not tested again.
    """

    kind: FactKind
    values: Id | None = None
    unit: str | None = None
    units: dict[str, float] = {}
    at_least: float | None = None
    at_most: float | None = None
    words: dict[str, Range] = {}
    diseases: tuple[Id, ...] = ()
    covers: tuple[Id, ...] = ()
    settled: bool = False
    how: Text | None = None
    codes: dict[Literal["loinc"], tuple[Code, ...]] = {}
    sources: tuple[Id, ...] = ()


class TherapyClass(Named):
    """A class of therapies: a mechanism, a target, a generation."""

    parents: tuple[Id, ...] = ()


class Target(Named):
    """A molecule that therapies are aimed at, and the facts that tell whether the cancer cells have it.

    ``resistance`` are changes in it that a therapy against it selects: a test of them from before one that failed is out of date.
    """

    facts: tuple[Id, ...] = ()
    resistance: tuple[Id, ...] = ()


TherapyKind = Literal["drug", "regimen", "procedure", "local-procedure", "car-t", "strategy", "supportive", "supportive-procedure"]


class Therapy(Named):
    """A drug, regimen, procedure, cellular product, strategy or supportive measure.

    ``drugs`` are a regimen's components; ``targets`` the molecules a therapy is directed against. A local procedure treats one
    place, such as radiotherapy; a supportive one does not treat the cancer, such as a transfusion.
    """

    kind: TherapyKind
    classes: tuple[Id, ...] = ()
    targets: tuple[Id, ...] = ()
    brands: tuple[Text, ...] = ()
    drugs: tuple[Id, ...] = ()
    codes: dict[Literal["rxnorm", "atc"], tuple[Code, ...]] = {}

    @property
    def supportive(self) -> bool:
        """Whether it does not treat the cancer itself."""
        return self.kind in ("supportive", "supportive-procedure")

    @property
    def title(self) -> str:
        """Name with the first brand, as shown to people."""
        return f"{self.name} ({self.brands[0]})" if self.brands else self.name


class ValueSet(Entry):
    """The words of one or more facts."""

    id: Id
    values: tuple[Value, ...]
