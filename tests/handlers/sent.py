"""A delivery as `control` tells the sign-off pages of it: rendered by the connector that sends it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from signpost.connectors.registry import Registry
from signpost.domain.canonical import canonical_json
from signpost.domain.delivery import Account, Delivery, Media, Part
from tests.signing.office import BRAND

DUE = datetime(2026, 12, 2, 8, tzinfo=UTC)
TEXT = "We mend <b>ropes</b>.\nToday."
SERVERS = {
    "mastodon": "https://social.example",
    "webhook": "https://in.example/hook",
    "wordpress": "https://blog.example",
}


def delivery_of(
    post: str,
    channel: str,
    texts: tuple[str, ...] = (TEXT,),
    *,
    media: tuple[Media, ...] = (),
    link: str = "",
    options: dict[str, Any] | None = None,
    account: str = "shop",
) -> Delivery:
    """What would be sent to an account of the channel; the first part has the media."""
    parts = [Part(text, media if number == 0 else ()) for number, text in enumerate(texts)]
    given = options or {}
    made = Registry().get(channel).render(parts, link=link, language="en", options=given)
    return Delivery(
        workspace="acme",
        brand=BRAND,
        post=post,
        account=Account(account, channel, "@shop", SERVERS.get(channel, ""), "shop"),
        due=DUE,
        zone="Europe/Berlin",
        local="2026-12-02 09:00",
        tzdata="+01:00",
        grace_s=3600,
        on_ambiguous="hold",
        link=link,
        language="en",
        parts=tuple(made),
    )


def everywhere(post: str, dot: Media) -> tuple[Delivery, ...]:
    """A thread with a picture, and the same on each other channel."""
    address = "https://larkfell.example/ropes"
    thread = ("We mend ropes, since 1911. #ropes\nAsk @mara@social.example.", "And knots.")
    blog = (
        "# We mend ropes\n\nSince **1911**.\n\n## Why\n\n| Rope | Days |\n|---|---|\n| Short | 1 |"
    )
    return (
        delivery_of(post, "mastodon", thread, media=(dot,)),
        delivery_of(post, "bluesky", ("We mend ropes.",), link=address, account="social"),
        delivery_of(
            post, "webhook", ("We mend ropes.\n" * 3,), media=(dot,), link=address, account="hook"
        ),
        delivery_of(
            post, "wordpress", (blog,), media=(dot,), options={"excerpt": "Ropes."}, account="blog"
        ),
    )


def picture(sha256: str, alt: str = 'A "knot"') -> Media:
    """A picture of one dot."""
    return Media(sha256, "image/png", 70, alt, width=1, height=1)


def told(delivery: Delivery, moved: str = "new") -> dict[str, Any]:
    """The members of `deliveries` (docs/approvals.md)."""
    wire = delivery.wire()
    return {
        "delivery": delivery.id,
        "account": delivery.account.id,
        "channel": delivery.account.channel,
        "handle": delivery.account.handle,
        "state": "HELD",
        "reason": "awaiting approval",
        "revision": delivery.revision,
        "due": wire["due"],
        "local": delivery.local,
        "zone": delivery.zone,
        "link": delivery.link,
        "wire": canonical_json(wire).decode(),
        "was": {"revision": "b" * 64, "due": "2026-12-01T08:00:00.000Z"}
        if moved == "time"
        else None,
        "parts": wire["parts"],
    }
