"""Bluesky, and other networks of the AT Protocol that show its posts.

Strict in what is sent: the record of the documented lexicon, at a key of our own, with the
demand that nothing lies there yet. That key is what makes a repeat harmless: see ADR 33.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from signpost.connectors._http import budget, wait_s
from signpost.connectors.bluesky import record, tid
from signpost.connectors.bluesky.facets import handles
from signpost.connectors.bluesky.logins import Logins, Tokens
from signpost.connectors.bluesky.refs import Live, live_of, parse_external_id
from signpost.connectors.bluesky.session import MAX_SEND_S, Session, fault, is_bad_token
from signpost.connectors.bluesky.spec import COLLECTION, SPEC
from signpost.domain.delivery import Part
from signpost.domain.outcome import (
    Ambiguous,
    Confirmation,
    Outcome,
    Published,
    Rejected,
    Throttled,
    Unknown,
)
from signpost.errors import NotSent, RefusedError, ThrottledError, TransportError
from signpost.ports import Channel, Request, Response, Sent

if TYPE_CHECKING:
    from signpost.domain.budget import Budget
    from signpost.domain.inspection import AccountReport

PUT = "com.atproto.repo.putRecord"

_REFUSALS = frozenset({401, 403, 404, 413})
"""Answers that come before the record is looked at."""

_REFUSED_RECORDS = frozenset({"InvalidRequest", "InvalidMimeType", "InvalidSize"})
"""Names of a 400 after which nothing was written.

InvalidSwap is not among them: something lies at our key, and it may well be what an earlier
try of ours wrote. `confirm` looks.

Source: https://github.com/bluesky-social/atproto/tree/main/packages/pds/src
(api/com/atproto/repo/putRecord.ts, actor-store/blob/transactor.ts), 2026-11-22.
"""

_BLOB_GONE = "BlobNotFound"
_BLOBS_LAST_S = 120.0
"""A server deletes what no record names after "minutes", so an older upload is repeated.

