"""Where a picture or film says that it was taken: position data in Exif, XMP and film heads.

Only bytes are looked at; nothing is decoded, so a hostile file costs no more than its length. The
marks are searched for in the whole file, because PNG and WebP may carry them behind the picture,
and HEIC (what telephones write) keeps them in its data.
"""

from __future__ import annotations

import re

TIFF_BYTES = 65_536
"""So much of an Exif block is read: in JPEG it cannot be longer.

Source: Exif 2.32, 4.5.4 (https://www.cipa.jp/std/documents/e/DC-008-Translation-2019-E.pdf), noted
2026-11-22.
"""
OVERLAP = 64
"""So much of the last piece is searched again with the next, so that no mark falls between."""

_TIFF = re.compile(rb"(?:Exif\0\0|eXIf|EXIF.{4}(?:Exif\0\0)?)(II\*\0|MM\0\*)", re.DOTALL)
_XMP = re.compile(rb"(?:exif:|<GPS|<[\w-]{1,20}:)GPSL(?:atitude|ongitude)\b")
_FILM = re.compile(rb"\xa9xyz|com\.apple\.quicktime\.location\.ISO6709")
_GPS_IFD = 0x8825
_LATITUDE, _LONGITUDE = 2, 4
_MAX_ENTRIES = 512
_MAX_BLOCKS = 16


class PositionSearch:
    """Looks for position data in the pieces of a file, one after the other.

    Args:
        film: whether to look for the marks of films too.
    """

    def __init__(self, *, film: bool) -> None:
        self.found = ""
        self.blocks: list[int] = []
        self._film = film
        self._at = 0
        self._last = b""

    def feed(self, piece: bytes) -> None:
        """Search one piece. `found` says what holds a position; `blocks` where Exif begins."""
        data = self._last + piece
        start = self._at - len(self._last)
        if not self.found and b"GPSL" in data and _XMP.search(data):
            self.found = "XMP"
        if not self.found and self._film and _FILM.search(data):
            self.found = "the head of the film"
        if b"Exif\0\0" in data or b"eXIf" in data or b"EXIF" in data:
            for match in _TIFF.finditer(data):
                at = start + match.start(1)
                if at not in self.blocks and len(self.blocks) < _MAX_BLOCKS:
                    self.blocks.append(at)
        self._at += len(piece)
        self._last = data[-OVERLAP:]


def tiff_has_position(block: bytes) -> bool:
    """Whether an Exif block (TIFF, from its byte order on) holds a latitude or longitude.

    A block with only the version of the position tags, or with nothing but zeros, holds none.

    Source: https://www.cipa.jp/std/documents/e/DC-008-Translation-2019-E.pdf, 4.6.6, noted 2026-11-22.
    """
    order = "little" if block[:2] == b"II" else "big"

    def number(at: int, length: int) -> int:
        return int.from_bytes(block[at : at + length], order)  # type: ignore[arg-type]  # one of two words

    def entries(at: int) -> dict[int, int]:
        """Tag → place of its entry."""
        count = min(number(at, 2), _MAX_ENTRIES)
        places = [at + 2 + 12 * index for index in range(count)]
        return {number(place, 2): place for place in places if place + 12 <= len(block)}

    root = entries(number(4, 4))
    if _GPS_IFD not in root:
        return False
    tags = entries(number(root[_GPS_IFD] + 8, 4))
    for tag in (_LATITUDE, _LONGITUDE):
        if tag in tags:
            value = number(tags[tag] + 8, 4)  # three fractions, so the entry holds their place
            degrees = [number(value + 8 * index, 4) for index in range(3)]
            if any(degrees):
                return True
    return False
