"""Bugs that others have shipped, sown into the real code to see whether the checker finds them.

Each one changes a function or the in-memory ledger for the time of a run, nothing on disk.
More than 400 lines: the bugs and the one table that names them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any
from unittest.mock import patch

from signpost.domain import amendment, lifecycle, plan, protocol
from signpost.domain.amendment import Amend
from signpost.domain.approval import ApprovalGate
from signpost.domain.gate import ReleaseGate
from signpost.domain.lifecycle import Event, State
from signpost.domain.outcome import (
    Absent,
    Ambiguous,
    Confirmation,
    Found,
    Outcome,
    Pending,
    Published,
    Rejected,
    Throttled,
    Unknown,
)
from signpost.domain.row import Row
from signpost.domain.stop import Stop
from signpost.errors import LedgerUnknown
from signpost.ports import (
    Channel,
    Clock,
    RateState,
    Reading,
    Request,
    Response,
    Sent,
    Taken,
    Write,
)
from signpost.usecases import amend, approval_rows, publish, schedule, state, tick
from signpost.usecases.job import DeadlineTransport, Now, Result
from signpost.usecases.publish import Gate, Publisher
from signpost.usecases.stop import Control
from tests.fakes.ledger import FakeLedger
from tests.simulation.campaign import PLAIN, Twist
from tests.simulation.faults import Fault, Rates
from tests.simulation.platform import KINDS, Model
from tests.simulation.scenes import amended
from tests.simulation.universe import Universe

Sown = Callable[[], Any]


@dataclass(frozen=True, slots=True)
class Bug:
    """A seeded bug.

    Args:
        sow: a context manager in which the bug is there.
        ledger: the in-memory ledger with the bug, where it is one of the ledger.
        rate: the fault rate at which it should show.
        posts: posts of a universe.
        twist: circumstances in which it shows soon.
        race: it is looked for in every order of a worker and a stop instead.
        refused: it is looked for in every order of a worker and a rejection instead.
        scene: it is looked for in this scene instead.
    """

    name: str
    sow: Sown | None = None
    ledger: type[FakeLedger] = FakeLedger
    rate: float = 0.02
    posts: int = 10
    twist: Twist = PLAIN
    race: bool = False
    refused: bool = False
    scene: Callable[[], Universe] | None = None


# --- the ledger ---


class NoFence(FakeLedger):
    """Writes are not conditional."""

    def _judge(self, row: Row, expected: Row) -> Write | None:
        return None


class IntentWithoutFence(FakeLedger):
    """Only the intent is not conditional on the row."""

    def intend(
        self,
        row: Row,
        *,
        expected: Row,
        stop: Stop,
        gate: ReleaseGate | None = None,
        approval: ApprovalGate | None = None,
    ) -> Write:
        present = self._rows[row.delivery]
        return super().intend(row, expected=present, stop=stop, gate=gate, approval=approval)


class IntentWithoutStop(FakeLedger):
    """The intent does not look at the switch."""

    def intend(
        self,
        row: Row,
        *,
        expected: Row,
        stop: Stop,
        gate: ReleaseGate | None = None,
        approval: ApprovalGate | None = None,
    ) -> Write:
        stop = self._stop or stop
        return super().intend(row, expected=expected, stop=stop, gate=gate, approval=approval)


class IntentWithoutGate(FakeLedger):
    """The intent does not look at what is known of releases."""

    def intend(
        self,
        row: Row,
        *,
        expected: Row,
        stop: Stop,
        gate: ReleaseGate | None = None,
        approval: ApprovalGate | None = None,
    ) -> Write:
        return super().intend(row, expected=expected, stop=stop, approval=approval)


class IntentWithoutApproval(FakeLedger):
    """The intent does not look at what is known of approvals."""

    def intend(
        self,
        row: Row,
        *,
        expected: Row,
        stop: Stop,
        gate: ReleaseGate | None = None,
        approval: ApprovalGate | None = None,
    ) -> Write:
        return super().intend(row, expected=expected, stop=stop, gate=gate)


class StaleRows(FakeLedger):
    """Workers read the row from an index that lags, and write over whatever is there now."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self._before: dict[str, tuple[datetime, Row]] = {}

    def read(self, delivery: str, account: str) -> Reading:
        reading = super().read(delivery, account)
        if reading.row is None or delivery not in self._before:
            return reading
        at, old = self._before[delivery]
        if self._clock.now() - at > timedelta(seconds=5):
            return reading
        return replace(reading, row=replace(old, fence=reading.row.fence))

    def _put(self, row: Row) -> None:
        if row.delivery in self._rows:
            self._before[row.delivery] = self._clock.now(), self._rows[row.delivery]
        super()._put(row)


