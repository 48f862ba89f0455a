"""Which connector speaks for which channel. Connectors are imported only when asked for."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING

from signpost.domain.channel import ChannelSpec

if TYPE_CHECKING:
    from signpost.ports import Connector

_CONNECTORS = {
    "bluesky": "signpost.connectors.bluesky.connector:Bluesky",
    "mastodon": "signpost.connectors.mastodon.connector:Mastodon",
    "webhook": "signpost.connectors.webhook.connector:Webhook",
    "wordpress": "signpost.connectors.wordpress.connector:WordPress",
}


class Registry:
    """The `Connectors` port: finds a connector by channel id; one instance of each.

    Args:
        paths: channel id to `module:Class`; left out: all that Signpost has.
    """

    def __init__(self, paths: Mapping[str, str] | None = None) -> None:
        self._paths = dict(_CONNECTORS if paths is None else paths)
        self._made: dict[str, Connector] = {}

    def ids(self) -> tuple[str, ...]:
        """All channel ids, in order; imports nothing."""
        return tuple(sorted(self._paths))

    def spec(self, channel: str) -> ChannelSpec:
        """The channel's spec alone: cheaper than its connector, for those who send nothing.

        Raises:
            KeyError: no connector has that id.
        """
        package = self._paths[channel].partition(":")[0].rpartition(".")[0]
        found: ChannelSpec = import_module(f"{package}.spec").SPEC
        return found

    def get(self, channel: str) -> Connector:
        """The connector, imported by need.

        Raises:
            KeyError: no connector has that id.
        """
        if channel not in self._made:
            module, _, name = self._paths[channel].partition(":")
            self._made[channel] = getattr(import_module(module), name)()
        return self._made[channel]
