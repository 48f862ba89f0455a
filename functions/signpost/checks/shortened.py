"""Words of authors in messages: long ones are cut, and it shows."""

from __future__ import annotations

MOST = 60
"""Characters of what somebody wrote that a message repeats."""


def shortened(text: str, most: int = MOST) -> str:
    """The text, or its beginning and `…`, at most so many characters."""
    return text if len(text) <= most else f"{text[: most - 1]}…"
