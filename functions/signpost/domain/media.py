"""Media files by their first bytes: what a file really is, whatever its name says.

Only the kinds that channels take are recognised, and those that none takes because they hold
scripts. Reading a header allocates nothing in
proportion to the claimed size, so a "pixel bomb" costs no more than any other file.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:  # few posts have a film
    from signpost.domain.film import Film

HEAD_BYTES = 262_144
"""How much of a file `sniff` wants to see: JPEG keeps its size behind its metadata."""


DECODED = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})
"""Kinds that are opened and made to fit. All others are sent as they are, or refused."""

MAX_PIXELS = 178_956_970
"""Twice what Pillow warns of; above it Pillow refuses to open a picture, and so do the programs of
others that are built on it. No channel takes a fifth of it.

Source: https://pillow.readthedocs.io/en/stable/reference/Image.html#PIL.Image.open, noted 2026-11-22.
"""
MAX_FILE_BYTES = 250_000_000
"""Larger pictures are not opened: no camera writes such a JPEG, no channel takes a tenth of it."""


class Sniffed(NamedTuple):
    """Media type and pixel size, as far as the header tells."""

    mime: str
    width: int | None = None
    height: int | None = None


class MediaFact(NamedTuple):
    """What was found of a media file.

    Args:
        path: relative to the content folder.
        size: bytes.
        mime: by its magic bytes; empty where they are of no kind we know.
        claimed: by the file name's ending; empty where the ending is unknown.
        width, height: in pixels, as they are stored; None for films, whose head is `film`.
        position: what holds the place where it was taken, such as `Exif`; empty where nothing does.
        animated: a picture that moves.
        turned: it is stored lying on its side, so that width and height change places.
        film: the head of an MP4 or QuickTime film.
    """

    path: str
    sha256: str
    size: int
    mime: str
    claimed: str
    width: int | None = None
    height: int | None = None
    position: str = ""
    animated: bool = False
    turned: bool = False
    film: Film | None = None

    @property
    def kind(self) -> str:
        """`image`, `video`, `audio`, or empty."""
        return self.mime.partition("/")[0]

    @property
    def mended(self) -> bool:
        """Whether its size, format and shape are made to fit a channel, so that no person has to.

        A picture that moves is left whole: a still one in its place would be another picture.
        """
        return self.mime in DECODED and not self.animated and self.size <= MAX_FILE_BYTES

    @property
    def shown_size(self) -> tuple[int, int] | None:
        """Width and height as they are seen; None where they are not known."""
        wide = self.film.width if self.film else self.width
        high = self.film.height if self.film else self.height
        if not wide or not high:
            return None
        return (high, wide) if self.turned else (wide, high)


ENDINGS = {
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".heic": "image/heic",
    ".mp4": "video/mp4",
    ".m4v": "video/mp4",
    ".mov": "video/quicktime",
    ".webm": "video/webm",
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".wav": "audio/wav",
    ".flac": "audio/flac",
    ".svg": "image/svg+xml",
    ".svgz": "image/svg+xml",
    ".pdf": "application/pdf",
    ".html": "text/html",
    ".htm": "text/html",
    ".eps": "application/postscript",
    ".ps": "application/postscript",
}

ACTIVE = {
    "image/svg+xml": "SVG",
    "application/pdf": "PDF",
    "text/html": "HTML",
    "application/postscript": "PostScript",
}
"""Formats that are programs or documents: they can hold scripts and load other files."""

_TEXT_BYTES = 4096
"""In so many bytes the first element of an SVG or HTML file stands, comments before it or not."""
_ELEMENT = re.compile(rb"<(?:!doctype\s+)?(svg|html)\b")
_ELEMENTS = {b"svg": "image/svg+xml", b"html": "text/html"}

_BRANDS = {
    b"avif": "image/avif",
    b"avis": "image/avif",
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"mif1": "image/heif",
    b"qt  ": "video/quicktime",
}


def claimed_type(name: str) -> str:
    """The media type that the file name's ending promises; empty where it is unknown."""
    dot = name.rfind(".")
    return ENDINGS.get(name[dot:].lower(), "") if dot >= 0 else ""


