"""A post as a blog shows it: title, featured image, text; and the excerpt that lists show.

Source: https://developer.wordpress.org/reference/functions/wp_trim_excerpt/ and wp_trim_words
(55 words, then `[…]`), 2026-11-22. A blog's theme decides on the looks, and WordPress sets
typographic quotes; the preview leaves both out.
"""

from __future__ import annotations

from html import unescape

from signpost.domain.channel import ChannelSpec
from signpost.domain.delivery import Part
from signpost.previews.markup import Harmless, words
from signpost.previews.view import Article, Medium, Shown, Text

CUT = " […]"


def show(part: Part, spec: ChannelSpec, media: tuple[Medium, ...], server: str) -> Shown:
    """The article."""
    payload = part.payload
    content = str(payload.get("content") or "")
    harmless = Harmless(content)
    excerpt = unescape(str(payload.get("excerpt") or ""))
    article = Article(
        title=unescape(str(payload.get("title") or "")),
        html=harmless.html,
        excerpt=excerpt or _trimmed(content, spec.fold.after if spec.fold else 0),
        own_excerpt=bool(excerpt),
        slug=f"{server}/{payload['slug']}" if payload.get("slug") else "",
        terms=(*payload.get("categories", ()), *payload.get("tags", ())),
    )
    return Shown(text=Text(harmless.runs), media=media, article=article)


def _trimmed(content: str, most: int) -> str:
    """The first words, as WordPress makes an excerpt where the author wrote none."""
    said = words(content).split(" ")
    if not most or len(said) <= most:
        return " ".join(said)
    return " ".join(said[:most]) + CUT
