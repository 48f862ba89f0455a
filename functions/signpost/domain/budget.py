"""How many sends a channel still takes from an account, as its own answers say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

LONGEST = timedelta(days=1)
"""Nobody is waited for longer than this, whatever a server says; the next answer tells more."""


@dataclass(frozen=True, slots=True)
class Budget:
    """What a server still takes from the account, as it said with its last answer.

    Args:
        limit: requests (or points, where the channel counts those) in its window.
        left: how many of them remain.
        resets_at: when it has all of them again, UTC; None: it did not say.
    """

    limit: int
    left: int
    resets_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """A budget that the answer to a send told of, in sends.

    An account's sends are numbered by the ledger, from its first on. So what is left can be kept
    as the number of the last send that fits: it stays true while other workers go on counting.

    Args:
        budget: limit and remainder in sends; `resets_at` is never too early.
        at: when it was told, UTC.
        cap: number of the last send that fits until `resets_at`.
    """

    budget: Budget
    at: datetime
    cap: int


def seen(budget: Budget, *, number: int, cost: int, at: datetime) -> Seen:
    """What an answer allows.

    Args:
        budget: as the channel told it.
        number: of the send that it answered.
        cost: what a send takes of it.
        at: when the answer came, UTC.
    """
    resets_at = budget.resets_at
    if resets_at is not None:
        # Servers cut fractions of the second off; a second too late is better than one refusal.
        resets_at = min(resets_at, at + LONGEST).replace(microsecond=0) + timedelta(seconds=2)
    left = max(0, budget.left) // cost
    return Seen(Budget(budget.limit // cost, left, resets_at), at, number + left)


def replaces(old: Seen | None, new: Seen) -> bool:
    """Whether a new reading takes the place of the one that is kept.

    Within a window the least counts: answers overtake each other, and one that was given before
    another send arrived promises too much. A reading of a window that is over changes nothing,
    however late it is written.
    """
    if old is None or old.budget.resets_at is None or old.budget.resets_at <= new.at:
        return True
    resets_at = new.budget.resets_at
    return resets_at is not None and old.at < resets_at and new.cap < old.cap
