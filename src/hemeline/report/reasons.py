"""Reasons and changes as plain text: the criteria tree of a therapy, what a supposed fact changes, what a term means."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

from hemeline.assessment.shape import Assessment
from hemeline.assessment.why import Node, Why
from hemeline.report.words import BASES, MARKS, because_words, date_words, plain

_JOINED = {"all": "all of", "any": "any of", "not": "not", "at_least": "at least some of"}


def why_text(answer: Why) -> str:
    """The criteria trees of a therapy, indented, with the facts behind each leaf and what would flip the verdict."""
    return "\n".join(_why_lines(answer))


def _why_lines(answer: Why) -> Iterator[str]:
    yield f"{answer['name']}: patient {plain(answer['patient'])}, as of {date_words(answer['as_of'])}, {answer['region']}"
    if "absent" in answer:
        yield f"  no indication in force: {answer['absent']}"
    for one in answer["indications"]:
        since = f" since {date_words(one['since'])}" if one["since"] else ""
        yield ""
        yield f"{MARKS[one['verdict']]} {one['verdict'].upper()}  {one['id']} ({BASES[one['basis']]}{since}): {one['setting']}"
        yield from _tree_lines(one["tree"], 1)
        for flip in one["flips"]:
            yield f"    would be {flip['verdict'].upper()} if: {flip['leaf']} were {flip['then']} (now {flip['now']})"
        if not one["flips"] and one["verdict"] == "no":
            yield "    no single change would flip this"
        yield f"    sources: {'; '.join(source['title'] for source in one['sources']) or 'none listed'}"
    yield ""
    yield "Options and reasons only: a clinician must review them."


def _tree_lines(node: Node, depth: int) -> Iterator[str]:
    indent = "    " * depth
    if node["joined"] is None:
        facts = because_words(node["because"])
        yield f"{indent}{MARKS[node['verdict']]} {node['text']}{f'  [{facts}]' if facts else ''}"
        return
    yield f"{indent}{MARKS[node['verdict']]} {_JOINED[node['joined']]}:"
    for part in node["parts"]:
        yield from _tree_lines(part, depth + 1)


def changes_text(after: Assessment, changed: dict[str, Any], added: Sequence[str]) -> str:
    """What supposed facts change."""
    of_whom = f"patient {plain(after['patient'])}, as of {date_words(after['as_of'])}, {after['region']}"
    lines = [f"If {plain(' and '.join(added))} were added: {of_whom}"]
    lines += [plain(f"  not understood: {one['fact']}: {one['why']}") for one in changed["not_understood"]]
    lines += [f"  {key.replace('_', ' ')}: {before} -> {now}" for key, (before, now) in changed["course"].items()]
    order = {"yes": 0, "unknown": 1, "no": 2, "not listed": 3}
    lines += [
        f"  {one['name']}: {one['from']} -> {one['to']}"
        for one in sorted(changed["options"], key=lambda one: (order[one["to"]], one["name"]))
    ]
    for key, words in (("no_longer_missing", "no longer missing"), ("newly_missing", "newly missing")):
        if changed[key]:
            lines.append(f"  {words}: {', '.join(changed[key])}")
    if len(lines) == 1:
        lines.append("  nothing changes")
    return "\n".join([*lines, "Options and reasons only: a clinician must review them."])


def explain_text(entries: Sequence[dict[str, Any]]) -> str:
    """What a term means."""
    parts = []
    for one in entries:
        lines = [
            f"{one['name']} ({one['kind']}, {one['id']})",
            *textwrap.wrap(one["text"], 100, initial_indent="  ", subsequent_indent="  "),
        ]
        if one["synonyms"]:
            lines += textwrap.wrap(f"also: {', '.join(one['synonyms'])}", 100, initial_indent="  ", subsequent_indent="  ")
        lines += [f"  source: {source}" for source in one["sources"]]
        parts.append("\n".join(lines))
    return "\n\n".join(parts)
