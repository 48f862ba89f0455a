"""What a push would change: git's wish against the ledger's memory, as a value.

`plan` in the terminal and `schedule` in the cloud make it by the same function, so what was
approved is what is carried out. Printing it is another file's work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from signpost.domain.canonical import canonical_json, digest
from signpost.domain.delivery import Delivery, origin_of
from signpost.domain.lifecycle import OPEN, State

MASS_FLOOR = 20
MASS_SHARE = 0.3
SOON = timedelta(minutes=15)


class Action(StrEnum):
    """What a push does with one delivery."""

    CREATE = "create"
    UPDATE = "update"
    CANCEL = "cancel"
    KEEP = "keep"
    DRIFT = "drift"


ACTING = frozenset({Action.CREATE, Action.UPDATE, Action.CANCEL})


@dataclass(frozen=True, slots=True)
class Undone:
    """A correction or retraction that was asked for and is not done.

    Args:
        action: `correct` or `retract`.
        begun: some of its parts are amended, or may be.
    """

    action: str
    state: State
    reason: str
    begun: bool

    @property
    def under_way(self) -> bool:
        """Nobody need do anything yet."""
        return self.state in OPEN

    def __str__(self) -> str:
        noun = "correction" if self.action == "correct" else "retraction"
        half = "half-done " if self.begun and not self.under_way else ""
        why = f" ({self.reason})" if self.reason else ""
        return f"its {half}{noun} is {self.state}{why}"


@dataclass(frozen=True, slots=True)
class Actual:
    """What the ledger says of a delivery, as far as a plan needs it.

    Args:
        revision: of what is public, where it is and was corrected.
        touched: something of it is, or may be, public: it cannot simply be replaced.
        retracted: it was public, and was taken away again.
        undone: a correction or retraction that was asked for and is not done.
        made_from: of the revision; see Delivery.
    """

    state: State
    revision: str
    due: datetime
    touched: bool
    retracted: bool = False
    undone: Undone | None = None
    made_from: str = ""

    @property
    def settled(self) -> bool:
        """It stands as it is, as long as git wants the same."""
        return not self.retracted and not self.undone and self.state is not State.CANCELLED


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a plan.

    Args:
        due: the new time; None for `now`, and where the delivery goes away.
        was_due: the time in the ledger; None where it is new.
        reason: why it is kept, is drift, or is cancelled.
        answer: what a person may do about drift: `correct`, `retract`; empty where nothing is
            left to do, or it is being done.
    """

    action: Action
    delivery: str
    revision: str = ""
    due: datetime | None = None
    was_due: datetime | None = None
    reason: str = ""
    answer: str = ""

    @property
    def moves(self) -> bool:
        """Whether an update changes the time."""
        return self.action is Action.UPDATE and self.due != self.was_due


@dataclass(frozen=True, slots=True)
class Plan:
    """All changes, in order of delivery id."""

    changes: tuple[Change, ...]

    @property
    def acting(self) -> tuple[Change, ...]:
        """Only what a push would do."""
        return tuple(change for change in self.changes if change.action in ACTING)

    @property
    def digest(self) -> str:
        """Digest over the create, update and cancel set alone."""
        acts = [[c.action, c.delivery, c.revision] for c in self.acting]
        return digest(canonical_json(acts))

    def count(self, action: Action) -> int:
        """How many changes are of this kind."""
        return sum(change.action is action for change in self.changes)


def make_plan(
    wanted: Iterable[Delivery],
    actual: Mapping[str, Actual],
    editable: Callable[[str], bool] = lambda _channel: True,
) -> Plan:
    """Compare what git wants with what the ledger has; pure.

    Args:
        editable: whether what is public on a channel can be edited.
    """
    changes: list[Change] = []
    seen: set[str] = set()
    for delivery in wanted:
        seen.add(delivery.id)
        change = _wanted(delivery, actual.get(delivery.id))
        if change.answer == "correct" and not editable(delivery.account.channel):
            change = replace(change, answer="retract")
        changes.append(change)
    for name, have in actual.items():
        if name not in seen and (gone := _unwanted(name, have)):
            changes.append(gone)
    return Plan(tuple(sorted(changes, key=lambda change: change.delivery)))


