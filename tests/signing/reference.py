"""The same mathematics a second time, from the textbooks: slow, short, and nobody else's code.

Verification in the product asks OpenSSL, and so does ssh-keygen: a fault of OpenSSL's would show
in neither. Sources: FIPS 186-5 section 6.4.2, RFC 8017 section 8.2.2, RFC 8032 section 5.1.7 (read
2026-11-22).
"""

from __future__ import annotations

import hashlib

from signpost.domain.signing.curves import CURVES, ED25519_ORDER, Curve
from signpost.domain.signing.keys import PublicKey
from signpost.domain.signing.sshsig import Proof

Point = tuple[int, int] | None
_BASES = {
    "nistp256": bytes.fromhex(
        "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
        "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"
    ),
    "nistp384": bytes.fromhex(
        "04aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7"
        "3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f"
    ),
    "nistp521": bytes.fromhex(
        "0400c6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3dbaa14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66"
        "011839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e662c97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd16650"
    ),
}
_INFO = {
    "sha256": bytes.fromhex("3031300d060960864801650304020105000420"),
    "sha512": bytes.fromhex("3051300d060960864801650304020305000440"),
}
_P = 2**255 - 19
_D = -121665 * pow(121666, -1, _P) % _P


def check(key: PublicKey, proof: Proof, message: bytes) -> bool:
    """Whether the key made this signature of the message."""
    if key.modulus:
        return _rsa(key, proof, message)
    if key.curve == "ed25519":
        return _ed25519(key.point, proof.data, message)
    return _ecdsa(CURVES[key.curve], key, proof, message)


def _rsa(key: PublicKey, proof: Proof, message: bytes) -> bool:
    size = (key.modulus.bit_length() + 7) // 8
    number = int.from_bytes(proof.data, "big")
    tail = b"\0" + _INFO[proof.hash] + hashlib.new(proof.hash, message).digest()
    right = b"\0\1" + b"\xff" * (size - len(tail) - 2) + tail
    if len(proof.data) != size or number >= key.modulus:
        return False
    return pow(number, key.exponent, key.modulus).to_bytes(size, "big") == right


def _ecdsa(curve: Curve, key: PublicKey, proof: Proof, message: bytes) -> bool:
    r, s = proof.numbers
    if not (0 < r < curve.order and 0 < s < curve.order):
        return False
    number = int.from_bytes(hashlib.new(proof.hash, message).digest(), "big")
    inverse = pow(s, -1, curve.order)
    base = curve.point(_BASES[curve.name])
    first = _times(curve, number * inverse % curve.order, base)
    total = _plus(curve, first, _times(curve, r * inverse % curve.order, curve.point(key.point)))
    return total is not None and total[0] % curve.order == r


def _plus(curve: Curve, one: Point, two: Point) -> Point:
    if one is None or two is None:
        return two if one is None else one
    if one[0] == two[0]:
        if (one[1] + two[1]) % curve.p == 0:
            return None
        slope = (3 * one[0] * one[0] - 3) * pow(2 * one[1], -1, curve.p)
    else:
        slope = (two[1] - one[1]) * pow(two[0] - one[0], -1, curve.p)
    x = (slope * slope - one[0] - two[0]) % curve.p
    return x, (slope * (one[0] - x) - one[1]) % curve.p


def _times(curve: Curve, factor: int, point: Point) -> Point:
    total: Point = None
    while factor:
        if factor & 1:
            total = _plus(curve, total, point)
        point = _plus(curve, point, point)
        factor >>= 1
    return total


def _ed25519(public: bytes, data: bytes, message: bytes) -> bool:
    s = int.from_bytes(data[32:], "little")
    key, first = _point(public), _point(data[:32])
    if len(data) != 64 or s >= ED25519_ORDER or key is None or first is None:
        return False
    factor = int.from_bytes(hashlib.sha512(data[:32] + public + message).digest(), "little")
    base = _point(bytes.fromhex("58" + "66" * 31))
    if base is None:
        raise AssertionError("the base is a point")
    return _multiple(s, base) == _sum(first, _multiple(factor % ED25519_ORDER, key))


def _point(data: bytes) -> tuple[int, int] | None:
    y = int.from_bytes(data, "little") & (2**255 - 1)
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * pow(2, (_P - 1) // 4, _P) % _P
    if y >= _P or (x * x - square) % _P:
        return None
    return (x if x & 1 == data[31] >> 7 else -x % _P), y


def _sum(one: tuple[int, int], two: tuple[int, int]) -> tuple[int, int]:
    both = _D * one[0] * two[0] * one[1] * two[1]
    return (
        (one[0] * two[1] + two[0] * one[1]) * pow(1 + both, -1, _P) % _P,
        (one[1] * two[1] + one[0] * two[0]) * pow(1 - both, -1, _P) % _P,
    )


def _multiple(factor: int, point: tuple[int, int]) -> tuple[int, int]:
    total = (0, 1)
    while factor:
        if factor & 1:
            total = _sum(total, point)
        point = _sum(point, point)
        factor >>= 1
    return total
