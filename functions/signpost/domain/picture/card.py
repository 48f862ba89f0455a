"""The picture of a link's card, where a channel shows one of ours."""

from __future__ import annotations

from collections.abc import Sequence

from signpost.domain.channel import ChannelSpec
from signpost.domain.post import MediaRef


def card_pictures(items: Sequence[MediaRef], spec: ChannelSpec, link: str) -> tuple[MediaRef, ...]:
    """Those of a post's media that the channel shows in the card of the link.

    Empty where there is no link, or where the channel's cards take no picture of ours: there they
    are pictures as all others.
    """
    if not link or spec.card_picture is None:
        return ()
    return tuple(item for item in items if item.card)
