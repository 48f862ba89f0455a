"""What an answer of a channel means for the ledger: PUBLISHING.md section 2, as pure functions.

The use cases do the I/O; every decision about a row is made here, from values alone.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from signpost.domain.channel import ChannelSpec
from signpost.domain.lifecycle import Event, State
from signpost.domain.outcome import (
    Absent,
    Ambiguous,
    Confirmation,
    Found,
    Outcome,
    Pending,
    Processing,
    Published,
    Rejected,
    Several,
    Throttled,
    Unknown,
)
from signpost.domain.row import Attempt, PublishedPart, Row

SEND_DEADLINE_S = 20.0
"""Seconds from the intent in which the send must be over."""

MAX_ATTEMPTS = 3
"""Tries of one part that end in nothing: workers that die or break over it, sends that vanish."""

MAX_ASKS = 10
"""Unanswered questions to a channel before a person is asked instead."""

SINCE_SLACK = timedelta(seconds=60)
"""How far a channel's clock may lag behind ours."""

LONGEST_PASSING_S = 300.0
"""Longest wait for a reason that passes, in seconds: several fit into the usual grace."""

FIRST_ASK_S = 10.0

DEFAULT_SETTLE_S = 210
"""Settle time where the channel's own cannot be read."""

LONGEST_WAIT = timedelta(days=1)

_NOT_SEEN = {
    "": "the channel does not show it",
    "correct": "the channel does not show the edit",
    "retract": "it is public still",
}
"""What a conclusive absence is of each action."""


def backoff_s(tries: int, *, first: float = 30.0, most: float = 600.0) -> float:
    """Seconds to wait after the given number of tries (1 and up)."""
    return float(min(most, first * 2.0 ** max(0, tries - 1)))


def is_late(row: Row, now: datetime) -> bool:
    """Whether the late policy forbids sending at this instant."""
    return now > row.due + timedelta(seconds=row.grace_s)


def expire_or_hold(row: Row, *, owner: str, now: datetime) -> Row:
    """The row of a delivery that is too late; a thread with public parts waits for a person."""
    late_s = int((now - row.due).total_seconds())
    if row.parts:
        reason = f"{_break(row)}, and {late_s} s late"
        return row.moved(Event.HOLD, owner=owner, at=now, reason=reason)
    reason = f"too late: {late_s} s after its time, {row.grace_s} s allowed"
    if row.reason:
        reason = f"{reason}; what kept it: {row.reason}"[:300]
    return row.moved(Event.EXPIRE, owner=owner, at=now, reason=reason)


def intended(row: Row, *, key: str, owner: str, now: datetime) -> Row:
    """The row as the intent records it. `next_at` stays, so that the index is not written."""
    return row.moved(
        Event.INTENT,
        owner=owner,
        at=now,
        key=key,
        intent_at=row.intent_at or now,
        deadline_at=now + timedelta(seconds=SEND_DEADLINE_S),
        attempts=row.attempts + 1,
        asks=0,
        reason="",
    )


def after_preparing(row: Row, error: Exception, *, owner: str, now: datetime) -> Row:
    """The row after preparation failed for a reason that may pass; FAILED when tries are spent.

    `attempts` must already count this try, if it is one that counts.
    """
    reason = f"could not be prepared: {error}"[:300]
    row = row.with_attempt(Attempt(now, row.part, "not prepared", reason))
    if row.attempts >= MAX_ATTEMPTS:
        return row.moved(Event.REFUSED, owner=owner, at=now, reason=reason)
    wait = timedelta(seconds=backoff_s(_in_a_row(row, "not prepared"), most=LONGEST_PASSING_S))
    return row.moved(Event.DELAY, owner=owner, at=now, next_at=now + wait, reason=reason)


def after_outcome(row: Row, outcome: Outcome, *, owner: str, now: datetime) -> Row:
    """The row after the channel answered a send (or did not)."""
    word, reason = _words(outcome)
    row = row.with_attempt(Attempt(now, row.part, word, reason))
    match outcome:
        case Published(external_id, permalink):
            return _published(row, PublishedPart(external_id, permalink), owner, now, now)
        case Pending(external_id, wait_s):
            return row.moved(
                Event.ACCEPTED,
                owner=owner,
                at=now,
                pending_id=external_id,
                next_at=now + timedelta(seconds=wait_s),
            )
        case Throttled(wait_s):
            # Being asked to wait spends no attempt: the late policy bounds how long we do.
            return row.moved(
                Event.THROTTLED,
                owner=owner,
                at=now,
                next_at=now + min(LONGEST_WAIT, timedelta(seconds=max(1.0, wait_s))),
                attempts=row.attempts - 1,
                reason=reason,
            )
        case Rejected(_, permanent):
            if permanent:
                return row.moved(Event.REFUSED, owner=owner, at=now, reason=_broken(row, reason))
            # A server that is down for minutes wears nothing out: the late policy says how long.
            wait = timedelta(seconds=backoff_s(_in_a_row(row, word), most=LONGEST_PASSING_S))
            return row.moved(
                Event.RETRY,
                owner=owner,
                at=now,
                next_at=now + wait,
                attempts=row.attempts - 1,
                reason=reason,
            )
        case Ambiguous():
            wait = timedelta(seconds=FIRST_ASK_S)
            return row.moved(Event.UNKNOWN, owner=owner, at=now, next_at=now + wait, reason=reason)


