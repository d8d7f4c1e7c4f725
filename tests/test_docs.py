"""What the documentation shows is what happens: Python runs, commands print what stands under them, links lead somewhere.

A console line ``$ hemeline ...`` is run, and what is printed is compared with what follows; ``...`` stands for what is left out. Without
``$``, a line that begins with ``hemeline`` is run and must succeed. A YAML block that begins with ``# some/file.yaml:`` is that file, for
the blocks after it. All of one document runs in one folder with the examples and a copy of the knowledge.
"""

from __future__ import annotations

import doctest
import io
import re
import shlex
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
import typer
from sybil import Document, Example, Sybil
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser
from sybil.typing import Parser

import hemeline
from examples import real_data
from hemeline import api, cli
from hemeline.cli.app import app
from hemeline.cohort.schema import COLUMNS
from hemeline.criteria.features import FEATURES
from hemeline.draw import timeline
from hemeline.knowledge import Knowledge
from hemeline.knowledge.schema import Basis, Definition, Status
from tests.conftest import ROOT, SHARED

DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
NAMED = [pytest.param(one, id=one.name) for one in DOCUMENTS]
# Where docs/real-data.md asks to save the public tables, and under which name they are published.
TABLES = {table.name: table.published for table in real_data.TABLES}
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def shown_as(expected: str) -> re.Pattern[str]:
    """What a printed text must look like: ``...`` alone stands for any lines, within a line for any part of it."""
    lines = [r"(?:.*\n)*" if line == "..." else re.escape(line).replace(r"\.\.\.", ".*") + r"\n" for line in expected.strip().splitlines()]
    return re.compile("".join(lines))


class Console:
    """Runs the commands of console blocks in this process, which has the knowledge loaded quickly after the first."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.patch = monkeypatch
        self.code = 0

    def evaluate(self, example: Example) -> str | None:
        lines = str(example.parsed).splitlines()
        if not any(line.startswith("$ ") for line in lines):
            failed = [line for line in lines if line.startswith("hemeline ") and self.run(line) is not None and self.code]
            return f"these fail: {failed}" if failed else None
        commands = re.split(r"^\$ ", "\n".join(lines), flags=re.MULTILINE)[1:]
        for place, block in enumerate(commands):
            command, _, expected = block.partition("\n")
            printed = self.run(command)
            if not shown_as(expected).fullmatch(f"{printed}\n" if printed else ""):
                return f"{command}\n--- is shown to print\n{expected.strip()}\n--- prints\n{printed}"
            if self.code and not "".join([command, *commands[place + 1 : place + 2]]).startswith((command + "echo $?", "echo $?")):
                return f"{command}\n--- fails with {self.code}, and the document does not say so:\n{printed}"
        return None

    def run(self, command: str) -> str:
        """What a command prints, on both streams, without the spaces at the ends of lines."""
        program, *arguments = shlex.split(command, comments=True)
        if (program, arguments) == ("echo", ["$?"]):
            return str(self.code)
        assert program == "hemeline", f"only hemeline can be run: {command}"
        stream = io.StringIO()
        with self.patch.context() as patch:
            patch.setattr("sys.stdout", stream)
            patch.setattr("sys.stderr", stream)
            patch.setattr("sys.argv", [program])  # the program is called so in its help
            patch.setattr(sys.modules["__main__"], "__package__", "")
            with pytest.raises(SystemExit) as ended:
                cli.main(arguments)
        self.code = int(ended.value.code or 0)
        return "\n".join(line.rstrip() for line in stream.getvalue().strip().splitlines())


def write_named(example: Example) -> None:
    """A YAML block that begins with its name is that file."""
    name = re.match(r"# (\S+\.yaml):", str(example.parsed))
    if name:
        path = Path(name[1])
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(str(example.parsed), encoding="utf-8")


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The user's cache, for the time of these tests."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def console(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Console:
    """A working folder as the documentation supposes it, and a terminal of 110 columns in it."""
    for name in ("examples", "knowledge"):
        shutil.copytree(ROOT / name, tmp_path / name)
    for name in ("out", "data", "docs/images"):
        (tmp_path / name).mkdir(parents=True)
    for name, published in TABLES.items():
        if (SHARED / "data" / "patients" / published).is_file():
            (tmp_path / "data" / name).symlink_to(SHARED / "data" / "patients" / published)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    monkeypatch.setenv("COLUMNS", "110")
    return Console(monkeypatch)


def parsed(path: Path, console: Console) -> Document:
    """A document with everything in it that can be run."""
    parsers: list[Parser] = [
        PythonCodeBlockParser(doctest_optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE),
        CodeBlockParser(language="console", evaluator=console.evaluate),
        CodeBlockParser(language="yaml", evaluator=write_named),
    ]
    return Sybil(parsers=parsers).parse(path)


@pytest.mark.parametrize("path", NAMED)
def test_what_a_document_shows_happens(path: Path, console: Console) -> None:
    text = path.read_text(encoding="utf-8")
    if " data/" in text and not any(Path("data").iterdir()):
        pytest.skip("the public tables are not here (see docs/real-data.md)")
    for example in parsed(path, console).examples():
        example.evaluate()


@pytest.mark.parametrize("path", NAMED)
def test_every_relative_link_leads_somewhere(path: Path) -> None:
    for link in LINK.findall(path.read_text(encoding="utf-8")):
        if not link.startswith(("https://", "http://")):
            file, _, heading = link.partition("#")
            target = path.parent / file if file else path
            assert target.exists(), link
            assert not heading or heading in headings(target), link


def headings(path: Path) -> set[str]:
    """The anchors of a document's headings."""
    found = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in found}


