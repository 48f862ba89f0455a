"""The bodies of the contract in docs/channels/webhook.md, and the keys of those that change a post.

Version 1 hands a post over. Version 2 changes one that was handed over: it names an action, and has
no `text` at its top, so that a receiver of version 1 which does not look at the number cannot take
it for a post.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from signpost.domain.canonical import canonical_json, digest
from signpost.domain.delivery import Part
from signpost.ports import Channel

VERSION = 1
"""Of a body that hands a post over; a change that a receiver has to know of gets another number."""

CHANGES = 2
"""Of a body that changes a post."""


def publication(channel: Channel, part: Part, key: str, reply_to: str) -> bytes:
    """What was approved, and what only the send knows: account, key, the part before, media bytes.

    Raises:
        BundleError: a medium is missing or altered.
    """
    sent = {"account": channel.account.id, "key": key, "reply_to": reply_to}
    # The key is here too, since the signature covers the body and no header but the time.
    return canonical_json({**_with_media(channel, part), **sent})


def correction(channel: Channel, external_id: str, part: Part, key: str) -> bytes:
    """The part as it shall be from now on, whole, with its media bytes.

    Raises:
        BundleError: a medium is missing or altered.
    """
    post = {name: value for name, value in _with_media(channel, part).items() if name != "version"}
    return canonical_json({**_change(channel, "correct", external_id, key), "post": post})


def retraction(channel: Channel, external_id: str, key: str) -> bytes:
    """That a post shall be public no more."""
    return canonical_json(_change(channel, "retract", external_id, key))


def correction_key(channel: Channel, external_id: str, part: Part) -> str:
    """64 hexadecimal digits that belong to this post as it shall be.

    No nonce, and nothing of the moment: whoever asks later whether it was done has the part alone.
    """
    return _key("correct", channel.account.id, external_id, digest(canonical_json(part.payload)))


def retraction_key(channel: Channel, external_id: str) -> str:
    """64 hexadecimal digits that belong to the end of this post."""
    return _key("retract", channel.account.id, external_id)


def _change(channel: Channel, action: str, external_id: str, key: str) -> dict[str, Any]:
    account = channel.account.id
    return {
        "version": CHANGES,
        "action": action,
        "account": account,
        "key": key,
        "id": external_id,
    }


def _key(*words: str) -> str:
    # Another separator at the front than keys of posts and of questions have.
    return hashlib.sha256(("\n" + "\0".join(words)).encode()).hexdigest()


def _with_media(channel: Channel, part: Part) -> Mapping[str, Any]:
    media = [
        {**item, "data": b64encode(channel.media.media(str(item["sha256"]))).decode()}
        for item in part.payload["media"]
    ]
    return {**part.payload, "media": media}
