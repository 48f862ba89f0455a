"""Writes new files into a folder: all of them or none, and never over another one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file that is to be.

    Args:
        executable: whether it is a script.
    """

    data: bytes
    executable: bool = False


def in_the_way(folder: Path, files: Mapping[str, NewFile]) -> set[str]:
    """The paths that cannot be made: something is there, or what should be a folder is none.

    A link counts as something, wherever it leads: what is written through it would lie elsewhere.
    """

    def taken(path: str) -> bool:
        place = folder / path
        above = (folder / parent for parent in Path(path).parents if parent != Path())
        return (
            place.is_symlink()
            or place.exists()
            or any(p.is_symlink() or (p.exists() and not p.is_dir()) for p in above)
        )

    return set(filter(taken, files))


def write_all(folder: Path, files: Mapping[str, NewFile]) -> None:
    """Write all files or, where one cannot be written, none.

    Raises:
        OSError: one cannot be written.
    """
    done: list[Path] = []
    folders: list[Path] = []
    try:
        for path, file in files.items():
            place = folder / path
            missing = [p for p in place.parents if not p.exists()]
            for parent in reversed(missing):
                parent.mkdir()
                folders.append(parent)
            with place.open("xb") as stream:
                done.append(place)
                stream.write(file.data)
            if file.executable:
                place.chmod(place.stat().st_mode | 0o111)
    except BaseException:
        for place in done:
            place.unlink(missing_ok=True)
        for parent in reversed(folders):
            parent.rmdir()
        raise
