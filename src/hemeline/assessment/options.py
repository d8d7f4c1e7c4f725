"""The options of one patient: every indication in force with its verdict, the criteria, and the facts behind them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hemeline.assessment.force import Candidate
from hemeline.assessment.person import Judge, Person
from hemeline.assessment.plan import TAKEN_FOR_GRANTED
from hemeline.assessment.shape import Because, CautionView, EvidenceView, IndicationView, MissingFact, NotAvailable, OptionView, SourceView
from hemeline.assessment.shown import shown_date
from hemeline.criteria import Group, Leaf, Tree, judge
from hemeline.criteria.text import text_of_tree
from hemeline.knowledge.schema import Caution
from hemeline.knowledge.words import RESULT_FEATURES
from hemeline.truth import Truth, any_of, word

_BASES = ("label", "funded", "guideline", "practice", "off-label", "supportive", "investigational")
_RANKS = {"yes": 0, "unknown": 1, "no": 2}


def options_of(person: Person) -> list[OptionView]:
    """Options, possible ones first, then those that need information, then those that do not apply.

    Who wants no treatment against the cancer has supportive care first among them.
    """
    grouped: dict[str, list[tuple[int, Candidate]]] = {}
    for position, candidate in enumerate(person.group.plan.candidates):
        grouped.setdefault(candidate.entry.id, []).append((position, candidate))
    listed = [_option(person, candidates) for candidates in grouped.values()]
    return sorted(listed, key=lambda one: (_RANKS[one["verdict"]], not _first(person, one), _rank_of_basis(one), one["name"]))


def _first(person: Person, option: OptionView) -> bool:
    return person.declines and option["kind"] == "supportive"


def _rank_of_basis(option: OptionView) -> int:
    """The best basis on which the option has its verdict."""
    return min(_BASES.index(one["basis"]) for one in option["indications"] if one["verdict"] == option["verdict"])


def verdict_of(person: Person, position: int) -> Truth:
    """The verdict of a candidate, from its column."""
    return person.verdicts[str(position)]


def _option(person: Person, candidates: list[tuple[int, Candidate]]) -> OptionView:
    entry = candidates[0][1].entry
    verdict = any_of(verdict_of(person, position) for position, _ in candidates)
    indications = [_indication(person, position, candidate) for position, candidate in candidates]
    return {
        "therapy": entry.id,
        "name": entry.title,
        "kind": entry.kind,
        "verdict": word(verdict),
        "review": entry.review.state,
        "plain": entry.plain,
        "pronunciation": entry.pronunciation,
        "indications": sorted(indications, key=lambda one: _RANKS[one["verdict"]]),
    }


def _indication(person: Person, position: int, candidate: Candidate) -> IndicationView:
    version = candidate.version
    tree = person.group.plan.trees[f"{position}.{len(candidate.versions) - 1}"]
    verdict = verdict_of(person, position)
    return {
        "id": candidate.indication.id,
        "verdict": word(verdict),
        "basis": version.basis,
        "status": version.status,
        "since": version.since,
        "until": person.told(version.until),
        "criteria": [
            {"text": text_of_tree(part), "verdict": word(judge(part, person.truth)), "because": because(person, part)}
            for part in shown_parts(person, tree)
        ],
        "missing": missing_facts(person, tree) if verdict is None else [],
        "cautions": [*_tried_before(person, candidate), *_cautions(person, candidate)],
        "evidence": [
            EvidenceView(
                trial=one.trial, registry=one.registry, population=one.population, result=one.result, sources=sources(person, one.sources)
            )
            for one in candidate.indication.evidence
            if any(person.seen(known.date) for known in map(person.source, one.sources))
        ],
        "sources": sources(person, version.sources),
        "setting": candidate.indication.setting,
        "note": version.note,
        "unclear": _unclear(candidate),
    }


def shown_parts(person: Person, tree: Tree) -> list[Tree]:
    """The criteria as listed: the parts of the top ``all``, without what is taken for granted and is so."""
    assert isinstance(tree, Group)
    granted, written = tree.parts[:TAKEN_FOR_GRANTED], tree.parts[TAKEN_FOR_GRANTED:]
    return [*(part for part in granted if not judge(part, person.truth)), *written]


def because(person: Person, part: Tree) -> list[Because]:
    """The facts behind a criterion's verdict, each once."""
    found: list[Because] = []
    for leaf in deciding_leaves(person, part):
        for one in person.because(leaf):
            if one not in found:
                found.append(one)
    return found


