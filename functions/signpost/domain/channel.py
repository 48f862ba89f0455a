"""Channel specs: what a platform accepts, each limit with number, unit, source and date."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple


class Unit(StrEnum):
    """What a text limit counts."""

    GRAPHEME = "grapheme"
    CODEPOINT = "codepoint"
    UTF16 = "utf16"
    UTF8_BYTES = "utf8_bytes"
    WEIGHTED = "weighted"


class TextLimit(NamedTuple):
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


class MediaLimit(NamedTuple):
    """A limit on media of one kind (`image`, `video`, `audio`).

    Args:
        aspect: the narrowest and the widest width ÷ height that it takes; None: any.
        max_edge: pixels of the longer edge; None: any.
        max_seconds: the longest film or sound; None: any.
    """

    kind: str
    max_items: int
    max_bytes: int
    types: frozenset[str]
    max_pixels: int | None
    source: str
    checked: str
    aspect: tuple[float, float] | None = None
    max_edge: int | None = None
    max_seconds: float | None = None


class RateLimit(NamedTuple):
    """At most `limit` sends of an account in each fixed window of `window_s` seconds.

    Args:
        cost: what a send takes of the budget that the channel's answers tell of.
    """

    limit: int
    window_s: int
    source: str
    checked: str
    cost: int = 1


class Option(NamedTuple):
    """A front-matter key under `options.<channel>`.

    Args:
        kind: `text`, `flag` or `choice`.
        choices: the allowed words of a `choice`.
    """

    kind: str
    meaning: str
    choices: tuple[str, ...] = ()


class FoldUnit(StrEnum):
    """What a channel counts before it folds a text."""

    LINE = "line"
    WORD = "word"
    CHARACTER = "character"


class Fold(NamedTuple):
    """After so many units a reader of the feed has to ask for the rest ("Show more")."""

    unit: FoldUnit
    after: int
    source: str
    checked: str


class MentionForm(NamedTuple):
    """How a mention has to be written so that the channel links it.

    Args:
        pattern: a regular expression for the whole mention, `@` included.
        example: for remedies, such as `@name@server.example`.
    """

    pattern: str
    example: str
    source: str
    checked: str


class ChannelSpec(NamedTuple):
    """Limits and capabilities of a channel.

    Args:
        fold: where a feed folds the text; None: it shows all of it.
        mention: None: the channel has no mentions.
        hashtags_max: how many hashtags it takes, or shows without penalty; None: any number.
        hashtags: `#word` in a text becomes a link there.
        hashtag_breaks: a hyphen, an apostrophe or an emoji ends a hashtag; else only space does.
        markup: the text is Markdown and becomes HTML.
        link_card: a post with a link shows a card of the page.
        card_picture: what it takes as the picture of that card, where we make the card and not
            its server; None: no picture of ours.
        usable_key: repeating a send with the same client key cannot publish twice *for as long
            as `key_ttl_s`* — as documented; servers exist that ignore it, so confirming comes first.
        listing: `confirm` can ask the channel, so absence can become conclusive.
        tokens_end: what the channel gives out ends some day, unless it is renewed; False: it holds
            until somebody revokes it.
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
    options: Mapping[str, Option] = MappingProxyType({})
    fold: Fold | None = None
    mention: MentionForm | None = None
    hashtags_max: int | None = None
    hashtags: bool = True
    hashtag_breaks: bool = True
    markup: bool = False
    link_card: bool = False
    card_picture: MediaLimit | None = None
    tokens_end: bool = True
