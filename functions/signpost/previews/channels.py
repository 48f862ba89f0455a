"""How each channel shows a part: one small module a channel, imported when it is needed."""

from __future__ import annotations

from importlib import import_module
from typing import Protocol

from signpost.domain.channel import ChannelSpec
from signpost.domain.delivery import Part
from signpost.previews.view import Medium, Shown

_MODULES = {
    "bluesky": "signpost.previews.bluesky",
    "mastodon": "signpost.previews.mastodon",
    "webhook": "signpost.previews.webhook",
    "wordpress": "signpost.previews.wordpress",
}
_FALLBACK = "signpost.previews.other"


class Show(Protocol):
    """What each of the modules has under the name `show`."""

    def __call__(
        self, part: Part, spec: ChannelSpec, media: tuple[Medium, ...], server: str
    ) -> Shown:
        """The part as a reader of the channel meets it, counters left out.

        Args:
            part: its payload alone decides what is read.
            server: the account's; empty where the channel has only one.
        """
        ...


def show_of(channel: str) -> Show:
    """How this channel shows a part; one that is not known shows its text as it is."""
    show: Show = import_module(_MODULES.get(channel, _FALLBACK)).show
    return show