def deciding_leaves(person: Person, tree: Tree) -> Iterator[Leaf]:
    """The leaves that a verdict rests on: of an "or" that is met only what meets it, of an "and" that is not only what fails."""
    if isinstance(tree, Leaf):
        yield tree
        return
    verdict = judge(tree, person.truth)
    settles = {"any": True, "all": False}.get(tree.joined)
    for part in tree.parts:
        if verdict is not settles or settles is None or judge(part, person.truth) is verdict:
            yield from deciding_leaves(person, part)


def open_leaves(person: Judge, tree: Tree) -> Iterator[Leaf]:
    """The unknown leaves that could still change the verdict of a tree: those with no settled part above them."""
    if judge(tree, person.truth) is not None:
        return
    if isinstance(tree, Leaf):
        yield tree
        return
    for part in tree.parts:
        yield from open_leaves(person, part)


def missing_facts(person: Judge, tree: Tree) -> list[MissingFact]:
    """The facts that the open leaves ask for, each once; for the result of a definition, those that it waits for."""
    found: list[MissingFact] = []
    for leaf in _asked_leaves(person, tree):
        one: MissingFact = {"fact": leaf.fact}
        if leaf.value and leaf.name == leaf.fact:
            one["value"] = leaf.value
        if one not in found:
            found.append(one)
    return found


def _asked_leaves(person: Judge, tree: Tree) -> Iterator[Leaf]:
    for leaf in open_leaves(person, tree):
        if leaf.name in RESULT_FEATURES.values():
            for column in leaf.columns:
                category, within = person.defined(column)
                yield from _asked_leaves(within, category)
        else:
            yield leaf


def _tried_before(person: Person, candidate: Candidate) -> Iterator[CautionView]:
    """That the therapy itself failed or was not tolerated, which few wordings ask about: told from the record, the verdict stays."""
    vocabulary, told = person.evaluation.course.facts.vocabulary, dict[str, None]()
    toxicity = vocabulary.value_ids("reason").index("toxicity")
    for row in person.rows("exposures"):
        ended = "it failed" if row["surely"] else "it ended for toxicity" if row["reason"] == toxicity else None
        if ended and candidate.entry.id in vocabulary.given_with(person.therapies[row["therapy"]]):
            told[f"Given before ({shown_date(row['start_low'], row['start_high'])}), and {ended}."] = None
    for text in told:
        yield {"text": text, "verdict": "yes", "sources": []}


def _cautions(person: Person, candidate: Candidate) -> Iterator[CautionView]:
    """Cautions that apply or may apply; one whose condition is known not to be met is left out."""
    owners: list[tuple[str, tuple[Caution, ...]]] = [
        (candidate.indication.id, candidate.indication.cautions), (candidate.entry.id, candidate.entry.cautions)
    ]  # fmt: skip
    for owner, cautions in owners:
        for place, caution in enumerate(cautions):
            truth = person.verdicts[f"caution:{owner}:{place}"] if caution.when else True
            if truth is not False:
                yield {"text": caution.text, "verdict": word(truth), "sources": sources(person, caution.sources)}


def _unclear(candidate: Candidate) -> str | None:
    if candidate.clear:
        return None
    if candidate.perhaps_none:
        return "in force only from or until a day that is known to the month or year: the verdict is at most unknown"
    return "the wording changed on a day that is known to the month or year: a verdict is given only where both wordings agree"


def sources(person: Person, ids: Iterable[str]) -> list[SourceView]:
    """Sources as cited."""
    return [
        {
            "id": one.id,
            "title": one.title,
            "publisher": one.publisher,
            "date": one.date,
            "url": one.url or (f"https://doi.org/{one.doi}" if one.doi else None),
        }
        for one in map(person.source, ids)
    ]


def not_available(person: Person) -> list[NotAvailable]:
    """Therapies known for the disease that are not available in the region on the day."""
    return [
        {
            "therapy": one.entry.id,
            "name": one.entry.title,
            "status": one.status,
            "since": one.since,
            "until": one.until,
            "note": one.note,
            "sources": sources(person, one.sources),
        }
        for one in person.group.plan.absent
    ]
