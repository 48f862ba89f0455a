"""YAML text to nodes with positions, refusing what could do harm before anything is built.

One pass over the parser's events. A scalar node *is* its event (its value stays text, whatever
it looks like); a list and a mapping keep the mark where they begin. Nothing is resolved or
constructed: `2026-12-01`, `on` and `1e5` stay what the author wrote.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn, Protocol

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


if TYPE_CHECKING:

    class Scalar:
        """A text; `style` is empty where it is written without quotation marks."""

        value: str
        style: str | None
        start_mark: Mark
        end_mark: Mark
else:
    Scalar = ScalarEvent

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
        _refuse(path, first_line, 1, f"More than {MAX_BYTES:,} bytes of YAML.", "Split the file.")
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
        problem = error.problem or error.context or "malformed"
        _refuse(path, first_line + line, column, f"Not YAML: {problem}.", "Correct the line.")
    except yaml.YAMLError as error:  # a control character; the C parser names its byte only
        line, column = _bad_character(text)
        cause = "A control character in YAML." if line else f"Not YAML: {error}."
        _refuse(path, first_line + line, column, cause, "Delete it.")
    finally:
        if parser is not None:
            parser.dispose()


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
        _at(start, path, first_line, "A YAML directive.", "Delete the line.")
    top: list[Any] = []  # what the root goes into
    root = top
    stack: list[tuple[Items | Pairs, list[Any]]] = []
    while True:
        node = event()
        kind = type(node)
        if kind is ScalarEvent:
            if node.anchor is not None or node.tag is not None:
                _anchor_or_tag(node, path, first_line)
            top.append(node)
        elif kind is MappingStartEvent or kind is SequenceStartEvent:
            if node.anchor is not None or node.tag is not None:
                _anchor_or_tag(node, path, first_line)
            if len(stack) == MAX_DEPTH:
                _at(node, path, first_line, f"More than {MAX_DEPTH} levels.", "Write it flatter.")
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
            _at(node, path, first_line, f"The alias `*{node.anchor}`.", "Write it out.")
        elif kind is DocumentEndEvent:
            break
    after = event()
    if type(after) is not StreamEndEvent:
        _at(after, path, first_line, "A second YAML document.", "Keep one.")
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
            _at(key, path, first_line, "A key that is no text.", "Write `key: value`.")
        if key.value in seen:
            cause = f"The key `{key.value[:60]}` stands here a second time."
            _at(key, path, first_line, cause, "Keep one of the two.")
        seen.add(key.value)


def _anchor_or_tag(node: Any, path: str, first_line: int) -> NoReturn:
    if node.anchor is not None:
        cause = f"The anchor `&{node.anchor[:60]}`."
        _at(node, path, first_line, cause, "Write the value out.")
    _at(node, path, first_line, f"The tag `{node.tag[:60]}`.", "Delete it; values are text.")


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
