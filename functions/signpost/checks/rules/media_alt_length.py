"""MED203: an alt text that is longer than a channel takes."""

from __future__ import annotations

from collections.abc import Iterator

from signpost.checks.media_lists import shown_media
from signpost.checks.rule import Context, Rule
from signpost.domain.diagnostics import Diagnostic


def check(context: Context) -> Iterator[Diagnostic]:
    """Each media file once for each channel that it goes to."""
    for spec, items in shown_media(context):
        for item in items:
            if len(item.alt) > spec.alt_text_max:
                yield RULE.at(
                    item.span,
                    f"The alt text of `{item.file}` has {len(item.alt)} characters, {spec.name} "
                    f"takes {spec.alt_text_max}.",
                    "Shorten it; the details may belong into the text.",
                )


RULE = Rule(
    code="MED203",
    name="alt-text-too-long",
    title="An alt text that is too long for a channel",
    why="The channel would refuse the picture, or cut the description off in the middle of a "
    "sentence. A screen reader reads it in one go, so nobody can pause or go back in it either.",
    example="media:\n  - file: map.png\n    alt: (1,600 characters, for an account on Mastodon)",
    fix="media:\n  - file: map.png\n"
    "    alt: Map of the Three Lakes Loop, 14 km; each stop is described below.",
    source="https://docs.joinmastodon.org/entities/Instance/, read 2026-11-22; each limit in the "
    "channel's spec",
    check=check,
)
