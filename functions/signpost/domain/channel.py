"""Channel specs: what a platform accepts, each limit with number, unit, source and date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Unit(StrEnum):
    """What a text limit counts."""

    GRAPHEME = "grapheme"
    CODEPOINT = "codepoint"
    UTF16 = "utf16"
    UTF8_BYTES = "utf8_bytes"
    WEIGHTED = "weighted"


@dataclass(frozen=True, slots=True)
class TextLimit:
    """A limit on a text.

    Args:
        field: what is counted, in the channel's own words.
        max: the largest allowed count, in `unit`.
        url_weight: what each http(s) URL counts as; None: as it is written.
        short_mentions: `@user@host` counts as `@user`.
        source: address of the fact.
        checked: date the source was read, ISO 8601.
    """

    field: str
    max: int
    unit: Unit
    url_weight: int | None
    short_mentions: bool
    source: str
    checked: str


@dataclass(frozen=True, slots=True)
class MediaLimit:
    """A limit on media of one kind (`image`, `video`, `audio`)."""

    kind: str
    max_items: int
    max_bytes: int
    types: frozenset[str]
    max_pixels: int | None
    source: str
    checked: str


@dataclass(frozen=True, slots=True)
class RateLimit:
    """At most `limit` sends of an account in each fixed window of `window_s` seconds."""

    limit: int
    window_s: int
    source: str
    checked: str


@dataclass(frozen=True, slots=True)
class Option:
    """A front-matter key under `options.<channel>`.

    Args:
        kind: `text`, `flag` or `choice`.
        choices: the allowed words of a `choice`.
    """

    kind: str
    meaning: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChannelSpec:
    """Limits and capabilities of a channel.

    Args:
        usable_key: repeating a send with the same client key cannot publish twice *for as long
            as `key_ttl_s`* — as documented; servers exist that ignore it, so confirming comes first.
        listing: `confirm` can ask the channel, so absence can become conclusive.
        settle_s: seconds after an intent's deadline before absence is conclusive.
    """

    id: str
    name: str
    text: tuple[TextLimit, ...]
    media: tuple[MediaLimit, ...]
    mixed_media: bool
    alt_text_max: int
    threads: bool
    edit: bool
    usable_key: bool
    key_ttl_s: int | None
    listing: bool
    settle_s: int
    rate: RateLimit
    metrics: tuple[str, ...]
    options: Mapping[str, Option] = field(default_factory=dict)
