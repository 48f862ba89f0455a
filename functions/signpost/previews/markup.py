"""HTML of a payload, made harmless: rebuilt from a short list of elements, never passed through.

What is not in the list loses its tags and keeps its words; scripts and styles lose both. A page
that shows the result also forbids scripts and requests by its policy: either wall would do.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from html.parser import HTMLParser

from signpost.previews.view import Kind, Run

_INLINE = frozenset({
    "a", "abbr", "b", "cite", "code", "del", "em", "i", "ins", "kbd", "mark", "q", "s", "small",
    "span", "strong", "sub", "sup", "u",
})  # fmt: skip
_BLOCKS = frozenset({
    "blockquote", "caption", "dd", "div", "dl", "dt", "figcaption", "figure", "h1", "h2", "h3",
    "h4", "h5", "h6", "li", "ol", "p", "pre", "table", "tbody", "td", "tfoot", "th", "thead",
    "tr", "ul",
})  # fmt: skip
_VOID = frozenset({"br", "hr"})
_SILENT = frozenset({"script", "style", "template", "iframe", "object", "noscript", "title"})
_HEADING = re.compile(r"h([1-6])")
_ALIGN = re.compile(r"text-align:\s*(left|center|right)")
_SPACES = re.compile(r"[ \t\r\n\f]+")
_LINK = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)

HEADINGS_DOWN = 3
"""Levels by which headings move down: above an article stand the page, the post, the account."""


class Harmless(HTMLParser):
    """Reads HTML; `html` is the harmless form of it, `runs` its words."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self._out: list[str] = []
        self._open: list[str] = []
        self._silent = 0
        self._runs: list[Run] = []
        self._href = ""
        self.feed(source)
        self.close()
        while self._open:
            self._out.append(_end(self._open.pop()))

    @property
    def html(self) -> str:
        """Elements of the list alone, every one of them closed."""
        return "".join(self._out).strip()

    @property
    def runs(self) -> tuple[Run, ...]:
        """The words, a blank line between two blocks."""
        return _trimmed(self._runs)

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        """Opens an element of the list."""
        if tag in _SILENT:
            self._silent += 1
        if self._silent:
            return
        if tag in _VOID:
            self._out.append(f"<{tag}>")
            self._say("\n" if tag == "br" else "\n\n")
        elif tag in _INLINE | _BLOCKS:
            self._open.append(tag)
            self._out.append(_start(tag, {name: value or "" for name, value in attrs}))
            if tag == "a":
                self._href = _link(dict(attrs).get("href"))
            if tag in _BLOCKS:
                self._gap(tag)
            if tag == "li":
                self._say("• ")

    def handle_startendtag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        """`<br />`; of others, HTML reads the start."""
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        """Closes the element and all that are open in it."""
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif not self._silent and tag in self._open:
            while True:
                last = self._open.pop()
                self._out.append(_end(last))
                if last == "a":
                    self._href = ""
                if last in _BLOCKS:
                    self._gap(last)
                if last == tag:
                    break

    def handle_data(self, data: str) -> None:
        """Words."""
        if self._silent:
            return
        self._out.append(escape(data))
        self._say(data if "pre" in self._open else _SPACES.sub(" ", data))

    def _say(self, text: str) -> None:
        kind = Kind.LINK if self._href and text.strip() else Kind.PLAIN
        before = self._runs[-1].text if self._runs else "\n"
        if kind is Kind.PLAIN and "pre" not in self._open and before[-1:] in {"\n", " "}:
            text = text.lstrip(" ")
        if text:
            self._runs.append(Run(kind, text, self._href if kind is Kind.LINK else ""))

    def _gap(self, tag: str) -> None:
        lines = "\n" if tag in {"li", "tr", "td", "th", "tbody", "thead", "dt", "dd"} else "\n\n"
        told = "".join(run.text for run in self._runs[-3:])
        missing = len(lines) - (len(told) - len(told.rstrip("\n")))
        if self._runs and missing > 0:
            self._runs.append(Run(Kind.PLAIN, "\n" * missing))


def words(source: str) -> str:
    """The words of HTML on one line, as WordPress strips tags for an excerpt."""
    return " ".join(_Words(source).text.split())


class _Words(HTMLParser):
    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self._out: list[str] = []
        self._silent = 0
        self.feed(source)
        self.close()

    @property
    def text(self) -> str:
        return "".join(self._out)

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        del attrs
        self._silent += tag in {"script", "style"}

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in {"script", "style"} and self._silent > 0

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._out.append(data)


def _start(tag: str, attributes: dict[str, str]) -> str:
    """The tag with the few attributes that mean something here."""
    heading = _HEADING.fullmatch(tag)
    if heading:
        return f'<{_shifted(heading)} class="{tag}">'
    kept = ""
    if tag == "a":
        href = _link(attributes.get("href"))
        if href:
            kept = f' href="{escape(href)}" target="_blank" rel="noopener noreferrer"'
    elif tag == "ol" and attributes.get("start", "").isdecimal():
        kept = f' start="{int(attributes["start"])}"'
    elif tag in {"td", "th"}:
        align = _ALIGN.search(attributes.get("style", ""))
        kept = f' class="to-{align[1]}"' if align else ""
    return f"<{tag}{kept}>"


def _end(tag: str) -> str:
    heading = _HEADING.fullmatch(tag)
    return f"</{_shifted(heading) if heading else tag}>"


def _shifted(heading: re.Match[str]) -> str:
    return f"h{min(6, int(heading[1]) + HEADINGS_DOWN)}"


def _link(href: str | None) -> str:
    return href if href and _LINK.match(href.strip()) else ""


def _trimmed(runs: list[Run]) -> tuple[Run, ...]:
    """Without the white space around the whole."""
    found = list(runs)
    while found and not found[-1].text.strip():
        found.pop()
    if found:
        last = found[-1]
        found[-1] = Run(last.kind, last.text.rstrip(), last.target)
    return tuple(found)
