"""TEA951: a position that nobody holds."""

from __future__ import annotations

from collections.abc import Iterator

from signpost.checks.rule import Overview, Rule
from signpost.domain.diagnostics import Diagnostic, Severity


def across(overview: Overview) -> Iterator[Diagnostic]:
    """The positions of each brand against the holders in `people.yaml`."""
    for brand in overview.brands.values():
        if f"{brand.id}/people.yaml" in overview.faulty:
            continue
        held = {item.position for item in brand.people.holders}
        for position in brand.positions:
            if position.id in held:
                continue
            waiting = [f"`{item.id}`" for item in brand.stages if item.position == position.id]
            work = f", and the stage {' and '.join(waiting)} is its work" if waiting else ""
            yield RULE.at(
                position.span,
                f"Nobody holds the position `{position.id}`{work}.",
                "Name somebody under `holders:` in people.yaml, or delete the position.",
                severity=Severity.WARNING,
            )


RULE = Rule(
    code="TEA951",
    name="position-without-holder",
    title="A position that nobody holds",
    why="What a position answers for is done by nobody: comments are not answered, a stage of work "
    "waits for ever. It is a warning, because people leave before others come.",
    example="positions.yaml: {id: customer-care, …}\npeople.yaml:    holders: []",
    fix="people.yaml:    holders: [{position: customer-care, person: tilda}]",
    source="our own rule, set 2026-11-22",
    across=across,
    silenceable=True,
)
