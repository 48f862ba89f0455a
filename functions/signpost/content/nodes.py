"""YAML text to nodes with positions, refusing what could do harm before anything is built.

One pass over the parser's events. A scalar's value stays text, whatever it looks like; every node
knows where it begins. Nothing is resolved or constructed: `2026-12-01`, `on` and `1e5` stay what
the author wrote. Front matter of nothing but plain lines is read without the parser.
"""

from __future__ import annotations

import re
from typing import Any, NoReturn, Protocol

from signpost.checks.rules.yaml_hostile import MAX_BYTES, RULE
from signpost.domain.diagnostics import Span
from signpost.errors import ContentError


class Mark(Protocol):
    """A place in a text, all counted from 0; `index` in code points."""

    line: int
    column: int
    index: int


class Items:
    """A list of nodes."""

    __slots__ = ("items", "start_mark")

    def __init__(self, start_mark: Mark) -> None:
        self.start_mark = start_mark
        self.items: list[Node] = []


class Pairs:
    """A mapping: `items` holds key, value, key, value …, in the order of the file."""

    __slots__ = ("items", "start_mark")

    def __init__(self, start_mark: Mark) -> None:
        self.start_mark = start_mark
        self.items: list[Any] = []  # keys are scalars, values any node


class Scalar:
    """A text, and the mark where it begins.

    Args:
        style: empty where it is written without quotation marks.
        line, column, index: see `Mark`.
        end: the place behind it, in code points.
    """

    __slots__ = ("column", "end", "index", "line", "style", "value")

    def __init__(
        self, value: str, style: str | None, line: int, column: int, index: int, end: int
    ) -> None:
        self.value = value
        self.style = style
        self.line = line
        self.column = column
        self.index = index
        self.end = end

    @property
    def start_mark(self) -> Mark:
        """Where it begins."""
        return self


Node = Scalar | Items | Pairs


def is_plain(node: Scalar) -> bool:
    """Whether the scalar is written without quotation marks."""
    return not node.style


def parse(text: str, path: str, first_line: int = 1, start: int = 0) -> Node | None:
    """The root node of one YAML document; None where it is empty.

    Args:
        text: at most `MAX_BYTES` of UTF-8.
        path: of the file, for findings.
        first_line: the file's line on which `text` begins.
        start: its place in the file, in code points.

    Raises:
        ContentError: tabs (FIL604), or with a YML503 finding: alias, anchor, tag, directive, duplicate key, a key
            that is no text, too long, too deep, a second document, or not YAML at all.
    """
    if len(text) > MAX_BYTES // 4 and len(text.encode()) > MAX_BYTES:
        refuse(
            path,
            first_line,
            1,
            f"The YAML here has more than {MAX_BYTES:,} bytes; Signpost reads no more.",
            "Split the file.",
        )
    simple = simple_lines(text)
    if simple is not None:
        return simple
    from signpost.content.yaml_parser import parse_events  # the parser; most runs do without

    return parse_events(text, path, first_line, start)


_ODD = re.compile("[^ -~\n\u00a1-\u1fff\u2010-\u2027\u2030-\u205e]")
_WORDS = re.compile(r"\[[A-Za-z0-9][\w./-]*(?:, [A-Za-z0-9][\w./-]*)*\]", re.ASCII)
_LONGEST_KEY = 64


def simple_lines(text: str) -> Pairs | None:
    """The nodes of a text that has only lines `key: value` and `key: [word, word]`; None of others.

    Most front matter is such; the parser would make two marks and an event of each word, which
    takes three times as long. Whatever might mean something else to YAML is left to the parser.
    """
    lines = plain_lines(text)
    if lines is None:
        return None
    root = Pairs(Scalar("", "", 0, 0, 0, 0))
    keys = set()
    index = 0
    for number, line in enumerate(lines):
        key, _, value = line.partition(": ")
        if not key.isidentifier() or not key.isascii() or len(key) > _LONGEST_KEY:
            return None
        column = len(key) + 2
        node = plain_value(value, number, column, index + column)
        if node is None:
            return None
        root.items += (Scalar(key, "", number, 0, index, index + len(key)), node)
        keys.add(key)
        index += len(line) + 1
    return root if len(keys) == len(lines) else None


def plain_lines(text: str) -> list[str] | None:
    """The lines of a text in which nothing goes over the end of a line; None of others."""
    # In a plain value a colon or a sharp ends it only beside a blank.
    if " #" in text or ":\n" in text or " \n" in text or text[-1:] != "\n":
        return None
    if text.isascii():
        if not text.replace("\n", "").isprintable():
            return None
    elif _ODD.search(text):
        return None
    lines = text.split("\n")
    del lines[-1]
    return lines if text.count(": ") == len(lines) else None


def plain_value(value: str, line: int, column: int, index: int) -> Scalar | Items | None:
    """What stands behind the key of such a line; None where it may mean something else to YAML.

    Args:
        line, column, index: its place; see `Mark`.
    """
    first = value[:1]
    if first.isalnum() and first.isascii():
        return Scalar(value, "", line, column, index, index + len(value))
    if not _WORDS.fullmatch(value):
        return None
    words = Items(Scalar("", "", line, column, index, index))
    before = 1  # the bracket, or the comma and the blank
    for word in value[1:-1].split(", "):
        begin, end = index + before, index + before + len(word)
        words.items.append(Scalar(word, "", line, column + before, begin, end))
        before += len(word) + 2
    return words


def refuse(path: str, line: int, column: int, cause: str, remedy: str) -> NoReturn:
    """Say what is refused.

    Raises:
        ContentError: always, with that finding.
    """
    raise ContentError([RULE.at(Span(path, line, column), cause, remedy)])
