"""REF406: an idea with a time."""

from __future__ import annotations

from collections.abc import Iterator

from signpost.checks.rule import Context, Rule
from signpost.domain.diagnostics import Diagnostic


def check(context: Context) -> Iterator[Diagnostic]:
    """Every idea."""
    for post in context.posts:
        if post.idea and "publish" in post.spans:
            yield RULE.at(
                post.span("publish"),
                "An idea has a time, but nothing in `ideas/` is ever published.",
                f"Move the file to `{post.brand}/posts/` if it is to go out, or take `publish` out.",
            )


RULE = Rule(
    code="REF406",
    name="idea-with-a-time",
    title="An idea with a time",
    why="What lies in `ideas/` is collected, not planned: it never goes out. Whoever writes a time "
    "into it believes that it does.",
    example="content/larkfell/ideas/hut-songs.md: publish: 2026-12-20 18:00",
    fix="content/larkfell/posts/2026/12/hut-songs.md: publish: 2026-12-20 18:00",
    source="our own rule, set 2026-11-22",
    check=check,
)