class NoRateLimit(FakeLedger):
    """Sends are not counted."""

    def take_rate(self, account: str, window: int, limit: int, *, now: datetime) -> Taken:
        return Taken(1, RateState())


# --- outcomes and confirmations ---


def _outcomes(change: Callable[[Outcome], Outcome]) -> Sown:
    real = protocol.after_outcome

    def after(row: Row, outcome: Outcome, *, owner: str, now: datetime) -> Row:
        return real(row, change(outcome), owner=owner, now=now)

    return lambda: patch.object(protocol, "after_outcome", after)


def _cleared(outcome: Outcome) -> Outcome:
    return Rejected("timed out", permanent=False) if isinstance(outcome, Ambiguous) else outcome


def _failed(outcome: Outcome) -> Outcome:
    return Rejected("timed out") if isinstance(outcome, Ambiguous) else outcome


def _hoped(outcome: Outcome) -> Outcome:
    return Published("guess", "") if isinstance(outcome, Ambiguous) else outcome


def _taken_for_public(outcome: Outcome) -> Outcome:
    return Published(outcome.external_id, "") if isinstance(outcome, Pending) else outcome


def _impatient(outcome: Outcome) -> Outcome:
    return Throttled(0.0) if isinstance(outcome, Throttled) else outcome


def _confirm(change: Callable[[Confirmation], Confirmation]) -> Sown:
    real = Model.confirm

    def confirm(self: Model, channel: Channel, sent: Sent) -> Confirmation:
        return change(real(self, channel, sent))

    return lambda: patch.object(Model, "confirm", confirm)


def _failure_is_absence(answer: Confirmation) -> Confirmation:
    return Absent() if isinstance(answer, Unknown) else answer


def _any_failure_is_absence() -> Any:
    from signpost.usecases import settle

    return patch.object(settle, "Unknown", lambda _why: Absent())


def _first_page_is_all() -> Any:
    real = Model._judge

    def judge(self: Model, listing: dict[str, Any], sent: Sent) -> Confirmation:
        return real(self, {**listing, "more": False}, sent)

    return patch.object(Model, "_judge", judge)


# --- rows ---


def _moved(change: Callable[[Event, Row, Row], Row]) -> Sown:
    real = Row.moved

    def moved(self: Row, event: Event, *, owner: str, at: datetime, **changes: Any) -> Row:
        return change(event, self, real(self, event, owner=owner, at=at, **changes))

    return lambda: patch.object(Row, "moved", moved)


def _never_says_maybe(_event: Event, _before: Row, after: Row) -> Row:
    return replace(after, maybe_live=False)


def _silent(event: Event, _before: Row, after: Row) -> Row:
    return replace(after, reason="") if event in (Event.HOLD, Event.EXPIRE) else after


def _intended(change: Callable[[Row, Row], Row]) -> Sown:
    real = protocol.intended

    def intended(row: Row, *, key: str, owner: str, now: datetime) -> Row:
        return change(row, real(row, key=key, owner=owner, now=now))

    return lambda: patch.object(protocol, "intended", intended)


def _new_key(_before: Row, after: Row) -> Row:
    return replace(after, key=f"{after.key}~{after.owner}")


# --- the publisher ---


def _own_clock() -> Any:
    def now(clock: Clock, reading: Reading, started: float) -> Now:
        return Now(clock, replace(reading, server_now=None), started)

    return patch.object(publish, "Now", now)


def _no_deadline() -> Any:
    def send(self: DeadlineTransport, request: Request) -> Response:
        return self._inner.send(request)

    return patch.object(DeadlineTransport, "send", send)


