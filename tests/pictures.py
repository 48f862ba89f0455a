"""Pictures for tests: every mode, format and orientation, with data that must not get out."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from PIL import Image, ImageCms

PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
SECRET = b"Canary of a camera"
"""Stands in every piece of data about the picture."""
FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP", "image/gif": "GIF"}


def corners(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """A picture of four colours: red, green, blue and white, clockwise from the top left."""
    picture = Image.new("RGB", (width, height), (255, 255, 255))
    x, y = (width + 1) // 2, (height + 1) // 2
    picture.paste((220, 20, 20), (0, 0, x, y))
    picture.paste((20, 200, 20), (x, 0, width, y))
    picture.paste((20, 20, 220), (x, y, width, height))
    return picture if mode == "RGB" else converted(picture, mode)


def converted(picture: Image.Image, mode: str) -> Image.Image:
    """The picture in another mode; where it can be transparent, a corner of it is."""
    if mode == "I;16":
        return picture.convert("L").convert("I").point(lambda value: value * 257).convert("I;16")
    if mode in {"RGBA", "LA"}:
        clear = picture.convert(mode)
        clear.putalpha(Image.new("L", picture.size, 255))
        clear.paste((0,) * len(clear.getbands()), (0, 0, 1, 1))
        return clear
    return picture.convert(mode)


def exif(orientation: int = 1, *, place: bool = True) -> Image.Exif:
    """What a camera writes."""
    data = Image.Exif()
    data[0x0110] = SECRET.decode()
    if orientation != 1:
        data[0x0112] = orientation
    if place:
        gps = data.get_ifd(0x8825)
        gps.update({1: "N", 2: (47.0, 25.0, 12.0), 3: "E", 4: (10.0, 58.0, 48.0)})
    return data


def written(
    picture: Image.Image,
    mime: str,
    *,
    orientation: int = 1,
    place: bool = False,
    profile: bytes | None = None,
    **more: Any,
) -> bytes:
    """The picture as a file."""
    out = BytesIO()
    options: dict[str, Any] = dict(more)
    if mime != "image/gif" and (place or orientation != 1):
        options["exif"] = exif(orientation, place=place)
    if profile is not None:
        options["icc_profile"] = profile
    if mime == "image/jpeg" and place:
        options["comment"] = SECRET
    picture.save(out, FORMATS[mime], **options)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    """A file read back, decoded to its end."""
    picture = Image.open(BytesIO(data))
    picture.load()
    return picture
