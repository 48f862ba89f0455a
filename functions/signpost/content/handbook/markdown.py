"""Finds in Markdown what the rules of the handbook look at: headings, links, tasks, parts.

The site is built by Python-Markdown, so anchors are made as its `toc` extension makes them. What is
code or comment is blanked out first, so that places stay what they are.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from html import unescape

from signpost.domain.diagnostics import Span
from signpost.domain.handbook import Heading, Link, Part, Task

_FENCED = re.compile(
    r"^(?P<indent> *)(?P<fence>`{3,}|~{3,})[^\n]*\n.*?(?:^ *(?P=fence)[`~]*[ \t]*$|\Z)",
    re.MULTILINE | re.DOTALL,
)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
# It begins with its letter, and looks behind that: texts are gone through in little time.
_CODE = re.compile(
    r"`(?<!``)(?<!\\`)(?P<more>`*)(?!`)(?:(?!\n\n).)*?(?<!`)`(?P=more)(?!`)", re.DOTALL
)
_HEADING = re.compile(r"^(#{1,6})[ \t]*(\S.*?)[ \t]*#*[ \t]*$", re.MULTILINE)
"""A blank behind the sharps is not needed: a line that begins with a hashtag is a heading, too."""
_MARKED = re.compile(r"\{:?[ \t]*([^{}\n]*)\}[ \t]*$")
_ID = re.compile(r"(?:^|\s)#([^\s{}]+)|(?:^|\s)id=\"?([^\s\"}]+)")
_ANY_ID = re.compile(r"\{:?[^{}\n]*?#([^\s{}]+)[^{}\n]*\}|\bid=\"([^\"\n]+)\"")
_DUE = re.compile(r"(?:^|\s)data-due=\"?(\d{1,4})\"?(?=\s|$)")
_INLINE = re.compile(
    r"!?\[(?:[^\[\]]|\[[^\[\]]*\])*\]\(\s*<?(?P<target>[^\s<>()]+(?:\([^\s()]*\)[^\s<>()]*)*)>?"
    r"(?:\s+(?:\"[^\"]*\"|'[^']*'))?\s*\)"
)
_REFERENCE = re.compile(r"^ {0,3}\[[^\]\n]+\]:[ \t]+<?(?P<target>[^\s<>]+)>?", re.MULTILINE)
_LINKED = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_TASK = re.compile(r"^[ \t]*[-*+][ \t]+\[[ xX]\][ \t]+\S")
_ITEM = re.compile(r"^[ \t]*([-*+]|\d+[.)])[ \t]")
_OPEN = re.compile(r"^<!-- generated: ([a-z][a-z-]*) -->\n", re.MULTILINE)
_CLOSE = re.compile(r"^<!-- /generated -->[ \t]*$", re.MULTILINE)


class Places:
    """Line and column of a place in a text."""

    def __init__(self, path: str, text: str) -> None:
        self._path = path
        self._starts = [0, *(found.end() for found in re.finditer("\n", text))]

    def at(self, index: int) -> Span:
        """The span of a place, in code points."""
        line = bisect_right(self._starts, index)
        return Span(self._path, line, index - self._starts[line - 1] + 1)


def without_code(text: str) -> str:
    """The text with blanks in place of code and comments; line breaks stay."""
    for pattern in (_FENCED, _COMMENT, _CODE):
        text = pattern.sub(lambda found: blank(found[0]), text)
    return text


def blank(text: str) -> str:
    """Blanks in place of a text; line breaks stay."""
    return "\n".join(" " * len(line) for line in text.split("\n"))


def targets(bare: str) -> Iterator[tuple[int, str]]:
    """Where each target of a link or picture stands, and what it is, in order.

    Args:
        bare: a text with blanks in place of code and comments.
    """
    found = [*_INLINE.finditer(bare), *_REFERENCE.finditer(bare)]
    return iter(sorted((item.start("target"), item["target"]) for item in found))


def headings(text: str, places: Places) -> tuple[Heading, ...]:
    """The headings with `#`, each with the anchor that the site gives it.

    Source: https://python-markdown.github.io/extensions/toc/, noted 2026-11-22: ids that are given
    are kept, others are made of the words, and a number tells equal ones apart.
    """
    bare = _blank_blocks(text)
    taken = given_ids(bare)
    made = []
    for found in _HEADING.finditer(bare):
        words = text[found.start(2) : found.end(2)]
        marked = _MARKED.search(words)
        given = _ID.search(marked[1]) if marked else None
        if marked:
            words = words[: marked.start()].rstrip()
        shown = _shown(words)
        anchor = (given[1] or given[2]) if given else _unique(_slug(shown), taken)
        made.append(Heading(anchor, shown, len(found[1]), places.at(found.start())))
    return tuple(made)


def given_ids(bare: str) -> set[str]:
    """Ids that the author wrote, of headings and all else."""
    return {found[1] or found[2] for found in _ANY_ID.finditer(bare)}


def links(text: str, places: Places, heads: tuple[Heading, ...]) -> Iterator[Link]:
    """Every link and picture, in order."""
    lines = [head.span.line for head in heads]
    for start, target in targets(without_code(text)):
        span = places.at(start)
        above = bisect_right(lines, span.line)
        yield Link(target, heads[above - 1].id if above else "", span)


def tasks(text: str, places: Places) -> Iterator[Task]:
    """Every item `- [ ]`; its mark stands on a line of its own at its end."""
    lines = _blank_blocks(text).split("\n")
    index = 0
    for number, line in enumerate(lines):
        if _TASK.match(line):
            found = None
            for below in lines[number + 1 :]:
                if not below.strip() or _ITEM.match(below):
                    break
                found = _MARKED.fullmatch(below.strip())
            mark = found[1] if found else ""
            named, due = _ID.search(mark), _DUE.search(mark)
            yield Task(
                (named[1] or named[2]) if named else "",
                int(due[1]) if due else None,
                places.at(index + len(line) - len(line.lstrip())),
            )
        index += len(line) + 1


def parts(text: str, places: Places) -> Iterator[Part]:
    """Every part between `<!-- generated: NAME -->` and `<!-- /generated -->`."""
    bare = _FENCED.sub(lambda found: blank(found[0]), text)
    opened = list(_OPEN.finditer(bare))
    for number, found in enumerate(opened):
        limit = opened[number + 1].start() if number + 1 < len(opened) else len(text)
        closed = _CLOSE.search(bare, found.end(), limit)
        end = closed.start() if closed else found.end()
        body = text[found.end() : end] if closed else None
        yield Part(found[1], body, places.at(found.start()), found.end(), end)


def _blank_blocks(text: str) -> str:
    """The text without fenced code and comments; code within a line stays, headings may have it."""
    for pattern in (_FENCED, _COMMENT):
        text = pattern.sub(lambda found: blank(found[0]), text)
    return text


def _shown(words: str) -> str:
    """A heading as readers see it."""
    words = unescape(_LINKED.sub(r"\1", words))
    return re.sub(r"\\([\\`*_{}\[\]()#+.!>|-])|[*`]", lambda found: found[1] or "", words).strip()


def _slug(words: str) -> str:
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode("ascii")
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", plain).strip().lower())


def _unique(slug: str, taken: set[str]) -> str:
    """The slug, with a number where it is taken already."""
    found, number = slug, 0
    while found in taken or not found:
        number += 1
        found = f"{slug}_{number}"
    taken.add(found)
    return found
