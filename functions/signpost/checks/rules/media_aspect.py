"""MED206: a picture that is too wide or too tall for a channel."""

from __future__ import annotations

from collections.abc import Iterator

from signpost.checks.media_lists import shown_media
from signpost.checks.rule import Context, Rule
from signpost.domain.diagnostics import Diagnostic

_ROUNDING = 0.005
"""1080 × 1350 is meant to be 4:5: a pixel more or less is not looked at."""


def check(context: Context) -> Iterator[Diagnostic]:
    """Each media file whose size is known, once for each channel that minds its shape."""
    for spec, items in shown_media(context):
        limits = {limit.kind: limit.aspect for limit in spec.media if limit.aspect}
        if not limits:
            continue
        for item in items:
            fact = context.media.get(item.path)
            if fact is None or fact.kind not in limits or not fact.width or not fact.height:
                continue
            narrowest, widest = limits[fact.kind]
            aspect = fact.width / fact.height
            too_narrow = aspect < narrowest - _ROUNDING
            if too_narrow or aspect > widest + _ROUNDING:
                yield RULE.at(
                    item.span,
                    f"`{item.file}` is {fact.width} × {fact.height}, {aspect:.2f} : 1; {spec.name} "
                    f"takes {narrowest:.2f} : 1 to {widest:.2f} : 1.",
                    f"Crop it to at most {int(fact.width / narrowest)} pixels of height."
                    if too_narrow
                    else f"Crop it to at most {int(fact.height * widest)} pixels of width.",
                )


RULE = Rule(
    code="MED206",
    name="aspect-ratio",
    title="A picture that is too wide or too tall",
    why="Channels that show pictures in a frame refuse what does not fit it, or crop it themselves, "
    "often through the words that stand in the picture.",
    example="media:\n  - {file: panorama.jpg, alt: The ridge.}    # 4000 × 800, where 1.91 : 1 is "
    "the widest",
    fix="media:\n  - {file: panorama.jpg, alt: The ridge.}    # cropped to 1528 × 800",
    source="our own rule, set 2026-11-22; each limit with its own source in the channel's spec",
    check=check,
)
