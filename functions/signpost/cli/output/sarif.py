"""Prints for tools that read SARIF 2.1.0, such as GitHub's code scanning.

Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html (noted 2026-11-22).
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from signpost.checks.rule import Rule
from signpost.checks.silence import Silenced
from signpost.domain.diagnostics import Diagnostic, Fix

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
ROOT = "SRCROOT"
"""The name under which paths are relative: the repository's root, wherever it was checked out."""

Region = tuple[int, int, int, int]
"""First line and column, last line and the column behind it; all from 1, columns in code points."""


def show(document: Mapping[str, Any]) -> None:
    """Print the document."""
    json.dump(document, sys.stdout, indent=1, ensure_ascii=True)
    sys.stdout.write("\n")
    sys.stdout.flush()


def document(
    diagnostics: Sequence[Diagnostic],
    silenced: Sequence[Silenced],
    rules: Sequence[Rule],
    *,
    version: str,
    rooted: Callable[[str], str],
    region: Callable[[Fix], Region | None],
) -> dict[str, Any]:
    """The findings as one SARIF log.

    Args:
        diagnostics: findings with paths relative to the content folder.
        silenced: findings that a silence lets pass; they are marked as suppressed.
        rules: all rules.
        version: of Signpost; empty where it is not installed.
        rooted: path in the content folder → path from the repository's root.
        region: what a fix replaces; None where the file cannot be read.
    """
    index = {rule.code: number for number, rule in enumerate(rules)}
    results = [_result(item, index, rooted, region) for item in diagnostics]
    for item in silenced:
        result = _result(item.finding, index, rooted, region)
        result["suppressions"] = [{"kind": "inSource", "justification": item.by.reason}]
        results.append(result)
    driver: dict[str, Any] = {"name": "signpost", "rules": [_rule(rule) for rule in rules]}
    if version:
        driver["version"] = version
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": "signpost/check/"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {ROOT: {"description": {"text": "The root of the repository."}}},
        "results": results,
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def installed_version() -> str:
    """Of Signpost; empty where it is run from its source."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("signpost")
    except PackageNotFoundError:  # run from its source
        return ""


def failure(cause: str, remedy: str, *, version: str) -> dict[str, Any]:
    """The log of a run that checked nothing: a notification, so that it is not taken for clean.

    Args:
        cause, remedy: why, and what helps.
        version: of Signpost; empty where it is not installed.
    """
    driver: dict[str, Any] = {"name": "signpost"}
    if version:
        driver["version"] = version
    notification = {"level": "error", "message": {"text": f"{cause} {remedy}".rstrip()}}
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": "signpost/check/"},
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {"executionSuccessful": False, "toolExecutionNotifications": [notification]}
        ],
        "results": [],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(rule: Rule) -> dict[str, Any]:
    silence = (
        f"Where it may pass: `# signpost: allow {rule.code} reason in words`."
        if rule.silenceable
        else "It cannot be silenced."
    )
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.why},
        "help": {
            "text": f"{rule.why}\n\nExample:\n{rule.example}\n\nUse instead:\n{rule.fix}\n\n{silence}\n"
            f"Source: {rule.source}.",
            "markdown": f"{rule.why}\n\n## Example\n\n{_block(rule.example)}\n\n## Use instead\n\n"
            f"{_block(rule.fix)}\n\n{silence}\n\nSource: {rule.source}.",
        },
    }


def _block(text: str) -> str:
    return f"```text\n{text}\n```"


def _result(
    item: Diagnostic,
    index: Mapping[str, int],
    rooted: Callable[[str], str],
    region: Callable[[Fix], Region | None],
) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": item.code,
        "level": str(item.severity),
        "message": {"text": f"{item.cause} {item.remedy}".rstrip()},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": _artifact(rooted(item.span.path)),
                    "region": {"startLine": item.span.line, "startColumn": item.span.column},
                }
            }
        ],
    }
    if item.code in index:
        result["ruleIndex"] = index[item.code]
    replaced = region(item.fix) if item.fix is not None else None
    if item.fix is not None and replaced is not None:
        members = ("startLine", "startColumn", "endLine", "endColumn")
        change = {
            "artifactLocation": _artifact(rooted(item.fix.path)),
            "replacements": [
                {
                    "deletedRegion": dict(zip(members, replaced, strict=True)),
                    "insertedContent": {"text": item.fix.text},
                }
            ],
        }
        result["fixes"] = [{"description": {"text": item.fix.title}, "artifactChanges": [change]}]
    return result


def _artifact(path: str) -> dict[str, str]:
    return {"uri": quote(os.fsencode(path), safe="/"), "uriBaseId": ROOT}


def region_in(text: str, fix: Fix) -> Region:
    """What a fix replaces in a file's text."""
    return (*_place(text, fix.start), *_place(text, fix.end))


def _place(text: str, offset: int) -> tuple[int, int]:
    line = text.count("\n", 0, offset) + 1
    begin = text.rfind("\n", 0, offset) + 1
    column = offset - begin + 1
    # A byte order mark is no character of the text.
    return line, column - (line == 1 and offset > 0 and text.startswith("\ufeff"))
