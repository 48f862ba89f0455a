"""Reads releases and trust roots from disk as they are: no link is followed, nothing is believed."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from signpost.domain.signing.folder import WHOLE, Folder

MAX_FILE_BYTES = 32 * 1024 * 1024


def read_folder(place: Path) -> Folder:
    """Every file below a folder, and what is there in place of files; none where it is not there."""
    files: dict[str, bytes] = {}
    odd: dict[str, str] = {}
    if place.is_symlink():
        return Folder(files, {WHOLE: "symlink"})
    if place.is_dir():
        _walk(place, "", files, odd)
    return Folder(files, odd)


def numbered(place: Path) -> dict[int, Folder]:
    """The folders `1`, `2`, … below one: the versions of the trust root."""
    return {
        int(name): read_folder(place / name)
        for name in _names(place)
        if name.isascii() and name.isdecimal() and str(int(name)) == name
    }


def named(place: Path) -> dict[str, Folder]:
    """The folders below one: the releases. Names that begin with a dot are being written."""
    return {name: read_folder(place / name) for name in _names(place) if not name.startswith(".")}


def _names(place: Path) -> list[str]:
    if not place.is_dir():
        return []
    return sorted(entry.name for entry in os.scandir(place) if entry.is_dir())


def _walk(place: Path, above: str, files: dict[str, bytes], odd: dict[str, str]) -> None:
    with os.scandir(place) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    for entry in found:
        path = f"{above}{entry.name}"
        if not _is_utf8(entry.name):
            odd[path.encode("utf-8", "backslashreplace").decode()] = "name"
        elif entry.is_symlink():
            odd[path] = "symlink"
        elif entry.is_dir(follow_symlinks=False):
            if os.path.lexists(os.path.join(entry.path, ".git")):  # noqa: PTH118 - a scan's entry
                odd[path] = "submodule"
            else:
                _walk(Path(entry.path), f"{path}/", files, odd)
        elif not stat.S_ISREG(entry.stat(follow_symlinks=False).st_mode):
            odd[path] = "special"
        elif entry.stat(follow_symlinks=False).st_size > MAX_FILE_BYTES:
            odd[path] = "too-large"
        else:
            files[path] = Path(entry.path).read_bytes()


def _is_utf8(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