def sniff(head: bytes) -> Sniffed:
    """What the first bytes say; `mime` is empty where they say nothing we know.

    Args:
        head: the first `HEAD_BYTES` of the file, or all of it.

    Source: https://mimesniff.spec.whatwg.org/#matching-an-image-type-pattern, noted 2026-11-22.
    """
    for magic, mime in _MAGIC:
        if head.startswith(magic):
            reader = _SIZES.get(mime)
            return Sniffed(mime, *reader(head)) if reader else Sniffed(mime)
    if head.startswith(b"RIFF"):
        if head[8:12] == b"WEBP":
            return Sniffed("image/webp", *_webp_size(head))
        return Sniffed("audio/wav" if head[8:12] == b"WAVE" else "")
    if head[4:8] == b"ftyp":
        return Sniffed(_BRANDS.get(head[8:12], "video/mp4"))
    if head.startswith(b"\x1a\x45\xdf\xa3") and b"webm" in head[:64]:
        return Sniffed("video/webm")
    return Sniffed(_active(head))


def _active(head: bytes) -> str:
    """The media type of a format in `ACTIVE`; they are text, so marks of order may come first."""
    if head.startswith(b"%PDF-"):
        return "application/pdf"
    if head.startswith((b"%!PS", b"\xc5\xd0\xd3\xc6")):
        return "application/postscript"
    text = head[:_TEXT_BYTES].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if not text.startswith(b"<"):
        return ""
    match = _ELEMENT.search(text)
    return _ELEMENTS[match[1]] if match else ""


def _big(data: bytes, at: int, length: int) -> int:
    return int.from_bytes(data[at : at + length], "big")


def _little(data: bytes, at: int, length: int) -> int:
    return int.from_bytes(data[at : at + length], "little")


def _png_size(head: bytes) -> tuple[int | None, int | None]:
    if head[12:16] != b"IHDR" or len(head) < 24:
        return None, None
    return _big(head, 16, 4), _big(head, 20, 4)


def _gif_size(head: bytes) -> tuple[int | None, int | None]:
    return (_little(head, 6, 2), _little(head, 8, 2)) if len(head) >= 10 else (None, None)


def _jpeg_size(head: bytes) -> tuple[int | None, int | None]:
    """Width and height from the first start-of-frame segment."""
    at = 2
    while at + 9 <= len(head) and head[at] == 0xFF:
        marker = head[at + 1]
        if marker == 0xFF:  # fill byte
            at += 1
            continue
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return _big(head, at + 7, 2), _big(head, at + 5, 2)
        if marker == 0x01 or 0xD0 <= marker <= 0xD7:  # these have no length
            at += 2
            continue
        if marker in (0xD9, 0xDA):
            break
        at += 2 + max(2, _big(head, at + 2, 2))
    return None, None


def _webp_size(head: bytes) -> tuple[int | None, int | None]:
    """Width and height from a lossy, lossless or extended first chunk."""
    chunk = head[12:16]
    if chunk == b"VP8X" and len(head) >= 30:
        return _little(head, 24, 3) + 1, _little(head, 27, 3) + 1
    if chunk == b"VP8L" and len(head) >= 25:
        bits = _little(head, 21, 4)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if chunk == b"VP8 " and len(head) >= 30:
        return _little(head, 26, 2) & 0x3FFF, _little(head, 28, 2) & 0x3FFF
    return None, None


_MAGIC = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"\xff\xf2", "audio/mpeg"),
)
_SIZES: dict[str, Callable[[bytes], tuple[int | None, int | None]]] = {
    "image/jpeg": _jpeg_size,
    "image/png": _png_size,
    "image/gif": _gif_size,
}
