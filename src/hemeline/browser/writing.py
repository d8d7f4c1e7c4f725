"""Writing the pages into a folder of their own."""

from __future__ import annotations

import re
from pathlib import Path

from hemeline.browser.pages import pages
from hemeline.errors import UsageError
from hemeline.knowledge import Knowledge

_LIST = "pages.txt"  # names what was written, so that a later run may replace it, and nothing else
_OURS = re.compile(r"(?:[a-z]+/)?[a-z0-9][a-z0-9._~-]*\.(?:html|css|js)")


def write_browser(knowledge: Knowledge, folder: Path) -> int:
    """Write every page below ``folder`` and return how many there are.

    Pages of an earlier run that are no more are taken away. Raises :class:`UsageError` for a folder that holds anything else.
    """
    earlier = _earlier(folder)
    written = dict(pages(knowledge))
    for part in {Path(name).parent for name in written}:
        (folder / part).mkdir(parents=True, exist_ok=True)
    (folder / _LIST).write_text("".join(f"{name}\n" for name in sorted({*written, *earlier})), encoding="utf-8")
    for name, text in written.items():
        (folder / name).write_text(text, encoding="utf-8")
    for name in earlier - written.keys():
        (folder / name).unlink(missing_ok=True)
    (folder / _LIST).write_text("".join(f"{name}\n" for name in sorted(written)), encoding="utf-8")
    return sum(name.endswith(".html") for name in written)


def _earlier(folder: Path) -> set[str]:
    """The files that an earlier run wrote; a folder that holds other things is left alone."""
    if not folder.exists():
        return set()
    if not folder.is_dir():
        raise UsageError(f"{folder}: expected a folder")
    if (folder / _LIST).is_file():
        listed = (folder / _LIST).read_text(encoding="utf-8").splitlines()
        return {name for name in listed if _OURS.fullmatch(name)}
    if any(folder.iterdir()):
        raise UsageError(f"{folder}: holds other files; give a new or empty folder")
    return set()
