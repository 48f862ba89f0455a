"""The head of an MP4 or QuickTime film: read box by box, nothing is decoded.

Source: ISO/IEC 14496-12; https://developer.apple.com/documentation/quicktime-file-format, noted
2026-11-22.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

_MAX_BOXES = 4096
_MAX_INDEX = 16_000_000
"""Bytes of a `moov` that are read; that of an hour of film has one or two million."""

ReadAt = Callable[[int, int], bytes]
"""Place and length → bytes of the file, fewer at its end."""


@dataclass(frozen=True, slots=True)
class Film:
    """What the head says.

    Args:
        index: it has a `moov`, without which nothing can be played.
        early: the index stands before the data, so that it plays while it is still being loaded.
        whole: no box is longer than the file.
        seconds: None where the head does not say.
        width, height: pixels of the picture as it is shown; None where there is none.
        codecs: four letters for each track, such as `avc1`, `mp4a`.
    """

    index: bool
    early: bool
    whole: bool
    seconds: float | None = None
    width: int | None = None
    height: int | None = None
    codecs: tuple[str, ...] = ()


def read_film(read_at: ReadAt, size: int) -> Film:
    """Look at the boxes of a film.

    Args:
        size: of the file, in bytes.
    """
    index = b""
    order: list[bytes] = []
    whole = True
    for name, start, end in _boxes(lambda at: read_at(at, 16), 0, size):
        if name == b"moov" and not index:
            index = read_at(start, min(end, size) - start)[:_MAX_INDEX]
        order.append(name)
        whole = whole and end <= size
    found = _Index(index)
    return Film(
        index=b"moov" in order,
        early=b"moov" in order and (b"mdat" not in order or _before(order, b"moov", b"mdat")),
        whole=whole,
        seconds=found.seconds,
        width=found.width,
        height=found.height,
        codecs=tuple(found.codecs),
    )


def _before(order: list[bytes], first: bytes, second: bytes) -> bool:
    return order.index(first) < order.index(second)


def _boxes(head: Callable[[int], bytes], at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Name, start of the inside, and end of each box; the last one's end may lie beyond `end`."""
    for _ in range(_MAX_BOXES):
        data = head(at)[: max(0, end - at)]
        if len(data) < 8:
            return
        length, inside = int.from_bytes(data[:4], "big"), at + 8
        if length == 1:
            length, inside = int.from_bytes(data[8:16], "big"), at + 16
        elif length == 0:
            length = end - at
        if length < inside - at:
            return
        yield data[4:8], inside, at + length
        at += length


class _Index:
    """What is read of a `moov`."""

    def __init__(self, data: bytes) -> None:
        self.seconds: float | None = None
        self.width: int | None = None
        self.height: int | None = None
        self.codecs: list[str] = []
        self._data = data
        self._look(0, len(data), 0)

    def _look(self, start: int, end: int, depth: int) -> None:
        for name, inside, beyond in _boxes(lambda at: self._data[at : at + 16], start, end):
            stop = min(beyond, end)
            if name in {b"trak", b"mdia", b"minf", b"stbl"} and depth < 8:
                self._look(inside, stop, depth + 1)
            elif name == b"mvhd":
                self._times(self._data[inside:stop])
            elif name == b"tkhd":
                self._size(self._data[inside:stop])
            elif name == b"stsd":
                codec = self._data[inside + 12 : inside + 16]
                if len(codec) == 4 and codec.isascii() and codec.decode().isprintable():
                    self.codecs.append(codec.decode().strip())

    def _times(self, box: bytes) -> None:
        wide = box[:1] == b"\x01"
        at, length = (20, 8) if wide else (12, 4)
        scale = int.from_bytes(box[at : at + 4], "big")
        duration = box[at + 4 : at + 4 + length]
        # All ones: not known. Zero: a film in fragments, which says it elsewhere.
        if scale and len(duration) == length and duration != b"\xff" * length and any(duration):
            self.seconds = int.from_bytes(duration, "big") / scale

    def _size(self, box: bytes) -> None:
        at = 88 if box[:1] == b"\x01" else 76
        width, height = (int.from_bytes(box[at + n : at + n + 4], "big") >> 16 for n in (0, 4))
        if width and height and self.width is None:
            turned = int.from_bytes(box[at - 36 : at - 32], "big") == 0  # a of the matrix: 0 is 90°
            self.width, self.height = (height, width) if turned else (width, height)
