"""What a channel wants of a picture, as a recipe; and what came of making it.

Pure and without pixels: the recipe says what has to hold in the end, `content.pictures` makes it so.
The same original and the same recipe always mean the same derivative.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from signpost.domain.canonical import canonical_json, digest
from signpost.domain.channel import MediaLimit
from signpost.domain.media import DECODED, MediaFact

FORM = 1
"""Of recipes. Another number makes every derivative anew: for a change of how they are made."""

_ROUNDING = 0.005
"""1080 × 1350 is meant to be 4:5: a pixel more or less is not looked at."""


class Change(StrEnum):
    """What was done to a picture."""

    TURNED = "turned"
    CROPPED = "cropped"
    RESIZED = "resized"
    CONVERTED = "converted"
    COMPRESSED = "compressed"
    CLEANED = "cleaned"
    """Data about the picture were taken out: of the camera, the place, the program."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What has to hold of a derivative.

    Args:
        types: media types that the channel takes, of those that we can write; in order.
        max_edge: pixels of the longer edge.
        aspect: the narrowest and the widest width ÷ height.
        focus: what must stay visible when it is cropped; None where nothing is ever cropped.
    """

    types: tuple[str, ...]
    max_bytes: int
    max_pixels: int | None = None
    max_edge: int | None = None
    aspect: tuple[float, float] | None = None
    focus: tuple[float, float] | None = None

    @property
    def key(self) -> str:
        """Digest of the recipe; equal for equal recipes."""
        return digest(
            canonical_json(
                [
                    FORM,
                    self.types,
                    self.max_bytes,
                    self.max_pixels,
                    self.max_edge,
                    self.aspect,
                    self.focus,
                ]
            )
        )

    def fits(self, mime: str, size: int, width: int, height: int) -> bool:
        """Whether a picture is within every limit.

        Args:
            width, height: as it is seen, after turning.
        """
        return (
            mime in self.types
            and size <= self.max_bytes
            and self.scale(width, height) >= 1
            and self.crop(width, height) == (0, 0, width, height)
        )

    def scale(self, width: int, height: int) -> float:
        """The factor, at most 1, by which the edges must shrink for pixels and longer edge."""
        factor = 1.0
        if self.max_edge and max(width, height) > self.max_edge:
            factor = self.max_edge / max(width, height)
        if self.max_pixels and width * height > self.max_pixels:
            factor = min(factor, (self.max_pixels / (width * height)) ** 0.5)
        return factor

    def crop(self, width: int, height: int) -> tuple[int, int, int, int]:
        """Left, top, right and bottom of what stays: as much as possible, around the focus."""
        if self.aspect is None:
            return 0, 0, width, height
        narrowest, widest = self.aspect
        x, y = self.focus or (0.0, 0.0)
        if width / height > widest + _ROUNDING:
            kept = max(1, int(height * widest))
            left = _start(width, kept, (x + 1) / 2)
            return left, 0, left + kept, height
        if width / height < narrowest - _ROUNDING:
            kept = max(1, int(width / narrowest))
            top = _start(height, kept, (1 - y) / 2)
            return 0, top, width, top + kept
        return 0, 0, width, height

    def focus_after(self, width: int, height: int) -> tuple[float, float] | None:
        """Where the focus lies in what `crop` leaves; None where there was none."""
        if self.focus is None:
            return None
        left, top, right, bottom = self.crop(width, height)
        x, y = (self.focus[0] + 1) / 2 * width, (1 - self.focus[1]) / 2 * height
        across = _within((x - left) / (right - left) * 2 - 1)
        return across, _within(1 - (y - top) / (bottom - top) * 2)


class Order(NamedTuple):
    """A derivative that is wanted.

    Args:
        path: of the original, relative to the content folder.
    """

    path: str
    recipe: Recipe


@dataclass(frozen=True, slots=True)
class Derivative:
    """A picture as a channel gets it. Without changes it is the original, byte for byte.

    Args:
        focus: after cropping; None where nothing was cropped.
    """

    sha256: str
    mime: str
    size: int
    width: int | None
    height: int | None
    changes: tuple[Change, ...] = ()
    focus: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why there is no derivative, and what a person can do about it."""

    cause: str
    remedy: str


def recipe_of(limit: MediaLimit, focus: tuple[float, float] | None = None) -> Recipe:
    """The recipe for pictures of a channel.

    Args:
        focus: of the picture; it matters only where the channel minds its shape.
    """
    every = f"{limit.kind}/*" in limit.types
    types = tuple(sorted(DECODED if every else DECODED & limit.types))
    return Recipe(
        types=types,
        max_bytes=limit.max_bytes,
        max_pixels=limit.max_pixels,
        max_edge=limit.max_edge,
        aspect=limit.aspect,
        focus=(focus or (0.0, 0.0)) if limit.aspect else None,
    )


def as_it_is(fact: MediaFact) -> Derivative:
    """The original."""
    return Derivative(fact.sha256, fact.mime, fact.size, fact.width, fact.height)


def _start(length: int, kept: int, focus: float) -> int:
    """Where a piece of `kept` begins that has the focus as near its middle as it can be."""
    return min(max(0, round(length * focus - kept / 2)), length - kept)


def _within(value: float) -> float:
    return round(min(1.0, max(-1.0, value)), 3)
