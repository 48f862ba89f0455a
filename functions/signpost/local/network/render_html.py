"""A status's text as the HTML that Mastodon would serve: paragraphs, breaks, links.

Everything that was not made here is escaped; the page and every client may show it as it is.

Source: https://github.com/mastodon/mastodon/blob/main/app/lib/text_formatter.rb (links show 30
characters after their scheme) and an answer of Mastodon 4.6.4 (the attributes), 2026-11-22.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import escape
from urllib.parse import quote

from signpost.domain.textlen import url_spans

SHOWN_OF_URL = 30

_PREFIX = re.compile(r"https?://(?:www\.)?", re.IGNORECASE)
_HASHTAG = re.compile(r"(?<![\w/&])#(\w*[^\W\d_]\w*)")
"""Letters, digits and underscores, not digits only."""
_MENTION = re.compile(r"(?<![\w/])@([A-Za-z0-9_]+(?:[A-Za-z0-9_.-]*[A-Za-z0-9_]+)?)(@[\w.-]+\w)?")


def hashtags(text: str) -> list[str]:
    """The hashtags of a text in order, each once, without the `#`."""
    found = {match[1].lower(): match[1] for match in _outside_urls(text, _HASHTAG)}
    return list(found.values())


def mentions(text: str) -> list[str]:
    """Usernames of this server that a text mentions, in order, each once."""
    found = {match[1].lower(): match[1] for match in _outside_urls(text, _MENTION) if not match[2]}
    return list(found.values())


def render_html(text: str, origin: str, known: Callable[[str], bool]) -> str:
    """The HTML of a status.

    Args:
        text: as it was sent.
        origin: address of this server, without a trailing slash; hashtags and mentions link there.
        known: whether a username is an account here; others stay text.
    """
    pieces: list[str] = []
    end = 0
    for start, stop in url_spans(text):
        pieces += [_words(text[end:start], origin, known), _link(text[start:stop])]
        end = stop
    pieces.append(_words(text[end:], origin, known))
    body = "".join(pieces).replace("\r\n", "\n").strip("\n")
    if not body:
        return ""
    paragraphs = re.split(r"\n{2,}", body)
    return "".join(f"<p>{paragraph.replace(chr(10), '<br />')}</p>" for paragraph in paragraphs)


def _outside_urls(text: str, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
    end = 0
    for start, stop in url_spans(text):
        yield from pattern.finditer(text[end:start])
        end = stop
    yield from pattern.finditer(text[end:])


def _link(url: str) -> str:
    match = _PREFIX.match(url)
    prefix = match[0] if match else ""
    rest = url[len(prefix) :]
    shown, hidden = rest[:SHOWN_OF_URL], rest[SHOWN_OF_URL:]
    return (
        f'<a href="{escape(url)}" target="_blank" rel="nofollow noopener" translate="no">'
        f'<span class="invisible">{escape(prefix)}</span>'
        f'<span class="{"ellipsis" if hidden else ""}">{escape(shown)}</span>'
        f'<span class="invisible">{escape(hidden)}</span></a>'
    )


def _words(text: str, origin: str, known: Callable[[str], bool]) -> str:
    found = sorted(
        [*_HASHTAG.finditer(text), *_MENTION.finditer(text)], key=lambda match: match.start()
    )
    pieces, end = [], 0
    for match in found:
        if match.start() < end:
            continue
        pieces.append(escape(text[end : match.start()]))
        pieces.append(_tagged(match, origin, known))
        end = match.end()
    return "".join([*pieces, escape(text[end:])])


def _tagged(match: re.Match[str], origin: str, known: Callable[[str], bool]) -> str:
    name = escape(match[1])
    if match.re is _HASHTAG:
        return (
            f'<a href="{origin}/tags/{quote(match[1])}" class="mention hashtag" rel="tag">'
            f"#<span>{name}</span></a>"
        )
    if match[2] or not known(match[1]):
        return escape(match[0])
    return (
        f'<span class="h-card" translate="no"><a href="{origin}/@{name}" class="u-url mention">'
        f"@<span>{name}</span></a></span>"
    )
