"""YAML 1.2 read strictly: line numbers kept, duplicate keys refused, dates left as text.

PyYAML would read Norway's ``NO`` as false and keep the last of two equal keys; ruamel.yaml does neither.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

Path = tuple[str | int, ...]


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
    """Read one YAML document. Raises :class:`YamlFault` on bad syntax or a repeated key."""
    try:
        node = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        raise YamlFault(mark.line + 1 if mark else 1, f"not YAML: {_first_line(fault.problem)}") from None
    except YAMLError:
        raise YamlFault(1, "not YAML: a character that YAML does not allow") from None
    lines: dict[Path, int] = {}
    data = _build(node, (), lines) if node is not None else None
    return Document(data, lines)


def _first_line(problem: str | None) -> str:
    return (problem or "bad syntax").splitlines()[0][:100]


def _build(node: Node, path: Path, lines: dict[Path, int]) -> Any:
    lines[path] = node.start_mark.line + 1
    if isinstance(node, MappingNode):
        return _mapping(node, path, lines)
    if isinstance(node, SequenceNode):
        return [_build(item, (*path, position), lines) for position, item in enumerate(node.value)]
    assert isinstance(node, ScalarNode)
    return _scalar(node)


def _mapping(node: MappingNode, path: Path, lines: dict[Path, int]) -> dict[str, Any]:
    built: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        if key in built:
            raise YamlFault(key_node.start_mark.line + 1, "the same key twice")
        built[key] = _build(value_node, (*path, key), lines)
        lines[(*path, key)] = key_node.start_mark.line + 1
    return built


def _scalar(node: ScalarNode) -> Any:
    kind = str(node.tag).rpartition(":")[2]
    if kind == "null":
        return None
    if kind == "bool":
        return node.value.lower() == "true"
    if kind == "int":
        return int(node.value.replace("_", ""), 0) if not node.value.lstrip("+-").startswith("0") else _zero_led(node.value)
    if kind == "float":
        return float(node.value.replace("_", ""))
    return node.value


def _zero_led(text: str) -> int | str:
    """``0`` is a number; ``017`` is somebody's identifier and stays as written."""
    return 0 if text.lstrip("+-").strip("0") == "" and len(text.lstrip("+-")) == 1 else text
