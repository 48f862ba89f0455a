"""A webhook: any address that keeps the contract in docs/channels/webhook.md.

Strict in what is sent: one signed JSON object. Liberal in what is read: an answer may be empty.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from signpost.connectors.webhook.answers import confirmation, outcome
from signpost.connectors.webhook.session import Session
from signpost.connectors.webhook.spec import SPEC
from signpost.domain.canonical import canonical_json
from signpost.domain.delivery import Media, Part
from signpost.domain.outcome import Ambiguous, Confirmation, Outcome, Rejected, Unknown
from signpost.errors import BundleError, NotSent, RefusedError, TransportError
from signpost.ports import Channel, Sent

if TYPE_CHECKING:
    from signpost.domain.inspection import AccountReport

VERSION = 1
"""Of the body; a change that a receiver has to know of gets another number."""


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
            request = session.post(key, _body(channel, part, key, reply_to))
        except (RefusedError, BundleError) as error:
            return Rejected(str(error))
        except Exception as error:  # noqa: BLE001 - nothing was sent, so it is no unknown
            return Rejected(f"{type(error).__name__} while reading media", permanent=False)
        try:
            response = session.send(request)
        except NotSent as error:
            return Rejected(error.cause, permanent=False)
        except Exception as error:  # noqa: BLE001 - after a send every surprise means "unknown"
            told = error.cause if isinstance(error, TransportError) else type(error).__name__
            return Ambiguous(told)
        return outcome(session, response, key)

    def confirm(self, channel: Channel, sent: Sent) -> Confirmation:
        """Ask the receiver whether it has done the key: GET of the same address, `?key=…`."""
        try:
            session = Session(channel)
            return confirmation(session, session.send(session.question(sent.key)), sent)
        except (RefusedError, TransportError) as error:
            return Unknown(error.cause)

    def measure(self, channel: Channel, external_ids: Sequence[str]) -> list[Mapping[str, int]]:
        """Nothing of each: the contract has no numbers, and none is not 0."""
        del channel
        return [{} for _ in external_ids]

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


def _body(channel: Channel, part: Part, key: str, reply_to: str) -> bytes:
    """What was approved, and what only the send knows: account, key, the part before, media bytes.

    Raises:
        BundleError: a medium is missing or altered.
    """
    return canonical_json(
        {
            **part.payload,
            "account": channel.account.id,
            # Here too, since the signature covers the body and no header but the time.
            "key": key,
            "reply_to": reply_to,
            "media": [
                {**item, "data": b64encode(channel.media.media(str(item["sha256"]))).decode()}
                for item in part.payload["media"]
            ],
        }
    )
