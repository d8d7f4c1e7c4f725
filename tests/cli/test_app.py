"""How every command ends: exit codes, errors of one line, and pipes that break."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hemeline.cli.app import app, main
from hemeline.version import __version__
from tests.cli.running import AS_OF, EXAMPLE, Ran, Run, saved
from tests.knowledge.copies import WAXUMAB, edited

PROGRAM = [sys.executable, "-c", "from hemeline.cli import main; main()"]


@pytest.fixture
def faulty() -> Iterator[str]:
    """A command with a fault, whose error holds a patient's value."""

    def fault() -> None:
        raise ZeroDivisionError("Secretname")

    app.command("fault")(fault)
    yield "fault"
    app.registered_commands.pop()


# -- exit codes --------------------------------------------------------------------------------------------------------


def test_what_is_done_ends_with_0_and_says_nothing_on_standard_error(run: Run) -> None:
    ran = run("assess", EXAMPLE, *AS_OF)
    assert (ran.code, ran.err) == (0, "")


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ([EXAMPLE, "--region", "UKK"], 'unknown region "UKK" (did you mean UK?); expected one of US, EU, UK'),
        ([EXAMPLE, "--region", "Atlantis"], 'unknown region "Atlantis"; expected one of US, EU, UK'),
        ([EXAMPLE, "--as-of", "2026-02-30"], '"2026-02-30" is not a day; expected YYYY-MM-DD'),
        ([EXAMPLE, "--as-of", "2026-02"], '"2026-02" is not a day; expected YYYY-MM-DD'),
        ([EXAMPLE, "--as-of", "20260205"], '"20260205" is not a day; expected YYYY-MM-DD'),
        ([EXAMPLE, "--as-of", ""], '"" is not a day; expected YYYY-MM-DD'),
        ([EXAMPLE, "--patient", "nobody"], f"{EXAMPLE}: no patient has the id given with --patient"),
    ],
)
def test_a_wrong_argument_ends_with_2_and_one_line(arguments: list[object], line: str, run: Run) -> None:
    assert run("assess", *arguments) == Ran(2, "", f"hemeline: {line}\n")


