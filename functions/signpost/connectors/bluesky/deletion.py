"""Deleting a live post, and looking whether it is gone."""

from __future__ import annotations

from signpost.connectors._http import wait_s
from signpost.connectors.bluesky.landing import describe, get_record
from signpost.connectors.bluesky.logins import Logins, Tokens
from signpost.connectors.bluesky.refs import live_of, parse_external_id
from signpost.connectors.bluesky.session import MAX_SEND_S, Session, fault, is_bad_token
from signpost.connectors.bluesky.spec import COLLECTION
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
from signpost.errors import NotSent, RefusedError, ThrottledError, TransportError
from signpost.ports import Response

DELETE = "com.atproto.repo.deleteRecord"

_REFUSALS = frozenset({401, 403, 404, 413})
"""Answers that come before the record is looked at."""

_OTHERS = "This post is another account's: {}."


def delete(logins: Logins, session: Session, external_id: str) -> Outcome:
    """One com.atproto.repo.deleteRecord; what is gone is deleted again without a word.

    No `swapRecord`: what lies at our key is taken away, whatever it says by now.

    Source: https://docs.bsky.app/docs/api/com-atproto-repo-delete-record and
    https://github.com/bluesky-social/atproto/blob/main/packages/pds/src/api/com/atproto/repo/
    deleteRecord.ts, 2026-11-22.
    """
    ref = parse_external_id(external_id).ref
    try:
        tokens = logins.tokens(session)
    except ThrottledError as error:
        return Throttled(error.retry_after_s, error.cause)
    except RefusedError as error:
        return Rejected(str(error), permanent=error.permanent)
    except TransportError as error:
        return Rejected(error.cause, permanent=False)
    if ref.did not in ("", tokens.did):
        return Rejected(_OTHERS.format(ref.did))
    body = {"repo": tokens.did, "collection": COLLECTION, "rkey": ref.rkey}
    request = session.request("POST", DELETE, token=tokens.access, json=body, longest_s=MAX_SEND_S)
    try:
        response = session.send(request)
    except NotSent as error:
        return Rejected(error.cause, permanent=False)
    except Exception as error:  # noqa: BLE001 - after a send every surprise means "unknown"
        return Ambiguous(error.cause if isinstance(error, TransportError) else type(error).__name__)
    return _outcome(logins, session, tokens, response, external_id)


def confirm_delete(session: Session, external_id: str) -> Confirmation:
    """Whether the account's own server still has the record. The index lags; it is not asked."""
    ref = parse_external_id(external_id).ref
    try:
        did, said = describe(session)
        if not did:
            return Unknown(f"The server does not show the account: {said}")
        if ref.did not in ("", did):
            return Unknown(_OTHERS.format(ref.did))
        response = get_record(session, did, ref.rkey)
    except TransportError as error:
        return Unknown(f"The repository could not be read: {error.cause}")
    if response.status == 400 and fault(response) == "RecordNotFound":
        return Found(external_id, "")
    live = live_of(response.json()) if response.status == 200 else None
    if live is not None and (live.ref.did, live.ref.rkey) == (did, ref.rkey):
        return Absent()
    return Unknown(f"The record could not be read: {session.words(response)}")


def _outcome(
    logins: Logins, session: Session, tokens: Tokens, response: Response, external_id: str
) -> Outcome:
    words = session.words(response)
    if response.status == 200:
        # The commit that deleted it, or {}; servers of 2023 say nothing at all.
        if not response.body.strip() or isinstance(response.json(), dict):
            return Published(external_id, "")
        return Ambiguous(f"{words} with an answer that is none of the network's")
    if response.status == 429:
        wait = wait_s(response.headers, session.channel.clock.now(), default=300.0)
        return Throttled(wait, words)
    if is_bad_token(response):
        # The next try gets a new session; only if that is refused is it for good.
        logins.forget(session, tokens)
        return Rejected(words, permanent=False)
    unread = response.status == 400 and fault(response) == "InvalidRequest"
    if unread or response.status in _REFUSALS:
        return Rejected(words)
    return Ambiguous(words)
