"""TEA955: positions in one hand that are not meant to be."""

from __future__ import annotations

from collections.abc import Iterator

from signpost.checks.rule import Overview, Rule
from signpost.domain.diagnostics import Diagnostic, Severity


def across(overview: Overview) -> Iterator[Diagnostic]:
    """Whoever holds two positions, against what the brand's positions say of merging.

    A brand in which no position says `merges` has not decided anything, so nothing is wrong.
    """
    for brand in overview.brands.values():
        merging = {item.id: item.merges for item in brand.positions}
        if f"{brand.id}/people.yaml" in overview.faulty or not any(merging.values()):
            continue
        held: dict[str, list[str]] = {}
        for holder in brand.people.holders:
            for other in held.setdefault(holder.person, []):
                first, second = merging.get(other), merging.get(holder.position)
                if first is None or second is None:  # no position: the reader says so
                    continue
                if holder.position not in first and other not in second:
                    yield RULE.at(
                        holder.span,
                        f"`{holder.person}` holds `{other}` and `{holder.position}`, which are not "
                        "to be merged.",
                        f"Name another holder, or write `merges: [{other}]` at "
                        f"`{holder.position}` in positions.yaml, which is signed.",
                        severity=Severity.WARNING,
                    )
            held[holder.person].append(holder.position)


RULE = Rule(
    code="TEA955",
    name="merged-positions",
    title="Two positions in one hand that are not to be merged",
    why="When staff shrinks, one person takes over another's duties, and suddenly approves what they "
    "wrote themselves. Which positions may be merged is decided beforehand, and signed. A brand "
    "that says `merges` nowhere has decided nothing, and is left alone.",
    example="positions.yaml: {id: designer, merges: [content-editor], …}\n"
    "people.yaml:    {position: designer, person: finn}\n"
    "                {position: shop-manager, person: finn}",
    fix="people.yaml:    {position: designer, person: finn}\n"
    "                {position: content-editor, person: finn}",
    source="our own rule, set 2026-11-22",
    across=across,
    silenceable=True,
)
