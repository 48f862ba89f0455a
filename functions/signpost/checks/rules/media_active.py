"""MED208: a "picture" that is a program or a document."""

from __future__ import annotations

from collections.abc import Iterator

from signpost.checks.media_lists import named_media
from signpost.checks.rule import Context, Rule
from signpost.domain.diagnostics import Diagnostic
from signpost.domain.media import ACTIVE


def check(context: Context) -> Iterator[Diagnostic]:
    """Every media file of every post, by its content and by its name."""
    for item, fact in named_media(context):
        if fact is None:
            continue
        kind = ACTIVE.get(fact.mime) or ("" if fact.mime else ACTIVE.get(fact.claimed))
        if kind:
            yield RULE.at(
                item.span,
                f"`{item.file}` is {kind}, not a picture of pixels: it can hold scripts and "
                "load other files.",
                "Export it as PNG, at twice the width in which it is shown.",
            )


RULE = Rule(
    code="MED208",
    name="active-format",
    title="SVG, PDF and other formats that can run code",
    why="SVG, PDF, HTML and PostScript are documents that a program carries out: they can run "
    "scripts, load files from elsewhere, and look different on each machine. No channel takes "
    "them as a picture, and whoever opens them from our bucket would run what they hold.",
    example="media:\n  - {file: route.svg, alt: Map of the route.}",
    fix="media:\n  - {file: route.png, alt: Map of the route.}",
    source="https://www.w3.org/TR/SVG2/conform.html#processing-modes, noted 2026-11-22",
    check=check,
)
