"""SSH signatures of files: what `ssh-keygen -Y sign` writes, in that one form only.

Sources: https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.sshsig and PROTOCOL.u2f
(read 2026-11-22). Where they leave a choice, the form that ssh-keygen writes is the only one
taken: lines of 70 letters, no comment, an empty reserved field.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass

from signpost.domain.signing import wire
from signpost.domain.signing.curves import CURVES, ED25519_ORDER, edwards_y
from signpost.domain.signing.keys import (
    ED25519,
    RSA,
    SK_ECDSA,
    SK_ED25519,
    PublicKey,
    parse_blob,
)
from signpost.errors import SigningError

MAGIC = b"SSHSIG"
WEBAUTHN = "webauthn-sk-ecdsa-sha2-nistp256@openssh.com"
_BEGIN = "-----BEGIN SSH SIGNATURE-----"
_END = "-----END SSH SIGNATURE-----"
_LINE = 70
_MAX_BYTES = 32 * 1024
_RSA_HASHES = {"rsa-sha2-256": "sha256", "rsa-sha2-512": "sha512"}
_HASHES = ("sha256", "sha512")
_REMEDY = "Sign again with `signpost strategy sign`, or ssh-keygen -Y sign."


@dataclass(frozen=True, slots=True)
class Hardware:
    """What a key in hardware adds to its signature.

    Args:
        flags: bits: 1 somebody touched it, 4 it knew who (PIN, fingerprint, face).
        counter: of its signatures; 0 where it keeps none.
    """

    flags: int
    counter: int


@dataclass(frozen=True, slots=True)
class Browser:
    """What a browser adds to a passkey's signature.

    Args:
        origin: of the page.
        client_data: JSON by the browser, with the challenge.
        extensions: of the authenticator.
    """

    origin: str
    client_data: bytes
    extensions: bytes


@dataclass(frozen=True, slots=True)
class Proof:
    """The part of a signature that mathematics judges.

    Args:
        hash: that the message is hashed with; empty for Ed25519, which does so itself.
        numbers: r and s of ECDSA; else empty.
        data: the signature of Ed25519 or RSA; else empty.
    """

    hash: str
    numbers: tuple[int, ...] = ()
    data: bytes = b""


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature of a file, taken apart; nothing about it is proven yet.

    Args:
        key: the key that it says it was made with.
        namespace: what it was made for.
        hash: that the file is hashed with: sha256 or sha512.
        hardware: of a key in hardware, else None.
        browser: of a passkey, else None.
    """

    key: PublicKey
    namespace: str
    hash: str
    proof: Proof
    hardware: Hardware | None = None
    browser: Browser | None = None

    def signed(self, message: bytes) -> bytes:
        """What the key has signed, if this is a signature of the message."""
        statement = to_sign(self.namespace, self.hash, message)
        if self.hardware is None:
            return statement
        said, extensions = statement, b""
        if self.browser is not None:
            said, extensions = self.browser.client_data, self.browser.extensions
        return b"".join(
            (
                hashlib.sha256(self.key.application.encode()).digest(),
                bytes([self.hardware.flags]),
                self.hardware.counter.to_bytes(4, "big"),
                extensions,
                hashlib.sha256(said).digest(),
            )
        )


def to_sign(namespace: str, hashed_with: str, message: bytes) -> bytes:
    """The bytes that stand for a message; they are a passkey's challenge."""
    parts = (namespace.encode(), b"", hashed_with.encode())
    hashed = hashlib.new(hashed_with, message).digest()
    return MAGIC + b"".join(wire.string(part) for part in (*parts, hashed))


