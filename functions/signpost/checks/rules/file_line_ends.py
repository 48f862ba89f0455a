"""FIL606: line ends that are not those of the repository."""

from __future__ import annotations

from signpost.checks.rule import Rule
from signpost.domain.diagnostics import Diagnostic, Fix, Severity, Span


def finding(text: str, path: str) -> Diagnostic:
    r"""What to say of a file with a `\r` in it, at the first one."""
    first, last = text.index("\r"), text.rindex("\r") + 1
    windows = text.count("\r\n")
    alone = text.count("\r") - windows
    plain = text.count("\n") - windows
    if alone:
        cause = f"{_lines(alone)} with a lone carriage return, as no system does any more."
    elif plain:
        cause = f"{_lines(windows)} as on Windows (CRLF), {plain} as everywhere else (LF)."
    else:
        cause = "The lines end as on Windows (CRLF)."
    fixed = text[first:last].replace("\r\n", "\n").removesuffix("\r").replace("\r", "\n")
    if text[last : last + 1] != "\n":  # the last one stands alone: it is a line end itself
        fixed += "\n"
    line_begin = text.rfind("\n", 0, first) + 1
    return RULE.at(
        Span(path, text.count("\n", 0, first) + 1, first - line_begin + 1),
        cause,
        "Run `signpost check --fix`; a line `* text=auto eol=lf` in .gitattributes keeps it so.",
        severity=Severity.WARNING,
        fix=Fix(path, first, last, fixed, "End lines with LF"),
    )


def _lines(number: int) -> str:
    return "One line ends" if number == 1 else f"{number} lines end"


RULE = Rule(
    code="FIL606",
    name="line-ends",
    title="Line ends of Windows, or of several kinds",
    why="They are published as they should be, but a single edit then changes every line of the "
    "file, and nobody can see in a pull request what was really changed.",
    example="Our winter range is here.\\r\\n",
    fix="Our winter range is here.\\n",
    source="https://git-scm.com/docs/gitattributes#_eol, noted 2026-11-22",
    fixable=True,
)
