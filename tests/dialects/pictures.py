"""Pictures for the suites: small, valid, unlike each other."""

from __future__ import annotations

import struct
import zlib


def picture(number: int) -> bytes:
    """A PNG of 6 by 4 in a colour of its own; numbers below 2^24 differ."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)

    row = b"\0" + struct.pack(">I", number & 0xFFFFFF)[1:] * 6
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", 6, 4, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(row * 4))
        + chunk(b"IEND", b"")
    )
