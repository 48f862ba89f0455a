"""Posts that await a person's approval, as they would look, and the two answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from signpost.errors import BundleError
from signpost.handlers.pages.template import PREVIEWS, Html, html, items, joined, page
from signpost.handlers.pages.wording import channel_name, local_minute, minute
from signpost.usecases.signoff.approving import unshown

if TYPE_CHECKING:
    from signpost.domain.delivery import Delivery, Media
    from signpost.previews.view import Medium

Item = Mapping[str, Any]
_MOVED = {
    "new": "You have not seen it yet.",
    "time": "Only the time moved since you approved it.",
    "content": "It changed since you approved it.",
    "": "",
}
MAX_PICTURE = 4_400_000
"""Bytes of a picture that these pages show. A function's answer has 6 MiB, and base64 takes a third.

Source: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html (2026-11-22).
"""
UNSHOWN = (
    "<p class='loud'>How this will look is not known here. Read what stands under <em>Exactly what is "
    "sent</em>.</p>"
)


def cards(found: Sequence[Item]) -> Html:
    """Cards for the first page."""
    return joined(
        html(
            '<div class="card"><h3>A post to approve: {title}</h3><p>{brand} · {when} · {moved}</p>'
            '<p><a class="button" href="{to}">Look at it</a></p></div>',
            title=item["title"] or item["post"],
            brand=item["brand"],
            when=_when(item),
            moved=_MOVED.get(str(item["moved"]), ""),
            to=address(item),
        )
        for item in found
    )


def address(item: Item) -> str:
    """Where its page is."""
    return f"/posts/{quote(str(item['brand']))}/{quote(str(item['post']))}"


def post_page(item: Item, who: str) -> str:
    """One post: as it would look, who decided, and what this person says."""
    short = item["moved"] == "time"
    deliveries = joined(_delivery(one, short=short) for one in item["deliveries"])
    body = joined(
        [
            html(
                "<p>A post of <strong>{brand}</strong>. {moved}</p>",
                brand=item["brand"],
                moved=_MOVED.get(str(item["moved"]), ""),
            ),
            html("<p class='loud'>Still needed: {lacking}.</p>", lacking=item["lacking"])
            if item["lacking"]
            else html("<p>It has all the approvals that it needs.</p>"),
            html("<h2>As it will look</h2>{deliveries}", deliveries=deliveries),
            _decisions(item),
            _answer(item) if item["sign"] else Html(""),
        ]
    )
    return page(str(item["title"] or item["post"]), body, who=who, styles=(PREVIEWS,))


def _delivery(one: Item, *, short: bool) -> Html:
    was, zone = one.get("was") or {}, str(one.get("zone") or "UTC")
    moved = (
        html("<p><strong>{was}</strong> before, now <strong>{due}</strong>.</p>",
             was=local_minute(str(was["due"]), zone), due=local_minute(str(one["due"]), zone))
        if was and was.get("due") != one["due"]
        else Html("")
    )  # fmt: skip
    parts = one["parts"]
    likeness = _likeness(one)
    likeness = (
        joined([likeness, *map(_large, parts)])
        if likeness
        else joined([Html(UNSHOWN), *map(_others, parts)])
    )
    shown = (
        html("<details><summary>The post, unchanged</summary>{it}</details>", it=likeness)
        if short
        else likeness
    )
    return html(
        '<section class="card"><h3>{channel}: {handle}</h3><p>{local} ({zone})</p>{moved}{shown}'
        "<details><summary>Exactly what is sent</summary><pre>{wire}</pre></details></section>",
        channel=channel_name(str(one["channel"])) or one["account"],
        handle=one["handle"],
        local=minute(str(one.get("local") or one["due"])),
        zone=zone,
        moved=moved,
        shown=shown,
        wire=one["wire"],
    )


def _likeness(one: Item) -> Html:
    """The delivery as its channel will show it, by the code of `signpost preview`; empty: unknown."""
    # Pages that show no post start without all this.
    from signpost.connectors.registry import Registry
    from signpost.domain.delivery import parse_delivery
    from signpost.previews.copies import copy_of
    from signpost.previews.items import account

    try:
        delivery = parse_delivery(str(one["wire"]))
        if delivery.revision != one["revision"]:
            return Html("")
        spec = Registry().spec(delivery.account.channel)
    except (BundleError, KeyError):  # a channel that this version does not have
        return Html("")
    copy = copy_of(delivery, spec, _unknown)
    # `account` escapes what people wrote, as `html` does.
    inside = Html(account(copy, _Pictures(delivery), _time(delivery)))
    return html('<div class="copy {channel}">{inside}</div>', channel=spec.id, inside=inside)


def _unknown(_media: Media) -> tuple[str, str]:
    """The wire form says what is sent, not of which file it was made."""
    return "", ""


def _time(delivery: Delivery) -> Html:
    from signpost.previews.times import spoken

    if delivery.due is None:
        return Html("as soon as it is approved, or not at all half an hour after the merge")
    return html("{time}", time=spoken(delivery.due, delivery.zone))


class _Pictures:
    """Pictures of a post, as these pages serve them to whom it awaits."""

    def __init__(self, delivery: Delivery) -> None:
        self._place = f"/media/{quote(delivery.brand)}/{quote(delivery.post)}"

    def address(self, medium: Medium) -> str:
        if medium.kind != "image" or medium.size > MAX_PICTURE:
            return ""
        return f"{self._place}/{quote(medium.sha256, safe='')}"


def media(item: Item) -> list[Item]:
    """All media of a post."""
    return [
        found
        for one in item["deliveries"]
        for part in one["parts"]
        for found in part.get("media", ())
    ]


def is_shown(found: Item) -> bool:
    """Whether these pages show it: a picture that fits into an answer."""
    size = found.get("size") or 0
    return str(found.get("mime", "")).startswith("image/") and size <= MAX_PICTURE


def _large(part: Item) -> Html:
    """Pictures that are too large for a page of ours, beside the likeness that stands in for them."""
    return _told(
        found
        for found in part.get("media", ())
        if str(found.get("mime", "")).startswith("image/") and not is_shown(found)
    )


def _others(part: Item) -> Html:
    """Media that are not shown, by what tells them apart, where no likeness has them."""
    return _told(found for found in part.get("media", ()) if not is_shown(found))


def _told(media_: Iterable[Item]) -> Html:
    return joined(
        html(
            "<p class='loud'><strong>{kind}</strong>, not shown here: {alt} ({size} bytes, SHA-256 "
            "<code>{sha}</code>)</p>",
            kind=found.get("mime") or "a file",
            alt=found.get("alt") or "without a description",
            size=found.get("size") or "?",
            sha=found["sha256"],
        )
        for found in media_
    )


def _decisions(item: Item) -> Html:
    lines = [
        f"{one['name'] or one['person']} {'approved' if one['approve'] else 'asked for changes'}"
        f" on {_utc(one['at'])}"
        + (f": {one['comment']}" if one.get("comment") else "")
        + ("" if one["current"] else ", of an earlier version")
        for one in item["decisions"]
    ]
    return html("<h2>So far</h2>{lines}", lines=items(lines)) if lines else Html("")


def _answer(item: Item) -> Html:
    """The forms; none for what nobody could have seen."""
    hidden = unshown(item)
    if not hidden:
        return _forms(item)
    return html(
        "<h2>Your answer</h2><p class='loud'>You cannot answer yet: what this would say cannot be shown. "
        "The stack has no line of the revision that is to be approved, for:</p>{hidden}"
        "<p>Whoever pushes can push again; then load this page again.</p>",
        hidden=items(hidden),
    )


def _forms(item: Item) -> Html:
    hidden = html(
        '<input type="hidden" name="brand" value="{brand}"><input type="hidden" name="post" '
        'value="{post}"><input type="hidden" name="digest" value="{digest}">',
        brand=item["brand"],
        post=item["post"],
        digest=",".join(str(one["digest"]) for one in item["sign"]),
    )
    return html(
        '<h2>Your answer</h2><form data-do="sign" data-post="/api/posts/approve">{hidden}'
        "<button>Approve with your passkey</button></form>"
        '<details><summary>Ask for changes</summary><form data-do="sign" '
        'data-post="/api/posts/reject">{hidden}<label for="reason">What should change?</label>'
        '<textarea id="reason" name="reason" rows="4" required maxlength="1000"></textarea>'
        '<button class="small">Ask for changes</button></form></details>',
        hidden=hidden,
    )


def _utc(moment: Any) -> str:
    """An instant as people read it, to the minute; what is none stays as it is."""
    text = str(moment)
    return f"{minute(text)} UTC" if text[10:11] == "T" else text


def _when(item: Item) -> str:
    """The first time at which a part of it goes out."""
    told = [one for one in item["deliveries"] if one.get("local")]
    if not told:
        return _utc(item["due"]) if item["due"] else "no time yet"
    first = min(told, key=lambda one: str(one["due"]))
    return f"{minute(str(first['local']))} ({first['zone']})"
