"""MED201: media without a description."""

from __future__ import annotations

from collections.abc import Iterator

from signpost.checks.rule import Context, Rule
from signpost.domain.channel import ChannelSpec
from signpost.domain.diagnostics import Diagnostic
from signpost.domain.post import MediaRef


def check(context: Context) -> Iterator[Diagnostic]:
    """Every media file of every post; the length for each channel that it goes to."""
    for post in context.posts:
        for item in post.every_media():
            if not item.alt.strip():
                yield RULE.at(
                    item.span,
                    f"`{item.file}` has no alt text.",
                    "Add `alt:` and say what is to be seen, for those who cannot see it.",
                )
    seen: set[tuple[str, int, int, str]] = set()
    for target in context.targets:
        spec, post = target.spec, target.post
        if spec is None or not (post.media or len(post.bodies) > 1):
            continue
        own = target.body.media if target.body else None
        for item in post.media if own is None else own:
            key = (item.span.path, item.span.line, item.span.column, spec.id)
            if len(item.alt) > spec.alt_text_max and key not in seen:
                seen.add(key)
                yield _too_long(item, spec)


def _too_long(item: MediaRef, spec: ChannelSpec) -> Diagnostic:
    return RULE.at(
        item.span,
        f"The alt text of `{item.file}` has {len(item.alt)} characters, {spec.name} takes "
        f"{spec.alt_text_max}.",
        "Shorten it; the details may belong into the text.",
    )


RULE = Rule(
    code="MED201",
    name="alt-text",
    title="Media without alt text",
    why="People who use a screen reader, and everybody whose image does not load, get the alt "
    "text instead of the picture. Each channel also has a longest alt text that it takes.",
    example="media:\n  - file: boots.jpg",
    fix="media:\n  - file: boots.jpg\n    alt: Two brown leather boots in fresh snow, laces open.",
    source="https://www.w3.org/TR/WCAG22/#non-text-content, noted 2026-11-22",
    check=check,
)
