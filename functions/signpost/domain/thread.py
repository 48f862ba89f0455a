"""Splitting a text into the parts of a thread."""

from __future__ import annotations

from typing import NamedTuple

SEPARATOR = "---"


class PartText(NamedTuple):
    """The text of one part, and how many lines below the body's first line it begins."""

    text: str
    line: int


def split_parts(text: str, *, thread: bool) -> tuple[PartText, ...]:
    """The parts of a body: one, or for a thread one between each pair of `---` lines.

    White space at the ends of lines and around each part is dropped; paragraphs are kept. A
    part can be empty: the rules refuse it, and compiling does.
    """
    if " \n" in text or "\t\n" in text:
        text = "\n".join(line.rstrip() for line in text.split("\n"))
    if not thread:
        return (PartText(text.strip(), 0),)
    parts: list[PartText] = []
    lines: list[str] = []
    begin = 0
    for number, line in enumerate([*text.split("\n"), SEPARATOR]):
        if line.rstrip() != SEPARATOR:
            lines.append(line)
            continue
        blank = next((n for n, item in enumerate(lines) if item.strip()), 0)
        parts.append(PartText("\n".join(lines).strip(), begin + blank))
        lines, begin = [], number + 1
    return tuple(parts)