def parse(data: bytes) -> Signature:
    """Take the file of a signature apart.

    Raises:
        SigningError: it is not in the one form that ssh-keygen writes, or of a kind that is not
            taken.
    """
    reader = wire.Reader(unwrap(data), "The signature")
    if reader.take(len(MAGIC)) != MAGIC:
        raise SigningError("This is no SSH signature.", _REMEDY, reason="not-sshsig")
    version = reader.number()
    if version != 1:
        raise SigningError(
            f"Version {version} of SSH signatures is not known.", _REMEDY, reason="sshsig-version"
        )
    key = parse_blob(reader.string())
    namespace = reader.text()
    if not namespace:
        raise SigningError(
            "The signature does not say what it is for.", _REMEDY, reason="namespace"
        )
    if reader.string():
        raise SigningError(
            "The signature's reserved field is not empty.", _REMEDY, reason="reserved"
        )
    hashed_with = reader.text()
    if hashed_with not in _HASHES:
        raise SigningError(
            f"`{hashed_with[:20]}` is no hash that is taken.", _REMEDY, reason="hash"
        )
    inner = wire.Reader(reader.string(), "The signature")
    reader.end()
    kind = inner.text()
    proof, hardware, browser = _inner(key, kind, inner)
    inner.end()
    return Signature(key, namespace, hashed_with, proof, hardware, browser)


def wrap(blob: bytes) -> bytes:
    """The file of a signature."""
    text = base64.b64encode(blob).decode()
    lines = [text[at : at + _LINE] for at in range(0, len(text), _LINE)]
    return "\n".join((_BEGIN, *lines, _END, "")).encode()


def unwrap(data: bytes) -> bytes:
    """The bytes within the file of a signature.

    Raises:
        SigningError: it is not exactly what `wrap` writes.
    """
    if len(data) > _MAX_BYTES:
        raise SigningError("The signature's file is too large.", _REMEDY, reason="too-large")
    try:
        lines = data.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise SigningError("The signature is not plain text.", _REMEDY, reason="armor") from None
    if len(lines) < 3 or lines[0] != _BEGIN or lines[-2:] != [_END, ""]:
        raise SigningError(
            "The signature's file has another beginning or end than ssh-keygen writes.",
            _REMEDY,
            reason="armor",
        )
    blob = wire.from_base64("".join(lines[1:-2]), "The signature")
    if wrap(blob) != data:
        raise SigningError(
            "The signature's lines are broken otherwise than by ssh-keygen.",
            _REMEDY,
            reason="armor",
        )
    return blob


def _inner(
    key: PublicKey, kind: str, reader: wire.Reader
) -> tuple[Proof, Hardware | None, Browser | None]:
    if key.kind == RSA and kind in _RSA_HASHES:
        data = reader.string()
        if len(data) != (key.modulus.bit_length() + 7) // 8:
            raise SigningError(
                "The signature is not as long as its key.", _REMEDY, reason="signature-form"
            )
        return Proof(_RSA_HASHES[kind], data=data), None, None
    if key.kind == SK_ECDSA and kind == WEBAUTHN:
        return _webauthn(reader)
    if kind != key.kind or key.kind == RSA:
        raise SigningError(
            f"A signature of kind `{kind[:50]}` by a key of kind {key.kind}.",
            "With RSA, ssh-keygen -Y sign makes rsa-sha2-512.",
            reason="signature-kind",
        )
    proof = _edwards(reader) if key.kind in {ED25519, SK_ED25519} else _ecdsa(key.curve, reader)
    if key.kind in {SK_ED25519, SK_ECDSA}:
        return proof, _hardware(reader), None
    return proof, None, None


def _edwards(reader: wire.Reader) -> Proof:
    data = reader.string()
    in_range = int.from_bytes(data[32:], "little") < ED25519_ORDER
    if len(data) != 64 or not in_range or edwards_y(data[:32]) is None:
        raise SigningError(
            "The signature is not in the one form of Ed25519.", _REMEDY, reason="signature-form"
        )
    return Proof("", data=data)


def _ecdsa(curve: str, reader: wire.Reader) -> Proof:
    inner = wire.Reader(reader.string(), "The signature")
    numbers = (inner.positive(), inner.positive())
    inner.end()
    if max(numbers) >= CURVES[curve].order:
        raise SigningError(
            "The signature's numbers are too large.", _REMEDY, reason="signature-form"
        )
    return Proof(CURVES[curve].hash, numbers)


def _hardware(reader: wire.Reader) -> Hardware:
    return Hardware(flags=reader.take(1)[0], counter=reader.number())


def _webauthn(reader: wire.Reader) -> tuple[Proof, Hardware, Browser]:
    proof = _ecdsa("nistp256", reader)
    hardware = _hardware(reader)
    return proof, hardware, Browser(reader.text(), reader.string(), reader.string())