@pytest.mark.parametrize(
    "arguments", [["asses"], ["assess"], ["assess", EXAMPLE, "--formt", "json"], ["assess", EXAMPLE, "--format", "jsn"]]
)
def test_a_wrong_use_of_a_command_ends_with_2_and_points_to_the_help(arguments: list[object], run: Run) -> None:
    ran = run(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert "--help' for help" in ran.err and "Error: " in ran.err


@pytest.mark.parametrize("command", [["assess", EXAMPLE], ["knowledge", "list"], ["explain", "CR"]])
def test_invalid_knowledge_ends_with_3_and_one_line_that_names_its_place(command: list[object], run: Run, tmp_path: Path) -> None:
    folder = edited(tmp_path, WAXUMAB, "kind: drug", "kind: drag")
    ran = run(*command, "--knowledge", folder)
    assert (ran.code, ran.out, ran.err.count("\n")) == (3, "", 1)
    assert ran.err.startswith(f'hemeline: {folder.name}/{WAXUMAB}:4: kind: unknown word "drag" (did you mean drug?)')


def test_missing_knowledge_ends_with_3(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "none"
    assert run("assess", EXAMPLE, "--knowledge", folder) == Ran(3, "", f"hemeline: {folder}: expected a folder of YAML files\n")


def test_an_unreadable_record_ends_with_4_and_one_line(run: Run, tmp_path: Path) -> None:
    assert run("assess", saved(tmp_path / "r.json", "[")).code == 4


def test_strict_ends_with_0_where_everything_was_understood(run: Run) -> None:
    assert run("assess", EXAMPLE, *AS_OF, "--strict").code == 0


@pytest.mark.parametrize("command", [["assess"], ["convert", "to.json"]])
def test_strict_ends_with_5_where_something_was_not_understood_and_does_its_work(
    command: list[str], run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    file = saved(tmp_path / "r.json", {"patient": {"id": "p", "name": "x"}, "facts": []})
    name, *more = command
    ran = run(name, file, *more, "--strict")
    assert ran.code == 5
    assert ran.err.endswith("hemeline: 1 thing was not understood, as listed\n")
    assert ran.out or (tmp_path / "to.json").is_file()


def test_a_fault_of_the_program_ends_with_70_and_shows_nothing_of_the_record(faulty: str, run: Run) -> None:
    line = "a fault of this program (ZeroDivisionError); please report it, with the output of hemeline --debug"
    assert run(faulty) == Ran(70, "", f"hemeline: {line}\n")


def test_debug_shows_where_a_fault_came_from(faulty: str) -> None:
    with pytest.raises(ZeroDivisionError):
        main(["--debug", faulty])


# -- help and version --------------------------------------------------------------------------------------------------


def test_the_version_is_that_of_the_package(run: Run) -> None:
    assert run("--version") == Ran(0, f"hemeline {__version__}\n", "")


def test_the_package_can_be_run_as_the_command() -> None:
    told = subprocess.run([sys.executable, "-m", "hemeline", "--version"], check=True, capture_output=True, text=True)
    assert told.stdout == f"hemeline {__version__}\n"


def test_the_help_names_every_command_and_every_exit_code(run: Run) -> None:
    said = run("--help").out
    for word in ("assess", "why", "whatif", "leaflet", "convert", "summary", "schema", "explain", "knowledge"):
        assert f"\n  {word} " in said
    for code in ("0 done", "2 usage", "3 knowledge", "4 record", "5 not", "70 a fault"):
        assert code in said


@pytest.mark.parametrize(
    "command", [["assess"], ["why"], ["whatif"], ["leaflet"], ["convert"], ["summary"], ["schema"], ["explain"], ["knowledge", "diff"]]
)
def test_every_command_has_a_help(command: list[str], run: Run) -> None:
    ran = run(*command, "--help")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("Usage: ")


def test_the_help_loads_neither_the_engine_nor_the_knowledge() -> None:
    """That takes a second; help comes at once."""
    script = (
        "import sys\nfrom hemeline.cli import main\ntry:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "print(sorted({'polars', 'numpy', 'pydantic', 'jinja2', 'ruamel.yaml', 'hemeline.api'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


# -- standard output ---------------------------------------------------------------------------------------------------


def program(cache: Path, *arguments: object, **more: str) -> subprocess.Popen[str]:
    """The program as a process of its own."""
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache), **more}
    command = [*PROGRAM, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)


def test_a_reader_that_has_gone_is_no_fault(cache: Path) -> None:
    with program(cache, "knowledge", "show", "blinatumomab") as process:
        assert process.stdout and process.stderr
        process.stdout.close()  # as of head, which has read enough
        said = process.stderr.read()
    assert (process.returncode, said) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
def test_standard_output_to_a_full_disk_ends_with_2_and_one_line(cache: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*PROGRAM, "schema", "record"], stdout=full, stderr=subprocess.PIPE, text=True, check=False, env={**os.environ}
        )
    assert (done.returncode, done.stderr) == (2, "hemeline: standard output: cannot be written (No space left on device)\n")


@pytest.mark.skipif(os.name != "posix", reason="only a POSIX shell closes them so")
@pytest.mark.parametrize(
    ("command", "closed", "code"), [("assess no.yaml", "2>&-", 4), ("schema record", ">&-", 2), ("schema record", ">&- 2>&-", 2)]
)
def test_closed_outputs_leave_the_exit_code(command: str, closed: str, code: int) -> None:
    program = f"{shlex.join(PROGRAM)} {command} {closed}"
    assert subprocess.run(["sh", "-c", program], check=False, stderr=subprocess.DEVNULL).returncode == code


def test_a_terminal_without_our_signs_shows_their_numbers(cache: Path) -> None:
    with program(cache, "assess", EXAMPLE, *AS_OF, PYTHONIOENCODING="ascii") as process:
        out, err = process.communicate()
    assert (process.returncode, err) == (0, "")
    assert "\\u2713 possible" in out
