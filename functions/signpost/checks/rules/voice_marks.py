"""VOI906: exclamation and question marks in a row."""

from __future__ import annotations

import re
from collections.abc import Iterator

from signpost.checks.rule import Context, Rule
from signpost.checks.texts import Text, first
from signpost.domain.diagnostics import Diagnostic, Severity

_ROW = re.compile(r"[!?！？‼⁇⁈⁉]{3,}|[‼⁇]{2,}")


def check(context: Context) -> Iterator[Diagnostic]:
    """Each text."""
    for text in context.texts:
        raw = text.raw
        if "!!" in raw or "??" in raw or "!?" in raw or "！" in raw or "？" in raw or "‼" in raw:
            yield from first(_findings(text))


def _findings(text: Text) -> Iterator[Diagnostic]:
    for match in _ROW.finditer(text.bare):
        fix = None
        if len(set(match[0])) == 1:  # of a mixed row nobody knows which mark is meant
            title = "Leave one of the marks"
            fix = text.body.fix(match.start(), match.end(), match[0][0], title)
        yield RULE.at(
            text.span(match.start()),
            f"{len(match[0])} marks in a row: `{match[0][:10]}`.",
            f"One `{match[0][0]}` says it.",
            severity=Severity.WARNING,
            fix=fix,
        )


RULE = Rule(
    code="VOI906",
    name="voice-marks",
    title="Exclamation or question marks in a row",
    why="Three marks shout where one asks or calls, and look like spam. Two are let pass.",
    example="Sale starts today!!!",
    fix="The sale starts today.",
    source="docs/writing-posts.md#links-hashtags-and-voice, set 2026-11-22",
    check=check,
    silenceable=True,
    fixable=True,
)
