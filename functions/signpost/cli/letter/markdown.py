"""A page of Markdown as blocks, with nothing of its text left out.

Read as the site reads it, as far as the handbook's dialect goes. Whatever a reader of Markdown
would swallow is caught at the end: words of the source that are missing from the blocks bring the
source itself onto the paper.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.common.utils import normalizeReference
from markdown_it.tree import SyntaxTreeNode

from signpost.cli.letter import tree
from signpost.cli.letter.admonition import admonition_plugin
from signpost.cli.letter.inline import BREAK, Around, inline, without_comments
from signpost.cli.letter.tree import LONG, Node

MAX_LEVEL = 16
"""Blocks nested deeper are printed as source: the typesetter nests no deeper than some dozens."""
LINE_LETTERS = 88
"""So many letters a line of a table has, over all of its columns."""
_HEAD = re.compile(r"\A---\n(.*?)^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
# An id, classes, and the day of a checklist's item; other attributes are printed as they stand.
_ATTRIBUTES = re.compile(
    r"[ \t]*\{:?[ \t]*((?:(?:[#.][\w-]+|data-due=\"\d{1,4}\")[ \t]*)+)\}[ \t]*\Z"
)
_DUE = re.compile(r'data-due="(\d+)"')
_TASK = re.compile(r"\[([ xX])\] ")
_NAMED = re.compile(r"^[ >]*\[([^\]]+)\]:.*$|\]\[([^\]]+)\]", re.MULTILINE)
_LETTERS = re.compile(r"\w+")
_SOURCE_NOTE = "The source of this page, since part of it is not shown above:"


@dataclass(frozen=True, slots=True)
class Page:
    """A page before its links are known.

    Args:
        head: its front matter, as written; empty without one.
        source: the text below it.
        anchors: every heading's id, in the order of headings.
        names: under which it defines addresses of links.
    """

    head: str
    source: str
    root: SyntaxTreeNode
    anchors: tuple[str, ...]
    names: frozenset[str]


@dataclass(slots=True)
class _Writer:
    around: Around
    labels: Iterator[str]
    level: int = 1
    ignored: list[str] = field(default_factory=list)


def read_page(source: str) -> Page:
    """Take a page apart."""
    source = source.removeprefix("\ufeff")
    found = _HEAD.match(source)
    body = source[found.end() :] if found else source
    parser = MarkdownIt("commonmark", {"maxNesting": 3 * MAX_LEVEL}).enable("table")
    known: dict[str, Any] = {}
    root = SyntaxTreeNode(parser.use(admonition_plugin).parse(body, known))
    names = frozenset(known.get("references", {}))
    return Page(found[1] if found else "", body, root, tuple(_anchors(root)), names)


def write_page(page: Page, around: Around, labels: Sequence[str]) -> list[Node]:
    """The blocks of a page; its text is whole.

    Args:
        labels: of its headings, in their order.
    """
    if any(node.block and node.level > MAX_LEVEL for node in page.root.walk(include_self=False)):
        return [tree.lines(page.source)]
    writer = _Writer(around, iter(labels))
    blocks = _blocks(page.root, writer)
    if missing_words(page, blocks, writer.ignored):
        note: list[Node] = [{"k": "t", "v": _SOURCE_NOTE}]
        return [*blocks, {"k": "para", "body": note}, tree.lines(page.source)]
    return blocks


def missing_words(page: Page, blocks: Sequence[Node], ignored: Sequence[str]) -> Counter[str]:
    """Words of the source that the blocks lack; words of markup, such as a link's, aside."""
    whole = html.unescape(without_comments(page.source))
    there = _counted("".join(tree.words_of(blocks)))
    markup = _counted(" ".join([*ignored, *_addresses(page)]))
    return _counted(whole) - there - markup


def _counted(words: str) -> Counter[str]:
    return Counter(_LETTERS.findall(words.replace("_", " ")))


def _addresses(page: Page) -> Iterable[str]:
    """Words that say where something leads, and not what is to be read."""
    for node in page.root.walk():
        if node.type in {"link", "image"}:
            yield from (unquote(str(node.attrs.get(name, ""))) for name in ("href", "src"))
            yield str(node.attrs.get("title", ""))
        elif node.type == "html_inline" and BREAK.fullmatch(node.content):
            yield node.content
    for found in _NAMED.finditer(page.source if page.names else ""):
        if normalizeReference(found[1] or found[2]) in page.names:
            yield found[0]


def _anchors(root: SyntaxTreeNode) -> Iterable[str]:
    """Ids of headings as Python-Markdown gives them.

    Source: https://python-markdown.github.io/extensions/toc/ (read 2026-11-22).
    """
    used: set[str] = set()
    for node in root.walk():
        if node.type != "heading":
            continue
        words, own = _heading_words(node)
        anchor = own or _slug(words)
        number = 1
        while anchor in used or not anchor:
            anchor, number = f"{own or _slug(words)}_{number}", number + 1
        used.add(anchor)
        yield anchor


