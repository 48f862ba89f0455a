"""The YAML parser's events to nodes; the way for all that is no plain lines.

A module of its own, because loading the parser takes as long as reading hundreds of posts that do
without it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

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
from signpost.checks.rules.yaml_hostile import MAX_DEPTH
from signpost.checks.shortened import shortened
from signpost.content.nodes import Items, Mark, Node, Pairs, Scalar, parse, refuse
from signpost.domain.diagnostics import Span
from signpost.errors import ContentError

try:
    from yaml import CSafeLoader as Parser
except ImportError:  # PyYAML built without libyaml: slower, the same events
    from yaml import SafeLoader as Parser  # type: ignore[assignment]  # the same interface in Python


def parse_events(text: str, path: str, first_line: int, start: int) -> Node | None:
    """The root node, as `nodes.parse` gives it and with its arguments.

    Raises:
        ContentError: as there.
    """
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
        refuse(path, first_line + said.line, said.column + 1, said.cause, said.remedy)
    except yaml.YAMLError:  # the C parser names its byte only
        line, column = _bad_character(text)
        cause = "There is a control character here, which YAML does not take."
        remedy = "Delete it; an editor may not show it."
        refuse(path, first_line + line, column, cause, remedy)
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
                f"Signpost refuses YAML aliases, such as `*{shortened(node.anchor)}` here.",
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
            cause = f"The key `{shortened(key.value)}` stands here a second time."
            _at(key, path, first_line, cause, "Keep one of the two.")
        seen.add(key.value)


def _anchor_or_tag(node: Any, path: str, first_line: int) -> NoReturn:
    if node.anchor is not None:
        cause = f"Signpost refuses YAML anchors, such as `&{shortened(node.anchor)}` here."
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
        f"Signpost refuses YAML tags, such as `{shortened(node.tag)}` here.",
        "Delete it; put quotation marks around a text that begins with `!`.",
    )


def _at(node: Any, path: str, first_line: int, cause: str, remedy: str) -> NoReturn:
    mark: Mark = node.start_mark
    refuse(path, first_line + mark.line, mark.column + 1, cause, remedy)


def _bad_character(text: str) -> tuple[int, int]:
    """Line (from 0) and column (from 1) of the first character that YAML forbids."""
    match = yaml.reader.Reader.NON_PRINTABLE.search(text)
    at = match.start() if match else 0
    return text.count("\n", 0, at), at - text.rfind("\n", 0, at)
