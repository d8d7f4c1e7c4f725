"""YAML 1.2 read strictly: line numbers kept, duplicate keys refused, dates left as text.

PyYAML would read Norway's ``NO`` as false and keep the last of two equal keys; ruamel.yaml does neither.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

Path = tuple[str | int, ...]
_LONGEST_LINE = 1_000_000  # the scanner takes a step per character: a line of ten million would take seconds
_MOST_DIGITS = 300
_NO_NUMBER = re.compile(r"_|\.nan|\.inf", re.IGNORECASE)
_NAMED = re.compile(r"(alias|anchor|tag handle) .*")  # the parser quotes single signs, its own tokens, and these
_MOST_REPEATED = 10_000  # nodes that aliases may repeat: ten aliases of ten aliases of ... would fill any memory


class YamlFault(ValueError):
    """Text that is not the YAML asked for: ``line`` and ``what``."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(f"{line}: {what}")
        self.line = line
        self.what = what


@dataclass(frozen=True)
class Document:
    """What a YAML text says (``data``) and the line on which each path of it stands (``lines``)."""

    data: Any
    lines: Mapping[Path, int]

    def line(self, path: Path) -> int:
        """The line of ``path``, or of the nearest thing that encloses it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_yaml(text: str) -> Document:
    """Read one YAML document. Raises :class:`YamlFault` on bad syntax, a repeated key, or what no document needs."""
    for number, line in enumerate(text.split("\n"), start=1):
        if len(line) > _LONGEST_LINE:
            raise YamlFault(number, f"a line of more than {_LONGEST_LINE:,} characters")
    parser = YAML(typ="safe", pure=True)
    parser.composer.warn_double_anchors = False  # YAML allows it, and the warning would show the text
    try:
        node = parser.compose(text)
        building = _Building({}, set())
        return Document(building.of(node, ()) if node is not None else None, building.lines)
    except MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        raise YamlFault(mark.line + 1 if mark else 1, f"not YAML: {_first_line(fault.problem)}") from None
    except YAMLError as fault:
        number = text.count("\n", 0, getattr(fault, "position", 0)) + 1
        raise YamlFault(number, "not YAML: a character that YAML does not allow") from None
    except RecursionError:
        raise YamlFault(1, "nested too deeply") from None


def _first_line(problem: str | None) -> str:
    """What the parser complains of, without the words of the text, which may be a patient's."""
    return _NAMED.sub(r"\1", (problem or "bad syntax").splitlines()[0])[:100]


@dataclass
class _Building:
    """Data made from nodes, with the line of each path."""

    lines: dict[Path, int]
    seen: set[int]
    repeated: int = 0

    def of(self, node: Node, path: Path) -> Any:
        line = node.start_mark.line + 1
        self.lines[path] = line
        self.repeated += id(node) in self.seen
        self.seen.add(id(node))
        if self.repeated > _MOST_REPEATED:
            raise YamlFault(line, f"aliases that repeat more than {_MOST_REPEATED:,} values")
        if isinstance(node, MappingNode):
            return self._mapping(node, path)
        if isinstance(node, SequenceNode):
            return [self.of(item, (*path, position)) for position, item in enumerate(node.value)]
        assert isinstance(node, ScalarNode)
        if not node.value.isascii() and any("\ud800" <= sign <= "\udfff" for sign in node.value):
            raise YamlFault(line, "not YAML: a character that YAML does not allow")
        return _scalar(node)

    def _mapping(self, node: MappingNode, path: Path) -> dict[str, Any]:
        built: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, ScalarNode):
                raise YamlFault(line, "a key that is a list or a mapping; expected text")
            key = str(key_node.value)
            if key in built:
                raise YamlFault(line, "the same key twice")
            built[key] = self.of(value_node, (*path, key))
            self.lines[(*path, key)] = line
        return built


def _scalar(node: ScalarNode) -> Any:
    kind = str(node.tag).rpartition(":")[2]
    if kind == "null":
        return None
    if kind == "bool":
        return node.value.lower() == "true"
    if kind == "int":
        return _whole(node.value)
    if kind == "float" and not _NO_NUMBER.search(node.value):
        return float(node.value)
    return node.value


def _whole(text: str) -> int | str:
    """A whole number. ``017`` and ``1_000`` are somebody's identifiers and stay as written, and so does what has hundreds of digits."""
    digits = text.lstrip("+-")
    identifier = "_" in digits or (digits.startswith("0") and digits != "0")
    return text if identifier or len(digits) > _MOST_DIGITS else int(text)
