"""What a passkey answers in a browser, taken apart: its data, its signature, its new key.

Of the data only the one form is read that the standard leaves an authenticator: a new key of
ES256 is 77 bytes of which 64 are its own, so that nothing here reads CBOR (docs/adr/0062). Source:
https://www.w3.org/TR/webauthn-2/#sctn-authenticator-data and, for the form of keys,
https://www.w3.org/TR/webauthn-2/#sctn-encoded-credPubKey-examples (read 2026-11-22).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from urllib.parse import urlsplit

from signpost.domain.signing import wire
from signpost.domain.signing.keys import SK_ECDSA, PublicKey, parse_blob
from signpost.errors import SigningError

PRESENT = 0x01
VERIFIED = 0x04
BACKUP_ELIGIBLE = 0x08
BACKED_UP = 0x10
ATTESTED = 0x40
EXTENSIONS = 0x80
_KNOWN = PRESENT | VERIFIED | BACKUP_ELIGIBLE | BACKED_UP | ATTESTED | EXTENSIONS
_HEAD = 37
_ID = 55
_MAX_BYTES = 4096
_MAX_ID = 512
"""Bytes of a passkey's id. WebAuthn allows 1023; as hexadecimal it is a sort key, of 1024 bytes at most."""
# {1: 2 (EC2), 3: -7 (ES256), -1: 1 (P-256), -2: 32 bytes x, -3: 32 bytes y}
_KEY_START = bytes.fromhex("a5010203262001215820")
_KEY_MIDDLE = bytes.fromhex("225820")
_AGAIN = "Try again, with this device's own PIN, fingerprint or face."


@dataclass(frozen=True, slots=True)
class Data:
    """Authenticator data.

    Args:
        rp_hash: SHA-256 of the site that the passkey belongs to.
        flags: bits; see the constants.
        counter: of its signatures; 0 where it keeps none, which synced passkeys do not.
        rest: attested key and extensions, as they are.
    """

    rp_hash: bytes
    flags: int
    counter: int
    rest: bytes

    def judge(self, rp_id: str) -> None:
        """Refuse what is another site's, or was done without knowing who.

        Raises:
            SigningError: so it is.
        """
        if self.rp_hash != hashlib.sha256(rp_id.encode()).digest():
            raise SigningError("The passkey belongs to another site.", _AGAIN, reason="rp-id")
        if not self.flags & PRESENT:
            raise SigningError("Nobody touched the device.", _AGAIN, reason="user-presence")
        if not self.flags & VERIFIED:
            raise SigningError(
                "The device did not ask for PIN, fingerprint or face.",
                _AGAIN,
                reason="user-verification",
            )
        odd = self.flags & ~_KNOWN or (self.flags & BACKED_UP and not self.flags & BACKUP_ELIGIBLE)
        if odd:
            raise SigningError("The device set flags that do not exist.", _AGAIN, reason="flags")


@dataclass(frozen=True, slots=True)
class NewKey:
    """A passkey that was made just now.

    Args:
        key: as OpenSSH writes it.
        id: by which the device finds it.
        synced: whether other devices of its owner may get it.
    """

    key: PublicKey
    id: bytes
    counter: int
    synced: bool


def rp_id_of(origin: str) -> str:
    """The site that passkeys of a page belong to: its host."""
    return urlsplit(origin).hostname or ""


def parse_data(data: bytes) -> Data:
    """Authenticator data.

    Raises:
        SigningError: cut off, or too large.
    """
    if not _HEAD <= len(data) <= _MAX_BYTES:
        raise SigningError("The passkey's answer is cut off.", _AGAIN, reason="truncated")
    return Data(data[:32], data[32], int.from_bytes(data[33:37], "big"), data[37:])


def parse_new_key(data: Data, rp_id: str) -> NewKey:
    """The key that was made, judged as a key that may sign.

    Raises:
        SigningError: there is none, or it is of another kind than ES256.
    """
    data.judge(rp_id)
    rest = data.rest
    if not data.flags & ATTESTED or len(rest) < _ID - _HEAD:
        raise SigningError("The device made no key.", _AGAIN, reason="no-key")
    length = int.from_bytes(rest[16:18], "big")
    name, key = rest[18 : 18 + length], rest[18 + length :]
    if not 1 <= length <= _MAX_ID or len(name) != length:
        raise SigningError("The key has no name.", _AGAIN, reason="no-key")
    x, y = key[10:42], key[45:77]
    if key[:77] != _KEY_START + x + _KEY_MIDDLE + y or len(y) != 32:
        raise SigningError(
            "The device made a key of another kind than ES256.",
            "Use another device: phones and computers make the kind that is needed.",
            reason="key-kind",
        )
    if bool(data.flags & EXTENSIONS) != bool(key[77:]):
        raise SigningError("There is more than a key.", _AGAIN, reason="trailing-bytes")
    point = b"\x04" + x + y
    blob = b"".join(wire.string(part) for part in (SK_ECDSA, "nistp256", point, rp_id))
    return NewKey(parse_blob(blob), name, data.counter, bool(data.flags & BACKUP_ELIGIBLE))


def parse_der(signature: bytes) -> tuple[int, int]:
    """The two numbers of a signature as browsers give it.

    Source: https://www.rfc-editor.org/rfc/rfc3279#section-2.2.3 (read 2026-11-22).

    Raises:
        SigningError: not in the one form (DER).
    """
    try:
        end, body = _taken(signature, 0x30)
        first_end, first = _taken(body, 0x02)
        second_end, second = _taken(body[first_end:], 0x02)
    except IndexError:
        raise _not_der() from None
    numbers = (
        int.from_bytes(first, "big", signed=True),
        int.from_bytes(second, "big", signed=True),
    )
    whole = end == len(signature) and first_end + second_end == len(body)
    shortest = all(
        data == number.to_bytes(number.bit_length() // 8 + 1, "big")
        for number, data in zip(numbers, (first, second), strict=True)
        if number > 0
    )
    if not whole or min(numbers) < 1 or not shortest:
        raise _not_der()
    return numbers


def _taken(data: bytes, tag: int) -> tuple[int, bytes]:
    """Where the first member ends, and what is in it; of ES256 none is longer than 127 bytes."""
    end = 2 + data[1]
    if data[0] != tag or data[1] > 0x7F or end > len(data):
        raise IndexError
    return end, data[2:end]


def _not_der() -> SigningError:
    return SigningError("The signature is not in its form.", _AGAIN, reason="signature-form")
