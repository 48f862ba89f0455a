"""LNK804: the same page linked twice, because the addresses differ a little."""

from __future__ import annotations

from collections.abc import Iterator

from signpost.checks.rule import Context, Rule
from signpost.checks.shortened import shortened
from signpost.checks.texts import first
from signpost.domain.diagnostics import Diagnostic, Severity


def check(context: Context) -> Iterator[Diagnostic]:
    """Each text whose post has a link."""
    for text in context.texts:
        link = text.post.link if text.body.link is None else text.body.link
        # Word for word in the text, the link stands where the author put it.
        if link and "://" in text.raw and link not in text.raw:
            page = _page(link)
            for url in first(item for item in text.urls if _page(item.text) == page):
                yield RULE.at(
                    text.span(url.start),
                    "This is nearly the post's `link`, so both addresses go out.",
                    f"Write it just as there, `{shortened(link, 80)}`, or take it out of the text.",
                    severity=Severity.WARNING,
                )
                break


def _page(url: str) -> str:
    """What two addresses of one page have in common."""
    rest = url.partition("://")[2].partition("#")[0].partition("?")[0]
    return rest.removeprefix("www.").rstrip("/").lower()


RULE = Rule(
    code="LNK804",
    name="link-twice",
    title="The same page is linked twice",
    why="A post's `link` is put below the text unless the text has it, word for word. Where the two "
    "differ, by a tag or a slash at the end, readers see both.",
    example="link: https://shop.example/soles\n---\nAll prices: https://shop.example/soles/",
    fix="link: https://shop.example/soles\n---\nAll prices: https://shop.example/soles",
    source="docs/writing-posts.md#the-link, set 2026-11-22",
    check=check,
    silenceable=True,
)
