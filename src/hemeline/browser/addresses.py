"""Where each entry has its page: a file name that is the same on every disk, and links that work from a folder."""

from __future__ import annotations

import re
from typing import Literal

Kind = Literal["therapy", "option", "definition", "topic", "source", "disease", "class"]
_OTHER = re.compile(r"[^a-z0-9.-]")


def file_of(kind: Kind, identifier: str) -> str:
    """The file of an entry below the folder. Two identifiers never share a file, even where case does not count."""
    name = _OTHER.sub(lambda found: "_" if found[0] == "/" else f"~{ord(found[0]):02x}", identifier)
    return f"{kind}/{name}.html"


def safe_address(url: str | None) -> str | None:
    """An address of the web, or nothing: no other kind of address becomes a link."""
    return url if url and url.startswith(("https://", "http://")) else None
