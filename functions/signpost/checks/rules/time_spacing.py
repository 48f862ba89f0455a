"""TIM307: two posts of an account that are too close to each other."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from operator import attrgetter

from signpost.checks.rule import Outline, Overview, Rule
from signpost.domain.diagnostics import Diagnostic
from signpost.domain.timing import duration_text


def across(overview: Overview) -> Iterator[Diagnostic]:
    """Ready posts of each account in the order of their times; each against the one before it."""
    now = overview.now.timestamp()
    queues: dict[tuple[str, str], list[Outline]] = {}
    spacing = {name: brand.spacing_s for name, brand in overview.brands.items() if brand.spacing_s}
    for post in overview.outlines:
        if post.due is not None and post.status == "ready" and post.brand in spacing:
            for account in post.accounts:
                queues.setdefault((post.brand, account), []).append(post)
    told: dict[tuple[str, str], list[str]] = {}
    pairs: dict[tuple[str, str], tuple[Outline, Outline, int]] = {}
    for (brand, account), posts in queues.items():
        posts.sort(key=attrgetter("due", "path"))
        for before, after in pairwise(posts):
            gap = (after.due or 0) - (before.due or 0)
            if gap < (spacing[brand] or 0) and (after.due or 0) >= now:
                told.setdefault((before.path, after.path), []).append(account)
                pairs[before.path, after.path] = before, after, gap
    for key, (before, after, gap) in pairs.items():
        yield _finding(overview, before, after, gap, told[key])


def _finding(
    overview: Overview, before: Outline, after: Outline, gap: int, accounts: list[str]
) -> Diagnostic:
    # The newer of the two is told, since the other was agreed on; never one that has gone out.
    gone = (before.due or 0) < overview.now.timestamp()
    newer, other = (
        (after, before) if gone or overview.age(before) < overview.age(after) else (before, after)
    )
    how = "at the same time as" if not gap else f"only {duration_text(gap)} "
    if gap:
        how += "after" if newer is after else "before"
    least = duration_text(overview.brands[newer.brand].spacing_s or 0)
    return RULE.at(
        newer.publish_span,
        f"{newer.publish} is {how} {other.path} on {' and '.join(f'`{one}`' for one in accounts)}.",
        f"Leave at least {least} between them, as brand.yaml asks.",
    )


RULE = Rule(
    code="TIM307",
    name="too-close",
    title="Two posts of an account that are too close",
    why="Two posts within minutes take readers away from each other, and look like a machine that "
    "runs wild. Whoever plans one post does not see the other: it may be somebody else's.",
    example="publish: 2026-12-01 09:30    # another post of the account goes out at 09:00, and "
    "brand.yaml has spacing: 2h",
    fix="publish: 2026-12-01 11:00",
    source="our own rule, set 2026-11-22",
    across=across,
    silenceable=True,
)
