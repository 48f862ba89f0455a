"""Of what pages are made, so that a few of them show all that there is to see."""

from __future__ import annotations

from collections.abc import Iterable
from html.parser import HTMLParser
from pathlib import Path

_CHECKED = ("class", "role", "type")
"""Attributes that tell one thing from another, for looks or for who uses a screen reader."""


class _Reader(HTMLParser):
    """Collects the kinds of elements of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()
        self._within = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element of the text."""
        self._within = self._within or tag == "article"
        if self._within:
            said = [f"{name}={value}" for name, value in attrs if name in _CHECKED]
            self.found.add(" ".join([tag, *said]))

    def handle_endtag(self, tag: str) -> None:
        """Note where the text ends."""
        self._within = self._within and tag != "article"


def constructs(file: Path) -> set[str]:
    """The kinds of elements in a page's text."""
    reader = _Reader()
    reader.feed(file.read_text(encoding="utf-8"))
    return reader.found


def few_with_all(folder: Path, seen: Iterable[str]) -> list[str]:
    """Addresses of pages that, with those that are seen anyway, have every construct there is.

    Args:
        folder: of a brand's built versions.
        seen: addresses below it.
    """
    pages = {
        file.parent.relative_to(folder).as_posix() + "/": constructs(file)
        for file in sorted(folder.glob("*/**/index.html"))
    }
    rest = set().union(*pages.values()).difference(*(pages[path] for path in seen))
    chosen = []
    while rest:
        best = max(pages, key=lambda path: len(pages[path] & rest))
        chosen.append(best)
        rest -= pages[best]
    return chosen
