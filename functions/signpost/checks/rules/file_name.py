"""FIL608: a file name that not every system can write."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from signpost.checks.rule import Rule
from signpost.domain.diagnostics import Diagnostic, Span

MAX_BYTES = 200
"""Of 255 that file systems take: git, editors and backups put endings behind a name.

Source: https://en.wikipedia.org/wiki/Comparison_of_file_systems#Limits, noted 2026-11-22.
"""
_REFUSED = re.compile(r'[<>:"\\|?*\x00-\x1f]')
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)", re.IGNORECASE)
_END = re.compile(r"[ .]$")
_BEFORE_ENDING = re.compile(r" \.[^.]*$")
_DOUBTFUL = re.compile(r'[<>:"\\|?*\x00-\x20]')
_DEVICES = ("/con", "/prn", "/aux", "/nul", "/com", "/lpt")
_ANY = re.compile(
    r'[<>:"\\|?*\x00-\x1f]|[ .](?:/|$)| \.[^./]*(?:/|$)'
    r"|(?:^|/)(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|/|$)",
    re.IGNORECASE,
)
"""All of these at once, over names with `/` between them: most folders have none."""


def findings(folder: str, names: Sequence[str]) -> Iterator[Diagnostic]:
    """The names of one folder, files and folders together.

    Args:
        folder: its path, relative to the content folder.
    """
    joined = "/".join(names)
    lower = f"/{joined.lower()}/"
    odd = _is_doubtful(lower) and _ANY.search(joined) is not None
    if odd or (len(joined) > MAX_BYTES // 4 and len(max(names, key=len)) > MAX_BYTES // 4):
        for name in names:
            yield from _one(f"{folder}/{name}", name)
    if joined.isascii() and len(set(lower[1:-1].split("/"))) == len(names):
        return
    seen: dict[str, str] = {}
    for name in names:
        first = seen.setdefault(unicodedata.normalize("NFC", name).casefold(), name)
        if first != name:
            yield RULE.at(
                Span(f"{folder}/{name}"),
                f"`{name}` and `{first}` are the same name on Windows and macOS, which do not tell "
                "capital letters apart.",
                "Rename one of the two; git would keep both, and the disk one.",
            )


def _is_doubtful(lower: str) -> bool:
    """Whether `_ANY` might find something; telling so of thousands of names takes a fifth of its time.

    Args:
        lower: the names in small letters, each between two `/`.
    """
    return (
        _DOUBTFUL.search(lower) is not None
        or "./" in lower
        or any(device in lower for device in _DEVICES)
    )


def _one(path: str, name: str) -> Iterator[Diagnostic]:
    refused = _REFUSED.search(name)
    shown = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in name)
    if refused:
        what = f"a `{refused[0]}`" if refused[0].isprintable() else "a control character"
        cause = f"`{shown}` has {what} in its name, which Windows does not take."
    elif _DEVICE.match(name):
        cause = f"`{shown}` has the name of a device on Windows, which cannot be a file."
    elif _END.search(name):
        cause = f"`{shown}` has a space or full stop at its end, which Windows takes away."
    elif _BEFORE_ENDING.search(name):
        cause = f"`{shown}` has a space before its ending, which nobody sees in a list."
    elif len(name.encode("utf-8", "surrogateescape")) > MAX_BYTES:
        size = len(name.encode("utf-8", "surrogateescape"))
        cause = f"The name `{shown[:40]}…` has {size} bytes; more than {MAX_BYTES} break somewhere."
    else:
        return
    yield RULE.at(Span(path), cause, "Rename it: small letters, digits and `-` work everywhere.")


RULE = Rule(
    code="FIL608",
    name="file-name",
    title="A file name that not every system can write",
    why="The repository is checked out on the machines of colleagues and of continuous integration. "
    "Where the system cannot write a name, nobody there can check anything out; where it does not "
    "tell capital letters apart, one of two files is silently lost.",
    example="posts/2026/12/What now?.md\nposts/2026/12/Boots.md beside boots.md",
    fix="posts/2026/12/what-now.md\nposts/2026/12/boots.md",
    source="https://learn.microsoft.com/en-us/windows/win32/fileio/naming-a-file, noted 2026-11-22",
)
