"""Facets: which bytes of a text are a link, a mention or a hashtag.

Bluesky shows as a link only what a facet names; nothing is recognised by itself. What counts as
one is what Bluesky's own app would find while someone types, links apart: those are found as
everywhere else in Signpost.

Source: https://github.com/bluesky-social/atproto/blob/main/packages/api/src/rich-text/
(detection.ts, util.ts) and lexicons/app/bsky/richtext/facet.json, 2026-11-22.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from signpost.connectors.bluesky.spec import SPEC
from signpost.domain.channel import TextLimit, Unit
from signpost.domain.textlen import count, url_spans

LINK = "app.bsky.richtext.facet#link"
MENTION = "app.bsky.richtext.facet#mention"
TAG = "app.bsky.richtext.facet#tag"

_TAG_GRAPHEMES = 64
_TAG_BYTES = 640

_TAKEN = "\0"
"""Stands for what is already a facet; no text that can be sent holds it."""

_ENDS_A_TAG = f"{_TAKEN}\u00ad\u2060\u200a\u200b\u200c\u200d\u20e2\ufeff"
_HASHTAG = re.compile(rf"(?<!\S)[#＃](?!\ufe0f)([^\s{_ENDS_A_TAG}]+)")
_AT = re.compile(r"(?:(?<!\S)|(?<=\())@([A-Za-z0-9.-]++)(?![\w@])")
_HANDLE = re.compile(SPEC.mention.pattern if SPEC.mention else "(?!)")
_COUNTED = TextLimit("tag", _TAG_GRAPHEMES, Unit.GRAPHEME, None, False, "", "")


class _Found(NamedTuple):
    start: int
    end: int
    feature: dict[str, str]


def facets_of(text: str) -> list[dict[str, Any]]:
    """The facets of a text in order, none overlapping.

    A mention names the handle, not the account: which account that is, only the network can
    say. See `resolved`.
    """
    found: list[_Found] = []
    rest = text
    for find in (_links, _mentions, _hashtags):
        items = list(find(rest))
        found += items
        rest = _without(rest, items)
    facets: list[dict[str, Any]] = []
    at = passed = 0
    for item in sorted(found, key=lambda item: item.start):
        begin = passed + len(text[at : item.start].encode())
        passed = begin + len(text[item.start : item.end].encode())
        at = item.end
        index = {"byteStart": begin, "byteEnd": passed}
        facets.append({"index": index, "features": [item.feature]})
    return facets


def handles(facets: Sequence[Mapping[str, Any]]) -> list[str]:
    """The handles that mentions name, each once, in order."""
    named = [
        feature["handle"]
        for facet in facets
        for feature in facet["features"]
        if feature["$type"] == MENTION
    ]
    return list(dict.fromkeys(named))


def resolved(
    facets: Sequence[Mapping[str, Any]], dids: Mapping[str, str]
) -> list[Mapping[str, Any]]:
    """The facets as a record carries them; a mention of nobody is left out, its text stays.

    Args:
        dids: handle to account.
    """
    done: list[Mapping[str, Any]] = []
    for facet in facets:
        (feature,) = facet["features"]
        if feature["$type"] != MENTION:
            done.append(facet)
        elif did := dids.get(feature["handle"]):
            done.append({**facet, "features": [{"$type": MENTION, "did": did}]})
    return done


def _without(text: str, items: Sequence[_Found]) -> str:
    """The text, as long as before, with what was found in it struck out."""
    pieces, at = [], 0
    for item in items:
        pieces += [text[at : item.start], _TAKEN * (item.end - item.start)]
        at = item.end
    return "".join([*pieces, text[at:]])


def _links(text: str) -> Iterator[_Found]:
    for start, end in url_spans(text):
        yield _Found(start, end, {"$type": LINK, "uri": text[start:end]})


def _mentions(text: str) -> Iterator[_Found]:
    for match in _AT.finditer(text):
        handle = match[1].rstrip(".-")
        if len(handle) <= 253 and _HANDLE.fullmatch(f"@{handle}"):
            end = match.start(1) + len(handle)
            yield _Found(match.start(), end, {"$type": MENTION, "handle": handle.lower()})


def _hashtags(text: str) -> Iterator[_Found]:
    for match in _HASHTAG.finditer(text):
        tag = match[1]
        while tag and _is_punctuation(tag[-1]):
            tag = tag[:-1]
        if not any(map(_is_word, tag)):
            continue
        if len(tag.encode()) <= _TAG_BYTES and count(tag, _COUNTED) <= _TAG_GRAPHEMES:
            yield _Found(match.start(), match.start(1) + len(tag), {"$type": TAG, "tag": tag})


def _is_punctuation(char: str) -> bool:
    return unicodedata.category(char).startswith("P")


def _is_word(char: str) -> bool:
    """Whether a character makes a tag of what would else be a number: `#1` is none."""
    return char not in "0123456789" and not _is_punctuation(char)
