"""A post as Bluesky's own app shows it: what is a link, the payload's facets say.

Source: https://github.com/bluesky-social/social-app/blob/main/src/lib/strings/url-helpers.ts
(toShortUrl, toNiceDomain) and src/components/RichText.tsx, 2026-11-22.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlsplit

from signpost.domain.channel import ChannelSpec
from signpost.domain.delivery import Part
from signpost.previews.folding import fold
from signpost.previews.view import Card, Kind, Medium, Run, Shown

APP = "https://bsky.app"
MORE = "Show more"
LONGEST_PATH = 15
SHOWN_OF_PATH = 13

_KEPT = "/%:@!$&'()*+,;=~-._"
"""Characters of a path that an address keeps as they are."""
_HOST = re.compile(r"\w+://([^/?#]*).*", re.DOTALL)
_COVERS = {
    "graphic-media": "Graphic Media",
    "nudity": "Non-sexual Nudity",
    "sexual": "Sexually Suggestive",
    "porn": "Adult Content",
}


def show(part: Part, spec: ChannelSpec, media: tuple[Medium, ...], server: str) -> Shown:
    """The post."""
    del server
    payload = part.payload
    runs = list(_runs(str(payload.get("text") or ""), payload.get("facets") or ()))
    labels = [item.get("val", "") for item in (payload.get("labels") or {}).get("values", ())]
    cover = ", ".join(_COVERS.get(label, label) for label in labels)
    notes = []
    if any(run.kind is Kind.MENTION for run in runs):
        notes.append("A name becomes a mention if there is such an account; else it stays text.")
    if cover and not media:
        notes.append(f"Readers may be warned before it: {cover}.")
    card = _card(payload.get("embed") or {})
    if card and media:  # a post holds one of the two, so it is the picture of the card
        card, media = replace(card, picture=media[0]), ()
        notes.append("The card's picture has no alternative text on Bluesky.")
    return Shown(
        text=fold(runs, spec.fold, MORE),
        covered=cover if media else "",
        media=media,
        card=card,
        notes=tuple(notes),
    )


def _card(embed: Mapping[str, Any]) -> Card | None:
    external = embed.get("external")
    if not external:
        return None
    url = str(external.get("uri") or "")
    return Card(
        url,
        _HOST.sub(r"\1", url),
        str(external.get("title") or ""),
        str(external.get("description") or ""),
    )


def _runs(text: str, facets: Any) -> Iterator[Run]:
    """The text cut at its facets, whose places count bytes of UTF-8."""
    data, end = text.encode(), 0
    for facet in sorted(facets, key=lambda item: int(item["index"]["byteStart"])):
        start, stop = facet["index"]["byteStart"], facet["index"]["byteEnd"]
        if start < end or stop > len(data):
            continue
        if start > end:
            yield Run(Kind.PLAIN, data[end:start].decode(errors="replace"))
        yield _feature(data[start:stop].decode(errors="replace"), facet["features"][0])
        end = stop
    if end < len(data):
        yield Run(Kind.PLAIN, data[end:].decode(errors="replace"))


def _feature(text: str, feature: Mapping[str, str]) -> Run:
    match feature.get("$type", "").partition("#")[2]:
        case "link":
            return Run(Kind.LINK, _short(text), feature.get("uri", text))
        case "mention":
            return Run(Kind.MENTION, text, f"{APP}/profile/{text.removeprefix('@')}")
        case "tag":
            return Run(
                Kind.HASHTAG, text, f"{APP}/hashtag/{quote(feature.get('tag', ''), safe='')}"
            )
        case _:
            return Run(Kind.PLAIN, text)


def _short(url: str) -> str:
    """An address without its scheme, its path cut after a few characters."""
    try:
        pieces = urlsplit(url)
        host = pieces.netloc.lower()
        host = host if host.isascii() else host.encode("idna").decode()
    except ValueError:
        return url
    if pieces.scheme.lower() not in {"http", "https"}:
        return url
    path = "" if pieces.path in {"", "/"} else quote(pieces.path, safe=_KEPT)
    path += f"?{quote(pieces.query, safe=_KEPT + '?')}" if pieces.query else ""
    path += f"#{quote(pieces.fragment, safe=_KEPT + '?')}" if pieces.fragment else ""
    return f"{host}{path}" if len(path) <= LONGEST_PATH else f"{host}{path[:SHOWN_OF_PATH]}..."
