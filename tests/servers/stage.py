"""The whole path of one delivery: bundle, schedule, tick, queue, worker, real transport, server.

Ledger, queue and bucket are the fakes that the adapters are held to; the transport and the
connectors are the product's. Time is the machine's, but can be moved on: nobody waits for the
settle time.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from signpost.connectors.registry import Registry
from signpost.domain.amendment import Amend, amendment_of
from signpost.domain.delivery import About, Delivery, make_bundle
from signpost.domain.lifecycle import State
from signpost.domain.metrics import MetricSnapshot
from signpost.domain.outcome import Confirmation
from signpost.domain.row import Row
from signpost.domain.stop import Stop
from signpost.errors import RefusedError, TransportError
from signpost.ports import Request, Response, Sent
from signpost.transport import HttpTransport
from signpost.usecases.amend import Amender
from signpost.usecases.job import Result, World, open_channel
from signpost.usecases.measure import Measurer
from signpost.usecases.publish import Publisher
from signpost.usecases.schedule import Scheduler
from signpost.usecases.state import StateWriter
from signpost.usecases.stop import Control
from signpost.usecases.tick import Ticker
from tests.fakes.ledger import FakeLedger
from tests.fakes.metric_store import FakeMetricStore
from tests.fakes.objects import FakeObjects
from tests.fakes.queue import FakeQueue
from tests.fakes.secrets import FakeSecrets
from tests.servers.content import WORKSPACE

AGE_S = 60
EVERY_AGE_S = (0, 10**9)
"""Compare what is public at every age."""
TICK_S = 60.0
REMAINING_S = 60.0
"""What a function has when it begins."""

VISIBILITY_S = 360
"""When a message comes again whose worker failed."""

PATIENCE_S = 0.5
"""How long a hurried request waits, instead of the 20 seconds of a send."""

_OPEN = frozenset({State.SCHEDULED, State.SENDING, State.AMBIGUOUS, State.PENDING})
_LONGEST = timedelta(hours=3)


class ShiftedClock:
    """Implements ports.Clock: the machine's clock, moved on by sleeping and by `advance`."""

    def __init__(self) -> None:
        self._shift_s = 0.0

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self._shift_s)

    def monotonic(self) -> float:
        return time.monotonic() + self._shift_s

    def sleep(self, seconds: float) -> None:
        self.advance(seconds)

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self._shift_s += max(0.0, seconds)


class Hurried:
    """Implements ports.Transport: the real one, but without the patience for one request.

    The deadline of a send is 20 seconds; where a test lets it pass, this makes it short.
    """

    def __init__(self) -> None:
        self.inner = HttpTransport()
        self._method, self._path, self._skip = "", re.compile(""), -1

    def hurry(self, method: str, path: str, *, skip: int = 0) -> None:
        """Wait for one matching request a moment only.

        Args:
            path: regular expression, found anywhere in the address.
            skip: how many are waited for as usual first.
        """
        self._method, self._path, self._skip = method, re.compile(path), skip

    def send(self, request: Request) -> Response:
        if request.method == self._method and self._path.search(request.url):
            if self._skip == 0:
                request = replace(request, timeout_s=min(request.timeout_s, PATIENCE_S))
            self._skip -= 1
        return self.inner.send(request)


