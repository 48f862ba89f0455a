"""Confirm: did a send land? Ask the account's own server for the record at our key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from signpost.connectors._http import moment
from signpost.connectors.bluesky.refs import Live, live_of
from signpost.connectors.bluesky.session import Session, fault
from signpost.connectors.bluesky.spec import COLLECTION
from signpost.domain.outcome import Absent, Confirmation, Found, Unknown
from signpost.errors import TransportError
from signpost.ports import Response, Sent

DESCRIBE = "com.atproto.repo.describeRepo"
GET = "com.atproto.repo.getRecord"


def confirm(session: Session, sent: Sent) -> Confirmation:
    """What the repository holds at the key that was sent."""
    try:
        did, said = describe(session)
        if not did:
            return Unknown(f"The server does not show the account: {said}")
        response = get_record(session, did, sent.key)
    except TransportError as error:
        return Unknown(f"The repository could not be read: {error.cause}")
    if response.status == 400 and fault(response) == "RecordNotFound":
        return Absent()
    answer = response.json() if response.status == 200 else None
    live = live_of(answer)
    value = answer.get("value") if isinstance(answer, dict) else None
    if live is None or (live.ref.did, live.ref.rkey) != (did, sent.key):
        return Unknown(f"The record could not be read: {session.words(response)}")
    permalink = live.permalink(session.server)
    return _verdict(sent, live, value if isinstance(value, dict) else {}, permalink)


def describe(session: Session) -> tuple[str, str]:
    """The account's DID, if this server keeps its repository, else empty; and what it said.

    A server that does not keep it answers getRecord from an index, which lags. So first it has to
    say that it does.

    Raises:
        TransportError: there was no answer.

    Source: https://github.com/bluesky-social/atproto/tree/main/packages/pds/src/api/com/atproto/
    repo (describeRepo.ts, getRecord.ts), 2026-11-22.
    """
    response = session.send(session.request("GET", DESCRIBE, query=[("repo", session.handle)]))
    value = response.json()
    did = value.get("did") if response.status == 200 and isinstance(value, dict) else None
    known = isinstance(did, str) and did.startswith("did:")
    return (str(did) if known else ""), session.words(response)


def get_record(session: Session, repo: str, rkey: str) -> Response:
    """One record of a repository; anyone may read it.

    Raises:
        TransportError: there was no answer.
    """
    query = [("repo", repo), ("collection", COLLECTION), ("rkey", rkey)]
    return session.send(session.request("GET", GET, query=query))


def _verdict(sent: Sent, live: Live, value: Mapping[str, Any], permalink: str) -> Confirmation:
    if live.external_id in sent.bound:
        return Absent()
    if value.get("text") != sent.part.payload.get("text"):
        return Unknown(f"Another post lies at the key {live.ref.rkey}: a person must look.")
    # The record's time is the due time; where that lies before the send, nobody knows it.
    made = moment(value.get("createdAt"))
    published_at = made if made is not None and made >= sent.since else None
    return Found(live.external_id, permalink, published_at)
