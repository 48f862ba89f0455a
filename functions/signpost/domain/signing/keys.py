"""Public keys as OpenSSH writes them, each in one form only.

Sources: https://www.rfc-editor.org/rfc/rfc4253#section-6.6, RFC 5656, RFC 8709 and
https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.u2f (read 2026-11-22).
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import lru_cache

from signpost.domain.signing import wire
from signpost.domain.signing.curves import CURVES, edwards_y, of_small_order
from signpost.errors import SigningError

RSA_MIN_BITS = 2048
RSA_MAX_BITS = 8192
ED25519 = "ssh-ed25519"
RSA = "ssh-rsa"
SK_ED25519 = "sk-ssh-ed25519@openssh.com"
SK_ECDSA = "sk-ecdsa-sha2-nistp256@openssh.com"
ECDSA = {f"ecdsa-sha2-{name}": name for name in CURVES}
KINDS = (ED25519, *ECDSA, RSA, SK_ED25519, SK_ECDSA)
"""Every kind of key that may sign."""
SSH_APPLICATION = "ssh:"
"""What the application of a hardware key begins with; a passkey's is the host it belongs to."""
_REMEDY = "Take the line from the .pub file that ssh-keygen wrote."


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key.

    Args:
        kind: its OpenSSH name, such as `ssh-ed25519`.
        blob: the whole key as it is written on the wire.
        curve: `ed25519`, `nistp256` …; empty for RSA.
        point: the bytes of its point; empty for RSA.
        modulus: of RSA, else 0.
        exponent: of RSA, else 0.
        application: of a key in hardware: `ssh:…`, or the host of a passkey.
    """

    kind: str
    blob: bytes
    curve: str = ""
    point: bytes = b""
    modulus: int = 0
    exponent: int = 0
    application: str = ""

    @property
    def line(self) -> str:
        """The key as a line of a .pub file, without a comment."""
        return f"{self.kind} {base64.b64encode(self.blob).decode()}"

    @property
    def fingerprint(self) -> str:
        """As `ssh-keygen -l` shows it: `SHA256:…`."""
        hashed = hashlib.sha256(self.blob).digest()
        return "SHA256:" + base64.b64encode(hashed).decode().rstrip("=")

    @property
    def raw(self) -> tuple[str, int]:
        """What stays the same when the same secret is dressed as another key.

        The same point as a plain and as a hardware key, the opposite point, and the same modulus
        with another exponent are one key: whoever holds the secret of one can sign for the other.
        """
        if self.modulus:
            return "rsa", self.modulus
        if self.curve == "ed25519":
            return self.curve, int.from_bytes(self.point, "little") & (2**255 - 1)
        return self.curve, int.from_bytes(self.point[1 : 1 + CURVES[self.curve].size], "big")

    @property
    def passkey(self) -> bool:
        """Whether it is a passkey's: it signs in a browser, for one host."""
        return bool(self.application) and not self.application.startswith(SSH_APPLICATION)


def parse_line(line: str) -> PublicKey:
    """The key of a .pub file's line; a comment after it is left out.

    Raises:
        SigningError: it has options, is of another kind, weak, or not in its one form.
    """
    words = line.strip(" \n").split(" ", 2)
    if len(words) < 2 or words[0] not in KINDS:
        kind = words[0]
        if "cert-v01" in kind:
            raise SigningError("A certificate is no key that signs.", _REMEDY, reason="certificate")
        raise SigningError(
            f"`{kind[:40]}` is no kind of key that may sign.",
            f"Use one of {', '.join(KINDS)}.",
            reason="key-kind",
        )
    key = parse_blob(wire.from_base64(words[1], "The key"))
    if key.kind != words[0]:
        raise SigningError(
            f"The line says {words[0]}, the key is {key.kind}.", _REMEDY, reason="key-mismatch"
        )
    return key


@lru_cache(maxsize=256)
def parse_blob(blob: bytes) -> PublicKey:
    """The key that these bytes are; kept, since a few keys stand in everything that is read.

    Raises:
        SigningError: of another kind, weak, or not in its one form.
    """
    reader = wire.Reader(blob, "The key")
    kind = reader.text()
    if kind == RSA:
        key = _rsa(blob, reader)
    elif kind in {ED25519, SK_ED25519}:
        key = _edwards(kind, blob, reader)
    elif kind in ECDSA or kind == SK_ECDSA:
        key = _ecdsa(kind, blob, reader)
    else:
        raise SigningError(
            f"`{kind[:40]}` is no kind of key that may sign.",
            f"Use one of {', '.join(KINDS)}.",
            reason="certificate" if "cert-v01" in kind else "key-kind",
        )
    reader.end()
    return key


def _rsa(blob: bytes, reader: wire.Reader) -> PublicKey:
    exponent, modulus = reader.positive(), reader.positive()
    if not RSA_MIN_BITS <= modulus.bit_length() <= RSA_MAX_BITS:
        raise SigningError(
            f"An RSA key of {modulus.bit_length()} bits: {RSA_MIN_BITS} to {RSA_MAX_BITS} may sign.",
            "Make a new key: ssh-keygen -t ed25519.",
            reason="weak-key",
        )
    if modulus % 2 == 0 or exponent % 2 == 0 or not 2**16 < exponent < 2**32:
        raise SigningError(
            "An RSA key whose numbers nobody chooses well.",
            "Make a new key: ssh-keygen -t ed25519.",
            reason="weak-key",
        )
    return PublicKey(RSA, blob, modulus=modulus, exponent=exponent)


def _edwards(kind: str, blob: bytes, reader: wire.Reader) -> PublicKey:
    point = reader.string()
    y = edwards_y(point)
    if y is None or of_small_order(y):
        raise SigningError("The key's point is not one.", _REMEDY, reason="bad-point")
    application = _application(reader) if kind == SK_ED25519 else ""
    return PublicKey(kind, blob, "ed25519", point, application=application)


def _ecdsa(kind: str, blob: bytes, reader: wire.Reader) -> PublicKey:
    curve = reader.text()
    if curve != ECDSA.get(kind, "nistp256"):
        raise SigningError(
            f"A key of kind {kind} on the curve `{curve[:20]}`.", _REMEDY, reason="key-mismatch"
        )
    point = reader.string()
    if CURVES[curve].point(point) is None:
        raise SigningError("The key's point is not on its curve.", _REMEDY, reason="bad-point")
    application = _application(reader) if kind == SK_ECDSA else ""
    return PublicKey(kind, blob, curve, point, application=application)


def _application(reader: wire.Reader) -> str:
    application = reader.text()
    if not application or any(letter in ' "\\' for letter in application):
        raise SigningError("The key's application is not a word.", _REMEDY, reason="application")
    return application
