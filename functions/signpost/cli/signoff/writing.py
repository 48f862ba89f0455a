"""Writes a folder at once or not at all, and a file in place of another likewise."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from signpost.errors import SigningError


def keep_bytes(folder: Path) -> None:
    """Tell git never to change line ends below a folder: one byte more, and nothing verifies."""
    attributes = folder / ".gitattributes"
    if not attributes.exists():
        replace_file(attributes, b"# Signed files: git changes no byte of them.\n* -text\n")


def write_folder(place: Path, files: Mapping[str, bytes]) -> None:
    """Make a new folder of these files; it appears complete or not at all.

    Raises:
        SigningError: it is there already.
        OSError: it cannot be written; nothing is left.
    """
    if os.path.lexists(place):
        raise SigningError(
            f"{place.name} is there already.", "What is frozen stays; choose the next version.",
            reason="exists",
        )  # fmt: skip
    place.parent.mkdir(parents=True, exist_ok=True)
    draft = place.parent / f".{place.name}.{os.getpid()}.part"
    shutil.rmtree(draft, ignore_errors=True)
    try:
        for path, data in files.items():
            target = draft / path
            target.parent.mkdir(parents=True, exist_ok=True)
            _write(target, data)
        _settle(draft)
        draft.rename(place)
        _settle(place.parent)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def replace_file(place: Path, data: bytes) -> None:
    """Write a file, or put it in place of another: readers see the old or the new one whole."""
    draft = place.parent / f".{place.name}.{os.getpid()}.part"
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        _write(draft, data)
        draft.replace(place)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def _write(place: Path, data: bytes) -> None:
    with place.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def _settle(folder: Path) -> None:
    """Have the folder's entries on the disk before the name that leads to them."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
