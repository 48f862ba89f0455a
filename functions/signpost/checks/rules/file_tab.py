"""FIL604: tabs that YAML does not take."""

from __future__ import annotations

import re
from collections.abc import Callable

from signpost.checks.rule import Rule
from signpost.domain.diagnostics import Diagnostic, Fix, Span

_INDENT = re.compile(r"^(?:[ \t]|-(?=[ \t]))*\t(?:[ \t]|-(?=[ \t]))*", re.MULTILINE)
"""What stands before a line's first word, dashes of lists among it, where a tab is in it."""


def findings(
    yaml: str, at: tuple[int, int], span: Span, start: int, parses: Callable[[str], bool]
) -> list[Diagnostic]:
    """Every line that is indented with a tab, if the text is refused because of one.

    Args:
        yaml: the text that cannot be read.
        at: line and column, from 0, at which reading it stopped.
        span: path of the file, and the line on which the text begins.
        start: place of the text in the file, in code points.
        parses: whether a text can be read; a fix is proposed only where it helps.
    """
    line, column = at
    lines = yaml.split("\n")
    here = lines[line] if line < len(lines) else ""
    if here[column : column + 1] != "\t" and not _INDENT.match(here):
        return []
    helps = parses(_INDENT.sub(lambda match: _spaces(match[0]), yaml))
    found = []
    for match in _INDENT.finditer(yaml):
        number = yaml.count("\n", 0, match.start())
        fix = Fix(
            span.path,
            start + match.start(),
            start + match.end(),
            _spaces(match[0]),
            "Write two spaces for each tab",
        )
        found.append(
            RULE.at(
                Span(span.path, span.line + number, match[0].index("\t") + 1),
                "The line is indented with a tab, which YAML does not take.",
                "Indent with two spaces; an editor can be told to write them for the Tab key.",
                fix=fix if helps else None,
            )
        )
    return found


def _spaces(indent: str) -> str:
    return indent.replace("-\t", "- ").replace("\t", "  ")


RULE = Rule(
    code="FIL604",
    name="tab",
    title="A tab in front matter or configuration",
    why="A tab is as wide as each editor shows it, so nobody can see which line belongs to which. "
    "YAML therefore takes none before the first word of a line. In the text of a post tabs are "
    "allowed.",
    example="media:\n\t- file: boots.jpg",
    fix="media:\n  - file: boots.jpg",
    source="https://yaml.org/spec/1.2.2/#61-indentation-spaces, read 2026-11-22",
    fixable=True,
)
