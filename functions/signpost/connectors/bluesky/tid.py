"""Record keys: a TID that depends on what is sent and when it is due, and on nothing else.

A TID is a time (53 bits, microseconds since 1970) and 10 bits more, as 13 signs that sort like
the number. Ours is the due time, moved on by a digest of the delivery: whoever computes it
again, on another machine or from a restored ledger, arrives at the same key, and there the
server lets nothing be written twice. The record's `createdAt` is read back from the key, so the
whole record is as fixed as the key is.

Source: https://atproto.com/specs/tid, 2026-11-22.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from signpost.domain.canonical import digest

_ALPHABET = "234567abcdefghijklmnopqrstuvwxyz"
_FORM = re.compile(r"[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

_PART_US = 100_000
"""Parts of a thread lie a tenth of a second apart, so that their times are in order.

Within that tenth the digest chooses: two deliveries of one account that are due at the same
instant share a key with a chance of one in 10^8, and even then nothing is overwritten.
"""


def mint(delivery: str, revision: str, part: int, due: datetime) -> str:
    """The record key of one part.

    Args:
        part: number of the part, from 0.
        due: when the delivery goes out, aware.
    """
    chance = int(digest(f"{delivery}\0{revision}\0{part}".encode())[:15], 16)
    offset, clock = divmod(chance % (_PART_US << 10), 1 << 10)
    number = ((due - _EPOCH) // _MICROSECOND + part * _PART_US + offset) << 10 | clock
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(60, -1, -5))


def created_at(key: str) -> str:
    """The time in a record key, as a record says it: UTC with milliseconds.

    Raises:
        ValueError: that is no TID.
    """
    if not _FORM.fullmatch(key):
        raise ValueError(f"{key!r} is no record key")
    number = 0
    for char in key:
        number = number << 5 | _ALPHABET.index(char)
    moment = _EPOCH + (number >> 10) * _MICROSECOND
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
