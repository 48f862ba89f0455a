"""Finding media beside posts, and gathering what rules and compiling must know of them."""

# ruff: noqa: PTH113, PTH123 - thousands of files: a Path each costs as much as reading a key.

from __future__ import annotations

import hashlib
import os
import posixpath

from signpost.checks.rules import file_outside
from signpost.content.tree import Tree
from signpost.domain.diagnostics import Diagnostic, Span
from signpost.domain.media import HEAD_BYTES, MediaFact, claimed_type, sniff

_CHUNK = 1 << 20


class MediaShelf:
    """Every media file that posts name, each read once."""

    def __init__(self, tree: Tree) -> None:
        self.facts: dict[str, MediaFact] = {}
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
        with open(file, "rb") as stream:
            head = stream.read(HEAD_BYTES)
            digest = hashlib.sha256(head)
            size = len(head)
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
                size += len(chunk)
    except OSError:
        return None
    seen = sniff(head)
    return MediaFact(
        path=path,
        sha256=digest.hexdigest(),
        size=size,
        mime=seen.mime,
        claimed=claimed_type(path),
        width=seen.width,
        height=seen.height,
    )
