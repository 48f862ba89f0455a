"""What the author wrote → the post as WordPress is told it. Pure; runs at compile time only."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from html import escape
from typing import Any

from markdown_it.token import Token

from signpost.connectors.wordpress import markdown
from signpost.domain.canonical import canonical_json, digest
from signpost.domain.delivery import Part

MAX_SLUG = 190
"""Source: wp-admin/includes/schema.php (wp_posts.post_name is varchar(200)), 2026-11-22."""

_WORDS_OF_SLUG = 60
_WORDS_OF_TITLE = 80
_SPELLED = str.maketrans(
    {"ß": "ss", "ẞ": "ss", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe", "ø": "o", "Ø": "o"}
    | {"ł": "l", "Ł": "l", "đ": "d", "Đ": "d", "þ": "th", "Þ": "th"}
)
_OTHER = re.compile(r"[^a-z0-9]+")


def rendered(part: Part, *, link: str, options: Mapping[str, Any]) -> Part:
    """The part with text and payload as they will be sent.

    The title is the option's, else the words of a first `# heading`, else the first words of
    the text, else the first alt text. A heading that is the title is taken out of the text:
    WordPress shows the title itself. A link that the text does not mention becomes its last
    paragraph.

    Title and excerpt are HTML for WordPress, so they are escaped here.
    """
    tokens = markdown.parse(part.text)
    heading = markdown.heading(tokens)
    title = _option(options, "title") or heading or _first_words(part, tokens)
    if heading and heading == title:
        tokens = tokens[3:]  # open, inline, close
    content = [markdown.blocks(tokens)] if tokens else []
    text = part.text
    if link and link not in part.text:
        text = f"{part.text.rstrip()}\n\n→ {link}".lstrip()
        shown = markdown.anchor(link) if markdown.is_link(link) else markdown.inert(link)
        content.append(markdown.paragraph(f"→ {shown}"))
    payload: dict[str, Any] = {
        "title": escape(title, quote=False),
        "content": "\n\n".join(content),
        "slug": _slug(part, title, link, _option(options, "slug")),
        # What `publish` asks for; the draft before it is made with another status.
        "status": "publish",
    }
    if excerpt := _option(options, "excerpt"):
        payload["excerpt"] = escape(excerpt, quote=False)
    for name in ("categories", "tags"):
        if names := _names(_option(options, name)):
            payload[name] = names
    if author := _option(options, "author"):
        payload["author"] = author
    return replace(part, text=text, payload=payload)


def slug_of(text: str) -> str:
    """A text as the last part of an address; empty where no letter of it can be written so.

    Only a-z, 0-9 and single hyphens: WordPress rewrites slugs, and leaves such a one as it is.
    """
    plain = unicodedata.normalize("NFKD", text.translate(_SPELLED)).lower()
    ascii_only = "".join(char for char in plain if not unicodedata.combining(char))
    return _OTHER.sub("-", ascii_only).strip("-")[:MAX_SLUG].rstrip("-")


def _slug(part: Part, title: str, link: str, chosen: str) -> str:
    """The chosen slug; else the title's, and a piece of the digest of what is said.

    The piece keeps two posts of the same title apart ("What is new"); being made of the post
    itself, it is the same at every compilation.
    """
    if own := slug_of(chosen):
        return own
    said = [part.text, title, link, [item.sha256 for item in part.media]]
    piece = digest(canonical_json({"said": said}))[:8]
    base = slug_of(title)
    if len(base) > _WORDS_OF_SLUG:
        base = base[: _WORDS_OF_SLUG + 1].rpartition("-")[0] or base[:_WORDS_OF_SLUG]
    return f"{base or 'post'}-{piece}"


def _first_words(part: Part, tokens: Sequence[Token]) -> str:
    lines = [markdown.words(token) for token in tokens if token.type == "inline"]
    text = next((line for line in lines if line), "")
    if not text and part.media:
        text = " ".join(part.media[0].alt.split())
    if len(text) <= _WORDS_OF_TITLE:
        return text
    cut = text[:_WORDS_OF_TITLE]
    return f"{cut.rpartition(' ')[0] or cut}…"


def _option(options: Mapping[str, Any], name: str) -> str:
    return str(options.get(name) or "").strip()


def _names(text: str) -> list[str]:
    return list(dict.fromkeys(name for item in text.split(",") if (name := " ".join(item.split()))))
