"""LNK802: a link without encryption."""

from __future__ import annotations

from collections.abc import Iterator

from signpost.checks.rule import Context, Rule
from signpost.checks.shortened import shortened
from signpost.checks.texts import addresses_of
from signpost.domain.diagnostics import Diagnostic, Severity


def check(context: Context) -> Iterator[Diagnostic]:
    """The first such address of each text, and each `link`.

    Nothing is mended: whether the site answers on https at all, and with the same page, is not
    known here.
    """
    texts = (
        text
        for text in context.texts
        if text.post.link or text.body.link or "http://" in text.raw.lower()
    )
    seen: set[str] = set()
    for address in addresses_of(texts):
        if address.url[:7].lower() != "http://":
            continue
        if address.text is not None:
            if address.text.path in seen:
                continue
            seen.add(address.text.path)
        yield RULE.at(
            address.span(),
            f"`{shortened(address.url)}` is not encrypted.",
            "Write `https://`, once you have seen that the page opens so.",
            severity=Severity.WARNING,
        )


RULE = Rule(
    code="LNK802",
    name="link-unencrypted",
    title="A link without encryption",
    why="On the way to an http:// page anybody can read and change what comes; browsers warn of it. "
    "It is not mended by itself: a site may not answer on https, or with another page, and a dead "
    "link is worse.",
    example="Prices: http://shop.example/soles",
    fix="Prices: https://shop.example/soles",
    source="https://developer.mozilla.org/en-US/docs/Web/Security/Secure_Contexts, noted 2026-11-22",
    check=check,
    silenceable=True,
)
