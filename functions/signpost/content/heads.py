"""The front matter of a post: its values, and where those stand that can be edited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from signpost.checks.rule import IdPlace
from signpost.checks.silence import Silence
from signpost.content.files import Split
from signpost.content.nodes import Items, Mark, Node, Pairs, Scalar, is_plain, parse
from signpost.content.places import SHIFT
from signpost.content.plain_heads import PlainHead, read_plain
from signpost.content.schema import FRONT_MATTER
from signpost.content.silences import silences_of
from signpost.content.values import Sink, read_mapping
from signpost.domain.diagnostics import Diagnostic, Span
from signpost.domain.post import LinkPlace

_FIRST_LINE = 2
"""Of the front matter: the fence is above it."""


class Head(NamedTuple):
    """Front matter as it was read.

    Args:
        values: by key; None where it is no mapping.
        places: key → packed place (see `content.places`); members of lists and options too.
        id_written: the id, also where it cannot be used; empty where there is none.
        id_place: where an id stands, or would; None where it is not to be edited.
        link_at: where `link` stands.
    """

    values: dict[str, Any] | None
    places: dict[str, int]
    id_written: str
    id_place: IdPlace | None
    link_at: LinkPlace | None
    silences: Sequence[Silence]
    findings: Sequence[Diagnostic]


def read_head(parts: Split, covers: Sequence[str]) -> Head:
    """Read the front matter of a post.

    Args:
        covers: the file's path, and those of files that a silence of the whole file covers too.

    Raises:
        ContentError: it is refused as YAML.
    """
    plain = read_plain(parts.head)
    if plain is not None:
        return _plain_head(plain, parts, covers[0])
    path = covers[0]
    node = parse(parts.head, path, _FIRST_LINE, parts.head_start)
    sink = Sink(path, _FIRST_LINE, parts.head, parts.head_start)
    places: dict[str, int] = {}
    values = read_mapping(node, FRONT_MATTER, sink, places)
    if type(node) is not Pairs and node is not None:
        return Head(None, places, "", None, None, (), sink.findings)
    found = silences_of(parts.head, node, covers, start=parts.head_start, first_line=_FIRST_LINE)
    id_node = _inner_places(node, values, places)
    id_place: IdPlace | None = None
    if id_node is not None and not id_node.value:
        id_place = _blank_place(id_node, parts.head_start)
    elif id_node is not None and "id" in values:
        at = parts.head_start
        id_place = IdPlace(at + id_node.start_mark.index, at + id_node.end)
    elif "id" not in places:
        id_place = _no_place(parts)
    link_at = link_place(node, parts.head_start, path) if "link" in values else None
    written = id_node.value if id_node is not None else ""
    return Head(values, places, written, id_place, link_at, found, sink.findings)


def _plain_head(plain: PlainHead, parts: Split, path: str) -> Head:
    values, places, starts = plain
    at = parts.head_start
    written: str = values.get("id", "")
    id_place = (
        IdPlace(at + starts["id"], at + starts["id"] + len(written))
        if written
        else _no_place(parts)
    )
    link_at: LinkPlace | None = None
    if "link" in starts:
        place = places["link"]
        span = Span(path, _FIRST_LINE + (place >> SHIFT), (place & ((1 << SHIFT) - 1)) + 1)
        link_at = LinkPlace(span, at + starts["link"])
    return Head(values, places, written, id_place, link_at, (), ())


def _no_place(parts: Split) -> IdPlace:
    return IdPlace(parts.head_start, parts.head_start, "id: ", parts.newline)


def _inner_places(
    node: Node | None, values: Mapping[str, Any], found: dict[str, int]
) -> Scalar | None:
    """Adds members of lists and options under dotted names; gives back the scalar of `id`."""
    id_node: Scalar | None = None
    if type(node) is Pairs:
        items = iter(node.items)
        for name in items:
            value = next(items)
            if type(value) is Scalar:
                if name.value == "id":
                    id_node = value
            elif name.value == "accounts" and type(value) is Items:
                _account_places(value, values.get("accounts", ()), found)
            elif name.value == "options" and type(value) is Pairs:
                _option_places(value, found)
    return id_node


def _account_places(listed: Items, kept: Sequence[str], found: dict[str, int]) -> None:
    """Those of the members that the post keeps: the first of each, and none that is no id."""
    first: dict[str, Mark] = {}
    for item in listed.items:
        if type(item) is Scalar and item.value in kept:
            first.setdefault(item.value, item.start_mark)
    for index, mark in enumerate(first.values()):
        found[f"accounts.{index}"] = _packed(mark)


def _option_places(options: Pairs, found: dict[str, int]) -> None:
    for channel, mine in zip(options.items[::2], options.items[1::2], strict=True):
        prefix = f"options.{channel.value}"
        found[prefix] = _packed(channel.start_mark)
        if type(mine) is Pairs:
            for name in mine.items[::2]:
                found[f"{prefix}.{name.value}"] = _packed(name.start_mark)


def _packed(mark: Mark) -> int:
    return mark.line << SHIFT | mark.column


def _blank_place(node: Scalar, start: int) -> IdPlace:
    """The place of an id that is there, but empty: right after `id:`, or the quotation marks."""
    before = " " if is_plain(node) else ""
    return IdPlace(start + node.start_mark.index, start + node.end, before)


def link_place(node: Node | None, head_start: int, path: str) -> LinkPlace | None:
    """Where the value of `link` stands in the file."""
    if type(node) is not Pairs:
        return None
    for name, value in zip(node.items[::2], node.items[1::2], strict=True):
        if name.value == "link" and type(value) is Scalar:
            mark = value.start_mark
            span = Span(path, _FIRST_LINE + mark.line, mark.column + 1)
            quotes = value.end - mark.index - len(value.value)
            # As long as what is written: no escapes, and not folded over lines.
            if quotes == (0 if is_plain(value) else 2):
                return LinkPlace(span, head_start + mark.index + quotes // 2)
            return LinkPlace(span)
    return None
