"""Settle what is unknown: ask the channel, and let `domain.protocol` decide."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from signpost.domain import protocol
from signpost.domain.lifecycle import Event, State
from signpost.domain.outcome import Confirmation, Unknown
from signpost.domain.row import Row
from signpost.errors import BundleError, SecretError
from signpost.ports import Sent, Write
from signpost.usecases.job import Job, Result, World, load_job, result_of

ASK_DEADLINE_S = 15.0


def settle(world: World, row: Row, *, owner: str, now: Callable[[], datetime]) -> Result:
    """Resolve a delivery that is SENDING past its deadline, PENDING or AMBIGUOUS.

    Raises:
        LedgerUnavailable: nothing was done; the message should come again.
    """
    if row.next_at > now() and row.state is not State.SENDING:
        return Result(row.delivery, "early", row)
    job = _load(world, row)
    if row.state is State.SENDING:
        settle_s = job.spec.settle_s if isinstance(job, Job) else protocol.DEFAULT_SETTLE_S
        # Every intent has a deadline; a row that lacks it must not stay SENDING for ever.
        deadline = row.deadline_at or row.changed_at
        if now() < deadline + timedelta(seconds=settle_s):
            return Result(row.delivery, "in flight", row)
        unknown = row.moved(
            Event.UNKNOWN,
            owner=owner,
            at=now(),
            next_at=now(),
            deadline_at=deadline,
            reason="its worker died, or could not write what happened",
        )
        if world.ledger.write(unknown, expected=row) is not Write.DONE:
            return Result(row.delivery, "lost", row, "another worker moved it")
        row = unknown
    if isinstance(job, str):
        return _written(world, protocol.after_no_answer(row, job, owner=owner, now=now()), row)
    # The window of the absence ends when we start to ask, not when we hear the answer.
    asked_at = now()
    answer = _ask(world, row, job)
    moved = protocol.after_confirmation(row, answer, job.spec, owner=owner, now=asked_at)
    result = _written(world, moved, row)
    if moved.state is State.SCHEDULED and result.row is moved:
        world.queue.publish(row.delivery, delay_s=0)
    return result


def _load(world: World, row: Row) -> Job | str:
    """The job, or why it cannot be had."""
    try:
        return load_job(world, row)
    except (BundleError, SecretError) as error:
        return f"cannot ask the channel: {error}"[:300]


def _ask(world: World, row: Row, job: Job) -> Confirmation:
    since = (row.intent_at or row.changed_at) - protocol.SINCE_SLACK
    try:
        sent = Sent(
            part=job.delivery.parts[row.part],
            key=row.key,
            since=since,
            reply_to=row.parts[-1].external_id if row.parts else "",
            pending_id=row.pending_id,
            bound=frozenset() if row.action else _bound(world, row, since),
        )
        channel = job.channel(world, world.clock.monotonic() + ASK_DEADLINE_S)
        return job.connector.confirm(channel, sent)
    except Exception as error:  # noqa: BLE001 - no answer of any kind is "we don't know"
        return Unknown(f"{type(error).__name__} while asking")


def _bound(world: World, row: Row, since: datetime) -> frozenset[str]:
    """External ids of the account that already belong to a delivery.

    The index finds candidates; the ids are read from the rows themselves.
    """
    margin = timedelta(hours=1)
    until = world.clock.now() + margin
    near = {hint.delivery for hint in world.ledger.published(after=since - margin, until=until)}
    near.discard(row.delivery)
    mine = {delivery for delivery in near if delivery.rsplit("/", 1)[-1] == row.account}
    rows = world.ledger.rows(sorted(mine)) if mine else {}
    others = {part.external_id for other in rows.values() for part in other.parts}
    return frozenset(others | {part.external_id for part in row.parts})


def _written(world: World, row: Row, expected: Row) -> Result:
    if world.ledger.write(row, expected=expected) is not Write.DONE:
        return Result(row.delivery, "lost", expected, "another worker moved it")
    return result_of(row)
