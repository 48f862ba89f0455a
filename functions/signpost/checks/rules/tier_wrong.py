"""APR961: a tier of approval that names what does not exist."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from signpost.checks.rule import Overview, Rule
from signpost.checks.suggest import did_you_mean
from signpost.domain.diagnostics import Diagnostic
from signpost.domain.workspace import Brand, TierSettings


def across(overview: Overview) -> Iterator[Diagnostic]:
    """Brands, types, accounts, positions and roles that a tier names."""
    seen: set[str] = set()
    for tier in overview.tiers:
        if tier.id in seen:
            yield RULE.at(tier.span, f"The tier `{tier.id}` is described twice.", "Keep one.")
        seen.add(tier.id)
        if "_" in tier.id:
            cause = f"The tier `{tier.id}` cannot stand in a trust root."
            yield RULE.at(tier.span, cause, "Write `-` in place of `_`.")
        for what, names, known in _named(overview, tier):
            for name in names:
                if name not in known:
                    yield RULE.at(
                        tier.span,
                        f"The tier `{tier.id}` names the {what} `{name}`, which does not exist.",
                        did_you_mean(name, sorted(known)) or "Correct it, or take it out.",
                    )


def brands_of(overview: Overview, tier: TierSettings) -> Mapping[str, Brand]:
    """The brands that a tier is about."""
    return {
        name: brand
        for name, brand in overview.brands.items()
        if not tier.brands or name in tier.brands
    }


def _named(
    overview: Overview, tier: TierSettings
) -> Iterator[tuple[str, tuple[str, ...], set[str]]]:
    """What a tier names, of each kind, and what there is; nothing where a file has faults."""
    yield "brand", tier.brands, set(overview.brands)
    among = brands_of(overview, tier)

    def whole(file: str) -> bool:
        return not any(f"{name}/{file}" in overview.faulty for name in among)

    if whole("accounts.yaml"):
        accounts = {item.id for brand in among.values() for item in brand.accounts}
        yield "account", tier.accounts, accounts
    if whole("brand.yaml") and all(brand.types for brand in among.values()):
        yield "type", tier.types, {kind for brand in among.values() for kind in brand.types}
    if whole("positions.yaml"):
        known = {item.id for brand in among.values() for item in brand.positions}
        known |= {role for name in among if name in overview.trust
                  for role in overview.trust[name].roles}  # fmt: skip
        yield "position or role", tier.signers, known


RULE = Rule(
    code="APR961",
    name="tier-names-nothing",
    title="A tier of approval that names what does not exist",
    why="A tier that fits no post asks nobody, and posts go out that somebody meant to see first; "
    "one that asks a position that does not exist is never met.",
    example="approvals:\n  - {id: offers, types: [promotoin], from: [shop-manager]}",
    fix="approvals:\n  - {id: offers, types: [promotion], from: [shop-manager]}",
    source="our own rule, set 2026-11-22",
    across=across,
)
