"""YAML text to nodes with positions, refusing what could do harm before anything is built.

One pass over the parser's events. A scalar's value stays text, whatever it looks like; every node
knows where it begins. Nothing is resolved or constructed: `2026-12-01`, `on` and `1e5` stay what
the author wrote. Front matter of nothing but plain lines is read without the parser.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NoReturn, Protocol

import yaml
from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from signpost.checks.rules import file_tab
from signpost.checks.rules.yaml_hostile import MAX_BYTES, MAX_DEPTH, RULE
from signpost.domain.diagnostics import Span
from signpost.errors import ContentError

try:
    from yaml import CSafeLoader as Parser
except ImportError:  # PyYAML built without libyaml: slower, the same events
    from yaml import SafeLoader as Parser  # type: ignore[assignment]  # the same interface in Python


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
        _refuse(
            path,
            first_line,
            1,
            f"The YAML here has more than {MAX_BYTES:,} bytes; Signpost reads no more.",
            "Split the file.",
        )
    simple = simple_lines(text)
    if simple is not None:
        return simple
    parser = None
    try:
        parser = Parser(text)
        return _read(parser.get_event, path, first_line)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line, mark.column + 1) if mark else (0, 1)
        if "\t" in text:
            at = Span(path, first_line)
            tabs = file_tab.findings(text, (line, column - 1), at, start, _parses)
            if tabs:
                raise ContentError(tabs) from error
        from signpost.content.yaml_words import in_words  # few files need it

        problem = error.problem or error.context or "malformed"
        said = in_words(text, problem, error.problem_mark, error.context_mark)
        _refuse(path, first_line + said.line, said.column + 1, said.cause, said.remedy)
    except yaml.YAMLError:  # the C parser names its byte only
        line, column = _bad_character(text)
        cause = "There is a control character here, which YAML does not take."
        remedy = "Delete it; an editor may not show it."
        _refuse(path, first_line + line, column, cause, remedy)
    finally:
        if parser is not None:
            parser.dispose()


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


def _parses(text: str) -> bool:
    """Whether a text is YAML that is not refused."""
    try:
        parse(text, "")
    except ContentError:
        return False
    return True


# One loop, not a function an event: calls would cost a third of the time of reading a file.
def _read(event: Callable[[], Any], path: str, first_line: int) -> Node | None:  # noqa: C901, PLR0912 - one pass, one case an event
    event()  # the stream begins
    start = event()
    if type(start) is StreamEndEvent:
        return None
    if start.version or start.tags:
        _at(
            start,
            path,
            first_line,
            "Signpost refuses YAML directives, lines that begin with `%`.",
            "Delete the line.",
        )
    top: list[Any] = []  # what the root goes into
    root = top
    stack: list[tuple[Items | Pairs, list[Any]]] = []
    while True:
        node = event()
        kind = type(node)
        if kind is ScalarEvent:
            if node.anchor is not None or node.tag is not None:
                _anchor_or_tag(node, path, first_line)
            mark = node.start_mark
            top.append(
                Scalar(
                    node.value,
                    node.style,
                    mark.line,
                    mark.column,
                    mark.index,
                    node.end_mark.index,
                )
            )
        elif kind is MappingStartEvent or kind is SequenceStartEvent:
            if node.anchor is not None or node.tag is not None:
                _anchor_or_tag(node, path, first_line)
            if len(stack) == MAX_DEPTH:
                _at(
                    node,
                    path,
                    first_line,
                    f"Lists and mappings lie more than {MAX_DEPTH} levels deep in each other here; Signpost reads no deeper.",
                    "Nest them less: nothing in Signpost needs so many.",
                )
            inner = (Pairs if kind is MappingStartEvent else Items)(node.start_mark)
            top.append(inner)
            stack.append((inner, top))
            top = inner.items
        elif kind is MappingEndEvent:
            _check_keys(top[::2], path, first_line)
            _, top = stack.pop()
        elif kind is SequenceEndEvent:
            _, top = stack.pop()
        elif kind is AliasEvent:
            _at(
                node,
                path,
                first_line,
                f"Signpost refuses YAML aliases, such as `*{node.anchor[:60]}` here.",
                "Write the value out; put quotation marks around a text that begins with `*`.",
            )
        elif kind is DocumentEndEvent:
            break
    after = event()
    if type(after) is not StreamEndEvent:
        _at(
            after,
            path,
            first_line,
            "A second YAML document begins here; a file holds one.",
            "Delete the line `---` or `...`, or all below it.",
        )
    return root[0] if root else None


def _check_keys(keys: list[Any], path: str, first_line: int) -> None:
    try:
        if len({key.value for key in keys}) == len(keys):
            return
    except AttributeError:  # a list or mapping as key
        pass
    seen = set()
    for key in keys:
        if type(key) is not Scalar:
            _at(
                key,
                path,
                first_line,
                "A list or mapping stands here as a key; Signpost takes only a word.",
                "Write `key: value`; put quotation marks around a value that begins with `[` or `{`.",
            )
        if key.value in seen:
            cause = f"The key `{key.value[:60]}` stands here a second time."
            _at(key, path, first_line, cause, "Keep one of the two.")
        seen.add(key.value)


def _anchor_or_tag(node: Any, path: str, first_line: int) -> NoReturn:
    if node.anchor is not None:
        cause = f"Signpost refuses YAML anchors, such as `&{node.anchor[:60]}` here."
        _at(
            node,
            path,
            first_line,
            cause,
            "Delete it; put quotation marks around a text that begins with `&`.",
        )
    _at(
        node,
        path,
        first_line,
        f"Signpost refuses YAML tags, such as `{node.tag[:60]}` here.",
        "Delete it; put quotation marks around a text that begins with `!`.",
    )


def _at(node: Any, path: str, first_line: int, cause: str, remedy: str) -> NoReturn:
    mark: Mark = node.start_mark
    _refuse(path, first_line + mark.line, mark.column + 1, cause, remedy)


def _refuse(path: str, line: int, column: int, cause: str, remedy: str) -> NoReturn:
    raise ContentError([RULE.at(Span(path, line, column), cause, remedy)])


def _bad_character(text: str) -> tuple[int, int]:
    """Line (from 0) and column (from 1) of the first character that YAML forbids."""
    match = yaml.reader.Reader.NON_PRINTABLE.search(text)
    at = match.start() if match else 0
    return text.count("\n", 0, at), at - text.rfind("\n", 0, at)
