"""MED205: more media, or other kinds together, than a channel takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from signpost.checks.media_lists import linked_media
from signpost.checks.rule import Context, Rule
from signpost.domain.channel import ChannelSpec
from signpost.domain.diagnostics import Diagnostic
from signpost.domain.media import ACTIVE
from signpost.domain.picture.card import card_pictures
from signpost.domain.post import MediaRef


def check(context: Context) -> Iterator[Diagnostic]:
    """Each list of media once for each channel that it goes to."""
    for spec, items, link in linked_media(context):
        if len(items) > 1:
            yield from _list(items, spec, context)
            yield from beside_card(items, spec, link)


def beside_card(items: Sequence[MediaRef], spec: ChannelSpec, link: str) -> Iterator[Diagnostic]:
    """A card's picture and others, where the channel shows a card or pictures."""
    cards = card_pictures(items, spec, link)
    if not cards or len(items) == 1:
        return
    other = next((item for item in items if not item.card), cards[-1])
    yield RULE.at(
        other.span,
        f"`{cards[0].file}` is for the card of the link, and {spec.name} shows a card or pictures, "
        "not both.",
        "Leave `card` out, or write a text of its own for the channel with that picture alone.",
    )


def _list(items: tuple[MediaRef, ...], spec: ChannelSpec, context: Context) -> Iterator[Diagnostic]:
    limits = {limit.kind: limit for limit in spec.media}
    first: dict[str, MediaRef] = {}
    counts: dict[str, int] = {}
    for item in items:
        fact = context.media.get(item.path)
        if fact is None or fact.kind not in limits or fact.mime in ACTIVE:
            continue  # MED202 or MED208 says so
        first.setdefault(fact.kind, item)
        counts[fact.kind] = counts.get(fact.kind, 0) + 1
        most = limits[fact.kind].max_items
        if counts[fact.kind] == most + 1:
            yield RULE.at(
                item.span,
                f"{spec.name} takes {_amount(most, fact.kind)} in a post, and this is one more.",
                "Leave some out, or write a text of its own for the channel with fewer.",
            )
    if len(first) > 1 and not spec.mixed_media:
        one, other = list(first)[:2]
        yield RULE.at(
            first[other].span,
            f"{spec.name} does not take {_WITH_ARTICLE[one]} and {_WITH_ARTICLE[other]} in one post.",
            "Use media of one kind, or write a text of its own for the channel.",
        )


_WITH_ARTICLE = {"image": "an image", "video": "a video", "audio": "a sound"}
_MANY = {"image": "images", "video": "videos", "audio": "sounds"}


def _amount(number: int, kind: str) -> str:
    return f"one {kind}" if number == 1 else f"{number} {_MANY[kind]}"


RULE = Rule(
    code="MED205",
    name="media-number",
    title="Too many media, or kinds that do not go together",
    why="A channel refuses the whole post if it has one picture too many, or a picture beside a "
    "film where it takes only one kind.",
    example="media:    # five pictures, for an account on Mastodon\n  - {file: a.jpg, alt: Boots.}\n"
    "  - …",
    fix="media:    # four\n  - {file: a.jpg, alt: Boots.}\n  - …",
    source="https://docs.joinmastodon.org/user/posting/#media, noted 2026-11-22; each limit in the "
    "channel's spec",
    check=check,
)
