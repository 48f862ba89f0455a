"""An overview of posts that a test made itself."""

from __future__ import annotations

from collections.abc import Mapping

from signpost.checks.outline import outline_of
from signpost.checks.rule import Overview, targets_of
from signpost.domain.channel import ChannelSpec
from signpost.domain.media import MediaFact
from signpost.domain.post import Post
from signpost.domain.workspace import Brand
from tests.rules.reading import NOW


def overview_of(
    posts: tuple[Post, ...],
    brands: Mapping[str, Brand],
    specs: Mapping[str, ChannelSpec] | None = None,
    media: Mapping[str, MediaFact] | None = None,
    known_ids: tuple[str, ...] = (),
) -> Overview:
    """What rules between posts see of these posts."""
    outlines = [
        outline_of(post, targets_of(brands, (post,), specs or {}), media or {}, None)
        for post in posts
    ]
    return Overview(brands, outlines, specs or {}, NOW, known_ids)
