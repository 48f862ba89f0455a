"""TIM303: a new post whose time has passed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from signpost.checks.rule import Context, Rule
from signpost.domain.diagnostics import Diagnostic
from signpost.domain.timing import local_text, resolve
from signpost.errors import LocalTimeError


def check(context: Context) -> Iterator[Diagnostic]:
    """Ready posts that `state/` does not know yet. `publish: now` is never in the past."""
    known = frozenset(context.known_ids)
    for post in context.posts:
        if not isinstance(post.publish, datetime) or post.status != "ready" or post.id in known:
            continue
        try:
            due = resolve(post.publish, post.zone)
        except LocalTimeError:
            continue  # TIM301 or TIM302
        if due < context.now:
            yield RULE.at(
                post.span("publish"),
                f"{local_text(post.publish)} is in the past, and the post is new.",
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
    check=check,
)
