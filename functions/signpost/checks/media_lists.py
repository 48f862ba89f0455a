"""The media of posts, as each channel gets them."""

from __future__ import annotations

from collections.abc import Iterator

from signpost.checks.rule import Context
from signpost.domain.channel import ChannelSpec
from signpost.domain.media import MediaFact
from signpost.domain.post import MediaRef


def shown_media(context: Context) -> Iterator[tuple[ChannelSpec, tuple[MediaRef, ...]]]:
    """Each list of media once for each channel that it goes to; no empty ones."""
    return ((spec, items) for spec, items, _ in linked_media(context))


def linked_media(context: Context) -> Iterator[tuple[ChannelSpec, tuple[MediaRef, ...], str]]:
    """The same with the link beside them; empty where there is none."""
    seen: set[tuple[str, str]] = set()
    for target in context.targets:
        spec, post = target.spec, target.post
        if spec is None or target.body is None or not (post.media or len(post.bodies) > 1):
            continue
        own = target.body.media
        items = post.media if own is None else own
        key = (post.path if own is None else target.body.path, spec.id)
        if items and key not in seen:
            seen.add(key)
            link = target.body.link
            yield spec, items, post.link if link is None else link


def named_media(context: Context) -> Iterator[tuple[MediaRef, MediaFact | None]]:
    """Every media file that a post names, and what was found of it; None where it is missing."""
    for post in context.posts:
        if post.media or len(post.bodies) > 1:
            for item in post.every_media():
                yield item, context.media.get(item.path)