def _unsure_is_sure() -> Any:
    def intend(self: Publisher, intent: Row, row: Row, gate: Gate) -> Result | None:
        try:
            answer = self._world.ledger.intend(
                intent, expected=row, stop=gate.stop, gate=gate.releases, approval=gate.approval
            )
            done = answer is Write.DONE
        except LedgerUnknown:
            return None
        return None if done else Result(row.delivery, "lost", row)

    return patch.object(Publisher, "_intend", intend)


def _no_intent() -> Any:
    return patch.object(Publisher, "_intend", lambda *_: None)


def _no_alert_again() -> Any:
    real = Publisher.run

    def run(self: Publisher, delivery: str, **arguments: Any) -> Result:
        return real(self, delivery, **{**arguments, "again": False})

    return patch.object(Publisher, "run", run)


def _burst() -> Any:
    """Resuming lets everything go that was held."""
    real = Control.resume

    def resume(self: Control, scope: str, *, actor: str, reason: str) -> Stop:
        lifted = real(self, scope, actor=actor, reason=reason)
        for row in self.ledger.rows(list(self.ledger.open_rows())).values():
            if row.state is State.HELD and row.reason.startswith("stopped"):
                self.release(row.delivery, actor=actor, reason=reason)
        return lifted

    return patch.object(Control, "resume", resume)


@contextmanager
def _overtaken() -> Iterator[None]:
    """A correction takes the place of another that may still be applied."""
    everywhere = (frozenset(State), State.SCHEDULED)
    with (
        patch.object(amend, "UNSETTLED", frozenset()),
        patch.dict(lifecycle._TABLE, {Event.AMEND: everywhere}),
    ):
        yield


def _two_corrections() -> Universe:
    """The second is asked for before the edit of the first arrives."""
    late = Rates(Random(3), 0.0, (("POST https://plain.test/edit", Fault.LATE, 0.5),))
    asks = [(20.0 * n, Amend.CORRECT, n) for n in range(1, 9)]
    return amended(late, asks)


@contextmanager
def _cancelled_by_a_push() -> Iterator[None]:
    """A push takes an amendment for a delivery that is gone from git."""
    with (
        patch.object(schedule, "is_amendment", lambda _: False),
        patch.object(schedule, "delivery_of", lambda name: name),
    ):
        yield


def _from_the_front() -> Any:
    """Threads are retracted from their first part on."""
    real = amendment.asked

    def asked(main: Row, have: Row | None, wish: Any, *, owner: str, now: datetime) -> Row:
        row = real(main, have, wish, owner=owner, now=now)
        return replace(row, aims=main.parts)

    return patch.object(amend, "asked", asked)


def _silence_is_deletion() -> Any:
    real = Model.confirm_delete

    def confirm(self: Model, channel: Channel, external_id: str) -> Confirmation:
        answer = real(self, channel, external_id)
        return answer if isinstance(answer, Found) else Found(external_id, "")

    return patch.object(Model, "confirm_delete", confirm)


@contextmanager
def _replaceable() -> Iterator[None]:
    """An edit replaces what is public, and no table of transitions forbids it."""
    everything = (frozenset(State), State.SCHEDULED)
    with (
        patch.object(state, "is_touched", lambda _: False),
        patch.dict(lifecycle._TABLE, {Event.REVISE: everything}),
    ):
        yield


_LOST_DELETIONS = Twist(
    focus=tuple((f"POST https://{kind.id}.test/delete", Fault.LATE, 0.5) for kind in KINDS),
    amended=1.0,
)
_LATE_INTENTS = Twist(focus=(("intend ", Fault.LATE, 0.5),), gated=1.0)
_STALLING = Twist(focus=(("intend ", Fault.DELAYED, 0.5),))
_LOST_ANSWERS = Twist(focus=(("POST https://", Fault.LOST, 0.3),))
_BROKEN_LISTING = Twist(focus=(("POST https://", Fault.LOST, 0.3),), listing=0.9)
_UNREACHABLE = Twist(
    focus=(("POST https://", Fault.LOST, 0.3), ("GET https://", Fault.REFUSED, 0.8))
)


@contextmanager
def _unasked() -> Iterator[None]:
    """Nobody looks whether a post was approved."""
    with ExitStack() as stack:
        for module in (publish, schedule, approval_rows):
            stack.enter_context(patch.object(module, "withheld", lambda *_: ""))
        yield


