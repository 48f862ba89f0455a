"""One account's conversation with its server: address, token, deadline, refusals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from signpost.connectors._http import refusal, words
from signpost.domain.canonical import digest
from signpost.errors import RefusedError
from signpost.ports import Channel, Request, Response

MAX_SEND_S = 20.0
_READ_S = 15.0


def segment(external_id: str) -> str:
    """An id as one segment of a path, whatever a server put into it."""
    return quote(external_id, safe="")


class Session:
    """Requests of one account, all under one deadline that starts when this is made.

    Raises:
        RefusedError: the account has no server or its secret no `access_token`.
    """

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self.server = channel.account.server.rstrip("/")
        self._token = channel.token.get("access_token", "").strip()
        self._end = channel.clock.monotonic() + channel.deadline_s
        if not self.server:
            raise RefusedError(
                f"Account {channel.account.id} has no server.", "Add `server:` to accounts.yaml."
            )
        if not self._token:
            raise RefusedError(
                f"The secret of account {channel.account.id} has no `access_token`.",
                "Store the token as docs/channels/mastodon.md says.",
            )

    @property
    def identity(self) -> tuple[str, str]:
        """Server and account and token (as a digest): what a remembered answer belongs to."""
        return self.server, digest(f"{self.channel.account.id}\0{self._token}".encode())

    @property
    def remaining_s(self) -> float:
        """Seconds left for all of it; may be negative."""
        return self._end - self.channel.clock.monotonic()

    def request(
        self,
        method: str,
        path: str,
        *,
        longest_s: float = _READ_S,
        public: bool = False,
        **body: Any,
    ) -> Request:
        """A request to the account's server.

        Args:
            method: HTTP method.
            path: begins with `/api/`.
            longest_s: cap of its time-out, seconds; the session's deadline cuts it further.
            public: leave the token out: the answer is the same for everyone.
            body: `query`, `json`, `form` or `headers` of the request.
        """
        # A deadline that has passed leaves the transport a time-out it refuses at once, unsent.
        return Request(
            method,
            f"{self.server}{path}",
            secret_headers=None if public else {"Authorization": f"Bearer {self._token}"},
            timeout_s=max(0.0, min(longest_s, self.remaining_s)),
            **body,
        )

    def send(self, request: Request) -> Response:
        """The answer, whatever it is.

        Raises:
            TransportError: there was none.
        """
        return self.channel.transport.send(request)

    def read(self, path: str, *, doing: str, query: Mapping[str, str] | None = None) -> Response:
        """A GET that has to succeed.

        Raises:
            RefusedError, ThrottledError: it did not.
            TransportError: there was no answer.
        """
        response = self.send(self.request("GET", path, query=query))
        if response.status != 200:
            raise self.refusal(response, doing)
        return response

    def refusal(self, response: Response, doing: str) -> RefusedError:
        """The error for an answer that was not the one hoped for."""
        return refusal(response, doing=doing, now=self.channel.clock.now(), secrets=self._secrets)

    def words(self, response: Response) -> str:
        """The server's own words, without the token."""
        return words(response, self._secrets)

    @property
    def _secrets(self) -> list[str]:
        return list(self.channel.token.values())
