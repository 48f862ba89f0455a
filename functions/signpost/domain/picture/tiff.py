"""What an Exif block says of up and down."""

from __future__ import annotations

from typing import Literal

LYING = frozenset({5, 6, 7, 8})
"""Orientations in which width and height change places."""

_ORIENTATION = 0x0112
_MAX_ENTRIES = 512


def orientation_of(block: bytes) -> int:
    """1 to 8; 1, which is upright, where the block says nothing that has a meaning.

    Args:
        block: TIFF, from its byte order on.

    Source: Exif 2.32, 4.6.4 (https://www.cipa.jp/std/documents/e/DC-008-Translation-2019-E.pdf),
    noted 2026-11-22.
    """
    order: Literal["little", "big"] = "little" if block[:2] == b"II" else "big"

    def number(at: int, length: int) -> int:
        return int.from_bytes(block[at : at + length], order)

    root = number(4, 4)
    for index in range(min(number(root, 2), _MAX_ENTRIES)):
        at = root + 2 + 12 * index
        if number(at, 2) == _ORIENTATION:
            value = number(at + 8, 2)
            return value if 1 <= value <= 8 else 1
    return 1
