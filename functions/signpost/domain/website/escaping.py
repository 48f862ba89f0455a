"""Words of others in our pages: shown as they are, never obeyed."""

from __future__ import annotations

import html
import re

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+.!|~:^=-])")
_BREAKS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")


def markup(text: str) -> str:
    """The text for HTML, also within an attribute's quotation marks, on one line."""
    return html.escape(_BREAKS.sub(" ", text), quote=True)


def inline(text: str) -> str:
    """The text for a line of Markdown: neither Markdown nor HTML finds anything in it."""
    escaped = _MARKDOWN.sub(lambda found: f"&#{ord(found[1])};", _BREAKS.sub(" ", text).strip())
    return re.sub(r"&(?!#\d+;)", "&amp;", escaped).replace("<", "&lt;").replace(">", "&gt;")


def fenced(text: str, language: str = "") -> str:
    """The text as a block of code in Markdown, whatever stands in it."""
    longest = max((len(run) for run in re.findall(r"`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{language}\n{text.rstrip()}\n{fence}\n"
