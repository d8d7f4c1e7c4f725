"""Writing files whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import polars as pl

from hemeline.errors import UsageError


@contextmanager
def whole(*targets: Path) -> Iterator[tuple[Path, ...]]:
    """Paths to write instead of ``targets``: they take the targets' places when all is written, and vanish if anything fails.

    Raises :class:`UsageError` where a target cannot be written. What is no regular file (a terminal, a pipe) is written directly.
    """
    parts: list[Path] = []
    try:
        for target in targets:
            parts.append(_part(target))  # noqa: PERF401 - those made before one fails must vanish too
        yield tuple(parts)
        for part, target in zip(parts, targets, strict=True):
            if part != target:
                part.replace(target.resolve())
    except (OSError, pl.exceptions.PolarsError) as fault:
        why = getattr(fault, "strerror", None) or "is the disk full?"
        raise UsageError(f"{targets[0]}: cannot be written ({why})") from None
    finally:
        for part, target in zip(parts, targets, strict=False):
            if part != target:
                with suppress(OSError):  # what could not be made need not vanish
                    part.unlink(missing_ok=True)


def _part(target: Path) -> Path:
    """A name beside the file that is really meant, so that a link stays a link and the last move stays within one disk."""
    meant = target.resolve()
    special = meant.exists() and not meant.is_file() and not meant.is_dir()
    if special:
        return target
    part = meant.with_name(f".part-{os.getpid()}-{meant.name}")
    part.touch()  # says better than the writers of tables why nothing can be written there
    return part
