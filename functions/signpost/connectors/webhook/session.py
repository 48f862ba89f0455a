"""One account's conversation with its receiver: address, signature, deadline, refusals."""

from __future__ import annotations

from signpost.connectors._http import words
from signpost.connectors.webhook.signing import MIN_KEY, signature
from signpost.errors import RefusedError
from signpost.ports import Channel, Request, Response

MAX_SEND_S = 20.0
_READ_S = 15.0


class Session:
    """Requests of one account, all under one deadline that starts when this is made.

    Raises:
        RefusedError: the account has no server, or its secret no `signing_key` that is long enough.
    """

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self._key = channel.token.get("signing_key", "").strip()
        self._end = channel.clock.monotonic() + channel.deadline_s
        if not channel.account.server:
            raise RefusedError(
                f"Account {channel.account.id} has no server.",
                "Add the receiver's whole address as `server:` to accounts.yaml.",
            )
        if len(self._key) < MIN_KEY:
            raise RefusedError(
                f"The secret of account {channel.account.id} has no `signing_key` of at least "
                f"{MIN_KEY} characters.",
                "Store one as docs/channels/webhook.md says.",
            )

    def post(self, key: str, body: bytes) -> Request:
        """The one request that hands a part over.

        Args:
            key: the client key; the body has to name it too, since the signature covers the body.
            body: JSON in UTF-8.
        """
        return self._request(
            "POST", key, body, {"Content-Type": "application/json"}, data=body, longest_s=MAX_SEND_S
        )

    def question(self, key: str) -> Request:
        """Whether the receiver has done this key."""
        return self._request("GET", key, key.encode(), {}, query={"key": key}, longest_s=_READ_S)

    def send(self, request: Request) -> Response:
        """The answer, whatever it is.

        Raises:
            TransportError: there was none.
        """
        return self.channel.transport.send(request)

    def words(self, response: Response) -> str:
        """The receiver's own words, without the secret."""
        return words(response, list(self.channel.token.values()))

    def _request(
        self,
        method: str,
        key: str,
        signed: bytes,
        headers: dict[str, str],
        *,
        longest_s: float,
        data: bytes | None = None,
        query: dict[str, str] | None = None,
    ) -> Request:
        timestamp = str(int(self.channel.clock.now().timestamp()))
        # A deadline that has passed leaves the transport a time-out it refuses at once, unsent.
        left = self._end - self.channel.clock.monotonic()
        return Request(
            method,
            self.channel.account.server,
            headers={
                **headers,
                "Accept": "application/json",
                "Idempotency-Key": key,
                "Signpost-Timestamp": timestamp,
            },
            # No secret, but whoever has it can repeat the request for some minutes.
            secret_headers={"Signpost-Signature": signature(self._key, timestamp, signed)},
            query=query,
            data=data,
            timeout_s=max(0.0, min(longest_s, left)),
        )
