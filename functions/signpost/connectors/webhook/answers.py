"""What a receiver's answer means, by the contract in docs/channels/webhook.md."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from signpost.connectors._http import wait_s
from signpost.connectors.webhook.session import Session
from signpost.domain.outcome import (
    Absent,
    Ambiguous,
    Confirmation,
    Found,
    Outcome,
    Published,
    Rejected,
    Throttled,
    Unknown,
)
from signpost.ports import Response

_REFUSALS = frozenset({400, 401, 403, 404, 405, 410, 411, 413, 414, 415, 422})
"""Answers after which, by the contract, nothing was done. Not among them: 408 and 425, which say
nothing of the request before; 409, which other servers give while the first request still runs.

Source: https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-idempotency-key-header-07
(409 while the original is being processed, 422 for a key with another payload), 2026-11-22.
"""

_MAX_ID = 200
_MAX_URL = 2048
_URL = re.compile(r"https?://[^\s/?#\\]+[^\s\\]*")


def outcome(session: Session, response: Response, key: str, *, gone: bool = False) -> Outcome:
    """What an answer to a send means. Whatever is not a known refusal is ambiguous.

    Args:
        key: of what was sent.
        gone: a retraction was sent, so "there is none", with the key, is what was wanted.
    """
    if 200 <= response.status < 300:
        return _done(session, response, key)
    if response.status == 409:
        named = _object(response)
        if named.get("key") == key:
            return Published(*_place(named, key))
        return Ambiguous(f"{session.words(response)} — it does not say that this key is done")
    if gone and response.status in {404, 410} and _object(response).get("key") == key:
        return Published(key, "")
    if response.status == 429:
        wait = wait_s(response.headers, session.channel.clock.now(), default=300.0)
        return Throttled(wait, session.words(response))
    if response.status in _REFUSALS:
        return Rejected(session.words(response))
    return Ambiguous(session.words(response))


def confirmation(session: Session, response: Response, key: str) -> Confirmation:
    """What an answer to the question means.

    It has to name the key: any web server says 404 for an address that it does not know, and
    that is no word about our send.
    """
    answer = _object(response)
    if answer.get("key") != key or response.status not in (200, 404):
        return Unknown(
            f"The receiver does not say whether it has the key: {session.words(response)}"
        )
    if response.status == 404:
        return Absent()
    return Found(*_place(answer, key))


def _done(session: Session, response: Response, key: str) -> Outcome:
    """Any 2xx is done, unless it plainly comes from somebody else than a receiver."""
    if not response.body.strip():
        return Published(key, "")
    kind = response.headers.get("content-type", "").lower()
    value = response.json()
    page = response.body.lstrip()[:1] == b"<"
    # A login page, a firewall's check or a page of maintenance is often answered with 200.
    if page or "html" in kind or ("json" in kind and value is None):
        return Ambiguous(f"HTTP {response.status} with a page, or with JSON that cannot be read")
    answer = value if isinstance(value, dict) else {}
    if answer.get("key", key) != key:
        return Ambiguous(f"{session.words(response)} — it names another key")
    return Published(*_place(answer, key))


def _object(response: Response) -> Mapping[str, Any]:
    value = response.json()
    return value if isinstance(value, dict) else {}


def _place(answer: Mapping[str, Any], key: str) -> tuple[str, str]:
    """The receiver's id (ours where it gives none that can be used) and its http(s) address."""
    found, url = answer.get("id"), answer.get("url")
    external_id = str(found) if isinstance(found, str | int) and not isinstance(found, bool) else ""
    if not external_id.isprintable() or not 0 < len(external_id) <= _MAX_ID:
        external_id = key
    # It becomes a link on our pages: nothing but an address of the web.
    permalink = url if isinstance(url, str) and len(url) <= _MAX_URL and url.isprintable() else ""
    return external_id, permalink if _URL.fullmatch(permalink) else ""
