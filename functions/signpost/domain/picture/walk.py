"""A picture file, piece by piece: what tells of camera, place and program is left out.

Nothing is decoded, so no byte of the picture itself changes, whatever library or version is there.
What is kept is a list of what browsers need (picture, palette, colour profile, animation); all else
is dropped, known or not, and with it whatever lies behind the picture's end.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from signpost.domain.picture.tiff import orientation_of


class DamagedError(ValueError):
    """The file ends too early, or its pieces do not fit each other."""


@dataclass(frozen=True, slots=True)
class Walked:
    """What a file is made of.

    Args:
        data: the file without what was dropped; equal to the original if nothing was.
        dropped: names of the pieces that were, such as `Exif`.
        orientation: 1 to 8, as Exif numbers them; 1 is upright.
    """

    data: bytes
    dropped: tuple[str, ...]
    orientation: int
    animated: bool


def walk(data: bytes, mime: str) -> Walked:
    """Take the file apart, and together again without what nobody has to see.

    Args:
        mime: one of `recipe.DECODED`, by the file's first bytes.

    Raises:
        DamagedError: it cannot be taken apart to its end.
    """
    pieces = _WALKS[mime](data)
    dropped = list(dict.fromkeys(name for name in pieces.dropped if name))
    kept = b"".join(pieces.kept)
    if not dropped and len(kept) != len(data):
        dropped = ["trailing bytes"]
    return Walked(kept, tuple(dropped), pieces.orientation, pieces.frames > 1)


class _Pieces:
    def __init__(self) -> None:
        self.kept: list[bytes] = []
        self.dropped: list[str] = []
        self.orientation = 1
        self.frames = 1

    def exif(self, block: bytes) -> None:
        """Dropped, but for what it says of up and down."""
        self.dropped.append("Exif")
        if self.orientation == 1:
            self.orientation = orientation_of(block.removeprefix(b"Exif\0\0"))


# --- JPEG -----------------------------------------------------------------------------------------

_SOI, _EOI, _SOS, _COM = 0xD8, 0xD9, 0xDA, 0xFE
_MARKER = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])")
_APPS_KEPT = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
_APPS_NAMED = (
    (b"Exif\0\0", "Exif"),
    (b"http://ns.adobe.com/x", "XMP"),
    (b"Photoshop 3.0", "IPTC"),
)


def _jpeg(data: bytes) -> _Pieces:
    """Source: ITU-T T.81, annex B (https://www.w3.org/Graphics/JPEG/itu-t81.pdf), noted 2026-11-22."""
    pieces = _Pieces()
    pieces.kept.append(data[:2])
    at, scanned = 2, False
    while True:
        found = _MARKER.search(data, at) if scanned else _MARKER.match(data, at)
        if found is None:
            raise DamagedError("it ends in the middle of the picture")
        if scanned:
            pieces.kept.append(data[at : found.start()])
        marker = found[1][0]
        if marker == _EOI:
            if not scanned:
                raise DamagedError("it holds no picture")
            pieces.kept.append(b"\xff\xd9")
            return pieces
        start = found.end()
        length = int.from_bytes(data[start : start + 2], "big")
        if length < 2 or start + length > len(data):
            raise DamagedError("it ends in the middle of a segment")
        segment = data[start + 2 : start + length]
        if _is_about(marker, segment):
            _drop_segment(pieces, marker, segment)
        else:
            pieces.kept.append(b"\xff" + data[start - 1 : start + length])
        at = start + length
        scanned = scanned or marker == _SOS


def _is_about(marker: int, segment: bytes) -> bool:
    if marker == _COM:
        return True
    if not 0xE0 <= marker <= 0xEF:
        return False
    kept = _APPS_KEPT.get(marker)
    return kept is None or not segment.startswith(kept)


def _drop_segment(pieces: _Pieces, marker: int, segment: bytes) -> None:
    if marker == 0xE1 and segment.startswith(b"Exif\0\0"):
        pieces.exif(segment)
        return
    named = (name for start, name in _APPS_NAMED if segment.startswith(start))
    pieces.dropped.append(next(named, "comment" if marker == _COM else "data of programs"))


# --- PNG ------------------------------------------------------------------------------------------

_PNG_KEPT = frozenset(
    b"IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI bKGD hIST pHYs sPLT "
    b"acTL fcTL fdAT".split()
)


def _png(data: bytes) -> _Pieces:
    """Source: https://www.w3.org/TR/png-3/#5Chunk-layout, noted 2026-11-22."""
    pieces = _Pieces()
    pieces.kept.append(data[:8])
    at = 8
    while True:
        length, name = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        end = at + 12 + length
        if len(name) < 4 or end > len(data):
            raise DamagedError("it ends in the middle of the picture")
        if zlib.crc32(data[at + 4 : end - 4]) != int.from_bytes(data[end - 4 : end], "big"):
            raise DamagedError("some of its bytes are not as they were written")
        if name in _PNG_KEPT:
            pieces.kept.append(data[at:end])
            if name == b"acTL":
                pieces.frames = max(1, int.from_bytes(data[at + 8 : at + 12], "big"))
        elif name == b"eXIf":
            pieces.exif(data[at + 8 : end - 4])
        else:
            pieces.dropped.append("XMP" if b"XML:com.adobe.xmp" in data[at : at + 40] else "text")
        if name == b"IEND":
            return pieces
        at = end


# --- WebP -----------------------------------------------------------------------------------------

_WEBP_KEPT = frozenset({b"VP8X", b"ICCP", b"ANIM", b"ANMF", b"ALPH", b"VP8 ", b"VP8L"})
_WEBP_ANIMATED, _WEBP_ABOUT = 0x02, 0x08 | 0x04
_WEBP_NAMES = {b"XMP ": "XMP", b"EXIF": "Exif"}


def _webp(data: bytes) -> _Pieces:
    """Source: https://developers.google.com/speed/webp/docs/riff_container, noted 2026-11-22."""
    pieces = _Pieces()
    end = 8 + int.from_bytes(data[4:8], "little")
    if end > len(data) + 1:  # a last chunk of odd length may lack its padding
        raise DamagedError("it ends in the middle of the picture")
    chunks: list[bytes] = []
    at = 12
    while at + 8 <= min(end, len(data)):
        name, length = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        body = data[at + 8 : at + 8 + length]
        if len(body) < length:
            raise DamagedError("it ends in the middle of the picture")
        if name == b"VP8X":
            pieces.frames = 2 if body[0] & _WEBP_ANIMATED else 1
            body = bytes([body[0] & ~_WEBP_ABOUT]) + body[1:]
        if name in _WEBP_KEPT:
            chunks.append(name + data[at + 4 : at + 8] + body + b"\0" * (length % 2))
        elif name == b"EXIF":
            pieces.exif(body)
        else:
            pieces.dropped.append(_WEBP_NAMES.get(name, "data of programs"))
        at += 8 + length + length % 2
    if not any(chunk[:4] in {b"VP8 ", b"VP8L", b"ANMF"} for chunk in chunks):
        raise DamagedError("it holds no picture")
    inside = b"WEBP" + b"".join(chunks)
    pieces.kept.append(b"RIFF" + len(inside).to_bytes(4, "little") + inside)
    return pieces


# --- GIF ------------------------------------------------------------------------------------------

_GIF_APPS_KEPT = (b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012")


def _gif(data: bytes) -> _Pieces:
    """Source: https://www.w3.org/Graphics/GIF/spec-gif89a.txt, noted 2026-11-22."""
    pieces = _Pieces()
    pieces.frames = 0
    for start, end, kind in gif_blocks(data):
        piece = data[start:end]
        if kind == "image":
            pieces.frames += 1
        if kind == "comment":
            pieces.dropped.append("comment")
        elif kind == "application" and piece[3:14] not in _GIF_APPS_KEPT:
            pieces.dropped.append("XMP" if piece[3:11] == b"XMP Data" else "data of programs")
        else:
            pieces.kept.append(piece)
    if not pieces.frames:
        raise DamagedError("it holds no picture")
    return pieces


def gif_blocks(data: bytes) -> Iterator[tuple[int, int, str]]:
    """Start, end and kind of each block, from the head to the trailer.

    Raises:
        DamagedError: it ends before its trailer.
    """
    at = 13 + _table(data[10:11])
    yield 0, at, "head"
    while True:
        start, mark = at, data[at : at + 1]
        if mark == b";":
            yield start, start + 1, "trailer"
            return
        if mark == b"!":
            kind = {b"\xfe": "comment", b"\xff": "application"}.get(
                data[at + 1 : at + 2], "control"
            )
            at = _blocks_end(data, at + 2)
        elif mark == b",":
            kind = "image"
            at = _blocks_end(data, at + 11 + _table(data[at + 9 : at + 10]))
        else:
            raise DamagedError("it ends in the middle of the picture")
        yield start, at, kind


def _table(flags: bytes) -> int:
    """Bytes of the palette that flags announce."""
    return 3 << ((flags[0] & 7) + 1) if flags and flags[0] & 0x80 else 0


def _blocks_end(data: bytes, at: int) -> int:
    while at < len(data):
        length = data[at]
        at += 1 + length
        if not length:
            return at
    raise DamagedError("it ends in the middle of the picture")


_WALKS = {"image/jpeg": _jpeg, "image/png": _png, "image/webp": _webp, "image/gif": _gif}
