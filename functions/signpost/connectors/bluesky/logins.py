"""Logins: an app password becomes a pair of tokens, kept for the life of the process.

A server lets an account log in 30 times in five minutes, so tokens are shared by everything
that works for the account, and renewed by the refresh token. Only one thread logs in or renews
at a time; the others wait for what it gets.

Source: https://docs.bsky.app/docs/advanced-guides/rate-limits and
https://github.com/bluesky-social/atproto/tree/main/lexicons/com/atproto/server
(createSession.json, refreshSession.json), 2026-11-22.
"""

from __future__ import annotations

import binascii
import json
from base64 import urlsafe_b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from signpost.connectors.bluesky.session import Session, is_bad_token
from signpost.errors import RefusedError, ThrottledError
from signpost.ports import Response

LOGIN = "com.atproto.server.createSession"
REFRESH = "com.atproto.server.refreshSession"

MARGIN = timedelta(seconds=120)
"""A token that ends sooner is renewed first: longer than any send, its deadline included."""

_UNSAID_S = 600.0
_LONGEST_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a login gives.

    Args:
        until: when the access token ends, by our clock. Not by the monotonic one: that may stand
            still while a function is frozen between two messages.
    """

    access: str
    refresh: str
    did: str
    until: datetime

    def __repr__(self) -> str:
        return f"Tokens({self.did}, ***)"


class _Place:
    def __init__(self) -> None:
        self.lock = Lock()
        self.tokens: Tokens | None = None


class Logins:
    """The tokens of all accounts that this process works for."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._places: dict[tuple[str, str], _Place] = {}

    def tokens(self, session: Session) -> Tokens:
        """Tokens that outlast a send: kept ones, renewed ones, or those of a new login.

        Raises:
            RefusedError, ThrottledError, TransportError: the server gave none.
        """
        place = self._place(session)
        found = self._ready(session, place) or self._renewed(session, place)
        session.secrets += [found.access, found.refresh]
        return found

    def forget(self, session: Session, tokens: Tokens) -> None:
        """Use these no longer; the server does not know them any more."""
        place = self._place(session)
        if place.tokens is tokens:
            place.tokens = None

    def _place(self, session: Session) -> _Place:
        with self._lock:
            return self._places.setdefault(session.identity, _Place())

    @staticmethod
    def _ready(session: Session, place: _Place) -> Tokens | None:
        tokens = place.tokens
        if tokens is None or tokens.until - MARGIN < session.channel.clock.now():
            return None
        return tokens

    def _renewed(self, session: Session, place: _Place) -> Tokens:
        if not place.lock.acquire(timeout=max(0.0, session.remaining_s)):
            raise RefusedError("Another worker is still logging in.", permanent=False)
        try:
            # Whoever had the lock before may have got them already.
            tokens = self._ready(session, place)
            if tokens is None:
                tokens = _refresh(session, place.tokens) or _login(session)
                place.tokens = tokens
            return tokens
        finally:
            place.lock.release()


def _refresh(session: Session, old: Tokens | None) -> Tokens | None:
    """Renewed tokens; None where there is nothing to renew, or the server wants a login.

    Raises:
        RefusedError, ThrottledError, TransportError: the server is not well; the old stay.
    """
    if old is None:
        return None
    response = session.send(session.request("POST", REFRESH, token=old.refresh))
    if is_bad_token(response) or response.status == 401:
        return None
    return _read(session, response, "renewing the session", did=old.did)


def _login(session: Session) -> Tokens:
    body = {"identifier": session.handle, "password": session.password}
    response = session.send(session.request("POST", LOGIN, json=body))
    return _read(session, response, "logging in", did="")


def _read(session: Session, response: Response, doing: str, *, did: str) -> Tokens:
    """The tokens of an answer; nothing half-given, and nobody else's, takes the old ones' place."""
    if response.status != 200:
        error = session.refusal(response, doing)
        if isinstance(error, ThrottledError) or not error.permanent:
            raise error
        raise RefusedError(
            f"{error.cause.rstrip('.')}.",
            "Look at the account's app password; docs/channels/bluesky.md says how.",
        )
    value = response.json()
    found = value if isinstance(value, dict) else {}
    names = ("accessJwt", "refreshJwt", "did")
    access, refresh, own = (str(found[n]) if _is_text(found.get(n)) else "" for n in names)
    if not (access and refresh and own) or own != (did or own):
        raise RefusedError(f"{doing}: the answer is no session.", permanent=False)
    if found.get("active") is False:
        why = str(found.get("status") or "not active")[:40]
        raise RefusedError(f"{doing}: the account is {why}.", "Look at the account on the server.")
    until = session.channel.clock.now() + timedelta(seconds=_lifetime_s(access))
    return Tokens(access, refresh, own, until)


def _lifetime_s(token: str) -> float:
    """Seconds that a token lives by its own word (both its times are of the server's clock)."""
    claims = _claims(token.split("."))
    begins, ends = claims.get("iat"), claims.get("exp")
    if isinstance(begins, int | float) and isinstance(ends, int | float) and ends > begins:
        return float(min(ends - begins, _LONGEST_S))
    return _UNSAID_S


def _claims(pieces: Sequence[str]) -> dict[str, Any]:
    if len(pieces) != 3:
        return {}
    try:
        claims = json.loads(urlsafe_b64decode(pieces[1] + "=" * (-len(pieces[1]) % 4)))
    except (ValueError, binascii.Error):
        return {}
    return claims if isinstance(claims, dict) else {}


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())
