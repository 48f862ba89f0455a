"""Records, judged as the network's lexicons judge them; only those that are known here.

Source: https://github.com/bluesky-social/atproto/tree/main/lexicons/app/bsky (feed/post.json,
feed/like.json, embed/images.json, embed/external.json, richtext/facet.json), 2026-11-22.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from signpost.domain.channel import TextLimit, Unit
from signpost.domain.textlen import count
from signpost.local.network.bluesky.names import LIKE, POST, REPOST, parse_uri
from signpost.local.network.refused import Refused

MAX_GRAPHEMES = 300
MAX_BYTES = 3000
MAX_IMAGES = 4
MAX_IMAGE_BYTES = 2_000_000
MAX_THUMB_BYTES = 1_000_000

IMAGES = "app.bsky.embed.images"
EXTERNAL = "app.bsky.embed.external"
QUOTE = "app.bsky.embed.record"

_GRAPHEMES = TextLimit("text", MAX_GRAPHEMES, Unit.GRAPHEME, None, False, "", "")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,20})?(?:Z|[+-]\d\d:\d\d)")


def judge(collection: str, record: Any) -> None:
    """Whether a record may be written.

    Raises:
        Refused: 400 InvalidRequest, with what is wrong and where.
    """
    if collection not in {POST, LIKE, REPOST}:
        raise _invalid(f"This local network does not know records of {collection}.")
    if not isinstance(record, dict) or record.get("$type") != collection:
        raise _wrong(collection, f"expected {collection}", "$type")
    if not _is_instant(record.get("createdAt")):
        raise _wrong(collection, "must be a valid datetime", "createdAt")
    if collection != POST:
        if not _is_strong(record.get("subject")):
            raise _wrong(collection, "must name uri and cid of a record", "subject")
        return
    for path, problem in _post(record):
        raise _wrong(POST, problem, path)


def blobs(record: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The blobs that a record names, in order."""
    embed = record.get("embed") or {}
    found = [image["image"] for image in embed.get("images", [])]
    thumb = embed.get("external", {}).get("thumb")
    return [*found, *([thumb] if thumb else [])]


def quoted(record: Mapping[str, Any]) -> str:
    """The record that a post quotes; empty for none."""
    embed = record.get("embed") or {}
    return str(embed["record"]["uri"]) if embed.get("$type") == QUOTE else ""


def _post(record: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    text = record.get("text")
    if not isinstance(text, str):
        yield "text", "must be a string"
        return
    if len(text.encode()) > MAX_BYTES:
        yield "text", f"must not be longer than {MAX_BYTES} characters"
    if count(text, _GRAPHEMES) > MAX_GRAPHEMES:
        yield "text", f"must not be longer than {MAX_GRAPHEMES} graphemes"
    languages = record.get("langs", [])
    if not isinstance(languages, list) or len(languages) > 3:
        yield "langs", "must be up to 3 languages"
    elif not all(isinstance(item, str) and _LANGUAGE.fullmatch(item) for item in languages):
        yield "langs", "must be well-formed languages"
    facets = record.get("facets", [])
    if not isinstance(facets, list) or not all(map(_is_facet, facets)):
        yield "facets", "must name bytes and features"
    if "reply" in record:
        reply = record["reply"]
        names = ("root", "parent")
        if not isinstance(reply, dict) or not all(_is_strong(reply.get(name)) for name in names):
            yield "reply", "must name root and parent"
    if "embed" in record:
        yield from _embed(record["embed"])


def _embed(embed: Any) -> Iterator[tuple[str, str]]:
    kind = embed.get("$type") if isinstance(embed, dict) else None
    if kind == IMAGES:
        images = embed.get("images")
        if not isinstance(images, list) or not 0 < len(images) <= MAX_IMAGES:
            yield "embed/images", f"must be up to {MAX_IMAGES} images"
        elif not all(map(_is_image, images)):
            yield "embed/images", "must have image, alt and a whole aspectRatio"
    elif kind == EXTERNAL:
        card = embed.get("external")
        names = ("uri", "title", "description")
        if not isinstance(card, dict) or not all(isinstance(card.get(n), str) for n in names):
            yield "embed/external", "must have uri, title and description"
        elif "thumb" in card and not _is_blob(card["thumb"], MAX_THUMB_BYTES):
            yield "embed/external/thumb", f"must be an image of up to {MAX_THUMB_BYTES} bytes"
    elif kind == QUOTE:
        if not _is_strong(embed.get("record")):
            yield "embed/record", "must name uri and cid of a record"
    else:
        yield "embed", f"{kind} is not known to this local network"


def _is_image(image: Any) -> bool:
    if not isinstance(image, dict) or not isinstance(image.get("alt"), str):
        return False
    ratio = image.get("aspectRatio")
    if ratio is not None:
        sides = (ratio.get("width"), ratio.get("height")) if isinstance(ratio, dict) else (0,)
        if not all(isinstance(side, int) and side > 0 for side in sides):
            return False
    return _is_blob(image.get("image"), MAX_IMAGE_BYTES)


def _is_blob(blob: Any, most: int) -> bool:
    if not isinstance(blob, dict) or blob.get("$type") != "blob":
        return False
    ref, size = blob.get("ref"), blob.get("size")
    if not isinstance(ref, dict) or not isinstance(ref.get("$link"), str):
        return False
    mime = str(blob.get("mimeType"))
    return mime.startswith("image/") and isinstance(size, int) and 0 < size <= most


def _is_facet(facet: Any) -> bool:
    if not isinstance(facet, dict):
        return False
    index, features = facet.get("index"), facet.get("features")
    if not isinstance(index, dict) or not isinstance(features, list):
        return False
    ends = (index.get("byteStart"), index.get("byteEnd"))
    if not all(isinstance(end, int) and end >= 0 for end in ends):
        return False
    return all(isinstance(item, dict) and isinstance(item.get("$type"), str) for item in features)


def _is_strong(ref: Any) -> bool:
    if not isinstance(ref, dict):
        return False
    return parse_uri(ref.get("uri")) is not None and isinstance(ref.get("cid"), str)


def _is_instant(text: Any) -> bool:
    if not isinstance(text, str) or not _INSTANT.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text[:19])
    except ValueError:
        return False
    return True


def _wrong(collection: str, problem: str, path: str) -> Refused:
    return _invalid(f"Invalid {collection} record: Record/{path} {problem}")


def _invalid(message: str) -> Refused:
    return Refused(400, message, "InvalidRequest")
