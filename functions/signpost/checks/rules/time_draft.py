"""TIM308: a draft whose time has passed."""

from __future__ import annotations

from collections.abc import Iterator

from signpost.checks.rule import Overview, Rule
from signpost.domain.diagnostics import Diagnostic, Severity


def across(overview: Overview) -> Iterator[Diagnostic]:
    """Drafts with a time; those among the ideas have none (REF406)."""
    now = overview.now.timestamp()
    for post in overview.outlines:
        if post.due is None or post.due >= now or post.status != "draft" or post.idea:
            continue
        yield RULE.at(
            post.publish_span,
            f"{post.publish} is over, and the post is still a draft.",
            "Give it a new time, move it to `ideas/` without one, or delete it.",
            severity=Severity.WARNING,
        )


RULE = Rule(
    code="TIM308",
    name="draft-past-its-time",
    title="A draft whose time has passed",
    why="Nobody finished it in time, so it did not go out, and nobody was told. If it is made ready "
    "as it is, it cannot go out either.",
    example="publish: 2026-11-01 09:00    # today is 2026-11-22\nstatus: draft",
    fix="publish: 2026-12-01 09:00\nstatus: draft",
    source="our own rule, set 2026-11-22",
    across=across,
    silenceable=True,
)
