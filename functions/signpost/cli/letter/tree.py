"""The form in which a page reaches the typesetter: plain data, never its markup.

What people wrote is a value in JSON from here to the paper. letter.typ draws these nodes; no text
of a document is ever read as Typst, so none can run as such.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

Node = dict[str, Any]
"""A block or a piece of a line: `k` is its kind, letter.typ knows them all."""

LONG = 32
"""A word of more letters may be broken where it does not fit into its line."""
_PIECE = 10
_WORD = re.compile(r"\S+")
_JOINT = re.compile(rf"[^/._=&?,:;-]{{1,{_PIECE}}}[/._=&?,:;-]*|[/._=&?,:;-]+")


def text(value: str, limit: int = LONG) -> list[Node]:
    """Text with places at which words longer than the limit may be broken."""
    nodes: list[Node] = []
    value = value.replace("\t", " ")
    at = 0
    for word in _WORD.finditer(value):
        if len(word[0]) <= limit:
            continue
        nodes += _plain(value[at : word.start()])
        for number, piece in enumerate(_pieces(word[0])):
            nodes += [{"k": "break"}] if number else []
            nodes += _plain(piece)
        at = word.end()
    return nodes + _plain(value[at:])


def code(value: str, limit: int = LONG) -> Node:
    """Words of code within a line."""
    return {"k": "code", "v": [item.get("v", "") for item in text(value, limit)]}


def lines(value: str) -> Node:
    """Code, or a file as it is: every line with its places for breaks."""
    rows = value.expandtabs(4).split("\n")
    if rows and not rows[-1]:
        rows.pop()
    return {"k": "lines", "v": [[item.get("v", "") for item in text(row, 60)] for row in rows]}


def words_of(nodes: Iterable[Node]) -> Iterator[str]:
    """All text in nodes, as it will be read: one item for what stands together."""
    for node in nodes:
        match node["k"]:
            case "t":
                yield node["v"]
            case "break":
                pass
            case "code":
                yield "".join(node["v"])
            case "lines":
                yield from (f"{''.join(row)}\n" for row in node["v"])
            case "newline":
                yield "\n"
            case _:
                yield from _words_inside(node)


def _words_inside(node: Node) -> Iterator[str]:
    yield from words_of(node.get("title", ()))
    yield "\n" if "title" in node else ""
    yield from words_of(node.get("body", ()))
    for item in node.get("items", ()):
        yield "\n"
        yield from words_of(item)
    for row in node.get("rows", ()):
        for cell in row:
            yield "\n"
            yield from words_of(cell)
    yield f" {node['note']} " if "note" in node else ""
    if node["k"] not in {"strong", "emph", "link", "ref"}:
        yield "\n"


def _plain(value: str) -> list[Node]:
    return [{"k": "t", "v": value}] if value else []


def _pieces(word: str) -> list[str]:
    return _JOINT.findall(word)
