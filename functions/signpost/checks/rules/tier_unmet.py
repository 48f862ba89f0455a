"""APR962: a tier of approval that nobody, or not enough people, can meet."""

from __future__ import annotations

from collections.abc import Iterator

from signpost.checks.rule import Overview, Rule
from signpost.checks.rules.tier_wrong import brands_of
from signpost.domain.diagnostics import Diagnostic
from signpost.domain.workspace import Brand, TierSettings, holders_of


def across(overview: Overview) -> Iterator[Diagnostic]:
    """Each tier for each brand that it is about: is it in the trust root, and are there people?"""
    for tier in overview.tiers:
        for name, brand in brands_of(overview, tier).items():
            root = overview.trust.get(name)
            if root is not None and tier.id not in root.approval:
                yield RULE.at(
                    tier.span,
                    f"The trust root of `{name}` has no threshold for the tier `{tier.id}`: "
                    "nobody could approve.",
                    f"Add `approval.{tier.id}` to it: `signpost strategy root rotate`.",
                )
                continue
            people = _people(overview, tier, brand)
            if people is not None and tier.needs > people:
                yield RULE.at(
                    tier.span,
                    f"The tier `{tier.id}` needs {tier.needs} approvals, and in `{name}` "
                    f"{people} {'person' if people == 1 else 'people'} can give one.",
                    "Ask for fewer, or name more positions in `from`.",
                )


def _people(overview: Overview, tier: TierSettings, brand: Brand) -> int | None:
    """How many can approve; None where that cannot be known here."""
    root = overview.trust.get(brand.id)
    faulty = any(f"{brand.id}/{file}.yaml" in overview.faulty for file in ("people", "positions"))
    named = set(holders_of(brand, tier.signers))
    if root is not None:
        able = root.holders(root.approval[tier.id].roles)
        if not tier.signers:
            return len(able)
        return sum(p.id in named or bool({*p.roles} & {*tier.signers}) for p in able)
    if not tier.signers or faulty:
        return None
    if not {*tier.signers} <= {item.id for item in brand.positions}:
        return None  # a role that only a trust root has, or APR961 says so
    return len(named)


RULE = Rule(
    code="APR962",
    name="tier-out-of-reach",
    title="A tier of approval that cannot be met",
    why="Every post that it fits would be held until its time is over, and never go out.",
    example="approvals:\n  - {id: offers, needs: 3, from: [shop-manager]}",
    fix="approvals:\n  - {id: offers, needs: 1, from: [shop-manager]}",
    source="our own rule, set 2026-11-22",
    across=across,
)
