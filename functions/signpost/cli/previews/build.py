"""From deliveries to what a preview shows: the payload, the spec, and what is known of files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from signpost.cli.previews.channels import show_of
from signpost.cli.previews.making import made_told
from signpost.cli.previews.view import Copy, Counter, Medium, PostView, Shown
from signpost.domain.channel import ChannelSpec, Unit
from signpost.domain.delivery import About, Delivery, Media, Part
from signpost.domain.diagnostics import Diagnostic
from signpost.domain.media import MediaFact
from signpost.domain.picture.recipe import Derivative
from signpost.domain.post import Post
from signpost.domain.textlen import count_payload
from signpost.domain.workspace import Brand

Source = Callable[[str], tuple[MediaFact, Derivative | None]]
"""Digest of what is sent → its original, and what was made of it."""

NOW = "as soon as it is merged"
NO_TIME = "no time yet"
BAD_TIME = "its time cannot be used"

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


def post_view(
    post: Post,
    brand: Brand,
    lines: Sequence[tuple[Delivery, About]],
    specs: Mapping[str, ChannelSpec],
    source: Source,
    findings: Sequence[Diagnostic],
    *,
    timed: bool,
    notes: tuple[str, ...] = (),
) -> PostView:
    """The view of one post.

    Args:
        lines: its deliveries; what they say wins over what the file says.
        specs: of every channel among them.
        source: of media.
        timed: whether the deliveries' time means anything.
    """
    about = lines[0][1] if lines else About()
    due = lines[0][0].due if lines and timed else None
    return PostView(
        id=post.id,
        title=post.title or post.path.split("/", 2)[-1],
        path=post.path,
        brand=brand.name,
        state="idea" if post.idea else post.status,
        stage=post.stage,
        due=due,
        when="" if due else _no_instant(post, timed=timed),
        zone=lines[0][0].zone if lines else post.zone,
        why=_why(about, brand),
        copies=tuple(_copy(delivery, brand, specs, source) for delivery, _ in lines),
        findings=tuple(findings),
        notes=notes,
    )


def _no_instant(post: Post, *, timed: bool) -> str:
    if post.publish == "now":
        return NOW
    return BAD_TIME if isinstance(post.publish, datetime) and not timed else NO_TIME


def _why(about: About, brand: Brand) -> dict[str, str]:
    """What the post is for, in the brand's own words where it has any."""
    titles = {
        entry.id: entry.title
        for entry in (*brand.objectives, *brand.campaigns, *brand.themes, *brand.personas)
        if entry.title
    }
    titles.update({position.id: position.title for position in brand.positions if position.title})
    titles.update({person.id: person.name for person in brand.people.people})
    told = {
        "Type": about.type,
        "Objective": titles.get(about.objective, about.objective),
        "Campaign": titles.get(about.campaign, about.campaign),
        "Theme": titles.get(about.theme, about.theme),
        "For whom": titles.get(about.persona, about.persona),
        "Owner": titles.get(about.owner, about.owner),
        "Tags": ", ".join(about.tags),
    }
    return {label: value for label, value in told.items() if value}


def _copy(
    delivery: Delivery,
    brand: Brand,
    specs: Mapping[str, ChannelSpec],
    source: Source,
) -> Copy:
    account = delivery.account
    spec = specs[account.channel]
    settings = brand.account(account.id)
    first = delivery.parts[0].payload if delivery.parts else {}
    return Copy(
        channel=spec.id,
        channel_name=spec.name,
        account=account.id,
        name=(settings.name if settings else "") or brand.name,
        handle=account.handle,
        server=account.server,
        language=str(first.get("language") or delivery.language),
        audience=_AUDIENCES.get(str(first.get("visibility", "")), ""),
        parts=tuple(_part(part, spec, source, account.server) for part in delivery.parts),
    )


def _part(part: Part, spec: ChannelSpec, source: Source, server: str) -> Shown:
    media = tuple(_medium(item, spec, source) for item in part.media)
    shown = show_of(spec.id)(part, spec, media, server)
    counters = (*_text_counters(part, spec), *_media_counters(shown.media, spec))
    return replace(shown, counters=counters)


def _medium(item: Media, spec: ChannelSpec, source: Source) -> Medium:
    fact, made = source(item.sha256)
    return Medium(
        kind=item.mime.partition("/")[0],
        mime=item.mime,
        path=fact.path,
        size=item.size,
        alt=item.alt,
        alt_max=spec.alt_text_max,
        width=item.width,
        height=item.height,
        focus=item.focus,
        sha256=item.sha256,
        made=made_told(item, fact, made),
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
