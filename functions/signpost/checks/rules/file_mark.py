"""FIL605: a byte order mark."""

from __future__ import annotations

from signpost.checks.rule import Rule
from signpost.domain.diagnostics import Diagnostic, Fix, Severity, Span

MARK = "\ufeff"


def finding(path: str) -> Diagnostic:
    """What to say of a file that begins with the mark."""
    return RULE.at(
        Span(path),
        "The file begins with a byte order mark, which cannot be seen.",
        "Save it as UTF-8 without BOM, or run `signpost check --fix`.",
        severity=Severity.WARNING,
        fix=Fix(path, 0, 1, "", "Take the byte order mark out"),
    )


RULE = Rule(
    code="FIL605",
    name="byte-order-mark",
    title="A byte order mark at the beginning of a file",
    why="Some editors of Windows write three invisible bytes before the text. Signpost reads the "
    "file all the same; other tools see a character before `---`, and so no front matter.",
    example="\\xef\\xbb\\xbf---\nid: 7k2m9q4x1v3b",
    fix="---\nid: 7k2m9q4x1v3b",
    source="https://www.unicode.org/faq/utf_bom.html#bom5, noted 2026-11-22",
    fixable=True,
)
