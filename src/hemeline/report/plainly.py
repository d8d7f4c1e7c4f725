"""Criteria and missing facts in a patient's words.

A criterion is read from its written form, group by group (see ``criteria.text``). What is not known here stays as it is written: a
reason may be said clumsily, it is never lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import accumulate

from hemeline.assessment.shape import Because, CriterionView
from hemeline.report.words import fact_words, missing_words

_FAILED = "failed or {} too hard on you"
_IS = r"(at least|at most|under|over|exactly)"
# What a criterion says, and how a patient is told. Of several that fit, the first is taken.
_SAID: tuple[tuple[str, str], ...] = (
    (r"relapsed", "the cancer has come back"),
    (r"refractory", "the cancer has not gone away with treatment"),
    (r"primary refractory", "the first treatment did not clear the cancer"),
    (r"refractory to the first line at some time", "the first treatment did not clear the cancer"),
    (r"already treated", "you have had treatment before"),
    (r"not already treated", "you have not had treatment yet"),
    (r"in complete remission", "you are in remission"),
    (r"not in complete remission", "you are not in remission"),
    (r"age at diagnosis at most (.+)", r"you were no older than \1 when the cancer was found"),
    (r"age at the latest relapse at most (.+)", r"you were no older than \1 when the cancer last came back"),
    (r"age at least (.+)", r"your age fits (at least \1)"),
    (r"age at most (.+)", r"your age fits (at most \1)"),
    (r"age under (.+)", r"your age fits (under \1)"),
    (r"number of relapses exactly 0", "the cancer has not come back so far"),
    (r"number of relapses exactly 1", "the cancer has come back once"),
    (r"number of relapses at least 1", "the cancer has come back"),
    (rf"number of relapses {_IS} (\d+)", r"the cancer has come back \1 \2 times"),
    (r"lines of systemic therapy so far exactly 1", "you have had one course of treatment so far"),
    (r"lines of systemic therapy so far at least 1", "you have had treatment before"),
    (rf"lines of systemic therapy so far {_IS} (\d+)", r"you have had \1 \2 courses of treatment so far"),
    (r"number of complete remissions exactly 1", "you have reached remission once"),
    (rf"number of complete remissions {_IS} (\d+)", r"you have reached remission \1 \2 times"),
    (r"months from the end of treatment to the relapse at most (.+)", r"the cancer came back within \1 of the end of treatment"),
    (r"months from the end of treatment to the relapse over (.+)", r"the cancer came back more than \1 after the end of treatment"),
    (r"months from the end of treatment to the first relapse under (.+)", r"the cancer first came back less than \1 after treatment ended"),
    (
        r"months from its end to the relapse or failure after it: (.+): at most (\d+)",
        r"the cancer grew again no more than \2 months after this treatment: \1",
    ),
    (r"months since the latest (.+): at most (\d+)", r"you have had this treatment in the last \2 months: \1"),
    (r"lines of therapy that failed at least 1", "a course of treatment has failed"),
    (r"lines of therapy that failed at least (\d+)", r"at least \1 courses of treatment have failed"),
    (r"state: remission or partial-response", "the cancer has gone or shrunk with treatment"),
    (r"not: latest relapse after: (.+)", r"the cancer has not come back after this treatment: \1"),
    (r"latest relapse after: (.+)", r"the cancer last came back after this treatment: \1"),
    (r"site of the latest relapse: (.+)", r"the cancer last came back in this place: \1"),
    (r"earlier treatment with: (.+)", r"you have had this treatment before: \1"),
    (r"not: earlier treatment with: (.+)", r"you have not had this treatment before: \1"),
    (r"number of different earlier treatments of the class (.+): at least (\d+)", r"you have had at least \2 of these drugs: \1"),
    (r"number of treatments of the class with resistance or intolerance (.+): at least 1", rf"\1 {_FAILED.format('was')}"),
    (
        r"number of treatments of the class with resistance or intolerance (.+): at least (\d+)",
        rf"at least \2 of these {_FAILED.format('were')}, these drugs: \1",
    ),
    (r"resistant to or intolerant of: (.+)", rf"\1 {_FAILED.format('was')}"),
    (r"intolerant of: (.+)", r"\1 was too hard on you"),
    (r"refractory to: (.+)", r"\1 failed"),
    (r"not: refractory to: (.+)", r"\1 has not failed"),
    (r"fit for: (.+)", r"you are fit for this: \1"),
    (r"not: fit for: (.+)", r"you are not fit for this: \1"),
    (r"stem-cell donor: available", "a donor has been found"),
    (r"ever recorded: phase of .+?: (.+)", r"the disease was once in this phase: \1"),
    (r"phase of .+?: (.+)", r"the disease is in this phase: \1"),
    (r"kind of (?!the latest).+?: (.+)", r"the disease is of this kind: \1"),
    (r"planned transplant: (.+)", r"this transplant is planned: \1"),
    (r"platelets at least (\S+) 10\*9/L", r"your platelets are high enough (\1 or more)"),
    (r"disease: (.+)", r"your disease is this: \1"),
    (r"the patient's wish: (.+)", r"this is your wish: \1"),
    (r"risk group by (.+): (.+)", r"you are in the risk group \2 (by the rule \1)"),
    (r"response milestone by (.+): failure", r"a goal of the treatment was missed (by the rule \1)"),
    (r"measurable residual disease negative", "a fine test finds no cancer cells"),
    (r"measurable residual disease positive", "a fine test finds cancer cells"),
    (r"measurable residual disease at least (.+)", r"a fine test finds cancer in \1 of the cells or more"),
    (r"ECOG performance status at most (\d+)", r"you are strong enough in daily life (ECOG score \1 or less)"),
    (
        r"bilirubin as a multiple of the upper limit of normal at most (\S+) xULN",
        r"a blood test of your liver is good enough (bilirubin no more than \1 times the upper limit)",
    ),
    (r"any (mutation .+) positive", r"a test found a \1"),
    (r"(CD\d+\w*) positive", r"the cancer cells have the mark \1"),
    (r"(CD\d+\w*) negative", r"the cancer cells do not have the mark \1"),
    (r"([a-z].+) positive", r"you have this: \1"),
    (r"([a-z].+) negative", r"you do not have this: \1"),
    (r"(.+) positive", r"this was found in a test: \1"),
    (r"(.+) negative", r"this was not found in a test: \1"),
)  # fmt: skip
_PATTERNS = tuple((re.compile(pattern), words) for pattern, words in _SAID)
# What is said twice in one sentence, and names that are hard to read.
_INHIBITOR = r"(\w+)::(\w+) tyrosine kinase inhibitor"
_SMOOTHED: tuple[tuple[str, str], ...] = (
    (r"the cancer has come back and the cancer has come back (once|(?:\w+ ){1,2}\d+ times)", r"the cancer has come back, \1 so far"),
    (r"the cancer has come back and the cancer last came back", "the cancer has come back"),
    (rf"(\d+) of these (failed [\w ]+), these drugs: {_INHIBITOR}", r"\1 drugs that block \3-\4 \2"),
    (rf"(\d+) of these drugs: {_INHIBITOR}", r"\1 drugs that block \2-\3"),
    (rf"Second-\S+ {_INHIBITOR} or Third-\S+ \1::\2 tyrosine kinase inhibitor", r"a newer drug that blocks \1-\2"),
    (rf"(?:(?:Second|Third)-generation )?{_INHIBITOR}", r"a drug that blocks \1-\2"),
    (r"(\w+)::(\w+)", r"\1-\2"),
    (r"central nervous system", "brain or spine"),
    (r"\btestis\b", "testicle"),
)  # fmt: skip
# Facts behind a criterion, of which the patient is told in words of their own.
_STATES = {
    "relapsed": "the cancer has come back",
    "refractory": "the cancer has not gone away with treatment",
    "relapsed-refractory": "the cancer came back and has not gone away with treatment",
    "remission": "you are in remission",
}
_FACTS = {
    "age": "your age is {}",
    "relapse_number": "the cancer has come back {}",
    "remission_number": "you have reached remission {}",
    "prior_lines": "you have had treatment for it {}",
    "months_from_end_of_treatment": "the cancer came back {} months after the end of treatment",
    "treatment": "this rests on how your treatment went: {}",
    "phase": "the phase of the disease is {}",
}
_COUNTED = ("relapse_number", "remission_number", "prior_lines")
_LONG = 170  # signs from which a choice of ways is told by the facts even if those are treatments, which do not say how they went
_AS_WRITTEN = re.compile(r"none of: .*, or .*|at least \d+ of: .*")  # groups that are told as they are written


def reason(part: CriterionView) -> str:
    """A criterion that is met, as a sentence to the patient; where it can be met in several ways, by the facts that meet it."""
    text, because = part["text"], part["because"]
    # The parts of an "and" at the top are told one by one, so an "and" behind a "not" belongs to that.
    said = f"the record shows: {text}" if text.startswith("not: ") and " and " in text else _phrase(_bare(text))
    known = bool(because) and all(one["value"] is not None for one in because)
    if ", or " in text and known and (len(said) > _LONG or all(one["fact"] != "treatment" for one in because)):
        said = "; ".join(_facts(because))
    for pattern, words in _SMOOTHED:
        said = re.sub(pattern, words, said)
    return f"{said[0].upper()}{said[1:]}."


def _facts(because: list[Because]) -> Iterator[str]:
    """The facts behind a criterion, those of one name together."""
    together: dict[str, list[str]] = {}
    for one in because:
        value = one["value"]
        together.setdefault(one["fact"], []).append(f"{value:g}" if isinstance(value, float) else str(value))
    if "relapse_number" in together and together.get("state") == ["relapsed"]:
        del together["state"]  # the number says it too
    for fact, values in together.items():
        yield " and ".join(dict.fromkeys(_fact(fact, one) for one in values)) if fact != "treatment" else _fact(fact, " and ".join(values))


def _fact(fact: str, value: str) -> str:
    if fact == "state" and value in _STATES:
        return _STATES[value]
    if (fact, value) == ("treatment", "none recorded"):
        return "no treatment that stands against it is in your record"
    if value in ("positive", "negative"):
        return _phrase(f"{fact_words(fact)} {value}")
    shown = "once" if value == "1" and fact in _COUNTED else f"{value} times" if fact in _COUNTED else fact_words(value)
    return _FACTS.get(fact, f"{fact_words(fact)}: {{}}").format(shown)


def asked(facts: list[tuple[str, str | None]]) -> str:
    """Missing facts that one test or question gives, as a question."""
    stems: dict[str, list[str]] = {}
    for fact, value in facts:
        stem, name = _question(fact, value)
        stems.setdefault(stem, []).append(name)
    return " ".join(f"{stem}{', '.join(names)}{'?' if stem != _NOT_KNOWN else '.'}" for stem, names in stems.items())


_NOT_KNOWN = "This is not known: "
_QUESTIONS = {"donor": "Is there a donor for you", "MRD": "Does a fine test find cancer cells (MRD)", "wish": "What do you want"}


def _question(fact: str, value: str | None) -> tuple[str, str]:
    if fact in _QUESTIONS:
        return _QUESTIONS[fact], ""
    if fact == "fit-for" and value:
        return "Are you fit for this: ", fact_words(value)
    if re.fullmatch(r"CD\d+\w*", fact):
        return "Do the cancer cells have this mark: ", fact
    if re.fullmatch(r"[A-Z][A-Z0-9:-]*\d[A-Z0-9:-]*", fact):
        return "Do the cancer cells have this gene change: ", fact.replace("::", "-")
    return _NOT_KNOWN, missing_words(fact, value)


def _phrase(text: str) -> str:
    """A criterion in plain words: groups first, then what stands in them."""
    if _AS_WRITTEN.fullmatch(text):
        return f"the record shows: {text}"
    ways = _split(text, ", or ")
    if len(ways) > 1:
        return ", or ".join(_phrase(_bare(one)) for one in ways)
    together = _split(text, " and ")
    if len(together) > 1:
        return " and ".join(f"either {_phrase(_bare(one))}" if _bare(one) != one else _phrase(one) for one in together)
    if text.startswith("none of: "):
        looked_for = [one.removesuffix(" positive") for one in _split(text.removeprefix("none of: "), ", ")]
        return f"none of these was found in a test: {', '.join(looked_for)}"
    return next((found.expand(words) for pattern, words in _PATTERNS if (found := pattern.fullmatch(text))), f"the record shows: {text}")


def _bare(text: str) -> str:
    """A group without its brackets; two groups beside each other keep theirs."""
    depth = list(accumulate({"(": 1, ")": -1}.get(sign, 0) for sign in text))
    return text[1:-1] if text.startswith("(") and 0 not in depth[:-1] else text


def _split(text: str, joint: str) -> list[str]:
    """The parts between joints that stand in no brackets."""
    depth, parts, start = 0, [], 0
    for place, sign in enumerate(text):
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if depth == 0 and text.startswith(joint, place):
            parts.append(text[start:place])
            start = place + len(joint)
    return [*parts, text[start:]]
