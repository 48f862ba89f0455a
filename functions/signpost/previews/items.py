"""One public item as HTML: a status, a post, an article, as its channel would show it.

Everything that comes from a file is escaped here, or was rebuilt by `markup`. No element has a
`style` attribute: the page's policy allows one style sheet and nothing else.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from html import escape
from typing import Protocol

from signpost.domain.plain import plain
from signpost.previews.making import size_told
from signpost.previews.view import Article, Card, Copy, Counter, Kind, Medium, Run, Shown, Text

OUTSIDE = 'target="_blank" rel="noopener noreferrer"'

_HUES = ("#0f766e", "#1d4ed8", "#9a3412", "#6d28d9", "#9f1239", "#3f6212", "#155e75", "#854d0e")
_ICONS = {
    "reply": "M4 5h16v11H9l-5 4z",
    "repeat": "M4 10V7h13l-3-3m6 10v3H7l3 3",
    "like": "M12 20 4.5 12.4a4.6 4.6 0 0 1 6.5-6.5l1 1 1-1a4.6 4.6 0 0 1 6.5 6.5z",
    "star": "m12 4 2.5 5.2 5.5.8-4 4 1 5.8-5-2.8-5 2.8 1-5.8-4-4 5.5-.8z",
}
_ACTIONS = {"mastodon": ("reply", "repeat", "star"), "bluesky": ("reply", "repeat", "like")}
_MANY = 100
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


class Pictures(Protocol):
    """Where the page finds pictures."""

    def address(self, medium: Medium) -> str:
        """An address that the page may load, safe in an attribute; empty where there is none."""
        ...


def account(copy: Copy, pictures: Pictures, when: str) -> str:
    """Every part as it goes to one account, and beside them what the channel does not show.

    Args:
        when: HTML of its time.
    """
    several = len(copy.parts) > 1
    items, told = [], []
    for number, part in enumerate(copy.parts):
        items.append(item(copy, number, pictures, when))
        label = f'<p class="label">Part {number + 1}</p>' if several else ""
        notes = "".join(f'<p class="note">{_words(note)}</p>' for note in part.notes)
        told.append(f"{label}{counters(part.counters)}{alts(part)}{notes}")
    return f'<div class="feed">{"".join(items)}</div><div class="beside">{"".join(told)}</div>'


def item(copy: Copy, number: int, pictures: Pictures, when: str) -> str:
    """The item with everything that belongs to it.

    Args:
        number: which part of the copy, from 0.
        when: HTML of its time.
    """
    part = copy.parts[number]
    if part.article is not None:
        return _article(copy, part, part.article, pictures, when)
    inside = _text(part.text, copy) + _media(part, pictures) + _card(part.card, pictures)
    if part.warning:
        inside = (
            f'<details class="warning"><summary><span{_language(copy)} dir="auto">'
            f"{_words(part.warning)}</span></summary>{inside}</details>"
        )
    of = len(copy.parts)
    position = f'<span class="position">part {number + 1} of {of}</span>' if of > 1 else ""
    joined = " joined" if number < of - 1 else ""
    return (
        f'<div class="item{joined}" data-part="{number + 1}"><div class="side">{avatar(copy)}</div>'
        f'<div class="main"><p class="by"><strong>{_words(copy.name)}</strong> '
        f'<span class="handle">{_words(copy.handle)}</span></p>'
        f'<p class="when">{when}{_audience(copy)}{position}</p>{inside}{_actions(copy.channel)}'
        "</div></div>"
    )


def counters(items: Sequence[Counter]) -> str:
    """How much of each limit is used: bar, numbers and words."""
    if not items:
        return ""
    rows = "".join(
        f'<li class="{_fullness(item)}"><span class="what">{escape(item.what)}</span>{_bar(item)}'
        f'<span class="n">{item.told}'
        f"{' – too many' if item.over else ''}</span></li>"
        for item in items
    )
    return f'<ul class="counters">{rows}</ul>'


def alts(part: Shown) -> str:
    """The alternative texts, readable, each with its length; and what was done to each picture."""
    rows = []
    media = part.media
    for number, medium in enumerate(media, 1):
        label = "ALT" if len(media) == 1 else f"ALT {number}"
        if medium.alt:
            over = " over" if len(medium.alt) > medium.alt_max else ""
            told = (
                f'<span dir="auto">{_words(medium.alt)}</span> <span class="n{over}">'
                f"{len(medium.alt):,} of {medium.alt_max:,}</span>"
            )
        else:
            told = '<strong class="missing">There is no alternative text.</strong>'
        made = f'<p class="made">{escape(medium.made)}</p>' if medium.made else ""
        rows.append(f'<li><span class="badge">{label}</span><div><p>{told}</p>{made}</div></li>')
    if part.card and part.card.picture and part.card.picture.made:
        made = f'<p class="made">{escape(part.card.picture.made)}</p>'
        rows.append(f'<li><span class="badge">CARD</span><div>{made}</div></li>')
    return f'<ul class="alts" aria-label="Alternative texts">{"".join(rows)}</ul>' if rows else ""


def avatar(copy: Copy) -> str:
    """A placeholder with the account's initials; its name stands beside it."""
    hue = _HUES[hashlib.sha256(copy.account.encode("utf-8", "replace")).digest()[0] % len(_HUES)]
    words = copy.name.lstrip("@").split() or [copy.account]
    initials = (words[0][:1] + (words[1][:1] if len(words) > 1 else "")).upper()
    return (
        '<svg class="avatar" viewBox="0 0 48 48" aria-hidden="true" focusable="false">'
        f'<rect width="48" height="48" fill="{hue}"/><text x="24" y="24" dy=".36em" fill="#fff" '
        f'text-anchor="middle" font-size="19" font-weight="700">{_words(initials)}</text></svg>'
    )


