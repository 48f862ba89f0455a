"""What WordPress accepts. Its core documents few limits, so some of these are PHP's or our own."""

from __future__ import annotations

from signpost.domain.channel import (
    ChannelSpec,
    Fold,
    FoldUnit,
    MediaLimit,
    Option,
    RateLimit,
    TextLimit,
    Unit,
)

_CHECKED = "2026-11-22"
_PHP = "https://www.php.net/manual/en/ini.core.php"

SPEC = ChannelSpec(
    id="wordpress",
    name="WordPress",
    text=(
        TextLimit(
            field="content",
            # Half of what PHP takes as one request unless told otherwise (post_max_size, 8M): the
            # text grows on the way, and title and excerpt travel with it. WordPress names none.
            max=4_194_304,
            unit=Unit.UTF8_BYTES,
            url_weight=None,
            short_mentions=False,
            source=f"{_PHP}#ini.post-max-size",
            checked=_CHECKED,
        ),
    ),
    media=(
        MediaLimit(
            kind="image",
            max_items=20,  # our own: WordPress names none, and each is an upload before the send
            # PHP's default. A site may take more, and does not say so over its API.
            max_bytes=2_097_152,
            types=frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"}),
            max_pixels=None,
            source=f"{_PHP}#ini.upload-max-filesize",
            checked=_CHECKED,
        ),
    ),
    mixed_media=False,
    alt_text_max=2000,  # our own: the column takes 4 GB, a listener does not
    threads=False,
    edit=True,
    # The key is the draft: `publish` names its id, so a repeat publishes the same post again.
    # It lives as long as the draft, so it has no age.
    usable_key=True,
    key_ttl_s=None,
    listing=True,
    # The core gives application passwords no end.
    # Source: https://developer.wordpress.org/rest-api/reference/application-passwords/, 2026-11-22.
    tokens_end=False,
    settle_s=210,
    rate=RateLimit(
        # Our own: the core has no rate limit, and a blog needs no more.
        limit=60,
        window_s=3600,
        source="https://developer.wordpress.org/rest-api/frequently-asked-questions/",
        checked=_CHECKED,
    ),
    metrics=("replies",),
    options={
        "title": Option("text", "The title, if it is not the first `# heading` of the text."),
        "slug": Option("text", "Last part of the address; made of the title unless given."),
        "excerpt": Option("text", "Shown in lists; WordPress takes the first words unless given."),
        "categories": Option("text", "Names of categories the site has, separated by commas."),
        "tags": Option("text", "Names of tags, separated by commas; new ones are made."),
        "author": Option("text", "Author's name in addresses, if it is not the account itself."),
    },
    fold=Fold(
        unit=FoldUnit.WORD,
        after=55,
        source="https://developer.wordpress.org/reference/functions/wp_trim_excerpt/",
        checked=_CHECKED,
    ),
    hashtags=False,
    markup=True,
)
