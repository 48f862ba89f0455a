"""Front matter of nothing but plain lines, read without making a node of every word.

Posts of a brand repeat most of their lines (`type: story`, `language: en`), so each such line is
read once. Whatever is not plain, or wrong, is left to `nodes` and `values`, which say so.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from signpost.checks.rules.yaml_hostile import MAX_BYTES
from signpost.content.nodes import Items, plain_lines, plain_value
from signpost.content.places import SHIFT
from signpost.content.schema import FRONT_MATTER
from signpost.content.values import Sink, read_value

_REPEATED: Final = frozenset({"id", "ids", "choice", "flag", "language", "duration"})
"""Kinds of values that posts share; a title or a time is hardly ever the same."""
_MOST = 4096
"""So many lines are remembered; a workspace has hardly as many different ones."""


class PlainHead(NamedTuple):
    """Front matter that has no fault of form.

    Args:
        values: by key, as `values.read_mapping` gives them.
        places: where each stands, members of `accounts` under dotted names (see `content.places`).
        starts: key → where its value begins in the text, in code points, for `id` and `link`.
    """

    values: dict[str, Any]
    places: dict[str, int]
    starts: dict[str, int]


class _Line(NamedTuple):
    """A line: its key, the column of its value, what it is, and the columns of its members."""

    key: str
    column: int
    value: Any
    members: tuple[int, ...]


_known: dict[str, _Line] = {}
_sink: Final = Sink("")
"""What it is told is never shown: the general way finds it again, and says where."""
_SITED: Final = frozenset({"id", "link"})


def read_plain(text: str) -> PlainHead | None:
    """Front matter of plain lines without any fault; None of all other.

    Args:
        text: the YAML between the fences.
    """
    lines = plain_lines(text) if len(text) <= MAX_BYTES // 4 else None
    if lines is None:
        return None
    values: dict[str, Any] = {}
    places: dict[str, int] = {}
    starts: dict[str, int] = {}
    index = 0
    for number, line in enumerate(lines):
        found = _known.get(line) or _read_line(line)
        if found is None:
            return None
        key, column, value, members = found
        values[key] = value
        places[key] = number << SHIFT | column
        if key in _SITED:
            starts[key] = index + column
        for order, place in enumerate(members):
            places[f"{key}.{order}"] = number << SHIFT | place
        index += len(line) + 1
    if len(values) != len(lines):  # a key stands there twice
        return None
    return PlainHead(values, places, starts)


def _read_line(line: str) -> _Line | None:
    word, _, text = line.partition(": ")
    key = FRONT_MATTER.by_name.get(word)
    if key is None:
        return None
    column = len(word) + 2
    node = plain_value(text, 0, column, column)
    if node is None:
        return None
    value = read_value(node, key, _sink)
    if _sink.findings:
        _sink.findings.clear()
        return None
    members: tuple[int, ...] = ()
    if type(node) is Items and word == "accounts":
        columns = [item.start_mark.column for item in node.items]
        members = tuple(columns[value.index(name)] for name in dict.fromkeys(value))
    found = _Line(word, column, value, members)
    if key.kind in _REPEATED and word != "id" and len(_known) < _MOST:
        _known[line] = found
    return found
