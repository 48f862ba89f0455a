"""Prints for machines: one JSON document on standard output, keys in a fixed order."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from signpost.cli.places import named
from signpost.domain.diagnostics import Diagnostic

if TYPE_CHECKING:
    from signpost.checks.silence import Silenced

SCHEMA = 1


def show(document: dict[str, Any]) -> None:
    """Print the document; `schema` says which version of its form it has."""
    json.dump({"schema": SCHEMA, **document}, sys.stdout, indent=1, ensure_ascii=True)
    sys.stdout.write("\n")
    sys.stdout.flush()


def finding(item: Diagnostic) -> dict[str, Any]:
    """A finding as it is shown to machines."""
    return {
        "path": item.span.path,
        "line": item.span.line,
        "column": item.span.column,
        "code": item.code,
        "severity": str(item.severity),
        "cause": item.cause,
        "remedy": item.remedy,
        "fixable": item.fix is not None,
    }


def silenced(item: Silenced, naming: Callable[[str], str]) -> dict[str, Any]:
    """A finding that a comment lets pass, with the comment's place and reason.

    Args:
        naming: path in the content folder → path as it is shown.
    """
    (shown,) = named([item.finding], naming)
    by = {"path": naming(item.by.span.path), "line": item.by.span.line, "reason": item.by.reason}
    return {**finding(shown), "silenced": by}


def findings(items: Sequence[Diagnostic]) -> list[dict[str, Any]]:
    """All of them, in order."""
    return [finding(item) for item in items]
