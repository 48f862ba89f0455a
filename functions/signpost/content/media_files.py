"""Finding media beside posts, and gathering what rules and compiling must know of them."""

# ruff: noqa: PTH113 - thousands of files: a Path each costs as much as reading a key.

from __future__ import annotations

import hashlib
import os
import posixpath
from typing import TYPE_CHECKING, BinaryIO

from signpost.checks.rules import file_outside
from signpost.content.regular import regular
from signpost.content.tree import Tree
from signpost.domain.diagnostics import Diagnostic, Span
from signpost.domain.media import HEAD_BYTES, MediaFact, claimed_type, sniff
from signpost.domain.picture.motion import MOVING, moves
from signpost.domain.position import TIFF_BYTES, PositionSearch, tiff_has_position

if TYPE_CHECKING:
    from signpost.domain.film import Film

_CHUNK = 1 << 20
FILMS = frozenset({"video/mp4", "video/quicktime"})
"""Kinds whose heads are read."""


class MediaShelf:
    """Every media file that posts name, each read once."""

    def __init__(self, tree: Tree) -> None:
        self.facts: dict[str, MediaFact] = {}
        self.asked: list[str] = []
        """Every path that was asked for, there or not."""
        self._tree = tree

    def find(self, folder: str, name: str, span: Span, findings: list[Diagnostic]) -> str | None:
        """Path of the file in the content folder.

        Args:
            folder: of the post, relative to the content folder.
            name: as the post names it.

        Returns:
            Empty where there is no such file; None where the name leads out of the tree (FIL603).
        """
        path = posixpath.normpath(f"{folder}/{name}")
        self.asked.append(path)
        if path in self.facts:
            return path
        if "\0" in name or "\\" in name:
            return ""
        if name.startswith("/") or path.startswith("..") or not self._tree.inside(path):
            findings.append(
                file_outside.RULE.at(
                    span,
                    f"`{name}` lies outside the content folder.",
                    "Put a copy of the file beside the post.",
                )
            )
            return None
        fact = _read(f"{self._tree.root}/{path}", path)
        if fact is None:
            return ""
        self.facts[path] = fact
        return path


def _read(file: str, path: str) -> MediaFact | None:
    """Size, digest and first bytes of a regular file; None where there is none to read."""
    if not os.path.isfile(file):
        return None
    try:
        with open(file, "rb", opener=regular) as stream:
            head = stream.read(HEAD_BYTES)
            seen = sniff(head)
            search = PositionSearch(film=seen.mime.startswith("video/"))
            search.feed(head)
            digest = hashlib.sha256(head)
            size = len(head)
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
                search.feed(chunk)
                size += len(chunk)
            position = search.found or _exif(stream, search.blocks)
            turned = bool(search.blocks) and _turned(stream, search.blocks[0])
            film = _film(stream, size) if seen.mime in FILMS else None
    except OSError:
        return None
    return MediaFact(
        path=path,
        sha256=digest.hexdigest(),
        size=size,
        mime=seen.mime,
        claimed=claimed_type(path),
        width=seen.width,
        height=seen.height,
        position=position,
        animated=seen.mime in MOVING and moves(head, seen.mime),
        turned=turned,
        film=film,
    )


def _turned(stream: BinaryIO, at: int) -> bool:
    """Whether a picture lies on its side, as its Exif block says."""
    from signpost.domain.picture.tiff import LYING, orientation_of

    stream.seek(at)
    return orientation_of(stream.read(TIFF_BYTES)) in LYING


def _film(stream: BinaryIO, size: int) -> Film:
    from signpost.domain.film import read_film  # few posts have one

    def read_at(place: int, length: int) -> bytes:
        stream.seek(place)
        return stream.read(length)

    return read_film(read_at, size)


def _exif(stream: BinaryIO, blocks: list[int]) -> str:
    """`Exif` if one of its blocks holds a position."""
    for at in blocks:
        stream.seek(at)
        if tiff_has_position(stream.read(TIFF_BYTES)):
            return "Exif"
    return ""
