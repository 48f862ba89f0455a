"""An amendment seen as a delivery: the worker sends edits or deletions as it sends posts.

Each of the two is a connector whose one irreversible request is the edit or the deletion of a public
part, and whose key is that part's id on the channel; so the protocol that publishes amends as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from signpost.domain.amendment import Amend
from signpost.domain.channel import ChannelSpec
from signpost.domain.delivery import Delivery, Part
from signpost.domain.outcome import Confirmation, Outcome
from signpost.domain.row import Row
from signpost.errors import BundleError
from signpost.ports import Channel, Connector, Editor, Retractor, Sent


def amending(row: Row, delivery: Delivery, connector: Connector) -> tuple[Delivery, Connector]:
    """What to send for an amendment, part by part, and the connector that does it.

    Raises:
        BundleError: the channel cannot do it, or the line has other parts than are public.
    """
    if row.action == Amend.RETRACT:
        if not isinstance(connector, Retractor):
            raise BundleError(f"Nothing can be deleted on {connector.spec.name}.")
        # Nothing of the line is sent; its parts may be fewer or more than became public.
        return replace(delivery, parts=(Part(""),) * len(row.aims)), _Retracting(row, connector)
    if not isinstance(connector, Editor):
        raise BundleError(f"Nothing can be edited on {connector.spec.name}.")
    if len(delivery.parts) != len(row.aims):
        raise BundleError(f"{len(row.aims)} parts are public, the text has {len(delivery.parts)}.")
    return delivery, _Correcting(row, connector)


class _Amending:
    """What both have in common. Implements ports.Connector but for what needs the channel."""

    def __init__(self, row: Row, connector: Any) -> None:
        self._aims = row.aims
        self._inner = connector
        # Repeating it is harmless, as sending with a key that the channel honours is.
        self.spec: ChannelSpec = connector.spec._replace(usable_key=True, key_ttl_s=None)

    def render(
        self, parts: Sequence[Part], *, link: str, language: str, options: Mapping[str, Any]
    ) -> tuple[Part, ...]:
        """What the channel would render; an amendment's parts are rendered already."""
        rendered: tuple[Part, ...] = self._inner.render(
            parts, link=link, language=language, options=options
        )
        return rendered

    def measure(self, channel: Channel, external_ids: Sequence[str]) -> list[Mapping[str, int]]:
        """What the channel measures.

        Raises:
            RefusedError, ThrottledError, TransportError: it could not be read.
        """
        measured: list[Mapping[str, int]] = self._inner.measure(channel, external_ids)
        return measured

    def new_key(self, delivery: str, revision: str, part: int, nonce: str, due: datetime) -> str:
        """The id of the public part that is amended: always the same, whoever tries."""
        del delivery, revision, nonce, due
        return self._aims[part].external_id


class _Correcting(_Amending):
    """Edits."""

    _inner: Editor

    def prepare(self, channel: Channel, part: Part) -> Mapping[str, Any]:
        """Uploads."""
        return self._inner.prepare_edit(channel, part)

    def publish(
        self, channel: Channel, part: Part, prepared: Mapping[str, Any], key: str, reply_to: str
    ) -> Outcome:
        """The edit."""
        del reply_to
        return self._inner.edit(channel, key, part, prepared)

    def confirm(self, channel: Channel, sent: Sent) -> Confirmation:
        """Whether it is seen."""
        return self._inner.confirm_edit(channel, sent.key, sent.part)


class _Retracting(_Amending):
    """Deletes."""

    _inner: Retractor

    def prepare(self, channel: Channel, part: Part) -> Mapping[str, Any]:
        """Nothing."""
        del channel, part
        return {}

    def publish(
        self, channel: Channel, part: Part, prepared: Mapping[str, Any], key: str, reply_to: str
    ) -> Outcome:
        """The deletion."""
        del part, prepared, reply_to
        return self._inner.delete(channel, key)

    def confirm(self, channel: Channel, sent: Sent) -> Confirmation:
        """Whether it is gone."""
        return self._inner.confirm_delete(channel, sent.key)
