"""Words and limits that only a patient's facts would meet: each must be understood when the knowledge is loaded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from hemeline.criteria.features import STATES
from hemeline.criteria.limits import parse_limit
from hemeline.errors import did_you_mean
from hemeline.knowledge.files import Fault, Marks, Where
from hemeline.knowledge.schema import Content, Definition, PossibleRule, Step
from hemeline.knowledge.schema_background import SyntheticCourse
from hemeline.knowledge.words import RESULT_FEATURES
from hemeline.quantity import parse_number
from hemeline.vocabulary import Disease, Fact, ValueSet, Vocabulary
from hemeline.vocabulary.lookup import Index, spellings_of

Found = Iterator[tuple[Where, str]]
_MEASURED = ("measurement", "score", "level")


def value_faults(content: Content, vocabulary: Vocabulary, marks: Marks) -> Iterator[Fault]:
    """Every word or limit of the content that its own vocabulary does not understand."""
    checks: Mapping[str, Callable[..., Found]] = {
        "facts": lambda entry: _of_fact(entry),
        "value_sets": lambda entry: _of_values(entry),
        "diseases": lambda entry: _of_disease(entry, vocabulary),
        "definitions": lambda entry: _of_definition(entry, vocabulary),
        "possible": lambda entry: _of_rule(entry, vocabulary),
        "steps": lambda entry: _of_step(entry, vocabulary),
        "synthetic": lambda entry: _of_synthetic(entry, vocabulary),
    }
    for kind, check in checks.items():
        for position, entry in enumerate(getattr(content, kind)):
            yield from (marks.fault(kind, position, path, what) for path, what in check(entry))


def _of_fact(fact: Fact) -> Found:
    if fact.kind in ("category", "stance", "choice", "contact") and fact.values is None:
        yield ("kind",), f"a fact of the kind {fact.kind} needs values"


def _of_values(listed: ValueSet) -> Found:
    words = [value.id for value in listed.values]
    for place, value in enumerate(listed.values):
        for word in value.means:
            yield from _unless_known(("values", place, "means"), "value", word, words)


def _of_disease(disease: Disease, vocabulary: Vocabulary) -> Found:
    spellings = [spelling for _, spelling in spellings_of(disease)]
    for code in disease.code_implies:
        yield from _unless_known(("code_implies", code), "code or spelling of this disease", code, spellings)
    groups: list[tuple[Where, Mapping[str, str]]] = [(("implies",), disease.implies)]
    groups += [(("code_implies", code), implied) for code, implied in disease.code_implies.items()]
    for path, implied in groups:
        for name, word in implied.items():
            yield from _unless_known((*path, name), "fact", name, vocabulary.facts)
            if name in vocabulary.facts:
                yield from _of_value((*path, name), vocabulary.facts[name], word, None, vocabulary)


def _of_definition(definition: Definition, vocabulary: Vocabulary) -> Found:
    has = {
        "categories": (bool(definition.categories), definition.kind in (*RESULT_FEATURES, "score")),
        "items": (bool(definition.items), definition.kind == "score"),
        "when": (definition.when is not None, definition.kind == "criterion"),
        "fact": (definition.fact is not None, definition.kind == "level"),
        "limit": (definition.limit is not None, definition.kind == "level"),
    }
    for key, (given, wanted) in has.items():
        if given != wanted:
            yield ("kind",), f'a definition of the kind {definition.kind} {"needs" if wanted else "takes no"} "{key}"'
    for place, one in enumerate(definition.categories):
        key = "total" if definition.kind == "score" else "when"
        if getattr(one, key) is None or (one.when and one.total):
            yield ("categories", place), f'a category of the kind {definition.kind} needs "{key}" and nothing else'
        elif one.total and not all(parse_limit(part.strip(), {"": 1.0}) for part in one.total.split(",")):
            yield ("categories", place, "total"), 'expected a limit such as ">= 3", or two such as ">= 3, < 5"'
    if definition.kind == "level" and definition.fact and definition.limit:
        yield from _of_limit(("limit",), vocabulary.facts[definition.fact], definition.limit)


def _of_rule(rule: PossibleRule, vocabulary: Vocabulary) -> Found:
    for place, state in enumerate(rule.states):
        yield from _unless_known(("states", place), "state", state, STATES)
    for place, response in enumerate(rule.before_response):
        yield from _unless_known(("before_response", place), "response", response, vocabulary.responses)
    fact = vocabulary.facts[rule.fact]
    for key, wanted in (("now", rule.now), ("before", rule.before)):
        if wanted is None or wanted in fact.words:
            continue
        if fact.kind == "marker":
            yield from _unless_known((key,), "marker result", wanted, ("positive", "negative"))
        elif fact.kind == "category":
            yield from _unless_known((key,), f"value of {fact.id}", wanted, vocabulary.value_ids(fact.values or ""))
        else:
            yield from _of_limit((key,), fact, wanted)


def _of_step(step: Step, vocabulary: Vocabulary) -> Found:
    for place, one in enumerate(step.add):
        yield from _of_value(("add", place, "value"), vocabulary.facts[one.fact], one.value, one.unit, vocabulary)


def _of_value(path: Where, fact: Fact, value: str, unit: str | None, vocabulary: Vocabulary) -> Found:
    """A value as a record would give it."""
    if fact.kind in _MEASURED:
        parsed = parse_number(value)
        if parsed is None:
            yield from _unless_known(path, "number or word", value, fact.words)
        elif (parsed[2] or unit or "") not in {fact.unit or "", *fact.units} and not (fact.unit == "1" and not unit):
            yield path, f"the unit is missing or cannot be converted; expected one of {', '.join([fact.unit or 'no unit', *fact.units])}"
        return
    index = _index_of(fact, vocabulary)
    if index is not None and index.find(value.removeprefix("not:")) is None:
        near = index.nearest(value)
        yield path, f'unknown value of {fact.id} "{value}"{f" (did you mean {near}?)" if near else ""}'


def _index_of(fact: Fact, vocabulary: Vocabulary) -> Index | None:
    """The words that a fact can have; ``None`` for one without a value."""
    named = {"diagnosis": vocabulary.disease_index, "response": vocabulary.response_index}
    named |= {"treatment": vocabulary.therapy_index, "intolerant": vocabulary.therapy_index}
    if fact.kind in named:
        return named[fact.kind]
    if fact.kind == "marker":
        return vocabulary.value_indexes[fact.values or "marker"]
    return vocabulary.value_indexes[fact.values] if fact.values else None


def _of_limit(path: Where, fact: Fact, written: str) -> Found:
    if fact.kind not in _MEASURED:
        yield path, f'"{fact.id}" is no measurement, so it has no limit'
    elif parse_limit(written, {fact.unit or "": 1.0, **fact.units}) is None:
        units = ", ".join(one for one in (fact.unit, *fact.units) if one)
        yield path, f'expected a limit such as ">= 2"{f" with one of the units {units}" if units else ""}'


def _unless_known(path: Where, what: str, word: str, words: Iterable[str]) -> Found:
    known = list(words)
    if word not in known:
        yield path, f'unknown {what} "{word}"{did_you_mean(word, known)}'


def _of_synthetic(course: SyntheticCourse, vocabulary: Vocabulary) -> Found:
    yield from _unless_known(("id",), "disease", course.id, vocabulary.diseases)
    for site in course.sites:
        yield from _unless_known(("sites", site), "site", site, vocabulary.value_ids("site"))
    for marker in course.markers:
        yield from _unless_known(("markers", marker), "fact", marker, vocabulary.facts)
    for place, line in enumerate(course.lines):
        if len(line.therapies) != len(line.weights):
            yield ("lines", place, "weights"), f"expected {len(line.therapies)} weights, one for each choice of therapies"
        for therapy in {one for chosen in line.therapies for one in chosen}:
            yield from _unless_known(("lines", place, "therapies"), "therapy", therapy, vocabulary.therapies)
        for response in line.responses:
            yield from _unless_known(("lines", place, "responses", response), "response", response, vocabulary.responses)
    if not course.sources and not course.assumed:
        yield ("sources",), "expected sources, or what is assumed"
