"""'Did you mean …': the likeliest word for a mistyped one."""

from __future__ import annotations

from collections.abc import Iterable

LONGEST = 40
"""Longer words are not compared: the text may come from anyone, and comparing costs time."""

SHOWN = 30
"""Enough for all keys of front matter."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The end of a remedy: what was probably meant, else what is known; empty if nothing is."""
    import difflib  # most runs have nothing to suggest

    words = sorted(set(known))
    near = difflib.get_close_matches(word, words[:500], n=1) if len(word) <= LONGEST else []
    if near:
        return f"Did you mean `{near[0]}`?"
    if not words:
        return ""
    more = ", …" if len(words) > SHOWN else ""
    return f"Known: {', '.join(f'`{item}`' for item in words[:SHOWN])}{more}."
