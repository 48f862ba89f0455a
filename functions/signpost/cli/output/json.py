"""Prints for machines: one JSON document on standard output, keys in a fixed order."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any

from signpost.domain.diagnostics import Diagnostic

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


def findings(items: Sequence[Diagnostic]) -> list[dict[str, Any]]:
    """All of them, in order."""
    return [finding(item) for item in items]
