"""The features of a course that a criterion may ask about, beside the facts of the vocabulary.

A feature is derived (the course computes its columns); a fact is recorded. Both are leaves of the same language.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

STATES = (
    "untreated", "on-treatment", "remission", "partial-response", "refractory", "relapsed", "relapsed-refractory",
    "dead", "unknown",
)  # fmt: skip
RELAPSE_KINDS = ("marrow", "isolated-extramedullary", "combined", "extramedullary", "unspecified")

KINDS_MEANT = {"extramedullary": ("isolated-extramedullary", "combined")}  # outside the marrow, alone or not

ONE_OF = "|"  # joins words in the name of a column that asks whether any of them holds

FeatureKind = Literal[
    "number", "truth", "word", "disease", "exposure", "exposure-count", "exposure-months", "fact-months", "ever", "result",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature: how it reads, what kind of answer it has, and the fact to ask for where it is unknown.

    ``words`` are the answers of a word feature (``site`` stands for the sites of the vocabulary); ``unit`` is the unit
    of a number and ``finer`` the name of its column in months, where a limit may be given in months.
    """

    name: str
    kind: FeatureKind
    text: str
    asks: str
    words: tuple[str, ...] = ()
    unit: str = ""
    finer: str = ""

    @property
    def exclusive(self) -> bool:
        """Whether only one of its words can hold at a time: then one column asks for a set of them."""
        return self.kind == "disease" or self.name in ("state", "relapse_kind", "last_response", "best_response")


_ALL = (
    Feature("age", "number", "age", "birth_date", unit="year", finer="age_in_months"),
    Feature("age_at_diagnosis", "number", "age at diagnosis", "birth_date", unit="year", finer="age_at_diagnosis_in_months"),
    Feature("age_at_relapse", "number", "age at the latest relapse", "birth_date", unit="year"),
    Feature("disease", "disease", "disease", "diagnosis"),
    Feature("state", "word", "state", "response", words=STATES),
    Feature("alive", "truth", "alive", "death"),
    Feature("in_remission", "truth", "in complete remission", "response"),
    Feature("relapsed", "truth", "relapsed", "relapse"),
    Feature("refractory", "truth", "refractory", "response"),
    Feature("primary_refractory", "truth", "primary refractory", "response"),
    Feature("ever_primary_refractory", "truth", "refractory to the first line at some time", "response"),
    Feature("treated", "truth", "already treated", "treatment"),
    Feature("relapse_number", "number", "number of relapses", "relapse"),
    Feature("remission_number", "number", "number of complete remissions", "response"),
    Feature("prior_lines", "number", "lines of systemic therapy so far", "treatment"),
    Feature("relapse_site", "word", "site of the latest relapse", "relapse", words=("site",)),
    Feature("relapse_kind", "word", "kind of the latest relapse", "relapse", words=RELAPSE_KINDS),
    Feature("relapse_after", "exposure", "latest relapse after", "treatment"),
    Feature("months_from_diagnosis", "number", "months from diagnosis to the relapse", "diagnosis", unit="month"),
    Feature("months_from_remission", "number", "months in the remission that the relapse ended", "response", unit="month"),
    Feature("months_from_end_of_treatment", "number", "months from the end of treatment to the relapse", "treatment", unit="month"),
    Feature(
        "months_from_end_to_first_relapse", "number", "months from the end of treatment to the first relapse", "treatment", unit="month"
    ),
    Feature("prior", "exposure", "earlier treatment with", "treatment"),
    Feature("prior_count", "exposure-count", "number of different earlier treatments of the class", "treatment"),
    Feature("refractory_to", "exposure", "refractory to", "treatment"),
    Feature("refractory_count", "exposure-count", "number of treatments of the class that failed", "treatment"),
    Feature("refractory_lines", "number", "lines of therapy that failed", "treatment"),
    Feature("months_since", "exposure-months", "months since the latest", "treatment", unit="month"),
    Feature("months_from_end_of", "exposure-months", "months from its end to the relapse or failure after it:", "treatment", unit="month"),
    Feature("intolerant_to", "exposure", "intolerant of", "intolerant"),
    Feature("failed", "exposure", "resistant to or intolerant of", "treatment"),
    Feature("failed_count", "exposure-count", "number of treatments of the class with resistance or intolerance", "treatment"),
    Feature("months_on_treatment_at", "fact-months", "months on the current line at the latest", "treatment", unit="month"),
    Feature("ever", "ever", "ever recorded", "phase"),
    Feature("last_response", "word", "latest response", "response", words=("response",)),
    Feature("best_response", "word", "best response to the current line", "response", words=("response",)),
    Feature("relapse_timing", "result", "timing of the latest relapse", "relapse"),
    Feature("risk", "result", "risk group", "relapse"),
    Feature("milestone", "result", "response milestone", "response"),
)  # fmt: skip

FEATURES: dict[str, Feature] = {feature.name: feature for feature in _ALL}
