"""'Did you mean …': the likeliest word for a mistyped one."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

LONGEST = 40
"""Longer words are not compared: the text may come from anyone, and comparing costs time."""

SHOWN = 30
"""Enough for all keys of front matter."""

_COMPARED = 500
_ALIKE = 0.75
"""So much alike are a word and its slip: a letter too many, too few or in the wrong place."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The end of a remedy: what was probably meant, else what is known; empty if nothing is."""
    words = sorted(set(known))
    near = _near(word, tuple(words[:_COMPARED]))
    if near:
        return f"Did you mean `{near[0]}`?"
    if not words:
        return ""
    more = ", …" if len(words) > SHOWN else ""
    return f"Known: {', '.join(f'`{item}`' for item in words[:SHOWN])}{more}."


def surely_meant(word: str, known: Iterable[str]) -> str:
    """The only word that can have been meant, for `--fix`; empty where there may be doubt."""
    import difflib

    words = tuple(sorted(set(known)))
    near = _near(word, words) if len(words) <= _COMPARED else ()
    if len(near) != 1 or not difflib.get_close_matches(word, near, cutoff=_ALIKE):
        return ""
    return near[0]


@lru_cache(maxsize=1024)  # who mistypes a word does so in many files
def _near(word: str, words: tuple[str, ...]) -> tuple[str, ...]:
    """The likeliest words, two at most."""
    import difflib  # most runs have nothing to suggest

    return tuple(difflib.get_close_matches(word, words, n=2)) if len(word) <= LONGEST else ()
