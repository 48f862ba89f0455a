"""Publish one delivery: judge, prepare, record the intent, send once, record the outcome.

The order of the steps is the protocol (PUBLISHING.md); `domain.protocol` decides what each
answer means, this module does the I/O. Whatever is unknown afterwards is left to `settle`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from signpost.domain import protocol
from signpost.domain.channel import ChannelSpec
from signpost.domain.delivery import Delivery, parse_line
from signpost.domain.lifecycle import BAD_ENDS, Event, State
from signpost.domain.outcome import Ambiguous, Outcome, Throttled
from signpost.domain.row import Attempt, Row
from signpost.domain.stop import Stop
from signpost.domain.timing import still_resolves
from signpost.errors import (
    BundleError,
    LedgerError,
    LedgerUnknown,
    NotSent,
    RefusedError,
    SecretError,
    ThrottledError,
    TransportError,
)
from signpost.ports import (
    Channel,
    Clock,
    Connector,
    Connectors,
    Ledger,
    ObjectStore,
    Queue,
    RateState,
    Reading,
    Request,
    Response,
    Secrets,
    Transport,
    Write,
)

WAIT_FOR_DUE_S = 10.0
"""A message that comes this early is waited for; one that comes earlier is queued again."""

MIN_REMAINING_S = protocol.SEND_DEADLINE_S + 5.0
"""Time the function must still have for an intent: the send and the write after it."""

LOOK_AHEAD_S = 120.0


@dataclass(frozen=True, slots=True)
class World:
    """The ports that publishing and settling use."""

    ledger: Ledger
    objects: ObjectStore
    connectors: Connectors
    secrets: Secrets
    queue: Queue
    transport: Transport
    clock: Clock


@dataclass(frozen=True, slots=True)
class Result:
    """What a worker did with a message.

    Args:
        did: a word for logs and metrics: `published`, `held`, `skipped`, `early`, `closed` …
        row: the row as this worker last wrote or read it.
        alert: a person must hear of it.
    """

    delivery: str
    did: str
    row: Row | None = None
    reason: str = ""
    alert: bool = False


class Now:
    """The true time as far as it can be known: the ledger's clock where it gives one.

    The ledger's time is rounded down to the second, so judging by it is never early even on a
    machine whose own clock is off; elapsed time is added from the monotonic clock.
    """

    def __init__(self, clock: Clock, reading: Reading, read_from: float) -> None:
        self._clock = clock
        self._from = read_from if reading.server_now is None else clock.monotonic()
        self._base = reading.server_now or clock.now()

    def __call__(self) -> datetime:
        """The present instant, aware UTC."""
        return self._base + timedelta(seconds=self._clock.monotonic() - self._from)


class DeadlineTransport:
    """A transport that sends nothing once the deadline has passed on the monotonic clock."""

    def __init__(self, inner: Transport, clock: Clock, deadline: float) -> None:
        self._inner, self._clock, self._deadline = inner, clock, deadline

    def send(self, request: Request) -> Response:
        """Exchange one request within what is left of the deadline.

        Raises:
            NotSent: the deadline has passed; no byte was sent.
            AnswerLost: see Transport.
        """
        left = self._deadline - self._clock.monotonic()
        if left <= 0:
            raise NotSent("The send deadline passed before the request was written.")
        return self._inner.send(replace(request, timeout_s=min(request.timeout_s, left)))


@dataclass(frozen=True, slots=True)
class Job:
    """A delivery that was read, verified and matched with its connector and token."""

    delivery: Delivery
    connector: Connector
    token: Mapping[str, str]

    @property
    def spec(self) -> ChannelSpec:
        """The channel's spec."""
        return self.connector.spec

    def channel(self, world: World, deadline: float) -> Channel:
        """What the connector may use until the deadline (monotonic seconds)."""
        return Channel(
            account=self.delivery.account,
            token=self.token,
            transport=DeadlineTransport(world.transport, world.clock, deadline),
            media=world.objects,
            clock=world.clock,
            deadline_s=max(0.0, deadline - world.clock.monotonic()),
        )


def load_job(world: World, row: Row) -> Job:
    """Read the delivery's line and check it against the row's revision.

    Raises:
        BundleError: missing, altered, or for a channel that has no connector.
        SecretError: the account's token cannot be read.
    """
    ref = row.bundle
    line = world.objects.get_range(f"bundles/{ref.digest}.jsonl", ref.offset, ref.length)
    delivery, _ = parse_line(line)
    if delivery.id != row.delivery or delivery.revision != row.revision:
        raise BundleError("The bundle's line is not the accepted revision.", "Push again.")
    try:
        connector = world.connectors.get(delivery.account.channel)
    except KeyError as error:
        raise BundleError(f"No connector for channel {delivery.account.channel}.") from error
    return Job(delivery, connector, world.secrets.token(delivery.account.secret))


