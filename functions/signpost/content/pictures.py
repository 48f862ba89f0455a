"""Makes derivatives: pixels are decoded, turned, cropped, scaled and written here, and nowhere else.

The one module of the command line that opens files of others with Pillow for what is sent. It knows
four decoders, looks at the size before it decodes, and gives every picture up that has a fault.
"""

from __future__ import annotations

import math
import struct
import zlib
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from PIL import Image, ImageCms

from signpost.domain.media import MAX_PIXELS, sniff
from signpost.domain.picture.recipe import Change, Recipe
from signpost.domain.picture.walk import DamagedError, Walked, walk

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
"""Decoders that are used; Pillow has some fifty more, each a way in."""

_NAMES = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP", "image/gif": "GIF"}
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""Orientation of Exif → how the picture becomes upright."""
_QUALITIES = (90, 82, 74)
"""Tried in order before a picture is made smaller. Below, edges show."""
_LEAST_STEP = 0.9
_PAPER = (255, 255, 255)
"""What shines through where a format has no transparency."""
Image.MAX_IMAGE_PIXELS = MAX_PIXELS
"""Pillow's own limit is half of it, and what is between would be warned of though it is allowed."""
_FAULTS = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    TypeError,
    IndexError,
    KeyError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)
"""What Pillow's decoders raise on damaged files."""
_LOSSLESS = frozenset({"image/png"})
_SPACES = {"RGB": b"RGB ", "RGBA": b"RGB ", "L": b"GRAY", "LA": b"GRAY"}


class PictureError(ValueError):
    """A picture of which no derivative can be made.

    Args:
        remedy: what a person can do about it.
    """

    def __init__(self, cause: str, remedy: str) -> None:
        super().__init__(cause)
        self.cause = cause
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Made:
    """A finished picture."""

    data: bytes
    mime: str
    width: int
    height: int
    changes: tuple[Change, ...]
    focus: tuple[float, float] | None = None


def make(data: bytes, recipe: Recipe) -> Made:
    """The derivative of a file.

    What fits already is only freed of what it says about camera and place; not a bit of the
    picture itself changes then, and nothing is decoded.

    Raises:
        PictureError: it is damaged, claims too many pixels, or moves and does not fit.
    """
    seen = sniff(data)
    if seen.mime not in _NAMES:
        raise PictureError("it is no JPEG, PNG, WebP or GIF", "Save it as one of these.")
    try:
        walked = walk(data, seen.mime)
    except DamagedError as error:
        raise PictureError(f"it is damaged: {error}", "Export it again.") from error
    width, height = seen.width or 0, seen.height or 0
    if not 0 < width * height <= MAX_PIXELS:
        raise PictureError(
            f"it claims {width:,} × {height:,} pixels",
            "Export it at the size in which it is shown.",
        )
    upright = walked.orientation == 1 or walked.animated
    if upright and recipe.fits(seen.mime, len(walked.data), width, height):
        changes = (Change.CLEANED,) if walked.dropped else ()
        return Made(walked.data, seen.mime, width, height, changes)
    if walked.animated:
        raise PictureError(_moving(seen.mime, len(walked.data), width, height, recipe), _STILL)
    try:
        return _Kitchen(walked, seen.mime, recipe).made()
    except _FAULTS as error:
        told = str(error).rstrip(".")
        raise PictureError(f"it cannot be decoded ({told})", "Export it again.") from error


_STILL = "Make it smaller by hand, or give the channel a still picture or a film."


def _moving(mime: str, size: int, width: int, height: int, recipe: Recipe) -> str:
    if mime not in recipe.types:
        return f"it moves, and as {mime} it is not taken"
    if size > recipe.max_bytes:
        return f"it moves, and has {size:,} bytes of {recipe.max_bytes:,}"
    return f"it moves, and {width} × {height} pixels do not fit"


