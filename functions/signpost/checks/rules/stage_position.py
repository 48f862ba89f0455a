"""TEA954: a stage of work whose position does not exist."""

from __future__ import annotations

from collections.abc import Iterator

from signpost.checks.rule import Overview, Rule
from signpost.checks.suggest import did_you_mean
from signpost.domain.diagnostics import Diagnostic


def across(overview: Overview) -> Iterator[Diagnostic]:
    """The stages of each brand; that nobody holds a position is said at the position (TEA951)."""
    for brand in overview.brands.values():
        if f"{brand.id}/positions.yaml" in overview.faulty:
            continue
        positions = [item.id for item in brand.positions]
        for stage in brand.stages:
            if stage.position not in positions:
                yield RULE.at(
                    stage.span,
                    f"The stage `{stage.id}` is the work of `{stage.position}`, which is no "
                    "position.",
                    did_you_mean(stage.position, positions)
                    or "Describe the position in positions.yaml.",
                )


RULE = Rule(
    code="TEA954",
    name="stage-without-position",
    title="A stage of work that belongs to no position",
    why="A post in that stage would wait for nobody, and nobody would be reminded.",
    example="stages:\n  - {id: graphics, position: desinger, lead: 4d}",
    fix="stages:\n  - {id: graphics, position: designer, lead: 4d}",
    source="our own rule, set 2026-11-22",
    across=across,
)
