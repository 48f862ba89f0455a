"""The ledger's row of a delivery: the only memory of what happened to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from signpost.domain.delivery import Account
from signpost.domain.lifecycle import Event, State, after
from signpost.errors import IllegalTransition


@dataclass(frozen=True, slots=True)
class BundleRef:
    """Where the delivery's line lies: bytes [offset, offset + length) of a bundle."""

    digest: str
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class PublishedPart:
    """A part that is public."""

    external_id: str
    permalink: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to send, for people to read in `status`."""

    at: datetime
    part: int
    outcome: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """State of one delivery. Every write adds one to `fence` and is conditional on it.

    Args:
        due: when it should go out (UTC), fixed at acceptance.
        next_at: when a worker should next look; for PUBLISHED the time of publication.
        attempts: sends and failed preparations so far, of the current part.
        owner: token of the worker that last wrote.
        key: client key minted for the current part, once, before its first send.
        intent_at: when the last intent was recorded.
        deadline_at: after this instant the worker that holds the intent must not send.
        asks: how often the channel was asked without an answer while AMBIGUOUS or PENDING.
        resends: guarded resends so far.
        prepared: what `prepare` returned for the current part; None until then.
        maybe_live: a person must look before this may be sent again.
        history: the latest attempts, oldest first (at most 20).
        target: the account as it was sent to, so that measuring needs no bundle; None in rows
            of older versions.
        action: `correct` or `retract` on the row of an amendment (see domain.amendment); empty
            on a delivery's own.
        aims: the public parts that an amendment acts on, in the order in which it does.
        live: the revision that was public when an amendment was asked for.
        base: where the line of that revision lies.
        note: who asked for an amendment, and why.
        made_from: of the revision; see Delivery.
        tiers: ids of the tiers of approval that its post needed when the bundle was accepted, with
            spaces between; empty: none.
        awaits: it is HELD for its approval, and for nothing else: it goes on by itself once that is
            given, and expires where it is not.
    """

    delivery: str
    brand: str
    account: str
    state: State
    revision: str
    bundle: BundleRef
    due: datetime
    next_at: datetime
    grace_s: int
    on_ambiguous: str
    parts_total: int
    changed_at: datetime
    fence: int = 0
    attempts: int = 0
    owner: str = ""
    key: str = ""
    intent_at: datetime | None = None
    deadline_at: datetime | None = None
    asks: int = 0
    resends: int = 0
    prepared: Mapping[str, Any] | None = None
    pending_id: str = ""
    parts: tuple[PublishedPart, ...] = ()
    published_at: datetime | None = None
    reason: str = ""
    maybe_live: bool = False
    history: tuple[Attempt, ...] = field(default=())
    target: Account | None = None
    action: str = ""
    aims: tuple[PublishedPart, ...] = ()
    live: str = ""
    base: BundleRef | None = None
    note: str = ""
    made_from: str = ""
    tiers: str = ""
    awaits: bool = False

    @property
    def part(self) -> int:
        """Index of the part that is to be sent next."""
        return len(self.parts)

    def moved(self, event: Event, *, owner: str, at: datetime, **changes: Any) -> Row:
        """The row after the event: next state, fence + 1, owner and the given changes.

        Raises:
            IllegalTransition: the event is not allowed in the present state.
        """
        if event is Event.AMEND and not self.action:
            raise IllegalTransition(f"{self.delivery} is no amendment.")
        return replace(
            self,
            state=after(self.state, event),
            fence=self.fence + 1,
            owner=owner,
            changed_at=at,
            awaits=event is Event.AWAIT,
            **changes,
        )

    def with_attempt(self, attempt: Attempt) -> Row:
        """The row with an attempt added to its history; the oldest beyond 20 are dropped."""
        return replace(self, history=(*self.history, attempt)[-20:])
