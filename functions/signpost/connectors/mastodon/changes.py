"""A live status: does it say what an edit said, is it gone, and the request that deletes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from unicodedata import normalize

from signpost.connectors._http import wait_s
from signpost.connectors.mastodon.likeness import Likeness, likeness, reads_exactly
from signpost.connectors.mastodon.listing import permalink
from signpost.connectors.mastodon.session import MAX_SEND_S, Session, segment
from signpost.domain.delivery import Part
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
from signpost.errors import NotSent, TransportError
from signpost.ports import Response

_REFUSALS = frozenset({401, 403, 422})
"""Answers after which nothing was deleted; 404 and 410 are looked into."""

_GONE = frozenset({404, 410})


def confirm_edit(session: Session, external_id: str, part: Part) -> Confirmation:
    """What the status says now, by its source, where a changed comma shows.

    Where a server keeps no source, what readers see is compared: the same to every character is
    found, and the same but for signs is unknown, since servers rewrite those.
    A picture that was exchanged for another with the same description is not told apart.

    Source: https://docs.joinmastodon.org/methods/statuses/#source, 2026-11-22.
    """
    try:
        shown = _read(session, external_id)
        status = shown.json()
        if shown.status != 200 or not _is_status(status, external_id):
            return Unknown(f"The status could not be read: {session.words(shown)}")
        source = _read(session, external_id, "/source")
    except TransportError as error:
        return Unknown(f"The status could not be read: {error.cause}")
    found = Found(external_id, permalink(status))
    written = source.json()
    if source.status == 200 and isinstance(written, dict) and isinstance(written.get("text"), str):
        same = _same_source(part, written) and _same_media(part, status)
        return found if same else Absent()
    if source.status not in (*_GONE, 405, 501):
        return Unknown(f"The source could not be read: {session.words(source)}")
    reply_to = status.get("in_reply_to_id")
    if likeness(part, str(reply_to or ""), status) is not Likeness.SAME:
        return Absent()
    if reads_exactly(part, status):
        return found
    return Unknown("The status says nearly this; the server does not tell its source.")


def delete(session: Session, external_id: str) -> Outcome:
    """The one request that deletes the status. Its media go too, where the server can (4.4).

    A server says 404 for what is gone, and for a status of somebody else: only a look tells.

    Source: https://docs.joinmastodon.org/methods/statuses/#delete and
    https://docs.joinmastodon.org/api/rate-limits (30 deletions in 30 minutes), 2026-11-22.
    """
    request = session.request(
        "DELETE",
        f"/api/v1/statuses/{segment(external_id)}",
        query={"delete_media": "true"},
        longest_s=MAX_SEND_S,
    )
    try:
        response = session.send(request)
    except NotSent as error:
        return Rejected(error.cause, permanent=False)
    except Exception as error:  # noqa: BLE001 - after a send every surprise means "unknown"
        return Ambiguous(error.cause if isinstance(error, TransportError) else type(error).__name__)
    said = session.words(response)
    if response.status == 200:
        deleted = response.json()
        # Servers before 2.9 answer {}.
        if isinstance(deleted, dict) and str(deleted.get("id") or external_id) == external_id:
            return Published(external_id, "")
        return Ambiguous(f"{said} with an answer that does not name the status")
    if response.status == 429:
        wait = wait_s(response.headers, session.channel.clock.now(), default=300.0)
        return Throttled(wait, said)
    if response.status in _REFUSALS:
        return Rejected(said)
    if _is_gone(response):
        return _looked_for(session, external_id)
    return Ambiguous(said)


def confirm_delete(session: Session, external_id: str) -> Confirmation:
    """Whether the status is still there.

    Source: https://docs.joinmastodon.org/methods/statuses/#get, 2026-11-22.
    """
    try:
        response = _read(session, external_id)
    except TransportError as error:
        return Unknown(f"The status could not be asked for: {error.cause}")
    if _is_gone(response):
        return Found(external_id, "")
    if response.status == 200 and _is_status(response.json(), external_id):
        return Absent()
    return Unknown(f"The status could not be asked for: {session.words(response)}")


def _looked_for(session: Session, external_id: str) -> Outcome:
    match confirm_delete(session, external_id):
        case Found():
            return Published(external_id, "")
        case Absent():
            return Rejected(
                "The status is there, but it is not this account's. Is the token another account's?"
            )
        case Unknown(reason=reason):
            return Ambiguous(reason)
        case other:
            return Ambiguous(type(other).__name__)


def _read(session: Session, external_id: str, what: str = "") -> Response:
    return session.send(session.request("GET", f"/api/v1/statuses/{segment(external_id)}{what}"))


def _is_gone(response: Response) -> bool:
    # A proxy's or web server's 404 is a page, and says nothing of the status.
    return response.status in _GONE and isinstance(response.json(), dict)


def _is_status(value: object, external_id: str) -> bool:
    return isinstance(value, dict) and str(value.get("id")) == external_id


def _same_source(part: Part, written: Mapping[str, Any]) -> bool:
    payload = part.payload
    ours = _text(payload.get("status", part.text)), _text(payload.get("spoiler_text"))
    return ours == (_text(written.get("text")), _text(written.get("spoiler_text")))


def _same_media(part: Part, status: Mapping[str, Any]) -> bool:
    """Numbers and descriptions, and what else an edit can change."""
    attached = status.get("media_attachments")
    theirs = [
        _text(item.get("description") if isinstance(item, dict) else None)
        for item in (attached if isinstance(attached, list) else [])
    ]
    if theirs != [_text(item.alt) for item in part.media]:
        return False
    # A server that does not know `de-AT` keeps `de`.
    said, shown = (
        _text(value.get("language")).partition("-")[0] for value in (part.payload, status)
    )
    if said and shown and said != shown:
        return False
    # A content warning makes a status sensitive by itself.
    wanted = bool(part.payload.get("sensitive") or part.payload.get("spoiler_text"))
    return not part.media or bool(status.get("sensitive")) is wanted


def _text(value: object) -> str:
    """As servers keep it: stripped, lines ended by one character, letters composed by some."""
    if not isinstance(value, str):
        return ""
    return normalize("NFC", value.replace("\r\n", "\n").strip())
