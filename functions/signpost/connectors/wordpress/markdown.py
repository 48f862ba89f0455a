"""Markdown → the HTML of a blog post, in blocks. Imported by `render` alone, never in a function.

The subset is what WordPress keeps of every author's text (wp_kses): CommonMark, tables and
strikethrough, without raw HTML, images (they are the post's media) and links to anything but
http, https and mailto.

Blocks, because WordPress then shows the HTML as it is: without them it turns line ends into
breaks (wpautop). `[` is written as an entity, because a site would run `[gallery]` as a shortcode;
bare addresses become links, because it would replace one that stands alone by the page behind it.

Source: https://developer.wordpress.org/block-editor/explanations/architecture/key-concepts/,
https://developer.wordpress.org/reference/functions/wpautop/,
https://developer.wordpress.org/reference/classes/wp_embed/autoembed/, 2026-11-22.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from html import escape

from markdown_it import MarkdownIt
from markdown_it.token import Token

from signpost.domain.textlen import url_spans

_ALLOWED = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)


class _Blog(MarkdownIt):
    """CommonMark with the links that we allow."""

    def validateLink(self, url: str) -> bool:  # noqa: N802 - the library's name
        """Whether this address may become a link; otherwise it stays text."""
        return is_link(url)


@cache
def _blog() -> _Blog:
    blog = _Blog("commonmark", {"html": False})
    blog.enable(["table", "strikethrough"])
    blog.disable(["image", "html_block", "html_inline"])
    return blog


def is_link(url: str) -> bool:
    """Whether an address is one that a text may link to."""
    return _ALLOWED.match(url.strip()) is not None


def parse(text: str) -> list[Token]:
    """The text's tokens, bare addresses in it made links."""
    tokens = _blog().parse(text)
    for token in tokens:
        if token.children:
            token.children = list(_linked(token.children))
    return tokens


def heading(tokens: Sequence[Token]) -> str:
    """The words of a first `# heading`; empty where the text begins otherwise."""
    if tokens and tokens[0].type == "heading_open" and tokens[0].tag == "h1":
        return words(tokens[1])
    return ""


def words(inline: Token) -> str:
    """An inline token as plain text, on one line."""
    pieces = (
        " " if item.type.endswith("break") else item.content for item in inline.children or ()
    )
    return " ".join("".join(pieces).split())


def blocks(tokens: Sequence[Token]) -> str:
    """HTML of the tokens, each outermost one in a block of the editor."""
    return "\n\n".join(_block(list(group)) for group in _groups(tokens))


def paragraph(html: str) -> str:
    """A paragraph as a block."""
    return f"<!-- wp:paragraph -->\n<p>{html}</p>\n<!-- /wp:paragraph -->"


def anchor(url: str) -> str:
    """A link that shows its own address."""
    return f'<a href="{inert(url)}">{inert(url)}</a>'


def inert(text: str) -> str:
    """Text as HTML, safe between tags and in quoted attributes, and without shortcodes."""
    return escape(text).replace("[", "&#091;")


def _groups(tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """The outermost blocks: from each token of nesting 0 to where it closes."""
    start = 0
    for index, token in enumerate(tokens):
        if token.level == 0 and token.nesting <= 0:
            yield tokens[start : index + 1]
            start = index + 1


def _block(tokens: Sequence[Token]) -> str:
    first = tokens[0]
    name, attributes = "html", ""
    if first.type == "paragraph_open":
        name = "paragraph"
    elif first.type == "heading_open":
        name, level = "heading", int(first.tag[1:])
        attributes = "" if level == 2 else f'{{"level":{level}}} '
        first.attrSet("class", "wp-block-heading")
    blog = _blog()
    html = blog.renderer.render(tokens, blog.options, {}).strip().replace("[", "&#091;")
    return f"<!-- wp:{name} {attributes}-->\n{html}\n<!-- /wp:{name} -->"


def _linked(children: Sequence[Token]) -> Iterator[Token]:
    depth = 0
    for child in children:
        depth += child.nesting if child.type in {"link_open", "link_close"} else 0
        if child.type == "text" and not depth:
            yield from _split(child)
        else:
            yield child


def _split(child: Token) -> Iterator[Token]:
    text, end = child.content, 0
    for start, stop in url_spans(text):
        yield _text(text[end:start])
        href = _blog().normalizeLink(text[start:stop])
        yield Token("link_open", "a", 1, attrs={"href": href})
        yield _text(text[start:stop])
        yield Token("link_close", "a", -1)
        end = stop
    yield _text(text[end:])


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)
