"""Findings about files: where, which rule, what is wrong, what to do."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Severity(StrEnum):
    """How bad a finding is. Only errors stop a push."""

    ERROR = "error"
    WARNING = "warning"


class Span(NamedTuple):
    """A place in a file. Lines and columns count from 1; columns count code points."""

    path: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


class Fix(NamedTuple):
    """A safe edit: replace the code points [start, end) of the file by `text`."""

    path: str
    start: int
    end: int
    text: str
    title: str


class Diagnostic(NamedTuple):
    """One finding of one rule at one place."""

    span: Span
    code: str
    cause: str
    remedy: str
    severity: Severity = Severity.ERROR
    fix: Fix | None = None

    def __str__(self) -> str:
        return f"{self.span}: {self.code} {self.cause} {self.remedy}"