Source: https://docs.bsky.app/docs/api/com-atproto-repo-upload-blob, 2026-11-22.
"""


class Bluesky:
    """The connector for Bluesky; see `signpost.ports.Connector` for the contract."""

    spec = SPEC

    def __init__(self) -> None:
        self._logins = Logins()

    def render(
        self, parts: Sequence[Part], *, link: str, language: str, options: Mapping[str, Any]
    ) -> tuple[Part, ...]:
        """The parts with text and payload: the record as far as it can be known."""
        return record.render(parts, link=link, language=language, options=options)

    def prepare(self, channel: Channel, part: Part) -> Mapping[str, Any]:
        """Logs in, uploads images, asks which accounts are mentioned.

        The tokens stay in this process; what is returned is stored, and holds no secret.

        Raises:
            RefusedError, ThrottledError, TransportError: it did not work; nothing is public.
        """
        session = Session(channel)
        self._logins.tokens(session)
        mentioned = handles(part.payload.get("facets") or [])
        if not part.media and not mentioned:
            return {}
        # Imported by need: most posts have neither, and each module costs a cold start.
        from signpost.connectors.bluesky.media import resolve, upload

        prepared: dict[str, Any] = {}
        if mentioned:
            prepared["dids"] = resolve(session, mentioned)
        if part.media:
            prepared["blobs"] = upload(self._logins, session, part.media)
            prepared["uploaded_at"] = int(channel.clock.now().timestamp())
        return prepared

    def publish(
        self, channel: Channel, part: Part, prepared: Mapping[str, Any], key: str, reply_to: str
    ) -> Outcome:
        """One com.atproto.repo.putRecord.

        What may be missing by then is done before it: a process that did not prepare the part
        logs in, images uploaded long ago are uploaded again, and what a person left out of
        `reply_to` is read. None of it makes anything public, so that a failure is a refusal.

        Source: https://docs.bsky.app/docs/api/com-atproto-repo-put-record, 2026-11-22.
        """
        try:
            session = Session(channel)
            tokens = self._logins.tokens(session)
            self._keep_blobs(session, part, prepared)
            answered = _answered(session, tokens, reply_to) if reply_to else None
            reply = answered.reply() if answered else None
            body = {
                "repo": tokens.did,
                "collection": COLLECTION,
                "rkey": key,
                "swapRecord": None,
                "record": record.record_of(part, prepared, key, reply),
            }
        except ThrottledError as error:
            return Throttled(error.retry_after_s, error.cause)
        except RefusedError as error:
            return Rejected(str(error), permanent=error.permanent)
        except TransportError as error:
            return Rejected(error.cause, permanent=False)
        request = session.request("POST", PUT, token=tokens.access, json=body, longest_s=MAX_SEND_S)
        return self._outcome(session, tokens, request, key, answered)

    def confirm(self, channel: Channel, sent: Sent) -> Confirmation:
        """Look for the record at the key, in the account's own repository."""
        from signpost.connectors.bluesky.landing import confirm

        try:
            return confirm(Session(channel), sent)
        except RefusedError as error:
            return Unknown(str(error))

    def measure(self, channel: Channel, external_ids: Sequence[str]) -> list[Mapping[str, int]]:
        """Counts of each post; a count that is not reported is left out.

        Raises:
            RefusedError, ThrottledError, TransportError: it could not be read.
        """
        from signpost.connectors.bluesky.counts import measure

        return measure(self._logins, Session(channel), external_ids)

    def delete(self, channel: Channel, external_id: str) -> Outcome:
        """One com.atproto.repo.deleteRecord; a login may come before it.

        There is no `edit`: readers would be shown none, and likes and answers that were given to
        other words would stand below the new (docs/channels/bluesky.md).
        """
        from signpost.connectors.bluesky.deletion import delete

        try:
            return delete(self._logins, Session(channel), external_id)
        except RefusedError as error:
            return Rejected(str(error))

    def confirm_delete(self, channel: Channel, external_id: str) -> Confirmation:
        """Look for the record in the account's own repository."""
        from signpost.connectors.bluesky.deletion import confirm_delete

        try:
            return confirm_delete(Session(channel), external_id)
        except RefusedError as error:
            return Unknown(str(error))

    def budget(self, headers: Mapping[str, str], now: datetime) -> Budget | None:
        """What the answer to a send says is left of the account's budget."""
        return budget(headers, now)

    def inspect(self, channel: Channel) -> AccountReport:
        """Who the app password lets in; a login and a read.

        Raises:
            RefusedError, ThrottledError, TransportError: it could not be asked.
        """
        from signpost.connectors.bluesky.inspection import inspect

        return inspect(Session(channel))

    def new_key(
        self,
        delivery: str,
        revision: str,
        part: int,
        nonce: str,  # noqa: ARG002 - a restored ledger must mint the same key again
        due: datetime,
    ) -> str:
        """The record key: a TID that belongs to this delivery, revision, part and due time."""
        return tid.mint(delivery, revision, part, due)

    def _keep_blobs(self, session: Session, part: Part, prepared: Mapping[str, Any]) -> None:
        """The same bytes make the same blob, so the record stays what it was."""
        uploaded_at = prepared.get("uploaded_at")
        if uploaded_at is None:
            return
        if session.channel.clock.now().timestamp() - uploaded_at > _BLOBS_LAST_S:
            from signpost.connectors.bluesky.media import upload

            upload(self._logins, session, part.media)

    def _outcome(
        self, session: Session, tokens: Tokens, request: Request, key: str, answered: Live | None
    ) -> Outcome:
        """What an answer to a send means. Whatever is not a known refusal is ambiguous."""
        try:
            response = session.send(request)
        except NotSent as error:
            return Rejected(error.cause, permanent=False)
        except Exception as error:  # noqa: BLE001 - after a send every surprise means "unknown"
            cause = error.cause if isinstance(error, TransportError) else type(error).__name__
            return Ambiguous(cause)
        status = response.status
        if status == 200:
            return _published(response, tokens, key, answered, session.server)
        words = session.words(response)
        if status == 429:
            wait = wait_s(response.headers, session.channel.clock.now(), default=300.0)
            return Throttled(wait, words)
        if is_bad_token(response):
            # The next try gets a new session; only if that is refused is it for good.
            self._logins.forget(session, tokens)
            return Rejected(words, permanent=False)
        if status == 400 and fault(response) == _BLOB_GONE:
            return Rejected(words, permanent=False)
        if status in _REFUSALS or (status == 400 and fault(response) in _REFUSED_RECORDS):
            return Rejected(words)
        return Ambiguous(words)


def _published(
    response: Response, tokens: Tokens, key: str, answered: Live | None, server: str
) -> Outcome:
    live = live_of(response.json())
    if live is None or (live.ref.did, live.ref.rkey) != (tokens.did, key):
        return Ambiguous(f"HTTP {response.status} with an answer that does not name our record")
    root = (answered.root or answered.ref) if answered else None
    live = Live(live.ref, root)
    return Published(live.external_id, live.permalink(server))


def _answered(session: Session, tokens: Tokens, reply_to: str) -> Live:
    """The post before; read from the server where a person gave no more than its key.

    Raises:
        RefusedError, TransportError: it could not be read.
    """
    live = parse_external_id(reply_to)
    if live.ref.cid:
        return live
    from signpost.connectors.bluesky.landing import get_record

    response = get_record(session, live.ref.did or tokens.did, live.ref.rkey)
    found = live_of(response.json()) if response.status == 200 else None
    if found is None:
        raise session.refusal(response, f"reading the post before, {live.ref.rkey}")
    return found
