"""Whether bytes are a point that a public key may be. Arithmetic of public values, nothing secret.

Sources: https://nvlpubs.nist.gov/nistpubs/SpecialPublications/NIST.SP.800-186.pdf (the curves) and
https://www.rfc-editor.org/rfc/rfc8032#section-5.1 (Ed25519), both read 2026-11-22.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Curve:
    """y² = x³ − 3x + b over the numbers modulo p.

    Args:
        hash: the hash that SSH signs with on this curve (RFC 5656).
        order: of the base point.
    """

    name: str
    hash: str
    p: int
    b: int
    order: int

    @property
    def size(self) -> int:
        """Bytes of a coordinate."""
        return (self.p.bit_length() + 7) // 8

    def point(self, data: bytes) -> tuple[int, int] | None:
        """The point that uncompressed bytes name; None where they name none."""
        if len(data) != 1 + 2 * self.size or data[0] != 4:
            return None
        x = int.from_bytes(data[1 : 1 + self.size], "big")
        y = int.from_bytes(data[1 + self.size :], "big")
        if x >= self.p or y >= self.p:
            return None
        return (x, y) if (y * y - (x * x * x - 3 * x + self.b)) % self.p == 0 else None


CURVES = {
    "nistp256": Curve(
        "nistp256",
        "sha256",
        2**256 - 2**224 + 2**192 + 2**96 - 1,
        0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
        0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    ),
    "nistp384": Curve(
        "nistp384",
        "sha384",
        2**384 - 2**128 - 2**96 + 2**32 - 1,
        int(
            "B3312FA7E23EE7E4988E056BE3F82D19181D9C6EFE8141120314088F"
            "5013875AC656398D8A2ED19D2A85C8EDD3EC2AEF",
            16,
        ),
        int(
            "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
            "C7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973",
            16,
        ),
    ),
    "nistp521": Curve(
        "nistp521",
        "sha512",
        2**521 - 1,
        int(
            "51953EB9618E1C9A1F929A21A0B68540EEA2DA725B99B315F3B8B489918EF109"
            "E156193951EC7E937B1652C0BD3BB1BF073573DF883D2C34F1EF451FD46B503F00",
            16,
        ),
        int(
            "1FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFA"
            "51868783BF2F966B7FCC0148F709A5D03BB5C9B8899C47AEBB6FB71E91386409",
            16,
        ),
    ),
}

_P = 2**255 - 19
ED25519_ORDER = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P
_EDWARDS_BYTES = 32


def edwards_y(data: bytes) -> int | None:
    """The coordinate that 32 bytes of Ed25519 name, without the sign of the other.

    None where they are not in their one form, or no point of the curve has it.
    """
    if len(data) != _EDWARDS_BYTES:
        return None
    y = int.from_bytes(data, "little") & (2**255 - 1)
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    if square == 0:
        return None if data[-1] & 0x80 else y
    return y if pow(square, (_P - 1) // 2, _P) == 1 else None


def of_small_order(y: int) -> bool:
    """Whether a point of Ed25519 with this coordinate vanishes when it is doubled three times.

    A signature by such a key can be made by anybody.
    """
    for _ in range(3):
        # Doubling, in y alone: x² follows from the equation of the curve.
        xx = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
        y = (y * y + xx) * pow(1 - _D * xx * y * y, -1, _P) % _P
    return y == 1
