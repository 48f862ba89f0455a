"""MED201: media without a description."""

from __future__ import annotations

from collections.abc import Iterator

from signpost.checks.media_lists import named_media
from signpost.checks.rule import Context, Rule
from signpost.domain.diagnostics import Diagnostic


def check(context: Context) -> Iterator[Diagnostic]:
    """Every media file of every post."""
    for item, _fact in named_media(context):
        if not item.alt.strip():
            yield RULE.at(
                item.span,
                f"`{item.file}` has no alt text.",
                "Add `alt:` and say what is to be seen, for those who cannot see it.",
            )


RULE = Rule(
    code="MED201",
    name="alt-text",
    title="Media without alt text",
    why="People who use a screen reader, and everybody whose image does not load, get the alt "
    "text instead of the picture.",
    example="media:\n  - file: boots.jpg",
    fix="media:\n  - file: boots.jpg\n    alt: Two brown leather boots in fresh snow, laces open.",
    source="https://www.w3.org/TR/WCAG22/#non-text-content, noted 2026-11-22",
    check=check,
)
