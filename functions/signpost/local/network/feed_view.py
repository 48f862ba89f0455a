"""The feed as HTML: one section a conversation, one article a status.

All markup is made here and all text of others is escaped here or in `render_html`. There are no
inline styles or scripts, so the page's policy can forbid them; focal points become classes.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from html import escape

from signpost.local.network.accounts import CHANNELS, Account
from signpost.local.network.addresses import account_url, post_url
from signpost.local.network.bluesky.cards import card_html, text_html
from signpost.local.network.entities import content_html
from signpost.local.network.media import Attachment
from signpost.local.network.network import Network
from signpost.local.network.posts import SHOWN_TO_ALL, Status
from signpost.local.network.wordpress.cards import article_html, summary_html

_ICONS = {
    "reply": "M9 15 3 9l6-6M3 9h11a7 7 0 0 1 7 7v4",
    "boost": "m17 2 4 4-4 4M3 11V9a3 3 0 0 1 3-3h15M7 22l-4-4 4-4M21 13v2a3 3 0 0 1-3 3H3",
    "like": "M12 20.5S3.5 15.6 3.5 9.3A4.8 4.8 0 0 1 12 6.4a4.8 4.8 0 0 1 8.5 2.9c0 6.3-8.5 "
    "11.2-8.5 11.2Z",
}
_VISIBILITY = {
    "unlisted": "Quiet public",
    "private": "Followers only",
    "direct": "Mentioned people only",
}


@dataclass(frozen=True, slots=True)
class View:
    """Who looks, from which address."""

    network: Network
    visitor: Account
    origin: str
    full: bool = False
    """Whether an article is shown whole, as on its own page."""


def icon(name: str) -> str:
    """An icon; what it means is said beside it or in a label."""
    return (
        f'<svg class="icon icon-{name}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">'
        f'<path d="{_ICONS[name]}"/></svg>'
    )


def avatar(account: Account, origin: str) -> str:
    """The account's picture; its name stands beside it, so it needs no text."""
    source = f"{origin}/avatars/{avatar_name(account)}.svg"
    return f'<img class="avatar" src="{source}" alt="" width="44" height="44">'


def avatar_name(account: Account) -> str:
    """The name of an account's picture: by id where names are another channel's too."""
    return escape(account.username) if account.channel == "mastodon" else str(account.id)


def handle_of(account: Account) -> str:
    """How an account is called on its channel."""
    return account.site if account.channel == "wordpress" else f"@{account.username}"


def conversation(view: View, root: Status) -> str:
    """A status with its thread and all replies, as one section."""
    articles = _branch(view, root, depth=0)
    body = "".join(articles)
    mark = hashlib.sha256(body.encode()).hexdigest()[:16]
    kind = "conversation threaded" if len(articles) > 1 else "conversation"
    return f'<section class="{kind}" id="c-{root.id}" data-mark="{mark}">{body}</section>'


def _branch(view: View, status: Status, depth: int) -> list[str]:
    """The status, the author's own continuation directly below it, then others' replies."""
    children = view.network.posts.children(status)
    own = [child for child in children if child.account_id == status.account_id]
    others = [child for child in children if child.account_id != status.account_id]
    found = [_article(view, status, depth, continued=bool(own))]
    for child in own:
        found += _branch(view, child, depth)
    for child in others:
        found += _branch(view, child, min(depth + 1, 3))
    return found


def _article(view: View, status: Status, depth: int, *, continued: bool) -> str:
    network, boosted_by = view.network, ""
    author = network.accounts.by_id(status.account_id)
    if status.reblog_of_id is not None and author is not None:
        original = network.posts.get(status.reblog_of_id, author)
        if original is not None:
            boosted_by = (
                f'<p class="boosted">{icon("boost")}{escape(author.display_name)} boosted</p>'
            )
            status, author = original, network.accounts.by_id(original.account_id)
    if author is None:
        return ""
    if author.channel == "wordpress":
        return _entry(view, status, author)
    classes = f"post depth-{depth}{' continued' if continued else ''}"
    by = f"by-{status.id}"
    return (
        f'<article class="{classes}" id="p-{status.id}" aria-labelledby="{by}">{boosted_by}'
        f'<div class="side">{avatar(author, view.origin)}</div><div class="main">'
        f"{_head(view, status, author, by)}{_body(view, status, author)}"
        f"{_actions(view, status)}</div></article>"
    )


def _entry(view: View, status: Status, author: Account) -> str:
    """An article of a blog: as a front page shows it, or whole."""
    article = view.network.blog.of_status(status.id)
    if article is None:
        return ""
    by = f"by-{status.id}"
    show = article_html if view.full else summary_html
    text = show(view.network, article, view.origin)
    classes = f"post depth-0 entry{' whole' if view.full else ''}"
    return (
        f'<article class="{classes}" id="p-{status.id}" aria-labelledby="{by}">'
        f'<div class="side">{avatar(author, view.origin)}</div><div class="main">'
        f"{_head(view, status, author, by)}{text}{actions(view, status, author)}"
        "</div></article>"
    )


