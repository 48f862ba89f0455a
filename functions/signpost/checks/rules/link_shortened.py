"""LNK805: a link through a shortener."""

from __future__ import annotations

import re
from collections.abc import Iterator

from signpost.checks.rule import Context, Rule
from signpost.checks.texts import MOST, Text, addresses_of
from signpost.domain.diagnostics import Diagnostic, Severity

HOSTS = frozenset(
    {
        "bit.ly",
        "buff.ly",
        "cutt.ly",
        "goo.gl",
        "is.gd",
        "lnkd.in",
        "ow.ly",
        "rb.gy",
        "rebrand.ly",
        "short.io",
        "shorturl.at",
        "t.co",
        "t.ly",
        "tiny.cc",
        "tinyurl.com",
        "v.gd",
    }
)
_HOST = re.compile(r"https?://(?:www\.)?([^/?#:]+)", re.IGNORECASE)


def check(context: Context) -> Iterator[Diagnostic]:
    """Each address of a shortener that everybody may use."""
    told: dict[str, int] = {}
    texts = [text for text in context.texts if _shortens(text)]
    for address in addresses_of(texts):
        match = _HOST.match(address.url)
        if match and match[1].lower() in HOSTS:
            told[address.path] = told.get(address.path, 0) + 1
            if told[address.path] <= MOST:
                yield RULE.at(
                    address.span(),
                    f"`{match[1]}` hides where the link leads.",
                    "Write the page's own address; networks shorten what they show by themselves.",
                    severity=Severity.WARNING,
                )


def _shortens(text: Text) -> bool:
    """Whether some address of a text may be such a one; most posts link no shortener."""
    if text.post.link or text.body.link:
        return True
    return any(url.text.split("/", 3)[2].lower().removeprefix("www.") in HOSTS for url in text.urls)


RULE = Rule(
    code="LNK805",
    name="link-shortened",
    title="A link through a shortener",
    why="Readers cannot see where a shortened link leads, and it lives only as long as the "
    "shortener. It saves nothing: Mastodon counts every address as 23 characters, and shows the "
    "beginning of it.",
    example="Prices: https://bit.ly/3xYzAbC",
    fix="Prices: https://shop.example/soles",
    source="https://docs.joinmastodon.org/user/posting/#links, noted 2026-11-22",
    check=check,
    silenceable=True,
)