def _heading_words(node: SyntaxTreeNode) -> tuple[str, str]:
    content = node.children[0].content if node.children else ""
    found = _ATTRIBUTES.search(content)
    if found is None:
        return content, ""
    own = next((word[1:] for word in found[1].split() if word.startswith("#")), "")
    return content[: found.start()], own


def _slug(words: str) -> str:
    plain = unicodedata.normalize("NFKD", re.sub(r"\]\([^)]*\)", "]", words))
    plain = re.sub(r"[^\w\s-]", "", plain.encode("ascii", "ignore").decode()).strip().lower()
    return re.sub(r"[-\s]+", "-", plain)


def _blocks(parent: SyntaxTreeNode, writer: _Writer) -> list[Node]:
    return [block for node in parent.children for block in _block(node, writer)]


def _block(node: SyntaxTreeNode, writer: _Writer) -> list[Node]:
    found: Node | None
    match node.type:
        case "heading":
            found = _heading(node, writer)
        case "paragraph":
            found = {"k": "para", "body": _line(node, writer)}
        case "bullet_list" | "ordered_list":
            found = _list(node, writer)
        case "blockquote":
            found = {"k": "quote", "body": _blocks(node, writer)}
        case "admonition":
            writer.ignored += [*node.meta["words"]]
            title = tree.text(node.meta["title"])
            found = {"k": "box", "title": title, "body": _blocks(node, writer)}
        case "table":
            found = _table(node, writer)
        case "fence" | "code_block":
            writer.ignored.append(node.info)
            found = tree.lines(node.content)
        case "hr":
            found = {"k": "rule"}
        case _:
            rest = without_comments(node.content)
            found = tree.lines(rest) if rest.strip() else None
    return [found] if found else []


def _line(node: SyntaxTreeNode, writer: _Writer, **how: Any) -> list[Node]:
    tokens = list(node.children[0].to_tokens()[0].children or []) if node.children else []
    found = None
    if tokens and tokens[-1].type == "text":
        found = _ATTRIBUTES.search(tokens[-1].content)
    if found is None:
        return inline(tokens, writer.around, **how)
    writer.ignored.append(found[1])
    tokens[-1] = tokens[-1].copy(content=tokens[-1].content[: found.start()])
    due = _DUE.search(found[1])
    said = tree.text(f" (due: day {due[1]})") if due else []
    return [*inline(tokens, writer.around, **how), *said]


def _heading(node: SyntaxTreeNode, writer: _Writer) -> Node | None:
    body = _line(node, writer, notes=False)
    label = next(writer.labels, "")
    if not "".join(tree.words_of(body)).strip():
        return None  # the standard for accessible documents knows no empty ones
    # One level deeper than on the site, below its part; none is left out on the way down.
    writer.level = min(int(node.tag[1]) + 1, writer.level + 1)
    return {"k": "heading", "level": writer.level, "label": label, "body": body}


def _list(node: SyntaxTreeNode, writer: _Writer) -> Node:
    items = []
    for item in node.children:
        blocks = _blocks(item, writer)
        items.append(_with_box(blocks, writer))
    ordered = node.type == "ordered_list"
    found: Node = {"k": "list", "ordered": ordered, "items": items}
    found["tasks"] = bool(items) and all(item and item[0].get("task") for item in items)
    if ordered:
        start = int(node.attrs.get("start", 1))
        writer.ignored += [item.info for item in node.children]
        found["start"] = start
    return found


def _with_box(blocks: list[Node], writer: _Writer) -> list[Node]:
    """The item's blocks, with a box in place of `[ ]`."""
    first = blocks[0]["body"] if blocks and blocks[0]["k"] == "para" else []
    found = _TASK.match(first[0]["v"]) if first and first[0]["k"] == "t" else None
    if found is None:
        return blocks
    rest = tree.text(first[0]["v"][found.end() :])
    done: Node = {"k": "done" if found[1] != " " else "open"}
    writer.ignored.append(found[1])
    return [{"k": "para", "body": [done, *rest, *first[1:]], "task": True}, *blocks[1:]]


def _table(node: SyntaxTreeNode, writer: _Writer) -> Node:
    rows = [row for part in node.children for row in part.children]
    longest: list[int] = []
    for column in range(len(rows[0].children)):
        contents = [row.children[column].children[0].content for row in rows]
        words = [word for content in contents for word in content.split()]
        word = min(max(map(len, words), default=1), LONG // 2)
        mean = sum(map(len, contents)) // len(contents)
        longest.append(max(word + 1, min(mean, 60), 4))
    total = sum(longest)
    limits = [max(4, LINE_LETTERS * width // total - 2) for width in longest]
    cells = [
        [
            _line(cell, writer, limit=min(LONG, limit), notes=number > 0)
            for cell, limit in zip(row.children, limits, strict=True)
        ]
        for number, row in enumerate(rows)
    ]
    return {
        "k": "table",
        "widths": longest,
        "aligned": [_aligned(cell) for cell in rows[0].children],
        "rows": cells,
    }


def _aligned(cell: SyntaxTreeNode) -> str:
    style = str(cell.attrs.get("style", ""))
    return next((side for side in ("right", "center") if side in style), "left")
