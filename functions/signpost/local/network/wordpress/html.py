"""HTML of authors: what the site keeps of it, and what the page dares to show.

Two sieves over the standard library's tokenizer. `kept` is the site's own: scripts and frames of
an author are dropped, their text stays. `shown` is stricter and also balances tags, so that no
article can break out of its place; the page's policy forbids everything else once more.

Source: https://developer.wordpress.org/reference/functions/wp_kses_allowed_html/, 2026-11-22.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape, unescape
from html.entities import html5
from html.parser import HTMLParser

_PLAIN = (
    *("p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "em", "strong", "b", "i", "s", "del"),
    *("ul", "ol", "li", "blockquote", "pre", "code", "figure", "figcaption", "sub", "sup"),
    *("table", "thead", "tbody", "tr", "th", "td", "a", "img"),
)
_SHOWN: Mapping[str, Sequence[str]] = {
    **dict.fromkeys(_PLAIN, ()),
    "a": ("href", "title"),
    "img": ("src", "alt"),
    "ol": ("start",),
}
_KEPT: Mapping[str, Sequence[str]] = {
    name: (*_SHOWN.get(name, ()), "class", "id", "style", "width", "height", "colspan", "rowspan")
    for name in (*_PLAIN, "div", "span", "section", "details", "summary", "video", "audio")
}
_VOID = frozenset({"br", "hr", "img"})
_LINK = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)
_OWN_IMAGE = re.compile(r"(?:https?://[^/?#]+)?(/media/[0-9a-f]{64})")
_BLOCK = re.compile(r"<!-- /?wp:.*?-->\n*", re.DOTALL)
_BREAKS = frozenset({"p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "li", "tr", "pre"})


def kept(html: str) -> str:
    """What the site stores of an author's HTML; the editor's block comments stay."""
    return _sieve(html, _Sieve(_KEPT, strict=False))


def rendered(html: str) -> str:
    """Content as the API answers it: without the editor's comments."""
    return _BLOCK.sub("", html).strip() + "\n" if html.strip() else ""


def shown(html: str) -> str:
    """What may stand in a page of ours; images only of this network, by a path of its own."""
    return _sieve(_BLOCK.sub("", html), _Sieve(_SHOWN, strict=True))


def plain(html: str) -> str:
    """The text of HTML, a line for each block."""
    return _sieve(_BLOCK.sub("", html), _Words())


class _Sieve(HTMLParser):
    def __init__(self, allowed: Mapping[str, Sequence[str]], *, strict: bool) -> None:
        super().__init__(convert_charrefs=False)
        self.pieces: list[str] = []
        self._allowed = allowed
        self._strict = strict
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self._allowed:
            return
        # h1 is the article's own title; a second one would confuse who listens to the page.
        name = "h2" if self._strict and tag == "h1" else tag
        said = [
            f' {key}="{escape(value)}"'
            for key, raw in attrs
            if key in self._allowed[tag] and (value := self._value(key, raw or "")) is not None
        ]
        if name == "img" and self._strict and not any(" src=" in item for item in said):
            return
        self.pieces.append(f"<{name}{''.join(said)}>")
        if name not in _VOID:
            self._open.append(name)

    def handle_endtag(self, tag: str) -> None:
        name = "h2" if self._strict and tag == "h1" else tag
        if name not in self._open:
            return
        while self._open:
            last = self._open.pop()
            self.pieces.append(f"</{last}>")
            if last == name:
                return

    def handle_data(self, data: str) -> None:
        self.pieces.append(escape(data, quote=False))

    def handle_entityref(self, name: str) -> None:
        known = f"{name};" in html5
        self.pieces.append(f"&{name};" if known else escape(f"&{name}", quote=False))

    def handle_charref(self, name: str) -> None:
        self.pieces.append(escape(unescape(f"&#{name};"), quote=False).replace("[", "&#091;"))

    def handle_comment(self, data: str) -> None:
        if not self._strict and re.match(r" /?wp:", data):
            self.pieces.append(f"<!--{data}-->")

    def finished(self) -> str:
        """All of it, with what is still open closed."""
        return "".join([*self.pieces, *(f"</{name}>" for name in reversed(self._open))])

    def _value(self, key: str, value: str) -> str | None:
        if key == "href":
            return value if _LINK.match(value.strip()) else None
        if key == "src" and self._strict:
            match = _OWN_IMAGE.fullmatch(value.strip())
            return match[1] if match else None
        if key == "start" and not value.isdecimal():
            return None
        return value


class _Words(_Sieve):
    def __init__(self) -> None:
        super().__init__({}, strict=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag in _BREAKS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)

    def handle_entityref(self, name: str) -> None:
        self.pieces.append(unescape(f"&{name};"))

    def handle_charref(self, name: str) -> None:
        self.pieces.append(unescape(f"&#{name};"))

    def finished(self) -> str:
        lines = (" ".join(line.split()) for line in "".join(self.pieces).split("\n"))
        return "\n".join(line for line in lines if line)


def _sieve(html: str, sieve: _Sieve) -> str:
    sieve.feed(html)
    sieve.close()
    return sieve.finished()
