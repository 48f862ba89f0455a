"""Rows that await approval: held until it is given, warned about in time, expired where it is not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from math import ceil

from signpost.domain import protocol
from signpost.domain.amendment import Amend, amendment_of
from signpost.domain.approval import (
    DEFAULT_LEAD_S,
    ApprovalGate,
    first_look,
    is_another_look,
    next_look,
    withheld,
)
from signpost.domain.lifecycle import BAD_ENDS, Event, State
from signpost.domain.row import Row
from signpost.errors import LedgerUnavailable
from signpost.ports import Ledger, Queue, Reading, Write
from signpost.usecases.job import LOOK_AHEAD_S, Now, Result, World, result_of, wait_for

TRIES = 5


def lead_of(gate: ApprovalGate | None) -> int:
    """How long before its time people are warned, in seconds."""
    return gate.lead_s if gate and gate.needs else DEFAULT_LEAD_S


def awaiting(row: Row, why: str, gate: ApprovalGate | None, *, owner: str, now: datetime) -> Row:
    """The row of a delivery that is due, or was looked at, and is not approved."""
    look = next_look(row, lead_of(gate), now)
    return row.moved(Event.AWAIT, owner=owner, at=now, reason=why, next_at=look)


def look_at_awaiting(
    world: World, reading: Reading, row: Row, owner: str, now: Now, *, again: bool
) -> Result:
    """What a worker does with a row that awaits approval: let it go, warn, or say it is too late.

    Args:
        again: the message was received before; its worker may have died before the alert.

    Raises:
        LedgerUnavailable, LedgerUnknown: see Publisher.run.
    """
    if early := wait_for(world, row, now):
        return Result(early.delivery, early.did, row, row.reason, again and _warned(row, reading))
    moment, gate = now(), reading.approval
    why = withheld(row, gate, reading.gate.root if reading.gate else "")
    if protocol.is_late(row, moment):
        moved = protocol.expire_or_hold(row, owner=owner, now=moment)
    elif why:
        moved = awaiting(row, why, gate, owner=owner, now=moment)
    else:  # who approved could not let it go
        moved = row.moved(Event.RESUME, owner=owner, at=moment, next_at=row.due, reason="")
    if world.ledger.write(moved, expected=row) is not Write.DONE:
        return Result(row.delivery, "lost", row, "another worker moved it")
    if moved.state is State.SCHEDULED:
        queue_if_soon(world.queue, moved, moment)
    # What is looked at again is found by the tick: a message for each look would never die out.
    if moved.awaits and is_another_look(row) and why == row.reason:
        return Result(row.delivery, "early", moved, why)  # people were told at its time
    return result_of(moved)


def follow(
    ledger: Ledger,
    queue: Queue,
    gate: ApprovalGate,
    root: str,
    rows: Iterable[Row],
    *,
    owner: str,
    now: datetime,
) -> dict[str, Row]:
    """Bring the rows of a post in line with what is known of its approvals.

    What is approved goes on, what is not any more is held; what is, or may be, public stays. What
    is too late by now is left to a worker, who says so.

    Args:
        root: digest of the brand's trust root that was accepted last.
        rows: of the post, as they were read.

    Returns:
        The rows as they are now.

    Raises:
        LedgerUnavailable: a row kept moving; asking again is safe.
    """
    return {row.delivery: _followed(ledger, queue, row, gate, root, owner, now) for row in rows}


def rows_of(ledger: Ledger, gate: ApprovalGate) -> list[Row]:
    """The rows of a post, those of its amendments included."""
    names = {name for one in gate.bound for name in (one, amendment_of(one))}
    return list(ledger.rows(sorted(names)).values())


def _followed(
    ledger: Ledger, queue: Queue, row: Row, gate: ApprovalGate, root: str, owner: str, now: datetime
) -> Row:
    for _ in range(TRIES):
        moved = followed(row, gate, root, owner=owner, now=now)
        if moved is None:
            if row.awaits and protocol.is_late(row, now):
                queue.publish(row.delivery, delay_s=0)
            return row
        if ledger.write(moved, expected=row) is Write.DONE:
            queue_if_soon(queue, moved, now)
            return moved
        row = ledger.rows([row.delivery]).get(row.delivery, row)
    raise LedgerUnavailable(f"{row.delivery} kept moving.", "Ask again.")


def followed(row: Row, gate: ApprovalGate, root: str, *, owner: str, now: datetime) -> Row | None:
    """The row in line with the facts; None where it is already, or nothing may move it."""
    if row.action == Amend.RETRACT:
        return None
    why = withheld(row, gate, root)
    if why and row.state is State.SCHEDULED:
        look = first_look(row, lead_of(gate), now)
        return row.moved(Event.AWAIT, owner=owner, at=now, reason=why, next_at=look)
    if not row.awaits or protocol.is_late(row, now):
        return None
    if not why:
        return row.moved(Event.RESUME, owner=owner, at=now, next_at=row.due, reason="")
    if why != row.reason:  # who is missing has changed; when it is looked at has not
        return row.moved(Event.AWAIT, owner=owner, at=now, reason=why)
    return None


def queue_if_soon(queue: Queue, row: Row, now: datetime) -> None:
    """Queue what is to be looked at before the next tick would look."""
    wait = (row.next_at - now).total_seconds()
    if wait <= LOOK_AHEAD_S and (row.state is State.SCHEDULED or row.awaits):
        queue.publish(row.delivery, delay_s=max(0, ceil(wait)))


def _warned(row: Row, reading: Reading) -> bool:
    """Whether people were, or should have been, warned of it."""
    lead_s = lead_of(reading.approval)
    return row.state in BAD_ENDS and (row.due - row.changed_at).total_seconds() <= lead_s
