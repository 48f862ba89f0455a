"""When tokens end, and when to warn of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

MEMBER = "expires_at"
"""The member of a secret that says when its token ends: ISO 8601, or seconds since 1970."""

WARN_BEFORE = timedelta(days=7)
"""A token that ends sooner is warned of: time enough to make a new one on a working day."""

_FIRST, _LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def ends_at(token: Mapping[str, str]) -> datetime | None:
    """When the token ends by its own secret, UTC, in whole seconds.

    Returns:
        None where the secret does not say, or says what cannot be: no time at all, one without an
        offset, or one outside of this century.
    """
    text = str(token.get(MEMBER, "")).strip()
    if re.fullmatch("[0-9]{9,10}", text):
        moment = datetime.fromtimestamp(int(text), UTC)
    else:
        try:
            moment = datetime.fromisoformat(text)
            if moment.tzinfo is None:
                return None
            moment = moment.astimezone(UTC).replace(microsecond=0)
        except (ValueError, OverflowError):
            return None
    return moment if _FIRST <= moment < _LAST else None


def is_warned(until: datetime | None, now: datetime) -> bool:
    """Whether a token's end is worth a word: it has ended, or ends within seven days."""
    return until is not None and until - now <= WARN_BEFORE


def days_left(until: datetime, now: datetime) -> int:
    """Whole days until then, rounded down; negative once it is over."""
    return (until - now) // timedelta(days=1)