def _words(text: str) -> str:
    """Escaped, and without what would turn the direction of the page around it."""
    return escape(plain(text))


def _language(copy: Copy) -> str:
    return f' lang="{copy.language}"' if _LANGUAGE.fullmatch(copy.language) else ""


def _audience(copy: Copy) -> str:
    return f'<span class="audience">{escape(copy.audience)}</span>' if copy.audience else ""


def _actions(channel: str) -> str:
    drawn = "".join(
        f'<svg viewBox="0 0 24 24"><path d="{_ICONS[name]}"/></svg>'
        for name in _ACTIONS.get(channel, ())
    )
    return f'<div class="actions" aria-hidden="true">{drawn}</div>' if drawn else ""


def _text(text: Text, copy: Copy) -> str:
    if not text.runs and not text.folded:
        return ""
    first = _block(text.runs, copy)
    if not text.folded:
        return first
    return (
        f'{first}<details class="more"><summary>{escape(text.more)}</summary>'
        f"{_block(text.folded, copy)}</details>"
    )


def _block(runs: Sequence[Run], copy: Copy) -> str:
    """A text in paragraphs where the channel makes some, else with its line ends as they are."""
    inner = "".join(_run(run) for run in runs).strip("\n")
    if copy.channel == "mastodon":
        inner = inner.replace("\n\n", '</p><p dir="auto">').replace("\n", "<br>")
        return f'<div class="text"{_language(copy)}><p dir="auto">{inner}</p></div>'
    return f'<div class="text kept"{_language(copy)} dir="auto">{inner}</div>'


def _run(run: Run) -> str:
    # Marks of direction belong to the text here: it has a block of its own.
    text = escape(run.text)
    if run.kind is Kind.PLAIN:
        return text
    if not _ADDRESS.match(run.target):
        return f'<span class="{run.kind}">{text}</span>'
    whole = f' title="{escape(run.target)}"' if run.kind is Kind.LINK else ""
    return f'<a class="{run.kind}" href="{escape(run.target)}"{whole} {OUTSIDE}>{text}</a>'


def _media(part: Shown, pictures: Pictures) -> str:
    if not part.media:
        return ""
    shown = "".join(_figure(medium, pictures) for medium in part.media)
    grid = f'<div class="media media-{min(len(part.media), 4)}">{shown}</div>'
    if part.covered:
        return f'<details class="cover"><summary>{_words(part.covered)}</summary>{grid}</details>'
    return grid


