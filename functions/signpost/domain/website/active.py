"""Looks through built pages: which inline scripts are the theme's, and is there any of others?

The words of a page are made harmless before the build. This looks at what came of it, so that a gap
there stops the build and reaches no reader.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser

_ARTICLE = "<article"
_INLINE = re.compile(r"<script(?P<attributes>[^>]*)>(?P<code>.*?)</script>", re.DOTALL)
_DATA = re.compile(r"type=\"?application/json")
# Each begins with fixed letters, so that thousands of pages are looked through in little time.
_HARMLESS = r"(?![\"'](?:https?://|mailto:|tel:|[#./?]|[\w-]+(?:[/#.?\"']|$)))"
_SUSPECTS = (
    re.compile(
        r"<\s*/?\s*(?:script|style|iframe|frame|object|embed|applet|base|form|meta|link|math|svg"
        r"|template|video|audio|source|portal|dialog|button|textarea|select|isindex|xml|animate|set"
        r"|marquee|bgsound|layer)\b"
    ),
    re.compile(r"on[a-z]+\s*="),
    re.compile(rf"href\s*=\s*{_HARMLESS}"),
    re.compile(rf"src\s*=\s*{_HARMLESS}"),
    *(
        re.compile(rf"{name}\s*=")
        for name in (
            "style",
            "srcdoc",
            "srcset",
            "action",
            "ping",
            "background",
            "data",
            "poster",
            "cite",
            "longdesc",
            "dynsrc",
            "lowsrc",
        )
    ),
    re.compile(r"mermaid"),
)
"""What makes a text worth being read element by element; in lower case."""
_ELEMENTS = frozenset(
    [
        "script",
        "style",
        "iframe",
        "frame",
        "object",
        "embed",
        "applet",
        "base",
        "form",
        "meta",
        "link",
        "math",
        "svg",
        "template",
        "video",
        "audio",
        "source",
        "portal",
        "dialog",
        "button",
        "textarea",
        "select",
        "isindex",
        "xml",
        "animate",
        "set",
        "marquee",
        "bgsound",
        "layer",
    ]
)
_ADDRESSES = frozenset(
    [
        "href",
        "src",
        "action",
        "data",
        "poster",
        "cite",
        "longdesc",
        "formaction",
        "ping",
        "background",
        "xlink:href",
        "dynsrc",
        "lowsrc",
        "srcdoc",
        "srcset",
    ]
)
_SCHEME = re.compile(r"^[\x00-\x20]*([a-zA-Z][a-zA-Z0-9+.\x00-\x20-]*):")
_SCHEMES = frozenset({"http", "https", "mailto", "tel"})
_UP = re.compile(r'new URL\("(?:\.|\.\.(?:/\.\.)*|/)",')
_FOREIGN = (  # apart, for the reason given above
    re.compile(r"<(?:iframe|frame|object|embed|applet|base|video|audio|math|animate|set)\b"),
    re.compile(r"on(?!tent\b|ent\b)[a-z]+\s*="),  # `content=`, `data-md-component=`: the theme's
)
_NEVER = frozenset(
    [
        "iframe",
        "frame",
        "object",
        "embed",
        "applet",
        "base",
        "video",
        "audio",
        "math",
        "animate",
        "set",
    ]
)
_LOADED = re.compile(r"<script[^>]*\ssrc\s*=\s*[\"']?(?P<from>[^\"'\s>]*)", re.IGNORECASE)
_OURS = re.compile(r"(?:\.\./)*assets/[\w./-]+\Z")
# What the theme itself puts into an article.
_THEME = re.compile(
    r'<a href="[^"]*" title="[^"]*" class="md-content__button md-icon"[^>]*>\s*<svg.*?</svg>\s*</a>',
    re.DOTALL,
)


def article(page: str) -> tuple[str, str, str]:
    """A page in three: what the theme says before the text, the text, and what it says after."""
    start = page.find(_ARTICLE)
    end = page.rfind("</article>")
    if start < 0 or end < start:
        return page, "", ""
    return page[:start], page[start:end], page[end:]


def theme_scripts(page: str) -> set[str]:
    """The inline scripts of a page that holds no words but ours, so that they are the theme's."""
    return {_same(code) for code in _inline(page)}


def script_hashes(page: str) -> set[str]:
    """Hashes of a page's inline scripts, as a Content-Security-Policy names them."""
    return {_hash(code) for code in _inline(page)}


def active(page: str, theme: set[str]) -> list[str]:
    """What in a page could run, or load something, beyond the theme; empty where nothing could.

    Args:
        theme: the scripts that are the theme's, as `theme_scripts` gives them.
    """
    before, text, after = article(page)
    found = ["<script>" for code in _inline(page) if _same(code) not in theme]
    for part in (before, after):
        small = part.lower()
        if any(pattern.search(small) for pattern in _FOREIGN):  # perhaps within words or a value
            frame = _Frame()
            frame.feed(part)
            frame.close()
            found += frame.found
        found += [hit[0] for hit in _LOADED.finditer(part) if not _OURS.match(hit["from"])]
    small = text.lower()
    if any(pattern.search(small) for pattern in _SUSPECTS):
        reader = _Reader()
        reader.feed(_THEME.sub("", text))
        reader.close()
        found += reader.found
    return found


def _inline(page: str) -> list[str]:
    """The code of every inline script that stands outside the text."""
    before, _text, after = article(page)
    return [
        found["code"]
        for part in (before, after)
        for found in _INLINE.finditer(part)
        if "src=" not in found["attributes"] and not _DATA.search(found["attributes"])
    ]


def _same(code: str) -> str:
    """A script, without the one thing in it that differs from page to page: the way up."""
    return _UP.sub('new URL(".",', code, count=1)


def allowed_address(address: str) -> bool:
    """Whether a link or picture may lead there: a path, or one of the few harmless schemes."""
    plain = unescape(address)
    found = _SCHEME.match(re.sub(r"[\t\r\n]", "", plain))
    if found is None:
        return not re.match(r"^[\x00-\x20]*(?:\\|/)(?:\\|/)", plain)
    return re.sub(r"[\x00-\x20]", "", found[1]).lower() in _SCHEMES


class _Reader(HTMLParser):
    """Reads a text as a browser would, as far as elements and attributes go."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Judge an element."""
        if tag.rpartition(":")[2] in _ELEMENTS:
            self.found.append(f"<{tag}>")
        self.found.extend(_wrong(tag, attrs))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """The same for `<a />`."""
        self.handle_starttag(tag, attrs)


class _Frame(HTMLParser):
    """Reads what is around the text; the theme's own scripts and forms are judged elsewhere."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Judge an element."""
        if tag in _NEVER:
            self.found.append(f"<{tag}>")
        self.found += [f"<{tag} {name}=…>" for name, _value in attrs if name.startswith("on")]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """The same for `<a />`."""
        self.handle_starttag(tag, attrs)


def _wrong(tag: str, attrs: list[tuple[str, str | None]]) -> Iterator[str]:
    for name, value in attrs:
        if name.startswith("on") or name in {"style", "srcdoc"}:
            yield f"<{tag} {name}=…>"
        elif name in _ADDRESSES and not allowed_address(value or ""):
            yield f'<{tag} {name}="{(value or "")[:40]}">'
        elif name == "class" and "mermaid" in (value or "").split():
            yield f"<{tag} class=mermaid>"


def _hash(code: str) -> str:
    digest = hashlib.sha256(code.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"
