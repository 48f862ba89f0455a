"""What the stack calls by ids, in the words of those who read the pages."""

from __future__ import annotations


def channel_name(channel: str) -> str:
    """A channel's proper name, such as `Mastodon`; its id where this version does not have it."""
    # Pages that name no channel start without the registry.
    from signpost.connectors.registry import Registry

    try:
        return Registry().spec(channel).name
    except KeyError:
        return channel
