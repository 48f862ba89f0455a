"""What Bluesky accepts."""

from __future__ import annotations

from signpost.domain.channel import (
    ChannelSpec,
    Fold,
    FoldUnit,
    MediaLimit,
    MentionForm,
    Option,
    RateLimit,
    TextLimit,
    Unit,
)

_CHECKED = "2026-11-22"
_ATPROTO = "https://github.com/bluesky-social/atproto/blob/main"
_APP = "https://github.com/bluesky-social/social-app/blob/main"

COLLECTION = "app.bsky.feed.post"
DEFAULT_SERVER = "https://bsky.social"

LABELS = ("graphic-media", "nudity", "sexual", "porn")
"""What an account may say of its own post; apps hide it behind a warning.

Source: https://docs.bsky.app/docs/advanced-guides/moderation#self-labels, 2026-11-22.
"""

SPEC = ChannelSpec(
    id="bluesky",
    name="Bluesky",
    text=(
        TextLimit(
            field="text",
            max=300,
            unit=Unit.GRAPHEME,
            url_weight=None,
            short_mentions=False,
            source=f"{_ATPROTO}/lexicons/app/bsky/feed/post.json",
            checked=_CHECKED,
        ),
        TextLimit(
            field="text",
            max=3000,
            unit=Unit.UTF8_BYTES,
            url_weight=None,
            short_mentions=False,
            source=f"{_ATPROTO}/lexicons/app/bsky/feed/post.json",
            checked=_CHECKED,
        ),
    ),
    media=(
        MediaLimit(
            kind="image",
            max_items=4,
            max_bytes=2_000_000,
            # The lexicon takes image/*, but what readers see is a JPEG or WebP of the first
            # frame (packages/bsky/src/image/sharp.ts): a GIF would stand still, unannounced.
            types=frozenset({"image/jpeg", "image/png", "image/webp"}),
            max_pixels=None,
            source=f"{_ATPROTO}/lexicons/app/bsky/embed/images.json",
            checked=_CHECKED,
        ),
    ),
    mixed_media=False,
    # The lexicon has no limit; the app takes 2,000 (MAX_ALT_TEXT).
    # Source: github.com/bluesky-social/social-app, src/lib/constants.ts, 2026-11-22.
    alt_text_max=2000,
    threads=True,
    # A record can be replaced, but readers are shown no edit: a live post counts as final.
    edit=False,
    # A record key lives as long as the repository: a second write of the same record does
    # nothing, one of another record is refused. Source: packages/pds/src/api/com/atproto/repo/
    # putRecord.ts in bluesky-social/atproto, 2026-11-22.
    usable_key=True,
    key_ttl_s=None,
    listing=True,
    # An app password holds until it is revoked; sessions, which do end, are made from it anew.
    # Source: https://docs.bsky.app/docs/get-started, 2026-11-22.
    tokens_end=False,
    settle_s=210,
    rate=RateLimit(
        # 5,000 points an hour, three for a new record.
        limit=1666,
        window_s=3600,
        cost=3,
        source="https://docs.bsky.app/docs/advanced-guides/rate-limits",
        checked=_CHECKED,
    ),
    metrics=("likes", "replies", "reposts", "quotes"),
    options={
        "label": Option("choice", "A warning that apps show before the post.", LABELS),
    },
    fold=Fold(
        unit=FoldUnit.LINE,
        after=25,  # MAX_POST_LINES
        source=f"{_APP}/src/lib/constants.ts",
        checked=_CHECKED,
    ),
    mention=MentionForm(
        pattern=r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+"
        r"[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?",
        example="@name.bsky.social",
        source="https://atproto.com/specs/handle",
        checked=_CHECKED,
    ),
    # Source: packages/api/src/rich-text/util.ts in bluesky-social/atproto, 2026-11-22.
    hashtag_breaks=False,
    link_card=True,
    card_picture=MediaLimit(
        kind="image",
        max_items=1,
        max_bytes=1_000_000,
        types=frozenset({"image/jpeg", "image/png", "image/webp"}),
        max_pixels=None,
        source=f"{_ATPROTO}/lexicons/app/bsky/embed/external.json",
        checked=_CHECKED,
        # What the app shows of it, in its middle: we cut around the focus instead.
        # Source: ExternalLinkEmbed.tsx in bluesky-social/social-app, 2026-11-22.
        aspect=(1.91, 1.91),
        max_edge=2000,  # the lexicon's own limit while it had one
    ),
)
