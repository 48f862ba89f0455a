"""MED210: a picture twice in a post, or beside a post that does not use it."""

from __future__ import annotations

from collections.abc import Iterator

from signpost.checks.rule import Context, Rule
from signpost.domain.diagnostics import Diagnostic, Severity, Span
from signpost.domain.post import MediaRef, Post


def check(context: Context) -> Iterator[Diagnostic]:
    """Every list of media by content, and the media files in post folders."""
    for post in context.posts:
        if len(post.media) > 1:
            yield from _twice(post.media, context)
        if len(post.bodies) > 1:
            for body in post.bodies.values():
                if body.media:
                    yield from _twice(body.media, context)
        if post.beside:
            yield from _unused(post)


def _twice(items: tuple[MediaRef, ...], context: Context) -> Iterator[Diagnostic]:
    seen: dict[str, MediaRef] = {}
    for item in items:
        fact = context.media.get(item.path)
        if fact is None:
            continue
        first = seen.setdefault(fact.sha256, item)
        if first is not item:
            yield RULE.at(
                item.span,
                f"`{item.file}` stands in this list twice."
                if first.path == item.path
                else f"`{item.file}` is the same picture as `{first.file}`.",
                "Take one of the two out.",
                severity=Severity.WARNING,
            )


def loose(path: str) -> Diagnostic:
    """What to say of a media file among posts that none of them uses; the reader raises it."""
    return RULE.at(
        Span(path),
        f"`{path.rpartition('/')[2]}` lies among the posts, but no post uses it.",
        "Add it to the `media:` of its post, delete it, or move it into a folder of media alone.",
        severity=Severity.WARNING,
    )


def _unused(post: Post) -> Iterator[Diagnostic]:
    used = {item.path for item in post.every_media()}
    for path in post.beside:
        if path not in used:
            yield RULE.at(
                post.span("media"),
                f"`{path.rpartition('/')[2]}` lies in the post's folder, but the post does not use "
                "it.",
                "Add it to `media:`, or delete the file.",
                severity=Severity.WARNING,
            )


RULE = Rule(
    code="MED210",
    name="media-used-once",
    title="The same picture twice, or one that is not used",
    why="A picture that is sent twice looks like a slip. One that lies in the post's folder and is "
    "not named in the post was probably forgotten: the post would go out without it. So was one "
    "that lies among posts of one file each, and that none of all posts names. Folders that hold "
    "media and no post, and the ideas, are left alone.",
    example="layers/index.md     media: [{file: layers.png, alt: …}]\n"
    "layers/layers.png\nlayers/price-list.png",
    fix="layers/index.md     media: [{file: layers.png, alt: …}]\nlayers/layers.png",
    source="our own rule, set 2026-11-22",
    check=check,
    silenceable=True,
)