def conclusive_from(row: Row, spec: ChannelSpec) -> datetime:
    """From when on an absence is conclusive.

    Raises:
        ValueError: the row carries no deadline, so it was never sent.
    """
    if row.deadline_at is None:
        raise ValueError(f"{row.delivery} was never sent")
    return row.deadline_at + timedelta(seconds=spec.settle_s)


def after_confirmation(
    row: Row, answer: Confirmation, spec: ChannelSpec, *, owner: str, now: datetime
) -> Row:
    """The row after the channel was asked whether a send landed."""
    match answer:
        case Found(external_id, permalink, published_at):
            part = PublishedPart(external_id, permalink)
            row = row.with_attempt(Attempt(now, row.part, "confirmed"))
            return _published(row, part, owner, now, published_at or now)
        case Several(ids):
            reason = f"{len(ids)} public items match: {', '.join(ids[:3])}"
            return row.moved(Event.HOLD, owner=owner, at=now, reason=reason, maybe_live=True)
        case Processing(wait_s):
            if row.asks + 1 >= 10 * MAX_ASKS:
                reason = "the channel has been processing it for too long"
                return row.moved(Event.HOLD, owner=owner, at=now, reason=reason, maybe_live=True)
            wait = timedelta(seconds=wait_s)
            return row.moved(
                Event.ACCEPTED, owner=owner, at=now, next_at=now + wait, asks=row.asks + 1
            )
        case Unknown(why):
            return after_no_answer(row, why, owner=owner, now=now)
        case Absent():
            return _absent(row, spec, owner, now)


def after_no_answer(row: Row, why: str, *, owner: str, now: datetime) -> Row:
    """The row after the channel could not be asked, or did not say."""
    if row.asks + 1 >= MAX_ASKS:
        asked = "whether it is done" if row.action else "whether it is live"
        reason = f"the channel did not say {asked}: {why}"
        return row.moved(Event.HOLD, owner=owner, at=now, reason=reason, maybe_live=True)
    wait = timedelta(seconds=backoff_s(row.asks + 1, first=15.0))
    return row.moved(
        _still(row), owner=owner, at=now, next_at=now + wait, asks=row.asks + 1, reason=why
    )


def _absent(row: Row, spec: ChannelSpec, owner: str, now: datetime) -> Row:
    conclusive = conclusive_from(row, spec)
    if now < conclusive:
        reason = f"not {'done' if row.action else 'there'} yet; asking again"
        next_at = min(conclusive, now + timedelta(seconds=60))
        return row.moved(_still(row), owner=owner, at=now, next_at=next_at, reason=reason)
    row = row.with_attempt(Attempt(now, row.part, "absent"))
    may_resend = _key_lives(row, spec, now) or (row.on_ambiguous == "retry" and row.resends < 1)
    if row.attempts >= MAX_ATTEMPTS or not may_resend or row.state is State.PENDING:
        reason = f"sent {row.attempts} time(s), and {_NOT_SEEN[row.action]}"
        return row.moved(Event.HOLD, owner=owner, at=now, reason=reason, maybe_live=True)
    return row.moved(
        Event.RETRY,
        owner=owner,
        at=now,
        next_at=now,
        resends=row.resends + 1,
        reason=f"conclusively {'not done' if row.action else 'absent'}; sending again",
    )


def _still(row: Row) -> Event:
    """The event of a question without an answer. What a channel accepted stays PENDING.

    It may yet appear long after any settle time, so that it must never be sent again.
    """
    return Event.ACCEPTED if row.state is State.PENDING else Event.UNKNOWN


def _key_lives(row: Row, spec: ChannelSpec, now: datetime) -> bool:
    if not spec.usable_key:
        return False
    if spec.key_ttl_s is None or row.intent_at is None:
        return True
    margin = timedelta(seconds=2 * SEND_DEADLINE_S)
    return now + margin < row.intent_at + timedelta(seconds=spec.key_ttl_s)


def _published(row: Row, part: PublishedPart, owner: str, now: datetime, at: datetime) -> Row:
    parts = (*row.parts, part)
    if len(parts) < row.parts_total:
        return row.moved(
            Event.PART,
            owner=owner,
            at=now,
            parts=parts,
            next_at=now,
            key="",
            prepared=None,
            pending_id="",
            intent_at=None,
            deadline_at=None,
            attempts=0,
            asks=0,
            resends=0,
            reason="",
        )
    return row.moved(
        Event.PUBLISHED,
        owner=owner,
        at=now,
        parts=parts,
        next_at=at,
        published_at=at,
        prepared=None,
        reason="",
    )


def _in_a_row(row: Row, outcome: str) -> int:
    """How many of the latest attempts of this part ended in this way."""
    count = 0
    for attempt in reversed(row.history):
        if (attempt.part, attempt.outcome) != (row.part, outcome):
            break
        count += 1
    return count


def _broken(row: Row, reason: str) -> str:
    if not row.parts:
        return reason
    return f"{_break(row)}: {reason}"


def _break(row: Row) -> str:
    """Where a thread, or the amendment of one, broke off."""
    what = f"{row.action} of the thread" if row.action else "thread"
    return f"{what} broken after part {row.part} of {row.parts_total}"


def _words(outcome: Outcome) -> tuple[str, str]:
    match outcome:
        case Published():
            return "published", ""
        case Pending():
            return "pending", ""
        case Throttled(_, reason):
            return "throttled", reason
        case Rejected(reason, permanent):
            return ("refused" if permanent else "refused for now"), reason
        case Ambiguous(reason):
            return "ambiguous", reason
