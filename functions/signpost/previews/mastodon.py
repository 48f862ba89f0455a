"""A status as Mastodon shows it in its web pages.

Source: https://github.com/mastodon/mastodon/blob/main/app/lib/text_formatter.rb (paragraphs, 30
characters of an address, names without their server), app/models/account.rb and tag.rb (what a
mention and a hashtag is), 2026-11-22.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

from signpost.domain.channel import ChannelSpec
from signpost.domain.delivery import Part
from signpost.domain.textlen import url_spans
from signpost.previews.folding import fold
from signpost.previews.view import Card, Kind, Medium, Run, Shown

SHOWN_OF_URL = 30
COVERED = "Sensitive content"
MORE = "Read more"

_PREFIX = re.compile(r"https?://(?:www\.)?")
_GAP = re.compile(r"\n{2,}")
_MARKED = re.compile(
    r"(?<![\w/=])@(?P<user>[A-Za-z0-9_]+(?:[.-]+[A-Za-z0-9_]+)*)(?P<host>@[\w.-]*\w)?"
    r"|(?<![\w/)=])[#＃](?P<tag>\w[\w·・\u200c]*)"
)


def show(part: Part, spec: ChannelSpec, media: tuple[Medium, ...], server: str) -> Shown:
    """The status; a content warning closes it, and then nothing is folded."""
    payload = part.payload
    text = str(payload.get("status") or "").replace("\r\n", "\n").strip("\n")
    runs = list(_runs(_GAP.sub("\n\n", text), server))
    warning = str(payload.get("spoiler_text") or "")
    links = [run.target for run in runs if run.kind is Kind.LINK]
    return Shown(
        text=fold(runs, None if warning else spec.fold, MORE),
        warning=warning,
        covered=COVERED if payload.get("sensitive") and media and not warning else "",
        media=media,
        # Media come before a card, and there is room for one.
        card=_card(links[0]) if links and not media else None,
        notes=_notes(runs),
    )


def _card(url: str) -> Card:
    host = url.partition("://")[2]
    return Card(url, re.split(r"[/?#]", host, maxsplit=1)[0].removeprefix("www."))


def _notes(runs: list[Run]) -> tuple[str, ...]:
    if any(run.kind is Kind.MENTION for run in runs):
        return ("A name becomes a mention if there is such an account; else it stays text.",)
    return ()


def _runs(text: str, server: str) -> Iterator[Run]:
    end = 0
    for start, stop in url_spans(text):
        yield from _words(text[end:start], server)
        url = text[start:stop]
        yield Run(Kind.LINK, _short(url), url)
        end = stop
    yield from _words(text[end:], server)


def _short(url: str) -> str:
    match = _PREFIX.match(url)
    rest = url[match.end() :] if match else url
    return rest if len(rest) <= SHOWN_OF_URL else f"{rest[:SHOWN_OF_URL]}…"


def _words(text: str, server: str) -> Iterator[Run]:
    end = 0
    for match in _MARKED.finditer(text):
        run = _marked(match, server)
        if run is None:
            continue
        yield from _plain(text[end : match.start()])
        yield run
        end = match.start() + len(match[0])
    yield from _plain(text[end:])


def _plain(text: str) -> Iterator[Run]:
    if text:
        yield Run(Kind.PLAIN, text)


def _marked(match: re.Match[str], server: str) -> Run | None:
    if tag := match["tag"]:
        # Digits alone are a number.
        if not any(char.isalpha() for char in tag):
            return None
        return Run(Kind.HASHTAG, match[0], f"{server}/tags/{quote(tag)}" if server else "")
    host = match["host"] or ""
    home = f"https://{host[1:]}" if host else server
    return Run(Kind.MENTION, f"@{match['user']}", f"{home}/@{match['user']}" if home else "")
