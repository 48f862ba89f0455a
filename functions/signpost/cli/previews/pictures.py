"""Pictures of a page that needs no other file: as `data:` addresses, scaled down where large."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from io import BytesIO

from signpost.domain.media import MAX_PIXELS as CHECKED_PIXELS
from signpost.errors import SignpostError
from signpost.previews.view import Medium

AS_IT_IS_BYTES = 120_000
"""A file up to this size goes into the page unchanged."""
MAX_PIXELS = 60_000_000
"""Larger pictures are not opened: it would take some hundred megabytes of memory."""

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
"""Decoders that are used."""

_SHOWN_BY_BROWSERS = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp", "image/avif"})
_EDGES = ((12, 1000), (40, 640), (10_000, 360))
"""Up to so many pictures on the page: the longer edge of each, in pixels."""
_QUALITY = 80


class Pictures:
    """Makes each picture once, however many accounts show it.

    Args:
        data: digest of a picture → its bytes, as they will be sent.
        number: of pictures on the page; the more there are, the smaller each becomes.
    """

    def __init__(self, data: Callable[[str], bytes], number: int) -> None:
        self._data = data
        self._edge = next(edge for most, edge in _EDGES if number <= most or most == _EDGES[-1][0])
        self._made: dict[str, str] = {}

    def address(self, medium: Medium) -> str:
        """A `data:` address; empty where the file cannot be shown in a browser."""
        if medium.sha256 not in self._made:
            self._made[medium.sha256] = self._address(medium)
        return self._made[medium.sha256]

    def _address(self, medium: Medium) -> str:
        if medium.kind != "image":
            return ""
        try:
            data = self._data(medium.sha256)
        except (OSError, SignpostError):  # it was changed or deleted just now
            return ""
        if medium.size <= AS_IT_IS_BYTES and medium.mime in _SHOWN_BY_BROWSERS:
            return _address(medium.mime, data)
        return _scaled(data, self._edge)


def _scaled(data: bytes, edge: int) -> str:
    """The picture, its first frame, no larger than `edge`; empty where it cannot be read."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = CHECKED_PIXELS  # below it, Pillow would warn readers of the page
    try:
        with Image.open(BytesIO(data), formats=FORMATS) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                return ""
            opened.draft("RGB", (edge, edge))  # a JPEG is then decoded at a fraction of its size
            picture = ImageOps.exif_transpose(opened)
            picture.thumbnail((edge, edge))
            if picture.mode not in {"RGB", "RGBA"}:
                picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
            out = BytesIO()
            picture.save(out, "WEBP", quality=_QUALITY, method=2)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return ""
    return _address("image/webp", out.getvalue())


def _address(mime: str, data: bytes) -> str:
    return f"data:{mime};base64,{b64encode(data).decode()}"
