"""Canonical JSON and digests: equal values have equal bytes."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime

_ENCODER = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
)


def canonical_json(value: object) -> bytes:
    """The one byte form of a JSON value: sorted keys, no spaces, UTF-8, no NaN.

    Raises:
        TypeError: the value has a member that JSON cannot carry.
        ValueError: a float is not finite.
    """
    return _ENCODER.encode(value).encode()


def digest(data: bytes) -> str:
    """Lower-case hexadecimal SHA-256 of the bytes."""
    return hashlib.sha256(data).hexdigest()


def utc_text(moment: datetime) -> str:
    """An instant as fixed-width UTC text, milliseconds kept, so that text order is time order.

    Raises:
        ValueError: the moment has no zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone is not an instant")
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse_utc(text: str) -> datetime:
    """The instant that `utc_text` wrote.

    Raises:
        ValueError: not an ISO 8601 instant with a zone.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"no zone in {text!r}")
    return moment.astimezone(UTC)