_SILENT_CHANNEL = Twist(
    focus=(("POST https://plain", Fault.LOST, 0.5), ("GET https://plain", Fault.REFUSED, 0.95))
)

BUGS = (
    Bug("writes without a fence", ledger=NoFence),
    Bug("intent without a fence", ledger=IntentWithoutFence),
    Bug("intent without the stop condition", ledger=IntentWithoutStop, race=True),
    Bug("intent without the facts about approvals", ledger=IntentWithoutApproval, refused=True),
    Bug("approval not asked for", _unasked, rate=0.001, twist=Twist(approved=1.0)),
    Bug("rows read from an index", ledger=StaleRows),
    Bug("rate limit not counted", ledger=NoRateLimit, rate=0.001, posts=40, twist=Twist(sends=1)),
    Bug("stop check skipped", lambda: patch.object(Stop, "covers", lambda *_: None), rate=0.001),
    Bug("release not asked for", lambda: patch.object(publish, "shut_for", lambda *_: ""), rate=0.001, twist=Twist(gated=1.0)),
    Bug("intent without the facts about releases", ledger=IntentWithoutGate, rate=0.001, posts=40, twist=_LATE_INTENTS),
    Bug("intent cleared on a time-out", _outcomes(_cleared)),
    Bug("time-out taken for a refusal", _outcomes(_failed)),
    Bug("time-out taken for success", _outcomes(_hoped)),
    Bug("accepted taken for public", _outcomes(_taken_for_public)),
    Bug("Retry-After ignored", _outcomes(_impatient)),
    Bug("a new key for each send", _intended(_new_key)),
    Bug("failed listing taken for absence", _confirm(_failure_is_absence), rate=0.001, twist=_BROKEN_LISTING),
    Bug("any failure to ask taken for absence", _any_failure_is_absence, rate=0.001, twist=_UNREACHABLE),
    Bug("first page taken for the whole", _first_page_is_all, rate=0.001, posts=60, twist=_LOST_ANSWERS),
    Bug(
        "absence conclusive at once",
        lambda: patch.object(
            protocol, "conclusive_from", lambda row, _spec: row.changed_at - timedelta(hours=1)
        ),
    ),
    Bug(
        "resend without key or leave",
        lambda: patch.object(protocol, "_key_lives", lambda *_: True),
    ),
    Bug("send deadline not checked", _no_deadline, rate=0.001, twist=_STALLING),
    Bug("late policy ignored", lambda: patch.object(protocol, "is_late", lambda *_: False)),
    Bug("due judged by the worker's own clock", _own_clock, rate=0.001),
    Bug("lost intent answer taken for done", _unsure_is_sure),
    Bug("no intent at all", _no_intent, rate=0.001),
    Bug("hold forgets that it may be live", _moved(_never_says_maybe), twist=_SILENT_CHANNEL),
    Bug("hold without a reason", _moved(_silent), rate=0.001),
    Bug("worker dies before the alert", _no_alert_again),
    Bug("what is public can be replaced", _replaceable, rate=0.001, posts=30),
    Bug("deleted posts are not cancelled", lambda: patch.object(plan, "_unwanted", lambda *_: None), rate=0.001),
    Bug("threads begin again at part one", lambda: patch.object(Row, "part", property(lambda _: 0)), rate=0.001),
    Bug("tick forgets what is overdue", lambda: patch.object(tick, "OVERDUE", timedelta(days=9))),
    Bug("correction overtakes another", _overtaken, scene=_two_corrections),
    Bug("push cancels amendments", _cancelled_by_a_push, rate=0.001, twist=Twist(amended=1.0)),
    Bug("thread retracted from the front", _from_the_front, rate=0.001, twist=Twist(amended=1.0)),
    Bug("no answer taken for a deletion", _silence_is_deletion, rate=0.001, twist=_LOST_DELETIONS),
    Bug("resume lets go in a burst", _burst, rate=0.001),
)  # fmt: skip


@contextmanager
def sown(bug: Bug) -> Iterator[None]:
    """The bug is there inside."""
    if bug.sow is None:
        yield
        return
    with bug.sow():
        yield
