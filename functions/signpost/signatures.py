"""The mathematics of signatures, and nothing else: whether a key made one.

The only user of `ecdsa`, whose verification is pure Python: all that it handles here is public, so
the time that it takes tells nobody anything. What a key or signature may look like was judged
before, in `domain.signing`. Why not a library in C: docs/adr/0052.

RSA is compared the safe way round: the one right encoding is built and held against what the
signature gives; nothing in it is parsed. Source: RFC 8017 section 8.2.2 (read 2026-11-22).
"""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Any

from signpost.domain.signing.curves import CURVES
from signpost.domain.signing.keys import PublicKey
from signpost.domain.signing.sshsig import Proof

# DigestInfo before the hash itself. Source: RFC 8017 section 9.2, note 1 (read 2026-11-22).
_DIGEST_INFO = {
    "sha256": bytes.fromhex("3031300d060960864801650304020105000420"),
    "sha512": bytes.fromhex("3051300d060960864801650304020305000440"),
}


def check(key: PublicKey, proof: Proof, message: bytes) -> bool:
    """Whether the key made this signature of the message.

    Args:
        key: judged by `domain.signing.keys`.
        proof: judged by `domain.signing.sshsig`.
    """
    if key.modulus:
        return _rsa(key, proof, message)
    if key.curve == "ed25519":
        return _ed25519(key, proof, message)
    return _ecdsa(key, proof, message)


def _rsa(key: PublicKey, proof: Proof, message: bytes) -> bool:
    size = (key.modulus.bit_length() + 7) // 8
    number = int.from_bytes(proof.data, "big")
    if len(proof.data) != size or number >= key.modulus:
        return False
    tail = _DIGEST_INFO[proof.hash] + hashlib.new(proof.hash, message).digest()
    right = b"\x00\x01" + b"\xff" * (size - len(tail) - 3) + b"\x00" + tail
    return pow(number, key.exponent, key.modulus).to_bytes(size, "big") == right


def _ed25519(key: PublicKey, proof: Proof, message: bytes) -> bool:
    from ecdsa import eddsa
    from ecdsa.errors import MalformedPointError

    try:
        public = eddsa.PublicKey(eddsa.generator_ed25519, key.point)
        return bool(public.verify(message, proof.data))
    except (ValueError, MalformedPointError):  # how it says no
        return False


def _ecdsa(key: PublicKey, proof: Proof, message: bytes) -> bool:
    from ecdsa import ecdsa, ellipticcurve

    curve = CURVES[key.curve]
    point = curve.point(key.point)
    if point is None or len(proof.numbers) != 2:
        return False
    generator = _generators()[key.curve]
    public = ecdsa.Public_key(
        generator, ellipticcurve.PointJacobi(generator.curve(), *point, 1, generator.order())
    )
    hashed = hashlib.new(proof.hash, message).digest()
    # The leftmost bits, as many as the order has; a hash of ours is never longer.
    number = int.from_bytes(hashed, "big")
    return bool(public.verifies(number, ecdsa.Signature(*proof.numbers)))


@cache
def _generators() -> dict[str, Any]:
    from ecdsa import ecdsa

    return {
        "nistp256": ecdsa.generator_256,
        "nistp384": ecdsa.generator_384,
        "nistp521": ecdsa.generator_521,
    }
