"""What a person does with a passkey on the sign-off pages: make one, enter with it, sign with it.

Entering signs a number that the server drew and nothing else: its challenge is a digest, and what
is signed as SSHSIG begins with that word, so that neither ever serves as the other.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from signpost.domain.signing import wire
from signpost.domain.signing.authenticator import (
    ATTESTED,
    EXTENSIONS,
    NewKey,
    parse_data,
    parse_der,
    parse_new_key,
    rp_id_of,
)
from signpost.domain.signing.counting import Check
from signpost.domain.signing.curves import CURVES
from signpost.domain.signing.keys import PublicKey
from signpost.domain.signing.passkey import judge_said
from signpost.domain.signing.sshsig import MAGIC, WEBAUTHN, Proof, wrap
from signpost.errors import SigningError

HASH = "sha512"
"""What files are hashed with before they are signed; as ssh-keygen does."""
_ES256 = "nistp256"
_AGAIN = "Try again."


class Purpose(StrEnum):
    """What a nonce was drawn for; it serves nothing else."""

    MAKE = "signpost-make"
    TRY = "signpost-try"
    LOGIN = "signpost-login"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a browser gives back.

    Args:
        data: authenticator data.
        client_data: the browser's own statement, JSON.
        signature: in DER; empty where a key was made.
    """

    data: bytes
    client_data: bytes
    signature: bytes = b""


def challenge(purpose: Purpose, nonce: bytes) -> bytes:
    """What the passkey is asked to sign."""
    return hashlib.sha256(purpose.encode() + b"\0" + nonce).digest()


def made(answer: Answer, nonce: bytes, origin: str) -> NewKey:
    """The key that was made; that its device has it is proven by `proven`, not here.

    Args:
        nonce: drawn for `Purpose.MAKE`.
        origin: of the page.

    Raises:
        SigningError: it was made elsewhere, for something else, without knowing who, or is of
            another kind.
    """
    judge_said(answer.client_data, "webauthn.create", challenge(Purpose.MAKE, nonce), origin)
    return parse_new_key(parse_data(answer.data), rp_id_of(origin))


def proven(
    answer: Answer, key: PublicKey, purpose: Purpose, nonce: bytes, origin: str, check: Check
) -> int:
    """Make sure that the key's device signed the nonce; its counter.

    Raises:
        SigningError: it did not.
    """
    judge_said(answer.client_data, "webauthn.get", challenge(purpose, nonce), origin)
    data = parse_data(answer.data)
    data.judge(rp_id_of(origin))
    if data.flags & ATTESTED or bool(data.flags & EXTENSIONS) != bool(data.rest):
        raise SigningError("The device set flags that it should not.", _AGAIN, reason="flags")
    if key.application != rp_id_of(origin):
        raise SigningError("The passkey belongs to another site.", _AGAIN, reason="rp-id")
    numbers = parse_der(answer.signature)
    if max(numbers) >= CURVES[_ES256].order:
        raise SigningError("The signature is not one.", _AGAIN, reason="signature-form")
    signed = answer.data + hashlib.sha256(answer.client_data).digest()
    if not check(key, Proof(CURVES[_ES256].hash, numbers), signed):
        raise SigningError("It was signed with another key.", _AGAIN, reason="bad-signature")
    return data.counter


def sshsig(answer: Answer, key: PublicKey, namespace: str, origin: str) -> bytes:
    """The file of a signature, as `ssh-keygen -Y verify` takes it; nothing of it is proven yet.

    Args:
        answer: of a passkey whose challenge was `sshsig.to_sign(namespace, HASH, message)`.

    Raises:
        SigningError: it is not in the form that a signature has.
    """
    data = parse_data(answer.data)
    if data.rp_hash != hashlib.sha256(key.application.encode()).digest():
        raise SigningError("The passkey belongs to another site.", _AGAIN, reason="rp-id")
    numbers = b"".join(wire.positive(number) for number in parse_der(answer.signature))
    inner = b"".join(
        (
            wire.string(WEBAUTHN),
            wire.string(numbers),
            bytes([data.flags]),
            data.counter.to_bytes(4, "big"),
            wire.string(origin),
            wire.string(answer.client_data),
            wire.string(data.rest),
        )
    )
    head = MAGIC + (1).to_bytes(4, "big")
    parts: tuple[bytes | str, ...] = (key.blob, namespace, b"", HASH, inner)
    return wrap(head + b"".join(wire.string(part) for part in parts))