class _Kitchen:
    """One picture on its way.

    Raises:
        OSError: of Pillow, and others in `_FAULTS`: it cannot be decoded.
    """

    def __init__(self, walked: Walked, mime: str, recipe: Recipe) -> None:
        self._size = len(walked.data)
        self._mime = mime
        self._recipe = recipe
        self._changes = [Change.CLEANED] if walked.dropped else []
        with Image.open(BytesIO(walked.data), formats=FORMATS) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                raise ValueError("more pixels than its head says")
            lying = walked.orientation >= 5
            wide, high = opened.size[::-1] if lying else opened.size
            self._focus = recipe.focus_after(wide, high)
            box = recipe.crop(wide, high)
            self._target = _target(recipe, box)
            shrink = self._target[0] / (box[2] - box[0])
            if shrink < 1:  # a JPEG is then decoded at a half, a quarter or an eighth
                opened.draft(
                    None, (math.ceil(opened.width * shrink), math.ceil(opened.height * shrink))
                )
            opened.load()
            icc = opened.info.get("icc_profile")
            picture, self._icc = _plain(opened, icc if isinstance(icc, bytes) else None)
        picture.info.clear()
        if walked.orientation != 1:
            picture = picture.transpose(_TURNS[walked.orientation])
            self._changes.append(Change.TURNED)
        if box != (0, 0, wide, high):
            picture = picture.crop(_scaled(box, picture.size, (wide, high)))
            self._changes.append(Change.CROPPED)
        else:
            self._focus = None
        if shrink < 1:
            self._changes.append(Change.RESIZED)
        self._picture = _resized(picture, self._target)

    def made(self) -> Made:
        """The first way to write it that fits.

        Raises:
            PictureError: there is no such way.
        """
        targets = self._targets()
        for mime in targets:
            for quality in _qualities(mime):
                data = self._written(self._picture, mime, quality)
                if len(data) <= self._recipe.max_bytes:
                    return self._done(data, mime, self._picture)
        mime = next((item for item in targets if item not in _LOSSLESS), targets[-1])
        picture = self._picture
        while max(picture.size) > 1:
            over = math.sqrt(self._recipe.max_bytes / len(data)) * 0.98
            step = min(_LEAST_STEP, over)
            size = tuple(max(1, int(edge * step)) for edge in picture.size)
            # Always from the whole picture: shrinking what was shrunk blurs it.
            picture = _resized(self._picture, (size[0], size[1]))
            if Change.RESIZED not in self._changes:
                self._changes.append(Change.RESIZED)
            for quality in _qualities(mime)[1:] or _qualities(mime):
                data = self._written(picture, mime, quality)
                if len(data) <= self._recipe.max_bytes:
                    return self._done(data, mime, picture)
        raise PictureError(
            f"it does not fit into {self._recipe.max_bytes:,} bytes", "Use another picture."
        )

    def _targets(self) -> tuple[str, ...]:
        """Formats to try, the best first: what it is, then what keeps transparency."""
        clear = self._picture.mode in {"RGBA", "LA"}
        lossy = ("image/webp", "image/jpeg") if clear else ("image/jpeg", "image/webp")
        if self._mime == "image/jpeg":
            order = ("image/jpeg", "image/webp", "image/png")
        elif self._mime == "image/webp":
            order = (
                "image/webp",
                *(("image/png", "image/jpeg") if clear else ("image/jpeg", "image/png")),
            )
        else:
            order = ("image/png", *lossy)
        found = tuple(mime for mime in order if mime in self._recipe.types)
        if not found:
            raise PictureError(
                f"{self._mime} is not taken, nor what it could become", "Save it anew."
            )
        return found

    def _written(self, picture: Image.Image, mime: str, quality: int) -> bytes:
        out = BytesIO()
        options: dict[str, Any] = {}
        icc = self._icc
        if mime == "image/jpeg":
            picture = _on_paper(picture)
            options = {"quality": quality, "optimize": True, "progressive": True}
            if self._mime != "image/jpeg":  # drawings and screenshots: colours keep their edges
                options["subsampling"] = 0
        elif mime == "image/webp":
            options = {"quality": quality, "method": 4}
            if picture.mode in {"L", "LA"}:
                picture = picture.convert("RGBA" if picture.mode == "LA" else "RGB")
        if icc and icc[16:20] == _SPACES.get(picture.mode):
            options["icc_profile"] = icc
        picture.save(out, _NAMES[mime], **options)
        return out.getvalue()

    def _done(self, data: bytes, mime: str, picture: Image.Image) -> Made:
        changes = set(self._changes)
        if mime != self._mime:
            changes.add(Change.CONVERTED)
        elif len(data) < self._size and self._size > self._recipe.max_bytes:
            changes.add(Change.COMPRESSED)
        ordered = tuple(change for change in Change if change in changes)
        return Made(data, mime, picture.width, picture.height, ordered, self._focus)


def _qualities(mime: str) -> tuple[int, ...]:
    return (100,) if mime in _LOSSLESS else _QUALITIES


def _target(recipe: Recipe, box: tuple[int, int, int, int]) -> tuple[int, int]:
    """Width and height after cropping and scaling."""
    width, height = box[2] - box[0], box[3] - box[1]
    factor = recipe.scale(width, height)
    if factor >= 1:
        return width, height
    return max(1, math.floor(width * factor)), max(1, math.floor(height * factor))


def _scaled(
    box: tuple[int, int, int, int], size: tuple[int, int], whole: tuple[int, int]
) -> tuple[int, int, int, int]:
    """The box in a picture that may have been decoded smaller."""
    x, y = size[0] / whole[0], size[1] / whole[1]
    left, top, right, bottom = box
    return round(left * x), round(top * y), round(right * x), round(bottom * y)


def _resized(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    if picture.size == size:
        return picture
    return picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)


def _plain(opened: Image.Image, icc: bytes | None) -> tuple[Image.Image, bytes | None]:
    """The picture in one of four modes (L, LA, RGB, RGBA), and the profile that is true of it."""
    if opened.mode in {"I;16", "I;16B", "I;16L", "I;16N", "I"}:
        # Sixteen bits of grey; a plain conversion would cut off instead of scaling.
        return opened.convert("I").point(lambda value: value / 256).convert("L"), icc
    if opened.mode == "CMYK":
        return _of_print(opened, icc), None
    if opened.has_transparency_data:
        grey = opened.mode in {"L", "LA", "La"}
        picture = opened.convert("LA" if grey else "RGBA")
        low, _ = picture.getchannel("A").getextrema()
        if low != 255:
            return picture, icc
        return picture.convert("L" if grey else "RGB"), icc
    if opened.mode in {"1", "L"}:
        return opened.convert("L"), icc
    return opened.convert("RGB"), icc


def _of_print(opened: Image.Image, icc: bytes | None) -> Image.Image:
    """Colours of print as colours of screens, by its profile where it has a good one."""
    if icc:
        try:
            source = ImageCms.ImageCmsProfile(BytesIO(icc))
            there = ImageCms.createProfile("sRGB")
            done = ImageCms.profileToProfile(opened, source, there, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, TypeError, ValueError):
            done = None
        if done is not None:
            return done
    return opened.convert("RGB")


def _on_paper(picture: Image.Image) -> Image.Image:
    """Without transparency: on white."""
    if picture.mode not in {"RGBA", "LA"}:
        return picture
    mode = "L" if picture.mode == "LA" else "RGB"
    paper = Image.new(mode, picture.size, 255 if mode == "L" else _PAPER)
    paper.paste(picture.convert(mode), mask=picture.getchannel("A"))
    return paper
