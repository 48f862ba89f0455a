"""TIM303: a new post whose time has passed."""

from __future__ import annotations

from collections.abc import Iterator

from signpost.checks.rule import Overview, Rule
from signpost.domain.diagnostics import Diagnostic


def across(overview: Overview) -> Iterator[Diagnostic]:
    """Ready posts that `state/` does not know yet. `publish: now` is never in the past."""
    known, now = frozenset(overview.known_ids), overview.now.timestamp()
    for post in overview.outlines:
        if post.due is None or post.due >= now or post.status != "ready" or post.id in known:
            continue
        yield RULE.at(
            post.publish_span,
            f"{post.publish} is in the past, and the post is new.",
            "Write a time to come, or `publish: now`.",
        )


RULE = Rule(
    code="TIM303",
    name="past-time",
    title="A new post whose time has passed",
    why="Signpost never sends late without being told: the post would expire unseen. More often "
    "the year is wrong.",
    example="publish: 2025-12-01 09:00    # merged in 2026",
    fix="publish: now",
    source="our own rule (invariant 25 of the publishing protocol), set 2026-11-22",
    across=across,
)
