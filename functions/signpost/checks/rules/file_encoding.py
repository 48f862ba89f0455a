"""FIL601: a file that is not UTF-8 text."""

from __future__ import annotations

from signpost.checks.rule import Rule
from signpost.domain.diagnostics import Diagnostic, Span

MAX_BYTES = 1_048_576
"""Longer content files are not read."""


def finding(path: str, data: bytes, error: UnicodeDecodeError) -> Diagnostic:
    """Where the first byte stands that is not UTF-8."""
    before = data[: error.start]
    line = before.count(b"\n") + 1
    column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        cause = "The file is written in UTF-16, but Signpost reads UTF-8."
    else:
        cause = f"The byte 0x{data[error.start]:02x} here is not UTF-8, so the file has another encoding."
    return RULE.at(
        Span(path, line, column), cause, "Save the file as UTF-8; editors offer it where they save."
    )


RULE = Rule(
    code="FIL601",
    name="not-utf-8",
    title="A file that is not UTF-8 text",
    why="In another encoding, umlauts, dashes and emoji would be published as other characters.",
    example="Gr\\xfc\\xdfe    (saved as Latin-1)",
    fix="Grüße    (saved as UTF-8)",
    source="https://datatracker.ietf.org/doc/html/rfc3629, noted 2026-11-22",
)