def commands(group: Any, before: str = "") -> Iterator[str]:
    """Every command as it is called."""
    for name, command in group.commands.items():
        yield f"{before}{name}"
        if hasattr(command, "commands"):
            yield from commands(command, f"{before}{name} ")


def test_every_command_has_a_section() -> None:
    sections = headings(ROOT / "docs" / "command-line.md")
    lacking = [name for name in commands(typer.main.get_command(app)) if name.replace(" ", "-") not in sections]
    assert lacking == []


def test_every_public_function_has_a_section() -> None:
    text = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    titles = " ".join(re.findall(r"^## (.+)$", text, flags=re.MULTILINE)).replace(",", "").split()
    assert set(hemeline.__all__) - {"__version__"} <= set(titles)


def test_curators_read_of_every_feature_basis_status_and_kind_of_definition() -> None:
    text = (ROOT / "docs" / "knowledge.md").read_text(encoding="utf-8")
    kinds = get_args(Definition.model_fields["kind"].annotation)
    words = [*FEATURES, *get_args(Basis), *get_args(Status), *kinds]
    assert [word for word in words if not re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text)] == []


def test_every_column_of_a_cohort_is_told_as_in_its_schema() -> None:
    text = (ROOT / "docs" / "cohort-tables.md").read_text(encoding="utf-8")
    told = {
        name: re.findall(r"^\| `(\w+)` \| (\w+) \| (.*) \|$", rows, re.MULTILINE)
        for name, rows in re.findall(r"^## (\w+)\n([^#]*)", text, re.MULTILINE)
    }
    expected = {
        name: [
            (one.name, one.type, f"{one.says}: {', '.join(f'`{word}`' for word in one.words)}" if one.words else one.says)
            for one in columns
        ]
        for name, columns in COLUMNS.items()
    }
    assert told == expected


def test_every_document_can_be_reached_from_the_readme() -> None:
    linked = {ROOT / link for link in LINK.findall((ROOT / "README.md").read_text(encoding="utf-8"))}
    assert set(DOCUMENTS) - {ROOT / "README.md"} <= linked


def test_the_picture_in_the_readme_is_the_one_the_program_draws(knowledge: Knowledge) -> None:
    records = api.read_records(ROOT / "examples" / "records" / "second-relapse.yaml", knowledge)
    (assessment,) = api.assess(records, knowledge, as_of="2026-11-22", region="EU")
    drawn = (ROOT / "docs" / "images" / "timeline.svg").read_text(encoding="utf-8")
    assert drawn.strip() == timeline(assessment).strip(), "draw it again as CONTRIBUTING.md says"


@pytest.mark.parametrize(
    ("block", "fault"),
    [
        ("$ hemeline --version\nhemeline 99\n", "is shown to print"),
        ("$ hemeline assess no-such-file.yaml\n...\n$ echo $?\n0\n", "is shown to print"),
        ("$ hemeline assess no-such-file.yaml\n...\n", "does not say so"),
        ("hemeline assess no-such-file.yaml\n", "these fail"),
    ],
)
def test_a_wrong_console_block_is_found(block: str, fault: str, console: Console, tmp_path: Path) -> None:
    path = tmp_path / "wrong.md"
    path.write_text(f"```console\n{block}```\n", encoding="utf-8")
    (example,) = parsed(path, console).examples()
    with pytest.raises(AssertionError, match=fault):
        example.evaluate()
