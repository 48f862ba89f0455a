"""The mathematics of signatures, and nothing else: whether a key made one.

The only user of `cryptography`. What a key or signature may look like was judged before, in
`domain.signing`; so this module is given one form of each, and asks a library that many others keep
right. Why this one: docs/adr/0052.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from signpost.domain.signing.keys import PublicKey
from signpost.domain.signing.sshsig import Proof

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.hashes import HashAlgorithm


def check(key: PublicKey, proof: Proof, message: bytes) -> bool:
    """Whether the key made this signature of the message.

    Args:
        key: judged by `domain.signing.keys`.
        proof: judged by `domain.signing.sshsig`.
    """
    # Imported by need: a function that has nothing to verify does not pay for it.
    from cryptography.exceptions import InvalidSignature

    try:
        if key.modulus:
            _rsa(key, proof, message)
        elif key.curve == "ed25519":
            _ed25519(key, proof, message)
        else:
            _ecdsa(key, proof, message)
    except (InvalidSignature, ValueError):  # ValueError: a number that no key or signature has
        return False
    return True


def _rsa(key: PublicKey, proof: Proof, message: bytes) -> None:
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers

    public = RSAPublicNumbers(key.exponent, key.modulus).public_key()
    public.verify(proof.data, message, PKCS1v15(), _hash(proof.hash))


def _ed25519(key: PublicKey, proof: Proof, message: bytes) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    Ed25519PublicKey.from_public_bytes(key.point).verify(proof.data, message)


def _ecdsa(key: PublicKey, proof: Proof, message: bytes) -> None:
    from cryptography.hazmat.primitives.asymmetric import ec, utils

    curves: dict[str, ec.EllipticCurve] = {
        "nistp256": ec.SECP256R1(),
        "nistp384": ec.SECP384R1(),
        "nistp521": ec.SECP521R1(),
    }
    public = ec.EllipticCurvePublicKey.from_encoded_point(curves[key.curve], key.point)
    data = utils.encode_dss_signature(*proof.numbers)
    public.verify(data, message, ec.ECDSA(_hash(proof.hash)))


def _hash(name: str) -> HashAlgorithm:
    from cryptography.hazmat.primitives import hashes

    known: dict[str, HashAlgorithm] = {
        "sha256": hashes.SHA256(),
        "sha384": hashes.SHA384(),
        "sha512": hashes.SHA512(),
    }
    return known[name]
