"""A phone with passkeys, as far as a site sees it: keys that sign challenges, in one browser page.

TEST KEYS ONLY, made from names. Each member of what it answers can be bent.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from signpost.domain.signing.ceremony import Answer

ORIGIN = "https://signoff.larkfell.example"
KNOWN = 0x05


@dataclass
class Phone:
    """One device of one person.

    Args:
        origin: of the page it shows.
        rp_id: the page's host where left out.
        flags: of every answer; 5: somebody was there, and it knew who.
        said: replaces members of what the browser says; None leaves one out.
        cose: in place of the key's head, for keys of other kinds.
        extensions: after the key, and after an answer's data.
    """

    name: str
    origin: str = ORIGIN
    rp_id: str = ""
    flags: int = KNOWN
    counter: int = 0
    said: dict[str, Any] = field(default_factory=dict)
    cose: bytes = bytes.fromhex("a5010203262001215820")
    extensions: bytes = b""

    @property
    def private(self) -> ec.EllipticCurvePrivateKey:
        seed = hashlib.sha512(f"signpost TEST KEY, not a secret: phone {self.name}".encode())
        secret = int.from_bytes(seed.digest(), "big") % (ec.SECP256R1().group_order - 1) + 1
        return ec.derive_private_key(secret, ec.SECP256R1())

    @property
    def id(self) -> bytes:
        """The credential's id."""
        return hashlib.sha256(f"id {self.name}".encode()).digest()

    def make(self, challenge: bytes) -> Answer:
        """Make the passkey."""
        point = self.private.public_key().public_bytes(
            Encoding.X962, PublicFormat.UncompressedPoint
        )
        key = self.cose + point[1:33] + bytes.fromhex("225820") + point[33:]
        attested = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + key
        data = self._data(0x40, attested)
        return Answer(data, self._client("webauthn.create", challenge))

    def sign(self, challenge: bytes) -> Answer:
        """Answer with the passkey."""
        data = self._data(0, b"")
        client = self._client("webauthn.get", challenge)
        signed = data + hashlib.sha256(client).digest()
        found = self.private.sign(signed, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
        return Answer(data, client, found)

    def _data(self, flags: int, attested: bytes) -> bytes:
        host = self.rp_id or urlsplit(self.origin).hostname or ""
        flags |= self.flags | (0x80 if self.extensions else 0)
        head = hashlib.sha256(host.encode()).digest() + bytes([flags])
        return head + self.counter.to_bytes(4, "big") + attested + self.extensions

    def _client(self, kind: str, challenge: bytes) -> bytes:
        said = {
            "type": kind,
            "challenge": base64.urlsafe_b64encode(challenge).rstrip(b"=").decode(),
            "origin": self.origin,
            "crossOrigin": False,
        } | self.said
        kept = {name: value for name, value in said.items() if value is not None}
        return json.dumps(kept, separators=(",", ":")).encode()
