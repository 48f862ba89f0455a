"""MED212: a picture for the card of a link where there is no link."""

from __future__ import annotations

from collections.abc import Iterator

from signpost.checks.rule import Context, Rule
from signpost.domain.diagnostics import Diagnostic, Severity
from signpost.domain.post import Post


def check(context: Context) -> Iterator[Diagnostic]:
    """Every media file with `card: true`, told once."""
    for post in context.posts:
        linked = {item for text in _texts(post) if text[0] for item in text[1]}
        for item in post.every_media():
            if item.card and item not in linked:
                yield RULE.at(
                    item.span,
                    f"`{item.file}` is for the card of the link, and no text that it goes out with "
                    "has a `link`.",
                    "Add the `link`, or leave `card` out.",
                    severity=Severity.WARNING,
                )


def _texts(post: Post) -> Iterator[tuple[str, tuple[object, ...]]]:
    """The link and the media of each text."""
    for body in post.bodies.values():
        yield (
            post.link if body.link is None else body.link,
            post.media if body.media is None else body.media,
        )


RULE = Rule(
    code="MED212",
    name="card-without-link",
    title="A picture for a card that will not be there",
    why="`card: true` puts a picture into the card of the post's link. Without a link there is no "
    "card, and the picture goes out as any other, next to the rest.",
    example="media:\n  - file: soles.jpg\n    alt: A new sole beside a worn one.\n    card: true",
    fix="link: https://shop.example/soles\nmedia:\n  - file: soles.jpg\n"
    "    alt: A new sole beside a worn one.\n    card: true",
    source="docs/writing-posts.md#the-link, set 2026-11-22",
    check=check,
    silenceable=True,
)
