"""How long a text is in a channel's own counting.

Pure. The `regex` package (grapheme clusters) is imported only for texts that need it: most
texts are plain enough to be counted without, and the import costs every cold start.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from signpost.domain.channel import TextLimit, Unit

_URL = re.compile(
    r"(?<![A-Za-z0-9@＠$#＃])https?://"
    r"(?P<host>[\w.-]+)(?::[0-9]{1,5})?"
    r"(?P<path>/[^\s<>?\"「」]*)?"
    r"(?P<query>\?[^\s<>\"\\`{}「」]*)?",
    re.IGNORECASE,
)
# Linear by construction: one character class after another, none nested, and the characters
# that start a match (`:` `/`) cannot be inside a host.

_PLAIN_URL = re.compile(
    r"https?://(?<![^ \n]http://)(?<![^ \n]https://)(?:[a-z0-9][a-z0-9-]*\.)+[a-z]{2,}"
    r"(?:/(?:[A-Za-z0-9/_.%-]*[A-Za-z0-9/_-])?)?(?:\?[A-Za-z0-9=&/_.%-]*[A-Za-z0-9=&/_-])?"
    r"(?=[ \n]|\Z)"
)
"""What most URLs look like: between blanks, and with no sign at the end that is not a part of it."""

_MENTION = re.compile(
    r"(?<![\w/=@])(?P<short>@[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?)@[\w.-]*\w"
)

_ASCII_THEN_MORE = re.compile(r"(\.[A-Za-z]{2,})[^\x00-\x7f.][^.]*\Z")

_MAYBE_EMOJI = re.compile(
    "[\u00a9\u00ae\u20e3\u2122-\u3299\ufe0f\U0001f000-\U0001faff]|[\u203c\u2049]"
)

_NOT_LAST_IN_PATH = "?!*\"'「」<>;:=,.$%[]~&|@("
_NOT_LAST_IN_QUERY = "!?*'@();:+$%[].,~|^"

_LIGHT = ((0x0000, 0x10FF), (0x2000, 0x200D), (0x2010, 0x201F), (0x2032, 0x2037))
"""Code points that weigh 1 in the weighted scheme; all others, and each emoji, weigh 2.

Source: https://github.com/twitter/twitter-text/blob/master/config/v3.json, 2026-11-20.
"""


def count(text: str, limit: TextLimit) -> int:
    """The length of a text as the limit counts it.

    Args:
        text: as it will be sent.
        limit: its `unit`, `url_weight` and `short_mentions` decide.

    Source: https://docs.joinmastodon.org/user/posting/#text, 2026-11-22 (a URL counts 23
    whatever its length, `@user@host` counts as `@user`).
    """
    measure = _MEASURES[limit.unit]
    if limit.unit is Unit.WEIGHTED:
        text = unicodedata.normalize("NFC", text)
    if limit.url_weight is None:
        return measure(_shorten(text) if limit.short_mentions else text)
    total, end = 0, 0
    for start, stop in url_spans(text):
        between = text[end:start]
        total += measure(_shorten(between) if limit.short_mentions else between)
        total += limit.url_weight
        end = stop
    rest = text[end:]
    return total + measure(_shorten(rest) if limit.short_mentions else rest)


def count_payload(payload: Mapping[str, Any], limit: TextLimit) -> int:
    """The length of a rendered payload's text, where a limit covers several of its members.

    `limit.field` names the members, joined by `+`. The last is the text proper; those before it
    (a content warning) are counted as they are written, without URL or mention discounts.

    Source: https://github.com/mastodon/mastodon/blob/main/app/validators/status_length_validator.rb,
    2026-11-22 (only the status text is discounted).
    """
    *before, last = limit.field.split("+")
    plain = limit._replace(url_weight=None, short_mentions=False)
    total = sum(count(str(payload.get(name) or ""), plain) for name in before)
    return total + count(str(payload.get(last) or ""), limit)


def url_spans(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each http(s) URL, without the punctuation of the sentence around it.

    A host needs a dot and a top-level domain of letters: `http://localhost/x` is text.

    Source: https://github.com/mastodon/mastodon/blob/main/config/initializers/twitter_regex.rb,
    2026-11-22.
    """
    end = 0
    while (sign := text.find("://", end)) >= 0:
        begin = sign - (5 if text[sign - 1 : sign] in ("s", "S") else 4)
        plain = _PLAIN_URL.match(text, begin) if begin >= end else None
        if plain:
            end = plain.end()
            yield begin, end
            continue
        match = _URL.match(text, begin) if begin >= end else None
        if match is None:
            end = sign + 3
            continue
        passed = match.end()
        host, path, query = match["host"], match["path"] or "", match["query"] or ""
        end = match.end()
        if query:
            kept = query.rstrip(_NOT_LAST_IN_QUERY)
            end -= len(query) - len(kept)
            query = kept
        if not query and path:
            end = match.start("path") + len(_without_tail(path))
        if end == match.end("host"):
            # Scripts without spaces go on right behind an address.
            bare = _ASCII_THEN_MORE.sub(r"\1", host).rstrip(".-_")
            end -= len(host) - len(bare)
            host = bare
        if _has_top_level_domain(host):
            yield begin, end
        end = passed


