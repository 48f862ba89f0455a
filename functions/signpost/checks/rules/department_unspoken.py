"""TEA952: a department that nobody speaks for."""

from __future__ import annotations

from collections.abc import Iterator

from signpost.checks.rule import Overview, Rule
from signpost.domain.diagnostics import Diagnostic, Severity


def across(overview: Overview) -> Iterator[Diagnostic]:
    """The departments of each brand."""
    for brand in overview.brands.values():
        for department in brand.people.departments:
            if not department.representative:
                yield RULE.at(
                    department.span,
                    f"Nobody speaks for the department `{department.id}`.",
                    "Add `representative:` with the id of a person.",
                    severity=Severity.WARNING,
                )


RULE = Rule(
    code="TEA952",
    name="department-without-representative",
    title="A department that nobody speaks for",
    why="Social media takes from all departments: what is new, what is sold out, what went wrong. "
    "Where nobody is named, nobody is asked, and a department reads on the network what it should "
    "have been told.",
    example="departments:\n  - {id: workshop, title: Repair workshop}",
    fix="departments:\n  - {id: workshop, title: Repair workshop, representative: kasimir}",
    source="our own rule, set 2026-11-22",
    across=across,
    silenceable=True,
)
