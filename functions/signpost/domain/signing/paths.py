"""Which names a signed file may have: the same file on every system, and no way out of its folder."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from signpost.errors import SigningError

MAX_BYTES = 1024
_REMEDY = "Rename the file."
# Windows cannot have them, or gives them a meaning of their own; `sha256sum` escapes the first.
_FORBIDDEN = frozenset('\\:*?"<>|')
# Control, format, surrogate, private; spaces and separators. Not "unassigned": which letters that
# is depends on the version of Python.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp", "Zs"})


def judge_path(path: str) -> None:
    """Refuse a path that is not relative, leads upwards, or means different files to systems.

    Raises:
        SigningError: with the cause.
    """
    if not path or path.startswith("/"):
        raise _refused(path, "is empty or absolute", "absolute-path")
    parts = path.split("/")
    if any(part in {"", ".", ".."} for part in parts):
        raise _refused(path, "does not lead straight to a file", "path-dots")
    if any(part.casefold() == ".git" for part in parts):
        raise _refused(path, "is git's own", "path-git")
    if len(path.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise _refused(path, f"is longer than {MAX_BYTES} bytes", "path-long")
    for letter in path:
        if letter != " " and (letter in _FORBIDDEN or unicodedata.category(letter) in _UNSEEN):
            raise _refused(path, f"has U+{ord(letter):04X} in it", "path-letter")
    if any(part != part.strip(" ") or part.endswith(".") for part in parts):
        raise _refused(path, "has a space or dot at the end of a name", "path-letter")
    if unicodedata.normalize("NFC", path) != path:
        raise _refused(path, "has a letter in two pieces (it is not in NFC)", "path-nfc")


def folded(path: str) -> str:
    """The path as systems see it that take capitals, or ways to write a letter, for the same."""
    # Capitals first: some small letters, such as the dotless i, share one.
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKC", path).upper().casefold())


def judge_together(paths: Iterable[str]) -> None:
    """Refuse two paths that some system takes for one, or of which one is the other's folder.

    Raises:
        SigningError: names both.
    """
    seen: dict[str, str] = {}
    for path in paths:
        other = seen.setdefault(folded(path), path)
        if other != path:
            raise _refused(path, f"is the same as `{other}` on some systems", "path-case")
    for path in seen.values():
        parts = folded(path).split("/")
        for count in range(1, len(parts)):
            above = "/".join(parts[:count])
            if above in seen:
                raise _refused(path, f"lies in `{seen[above]}`, which is a file", "path-case")


def by_bytes(path: str) -> bytes:
    """What paths are sorted by, the same everywhere: their bytes."""
    return path.encode()


def _refused(path: str, what: str, reason: str) -> SigningError:
    shown = "".join(letter if letter.isprintable() else f"U+{ord(letter):04X}" for letter in path)
    return SigningError(f"The path `{shown[:200]}` {what}.", _REMEDY, reason=reason)