class Stage:
    """One workspace with one delivery in it.

    Args:
        line: the delivery, and what it is about.
        server: where its account is: a proxy's address.
        handle: of the account there.
        token: of the account.
        media: bytes of the files it may need.
    """

    def __init__(
        self,
        line: tuple[Delivery, About],
        *,
        server: str,
        handle: str,
        token: Mapping[str, str],
        media: Iterable[bytes],
    ) -> None:
        self._place = {"server": server, "handle": handle}
        self.delivery = self._placed(line[0])
        self.clock = ShiftedClock()
        self.ledger = FakeLedger(self.clock)
        self.ledger.swap_stop(Stop(1), expected=None)
        self.objects = FakeObjects()
        for data in media:
            self.objects.add_media(data)
        self.queue = FakeQueue(self.clock)
        self.metrics = FakeMetricStore()
        self.transport = Hurried()
        self.connectors = Registry()
        self.secrets = FakeSecrets({self.delivery.account.secret: token})
        self.state = StateWriter(WORKSPACE, self.ledger, self.objects, self.metrics, self.clock)
        self._scheduler = Scheduler(
            WORKSPACE, self.ledger, self.objects, self.connectors, self.queue, self.state,
            self.clock, workers=1,
        )  # fmt: skip
        self._ticker = Ticker(self.ledger, self.queue, self.state, self.clock, (AGE_S,))
        self.control = Control(self.ledger, self.queue, self.clock)
        self._runs = 0
        self.wake()
        self.push(line)

    def _placed(self, delivery: Delivery) -> Delivery:
        return replace(delivery, account=replace(delivery.account, **self._place))

    def push(self, line: tuple[Delivery, About]) -> None:
        """Push the delivery, or an edition of it, against what was accepted last."""
        delivery, about = line
        before = self.ledger.pointer().digest
        bundle = make_bundle(WORKSPACE, [(self._placed(delivery), about)], previous=before)
        self.objects.create(f"bundles/{bundle.digest}.jsonl", bundle.data, "application/x-ndjson")
        verdict = self._scheduler.run(bundle.digest, owner="schedule")
        assert verdict.accepted, verdict

    def wake(self) -> None:
        """A new worker: what the last one had in its memory is gone."""
        self.connectors = Registry()
        self.world = World(
            self.ledger, self.objects, self.connectors, self.secrets, self.queue, self.transport,
            self.clock,
        )  # fmt: skip
        self.publisher = Publisher(self.world)
        self.measurer = Measurer(self.world, self.metrics, EVERY_AGE_S)
        self.amender = Amender(
            self.ledger, self.objects, self.connectors, self.queue, self.state, self.clock
        )

    @property
    def row(self) -> Row:
        """The row as the ledger has it."""
        return self.ledger.rows([self.delivery.id])[self.delivery.id]

    @property
    def amendment(self) -> Row:
        """The row of its correction or retraction."""
        name = amendment_of(self.delivery.id)
        return self.ledger.rows([name])[name]

    @property
    def history(self) -> list[str]:
        """What each attempt ended in, in order."""
        return [attempt.outcome for attempt in self.row.history]

    def step(self) -> None:
        """The next message reaches a worker; a tick looks for more where there is none."""
        ready = self.queue.next_ready_at
        if ready is None or ready > self.clock.now() + timedelta(seconds=TICK_S):
            self.clock.advance(TICK_S)
            self._ticker.run()
            return
        self.clock.advance((ready - self.clock.now()).total_seconds() + 0.001)
        message = self.queue.take()
        if message is None:
            return
        self._runs += 1
        if message.age_s is None:
            owner = f"worker-{self._runs}"
            self.publisher.run(message.delivery, owner=owner, remaining_s=REMAINING_S)
            return
        try:
            self.measurer.run(message.delivery, message.age_s)
        except (RefusedError, TransportError):
            self.queue.measure(message.delivery, message.age_s, delay_s=VISIBILITY_S)

    def until(self, reached: Callable[[], bool]) -> None:
        """Let time pass until something is so."""
        end = self.clock.now() + _LONGEST
        while not reached():
            rows = self.ledger.rows([self.delivery.id, amendment_of(self.delivery.id)])
            assert self.clock.now() < end, f"not reached: {rows}"
            self.step()

    def finish(self) -> Row:
        """Let time pass until nothing is open any more."""
        self.until(lambda: self.row.state not in _OPEN)
        return self.row

    def ask(self, action: Amend, *, again: bool = False) -> Row:
        """Ask for a correction or retraction, as `signpost correct` and `retract` do."""
        return self.amender.ask(action, self.delivery.id, actor="ada", reason="a test", again=again)

    def finish_amendment(self) -> Row:
        """Let time pass until what was asked for has come to an end."""
        self.until(lambda: self.amendment.state not in _OPEN)
        return self.amendment

    def tick(self) -> None:
        """Write the state file."""
        self._ticker.run()

    def measure(self, age_s: int) -> Result:
        """A message to measure at an age reaches a worker, and the next tick shows the answer."""
        result = self.measurer.run(self.delivery.id, age_s)
        self.state.refresh([self.delivery.id], measured=[self.delivery.id])
        return result

    def measured(self) -> MetricSnapshot:
        """The first snapshot, taken when its age comes."""
        self.until(lambda: bool(self.metrics.all))
        return self.metrics.all[0]

    def confirm(self, *, bound: frozenset[str] = frozenset()) -> Confirmation:
        """Ask the channel for the first part, as `settle` does."""
        row, account = self.row, self.delivery.account
        token = self.secrets.token(account.secret)
        channel = open_channel(self.world, account, token, self.clock.monotonic() + 15.0)
        since = row.changed_at - timedelta(minutes=5)
        sent = Sent(self.delivery.parts[0], row.key, since, bound=bound)
        return self.connectors.get(account.channel).confirm(channel, sent)

    def close(self) -> None:
        """Close connections."""
        self.transport.inner.close()
