"""Whether a status that a server shows is the part that we sent.

Servers answer with HTML of their own making: links are shortened for the eye, mentions lose
their host, paragraphs and line breaks move, some read Markdown where we wrote plain text. What
survives all of them are the letters and digits in their order; so that is what is compared.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from enum import StrEnum
from html import unescape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote

from signpost.domain.delivery import Part
from signpost.domain.textlen import short_mentions, url_spans

_NEAR = 0.85
_LONGEST_MARKUP = 20
"""Characters of HTML that a character of text may become; links and mentions take the most."""

_BLOCKS = frozenset({"p", "br", "div", "li", "ul", "ol", "blockquote", "pre", "h1", "h2", "h3"})


class Likeness(StrEnum):
    """How a status compares with a part."""

    SAME = "same"
    NEAR = "near"  # too like to call it absent, too unlike to call it ours
    OTHER = "other"


def likeness(part: Part, reply_to: str, status: Mapping[str, Any]) -> Likeness:
    """Compare what was sent with what a server shows.

    Text, content warning, the number of media, their descriptions (where the server tells any)
    and the status replied to have to agree. Text or descriptions that nearly agree make the
    status NEAR: a server that rewrites text must not make us send it twice.
    """
    if not _same_reply(reply_to, status) or not _same_media(part, status):
        return Likeness.OTHER
    warning = _skeleton(str(part.payload.get("spoiler_text") or ""))
    theirs_warning = _skeleton(_text(status.get("spoiler_text")))
    sent = str(part.payload.get("status", part.text))
    longest = _LONGEST_MARKUP * (len(sent) + 500)
    texts = {skeleton for reading in _readings(status, longest) for skeleton in _skeletons(reading)}
    ours = _skeletons(sent)
    # Some servers show the warning as the head of the text.
    warned = {warning + text for text in ours}
    exact = bool(ours & texts) and warning == theirs_warning
    if (exact or (warning and not theirs_warning and warned & texts)) and _same_alt(part, status):
        return Likeness.SAME
    if any(_near(one, other) for one in ours | warned for other in texts):
        return Likeness.NEAR
    return Likeness.OTHER


def reads_exactly(part: Part, status: Mapping[str, Any]) -> bool:
    """Whether a reader sees every sign of it; white space aside, which servers move.

    Args:
        part: as sent.
        status: one that is like it.
    """
    sent = str(part.payload.get("status", part.text))
    ours = {_unspaced(sent), _unspaced(short_mentions(sent))}
    warning = _unspaced(str(part.payload.get("spoiler_text") or ""))
    longest = _LONGEST_MARKUP * (len(sent) + 500)
    read = {_unspaced(reading) for reading in _readings(status, longest)}
    return bool(ours & read) and warning == _unspaced(_text(status.get("spoiler_text")))


def plain(html: str, *, addresses: bool = False) -> str:
    """The text of a status's HTML.

    Args:
        html: `content` of a status.
        addresses: show each ordinary link by the address it leads to, not by its text.
    """
    reader = _Reader(addresses=addresses)
    reader.feed(html)
    reader.close()
    return re.sub(r"[ \t]*\n\s*", "\n", "".join(reader.pieces)).strip()


class _Reader(HTMLParser):
    def __init__(self, *, addresses: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._addresses = addresses
        self._link = ""
        self._skip = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag in _BLOCKS:
            self.pieces.append("\n")
        elif tag == "img":
            self.pieces.append(values.get("alt", ""))  # custom emoji
        elif tag in ("script", "style"):
            self._skip += 1
        elif tag == "a" and self._addresses and not _is_tag_or_mention(values):
            self._link = values.get("href", "")
            self.pieces.append(self._link)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._link = ""
        elif tag in ("script", "style"):
            self._skip = max(0, self._skip - 1)
        elif tag in _BLOCKS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._skip and not self._link:
            self.pieces.append(data)


def _is_tag_or_mention(attributes: Mapping[str, str]) -> bool:
    classes = set(attributes.get("class", "").split())
    return bool(classes & {"mention", "hashtag", "u-url"}) or attributes.get("rel") == "tag"


def _readings(status: Mapping[str, Any], longest: int) -> list[str]:
    content = _text(status.get("content"))
    if len(content) > longest:
        content = ""  # the parser is slow with hostile markup; this much of it is not ours
    readings = [plain(content), plain(content, addresses=True)]
    # Pleroma and its kin, and servers that give the source back, tell the text itself.
    pleroma = status.get("pleroma")
    if isinstance(pleroma, dict) and isinstance(pleroma.get("content"), dict):
        readings.append(_text(pleroma["content"].get("text/plain")))
    source = _text(status.get("text"))
    if source:
        readings.append(source)
    return readings


def _skeletons(text: str) -> set[str]:
    """The letters and digits; links as written, and as servers write them after decoding."""
    text = short_mentions(text)
    decoded, end = [], 0
    for start, stop in url_spans(text):
        decoded += [text[end:start], unquote(text[start:stop])]
        end = stop
    return {_skeleton(text), _skeleton("".join([*decoded, text[end:]]))}


def _skeleton(text: str) -> str:
    folded = unicodedata.normalize("NFKC", unescape(text)).casefold()
    # The scheme is the first thing that a shortened link loses.
    folded = re.sub(r"https?://|\bwww\.", "", folded)
    kept = "".join(char for char in folded if unicodedata.category(char)[0] in "LN" or _sign(char))
    # A text of punctuation only has nothing but itself.
    return kept or "".join(folded.split())


def _unspaced(text: str) -> str:
    return "".join(unicodedata.normalize("NFC", unescape(text)).split())


def _sign(char: str) -> bool:
    return unicodedata.category(char) in ("So", "Sc")


def _near(one: str, other: str) -> bool:
    if one == other:
        return True
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return (
        matcher.real_quick_ratio() >= _NEAR
        and matcher.quick_ratio() >= _NEAR
        and matcher.ratio() >= _NEAR
    )


def _same_reply(reply_to: str, status: Mapping[str, Any]) -> bool:
    theirs = status.get("in_reply_to_id")
    return (str(theirs) if theirs else "") == reply_to


def _attachments(status: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    found = status.get("media_attachments")
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def _same_media(part: Part, status: Mapping[str, Any]) -> bool:
    return len(_attachments(status)) == len(part.media)


def _same_alt(part: Part, status: Mapping[str, Any]) -> bool:
    theirs = [_skeleton(_text(item.get("description"))) for item in _attachments(status)]
    if not any(theirs):
        return True  # a server that does not tell them
    return sorted(theirs) == sorted(_skeleton(item.alt) for item in part.media)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
