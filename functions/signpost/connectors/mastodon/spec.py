"""What Mastodon accepts, and what a server says that it accepts instead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

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
_DOCS = "https://docs.joinmastodon.org"

VISIBILITIES = ("public", "unlisted", "private", "direct")

SPEC = ChannelSpec(
    id="mastodon",
    name="Mastodon",
    text=(
        TextLimit(
            # Members of the payload that share the limit; see domain.textlen.count_payload.
            field="spoiler_text+status",
            max=500,
            unit=Unit.GRAPHEME,
            url_weight=23,
            short_mentions=True,
            source=f"{_DOCS}/user/posting/#text",
            checked=_CHECKED,
        ),
    ),
    media=(
        MediaLimit(
            kind="image",
            max_items=4,
            max_bytes=16_777_216,
            types=frozenset(
                {
                    "image/jpeg",
                    "image/png",
                    "image/gif",
                    "image/heic",
                    "image/heif",
                    "image/webp",
                    "image/avif",
                }
            ),
            max_pixels=33_177_600,
            source=f"{_DOCS}/user/posting/#media",
            checked=_CHECKED,
        ),
        MediaLimit(
            kind="video",
            max_items=1,
            max_bytes=103_809_024,
            types=frozenset({"video/webm", "video/mp4", "video/quicktime", "video/ogg"}),
            max_pixels=8_294_400,
            source=f"{_DOCS}/user/posting/#media",
            checked=_CHECKED,
        ),
    ),
    mixed_media=False,
    alt_text_max=1500,  # Source: docs.joinmastodon.org/entities/Instance, 2026-11-22
    threads=True,
    edit=True,
    # Source: docs.joinmastodon.org/methods/statuses/#headers, 2026-11-22 (kept for an hour).
    usable_key=True,
    key_ttl_s=3600,
    listing=True,
    # Access tokens hold until they are revoked.
    # Source: https://github.com/mastodon/mastodon/issues/26838, 2026-11-22.
    tokens_end=False,
    settle_s=210,
    rate=RateLimit(
        # Tighter than the documented 300 requests in 5 minutes; the answers to POST statuses
        # carry this one: X-RateLimit-Limit 300, -Reset at the next multiple of three hours.
        limit=300,
        window_s=10_800,
        source="https://github.com/mastodon/mastodon/blob/main/app/lib/rate_limiter.rb",
        checked=_CHECKED,
    ),
    metrics=("likes", "replies", "reposts", "quotes"),
    options={
        "visibility": Option("choice", "Who sees it; `public` unless given.", VISIBILITIES),
        "content_warning": Option("text", "Text shown first; the post opens at a click."),
        "sensitive": Option("flag", "Hide the media behind a click."),
        "language": Option("text", "Language code of the text, if not the post's own."),
    },
    mention=MentionForm(
        # The server may be left out for names on the account's own, which a text that is also
        # read elsewhere should not rely on.
        pattern=r"@[A-Za-z0-9_]+(?:[.-]+[A-Za-z0-9_]+)*@\w+(?:[.-]+\w+)*\.\w{2,}",
        example="@name@server.example",
        source="https://github.com/mastodon/mastodon/blob/main/app/models/account.rb",
        checked=_CHECKED,
    ),
    fold=Fold(
        unit=FoldUnit.LINE,
        after=32,  # MAX_HEIGHT; its apps have their own
        source="https://github.com/mastodon/mastodon/blob/main/app/javascript/mastodon/components/"
        "status_content.jsx",
        checked=_CHECKED,
    ),
    link_card=True,
)


def server_spec(configuration: Mapping[str, Any]) -> ChannelSpec:
    """The spec with the limits that a server names in place of ours.

    What is missing, or is not a positive number, keeps our value: servers that only resemble
    Mastodon name some and leave others out.

    Args:
        configuration: `configuration` of GET /api/v2/instance, or what `from_v1` made of v1.

    Source: https://docs.joinmastodon.org/entities/Instance/#configuration, 2026-11-22.
    """
    statuses = _mapping(configuration, "statuses")
    files = _mapping(configuration, "media_attachments")
    text = SPEC.text[0]
    listed = files.get("supported_mime_types")
    types = listed if isinstance(listed, list) else []
    named = frozenset(item for item in types if isinstance(item, str))
    media = []
    for limit in SPEC.media:
        kind = limit.kind
        own = frozenset(item for item in named if item.startswith(f"{kind}/"))
        items = _number(statuses, "max_media_attachments", 4)
        media.append(
            limit._replace(
                max_items=items if kind == "image" else min(items, limit.max_items),
                max_bytes=_number(files, f"{kind}_size_limit", limit.max_bytes),
                types=own if named else limit.types,
                max_pixels=_number(files, f"{kind}_matrix_limit", limit.max_pixels or 0) or None,
            )
        )
    return SPEC._replace(
        text=(
            text._replace(
                max=_number(statuses, "max_characters", text.max),
                url_weight=_number(statuses, "characters_reserved_per_url", text.url_weight or 0),
            ),
        ),
        media=tuple(media),
        alt_text_max=_number(files, "description_limit", SPEC.alt_text_max),
    )


def configuration_of(instance: object) -> Mapping[str, Any] | None:
    """`configuration` of an instance answer, v2 or v1; None where there is nothing to read.

    Pleroma and its kin name `max_toot_chars` (v1) outside of `configuration`.
    """
    if not isinstance(instance, dict):
        return None
    found = _mapping(instance, "configuration")
    statuses = _mapping(found, "statuses")
    if "max_characters" not in statuses and "max_toot_chars" in instance:
        statuses = {**statuses, "max_characters": instance["max_toot_chars"]}
        found = {**found, "statuses": statuses}
    return found or None


def _mapping(value: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    inner = value.get(key)
    return inner if isinstance(inner, dict) else {}


def _number(value: Mapping[str, Any], key: str, ours: int) -> int:
    theirs = value.get(key)
    if isinstance(theirs, int) and not isinstance(theirs, bool) and theirs > 0:
        return theirs
    return ours
