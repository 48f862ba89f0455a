"""Publish one delivery: judge, prepare, record the intent, send once, record the outcome.

The order of the steps is the protocol (PUBLISHING.md); `domain.protocol` decides what each
answer means, this module does the I/O. Whatever is unknown afterwards is left to `settle`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from signpost.domain import protocol
from signpost.domain.amendment import Amend, account_of
from signpost.domain.approval import ApprovalGate, withheld
from signpost.domain.delivery import origin_of, parse_bundle
from signpost.domain.gate import ReleaseGate, Require, shut_for
from signpost.domain.lifecycle import BAD_ENDS, Event, State
from signpost.domain.outcome import Ambiguous, Outcome, Throttled
from signpost.domain.row import Attempt, Row
from signpost.domain.stop import Stop
from signpost.domain.timing import still_resolves
from signpost.errors import (
    BundleError,
    LedgerError,
    LedgerUnknown,
    RefusedError,
    SecretError,
    ThrottledError,
    TransportError,
)
from signpost.ports import RateState, Reading, Taken, Write
from signpost.usecases.approval_rows import awaiting, look_at_awaiting
from signpost.usecases.heard import Heard, keep_budget, keep_expiry
from signpost.usecases.job import Job, Now, Result, World, load_job, result_of, wait_for
from signpost.usecases.settle import settle

MIN_REMAINING_S = protocol.SEND_DEADLINE_S + 5.0
"""Time the function must still have for an intent: the send and the write after it."""

INTENT_TRIES = 8
"""All intents of a workspace check one stop switch, so workers at the same second collide."""


@dataclass(frozen=True, slots=True)
class Gate:
    """What was judged before the send; the intent is bound to these versions of both switches.

    Args:
        releases: what is known of those of the brand, which says whether one is in force.
        approval: what is known of the approvals of the post.
    """

    stop: Stop
    rate: RateState
    releases: ReleaseGate | None = None
    approval: ApprovalGate | None = None


class Publisher:
    """Publishes what is due. One instance serves many messages.

    Args:
        world: the ports.
        require: what the stack says of `publishing.require_release`.
    """

    def __init__(self, world: World, require: Require = Require.CONTENT) -> None:
        self._world = world
        self._require = require

    def run(self, delivery: str, *, owner: str, remaining_s: float, again: bool = False) -> Result:
        """Handle one message: send what is due, settle what is unknown, skip the rest.

        Args:
            delivery: delivery id.
            owner: token of this invocation, different for every invocation.
            remaining_s: seconds until the function is ended.
            again: the message was received before. Its worker may have died between the write of
                a bad end and the alert, so the alert is given now.

        Raises:
            LedgerUnavailable: nothing was done; the message should come again.
            LedgerUnknown: a write's answer was lost; the message should come again.
        """
        clock = self._world.clock
        started = clock.monotonic()
        reading = self._world.ledger.read(delivery, account_of(delivery))
        now = Now(clock, reading, started)
        row = reading.row
        if row is None:
            return Result(delivery, "unknown", reason="the ledger has no such delivery")
        if row.state is State.SCHEDULED:
            return self._send(reading, row, owner, now, started + remaining_s)
        if row.state in (State.SENDING, State.PENDING, State.AMBIGUOUS):
            return settle(self._world, row, owner=owner, now=now)
        if row.awaits:
            return look_at_awaiting(self._world, reading, row, owner, now, again=again)
        alert = again and row.state in BAD_ENDS
        return Result(delivery, "skipped", row, row.reason or f"it is {row.state}", alert)

    def _send(self, reading: Reading, row: Row, owner: str, now: Now, end: float) -> Result:
        if early := wait_for(self._world, row, now):
            return early
        gate = self._judge(reading, row, owner, now)
        if isinstance(gate, Result):
            return gate
        try:
            job = load_job(self._world, row)
        except BundleError as error:
            return self._hold(row, str(error), owner, now)
        except SecretError as error:
            # A store that is down wears nothing out: the late policy says how long we wait for it.
            return self._not_prepared(row, error, owner, now, count=not error.passing)
        want = job.delivery
        if row.action:  # its time is when it was asked for
            return self._send_parts(gate, row, job, owner, now, end)
        if want.due and not still_resolves(want.local, want.zone, want.due, want.tzdata):
            reason = f"the rules of zone {want.zone} changed since it was accepted"
            return self._hold(row, reason, owner, now)
        return self._send_parts(gate, row, job, owner, now, end)

    def _judge(self, reading: Reading, row: Row, owner: str, now: Now) -> Gate | Result:
        """What the row and the switch say before anything is loaded."""
        if reading.stop is None:
            return Result(row.delivery, "closed", row, "the stop switch is missing", alert=True)
        # A stop keeps things from becoming public; taking something away is what it is for.
        scope = reading.stop.covers(row.brand, row.account)
        if scope and row.action != Amend.RETRACT:
            return self._hold(row, f"stopped ({scope})", owner, now)
        if protocol.is_late(row, now()):
            return self._write(protocol.expire_or_hold(row, owner=owner, now=now()), row)
        if row.attempts >= protocol.MAX_ATTEMPTS:
            return self._poison(row, "its worker died each time it was tried", owner, now)
        if row.intent_at is not None and not row.action and not self._still_wanted(row):
            return self._hold(row, "edited or withdrawn since it was first tried", owner, now)
        approval = None if row.action == Amend.RETRACT else reading.approval
        gate = Gate(reading.stop, reading.rate, reading.gate, approval)
        if why := self._shut(gate, row, now):
            return self._hold(row, why, owner, now)
        if why := withheld(row, approval, reading.gate.root if reading.gate else ""):
            waiting = awaiting(row, why, approval, owner=owner, now=now())
            return self._write(waiting, row)
        return gate

    def _shut(self, gate: Gate, row: Row, now: Now) -> str:
        """Why no release of the brand is in force; taking something away needs none."""
        if row.action == Amend.RETRACT:
            return ""
        return shut_for(row.brand, gate.releases, self._require, now())

    def _still_wanted(self, row: Row) -> bool:
        """Whether git still wants this revision: asked before a repeated send only.

        While a send was under way, a push could not touch its row, so the accepted bundle may
        have left this revision behind. Its line may name the originals of what the row's bundle
        has made of them: that is the same wish.
        """
        accepted = self._world.ledger.pointer().digest
        if accepted in {"", row.bundle.digest}:
            return True
        stored = self._world.objects.get(f"bundles/{accepted}.jsonl")
        if stored is None:
            return False
        lines = parse_bundle(stored.data).lines
        origin = origin_of(row.revision, row.made_from)
        return any(
            line.delivery.id == row.delivery and line.delivery.origin == origin for line in lines
        )

    def _send_parts(
        self, gate: Gate, row: Row, job: Job, owner: str, now: Now, end: float
    ) -> Result:
        clock = self._world.clock
        while True:
            part = row.part
            prepared = self._prepare(row, job, owner, now, end)
            if isinstance(prepared, Result):
                return prepared
            if end - clock.monotonic() < MIN_REMAINING_S:
                return Result(row.delivery, "no time", prepared, "left to the next worker")
            sent = self._send_part(gate, prepared, job, owner, now)
            if isinstance(sent, Result):
                return sent
            row = sent
            if row.state is not State.SCHEDULED or row.part == part:
                return result_of(row)

    def _prepare(self, row: Row, job: Job, owner: str, now: Now, end: float) -> Row | Result:
        """The row with `prepared` stored, or the result that ends the run."""
        if row.prepared is not None:
            return row
        part = job.delivery.parts[row.part]
        counted = row
        if part.media:
            # Counted before the work, so that a file that kills its worker cannot do so for ever.
            again = now() + timedelta(seconds=protocol.backoff_s(row.attempts + 1))
            counted = row.moved(
                Event.DELAY, owner=owner, at=now(), attempts=row.attempts + 1, next_at=again
            )
            if self._world.ledger.write(counted, expected=row) is not Write.DONE:
                return Result(row.delivery, "lost", row, "another worker moved it")
        channel = job.channel(self._world, end - MIN_REMAINING_S)
        try:
            made = job.connector.prepare(channel, part)
        except Exception as error:  # noqa: BLE001 - poison must not stop its neighbours
            return self._prepare_failed(counted, error, owner, now, counted=bool(part.media))
        if not made and not part.media:
            return replace(row, prepared={})
        stored = counted.moved(
            Event.DELAY,
            owner=owner,
            at=now(),
            prepared=dict(made),
            attempts=row.attempts,
            next_at=row.next_at,
        )
        if self._world.ledger.write(stored, expected=counted) is not Write.DONE:
            return Result(row.delivery, "lost", row, "another worker moved it")
        return stored

    def _prepare_failed(
        self, row: Row, error: Exception, owner: str, now: Now, *, counted: bool
    ) -> Result:
        """Record a failed preparation; `counted`: the row's attempts already include it."""
        if isinstance(error, ThrottledError):
            return self._wait(row, error, owner, now, counted=counted)
        if isinstance(error, RefusedError) and error.permanent:
            reason = f"refused: {error}"[:300]
            refused = row.moved(Event.REFUSED, owner=owner, at=now(), reason=reason)
            return self._write(refused, row)
        if isinstance(error, RefusedError | TransportError):
            # It passes, so it wears nothing out: the late policy says how long we wait for it.
            passing = replace(row, attempts=row.attempts - counted)
            return self._not_prepared(passing, error, owner, now, count=False)
        reason = f"{type(error).__name__} while preparing"
        if row.attempts + (not counted) >= protocol.MAX_ATTEMPTS:
            return self._poison(row, reason, owner, now)
        return self._not_prepared(row, RefusedError(reason), owner, now, count=not counted)

    def _send_part(self, gate: Gate, row: Row, job: Job, owner: str, now: Now) -> Row | Result:
        """Take a rate token, record the intent, send once, record the outcome."""
        world = self._world
        taken = self._rate(gate, row, job, owner, now)
        if isinstance(taken, Result):
            return taken
        if why := self._shut(gate, row, now):  # preparing may have lasted beyond its last day
            return self._hold(row, why, owner, now)
        key = row.key or job.connector.new_key(row.delivery, row.revision, row.part, owner, row.due)
        deadline = world.clock.monotonic() + protocol.SEND_DEADLINE_S
        intent = protocol.intended(row, key=key, owner=owner, now=now())
        if refusal := self._intend(intent, row, gate):
            return refusal
        heard = Heard()
        outcome = self._send_once(intent, job, deadline, heard)
        heard_at = now()
        after = protocol.after_outcome(intent, outcome, owner=owner, now=now())
        recorded = self._record(after, intent)
        if recorded is not None:
            return recorded
        if isinstance(outcome, Throttled):
            self._remember_block(row, after.next_at)
        keep_budget(
            world.ledger, row.account, job.connector,
            taken=taken, heard=heard, outcome=outcome, now=heard_at,
        )  # fmt: skip
        keep_expiry(world.ledger, row.account, job.token, known=taken.rate.token_until)
        return after

    def _rate(self, gate: Gate, row: Row, job: Job, owner: str, now: Now) -> Taken | Result:
        """The send's number among the account's, or the result that ends the run."""
        rate = job.spec.rate
        blocked = gate.rate.blocked_until
        if blocked and blocked > now():
            return self._delay(row, blocked, "the channel asked us to wait", owner, now)
        window = int(now().timestamp()) // rate.window_s
        moment = now()
        taken = self._world.ledger.take_rate(row.account, window, rate.limit, now=moment)
        if taken:
            return taken
        if spent := taken.rate.spent_until(moment):
            return self._delay(row, spent, "the channel takes no more for now", owner, now)
        opens = datetime.fromtimestamp((window + 1) * rate.window_s, UTC)
        return self._delay(row, opens, f"{rate.limit} sends per {rate.window_s} s", owner, now)

    def _intend(self, intent: Row, row: Row, gate: Gate) -> Result | None:
        """Record the intent; None when it is recorded and ours."""
        world = self._world
        for attempt in range(INTENT_TRIES):
            try:
                written = world.ledger.intend(
                    intent,
                    expected=row,
                    stop=gate.stop,
                    gate=gate.releases,
                    approval=gate.approval,
                )
            except LedgerUnknown:
                seen = world.ledger.read(row.delivery, row.account).row
                if seen and (seen.fence, seen.owner) == (intent.fence, intent.owner):
                    return None
                return Result(row.delivery, "unsure", row, "the intent's answer was lost")
            if written is Write.DONE:
                return None
            if written is Write.LOST:
                return Result(row.delivery, "lost", row, "the row or a switch moved")
            # Spread by the owner's token: workers that collided must not collide again.
            spread = (hash_of(intent.owner) % 100) / 100
            world.clock.sleep(min(1.0, 0.05 * 2**attempt) * (1 + spread))
        return Result(row.delivery, "conflict", row, "transactions were in the way; not sent")

    def _send_once(self, intent: Row, job: Job, deadline: float, heard: Heard) -> Outcome:
        reply_to = intent.parts[-1].external_id if intent.parts else ""
        channel = job.channel(self._world, deadline, heard)
        part = job.delivery.parts[intent.part]
        try:
            return job.connector.publish(channel, part, intent.prepared or {}, intent.key, reply_to)
        except Exception as error:  # noqa: BLE001 - what is not a definite refusal is not known
            return Ambiguous(f"{type(error).__name__} while sending")

    def _record(self, after: Row, intent: Row) -> Result | None:
        """Write the outcome, several times if need be; None when it is written."""
        for attempt in range(5):
            try:
                written = self._world.ledger.write(after, expected=intent)
            except LedgerError:
                self._world.clock.sleep(0.2 * 2**attempt)
                continue
            if written is Write.DONE:
                return None
            return Result(intent.delivery, "fenced", intent, "settled by another worker")
        return Result(intent.delivery, "unrecorded", intent, "the outcome will be settled", True)

    def _remember_block(self, row: Row, until: datetime) -> None:
        if row.action:
            return  # edits and deletions have limits of their own; the amendment alone waits
        try:
            self._world.ledger.block_rate(row.account, until)
        except LedgerError:
            return  # a courtesy to the next send; the channel will say it again

    # --- writing what was decided ---------------------------------------------------------------

    def _wait(
        self, row: Row, error: ThrottledError, owner: str, now: Now, *, counted: bool
    ) -> Result:
        until = now() + timedelta(seconds=error.retry_after_s)
        uncounted = replace(row, attempts=row.attempts - 1) if counted else row
        result = self._delay(uncounted, until, str(error), owner, now)
        self._remember_block(row, until)
        return result

    def _not_prepared(
        self, row: Row, error: Exception, owner: str, now: Now, *, count: bool
    ) -> Result:
        tried = replace(row, attempts=row.attempts + 1) if count else row
        return self._write(protocol.after_preparing(tried, error, owner=owner, now=now()), row)

    def _delay(self, row: Row, until: datetime, reason: str, owner: str, now: Now) -> Result:
        moved = row.moved(Event.DELAY, owner=owner, at=now(), next_at=until, reason=reason)
        return self._write(moved, row)

    def _hold(self, row: Row, reason: str, owner: str, now: Now) -> Result:
        held = row.moved(Event.HOLD, owner=owner, at=now(), reason=reason[:300])
        return self._write(held, row)

    def _poison(self, row: Row, reason: str, owner: str, now: Now) -> Result:
        attempt = Attempt(now(), row.part, "failed", reason)
        failed = row.with_attempt(attempt).moved(
            Event.REFUSED, owner=owner, at=now(), reason=reason
        )
        result = self._write(failed, row)
        if result.did == "failed":
            self._world.queue.dead_letter(row.delivery, reason)
        return result

    def _write(self, row: Row, expected: Row) -> Result:
        if self._world.ledger.write(row, expected=expected) is Write.DONE:
            return result_of(row)
        return Result(row.delivery, "lost", expected, "another worker moved it")


def hash_of(text: str) -> int:
    """A number that depends on the text alone, equal in every process."""
    return int.from_bytes(text.encode()[-8:], "big") * 2654435761 % 2**32