def _head(view: View, status: Status, author: Account, by: str) -> str:
    url = escape(post_url(view.network, status, author, view.origin))
    at = datetime.fromisoformat(status.created_at)
    marks = []
    if author.channel != "mastodon":
        marks.append(f'<span class="mark on-{author.channel}">{CHANNELS[author.channel]}</span>')
    if author.visitor:
        marks.append('<span class="mark">visitor</span>')
    if status.visibility in _VISIBILITY:
        marks.append(f'<span class="mark">{_VISIBILITY[status.visibility]}</span>')
    if status.edited_at:
        marks.append('<span class="mark">edited</span>')
    return (
        f'<header><h3 class="by" id="{by}"><a class="name" href="'
        f'{escape(account_url(author, view.origin))}">{escape(author.display_name)}</a> '
        f'<span class="handle">{escape(handle_of(author))}</span></h3>'
        f'<p class="when"><a href="{url}"><time datetime="{status.created_at}">'
        f"{at:%d %b %Y, %H:%M} UTC</time></a>{''.join(marks)}</p></header>"
    )


def _body(view: View, status: Status, author: Account) -> str:
    language = f' lang="{escape(status.language)}"' if status.language else ""
    record = view.network.records.of_status(status.id) if author.channel == "bluesky" else None
    if record is not None:
        text = text_html(record, view.origin)
    else:
        text = content_html(view.network, status, view.origin)
    inside = f'<div class="text"{language}>{text}</div>' if text else ""
    media = _media(view.network.media.of(status.id), view.origin)
    if record is not None:
        media += card_html(view.network, author, record, view.origin)
    if status.spoiler_text:
        return (
            f'<details class="fold" data-keep="cw-{status.id}"><summary><span{language}>'
            f'{escape(status.spoiler_text)}</span><span class="hint"></span></summary>'
            f"{inside}{media}</details>"
        )
    if status.sensitive and media:
        media = (
            f'<details class="fold" data-keep="cw-{status.id}"><summary><span>Sensitive media'
            f'</span><span class="hint"></span></summary>{media}</details>'
        )
    return inside + media


def _media(items: list[Attachment], origin: str) -> str:
    if not items:
        return ""
    figures = "".join(_figure(item, origin) for item in items)
    return f'<div class="media media-{min(len(items), 4)}">{figures}</div>'


def _figure(item: Attachment, origin: str) -> str:
    url = f"{origin}/media/{item.sha256}"
    alt = escape(item.description or "")
    size = f' width="{item.width}" height="{item.height}"' if item.width and item.height else ""
    if item.kind in {"image", "gifv"}:
        x, y = item.focus or (0.0, 0.0)
        # Focal points run from -1 to 1 and upwards; positions from 0 to 100 % and downwards.
        classes = f"fx-{round((x + 1) * 5)} fy-{round((1 - y) * 5)}"
        shown = (
            f'<a href="{url}"><img class="{classes}" src="{url}" alt="{alt or "No description"}"'
            f'{size} loading="lazy"></a>'
        )
    elif item.kind == "video":
        shown = f'<video src="{url}" controls preload="metadata" aria-label="{alt}"></video>'
    else:
        shown = f'<audio src="{url}" controls preload="metadata" aria-label="{alt}"></audio>'
    if alt:
        badge = (
            f'<details class="alt" data-keep="alt-{item.id}"><summary aria-label="Alternative text">'
            f"ALT</summary><p>{alt}</p></details>"
        )
    else:
        badge = '<p class="alt missing">no ALT</p>'
    return f"<figure>{shown}{badge}</figure>"


def _actions(view: View, status: Status) -> str:
    if status.visibility not in SHOWN_TO_ALL:
        return '<p class="unseen">Visitors do not see this post.</p>'
    author = view.network.accounts.by_id(status.account_id)
    return actions(view, status, author) if author is not None else ""


def actions(view: View, status: Status, author: Account) -> str:
    """What a visitor may do: reply, boost and like; below a blog's article, comment."""
    counts = view.network.posts.counts(status.id)
    blog = author.channel == "wordpress"
    word = "Comment" if blog else "Reply"
    liked, boosted = view.network.posts.reactions_of(status.id, view.visitor)
    hidden = (
        f'<input type="hidden" name="status_id" value="{status.id}">'
        f'<input type="hidden" name="visitor" value="{escape(view.visitor.username)}">'
    )
    boost = _toggle("boost", "Boost", counts.reblogs, boosted, status.id)
    like = _toggle("like", "Like", counts.favourites, liked, status.id)
    toggles = "" if blog else f'<form method="post" action="/_web/act">{hidden}{boost}{like}</form>'
    return (
        '<div class="actions">'
        f'<details class="replybox" data-keep="reply-{status.id}">'
        f'<summary id="reply-{status.id}" aria-label="{word}, {_times(counts.replies)}">'
        f'{icon("reply")}<span class="n">{counts.replies}</span></summary>'
        f'<form method="post" action="/_web/act">{hidden}'
        f'<label for="text-{status.id}">{word} as {escape(view.visitor.display_name)}</label>'
        f'<textarea id="text-{status.id}" name="text" rows="3" maxlength="500" required>'
        f'</textarea><button class="primary" name="action" value="reply">{word}</button>'
        f"</form></details>{toggles}</div>"
    )


def _toggle(name: str, label: str, count: int, on: bool, status_id: int) -> str:  # noqa: FBT001 - pressed or not is what it shows
    pressed = "true" if on else "false"
    action = f"un{name}" if on else name
    return (
        f'<button class="act {name}" id="{name}-{status_id}" name="action" value="{action}"'
        f' aria-pressed="{pressed}" aria-label="{label}, {_times(count)}">'
        f'{icon(name)}<span class="n">{count}</span></button>'
    )


def _times(count: int) -> str:
    return "once so far" if count == 1 else f"{count} so far"
