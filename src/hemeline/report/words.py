"""The state of a patient in one sentence, and other words that all reports share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from hemeline.assessment.shape import Assessment, Because, CourseView, IndicationView, OptionView, RelapseView, TopicView
from hemeline.when import parse_date

ORDINALS = ("no", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
VERDICTS = {"yes": "possible", "unknown": "needs information", "no": "not applicable"}
MARKS = {"yes": "✓", "unknown": "?", "no": "✕"}
MET = {"yes": "met", "unknown": "not known", "no": "not met"}  # of a criterion
BASES = {
    "label": "licence", "funded": "funding", "guideline": "guideline", "practice": "practice without a licence of its own",
    "off-label": "off label", "investigational": "clinical trial only", "supportive": "supportive care",
}  # fmt: skip
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")  # in English wherever this runs
_STATES = {
    "untreated": "not yet treated, as far as recorded",
    "on-treatment": "on treatment, without a recorded remission",
    "remission": "in complete remission",
    "partial-response": "in partial response",
    "refractory": "refractory: treatment failed and there was no remission",
    "relapsed": "relapsed",
    "relapsed-refractory": "relapsed, and the treatment of the relapse failed",
    "dead": "died",
    "unknown": "in a state that the record leaves open",
}


_TESTED = " was last tested "  # what stands between a marker and the reason why its test is out of date


def plain(text: str) -> str:
    """Text of a record without characters that steer a terminal or the direction of writing."""
    return "".join(sign if sign.isprintable() else " " if sign.isspace() else "\ufffd" for sign in text)


def date_words(written: str | None) -> str:
    """A date that no country reads differently: ``1 Sep 2021``, ``Sep 2021``, ``2021``, ``between 1 Sep 2021 and 3 Oct 2021``."""
    if not written:
        return "an unrecorded day"
    start, span, end = written.partition("/")
    if span:
        return f"between {date_words(start)} and {date_words(end)}"
    if parse_date(written) is None:
        return written
    year, *rest = written.split("-")
    named = [_MONTHS[int(rest[0]) - 1], *(str(int(day)) for day in rest[1:])] if rest else []
    return " ".join([*reversed(named), year])


def day_words(written: str | None) -> str:
    """A date within a sentence: ``on 1 Sep 2021``, ``in Sep 2021``, ``between 1 Sep 2021 and 3 Oct 2021``."""
    if written and "/" in written:
        return date_words(written)
    return f"{'in' if written and len(written) < 10 else 'on'} {date_words(written)}"


def since_words(written: str | None) -> str:
    """A beginning: ``since 1 Sep 2021``, ``begun between 1 Sep 2021 and 3 Oct 2021``."""
    return f"{'begun' if written and '/' in written else 'since'} {date_words(written)}"


def ordinal(number: int) -> str:
    """``second`` for 2; figures from 11 on."""
    if number < len(ORDINALS):
        return ORDINALS[number]
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def state_sentence(assessment: Assessment) -> str:
    """Where things stand, in one sentence."""
    course = assessment["course"]
    disease = course["disease_name"] or "A disease that is not recorded"
    parts = [f"{disease[0].upper()}{disease[1:]}: {_STATES[course['state']]}"]
    parts += _change_words(course) + _relapse_words(course) + _remission_words(course) + _treatment_words(course)
    sentence = "; ".join(parts) + "."
    told = course["state_by_clinician"]
    if told:
        sentence += f" The state is the clinician's word ({told['value']}, {date_words(told['date'])}), which overrides what is derived."
    return sentence


def _change_words(course: CourseView) -> list[str]:
    change = course["transformation"]
    if not change:
        return []
    came = "transformed from" if change["kind"] == "transformation" else "diagnosed after"
    return [f"{came} {change['from_name']} {day_words(change['date'])}"]


def _relapse_words(course: CourseView) -> list[str]:
    if not course["relapses"] or course["state"] in ("remission", "dead"):
        return []
    last = course["relapses"][-1]
    sites = f" ({', '.join(last['sites'])})" if last["sites"] != ["unspecified"] else ""
    after = f" after {', '.join(last['after'])}" if last["after"] else ""
    length = next((one["months"] for one in course["remissions"] if one["end"] == last["date"] and one["months"] is not None), None)
    months = f", {length:g} months into the remission before it" if length is not None else ""
    return [f"{ordinal(last['number'])} relapse{sites} {day_words(last['date'])}{after}{months}"]


def _remission_words(course: CourseView) -> list[str]:
    if course["state"] != "remission" or not course["remissions"]:
        return []
    last = course["remissions"][-1]
    return [f"{ordinal(last['number'])} remission {since_words(last['start'])}"]


def _treatment_words(course: CourseView) -> list[str]:
    words = [] if course["state"] == "untreated" else [_line_words(course["line_count"])]
    if course["refractory_to"]:
        words.append(f"refractory to {', '.join(course['refractory_to'])}")
    if course["intolerant_to"]:
        words.append(f"intolerant of {', '.join(course['intolerant_to'])}")
    return words


def _line_words(count: int | None) -> str:
    if count is None:
        return "an unclear number of lines of therapy"
    return f"{count} line{'s' if count != 1 else ''} of therapy so far" if count else "treatment not recorded"


def site_words(relapse: RelapseView) -> str:
    """Where a relapse was, with its kind where that says more than the sites."""
    sites = ", ".join(relapse["sites"]) if relapse["sites"] != ["unspecified"] else "site not recorded"
    return sites if relapse["kind"] in (*relapse["sites"], "unspecified") else f"{sites} ({relapse['kind'].replace('-', ' ')})"


def timing_words(relapse: RelapseView) -> list[str]:
    """The relapse by each definition that was made for such a patient, those that agree together; unknown with what is left open."""
    together: dict[str, list[str]] = {}
    for one in relapse["timing"]:
        if one["applies"] != "no":
            left = f" ({' or '.join(one['may_be'])})" if one.get("may_be") else ""
            said = "not classed" if one["is"] == "none" else f"{one['is']}{left}"
            together.setdefault(said, []).append(one["name"])
    return [f"{said} by {', '.join(names)}" for said, names in together.items()]


def shown_scores(course: CourseView) -> list[dict[str, Any]]:
    """The scores that were made for such a patient, or perhaps were."""
    return [one for one in course["definitions"] if one["kind"] == "score" and one["applies"] != "no"]


def score_words(one: dict[str, Any]) -> str:
    """Points, band and what is missing: ``2 to 4 points: low or high; not known: ECOG``."""
    low, high = one["score"]
    points = f"{low:g} to {high:g} points" if low != high else f"{low:g} point{'s' if low != 1 else ''}"
    bands = [one["is"]] if one["is"] != "unknown" else one.get("may_be", [])
    words = [f"{points}: {' or '.join(bands)}" if bands else points]
    words += [f"counted: {', '.join(one['counted'])}"] if one["counted"] else []
    words += [f"not known: {', '.join(map(fact_words, one['missing']))}"] if one["missing"] else []
    words += [one["figures"]] if one.get("figures") else []
    words += ["whether it was made for such a patient is not known"] if one["applies"] == "unknown" else []
    return "; ".join(words)


def topic_words(one: TopicView) -> str:
    """What is told on a subject, and whether it is known to concern this patient."""
    return f"{'(may concern this situation) ' if one['fits'] == 'unknown' else ''}{one['text']}"


def fact_words(name: str) -> str:
    """The name of a fact in a sentence: ``relapse number``, ``fit for``; a gene or protein keeps its hyphen."""
    return name.replace("_", " ").replace("-", " ") if name.islower() else name.replace("_", " ")


def missing_words(fact: str, value: str | None) -> str:
    """A missing fact, with the value that is asked about: ``fit for: transplant``."""
    return f"{fact_words(fact)}: {fact_words(value)}" if value else fact_words(fact)


def because_words(facts: Iterable[Because]) -> str:
    """The facts behind a criterion, those of one day with the same value together: ``CD19, CD22: positive, 3 Sep 2021``."""
    together: dict[str, list[str]] = {}
    for one in facts:
        value = "not recorded" if one["value"] is None else str(one["value"])
        date = f", {date_words(one['date'])}" if one["date"] else ""
        together.setdefault(f"{value}{date}", []).append(fact_words(one["fact"]))
    return "; ".join(f"{', '.join(names)}: {said}" for said, names in together.items())


def alert_rows(assessment: Assessment) -> list[tuple[str, str]]:
    """Kind and text of the alerts, markers that are out of date for the same reason together."""
    together: dict[tuple[str, str], list[str]] = {}
    for one in assessment["alerts"]:
        name, joint, reason = one["text"].partition(_TESTED) if one["kind"] == "stale" else (one["text"], "", "")
        together.setdefault((one["kind"], reason or name), []).append(name if joint else "")
    return [
        (kind, f"{', '.join(names)}{_TESTED if len(names) == 1 else _TESTED.replace('was', 'were')}{said}" if any(names) else said)
        for (kind, said), names in together.items()
    ]


class MissingRow(NamedTuple):
    """Missing facts that one test or question gives, and the therapies they would help to decide, by name."""

    facts: str
    decides: str
    how: str


def missing_rows(assessment: Assessment) -> list[MissingRow]:
    """What is missing, most decisive first, facts from one and the same test together."""
    names = {one["therapy"]: one["name"] for one in assessment["options"]}
    together: dict[str, tuple[list[str], dict[str, None]]] = {}
    for one in assessment["missing"]:
        fact = missing_words(one["fact"], one.get("value"))
        facts, decides = together.setdefault(one["how"] or fact, ([], {}))
        facts.append(fact)
        decides |= dict.fromkeys(names[therapy] for therapy in one["would_decide"])
    ranked = sorted(together.items(), key=lambda item: -len(item[1][1]))
    return [MissingRow(", ".join(facts), ", ".join(decides), "" if how in facts else how) for how, (facts, decides) in ranked]


def span_words(indication: IndicationView) -> str:
    """Basis and time: ``licence (approved) since 30 Aug 2017``."""
    since = f" {since_words(indication['since'])}" if indication["since"] else ""
    until = f" until {date_words(indication['until'])}" if indication["until"] else ""
    status = f" ({indication['status']})" if indication["status"] != indication["basis"] else ""
    return f"{BASES[indication['basis']]}{status}{since}{until}"


def grouped(options: list[OptionView]) -> list[tuple[str, list[OptionView]]]:
    """Options in three groups: possible, needs information, not applicable."""
    return [(verdict, [one for one in options if one["verdict"] == verdict]) for verdict in ("yes", "unknown", "no")]


def deciding(option: OptionView) -> IndicationView:
    """The indication that gives an option its verdict."""
    return next(one for one in option["indications"] if one["verdict"] == option["verdict"])
