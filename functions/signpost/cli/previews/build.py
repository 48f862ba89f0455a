"""From deliveries to what a preview shows: the payload, the spec, and what is known of files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from signpost.domain.channel import ChannelSpec
from signpost.domain.delivery import About, Delivery, Media
from signpost.domain.diagnostics import Diagnostic
from signpost.domain.media import MediaFact
from signpost.domain.picture.recipe import Derivative
from signpost.domain.post import Post
from signpost.domain.workspace import Brand
from signpost.previews.copies import copy_of
from signpost.previews.making import made_told
from signpost.previews.view import PostView

Source = Callable[[str], tuple[MediaFact, Derivative | None]]
"""Digest of what is sent → its original, and what was made of it."""

NOW = "as soon as it is merged"
NO_TIME = "no time yet"
BAD_TIME = "its time cannot be used"


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

    def told(item: Media) -> tuple[str, str]:
        fact, made = source(item.sha256)
        return fact.path, made_told(item, fact, made)

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
        copies=tuple(
            copy_of(delivery, specs[delivery.account.channel], told, _name(delivery, brand))
            for delivery, _ in lines
        ),
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


def _name(delivery: Delivery, brand: Brand) -> str:
    settings = brand.account(delivery.account.id)
    return (settings.name if settings else "") or brand.name
