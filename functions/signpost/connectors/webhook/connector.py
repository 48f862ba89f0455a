"""A webhook: any address that keeps the contract in docs/channels/webhook.md.

Strict in what is sent: one signed JSON object. Liberal in what is read: an answer may be empty.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from signpost.connectors._http import budget
from signpost.connectors.webhook.answers import confirmation, outcome
from signpost.connectors.webhook.messages import (
    VERSION,
    correction,
    correction_key,
    publication,
    retraction,
    retraction_key,
)
from signpost.connectors.webhook.session import Session
from signpost.connectors.webhook.spec import SPEC
from signpost.domain.delivery import Media, Part
from signpost.domain.outcome import (
    Absent,
    Ambiguous,
    Confirmation,
    Found,
    Outcome,
    Published,
    Rejected,
    Unknown,
)
from signpost.errors import BundleError, NotSent, RefusedError, TransportError
from signpost.ports import Channel, Request, Sent

if TYPE_CHECKING:
    from signpost.domain.budget import Budget
    from signpost.domain.inspection import AccountReport


class Webhook:
    """The connector for webhooks; see `signpost.ports.Connector` for the contract."""

    spec = SPEC

    def render(
        self, parts: Sequence[Part], *, link: str, language: str, options: Mapping[str, Any]
    ) -> tuple[Part, ...]:
        """The parts with the body that is sent, media bytes and key left out.

        The text stays as written. The link is a member of its own, of the first part: a receiver
        knows best where it belongs.
        """
        chosen = {name: str(options[name]) for name in SPEC.options if options.get(name)}
        return tuple(
            replace(
                part,
                payload={
                    "version": VERSION,
                    "text": part.text,
                    "link": "" if index else link,
                    "language": language,
                    "part": index + 1,
                    "parts": len(parts),
                    "media": [_described(item) for item in part.media],
                    **chosen,
                },
            )
            for index, part in enumerate(parts)
        )

    def prepare(self, channel: Channel, part: Part) -> Mapping[str, Any]:
        """Nothing to upload, so only: can the account send at all? Asked before an intent is written.

        Raises:
            RefusedError: the account lacks its address or its signing key.
        """
        del part
        Session(channel)
        return {}

    def publish(
        self, channel: Channel, part: Part, prepared: Mapping[str, Any], key: str, reply_to: str
    ) -> Outcome:
        """One POST of the whole part to the account's address."""
        del prepared
        try:
            session = Session(channel)
            request = session.post(key, publication(channel, part, key, reply_to))
        except (RefusedError, BundleError) as error:
            return Rejected(str(error))
        except Exception as error:  # noqa: BLE001 - nothing was sent, so it is no unknown
            return Rejected(f"{type(error).__name__} while reading media", permanent=False)
        return _sent(session, request, key)

    def confirm(self, channel: Channel, sent: Sent) -> Confirmation:
        """Ask the receiver whether it has done the key: GET of the same address, `?key=…`."""
        try:
            session = Session(channel)
            found = confirmation(session, session.send(session.question(sent.key)), sent.key)
        except (RefusedError, TransportError) as error:
            return Unknown(error.cause)
        # An id that another delivery has is no id; a repeat is safe, and answered by the key.
        if isinstance(found, Found) and found.external_id in sent.bound:
            return Absent()
        return found

    def measure(self, channel: Channel, external_ids: Sequence[str]) -> list[Mapping[str, int]]:
        """Nothing of each: the contract has no numbers, and none is not 0."""
        del channel
        return [{} for _ in external_ids]

    def budget(self, headers: Mapping[str, str], now: datetime) -> Budget | None:
        """What the answer to a send says is left of the account's budget."""
        return budget(headers, now)

    def prepare_edit(self, channel: Channel, part: Part) -> Mapping[str, Any]:
        """As `prepare`.

        Raises:
            RefusedError: the account lacks its address or its signing key.
        """
        return self.prepare(channel, part)

    def edit(
        self, channel: Channel, external_id: str, part: Part, prepared: Mapping[str, Any]
    ) -> Outcome:
        """One POST that hands the whole part over again, as a correction of what has this id."""
        del prepared
        key = correction_key(channel, external_id, part)
        try:
            session = Session(channel)
            request = session.post(key, correction(channel, external_id, part, key))
        except (RefusedError, BundleError) as error:
            return Rejected(str(error))
        except Exception as error:  # noqa: BLE001 - nothing was sent, so it is no unknown
            return Rejected(f"{type(error).__name__} while reading media", permanent=False)
        answered = _sent(session, request, key)
        # Where the receiver gives no id of its own, it stays what it was.
        if isinstance(answered, Published):
            return replace(answered, external_id=external_id)
        return answered

    def confirm_edit(self, channel: Channel, external_id: str, part: Part) -> Confirmation:
        """Ask the receiver whether the last that it did to the post is this correction."""
        return _confirmed(channel, correction_key(channel, external_id, part), external_id)

    def delete(self, channel: Channel, external_id: str) -> Outcome:
        """One POST that asks to take the post away."""
        key = retraction_key(channel, external_id)
        try:
            session = Session(channel)
        except RefusedError as error:
            return Rejected(str(error))
        request = session.post(key, retraction(channel, external_id, key))
        answered = _sent(session, request, key, gone=True)
        return Published(external_id, "") if isinstance(answered, Published) else answered

    def confirm_delete(self, channel: Channel, external_id: str) -> Confirmation:
        """Ask the receiver whether it has taken the post away."""
        return _confirmed(channel, retraction_key(channel, external_id), external_id, gone=True)

    def inspect(self, channel: Channel) -> AccountReport:
        """Whether the receiver accepts our signature; a question, no post.

        Raises:
            RefusedError, TransportError: it could not be asked.
        """
        from signpost.connectors.webhook.inspection import inspect

        return inspect(Session(channel))

    def new_key(
        self,
        delivery: str,
        revision: str,
        part: int,
        nonce: str,  # noqa: ARG002 - see below
        due: datetime,  # noqa: ARG002 - these keys carry no time
    ) -> str:
        """64 hexadecimal digits that belong to this delivery, revision and part.

        The nonce is left out, so that a ledger restored from before the send mints the same key
        and the receiver, for as long as it remembers, says that it is done.
        """
        return hashlib.sha256(f"{delivery}\0{revision}\0{part}".encode()).hexdigest()


def _sent(session: Session, request: Request, key: str, *, gone: bool = False) -> Outcome:
    """What became of a request that hands something over."""
    try:
        response = session.send(request)
    except NotSent as error:
        return Rejected(error.cause, permanent=False)
    except Exception as error:  # noqa: BLE001 - after a send every surprise means "unknown"
        return Ambiguous(error.cause if isinstance(error, TransportError) else type(error).__name__)
    return outcome(session, response, key, gone=gone)


def _confirmed(channel: Channel, key: str, external_id: str, *, gone: bool = False) -> Confirmation:
    try:
        session = Session(channel)
        found = confirmation(session, session.send(session.question(key)), key)
    except (RefusedError, TransportError) as error:
        return Unknown(error.cause)
    if isinstance(found, Found):
        return Found(external_id, "" if gone else found.permalink)
    return found


def _described(media: Media) -> dict[str, Any]:
    return {
        "sha256": media.sha256,
        "type": media.mime,
        "size": media.size,
        "alt": media.alt,
        "focus": None if media.focus is None else list(media.focus),
        "width": media.width,
        "height": media.height,
    }
