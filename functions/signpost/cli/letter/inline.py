"""Lines of Markdown as nodes: emphasis, code, links with their address, pictures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from markdown_it.token import Token

from signpost.cli.letter import tree
from signpost.cli.letter.tree import LONG, Node

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_LIVE = ("https://", "http://", "mailto:")
_WRAPS = {"strong": "strong", "em": "emph"}
MAX_DEPTH = 12
"""Deeper emphasis is set as plain words: the typesetter nests no deeper than some dozens."""


class Goal(NamedTuple):
    """Where a link within the handbook leads.

    Args:
        label: of a place in this print; empty where the page is not part of it.
        path: of the file, for people.
    """

    label: str
    path: str


class Around(Protocol):
    """What a line knows of its page and the release."""

    def goal(self, address: str) -> Goal | None:
        """Where a relative address leads; None for one that leads out."""
        ...

    def picture(self, address: str) -> str:
        """The picture's file for the typesetter; empty where it is not to be had."""
        ...


def inline(
    tokens: Sequence[Token], around: Around, *, limit: int = LONG, notes: bool = True
) -> list[Node]:
    """The nodes of a line.

    Args:
        limit: longer words may be broken.
        notes: addresses go below the page; else they follow in brackets, as in headings, which
            are repeated in the table of contents.
    """
    return _Line(around, limit, notes=notes).read(tokens)


def without_comments(html: str) -> str:
    """HTML without its comments: those are seen nowhere on the site either."""
    return _COMMENT.sub("", html)


class _Line:
    def __init__(self, around: Around, limit: int, *, notes: bool) -> None:
        self.around = around
        self.limit = limit
        self.notes = notes

    def read(self, tokens: Sequence[Token]) -> list[Node]:
        stack: list[tuple[Token | None, list[Node]]] = [(None, [])]
        for token in tokens:
            nodes = stack[-1][1]
            if token.nesting == 1:
                stack.append((token, []))
            elif token.nesting == -1:
                opening, inside = stack.pop()
                stack[-1][1].extend(self._wrapped(opening, inside, len(stack)))
            else:
                nodes += self._leaf(token)
        while len(stack) > 1:
            _opening, inside = stack.pop()
            stack[-1][1].extend(inside)
        return stack[0][1]

    def _leaf(self, token: Token) -> list[Node]:
        match token.type:
            case "text" | "text_special":
                return tree.text(token.content, self.limit)
            case "code_inline":
                return [tree.code(token.content, self.limit)]
            case "softbreak":
                return [{"k": "t", "v": " "}]
            case "hardbreak":
                return [{"k": "newline"}]
            case "image":
                return self._picture(token)
            case _ if BREAK.fullmatch(token.content):
                return [{"k": "newline"}]
            case _:
                rest = without_comments(token.content)
                return [tree.code(rest, self.limit)] if rest.strip() else []

    def _wrapped(self, opening: Token | None, inside: list[Node], depth: int) -> list[Node]:
        if opening is None or depth > MAX_DEPTH:
            return inside
        if opening.tag in _WRAPS:
            return [{"k": _WRAPS[opening.tag], "body": inside}]
        if opening.tag != "a":
            return inside
        return self._link(str(opening.attrs.get("href", "")), opening, inside)

    def _link(self, address: str, opening: Token, inside: list[Node]) -> list[Node]:
        title = str(opening.attrs.get("title", ""))
        goal = self.around.goal(address)
        if goal is not None and goal.label:
            extra = tree.text(f" ({title})", self.limit) if title else []
            return [{"k": "ref", "to": goal.label, "body": inside}, *extra]
        note = goal.path if goal is not None else address
        shown = "".join(tree.words_of(inside))
        said = note in {shown, f"mailto:{shown}"}
        note = " ".join(filter(None, ["" if said else note, f"({title})" if title else ""]))
        live = goal is None and address.startswith(_LIVE)
        node: Node = {"k": "link", "url": address if live else "", "body": inside}
        if note and self.notes:
            node |= {"note": note, "noted": tree.text(note)}
            return [node]
        return [node, *(tree.text(f" ({note})", self.limit) if note else [])]

    def _picture(self, token: Token) -> list[Node]:
        address = str(token.attrs.get("src", ""))
        alt = token.content or " "
        title = str(token.attrs.get("title", ""))
        alt = "".join(tree.words_of(self.read(token.children or []))) or title or address
        file = self.around.picture(address)
        if not file:
            goal = self.around.goal(address)
            where = goal.path if goal else address
            return tree.text(f"[Picture, not printed: {alt} ({where})]", self.limit)
        caption = tree.text(" ".join(filter(None, [alt, title if title != alt else ""])))
        return [{"k": "picture", "file": file, "alt": alt, "body": caption}]
