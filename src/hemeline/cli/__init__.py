"""The command line: a thin layer over the public functions."""

from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; see :func:`hemeline.cli.app.main`. It loads only now: the processes that a command starts do not need it."""
    from hemeline.cli import app

    app.main(arguments)


__all__ = ["main"]
