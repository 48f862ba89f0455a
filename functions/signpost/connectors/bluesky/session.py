"""One account's conversation with its server: address, deadline, requests, refusals."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from signpost.connectors import _http
from signpost.connectors.bluesky.spec import DEFAULT_SERVER
from signpost.domain.canonical import digest
from signpost.errors import RefusedError
from signpost.ports import Channel, Request, Response

MAX_SEND_S = 20.0
_READ_S = 15.0

_BAD_TOKEN = frozenset({"ExpiredToken", "InvalidToken"})
"""A new session mends these. The reference server answers them with 400, not with 401.

Source: https://github.com/bluesky-social/atproto/blob/main/packages/pds/src/auth-verifier.ts,
2026-11-22.
"""


class Session:
    """Requests of one account, all under one deadline that starts when this is made.

    Raises:
        RefusedError: the account has no handle, or its secret no `app_password`.
    """

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self.server = channel.account.server.rstrip("/") or DEFAULT_SERVER
        self.handle = channel.account.handle.strip().removeprefix("@")
        self.password = channel.token.get("app_password", "").strip()
        self.secrets: list[str] = [self.password]
        self._end = channel.clock.monotonic() + channel.deadline_s
        if not self.handle:
            raise RefusedError(
                f"Account {channel.account.id} has no handle.", "Add `handle:` to accounts.yaml."
            )
        if not self.password:
            raise RefusedError(
                f"The secret of account {channel.account.id} has no `app_password`.",
                "Store the app password as docs/channels/bluesky.md says.",
            )

    @property
    def identity(self) -> tuple[str, str]:
        """Server, account and password (as a digest): whose tokens these are."""
        return self.server, digest(f"{self.handle}\0{self.password}".encode())

    @property
    def remaining_s(self) -> float:
        """Seconds left for all of it; may be negative."""
        return self._end - self.channel.clock.monotonic()

    def request(
        self,
        method: str,
        nsid: str,
        *,
        token: str = "",
        query: Sequence[tuple[str, str]] = (),
        longest_s: float = _READ_S,
        **body: Any,
    ) -> Request:
        """A request to the account's server.

        Args:
            nsid: the name of the procedure or query, such as `com.atproto.repo.getRecord`.
            token: empty where anyone gets the same answer.
            query: names may repeat: that is how XRPC writes a list.
            longest_s: cap of its time-out, seconds; the session's deadline cuts it further.
            body: `json`, `data` or `headers` of the request.
        """
        asked = f"?{urlencode(query)}" if query else ""
        # A deadline that has passed leaves the transport a time-out it refuses at once, unsent.
        return Request(
            method,
            f"{self.server}/xrpc/{nsid}{asked}",
            secret_headers={"Authorization": f"Bearer {token}"} if token else None,
            timeout_s=max(0.0, min(longest_s, self.remaining_s)),
            **body,
        )

    def send(self, request: Request) -> Response:
        """The answer, whatever it is.

        Raises:
            TransportError: there was none.
        """
        return self.channel.transport.send(request)

    def refusal(self, response: Response, doing: str) -> RefusedError:
        """The error for an answer that was not the one hoped for."""
        return _http.refusal(
            _plain(response), doing=doing, now=self.channel.clock.now(), secrets=self.secrets
        )

    def words(self, response: Response) -> str:
        """The server's own words, without secrets."""
        return _http.words(_plain(response), self.secrets)


def fault(response: Response) -> str:
    """The name of what went wrong, such as `InvalidSwap`; empty where the answer has none.

    Source: https://atproto.com/specs/xrpc#error-responses, 2026-11-22.
    """
    value = response.json()
    name = value.get("error") if isinstance(value, dict) else None
    return name if isinstance(name, str) else ""


def is_bad_token(response: Response) -> bool:
    """Whether a server refused the session and nothing else."""
    return response.status in (400, 401) and fault(response) in _BAD_TOKEN


def _plain(response: Response) -> Response:
    """The answer with name and sentence of its error in one member."""
    value = response.json()
    if not isinstance(value, Mapping):
        return response
    said = [value[key] for key in ("error", "message") if isinstance(value.get(key), str)]
    return replace(response, body=json.dumps({"error": ": ".join(filter(None, said))}).encode())
