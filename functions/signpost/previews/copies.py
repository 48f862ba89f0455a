"""From a delivery to the copy that an account's readers meet: its payload, and its channel's spec."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from signpost.domain.channel import ChannelSpec, Unit
from signpost.domain.delivery import Delivery, Media, Part
from signpost.domain.textlen import count_payload
from signpost.previews.channels import show_of
from signpost.previews.view import Copy, Counter, Medium, Shown

Told = Callable[[Media], tuple[str, str]]
"""What is sent → path of its file, and what was done to it before; both empty if not known."""

_UNITS = {
    Unit.GRAPHEME: "characters",
    Unit.CODEPOINT: "code points",
    Unit.UTF16: "UTF-16 units",
    Unit.UTF8_BYTES: "bytes",
    Unit.WEIGHTED: "weighted characters",
}
_AUDIENCES = {
    "unlisted": "quiet public: not in public timelines",
    "private": "followers only",
    "direct": "mentioned people only",
}


def copy_of(delivery: Delivery, spec: ChannelSpec, told: Told, name: str = "") -> Copy:
    """The delivery as it is seen.

    Args:
        spec: of the account's channel.
        name: the account's; empty: not known, and its handle stands for it.
    """
    account = delivery.account
    first = delivery.parts[0].payload if delivery.parts else {}
    return Copy(
        channel=spec.id,
        channel_name=spec.name,
        account=account.id,
        name=name or account.handle or account.id,
        handle=account.handle if name else "",
        server=account.server,
        language=str(first.get("language") or delivery.language),
        audience=_AUDIENCES.get(str(first.get("visibility", "")), ""),
        parts=tuple(_part(part, spec, told, account.server) for part in delivery.parts),
    )


def _part(part: Part, spec: ChannelSpec, told: Told, server: str) -> Shown:
    media = tuple(_medium(item, spec, told) for item in part.media)
    shown = show_of(spec.id)(part, spec, media, server)
    counters = (*_text_counters(part, spec), *_media_counters(shown.media, spec))
    return replace(shown, counters=counters)


def _medium(item: Media, spec: ChannelSpec, told: Told) -> Medium:
    path, made = told(item)
    return Medium(
        kind=item.mime.partition("/")[0],
        mime=item.mime,
        path=path,
        size=item.size,
        alt=item.alt,
        alt_max=spec.alt_text_max,
        width=item.width,
        height=item.height,
        focus=item.focus,
        sha256=item.sha256,
        made=made,
    )


def _text_counters(part: Part, spec: ChannelSpec) -> list[Counter]:
    return [
        Counter(_UNITS[limit.unit], count_payload(part.payload, limit), limit.max)
        for limit in spec.text
    ]


def _media_counters(media: tuple[Medium, ...], spec: ChannelSpec) -> list[Counter]:
    limits = {limit.kind: limit.max_items for limit in spec.media}
    kinds = dict.fromkeys(item.kind for item in media)
    return [
        Counter(f"{kind}s", sum(item.kind == kind for item in media), limits.get(kind, 0))
        for kind in kinds
    ]
