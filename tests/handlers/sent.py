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
