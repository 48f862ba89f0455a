"""The states of a delivery and the events that move it; PUBLISHING.md section 2 as a table.

SCHEDULED ─intent─▶ SENDING ─published─▶ PUBLISHED
    ▲                  ├─accepted─▶ PENDING ──────┐
    │                  ├─unknown──▶ AMBIGUOUS ◀───┘ (confirm)
    └──throttled, retry┤
                       └─refused──▶ FAILED
SCHEDULED ─hold, await─▶ HELD ─resume─▶ SCHEDULED      ─expire─▶ EXPIRED   ─cancel─▶ CANCELLED
"""

from __future__ import annotations

from enum import StrEnum

from signpost.errors import IllegalTransition


class State(StrEnum):
    """Where a delivery stands."""

    SCHEDULED = "SCHEDULED"
    SENDING = "SENDING"
    PENDING = "PENDING"
    AMBIGUOUS = "AMBIGUOUS"
    PUBLISHED = "PUBLISHED"
    HELD = "HELD"
    EXPIRED = "EXPIRED"
    CANCELLED = "CANCELLED"
    FAILED = "FAILED"


OPEN = frozenset({State.SCHEDULED, State.SENDING, State.PENDING, State.AMBIGUOUS})
"""States in which something is still to be done by a worker."""

BAD_ENDS = frozenset({State.HELD, State.EXPIRED, State.FAILED})
"""States that a person must hear of."""


class Event(StrEnum):
    """What can happen to a delivery."""

    DELAY = "delay"  # not sent yet for a reason that passes; next_at moves
    INTENT = "intent"  # the decision to send is recorded
    PUBLISHED = "published"  # public, all parts
    PART = "part"  # one part of a thread is public, more to come
    ACCEPTED = "accepted"  # the channel took it and is still working on it
    UNKNOWN = "unknown"  # the answer is missing, or confirming gave none
    THROTTLED = "throttled"  # refused for now
    RETRY = "retry"  # refused for a reason that passes, or conclusively absent
    REFUSED = "refused"  # refused for good, or attempts spent
    HOLD = "hold"  # waits for a person
    AWAIT = "await"  # waits for approval; looked at again before its time, and when it is over
    EXPIRE = "expire"  # too late
    CANCEL = "cancel"  # gone from git
    RESUME = "resume"  # a person let go
    BIND = "bind"  # a person found it live
    REVISE = "revise"  # a new revision or time from git
    REAPPLY = "reapply"  # back in git unchanged after a cancel, never sent
    AMEND = "amend"  # a person asks for a correction or retraction; amendments only


_S = State
_TABLE: dict[Event, tuple[frozenset[State], State]] = {
    Event.DELAY: (frozenset({_S.SCHEDULED}), _S.SCHEDULED),
    Event.INTENT: (frozenset({_S.SCHEDULED}), _S.SENDING),
    Event.PUBLISHED: (frozenset({_S.SENDING, _S.PENDING, _S.AMBIGUOUS}), _S.PUBLISHED),
    Event.PART: (frozenset({_S.SENDING, _S.PENDING, _S.AMBIGUOUS}), _S.SCHEDULED),
    Event.ACCEPTED: (frozenset({_S.SENDING, _S.PENDING, _S.AMBIGUOUS}), _S.PENDING),
    Event.UNKNOWN: (frozenset({_S.SENDING, _S.PENDING, _S.AMBIGUOUS}), _S.AMBIGUOUS),
    Event.THROTTLED: (frozenset({_S.SENDING}), _S.SCHEDULED),
    Event.RETRY: (frozenset({_S.SENDING, _S.AMBIGUOUS}), _S.SCHEDULED),
    Event.REFUSED: (frozenset({_S.SCHEDULED, _S.SENDING, _S.PENDING}), _S.FAILED),
    Event.HOLD: (frozenset({_S.SCHEDULED, _S.PENDING, _S.AMBIGUOUS, _S.HELD}), _S.HELD),
    Event.AWAIT: (frozenset({_S.SCHEDULED, _S.HELD}), _S.HELD),
    Event.EXPIRE: (frozenset({_S.SCHEDULED, _S.HELD}), _S.EXPIRED),
    Event.CANCEL: (frozenset({_S.SCHEDULED, _S.HELD}), _S.CANCELLED),
    Event.RESUME: (frozenset({_S.HELD}), _S.SCHEDULED),
    Event.BIND: (frozenset({_S.HELD}), _S.PUBLISHED),
    Event.REVISE: (
        frozenset({_S.SCHEDULED, _S.HELD, _S.CANCELLED, _S.EXPIRED, _S.FAILED}),
        _S.SCHEDULED,
    ),
    Event.REAPPLY: (frozenset({_S.CANCELLED}), _S.SCHEDULED),
    Event.AMEND: (
        frozenset({_S.SCHEDULED, _S.PUBLISHED, _S.HELD, _S.EXPIRED, _S.FAILED}),
        _S.SCHEDULED,
    ),
}


def allowed(state: State, event: Event) -> bool:
    """Whether the event may happen in the state."""
    return state in _TABLE[event][0]


def after(state: State, event: Event) -> State:
    """The state that follows.

    Raises:
        IllegalTransition: the protocol forbids the event in this state.
    """
    sources, target = _TABLE[event]
    if state not in sources:
        raise IllegalTransition(f"A delivery that is {state} cannot be moved by '{event}'.")
    return target
