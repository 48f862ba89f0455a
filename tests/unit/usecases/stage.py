"""Everything that a worker needs, over fakes: a stage on which single scenes are played."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from signpost.domain.canonical import digest
from signpost.domain.delivery import About, Account, Delivery, Media, Part, make_bundle
from signpost.domain.gate import Require
from signpost.domain.lifecycle import State
from signpost.domain.row import Row
from signpost.domain.stop import Stop
from signpost.ports import Ledger
from signpost.usecases.amend import Amender
from signpost.usecases.gatekeeper import Gatekeeper, evidence_key
from signpost.usecases.job import Result, World
from signpost.usecases.measure import Measurer
from signpost.usecases.publish import Publisher
from signpost.usecases.schedule import Scheduler
from signpost.usecases.state import StateWriter
from signpost.usecases.stop import Control
from signpost.usecases.tick import Ticker
from signpost.usecases.verdict import Verdict
from tests.fakes.clock import FakeClock
from tests.fakes.connector import FakeConnector, FakeConnectors
from tests.fakes.ledger import FakeLedger
from tests.fakes.metric_store import FakeMetricStore
from tests.fakes.objects import FakeObjects
from tests.fakes.queue import FakeQueue
from tests.fakes.releases import FakeReleaseJudge
from tests.fakes.secrets import FakeSecrets
from tests.fakes.transport import FakeTransport

NAME = "acme/shop/post-1/fedi"
EVERY_AGE_S = (0, 10**9)
"""Compare at every age."""


class Stage:
    """Ports and use cases of a workspace `acme` with one account `fedi` on a channel `test`.

    Args:
        connector: the channel's connector.
        ledger: a ledger that wraps or replaces the usual one.
        require: what the stack says of releases.
    """

    def __init__(
        self,
        connector: FakeConnector | None = None,
        *,
        ledger: FakeLedger | None = None,
        require: Require = Require.CONTENT,
    ) -> None:
        self.clock = FakeClock()
        self.connector = connector or FakeConnector()
        self.ledger = ledger or FakeLedger(self.clock)
        if ledger is not None:
            ledger._clock = self.clock
        self.objects = FakeObjects()
        self.queue = FakeQueue(self.clock)
        self.metrics = FakeMetricStore()
        self.secrets = FakeSecrets({"fedi": {"access_token": "canary"}})
        self.transport = FakeTransport()
        self.runs = 0
        self.require = require
        self.ledger.swap_stop(Stop(1), expected=None)
        self.use(self.ledger)

    def use(self, ledger: Ledger) -> None:
        """Wire the use cases to a ledger."""
        connectors = FakeConnectors(self.connector)
        self.world = World(
            ledger, self.objects, connectors, self.secrets, self.queue, self.transport, self.clock
        )
        self.state = StateWriter("acme", ledger, self.objects, self.metrics, self.clock)
        self.publisher = Publisher(self.world, self.require)
        self.measurer = Measurer(self.world, self.metrics, EVERY_AGE_S)
        self.scheduler = Scheduler(
            "acme", ledger, self.objects, connectors, self.queue, self.state, self.clock,
            workers=1,
            gatekeeper=Gatekeeper(ledger, self.objects, FakeReleaseJudge().judge, self.require),
        )  # fmt: skip
        self.ticker = Ticker(ledger, self.queue, self.state, self.clock, (60, 900))
        self.control = Control(ledger, self.queue, self.clock)
        self.amender = Amender(ledger, self.objects, connectors, self.queue, self.state, self.clock)

    # --- content ---

    def delivery(
        self,
        post: str = "post-1",
        in_s: float | None = 0.0,
        *,
        texts: tuple[str, ...] = (),
        media: tuple[Media, ...] = (),
        **changes: Any,
    ) -> Delivery:
        """A delivery that is due so many seconds from now; None: `publish: now`."""
        due = None if in_s is None else self.clock.now() + timedelta(seconds=in_s)
        words = texts or (f"Text of {post}",)
        made = Delivery(
            workspace="acme",
            brand="shop",
            post=post,
            account=Account("fedi", "test", "@acme", "https://test.example", "fedi"),
            due=due,
            zone="UTC",
            local="",
            tzdata="",
            grace_s=1800,
            on_ambiguous="hold",
            link="",
            language="en",
            parts=tuple(Part(text, media, {"text": text}) for text in words),
        )
        return replace(made, **changes)

    def bundle(
        self,
        *wanted: Delivery,
        approved: str = "",
        previous: str | None = None,
        proof: bytes = b"",
        required: bool = False,
    ) -> str:
        """Upload a bundle against the accepted one, or against `previous`; its digest.

        Args:
            proof: of the brand's releases; empty for none.
            required: nothing goes out without a release in force.
        """
        if proof:
            self.objects.create(evidence_key("shop", digest(proof)), proof, "application/json")
        before = self.ledger.pointer().digest if previous is None else previous
        made = make_bundle(
            "acme", [(one, About(title=one.post)) for one in wanted],
            previous=before, approved=approved,
            releases={"shop": digest(proof)} if proof else {}, require_release=required,
        )  # fmt: skip
        self.objects.create(f"bundles/{made.digest}.jsonl", made.data, "application/x-ndjson")
        return made.digest

    def push(
        self, *wanted: Delivery, approved: str = "", proof: bytes = b"", required: bool = False
    ) -> Verdict:
        """Upload a bundle and run `schedule`."""
        name = self.bundle(*wanted, approved=approved, proof=proof, required=required)
        return self.scheduler.run(name, owner=self._owner("s"))

    def accept(self, delivery: Delivery | None = None, **changes: Any) -> Row:
        """Push one delivery, change its row where asked, and empty the queue."""
        one = delivery or self.delivery()
        self.push(one)
        while self.queue.take(self.queue.next_ready_at):
            pass
        if changes:
            row = self.row(one.id)
            self.ledger.write(replace(row, fence=row.fence + 1, **changes), expected=row)
        return self.row(one.id)

    # --- acting and looking ---

    def _owner(self, kind: str) -> str:
        self.runs += 1
        return f"{kind}{self.runs}"

    def work(self, name: str = NAME, *, remaining_s: float = 60.0, again: bool = False) -> Result:
        """One message reaches a publish worker."""
        owner = self._owner("w")
        return self.publisher.run(name, owner=owner, remaining_s=remaining_s, again=again)

    def row(self, name: str = NAME) -> Row:
        """The row as the ledger has it."""
        return self.ledger.rows([name])[name]

    def settle_all(self) -> State:
        """Let time pass and workers look until nothing is open, or an hour passed."""
        for _ in range(120):
            if self.row().state not in (
                State.SCHEDULED, State.SENDING, State.AMBIGUOUS, State.PENDING,
            ):  # fmt: skip
                break
            self.clock.advance(30.0)
            self.work()
        return self.row().state
