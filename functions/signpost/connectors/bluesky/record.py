"""From a part to the record that is sent: what is known at compile time, and the rest.

The payload is the record without what only the network knows (the accounts of mentions, the
blobs of images, the posts replied to) and without its time, which is in the record key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import unquote, urlsplit

from signpost.connectors.bluesky.facets import facets_of, resolved
from signpost.connectors.bluesky.spec import COLLECTION
from signpost.connectors.bluesky.tid import created_at
from signpost.domain.delivery import Media, Part
from signpost.domain.textlen import url_spans
from signpost.errors import RefusedError

IMAGES = "app.bsky.embed.images"
EXTERNAL = "app.bsky.embed.external"
SELF_LABELS = "com.atproto.label.defs#selfLabels"


def render(
    parts: Sequence[Part], *, link: str, language: str, options: Mapping[str, Any]
) -> tuple[Part, ...]:
    """The parts with text and payload as they will be sent.

    The link becomes a card below the first part that mentions it, else below the first part. A
    post has one embed, so where that part has images they win, and a link that no text mentions
    is appended to the first.

    A picture that is marked for the card goes with it, to the part that has the card.
    """
    mentions = [index for index, part in enumerate(parts) if _mentions(part.text, link)]
    at = mentions[0] if mentions else 0
    cards = tuple(item for part in parts for item in part.media if item.card)[:1]
    rendered = []
    for index, whole in enumerate(parts):
        part = replace(whole, media=tuple(item for item in whole.media if not item.card))
        here = link if index == at else ""
        text = part.text
        if here and part.media and not mentions:
            text = f"{text.rstrip()}\n\n{here}".lstrip()
        payload: dict[str, Any] = {"$type": COLLECTION, "text": text}
        if facets := facets_of(text):
            payload["facets"] = facets
        if part.media:
            payload["embed"] = {"$type": IMAGES, "images": [_image(item) for item in part.media]}
        elif here:
            payload["embed"] = {"$type": EXTERNAL, "external": card(here)}
            part = replace(part, media=cards)
        if language:
            payload["langs"] = [language]
        if options.get("label"):
            values = [{"val": options["label"]}]
            payload["labels"] = {"$type": SELF_LABELS, "values": values}
        rendered.append(replace(part, text=text, payload=payload))
    return tuple(rendered)


def card(link: str) -> dict[str, str]:
    """The card of a page of which nothing but its address is known."""
    try:
        pieces = urlsplit(link)
    except ValueError:
        return {"uri": link, "title": link, "description": ""}
    path = unquote(pieces.path)
    if "\ufffd" in path or not path.isprintable():
        path = pieces.path
    title = f"{(pieces.hostname or '').removeprefix('www.')}{path}".rstrip("/")
    return {"uri": link, "title": title or link, "description": ""}


def record_of(
    part: Part, prepared: Mapping[str, Any], key: str, reply: Mapping[str, Any] | None
) -> dict[str, Any]:
    """The record as it is sent. The same arguments make the same record, to the byte.

    Args:
        prepared: `blobs` of the part's images in order, `dids` of the handles it mentions.
        key: its record key.
        reply: `root` and `parent` of a later part of a thread.

    Raises:
        RefusedError: the key is no TID, or an image was not uploaded.
    """
    record = dict(part.payload)
    try:
        record["createdAt"] = created_at(key)
    except ValueError as error:
        raise RefusedError(f"{error}.", "Resume the post: it gets a new one.") from error
    if facets := resolved(record.pop("facets", []), prepared.get("dids") or {}):
        record["facets"] = facets
    embed = record.get("embed")
    if embed and embed["$type"] == IMAGES:
        blobs = prepared.get("blobs") or []
        if len(blobs) != len(embed["images"]):
            raise RefusedError("Its images were not uploaded.", "Resume the post.")
        images = [
            {**image, "image": blob} for image, blob in zip(embed["images"], blobs, strict=True)
        ]
        record["embed"] = {**embed, "images": images}
    if embed and embed["$type"] == EXTERNAL and part.media:
        blobs = prepared.get("blobs") or []
        if len(blobs) != 1:
            raise RefusedError("The picture of its card was not uploaded.", "Resume the post.")
        record["embed"] = {**embed, "external": {**embed["external"], "thumb": blobs[0]}}
    if reply:
        record["reply"] = reply
    return record


def _image(media: Media) -> dict[str, Any]:
    # `alt` is required, even where it is empty.
    image: dict[str, Any] = {"alt": media.alt}
    if media.width and media.height:
        image["aspectRatio"] = {"width": media.width, "height": media.height}
    return image


def _mentions(text: str, link: str) -> bool:
    """Whether the link stands in the text, and not only another that begins like it."""
    if not link or link not in text:
        return False
    spans = [text[start:end] for start, end in url_spans(text)]
    return link in spans or not any(span.startswith(link) for span in spans)
