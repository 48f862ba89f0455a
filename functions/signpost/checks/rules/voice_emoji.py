"""VOI904: more emoji than the brand uses."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from signpost.checks.rule import Context, Rule
from signpost.checks.texts import Text, first
from signpost.domain.diagnostics import Diagnostic, Severity
from signpost.domain.textlen import emoji_starts


def check(context: Context) -> Iterator[Diagnostic]:
    """Each text of a brand that minds; in a thread each part."""
    for text in context.texts:
        most = text.brand.voice.get("emoji")
        if most is not None and not text.raw.isascii():
            yield from first(_too_many(text, most))


def _too_many(text: Text, most: int) -> Iterator[Diagnostic]:
    starts = emoji_starts(text.raw)
    if len(starts) <= most:
        return
    for start, end in text.ranges:
        here = starts[bisect_left(starts, start) : bisect_left(starts, end)]
        if len(here) > most:
            uses = f"uses {most} in a post at most" if most else "uses none"
            yield RULE.at(
                text.span(here[most]),
                f"{len(here)} emoji; {text.brand.name} {uses}.",
                f"Take {len(here) - most} out: a screen reader says the name of each aloud.",
                severity=Severity.WARNING,
            )


RULE = Rule(
    code="VOI904",
    name="voice-emoji",
    title="More emoji than the brand uses",
    why="A screen reader says the name of every emoji, and a row of them is a row of names. How "
    "many a text may have stands in `voice.emoji` of brand.yaml. They are counted as people see "
    "them: a family or a flag is one. In a thread each part counts for itself.",
    example="Winter sale! 🎉🎉🎉❄️⛄",
    fix="Winter sale! ❄️",
    source="docs/reference/front-matter.md#voice, set 2026-11-22",
    check=check,
    silenceable=True,
)
