"""The patterns by which a trust root names the files that are signed."""

from __future__ import annotations

import re
from collections.abc import Iterable

from signpost.domain.signing.paths import judge_path
from signpost.errors import SigningError

TOPS = ("content", "docs")
"""The folders that signed files come from: the content, and the site's pages."""


def judge_glob(glob: str) -> None:
    """Refuse a pattern that could mean more than it shows.

    `*` stands for a part of a name, `**` as a whole name for any number of folders.

    Raises:
        SigningError: with the cause.
    """
    judge_path(glob.replace("*", "x"))
    parts = glob.split("/")
    if parts[0] not in TOPS or len(parts) < 2:
        raise SigningError(
            f"`{glob}` begins with no folder that can be signed.",
            f"Begin with {' or '.join(f'`{top}/`' for top in TOPS)}.",
            reason="glob",
        )
    if any("**" in part and part != "**" for part in parts) or any("[" in part for part in parts):
        raise SigningError(
            f"`{glob}` is a pattern that is not taken.",
            "Write `*` within a name, or `**` as a whole name.",
            reason="glob",
        )


def matches(path: str, globs: Iterable[str]) -> bool:
    """Whether one of the patterns names the path."""
    return any(_expression(glob).fullmatch(path) for glob in globs)


def _expression(glob: str) -> re.Pattern[str]:
    parts = []
    for part in glob.split("/"):
        if part == "**":
            parts.append(r"[^/]+(?:/[^/]+)*")
        else:
            parts.append("[^/]*".join(re.escape(piece) for piece in part.split("*")))
    text = "/".join(parts)
    # Any number of folders is also none: `a/**/b` names `a/b`.
    return re.compile(text.replace(r"/[^/]+(?:/[^/]+)*/", r"/(?:[^/]+/)*"))
