"""What a webhook is sent. The contract is our own (docs/channels/webhook.md), and so are its limits.

A request has to fit where receivers usually stand. The least of those places that publish a limit
takes 6,291,456 bytes (AWS Lambda behind a function URL or API Gateway). Four pictures of 1,000,000
bytes are 5,333,344 bytes in base64; a text of 100,000 bytes is at most 600,000 once JSON has escaped
it; the rest is room for alt texts and for the envelope that such places put around a request.
"""

from __future__ import annotations

from signpost.domain.channel import (
    ChannelSpec,
    MediaLimit,
    Option,
    RateLimit,
    TextLimit,
    Unit,
)

KEY_TTL_S = 7 * 86_400
"""How long a receiver has to remember a key, by the contract."""

_CHECKED = "2026-11-22"
_LAMBDA = "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"

SPEC = ChannelSpec(
    id="webhook",
    name="Webhook",
    text=(
        TextLimit(
            field="text",
            max=100_000,
            unit=Unit.UTF8_BYTES,
            url_weight=None,
            short_mentions=False,
            source=_LAMBDA,
            checked=_CHECKED,
        ),
    ),
    media=(
        MediaLimit(
            kind="image",
            max_items=4,
            max_bytes=1_000_000,
            types=frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"}),
            max_pixels=None,
            source=_LAMBDA,
            checked=_CHECKED,
        ),
    ),
    mixed_media=False,
    alt_text_max=2000,  # our own: a listener takes no more
    threads=True,
    edit=True,  # since version 2 of the contract; a receiver of version 1 refuses it
    # By the contract a receiver remembers each key for seven days, and answers 409 to a repeat.
    usable_key=True,
    key_ttl_s=KEY_TTL_S,
    # The same address, asked by GET, says whether it has done a key.
    listing=True,
    # The signing key is our own.
    tokens_end=False,
    settle_s=210,
    rate=RateLimit(
        # Our own: one a second. A receiver that wants fewer answers 429.
        limit=60,
        window_s=60,
        source="https://www.rfc-editor.org/rfc/rfc6585#section-4",
        checked=_CHECKED,
    ),
    # A receiver reports no numbers: "not reported" is never 0.
    metrics=(),
    options={
        "title": Option("text", "A title beside the text, for receivers that show one."),
        "topic": Option("text", "A word by which the receiver decides what to do with it."),
    },
)
