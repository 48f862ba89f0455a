"""MED206: a picture that is too wide or too tall for a channel."""

from __future__ import annotations

from collections.abc import Iterator

from signpost.checks.media_lists import shown_media
from signpost.checks.rule import Context, Rule
from signpost.domain.diagnostics import Diagnostic, Severity

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
            size = fact.shown_size if fact is not None else None
            if fact is None or size is None or fact.kind not in limits:
                continue
            narrowest, widest = limits[fact.kind]
            width, height = size
            aspect = width / height
            too_narrow = aspect < narrowest - _ROUNDING
            if not too_narrow and aspect <= widest + _ROUNDING:
                continue
            if fact.mended and item.focus is not None:
                continue  # it is cropped around the point that its author chose
            most = (
                f"{int(width / narrowest)} pixels of height"
                if too_narrow
                else f"{int(height * widest)} pixels of width"
            )
            told = (
                f"`{item.file}` is {width} × {height}, {aspect:.2f} : 1; {spec.name} takes "
                f"{narrowest:.2f} : 1 to {widest:.2f} : 1"
            )
            if fact.mended:
                yield RULE.at(
                    item.span,
                    f"{told}, so it will be cropped to {most}, around its middle.",
                    "Add `focus:` with the point that must stay, or crop it yourself.",
                    severity=Severity.WARNING,
                )
            else:
                yield RULE.at(item.span, f"{told}.", f"Crop it to at most {most}.")


RULE = Rule(
    code="MED206",
    name="aspect-ratio",
    title="A picture that is too wide or too tall",
    why="Channels that show pictures in a frame refuse what does not fit it. A picture is cropped to "
    "fit when it is compiled; around its middle, which may cut through the words that stand in it, "
    "unless `focus` says what must stay. A film, or a picture that moves, is never cropped.",
    example="media:\n  - {file: panorama.jpg, alt: The ridge.}    # 4000 × 800, where 1.91 : 1 is "
    "the widest",
    fix="media:\n  - {file: panorama.jpg, alt: The ridge., focus: [-0.6, 0.1]}",
    source="our own rule, set 2026-11-22; each limit with its own source in the channel's spec",
    check=check,
)
