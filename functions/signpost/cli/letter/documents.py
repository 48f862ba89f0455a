"""The signed documents in the order in which they are read, with their links to one another."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote

from signpost.cli.letter import tree
from signpost.cli.letter.inline import Goal
from signpost.cli.letter.markdown import Page, read_page, write_page
from signpost.cli.letter.tree import Node

_PARTS = ("strategy", "guidelines", "team", "onboarding", "playbooks")
_OTHER = "pages"
CONFIGURATION = "Targets, responsibilities and voice"
_PICTURES = (".gif", ".jpeg", ".jpg", ".png", ".svg", ".webp")


@dataclass(slots=True)
class Printed:
    """The documents, ready for the typesetter.

    Args:
        blocks: all of them, one after the other.
        labels: path of a file → the label at which it is printed.
        pictures: the typesetter's name of a picture → its bytes.
    """

    blocks: list[Node] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    pictures: dict[str, bytes] = field(default_factory=dict)


def print_documents(files: Mapping[str, bytes], usable: Mapping[str, bytes]) -> Printed:
    """Every text among the files, as blocks.

    Args:
        files: path below `files/` → content.
        usable: the pictures among them that the typesetter can draw.
    """
    printed = Printed()
    texts = {path: _text(data) for path, data in files.items()}
    pages = {
        path: read_page(text)
        for path, text in texts.items()
        if text is not None and path.endswith(".md")
    }
    labels = {path: _labels(number, page) for number, (path, page) in enumerate(pages.items())}
    part = ""
    for path in sorted(pages, key=lambda path: _order(path, texts)):
        if _part(path) != part:
            part = _part(path)
            title: list[Node] = tree.text(part.replace("-", " ").capitalize())
            printed.blocks.append({"k": "heading", "level": 1, "label": "", "body": title})
        around = _Surroundings(path, pages, labels, usable, printed)
        _add_page(printed, path, pages[path], around, labels[path])
    settings = [path for path, text in texts.items() if text is not None and path not in pages]
    if settings:
        body = tree.text(CONFIGURATION)
        printed.blocks.append({"k": "heading", "level": 1, "label": "", "body": body})
    for number, path in enumerate(sorted(settings)):
        label = f"s{number}"
        printed.labels[path] = label
        heading = {"k": "heading", "level": 2, "label": label, "body": tree.text(path)}
        printed.blocks += [heading, tree.lines(texts[path] or "")]
    return printed


def pictures_of(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Files that may be pictures: path → content."""
    return {path: data for path, data in files.items() if path.lower().endswith(_PICTURES)}


def _add_page(
    printed: Printed, path: str, page: Page, around: _Surroundings, labels: Sequence[str]
) -> None:
    printed.labels[path] = labels[0]
    blocks = write_page(page, around, labels[1:])
    starts = bool(blocks) and blocks[0]["k"] == "heading" and blocks[0]["level"] == 2
    heading: Node = blocks.pop(0) if starts else {
        "k": "heading", "level": 2, "label": "", "body": tree.text(posixpath.basename(path))
    }  # fmt: skip
    facts: Node = {"k": "facts", "label": labels[0], "path": path,
                   "body": [tree.lines(page.head)] if page.head.strip() else []}  # fmt: skip
    printed.blocks += [heading, facts, *blocks]


def _labels(number: int, page: Page) -> list[str]:
    """Labels of the page and of its headings; none of them is made of a document's words."""
    return [f"p{number}", *(f"p{number}-{index}" for index in range(len(page.anchors)))]


def _text(data: bytes) -> str | None:
    if b"\0" in data:
        return None
    try:
        return data.decode().replace("\r\n", "\n")
    except UnicodeDecodeError:
        return None


def _part(path: str) -> str:
    folders = path.split("/")[:-1]
    return folders[2] if len(folders) > 2 else _OTHER


def _order(path: str, texts: Mapping[str, str | None]) -> tuple[int, str, str, int, str]:
    """By part, and within one as its first page names the others."""
    part = _part(path)
    rank = _PARTS.index(part) if part in _PARTS else len(_PARTS)
    folder, name = posixpath.split(path)
    if name == "index.md":
        return rank, part, folder, -1, name
    first = texts.get(f"{folder}/index.md") or ""
    at = first.rfind(f"({name}")  # an index ends with its list, and mentions pages before
    return rank, part, folder, at if at >= 0 else len(first), name


@dataclass(frozen=True, slots=True)
class _Surroundings:
    path: str
    pages: Mapping[str, Page]
    labels: Mapping[str, Sequence[str]]
    usable: Mapping[str, bytes]
    printed: Printed

    def goal(self, address: str) -> Goal | None:
        """Where a relative address leads; None for one that leads out."""
        target, _, anchor = unquote(address).partition("#")
        if ":" in target or target.startswith("//"):
            return None
        path = self._resolved(target)
        shown = f"{path}#{anchor}" if anchor else path
        page = self.pages.get(path)
        if page is None:
            return Goal("", shown)
        labels = self.labels[path]
        at = page.anchors.index(anchor) + 1 if anchor in page.anchors else 0
        return Goal(labels[at], shown)

    def picture(self, address: str) -> str:
        """The picture's file for the typesetter; empty where it is not to be had."""
        path = self._resolved(unquote(address))
        if path not in self.usable:
            return ""
        name = f"{sorted(self.usable).index(path)}{posixpath.splitext(path)[1].lower()}"
        self.printed.pictures[name] = self.usable[path]
        self.printed.labels.setdefault(path, self.labels[self.path][0])
        return name

    def _resolved(self, target: str) -> str:
        if not target:
            return self.path
        return posixpath.normpath(posixpath.join(posixpath.dirname(self.path), target))
