"""Reads `!!! note "Title"` as the site does: a box whose text is indented below it."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock

_OPENING = re.compile(r'(?:!!!|\?\?\?\+?) +([\w-]+(?: +[\w-]+)*)(?: +"(.*)")? *')
_INDENT = 4


def admonition_plugin(markdown: MarkdownIt) -> None:
    """Add the rule."""
    markdown.block.ruler.before(
        "fence", "admonition", _rule, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )


def _rule(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:  # noqa: FBT001 - the library's signature
    start, end = state.bMarks[start_line] + state.tShift[start_line], state.eMarks[start_line]
    found = _OPENING.fullmatch(state.src[start:end])
    if found is None or state.is_code_block(start_line):
        return False
    if silent:
        return True
    inside = state.blkIndent + _INDENT
    last = start_line + 1
    while last < end_line and (state.isEmpty(last) or state.sCount[last] >= inside):
        last += 1
    while last > start_line + 1 and state.isEmpty(last - 1):
        last -= 1
    opening = state.push("admonition_open", "div", 1)
    opening.map = [start_line, last]
    words = found[1].split()
    opening.info = words[0]
    opening.meta = {"title": words[0].capitalize() if found[2] is None else found[2],
                    "words": words}  # fmt: skip
    before = state.blkIndent, state.lineMax, state.parentType
    state.blkIndent, state.lineMax, state.parentType = inside, last, "admonition"
    state.md.block.tokenize(state, start_line + 1, last)
    state.blkIndent, state.lineMax, state.parentType = before
    state.push("admonition_close", "div", -1)
    state.line = last
    return True
