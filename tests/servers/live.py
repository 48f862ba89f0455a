"""A live post behind a proxy, as its connector alone sees it: no ledger, no queue."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from signpost.connectors.registry import Registry
from signpost.domain.canonical import digest
from signpost.domain.delivery import Account, Part
from signpost.domain.outcome import Published
from signpost.errors import BundleError
from signpost.ports import Channel, Connector, Editor, Retractor
from tests.servers.desks import Desk
from tests.servers.proxy import Proxy
from tests.servers.stage import Hurried, ShiftedClock

CHANGES = {
    "bluesky": {"delete": ("POST", r"com\.atproto\.repo\.deleteRecord")},
    "mastodon": {
        "delete": ("DELETE", r"/api/v1/statuses/\d+"),
        "edit": ("PUT", r"/api/v1/statuses/\d+$"),
    },
    "wordpress": {
        "delete": ("DELETE", r"/wp/v2/posts/\d+"),
        "edit": ("POST", r"/wp/v2/posts/\d+$"),
    },
}
"""The one request of each change, by channel: method and path."""

_keys = itertools.count(1)


class Files:
    """Implements ports.MediaReader over bytes."""

    def __init__(self, files: Iterable[bytes]) -> None:
        self._files = {digest(data): data for data in files}

    def media(self, sha256: str) -> bytes:
        if sha256 not in self._files:
            raise BundleError(f"No media {sha256}.")
        return self._files[sha256]


@dataclass
class Workbench:
    """One account, spoken to by a connector in a process of its own.

    Args:
        url: where its server is, if not behind the proxy.
    """

    desk: Desk
    files: Sequence[bytes] = ()
    url: str = ""
    connector: Any = field(init=False)

    def __post_init__(self) -> None:
        self.proxy = Proxy(self.url or self.desk.url)
        self.clock = ShiftedClock()
        self.transport = Hurried()
        self.connector = Registry().get(self.desk.channel)

    def close(self) -> None:
        """Close connections."""
        self.transport.inner.close()
        self.proxy.close()

    @property
    def channel(self) -> Channel:
        """What a worker would hand to the connector."""
        desk = self.desk
        account = Account("a", desk.channel, desk.handle, self.proxy.url, "secret")
        return Channel(account, desk.token, self.transport, Files(self.files), self.clock)

    def wake(self) -> None:
        """A new process: what the last one had in its memory is gone."""
        self.connector = Registry().get(self.desk.channel)

    def render(self, text: str, *media: Any, **options: Any) -> Part:
        """A part as it is sent."""
        made: Connector = self.connector
        (part,) = made.render([Part(text, media)], link="", language="en", options=options)
        return part

    def publish(self, part: Part, reply_to: str = "") -> str:
        """Make a part public; its external id."""
        made: Connector = self.connector
        delivery = f"w/b/{uuid.uuid4().hex}/a"
        due = datetime.now(UTC).replace(microsecond=next(_keys) % 1_000_000)
        key = made.new_key(delivery, "r", 0, "n", due)
        prepared = made.prepare(self.channel, part)
        outcome = made.publish(self.channel, part, prepared, key, reply_to)
        assert isinstance(outcome, Published), outcome
        return outcome.external_id

    @property
    def editor(self) -> Editor:
        """The connector as one that edits."""
        assert isinstance(self.connector, Editor)
        return self.connector

    @property
    def retractor(self) -> Retractor:
        """The connector as one that deletes."""
        assert isinstance(self.connector, Retractor)
        return self.connector
