"""The knowledge in use: content with its indexes, and where it is loaded from."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from pydantic import ValidationError

from hemeline.criteria import Leaf, Lexicon, Tree
from hemeline.errors import KnowledgeError
from hemeline.knowledge.files import content_hash, read_content, refuse
from hemeline.knowledge.schema import Content, Definition, Family, Indication, Source, TherapyEntry
from hemeline.knowledge.schema_parts import Criterion
from hemeline.knowledge.words import lexicon_of, vocabulary_of
from hemeline.version import __version__
from hemeline.vocabulary import Vocabulary


@dataclass(frozen=True, eq=False)
class Knowledge:
    """Dated, sourced content. ``hash`` names it: the same hash and the same record give the same answer."""

    content: Content
    hash: str
    _trees: dict[str, Tree] = field(default_factory=dict, repr=False, compare=False)
    _leaves: dict[Leaf, Leaf] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        return vocabulary_of(self.content)

    @cached_property
    def lexicon(self) -> Lexicon:
        return lexicon_of(self.content, self.vocabulary)

    @cached_property
    def definitions(self) -> Mapping[str, Definition]:
        return {entry.id: entry for entry in self.content.definitions}

    @cached_property
    def sources(self) -> Mapping[str, Source]:
        return {entry.id: entry for entry in self.content.sources}

    @cached_property
    def families(self) -> Mapping[str, Family]:
        return {entry.id: entry for entry in self.content.families}

    @cached_property
    def entries(self) -> Mapping[str, TherapyEntry]:
        return {entry.id: entry for entry in self.content.entries}

    def indications(self) -> Iterator[tuple[TherapyEntry, Indication]]:
        """Every indication, with its therapy."""
        for entry in self.content.entries:
            for indication in entry.indications:
                yield entry, indication

    def tree(self, criterion: Criterion) -> Tree:
        """The parsed tree of a criterion of this knowledge (parsed once: content never changes)."""
        key = repr(criterion)
        if key not in self._trees:
            self._trees[key] = self._shared(self.lexicon.parse(criterion))
        return self._trees[key]

    def _shared(self, tree: Tree) -> Tree:
        """The tree with equal leaves the same object as in every other: they are looked up very often, and so are found at once."""
        if isinstance(tree, Leaf):
            return self._leaves.setdefault(tree, tree)
        return replace(tree, parts=tuple(map(self._shared, tree.parts)))


def default_folder() -> Path:
    """Where the knowledge lies: inside the installed package, or beside the source tree."""
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "content", package.parent.parent / "knowledge"):
        if folder.is_dir():
            return folder
    raise KnowledgeError("knowledge: no folder found; give one with --knowledge")


def load_knowledge(folder: Path | str | None = None, *, cache: Path | None = None) -> Knowledge:
    """Load the knowledge.

    ``folder`` holds the YAML files (default: the knowledge shipped with the package). ``cache`` is a folder for a
    checked copy that loads ten times faster; its name is the content's hash and the version of this package, so a changed file is
    always read anew, and so is what another version checked.
    Raises :class:`KnowledgeError` with file, line and the nearest right word if anything in it breaks a rule.
    """
    folder = Path(folder) if folder else default_folder()
    if not folder.is_dir():
        raise KnowledgeError(f"{folder}: expected a folder of YAML files")
    digest = content_hash(folder)
    copy = cache / f"knowledge-{__version__}-{digest}.json" if cache else None
    if copy and copy.is_file():
        with contextlib.suppress(ValidationError, OSError):
            return Knowledge(Content.model_validate_json(copy.read_bytes()), digest)
    from hemeline.knowledge.check import faults_between  # not needed for a checked copy

    content, marks = read_content(folder)
    refuse(faults_between(content, marks))
    if copy:
        _write_copy(copy, content)
    return Knowledge(content, digest)


def _write_copy(copy: Path, content: Content) -> None:
    """Write the checked copy in one move, so that a half-written one is never read; where it cannot be, do without."""
    with contextlib.suppress(OSError):
        copy.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=copy.parent, delete=False) as part:
            part.write(content.model_dump_json(by_alias=True, exclude_defaults=True).encode())
        Path(part.name).replace(copy)
