"""A digest as words, for people who compare it by telephone or on paper."""

from __future__ import annotations

from signpost.domain.signing.wordlist import WORDS

COUNT = 12
_BITS = 11
_HEX = 64


def words(digest: str) -> tuple[str, ...]:
    """The first 132 bits of a SHA-256 as twelve words; what differs in them is not the same text.

    Args:
        digest: `sha256:` and 64 hexadecimal digits, or the digits alone.
    """
    number = int(digest.removeprefix("sha256:")[:_HEX], 16) >> (_HEX * 4 - COUNT * _BITS)
    return tuple(
        WORDS[number >> _BITS * (COUNT - 1 - place) & (1 << _BITS) - 1] for place in range(COUNT)
    )
