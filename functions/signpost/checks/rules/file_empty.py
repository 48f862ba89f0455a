"""FIL607: an empty file."""

from __future__ import annotations

from signpost.checks.rule import Rule
from signpost.domain.diagnostics import Diagnostic, Span


def is_empty(text: str) -> bool:
    """Whether there is nothing in it but blanks, and perhaps a byte order mark."""
    return not text.strip("\ufeff \t\r\n")


def finding(path: str, size: int, remedy: str) -> Diagnostic:
    """What to say of it.

    Args:
        size: its code points.
    """
    cause = "The file holds nothing but blanks." if size else "The file is empty."
    return RULE.at(Span(path), cause, remedy)


RULE = Rule(
    code="FIL607",
    name="empty-file",
    title="An empty file",
    why="An editor that crashed, a disk that was full, or a file that was made and forgotten: a "
    "post of it would be nothing, and configuration would lack all it should say.",
    example="content/larkfell/posts/2026/12/winter-launch.md    (0 bytes)",
    fix='signpost new --title "Winter launch"',
    source="our own rule, set 2026-11-22",
)
