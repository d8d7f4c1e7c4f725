"""Pages of the knowledge as tests read them: their elements with attributes, and their words."""

from __future__ import annotations

import posixpath
from html.parser import HTMLParser
from urllib.parse import unquote

_VOID = {"meta", "link", "br", "col", "input"}


class Page(HTMLParser):
    """The elements of a page with their attributes, and the text within them."""

    def __init__(self, file: str, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.file = file
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def names(self) -> list[str]:
        """The ids on the page."""
        return [attributes["id"] for _, attributes in self.elements if "id" in attributes]

    def links(self) -> set[tuple[str, str]]:
        """Where the page leads to within the folder: file and name on that page."""
        found = set()
        for tag, attributes in self.elements:
            for name in ("href", "src", "action"):
                address = attributes.get(name)
                if address is not None and not address.startswith(("https://", "http://")):
                    file, _, part = address.partition("#")
                    target = posixpath.normpath(posixpath.join(posixpath.dirname(self.file), unquote(file))) if file else self.file
                    found.add((target, part))
                    assert tag in ("a", "link", "script", "form"), tag
        return found

    def files(self) -> set[str]:
        """The other files that the page leads to."""
        return {file for file, _ in self.links()}
