"""The commands, and what happens when something goes wrong."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Annotated

import typer

from hemeline.cli import assessing, cohorts, knowing, recording
from hemeline.errors import HemelineError
from hemeline.version import __version__

app = typer.Typer(
    name="hemeline",
    help=(
        "From a patient's dated facts to the course, the options in force in a region on a day, what is missing and what comes next, "
        "in relapsed and refractory blood cancers. It lists options and reasons; it never says what to do. Not a medical device."
    ),
    epilog=(
        "Exit codes: 0 done; 2 usage; 3 knowledge invalid; 4 record unreadable; 5 not understood (--strict); 70 a fault of this program."
    ),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
assessing.register(app)
recording.register(app)
cohorts.register(app)
knowing.register(app)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"hemeline {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[bool, typer.Option("--version", help="Show the version.", callback=_version, is_eager=True)] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show where in the program an error came from.")] = False,
) -> None:
    _Debug.on = debug


class _Debug:
    on = False


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line (``arguments``, or those of the process).

    An error is one line on standard error, with the exit code of its class.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that knows no such sign shows its number
    try:
        app(arguments)
    except HemelineError as error:
        _fail(str(error), error.exit_code)
    except KeyboardInterrupt:
        _fail("interrupted", 130)
    except OSError as error:
        _fail(f"{error.filename or 'standard output'}: {error.strerror or type(error).__name__}", 2)
    except Exception as error:
        if _Debug.on:
            raise
        _fail(f"a fault of this program ({type(error).__name__}); please report it, with the output of hemeline --debug", 70)


def _fail(message: str, code: int) -> None:
    with suppress(OSError, AttributeError):  # where standard error is closed or full, the exit code alone tells
        sys.stderr.write(f"hemeline: {message.splitlines()[0] if message else 'an error'}\n")
    sys.exit(code)