def short_mentions(text: str) -> str:
    """The text with every `@user@host` written as `@user`; URLs stay as they are."""
    pieces, end = [], 0
    for start, stop in url_spans(text):
        pieces += [_shorten(text[end:start]), text[start:stop]]
        end = stop
    return "".join([*pieces, _shorten(text[end:])])


def emoji_starts(text: str) -> list[int]:
    """Where each emoji begins; a family, a flag or a keycap is one."""
    if not _MAYBE_EMOJI.search(text):
        return []
    return [
        match.start()
        for match in _clusters().finditer(text)
        if len(match[0]) > 1 or match[0] > "\u203b"
        if "\U0001f300" <= match[0] <= "\U0001fb00" or _emoji().match(match[0])
    ]


def _shorten(text: str) -> str:
    return _MENTION.sub(lambda match: match["short"], text)


def _without_tail(path: str) -> str:
    """The path without closing punctuation; a `)` stays where its `(` is in the path."""
    open_brackets = path.count("(")
    closed = path.count(")")
    end = len(path)
    while end > 1:
        last = path[end - 1]
        if last == ")" and closed > open_brackets:
            closed -= 1
        elif last in _NOT_LAST_IN_PATH:
            open_brackets -= last == "("
        else:
            break
        end -= 1
    return path[:end]


def _has_top_level_domain(host: str) -> bool:
    _, dot, last = host.rpartition(".")
    if not dot or ".." in host or host.startswith((".", "-")):
        return False
    return last.lower().startswith("xn--") or (len(last) > 1 and last.isalpha())


def cluster_bound(text: str, offset: int) -> int:
    """The place nearest before an offset at which no character that people see is cut in two.

    Within the text's first cluster it is that cluster's end: something has to stand before it.
    """
    around = text[max(offset - 1, 0) : offset + 1]
    if not 0 < offset < len(text) or (around.isascii() and around != "\r\n"):
        return offset
    # No cluster goes over the end of a line, unless it is a line's own end.
    line = text.rfind("\n", 0, offset - 1) + 1
    for cluster in _clusters().finditer(text, line):
        start: int = cluster.start()
        end: int = cluster.end()
        if start <= offset < end:
            return start or end
    return offset


def _graphemes(text: str) -> int:
    if text.isascii() and "\r" not in text:
        return len(text)
    return sum(1 for _ in _clusters().finditer(text))


def _weighted(text: str) -> int:
    if text.isascii():
        return len(text)
    total = 0
    for cluster in _clusters().findall(text):
        total += 2 if _emoji().match(cluster) else sum(map(_weight, cluster))
    return total


def _weight(char: str) -> int:
    point = ord(char)
    return 1 if any(low <= point <= high for low, high in _LIGHT) else 2


def _utf16(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _utf8(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


@cache
def _clusters() -> Any:
    import regex

    return regex.compile(r"\X")


@cache
def _emoji() -> Any:
    import regex

    return regex.compile(
        r"\p{Emoji_Presentation}|\p{Regional_Indicator}|\p{Emoji}[\p{Emoji_Modifier}\uFE0F]"
        r"|[0-9#*]\uFE0F?\u20E3"
    )


_MEASURES = {
    Unit.GRAPHEME: _graphemes,
    Unit.CODEPOINT: len,
    Unit.UTF16: _utf16,
    Unit.UTF8_BYTES: _utf8,
    Unit.WEIGHTED: _weighted,
}
