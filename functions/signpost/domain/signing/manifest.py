"""The manifest of a release: a digest and a path a line, as `sha256sum -c` reads it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from signpost.domain.canonical import digest
from signpost.domain.signing.paths import by_bytes, judge_path, judge_together
from signpost.errors import SigningError

NAME = "manifest.txt"
MAX_BYTES = 4 * 1024 * 1024
_LINE = re.compile(r"([0-9a-f]{64})  (.+)")
_REMEDY = "Restore the release from git: `git log` of its folder shows who changed it."
# Source: https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md (read 2026-11-22).
_LFS = b"version https://git-lfs.github.com/spec/"
_TEXT_SEEN = 8000
RESTORE_BYTES = (
    "Check it out anew: `.gitattributes` there says `* -text`, so that git leaves its bytes alone."
)
"""What to do where only the ends of lines were changed."""


def format_manifest(files: Mapping[str, bytes]) -> bytes:
    """The manifest of files by path.

    Raises:
        SigningError: a path, or a file's content, may not be signed.
    """
    for path, data in files.items():
        judge_path(path)
        judge_content(path, data)
    judge_together(files)
    return format_digests({path: digest(data) for path, data in files.items()})


def format_digests(digests: Mapping[str, str]) -> bytes:
    """The manifest's bytes: lines sorted by the bytes of their paths."""
    return "".join(f"{digests[path]}  {path}\n" for path in sorted(digests, key=by_bytes)).encode()


def parse_manifest(data: bytes) -> dict[str, str]:
    """Path → digest, in order.

    Raises:
        SigningError: it is not exactly as `format_manifest` writes it, or names a path that may
            not be signed.
    """
    if len(data) > MAX_BYTES:
        raise SigningError("The manifest is too large.", _REMEDY, reason="too-large")
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise SigningError("The manifest is not UTF-8.", _REMEDY, reason="manifest-form") from None
    if not text:
        raise SigningError("The manifest is empty.", _REMEDY, reason="manifest-form")
    if "\r\n" in text:
        raise SigningError(
            "The manifest's lines end with CRLF: something changed its bytes.",
            RESTORE_BYTES,
            reason="crlf",
        )
    if not text.endswith("\n"):
        raise SigningError(
            "The manifest does not end with a line.", _REMEDY, reason="manifest-form"
        )
    found: dict[str, str] = {}
    for number, line in enumerate(text[:-1].split("\n"), 1):
        parts = _LINE.fullmatch(line)
        if parts is None:
            raise SigningError(
                f"Line {number} of the manifest is not a digest, two spaces and a path.",
                _REMEDY,
                reason="manifest-form",
            )
        judge_path(parts[2])
        if parts[2] in found:
            raise SigningError(
                f"The manifest names `{parts[2]}` twice.", _REMEDY, reason="manifest-twice"
            )
        found[parts[2]] = parts[1]
    judge_together(found)
    if format_digests(found) != data:
        raise SigningError(
            "The manifest is not sorted by the bytes of its paths.",
            _REMEDY,
            reason="manifest-order",
        )
    return found


def judge_content(path: str, data: bytes) -> None:
    """Refuse a file that would not be the same bytes to everybody.

    Raises:
        SigningError: it is a pointer of Git LFS, or text with carriage returns.
    """
    if data.startswith(_LFS):
        raise SigningError(
            f"`{path}` is a pointer of Git LFS: what it points to would not be signed.",
            "Keep the file itself in git: git lfs untrack.",
            reason="lfs",
        )
    is_text = b"\0" not in data[:_TEXT_SEEN]
    if is_text and b"\r" in data:
        raise SigningError(
            f"`{path}` has carriage returns (CRLF): other systems would change its bytes.",
            "Let lines end with LF alone: `* text=auto eol=lf` in .gitattributes.",
            reason="crlf",
        )
