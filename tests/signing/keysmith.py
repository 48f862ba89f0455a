"""Keys for tests, made from their names, and signatures by them.

TEST KEYS ONLY: whoever reads this file has every secret. The same name gives the same key and, of
the same text, the same signature, so that the stored vectors can be made again byte for byte.
Signing is done by `cryptography`, writing by `ssh-keygen`'s rules; the product does neither.
"""

from __future__ import annotations

import base64
import hashlib
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from signpost.domain.signing import sshsig, wire
from signpost.domain.signing.keys import PublicKey, parse_blob

LABEL = "signpost TEST KEY, not a secret: "
_CURVES: dict[str, tuple[ec.EllipticCurve, hashes.HashAlgorithm]] = {
    "nistp256": (ec.SECP256R1(), hashes.SHA256()),
    "nistp384": (ec.SECP384R1(), hashes.SHA384()),
    "nistp521": (ec.SECP521R1(), hashes.SHA512()),
}


@dataclass(frozen=True)
class Assertion:
    """How a passkey answers; each member can be bent.

    Args:
        flags: 1 present, 4 verified.
        client: replaces members of what the browser says; None leaves one out.
        challenge: in place of what should be signed.
        raw_client: in place of all that the browser says.
        signed_client: the hash is of this, in place of what is shown.
    """

    origin: str = "https://signoff.larkfell.example"
    flags: int = 0x05
    counter: int = 0
    kind: str = "webauthn.get"
    client: dict[str, Any] = field(default_factory=dict)
    challenge: bytes | None = None
    extensions: bytes = b""
    raw_client: bytes | None = None
    shown_origin: str | None = None


class TestKey:
    """A key pair of a name.

    Args:
        name: whose it is.
        kind: of keys, such as `ssh-ed25519`.
        application: of a hardware key.
        bits: of an RSA key.
    """

    __test__ = False

    def __init__(
        self, name: str, kind: str = "ssh-ed25519", *, application: str = "ssh:", bits: int = 2048
    ) -> None:
        self.kind = kind
        self.application = application
        seed = hashlib.sha512(f"{LABEL}{name} {kind} {bits}".encode()).digest()
        self.private = _private(kind, seed, bits)
        self.blob = _blob(self.private, kind, application)

    @property
    def public(self) -> PublicKey:
        """As the product reads it."""
        return parse_blob(self.blob)

    @property
    def line(self) -> str:
        """As a .pub file has it."""
        return f"{self.kind} {base64.b64encode(self.blob).decode()}"

    def sign(
        self,
        message: bytes,
        namespace: str,
        *,
        hashed: str = "sha512",
        rsa_hash: str = "sha512",
        flags: int = 1,
        assertion: Assertion | None = None,
        change: Callable[[dict[str, bytes]], dict[str, bytes]] = dict,
    ) -> bytes:
        """The file of a signature.

        Args:
            assertion: as a passkey in a browser; else as ssh-keygen.
            change: bends the fields before they are written.
        """
        statement = sshsig.to_sign(namespace, hashed, message)
        if assertion is not None:
            inner = self._webauthn(statement, assertion)
        elif self.kind.startswith("sk-"):
            inner = self._hardware(statement, flags)
        else:
            inner = self._plain(statement, rsa_hash)
        fields = {
            "magic": b"SSHSIG",
            "version": (1).to_bytes(4, "big"),
            "key": wire.string(self.blob),
            "namespace": wire.string(namespace),
            "reserved": wire.string(b""),
            "hash": wire.string(hashed),
            "signature": wire.string(inner),
            "end": b"",
        }
        return sshsig.wrap(b"".join(change(fields).values()))

    def _plain(self, statement: bytes, rsa_hash: str) -> bytes:
        if self.kind == "ssh-rsa":
            chosen = hashes.SHA256() if rsa_hash == "sha256" else hashes.SHA512()
            if rsa_hash == "sha1":
                raw = self.private.sign(statement, padding.PKCS1v15(), hashes.SHA1())  # noqa: S303 - to be refused
                return wire.string("ssh-rsa") + wire.string(raw)
            raw = self.private.sign(statement, padding.PKCS1v15(), chosen)
            return wire.string(f"rsa-sha2-{rsa_hash[3:]}") + wire.string(raw)
        return wire.string(self.kind) + wire.string(self._numbers(statement))

    def _hardware(self, statement: bytes, flags: int) -> bytes:
        counter = (7).to_bytes(4, "big")
        told = _sha256(self.application.encode()) + bytes([flags]) + counter + _sha256(statement)
        return wire.string(self.kind) + wire.string(self._numbers(told)) + bytes([flags]) + counter

    def _webauthn(self, statement: bytes, given: Assertion) -> bytes:
        challenge = given.challenge if given.challenge is not None else statement
        said: dict[str, Any] = {
            "type": given.kind,
            "challenge": base64.urlsafe_b64encode(challenge).rstrip(b"=").decode(),
            "origin": given.origin,
            "crossOrigin": False,
        } | given.client
        said = {name: value for name, value in said.items() if value is not None}
        import json

        client = json.dumps(said, separators=(",", ":")).encode()
        client = given.raw_client if given.raw_client is not None else client
        counter = given.counter.to_bytes(4, "big")
        told = b"".join(
            (_sha256(self.application.encode()), bytes([given.flags]), counter, given.extensions)
        ) + _sha256(client)
        return b"".join(
            (
                wire.string(sshsig.WEBAUTHN),
                wire.string(self._numbers(told)),
                bytes([given.flags]),
                counter,
                wire.string(given.shown_origin if given.shown_origin is not None else given.origin),
                wire.string(client),
                wire.string(given.extensions),
            )
        )

    def _numbers(self, told: bytes) -> bytes:
        if isinstance(self.private, ed25519.Ed25519PrivateKey):
            return self.private.sign(told)
        chosen = _CURVES[_curve(self.kind)][1]
        der = self.private.sign(told, ec.ECDSA(chosen, deterministic_signing=True))
        return b"".join(wire.positive(number) for number in utils.decode_dss_signature(der))


