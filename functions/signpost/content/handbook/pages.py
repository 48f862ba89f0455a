"""Reads the pages of the handbook from disk."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from signpost.content.files import form_findings, has_front_matter, read_text, split
from signpost.content.handbook import markdown
from signpost.content.handbook.keys import PAGE
from signpost.content.nodes import parse
from signpost.content.places import Places as KeyPlaces
from signpost.content.values import Sink, read_mapping
from signpost.domain.diagnostics import Diagnostic, Span
from signpost.domain.handbook import Page
from signpost.errors import ContentError

_ENDING = ".md"


@dataclass(slots=True)
class Shelf:
    """What lies below a docs folder, all paths relative to it, with `/`."""

    pages: dict[str, Page] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)
    findings: list[Diagnostic] = field(default_factory=list)


def read_pages(docs: Path, brands: Collection[str]) -> Shelf:
    """Every page below the docs folder.

    Args:
        brands: ids; a page in a folder of that name belongs to the brand.
    """
    shelf = Shelf()
    for path in _below(docs):
        if not path.endswith(_ENDING):
            shelf.files.add(path)
            continue
        first = path.partition("/")[0]
        try:
            text = read_text(docs / path, path)
        except ContentError as error:
            shelf.findings.extend(error.diagnostics)
            shelf.files.add(path)
            continue
        shelf.findings.extend(form_findings(text, path))
        shelf.pages[path] = read_page(path, text, first if first in brands else "", shelf.findings)
    return shelf


def read_page(path: str, text: str, brand: str, findings: list[Diagnostic]) -> Page:
    """One page.

    Args:
        findings: takes what is wrong with its front matter.
    """
    values, spans = _head(path, text, findings)
    places = markdown.Places(path, text)
    body = _without_head(text)
    heads = markdown.headings(body, places)
    return Page(
        path=path,
        brand=brand,
        text=text,
        title=values.get("title") or "",
        description=values.get("description") or "",
        owner=values.get("owner") or "",
        review_by=values.get("review_by"),
        spans=spans,
        headings=heads,
        anchors=frozenset({head.id for head in heads} | markdown.given_ids(body)),
        links=tuple(markdown.links(body, places, heads)),
        tasks=tuple(markdown.tasks(body, places)),
        parts=tuple(markdown.parts(body, places)),
    )


def _head(
    path: str, text: str, findings: list[Diagnostic]
) -> tuple[dict[str, Any], dict[str, Span]]:
    """Values of the front matter, and where each stands; both empty where it cannot be read."""
    try:
        parted = split(text, path)
        node = parse(parted.head, path, first_line=2, start=parted.head_start)
    except ContentError as error:
        findings.extend(error.diagnostics)
        return {}, {}
    sink = Sink(path, first_line=2)
    places: dict[str, int] = {}
    values = read_mapping(node, PAGE, sink, places)
    findings.extend(sink.findings)
    return values, dict(KeyPlaces(path, 2, places))


def _without_head(text: str) -> str:
    """The text with blanks in place of the front matter, so that places stay what they are."""
    if not has_front_matter(text):
        return text
    end = text.index("\n---", 3) + 4
    return "".join(char if char == "\n" else " " for char in text[:end]) + text[end:]


def _below(docs: Path) -> Iterator[str]:
    """Every file, in order; what begins with a dot is no part of the site."""
    for folder, folders, names in os.walk(docs):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        start = Path(folder).relative_to(docs)
        for name in sorted(names):
            if not name.startswith("."):
                yield (start / name).as_posix()
