"""Reading the YAML files under ``knowledge/`` strictly: every fault with its file, its line and the nearest right word."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
from pydantic import BaseModel, ValidationError

from hemeline.errors import KnowledgeError, did_you_mean
from hemeline.knowledge.schema import Content, TherapyEntry
from hemeline.yaml import Document, YamlFault, read_yaml

Where = tuple[str | int, ...]
_QUOTED = re.compile(r"'([^']+)'")


@dataclass(frozen=True, order=True)
class Fault:
    """Something wrong in the knowledge."""

    file: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}"


def refuse(faults: list[Fault]) -> None:
    """Raise :class:`KnowledgeError` on the first fault, saying how many more there are."""
    if faults:
        more = f" (and {len(faults) - 1} more: hemeline knowledge check)" if len(faults) > 1 else ""
        raise KnowledgeError(f"{min(faults)}{more}")


@dataclass(frozen=True)
class Marks:
    """Where each entry stands: ``(kind, position in the content)`` to its file, document and path."""

    places: dict[tuple[str, int], tuple[str, Document, Where]] = field(default_factory=dict)

    def fault(self, kind: str, position: int, path: Where, what: str) -> Fault:
        """A fault at ``path`` within an entry."""
        file, document, start = self.places[kind, position]
        return Fault(file, document.line((*start, *path)), what)


def yaml_files(folder: Path) -> list[Path]:
    """The YAML files of a knowledge folder, in a fixed order."""
    return sorted(folder.rglob("*.yaml"))


def content_hash(folder: Path) -> str:
    """A hash of every file's path and bytes: the same knowledge has the same hash anywhere."""
    digest = hashlib.sha256()
    for file in yaml_files(folder):
        digest.update(file.relative_to(folder).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def read_content(folder: Path) -> tuple[Content, Marks]:
    """Read and validate all files. Raises :class:`KnowledgeError` on the first fault of the first faulty file."""
    gathered: dict[str, list[Any]] = {}
    marks = Marks()
    faults: list[Fault] = []
    for file in yaml_files(folder):
        shown = f"knowledge/{file.relative_to(folder).as_posix()}"
        try:
            document = read_yaml(file.read_text(encoding="utf-8"))
        except (YamlFault, UnicodeDecodeError) as fault:
            line, what = (fault.line, fault.what) if isinstance(fault, YamlFault) else (1, "not UTF-8 text")
            raise KnowledgeError(f"{shown}:{line}: {what}") from None
        faults += _faults_of(document, shown)
        refuse(faults)
        for kind, entry, path in _entries(document):
            marks.places[kind, len(gathered.setdefault(kind, []))] = (shown, document, path)
            gathered[kind].append(entry)
    return Content.model_validate_json(orjson.dumps(gathered)), marks


def _entries(document: Document) -> Iterator[tuple[str, Any, Where]]:
    """``(kind, entry, path)`` for each entry of a file: a therapy with indications, or lists by kind."""
    data = document.data or {}
    if "indications" in data:
        yield "entries", data, ()
        return
    for kind, listed in data.items():
        for position, entry in enumerate(listed):
            yield kind, entry, (kind, position)


def _faults_of(document: Document, shown: str) -> list[Fault]:
    model: type[BaseModel] = TherapyEntry if isinstance(document.data, Mapping) and "indications" in document.data else Content
    try:
        model.model_validate_json(orjson.dumps(document.data if document.data is not None else {}))
    except ValidationError as error:
        return [_fault(detail, document, shown, model) for detail in error.errors()]
    return []


def _fault(detail: Any, document: Document, shown: str, model: type[BaseModel]) -> Fault:
    path = tuple(part for part in detail["loc"] if part != "[key]")
    what = detail["msg"].removeprefix("Value error, ")
    if detail["type"] == "extra_forbidden":
        what = f'unknown key "{path[-1]}"{did_you_mean(str(path[-1]), _keys_beside(path, model))}'
    elif detail["type"] == "missing":
        what = f'"{path[-1]}" is missing'
    elif detail["type"] == "literal_error":
        words = _QUOTED.findall(detail["ctx"]["expected"])
        what = (
            f'{path[-1]}: unknown word "{detail["input"]}"{did_you_mean(str(detail["input"]), words)}; expected one of {", ".join(words)}'
        )
    elif path:
        what = f"{path[-1]}: {what}"
    return Fault(shown, document.line(path), what)


def _keys_beside(path: Where, model: type[BaseModel]) -> list[str]:
    """The keys the schema knows where an unknown one stood; a key of a free mapping (a region) leads to what it holds."""
    current: type[BaseModel] | None = model
    for part in path[:-1]:
        found = next((f for name, f in current.model_fields.items() if part in (name, f.alias)), None) if current else None
        current = _model_within(found.annotation) if found else current
    return [f.alias or name for name, f in current.model_fields.items()] if current else []


def _model_within(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in getattr(annotation, "__args__", ()):
        found = _model_within(part)
        if found:
            return found
    return None
