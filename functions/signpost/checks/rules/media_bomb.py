"""MED207: a picture that claims far more pixels than its bytes can mean."""

from __future__ import annotations

from collections.abc import Iterator

from signpost.checks.media_lists import named_media
from signpost.checks.rule import Context, Rule
from signpost.domain.diagnostics import Diagnostic
from signpost.domain.media import MAX_PIXELS, MediaFact

MAX_PIXELS_PER_BYTE = 1000
"""Deflate makes 1,032 bytes of one at most, so more is a picture of a single colour at best.

Source: https://zlib.net/zlib_tech.html, noted 2026-11-22.
"""
_SMALL = 16_000_000
"""Up to so many pixels (64 MB unpacked) a file may be as dense as it likes: it harms nobody."""


def check(context: Context) -> Iterator[Diagnostic]:
    """Every media file of every post; only headers were read, nothing was unpacked."""
    for item, fact in named_media(context):
        if fact is not None and is_bomb(fact):
            pixels = (fact.width or 0) * (fact.height or 0)
            yield RULE.at(
                item.span,
                f"`{item.file}` claims {fact.width:,} × {fact.height:,} pixels in "
                f"{fact.size:,} bytes; unpacked it would fill {pixels * 4 / 1e9:.1f} GB.",
                "Export the picture again at the size in which it is shown.",
            )


def is_bomb(fact: MediaFact) -> bool:
    """Whether unpacking the picture would exhaust a machine, or its size cannot be true."""
    pixels = (fact.width or 0) * (fact.height or 0)
    if pixels > MAX_PIXELS:
        return True
    return pixels > _SMALL and pixels > fact.size * MAX_PIXELS_PER_BYTE


RULE = Rule(
    code="MED207",
    name="pixel-bomb",
    title="A picture that claims far too many pixels",
    why="A file of some hundred bytes can claim billions of pixels. Whoever unpacks it (a channel, "
    "the preview, a colleague's viewer) runs out of memory. It is broken, or an attack.",
    example="media:\n  - {file: map.png, alt: A map.}    # 60,000 × 60,000 pixels in 900 bytes",
    fix="media:\n  - {file: map.png, alt: A map.}    # 2,400 × 2,400 pixels in 900 kB",
    source="https://cwe.mitre.org/data/definitions/409.html, noted 2026-11-22",
    check=check,
)
