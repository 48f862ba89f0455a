"""What the contract tests need to know of a channel: one `Scene` for each connector."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

from signpost.domain.canonical import digest
from signpost.domain.delivery import Account, Media, Part
from signpost.domain.outcome import Confirmation, Outcome
from signpost.errors import BundleError
from signpost.ports import Channel, Connector, Request, Response, Transport
from tests.fakes.clock import FakeClock
from tests.fakes.transport import FakeTransport

CANARY = "canary-token-7d1e-as-long-as-a-signing-key"
SINCE = datetime(2026, 12, 1, 8, 59, tzinfo=UTC)
DUE = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
PIXEL = b"\x89PNG\r\n\x1a\n not much of a picture"


class FakeMedia:
    """Implements ports.MediaReader over a mapping by digest."""

    def __init__(self, *files: bytes) -> None:
        self._files = {digest(data): data for data in files}

    def media(self, sha256: str) -> bytes:
        if sha256 not in self._files:
            raise BundleError(f"No media {sha256}.")
        return self._files[sha256]


PICTURE = Media(
    sha256=digest(PIXEL),
    mime="image/png",
    size=len(PIXEL),
    alt="Brown boots on a wet rock.",
    focus=(0.5, -0.25),
    width=1200,
    height=800,
)


@dataclass(frozen=True)
class Scene:
    """A channel's sample conversation.

    Args:
        parts: what an author wrote, as compile hands it to `render`.
        published: an answer that means "public", and the outcome it has to become.
        refusals: answers that mean "nothing became public, and never will unchanged".
        throttled: the same for now, each with the seconds to wait (None: any).
        surprises: answers that leave the matter open.
        listings: named answers to `confirm`, each with the confirmation it has to become.
        lost_listings: answers to `confirm` that must become Unknown.
        measured: answers to `measure` of one id, each with its metrics.
        token: the account's secret; every value that is secret is a canary.
        wire_token: how the secret looks in a request's header.
        prepared: what `prepare` would have made for the first part.
        resolved: members of the payload for which the send has the channel's own ids.
        payload_of: where the payload is in the body of a send, what `prepare` found taken out.
        welcome: answers to what a connector asks once for many sends, such as a login.
        login: end of the one address whose body may carry the secret; empty: none.
        thread: answers to `measure` of several ids, the ids, and their metrics; None: each id is
            asked for by itself, as in `measured`.
    """

    account: Account
    parts: tuple[Part, ...]
    options: Mapping[str, Any]
    published: tuple[tuple[Response, Outcome], ...]
    refusals: tuple[Response, ...]
    throttled: tuple[tuple[Response, float | None], ...]
    surprises: tuple[Response, ...]
    listings: Mapping[str, tuple[Callable[[Part, Request], Response], Confirmation]]
    lost_listings: Mapping[str, Callable[[Part, Request], Response]]
    measured: tuple[tuple[Response, Mapping[str, int]], ...]
    token: Mapping[str, str] = field(default_factory=lambda: {"access_token": CANARY})
    wire_token: str = CANARY
    prepared: Mapping[str, Any] = field(default_factory=dict)
    resolved: frozenset[str] = frozenset()
    payload_of: Callable[[Any], Mapping[str, Any]] = lambda body: body
    welcome: Callable[[Request], Response] | None = None
    login: str = ""
    thread: tuple[Sequence[Response], Sequence[str], list[Mapping[str, int]]] | None = None

    def enter(self, connector: Connector) -> None:
        """Let the connector do what it does once for many sends."""
        if self.welcome is not None and self.token:
            (part,) = connector.render([Part("Hello.")], link="", language="", options={})
            connector.prepare(self.channel(FakeTransport(respond=self.welcome)), part)

    def channel(
        self, transport: Transport, clock: FakeClock | None = None, deadline_s: float = 20.0
    ) -> Channel:
        """What a worker would hand to the connector."""
        return Channel(
            account=self.account,
            token=self.token,
            transport=transport,
            media=FakeMedia(PIXEL),
            clock=clock or FakeClock(),
            deadline_s=deadline_s,
        )


def scene_of(channel: str) -> Scene:
    """The scene of a channel, from tests/connectors/scenes/<channel>.py."""
    found: Scene = import_module(f"tests.connectors.scenes.{channel}").SCENE
    return found


def ids(values: Sequence[Response]) -> list[str]:
    """Test ids of answers."""
    return [f"{value.status}-{value.body[:20]!r}" for value in values]
