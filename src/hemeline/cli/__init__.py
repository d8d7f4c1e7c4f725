"""The command line: a thin layer over the public functions."""

from hemeline.cli.app import main

__all__ = ["main"]
