"""REF404: supplied material that may not be published."""

from __future__ import annotations

from collections.abc import Iterator

from signpost.checks.local_times import day_of
from signpost.checks.rule import Context, Rule
from signpost.domain.diagnostics import Diagnostic


def check(context: Context) -> Iterator[Diagnostic]:
    """Posts with a `source`; drafts and ideas may still wait for a word about rights."""
    for post in context.posts:
        source = post.source
        if source is None:
            continue
        if not source.rights.strip() and post.status == "ready":
            yield RULE.at(
                post.span("source"),
                f"Nothing says what may be done with the material of `{source.supplier}`.",
                "Ask, and write it down as `rights:` under `source:`; until then `status: draft`.",
            )
        brand = context.brands.get(post.brand)
        if source.until is None or brand is None:
            continue
        day = day_of(post, brand)
        if day is not None and day > source.until:
            yield RULE.at(
                post.span("source"),
                f"The rights in the material of `{source.supplier}` end on {source.until}, the "
                f"post goes out on {day}.",
                "Publish it earlier, ask for longer rights, or use other material.",
            )


RULE = Rule(
    code="REF404",
    name="source-rights",
    title="Supplied material without rights, or after they have ended",
    why="A picture of somebody else's that is published without leave costs money and trust, and "
    "nobody remembers after a year what was agreed. So it is written where the material is used.",
    example="publish: 2027-07-10 09:00\nsource:\n  from: Hut Nebelstein\n  until: 2027-06-30",
    fix="publish: 2027-06-10 09:00\nsource:\n  from: Hut Nebelstein\n"
    "  rights: Social media, with picture credit.\n  until: 2027-06-30",
    source="our own rule, set 2026-11-22",
    check=check,
)