def _wanted(delivery: Delivery, have: Actual | None) -> Change:
    revision = delivery.revision
    if have is None:
        return Change(Action.CREATE, delivery.id, revision, delivery.due)
    if have.retracted:
        reason = "retracted, and still in git: it comes back under a new id only"
        return Change(Action.DRIFT, delivery.id, revision, delivery.due, have.due, reason)
    same = is_same(revision, delivery.made_from, have)
    if same and not _unfinished(have):
        if have.state is State.CANCELLED and not have.touched:
            return Change(
                Action.CREATE, delivery.id, revision, delivery.due, have.due, "back in git"
            )
        return Change(Action.KEEP, delivery.id, revision, delivery.due, have.due, have.state)
    if have.touched:
        what = "still in git" if same else "edited"
        return _drift(have, delivery.id, what, revision, delivery.due)
    return Change(Action.UPDATE, delivery.id, revision, delivery.due, have.due, have.state)


def is_same(revision: str, made_from: str, have: Actual) -> bool:
    """Whether the ledger has what git wants.

    The same originals by the same recipes are the same wish, even where another version of the
    picture library would write other bytes. Of what is, or may be, public the originals alone
    decide: how pictures are made is no edit.
    """
    if have.revision == revision or (made_from and have.made_from == made_from):
        return True
    mine, theirs = origin_of(revision, made_from), origin_of(have.revision, have.made_from)
    return have.touched and mine == theirs


def _unwanted(name: str, have: Actual) -> Change | None:
    if have.retracted:
        return None
    if have.touched:
        return _drift(have, name, "gone from git")
    if have.state in (State.SCHEDULED, State.HELD):
        return Change(Action.CANCEL, name, "", None, have.due, "gone from git")
    return None


def _drift(
    have: Actual, name: str, what: str, revision: str = "", due: datetime | None = None
) -> Change:
    answer = "retract"
    if have.undone:
        reason = f"{what}; {have.undone}"
        answer = "" if have.undone.under_way else have.undone.action
    elif have.state is State.PUBLISHED:
        reason = f"{what}, but it is public as it was"
        answer = "correct" if revision else "retract"
    else:
        reason = f"{what}, but part of it is or may be public ({have.state})"
    return Change(Action.DRIFT, name, revision, due, have.due, reason, answer)


def _unfinished(have: Actual) -> bool:
    """Whether an amendment that is not done keeps the audience from seeing what it should.

    A correction that was refused before it began, and whose edit was taken back, does not.
    """
    undone = have.undone
    return undone is not None and (undone.under_way or undone.begun or undone.action == "retract")


def needs_force(plan: Plan, actual: Mapping[str, Actual], now: datetime) -> str:
    """Why this plan needs a person's approval by digest; empty where it does not.

    Creating never needs it. Cancelling or moving does: more than 30 % of at least 20 queued
    deliveries, or anything due within 15 minutes.
    """
    queued = sum(have.state in (State.SCHEDULED, State.HELD) for have in actual.values())
    hit = [c for c in plan.changes if c.action is Action.CANCEL or c.moves]
    hit = [c for c in hit if actual[c.delivery].state in (State.SCHEDULED, State.HELD)]
    soon = [c for c in hit if c.was_due and now <= c.was_due <= now + SOON]
    if soon:
        return f"{len(soon)} of the deliveries it cancels or moves are due within 15 minutes"
    if queued >= MASS_FLOOR and len(hit) > MASS_SHARE * queued:
        return f"it cancels or moves {len(hit)} of {queued} queued deliveries"
    return ""
