"""What the sign-off pages remember, as values: invites, passkeys, sessions."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

INVITE = "invite"
NONCE = "nonce"
PASSKEY = "passkey"
SESSION = "session"

INVITE_LASTS = timedelta(days=3)
NONCE_LASTS = timedelta(minutes=5)
SESSION_LASTS = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Passkey:
    """A passkey that somebody made on our page.

    Args:
        id: by which the device finds it, hexadecimal.
        line: its public key as OpenSSH writes it.
        brand: for whose trust root it was made.
        person: id of who was invited.
        name: theirs.
        at: when it was made (UTC text).
        synced: whether their other devices may get it.
        counter: of its signatures, as last seen; 0 where it keeps none.
        revoked: when it was (UTC text); empty where it was not.
    """

    id: str
    line: str
    brand: str
    person: str
    name: str
    at: str
    synced: bool = False
    counter: int = 0
    revoked: str = ""

    def members(self) -> dict[str, Any]:
        """As JSON members; the id is the record's name."""
        return {
            "line": self.line,
            "brand": self.brand,
            "person": self.person,
            "name": self.name,
            "at": self.at,
            "synced": self.synced,
            "counter": self.counter,
            "revoked": self.revoked,
        }

    @classmethod
    def of(cls, name: str, value: Mapping[str, Any]) -> Passkey:
        """Read the members back."""
        texts = ("line", "brand", "person", "name", "at", "revoked")
        return cls(
            id=name,
            synced=bool(value["synced"]),
            counter=int(value["counter"]),
            **{text: str(value[text]) for text in texts},
        )


def hidden(token: str) -> str:
    """What is stored of a secret: who reads the table cannot use it."""
    return hashlib.sha256(token.encode()).hexdigest()
