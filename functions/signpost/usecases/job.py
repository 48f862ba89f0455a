"""What a worker works with: the ports, the true time, and a delivery read and verified."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from signpost.domain.amendment import Amend, delivery_of
from signpost.domain.channel import ChannelSpec
from signpost.domain.delivery import Account, Delivery, parse_line
from signpost.domain.lifecycle import BAD_ENDS
from signpost.domain.row import Row
from signpost.errors import BundleError, NotSent
from signpost.ports import (
    Channel,
    Clock,
    Connector,
    Connectors,
    Ledger,
    ObjectStore,
    Queue,
    Reading,
    Request,
    Response,
    Secrets,
    Transport,
)
from signpost.usecases.amending import amending
from signpost.usecases.heard import Heard

WAIT_FOR_DUE_S = 10.0
"""A message that comes this early is waited for; one that comes earlier is queued again."""

LOOK_AHEAD_S = 120.0
"""How far ahead a tick looks; a worker that is earlier queues its message again."""


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

    def __init__(
        self, inner: Transport, clock: Clock, deadline: float, heard: Heard | None = None
    ) -> None:
        self._inner, self._clock, self._deadline = inner, clock, deadline
        self._heard = heard or Heard()

    def send(self, request: Request) -> Response:
        """Exchange one request within what is left of the deadline.

        Raises:
            NotSent: the deadline has passed; no byte was sent.
            AnswerLost: see Transport.
        """
        left = self._deadline - self._clock.monotonic()
        if left <= 0:
            raise NotSent("The send deadline passed before the request was written.")
        answer = self._inner.send(replace(request, timeout_s=min(request.timeout_s, left)))
        self._heard.headers = answer.headers
        return answer


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

    def channel(self, world: World, deadline: float, heard: Heard | None = None) -> Channel:
        """What the connector may use until the deadline (monotonic seconds).

        Args:
            heard: takes down what the channel answers.
        """
        return open_channel(world, self.delivery.account, self.token, deadline, heard)


def open_channel(
    world: World,
    account: Account,
    token: Mapping[str, str],
    deadline: float,
    heard: Heard | None = None,
) -> Channel:
    """What a connector may use for an account until the deadline (monotonic seconds)."""
    return Channel(
        account=account,
        token=token,
        transport=DeadlineTransport(world.transport, world.clock, deadline, heard),
        media=world.objects,
        clock=world.clock,
        deadline_s=max(0.0, deadline - world.clock.monotonic()),
    )


def load_job(world: World, row: Row) -> Job:
    """Read the delivery's line and check it against the row's revision.

    Raises:
        BundleError: missing, altered, for a channel that has no connector, or an amendment that
            cannot be carried out.
        SecretError: the account's token cannot be read.
    """
    ref = row.bundle
    line = world.objects.get_range(f"bundles/{ref.digest}.jsonl", ref.offset, ref.length)
    delivery, _ = parse_line(line)
    if delivery.id != delivery_of(row.delivery) or delivery.revision != row.revision:
        raise BundleError("The bundle's line is not the accepted revision.", "Push again.")
    if delivery.unmade and row.action != Amend.RETRACT:
        raise BundleError("Its pictures were not made.", "Push again.")
    try:
        connector = world.connectors.get(delivery.account.channel)
    except KeyError as error:
        raise BundleError(f"No connector for channel {delivery.account.channel}.") from error
    if row.action:
        delivery, connector = amending(row, delivery, connector)
    return Job(delivery, connector, world.secrets.token(delivery.account.secret))


def wait_for(world: World, row: Row, now: Now) -> Result | None:
    """Wait until the row is to be looked at; the result where that is too long to wait for."""
    wait = (row.next_at - now()).total_seconds()
    if wait > WAIT_FOR_DUE_S:
        if wait <= LOOK_AHEAD_S:
            world.queue.publish(row.delivery, delay_s=int(wait))
        return Result(row.delivery, "early", row)
    if wait > 0:
        world.clock.sleep(wait)
    return None


def result_of(row: Row) -> Result:
    """The result of a worker that has just written this row."""
    return Result(row.delivery, row.state.lower(), row, row.reason, alert=row.state in BAD_ENDS)