def _sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def _curve(kind: str) -> str:
    return "nistp256" if kind.startswith("sk-") else kind.removeprefix("ecdsa-sha2-")


def _private(kind: str, seed: bytes, bits: int) -> Any:
    if "ed25519" in kind:
        return ed25519.Ed25519PrivateKey.from_private_bytes(seed[:32])
    if kind == "ssh-rsa":
        return _rsa(seed, bits)
    curve = _CURVES[_curve(kind)][0]
    secret = int.from_bytes(seed + _sha256(seed), "big") % (curve.group_order - 1) + 1
    return ec.derive_private_key(secret, curve)


def _blob(private: Any, kind: str, application: str) -> bytes:
    public = private.public_key()
    if kind == "ssh-rsa":
        numbers = public.public_numbers()
        return wire.string(kind) + wire.positive(numbers.e) + wire.positive(numbers.n)
    if "ed25519" in kind:
        blob = wire.string(kind) + wire.string(public.public_bytes(Encoding.Raw, PublicFormat.Raw))
    else:
        point = public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        blob = wire.string(kind) + wire.string(_curve(kind)) + wire.string(point)
    return blob + (wire.string(application) if kind.startswith("sk-") else b"")


@cache
def _rsa(seed: bytes, bits: int) -> rsa.RSAPrivateKey:
    """RSA from a seed: no library makes a key twice."""
    source = random.Random(seed)
    e = 65537
    p, q = _prime(source, bits // 2), _prime(source, bits - bits // 2)
    d = pow(e, -1, (p - 1) * (q - 1))
    public = rsa.RSAPublicNumbers(e, p * q)
    numbers = rsa.RSAPrivateNumbers(
        p, q, d, rsa.rsa_crt_dmp1(d, p), rsa.rsa_crt_dmq1(d, q), rsa.rsa_crt_iqmp(p, q), public
    )
    return numbers.private_key()


def _prime(source: random.Random, bits: int) -> int:
    while True:
        number = source.getrandbits(bits) | (3 << (bits - 2)) | 1
        small = (3, 5, 7, 11, 13, 17, 19, 23)
        if (
            number % 65537 != 1
            and all(number % one for one in small)
            and all(pow(base, number - 1, number) == 1 for base in (2, 3, 5, 7))
        ):
            return number
