"""MED202: a media file that a channel would not take."""

from __future__ import annotations

from collections.abc import Iterator

from signpost.checks.media_lists import named_media, shown_media
from signpost.checks.rule import Context, Rule
from signpost.checks.rules.media_bomb import is_bomb
from signpost.domain.channel import ChannelSpec, MediaLimit
from signpost.domain.diagnostics import Diagnostic
from signpost.domain.media import ACTIVE, MediaFact
from signpost.domain.post import MediaRef


def check(context: Context) -> Iterator[Diagnostic]:
    """The file itself once; its fit for each channel that it goes to."""
    for item, fact in named_media(context):
        yield from _file(item, fact)
    for spec, items in shown_media(context):
        yield from _fit(items, spec, context)


def _file(item: MediaRef, fact: MediaFact | None) -> Iterator[Diagnostic]:
    if fact is None:
        yield RULE.at(
            item.span,
            f"There is no file `{item.file}` inside the content folder.",
            "Put it beside the post, or correct the name; capital letters count.",
        )
    elif not fact.size:
        yield RULE.at(item.span, f"`{item.file}` is empty: 0 bytes.", "Export the picture again.")
    elif fact.mime in ACTIVE or (not fact.mime and fact.claimed in ACTIVE):
        return  # MED208 says so
    elif not fact.mime:
        yield RULE.at(
            item.span,
            f"`{item.file}` is not an image, video or sound that we know: its first bytes are of "
            "no such kind.",
            "Save it as JPEG, PNG, WebP, GIF or MP4.",
        )
    elif fact.claimed != fact.mime and not _kin(fact):
        yield RULE.at(
            item.span,
            f"`{item.file}` is really {fact.mime}.",
            "Give it the ending of what it is, or save it again.",
        )


def _kin(fact: MediaFact) -> bool:
    """Whether name and content differ only within one container family."""
    families = ({"image/heic", "image/heif"}, {"video/mp4", "video/quicktime"})
    return any({fact.mime, fact.claimed} <= family for family in families)


def _fit(items: tuple[MediaRef, ...], spec: ChannelSpec, context: Context) -> Iterator[Diagnostic]:
    limits = {limit.kind: limit for limit in spec.media}
    for item in items:
        fact = context.media.get(item.path)
        if fact is None or not fact.mime or fact.mime in ACTIVE:
            continue
        limit = limits.get(fact.kind)
        if limit is None:
            yield RULE.at(
                item.span, f"{spec.name} takes no {fact.kind}.", "Leave it out for this channel."
            )
            continue
        yield from _one(item, fact, spec, limit)


def _one(
    item: MediaRef, fact: MediaFact, spec: ChannelSpec, limit: MediaLimit
) -> Iterator[Diagnostic]:
    if fact.mended:
        return  # its derivative fits
    moving = "It moves, so it is sent whole: " if fact.animated else ""
    if fact.mime not in limit.types and f"{fact.kind}/*" not in limit.types:
        yield RULE.at(
            item.span,
            f"{moving}{spec.name} does not take {fact.mime}.",
            f"Save it as one of {', '.join(sorted(limit.types))}.",
        )
    if fact.size > limit.max_bytes:
        yield RULE.at(
            item.span,
            f"{moving}`{item.file}` has {fact.size:,} bytes, {spec.name} takes "
            f"{limit.max_bytes:,}.",
            "Save it smaller.",
        )
    width, height = fact.shown_size or (0, 0)
    pixels = width * height
    if limit.max_pixels is not None and pixels > limit.max_pixels and not is_bomb(fact):
        yield RULE.at(
            item.span,
            f"{moving}`{item.file}` has {pixels:,} pixels, {spec.name} takes {limit.max_pixels:,}.",
            "Scale it down.",
        )


RULE = Rule(
    code="MED202",
    name="media-file",
    title="A media file that is missing, is something else, or cannot be made to fit",
    why="A channel judges an upload by its content, not by its name, and refuses what is too "
    "large. That would be found only when the post is due. JPEG, PNG, WebP and GIF are made to fit "
    "when the post is compiled; films, sounds, HEIC and pictures that move are sent as they are.",
    example="media:\n  - file: boots.jpg    # a PNG that was renamed, or no file at all\n"
    "    alt: Two brown boots.",
    fix="media:\n  - file: boots.png\n    alt: Two brown boots.",
    source="https://docs.joinmastodon.org/user/posting/#media, noted 2026-11-22; magic bytes: "
    "https://mimesniff.spec.whatwg.org/, noted 2026-11-22; each limit in the channel's spec",
    check=check,
)
