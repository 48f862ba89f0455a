"""A text without what would act on the place that shows it."""

from __future__ import annotations

import re

# What a post's text, a file's name or a server's answer could smuggle into a terminal or a page.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def plain(text: str) -> str:
    """The text without anything that moves the cursor, rings, or turns the reading direction."""
    return _CONTROL.sub("�", text)
