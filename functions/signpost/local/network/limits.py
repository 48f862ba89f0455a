"""What the local network accepts and how often: Mastodon's numbers, changeable for tests.

Source: an answer of Mastodon 4.6.4 to GET /api/v2/instance and its X-RateLimit headers
(August 2026), https://docs.joinmastodon.org/api/rate-limits/ (read 2026-11-22).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from signpost.domain.channel import TextLimit, Unit
from signpost.domain.textlen import count_payload

URL_WEIGHT = 23
MAX_ATTACHMENTS = 4
MAX_DESCRIPTION = 1500
MAX_IMAGE_BYTES = 16 * 1024 * 1024
MAX_VIDEO_BYTES = 99 * 1024 * 1024
MIME_TYPES = (
    *("image/jpeg", "image/png", "image/gif", "image/heic", "image/heif", "image/webp"),
    *("image/avif", "video/webm", "video/mp4", "video/quicktime"),
    *("audio/wav", "audio/ogg", "audio/mpeg", "audio/flac"),
)
_SOURCE = "https://docs.joinmastodon.org/user/posting/#text"


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be changed while the server runs.

    Args:
        max_characters: limit on warning and text together, in graphemes.
        media_processing_s: seconds for which an upload answers 202 and then 206; 0 means it is
            ready at once.
        rate_limits: whether the limits refuse; the headers are sent either way.
        session_s: seconds that a session of Bluesky lives before it has to be renewed.
    """

    max_characters: int = 500
    media_processing_s: float = 0.0
    rate_limits: bool = True
    session_s: float = 7200.0


def length(text: str, spoiler_text: str) -> int:
    """The length of a status as Mastodon counts it."""
    limit = TextLimit(
        field="spoiler_text+status",
        max=0,
        unit=Unit.GRAPHEME,
        url_weight=URL_WEIGHT,
        short_mentions=True,
        source=_SOURCE,
        checked="2026-11-22",
    )
    return count_payload({"spoiler_text": spoiler_text, "status": text}, limit)


@dataclass(frozen=True, slots=True)
class Family:
    """Endpoints that share a limit of `limit` points in each window of `window_s` seconds.

    Args:
        cost: points that one request takes.
    """

    name: str
    limit: int
    window_s: int
    cost: int = 1


CALLS = Family("calls", 300, 5 * 60)
STATUSES = Family("statuses", 300, 3 * 60 * 60)
MEDIA = Family("media", 30, 30 * 60)
DELETES = Family("deletes", 30, 30 * 60)

FAMILIES: Mapping[str, Family] = {
    "create_status": STATUSES,
    "upload_media": MEDIA,
    "delete_status": DELETES,
    "unreblog": DELETES,
}
"""By endpoint; every other one counts as a call."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of a limit after a request was counted, and when it begins anew."""

    allowed: bool
    left: int
    reset: datetime


class RateBook:
    """Counts requests of each account in fixed windows. In memory: a restart forgives."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._used: dict[tuple[str, str], tuple[int, int]] = {}

    def take(self, account: str, family: Family, *, refuse: bool) -> Allowance:
        """Count a request.

        Args:
            account: whose; one name for all callers without a token.
            family: the limit that it counts against.
            refuse: whether a full window refuses.
        """
        window = int(self._now().timestamp()) // family.window_s
        with self._lock:
            seen, used = self._used.get((account, family.name), (window, 0))
            used = (used if seen == window else 0) + family.cost
            self._used[account, family.name] = (window, used)
        reset = datetime.fromtimestamp((window + 1) * family.window_s, UTC)
        return Allowance(
            allowed=not refuse or used <= family.limit,
            left=max(0, family.limit - used),
            reset=reset,
        )


def rate_headers(limit: int, remaining: int, reset: datetime) -> dict[str, str]:
    """The three headers that Mastodon sends; the reset is ISO 8601, not seconds."""
    return {
        "X-RateLimit-Limit": str(limit),
        "X-RateLimit-Remaining": str(remaining),
        "X-RateLimit-Reset": reset.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
    }
