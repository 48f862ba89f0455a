"""Names of the AT Protocol: accounts, records, content."""

from __future__ import annotations

import re
from base64 import b32encode
from dataclasses import dataclass
from hashlib import sha256

from signpost.domain.canonical import canonical_json
from signpost.local.network.accounts import Account, AccountBook, Place

BLUESKY = Place("bluesky")

POST = "app.bsky.feed.post"
LIKE = "app.bsky.feed.like"
REPOST = "app.bsky.feed.repost"

_RKEY = re.compile(r"[A-Za-z0-9._:~-]{1,512}")
_URI = re.compile(r"at://(did:[a-z]+:[^/]+)/([A-Za-z0-9.-]+)/([^/]+)")


@dataclass(frozen=True, slots=True)
class AtUri:
    """The address of a record."""

    did: str
    collection: str
    rkey: str

    def __str__(self) -> str:
        return f"at://{self.did}/{self.collection}/{self.rkey}"


def parse_uri(text: object) -> AtUri | None:
    """The record that an address names; None where it names none.

    Source: https://atproto.com/specs/at-uri-scheme, 2026-11-22.
    """
    match = _URI.fullmatch(text) if isinstance(text, str) else None
    return AtUri(match[1], match[2], match[3]) if match else None


def is_record_key(text: str) -> bool:
    """Whether a record may have this key.

    Source: https://atproto.com/specs/record-key, 2026-11-22.
    """
    return _RKEY.fullmatch(text) is not None and text not in {".", ".."}


def did_of(account: Account) -> str:
    """The account's DID: its own handle if that is one, else made of its id, so it never changes."""
    if account.username.startswith("did:"):
        return account.username
    made = b32encode(sha256(f"signpost local network {account.id}".encode()).digest())
    return f"did:plc:{made.decode().lower()[:24]}"


def repository(accounts: AccountBook, name: str) -> Account | None:
    """The account that a handle or DID names."""
    if not name.startswith("did:"):
        return accounts.find(name, BLUESKY)
    return next((item for item in accounts.of(BLUESKY) if did_of(item) == name), None)


def record_cid(value: object) -> str:
    """A record's content hash, in the form of a CID.

    Not the hash that the network would make: that is of the record as DAG-CBOR. This one is of
    its canonical JSON; equal records have equal ones, and other records other ones.
    """
    return _cid(0x71, sha256(canonical_json(value)).digest())


def blob_cid(data: bytes) -> str:
    """The CID of bytes, as the network makes it (raw, sha-256).

    Source: https://atproto.com/specs/data-model#link-and-cid-formats, 2026-11-22.
    """
    return _cid(0x55, sha256(data).digest())


def _cid(codec: int, digest: bytes) -> str:
    packed = bytes([1, codec, 0x12, 0x20]) + digest
    return "b" + b32encode(packed).decode().lower().rstrip("=")