@dataclass(frozen=True, slots=True)
class Gate:
    """What was judged before the send; the intent is bound to this version of the switch."""

    stop: Stop
    rate: RateState


class Publisher:
    """Publishes what is due. One instance serves many messages."""

    def __init__(self, world: World) -> None:
        self._world = world

    def run(self, delivery: str, *, owner: str, remaining_s: float) -> Result:
        """Handle one message: send what is due, settle what is unknown, skip the rest.

        Args:
            delivery: delivery id.
            owner: token of this invocation, different for every invocation.
            remaining_s: seconds until the function is ended.

        Raises:
            LedgerUnavailable: nothing was done; the message should come again.
        """
        from signpost.usecases.settle import settle

        clock = self._world.clock
        started = clock.monotonic()
        reading = self._world.ledger.read(delivery, delivery.rsplit("/", 1)[-1])
        now = Now(clock, reading, started)
        row = reading.row
        if row is None:
            return Result(delivery, "unknown", reason="the ledger has no such delivery")
        if row.state is State.SCHEDULED:
            return self._send(reading, row, owner, now, started + remaining_s)
        if row.state in (State.SENDING, State.PENDING, State.AMBIGUOUS):
            return settle(self._world, row, owner=owner, now=now)
        return Result(delivery, "skipped", row, f"nothing to do when {row.state}")

    def _send(self, reading: Reading, row: Row, owner: str, now: Now, end: float) -> Result:
        world = self._world
        wait = (row.next_at - now()).total_seconds()
        if wait > WAIT_FOR_DUE_S:
            if wait <= LOOK_AHEAD_S:
                world.queue.publish(row.delivery, delay_s=int(wait))
            return Result(row.delivery, "early", row)
        if wait > 0:
            world.clock.sleep(wait)
        if reading.stop is None:
            return Result(row.delivery, "closed", row, "the stop switch is missing", alert=True)
        if scope := reading.stop.covers(row.brand, row.account):
            return self._hold(row, f"stopped ({scope})", owner, now)
        if protocol.is_late(row, now()):
            return self._write(protocol.expire_or_hold(row, owner=owner, now=now()), row)
        if row.attempts >= protocol.MAX_ATTEMPTS:
            return self._poison(row, "its worker died each time it was tried", owner, now)
        try:
            job = load_job(world, row)
        except BundleError as error:
            return self._hold(row, str(error), owner, now)
        except SecretError as error:
            return self._not_prepared(row, error, owner, now, count=True)
        want = job.delivery
        if want.due and not still_resolves(want.local, want.zone, want.due, want.tzdata):
            reason = f"the rules of zone {want.zone} changed since it was accepted"
            return self._hold(row, reason, owner, now)
        gate = Gate(reading.stop, reading.rate)
        return self._send_parts(gate, row, job, owner, now, end)

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
                return _result(row)

    def _prepare(self, row: Row, job: Job, owner: str, now: Now, end: float) -> Row | Result:
        """The row with `prepared` stored, or the result that ends the run."""
        if row.prepared is not None:
            return row
        part = job.delivery.parts[row.part]
        if part.media:
            # Counted before the work, so that a file that kills its worker cannot do so for ever.
            counted = row.moved(
                Event.DELAY,
                owner=owner,
                at=now(),
                attempts=row.attempts + 1,
                next_at=now() + timedelta(seconds=protocol.backoff_s(row.attempts + 1)),
            )
            written = self._world.ledger.write(counted, expected=row)
            if written is not Write.DONE:
                return Result(row.delivery, "lost", row, "another worker moved it")
            row = counted
        try:
            made = job.connector.prepare(job.channel(self._world, end - MIN_REMAINING_S), part)
        except ThrottledError as error:
            return self._wait(row, error, bool(part.media), owner, now)
        except RefusedError as error:
            if error.permanent:
                reason = f"refused: {error}"[:300]
                refused = row.moved(Event.REFUSED, owner=owner, at=now(), reason=reason)
                return self._write(refused, row)
            return self._not_prepared(row, error, owner, now, count=not part.media)
        except TransportError as error:
            return self._not_prepared(row, error, owner, now, count=not part.media)
        except Exception as error:  # noqa: BLE001 - poison must not stop its neighbours
            if row.attempts + (0 if part.media else 1) >= protocol.MAX_ATTEMPTS:
                return self._poison(row, f"{type(error).__name__} while preparing", owner, now)
            unexpected = RefusedError(f"{type(error).__name__} while preparing")
            return self._not_prepared(row, unexpected, owner, now, count=not part.media)
        if not made and not part.media:
            return replace(row, prepared={})
        stored = row.moved(
            Event.DELAY,
            owner=owner,
            at=now(),
            prepared=dict(made),
            attempts=row.attempts - 1 if part.media else row.attempts,
            next_at=min(row.next_at, now()),
        )
        if self._world.ledger.write(stored, expected=row) is not Write.DONE:
            return Result(row.delivery, "lost", row, "another worker moved it")
        return stored

    def _send_part(
        self, reading: Reading, row: Row, job: Job, owner: str, now: Now
    ) -> Row | Result:
        """Take a rate token, record the intent, send once, record the outcome."""
        world = self._world
        if waiting := self._rate(gate, row, job, owner, now):
            return waiting
        key = row.key or job.connector.new_key(row.delivery, row.revision, row.part, owner)
        deadline = world.clock.monotonic() + protocol.SEND_DEADLINE_S
        intent = protocol.intended(row, key=key, owner=owner, now=now())
        if refusal := self._intend(intent, row, gate.stop):
            return refusal
        outcome = self._send_once(intent, job, deadline)
        after = protocol.after_outcome(intent, outcome, owner=owner, now=now())
        recorded = self._record(after, intent)
        if recorded is not None:
            return recorded
        if isinstance(outcome, Throttled):
            self._remember_block(row.account, after.next_at)
        return after

    def _rate(self, gate: Gate, row: Row, job: Job, owner: str, now: Now) -> Result | None:
        rate = job.spec.rate
        blocked = gate.rate.blocked_until
        if blocked and blocked > now():
            return self._delay(row, blocked, "the channel asked us to wait", owner, now)
        window = int(now().timestamp()) // rate.window_s
        if self._world.ledger.take_rate(row.account, window, rate.limit):
            return None
        opens = datetime.fromtimestamp((window + 1) * rate.window_s, UTC)
        return self._delay(row, opens, f"{rate.limit} sends per {rate.window_s} s", owner, now)

    def _intend(self, intent: Row, row: Row, stop: Stop) -> Result | None:
        """Record the intent; None when it is recorded and ours."""
        world = self._world
        for attempt in range(4):
            try:
                written = world.ledger.intend(intent, expected=row, stop=stop)
            except LedgerUnknown:
                seen = world.ledger.read(row.delivery, row.account).row
                if seen and (seen.fence, seen.owner) == (intent.fence, intent.owner):
                    return None
                return Result(row.delivery, "unsure", row, "the intent's answer was lost")
            if written is Write.DONE:
                return None
            if written is Write.LOST:
                return Result(row.delivery, "lost", row, "the row or the stop switch moved")
            # Spread by the owner's token: workers that collided must not collide again.
            spread = (hash_of(intent.owner) % 100) / 100
            world.clock.sleep(0.05 * 2**attempt * (1 + spread))
        return Result(row.delivery, "conflict", row, "transactions were in the way; not sent")

    def _send_once(self, intent: Row, job: Job, deadline: float) -> Outcome:
        reply_to = intent.parts[-1].external_id if intent.parts else ""
        channel = job.channel(self._world, deadline)
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

    def _remember_block(self, account: str, until: datetime) -> None:
        try:
            self._world.ledger.block_rate(account, until)
        except LedgerError:
            return  # a courtesy to the next send; the channel will say it again

    # --- writing what was decided ---------------------------------------------------------------

    def _wait(self, row: Row, error: ThrottledError, counted: bool, owner: str, now: Now) -> Result:
        until = now() + timedelta(seconds=error.retry_after_s)
        uncounted = replace(row, attempts=row.attempts - 1) if counted else row
        result = self._delay(uncounted, until, str(error), owner, now)
        self._remember_block(row.account, until)
        return result

    def _not_prepared(
        self, row: Row, error: Exception, owner: str, now: Now, *, count: bool
    ) -> Result:
        counted = replace(row, attempts=row.attempts + 1) if count else row
        return self._write(protocol.after_preparing(counted, error, owner=owner, now=now()), row)

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
            return _result(row)
        return Result(row.delivery, "lost", expected, "another worker moved it")


def hash_of(text: str) -> int:
    """A number that depends on the text alone, equal in every process."""
    return int.from_bytes(text.encode()[-8:], "big") * 2654435761 % 2**32


def _result(row: Row) -> Result:
    return Result(row.delivery, row.state.lower(), row, row.reason, alert=row.state in BAD_ENDS)