def _figure(medium: Medium, pictures: Pictures) -> str:
    address = pictures.address(medium)
    badge = '<span class="badge" aria-hidden="true">ALT</span>' if medium.alt else ""
    if not address:
        what = {"video": "Video", "audio": "Sound"}.get(medium.kind, "Picture")
        name = _words(f"{what} {medium.path.rpartition('/')[2]}".rstrip())
        return (
            f'<figure class="{medium.kind} stand-in"><span class="sign" aria-hidden="true"></span>'
            f"<figcaption>{name}, {size_told(medium.size)}</figcaption>{badge}</figure>"
        )
    size = f' width="{medium.width}" height="{medium.height}"' if medium.width else ""
    x, y = medium.focus or (0.0, 0.0)
    # Focal points run from -1 to 1 and upwards; positions from 0 to 100 % and downwards.
    place = f"x{round((x + 1) * 10)} y{round((1 - y) * 10)}"
    alt = escape(plain(medium.alt)) or "No description"
    return f'<figure><img class="{place}" src="{address}" alt="{alt}"{size}>{badge}</figure>'


def _card(card: Card | None, pictures: Pictures) -> str:
    if card is None:
        return ""
    told = (
        f'<strong dir="auto">{_words(card.title)}</strong>'
        if card.title
        else '<span class="unknown">Title and picture come from the page.</span>'
    )
    if card.description:
        told += f'<span class="description" dir="auto">{_words(card.description)}</span>'
    address = pictures.address(card.picture) if card.picture else ""
    drawn = f'<img src="{address}" alt="">' if address else ""
    inside = (
        f'<span class="thumb{" drawn" if drawn else ""}" aria-hidden="true">{drawn}</span>'
        '<span class="told"><span class="host">'
        f"{_words(card.host)}</span>{told}</span>"
    )
    if not _ADDRESS.match(card.url):
        return f'<span class="card">{inside}</span>'
    return f'<a class="card" href="{escape(card.url)}" {OUTSIDE}>{inside}</a>'


def _article(copy: Copy, part: Shown, article: Article, pictures: Pictures, when: str) -> str:
    """A blog's page of the post, and below it how lists show it."""
    first = _figure(part.media[0], pictures) if part.media else ""
    rest = "".join(_figure(medium, pictures) for medium in part.media[1:])
    terms = "".join(f"<li>{_words(term)}</li>" for term in article.terms)
    named = f'<ul class="terms" aria-label="Categories and tags">{terms}</ul>' if terms else ""
    site = _words(_ADDRESS.sub("", copy.server) or copy.name)
    language = _language(copy)
    own = "The author's own excerpt." if article.own_excerpt else "The first words of the text."
    return (
        f'<div class="page"><p class="site">{avatar(copy)}<strong>{_words(copy.name)}</strong> '
        f'<span class="handle">{site}</span></p>'
        f'<div class="featured">{first}</div>'
        f'<h4 class="title"{language} dir="auto">{_words(article.title)}</h4>'
        f'<p class="when">{when} <span class="handle">{_words(copy.handle)}</span></p>'
        f'<div class="article"{language} dir="auto">{article.html}</div>'
        f'<div class="figures">{rest}</div>{named}</div>'
        f'<div class="teaser"><p class="label">In lists. {own}</p>'
        f'<p class="title"{language} dir="auto">{_words(article.title)}</p>'
        f'<p class="excerpt"{language} dir="auto">{_words(article.excerpt)}</p>'
        f'<p class="slug">{_words(article.slug)}</p></div>'
    )


def _fullness(counter: Counter) -> str:
    if counter.over:
        return "over"
    # Four pictures of four are no reason for worry; 480 characters of 500 are one for care.
    near = counter.limit >= _MANY and counter.used * 10 > counter.limit * 9
    return "near" if near else "fits"


def _bar(counter: Counter) -> str:
    share = min(100.0, 100 * counter.used / counter.limit) if counter.limit else 100.0
    return (
        '<svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="room" width="100" height="6"/><rect class="used" width="{share:.1f}" '
        'height="6"/></svg>'
    )
