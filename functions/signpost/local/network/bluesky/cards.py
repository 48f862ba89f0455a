"""How a post of Bluesky looks: its text with what its facets say, the card of its link.

Facets name bytes of the text as UTF-8. One that cuts a character, lies beyond the end or overlaps
another is left out, as readers' apps do; its text stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any
from urllib.parse import quote, urlsplit

from signpost.local.network.accounts import Account
from signpost.local.network.bluesky.book import Record
from signpost.local.network.bluesky.feed_calls import card_of
from signpost.local.network.network import Network

_FEATURE = "app.bsky.richtext.facet#"


def text_html(record: Record, origin: str) -> str:
    """The text of a post; only what a facet names is a link."""
    data = record.value["text"].encode()
    pieces, at = [], 0
    for start, end, feature in _facets(data, record.value.get("facets") or []):
        shown = data[start:end].decode()
        pieces += [escape(data[at:start].decode()), _link(feature, shown, origin)]
        at = end
    pieces.append(escape(data[at:].decode()))
    body = "".join(pieces).strip("\n").replace("\n", "<br>")
    return f"<p>{body}</p>" if body else ""


def card_html(network: Network, author: Account, record: Record, origin: str) -> str:
    """The card of the link below a post; empty where it has none."""
    card = card_of(network, author, record, origin)
    if not card:
        return ""
    uri = card["uri"] if _is_web(card["uri"]) else ""
    picture = ""
    if "thumb" in card:
        picture = f'<img src="{escape(card["thumb"])}" alt="" loading="lazy">'
    about = (
        f'<span class="about">{escape(card["description"])}</span>' if card["description"] else ""
    )
    inside = (
        f'{picture}<span class="words"><span class="site">{escape(urlsplit(uri).hostname or "")}'
        f'</span><span class="title">{escape(card["title"])}</span>{about}</span>'
    )
    if not uri:
        return f'<div class="linkcard">{inside}</div>'
    return (
        f'<a class="linkcard" href="{escape(uri)}" target="_blank" rel="nofollow noopener">'
        f"{inside}</a>"
    )


def _facets(
    data: bytes, facets: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[int, int, Mapping[str, Any]]]:
    at = 0
    for facet in sorted(facets, key=lambda item: int(item["index"]["byteStart"])):
        start, end = facet["index"]["byteStart"], facet["index"]["byteEnd"]
        whole = all(edge == len(data) or _begins(data, edge) for edge in (start, end))
        if at <= start < end <= len(data) and whole and facet["features"]:
            yield start, end, facet["features"][0]
            at = end


def _begins(data: bytes, at: int) -> bool:
    """Whether a character begins at this byte."""
    return at < len(data) and data[at] & 0xC0 != 0x80


def _link(feature: Mapping[str, Any], shown: str, origin: str) -> str:
    text = escape(shown)
    match str(feature.get("$type")).removeprefix(_FEATURE):
        case "link" if _is_web(str(feature.get("uri"))):
            uri = escape(str(feature["uri"]))
            return f'<a href="{uri}" target="_blank" rel="nofollow noopener">{text}</a>'
        case "tag":
            return f'<a href="{origin}/tags/{quote(str(feature.get("tag")), safe="")}">{text}</a>'
        case "mention":
            did = quote(str(feature.get("did")), safe=":")
            return f'<a href="{origin}/profile/{did}">{text}</a>'
        case _:
            return text


def _is_web(uri: str) -> bool:
    return uri.startswith(("https://", "http://"))
