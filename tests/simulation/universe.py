"""One simulated workspace: functions, queues, editors and a person at the switch, until all rest.

Everything that runs in the cloud is the real code; the platform around it (queues with receive counts
and a dead-letter queue, functions with time limits, a tick each minute that is sometimes lost) is
modelled here.
More than 400 lines: the parts of a universe hold each other's clocks and queues.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from signpost.domain.amendment import Amend
from signpost.domain.approval import ApprovalGate, Authors
from signpost.domain.canonical import digest
from signpost.domain.channel import RateLimit
from signpost.domain.delivery import Bundle, make_bundle
from signpost.domain.gate import ReleaseGate
from signpost.domain.lifecycle import BAD_ENDS, OPEN, State
from signpost.domain.plan import make_plan
from signpost.domain.row import Row
from signpost.domain.signing.root import TrustRoot
from signpost.errors import SignpostError
from signpost.ports import Request, Response
from signpost.signatures import check as check_signature
from signpost.usecases.amend import Amender
from signpost.usecases.approval_facts import ApprovalKeeper
from signpost.usecases.approving import Approving
from signpost.usecases.gatekeeper import Gatekeeper, evidence_key
from signpost.usecases.job import Result, World
from signpost.usecases.measure import Measurer
from signpost.usecases.publish import Publisher
from signpost.usecases.schedule import Scheduler
from signpost.usecases.state import StateWriter, actual_of
from signpost.usecases.stop import Control, ControlError
from signpost.usecases.tick import Ticker
from signpost.usecases.verdict import Verdict, parse_verdict
from tests.fakes.ledger import FakeLedger
from tests.fakes.metric_store import FakeMetricStore
from tests.fakes.objects import FakeObjects
from tests.fakes.queue import FakeQueue, Message
from tests.fakes.releases import FakeReleaseJudge
from tests.fakes.secrets import FakeSecrets
from tests.simulation.faults import FaultPlan, Rates
from tests.simulation.kernel import Chooser, Kernel, SimClock, TrueClock
from tests.simulation.platform import KINDS, SETTLE_S, Model, Models, Server, Weather
from tests.simulation.ports import (
    SimLedger,
    SimMetrics,
    SimObjects,
    SimQueue,
    SimSecrets,
    SimTransport,
    Wire,
)
from tests.simulation.workload import CHANNELS, PICTURE, WORKSPACE, Post, compiled

PUBLISH_LIMIT_S = 60.0
SCHEDULE_LIMIT_S = 300.0
TICK_LIMIT_S = 60.0
VISIBILITY_S = 360.0
MAX_RECEIVES = 5
OFFSET_S = 5.0
HORIZON_S = 6 * 3600.0
GENTLE_RATE = 0.02
"""The highest rate for `schedule`, `tick` and people. At 10 % of each kind six of ten I/Os fail: a run
of a hundred of them would never end, and nothing would ever be sent that could go wrong."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The circumstances of a universe.

    Args:
        seed: everything random comes from it.
        rate: probability of each kind of fault at each I/O.
        settle_s: the channels' settle time.
        repeats: probability that a message is delivered 2 to 10 times.
        index_gap: probability that the index does not show a row yet.
        weather: how the channels themselves misbehave.
        sends: rate limit of an account, per minute.
        quota: what the channels themselves take of an account in ten minutes; 0: anything.
        ages_s: when it is measured.
        latency_s: of an I/O.
        offset_s: the largest clock offset of a worker, either way.
        horizon_s: when the run ends at the latest.
        idle_every: how many events pass between two looks whether all rest.
        state_file: whether `state/deliveries.json` is written; rewriting it at every tick is half of
            the work of a run, and nothing that publishes reads it.
    """

    seed: str
    rate: float = 0.0
    settle_s: int = SETTLE_S
    repeats: float = 0.0
    index_gap: float = 0.0
    weather: Weather = field(default_factory=Weather)
    sends: int = 1000
    quota: int = 0
    ages_s: tuple[int, ...] = (60,)
    latency_s: tuple[float, float] = (0.002, 0.02)
    offset_s: float = OFFSET_S
    horizon_s: float = HORIZON_S
    idle_every: int = 256
    state_file: bool = True


@dataclass(slots=True)
class Move:
    """A move of a row, as the ledger applied it; `step` orders what happens at one instant."""

    at: float
    step: int
    before: Row | None
    after: Row
    kind: str


@dataclass(slots=True)
class StopSpan:
    """A scope that was stopped: the steps at which stop returned and resume was asked for."""

    scope: str
    start: int
    end: float = float("inf")


@dataclass(slots=True)
class Push:
    """A bundle that was uploaded: when, when its acceptance was heard of, and what it wants."""

    asked: float
    wanted: frozenset[str]
    answered: float = float("inf")


class Universe:
    """See the module.

    Args:
        settings: the circumstances.
        plan: decides faults; None: by rate and seed.
        choose: orders events of the same instant; None: first come, first served.
        ledger: makes the ledger; for seeded bugs.
        gentle: decides the faults of `schedule`, `tick` and people; None: as the plan, but milder.
    """

    def __init__(
        self,
        settings: Settings,
        plan: FaultPlan | None = None,
        choose: Chooser | None = None,
        ledger: Callable[[TrueClock], FakeLedger] = FakeLedger,
        gentle: FaultPlan | None = None,
    ) -> None:
        self.settings = settings
        self.kernel = kernel = Kernel(settings.seed, choose)
        self.rng = Random(f"{settings.seed}/world")
        self.plan = plan or Rates(Random(f"{settings.seed}/faults"), settings.rate)
        milder = Rates(Random(f"{settings.seed}/gentle"), min(settings.rate, GENTLE_RATE))
        self.gentle_plan = gentle or (milder if isinstance(self.plan, Rates) else self.plan)
        true = TrueClock(kernel)
        self.ledger = ledger(true)
        self.objects = FakeObjects()
        self.queue = FakeQueue(true)
        self.metrics = FakeMetricStore()
        self.clock = SimClock(kernel)
        self.objects.add_media(PICTURE)
        rate = RateLimit(settings.sends, 60, "model", "")
        self.models = Models({k.id: Model(k, rate, settings.settle_s) for k in KINDS})
        self.servers = {
            k.id: Server(
                kernel, k, settings.weather, Random(f"{settings.seed}/{k.id}"),
                quota=settings.quota,
            )
            for k in KINDS
        }  # fmt: skip
        self.moves: list[Move] = []
        self.sent: list[tuple[float, str]] = []
        self.alerts: dict[str, set[State]] = defaultdict(set)
        self.results: dict[str, int] = defaultdict(int)
        self.dead: set[str] = set()
        self.spans: list[StopSpan] = []
        self.pushes: dict[str, Push] = {}
        self.verdicts: list[Verdict] = []
        self.released: set[str] = set()
        self.proof = b""
        self.required = False
        self.gates: list[tuple[int, ReleaseGate]] = []
        self.tiers: tuple[Mapping[str, Any], ...] = ()
        self.votes: list[Any] = []
        self.asked_gates: list[tuple[int, ApprovalGate]] = []
        self.warned: dict[str, float] = {}
        self.asked: dict[str, list[Amend]] = defaultdict(list)
        self.ticks_lost = 0.0
        self.busy = 0
        self._events = 0
        self._receives: dict[tuple[str, int | None, int], int] = {}
        self._pushing = 0
        self._build()

    def _build(self) -> None:
        wire = Wire(self.kernel, self.plan, self.gentle_plan, self.settings.latency_s)
        ledger = SimLedger(
            self.ledger, wire, self._moved, self.ledger._rows.get, self.settings.index_gap,
            self._opened, self._asked,
        )  # fmt: skip
        objects, queue = SimObjects(self.objects, wire), _Polled(self, wire)
        metrics = SimMetrics(self.metrics, wire)
        secrets = SimSecrets(
            FakeSecrets(
                {f"b{b}-{n}": {"access_token": "canary"} for b in (0, 1) for n in range(6)}
            ),
            wire,
        )
        self.world = World(
            ledger=ledger,
            objects=objects,
            connectors=self.models,
            secrets=secrets,
            queue=queue,
            transport=SimTransport(self._serve, wire, self._sending),
            clock=self.clock,
        )
        writer = StateWriter if self.settings.state_file else _NoStateFile
        state = writer(WORKSPACE, ledger, objects, metrics, self.clock)
        self.publisher = Publisher(self.world)
        self.measurer = Measurer(self.world, metrics)
        self.scheduler = Scheduler(
            WORKSPACE, ledger, objects, self.models, queue, state, self.clock, workers=1,
            gatekeeper=Gatekeeper(ledger, objects, FakeReleaseJudge().judge),
            approvals=ApprovalKeeper(ledger, self._root, check_signature),
        )  # fmt: skip
        self.approving = Approving(
            WORKSPACE, ledger, queue, self.clock, self._root, check_signature, state
        )
        self.ticker = Ticker(ledger, queue, state, self.clock, self.settings.ages_s)
        self.control = Control(ledger, queue, self.clock)
        self.amender = Amender(ledger, objects, self.models, queue, state, self.clock)

    def _root(self, gate: ReleaseGate) -> TrustRoot | None:
        from tests.simulation.approved import find_root

        return find_root(gate)

    def _asked(self, gate: ApprovalGate) -> None:
        self.asked_gates.append((self.kernel.steps, gate))

    def _opened(self, gate: ReleaseGate) -> None:
        self.gates.append((self.kernel.steps, gate))

    def _serve(self, request: Request) -> Response:
        host = request.url.partition("://")[2].partition(".")[0]
        return self.servers[host].serve(request)

    def _sending(self, request: Request) -> None:
        if request.headers:
            self.sent.append((self.kernel.now, request.headers["Idempotency-Key"]))

    def _moved(self, before: Row | None, after: Row, kind: str) -> None:
        self.moves.append(Move(self.kernel.now, self.kernel.steps, before, after, kind))

    # --- the platform ---

    def _offset(self) -> float:
        most = self.settings.offset_s
        return self.rng.uniform(-most, most)

    def poll(self) -> None:
        """Hand ready messages to workers."""
        while message := self.queue.take():
            copies = 1
            if self.rng.random() < self.settings.repeats:
                copies = min(self.rng.randint(2, 10), self.rng.randint(2, 10))
            for copy in range(copies):
                late = 0.0 if copy == 0 else self.rng.random() * 30.0
                self.busy += 1
                self.kernel.after(late, lambda m=message: self._receive(m))  # type: ignore[misc] # a bound default

    def _receive(self, message: Message) -> None:
        self._events += 1
        number = self._events
        key = (message.delivery, message.age_s, message.number)
        self._receives[key] = self._receives.get(key, 0) + 1

        def ended(ok: bool) -> None:  # noqa: FBT001 - the kernel calls it so
            if ok:
                self.busy -= 1
            elif self._receives[key] >= MAX_RECEIVES:
                self.busy -= 1
                if message.age_s is None:
                    self.dead.add(message.delivery)
                    self._alert_all(message.delivery)
            else:
                self.kernel.after(VISIBILITY_S, lambda: self._receive(message))

        body = self._publish if message.age_s is None else self._measure
        self.kernel.spawn(
            f"w{number}",
            lambda: body(message, f"w{number}", again=self._receives[key] > 1),
            ended=ended,
            offset_s=self._offset(),
            limit_s=PUBLISH_LIMIT_S,
        )

    def _publish(self, message: Message, owner: str, *, again: bool) -> None:
        limit = PUBLISH_LIMIT_S
        self.report(
            self.publisher.run(message.delivery, owner=owner, remaining_s=limit, again=again)
        )

    def report(self, result: Result) -> None:
        """What the handler does with a result: count it, and alert where a person must hear."""
        self.results[result.did] += 1
        self.kernel.note(f"{result.delivery} {result.did}")
        if result.alert and result.row is not None:
            self.alerts[result.delivery].add(result.row.state)
            if result.row.awaits:
                self.warned.setdefault(result.delivery, self.kernel.now)

    def _measure(self, message: Message, _owner: str, *, again: bool) -> None:
        del again
        self.results[self.measurer.run(message.delivery, message.age_s or 0).did] += 1

    def _alert_all(self, delivery: str) -> None:
        self.alerts[delivery] |= set(BAD_ENDS)

    def tick(self) -> None:
        """A minute has passed; the tick runs unless it is lost."""
        self.kernel.after(60.0, self.tick)
        if self.rng.random() < self.ticks_lost:
            self.kernel.note("tick lost")
            return

        def body() -> None:
            self.ticker.run()

        self.kernel.spawn("tick", body, offset_s=self._offset(), limit_s=TICK_LIMIT_S, gentle=True)

    # --- people ---

    def push(self, posts: Callable[[], list[Post]], name: str) -> None:
        """An editor merges: the bundle is uploaded, `schedule` runs, the verdict is awaited."""
        self._pushing += 1
        self.kernel.spawn(name, lambda: self._push(posts(), name))

    def _push(self, posts: list[Post], name: str) -> None:
        try:
            for _ in range(30):
                asked = self.kernel.now
                bundle = self._bundle(posts)
                key = f"bundles/{bundle.digest}.jsonl"
                wanted = frozenset(line.delivery.id for line in bundle.lines)
                push = self.pushes.setdefault(bundle.digest, Push(asked, wanted))
                if self.objects.create(key, bundle.data, "application/x-ndjson"):
                    self._created(bundle.digest, name)
                verdict = self._await(bundle.digest)
                if verdict is None:
                    continue
                self.verdicts.append(verdict)
                if verdict.accepted:
                    push.answered = self.kernel.now
                    return
                self.kernel.pause(20.0)
            self.kernel.note(f"{name} gave up")
        finally:
            self._pushing -= 1

    def _bundle(self, posts: list[Post]) -> Bundle:
        """Planned against the ledger as it is, and approved."""
        items = compiled(posts)
        rows = self.ledger.rows(list(self.ledger._rows))
        plan = make_plan((d for d, _ in items), {n: actual_of(r) for n, r in rows.items()})
        releases = {}
        if self.proof:
            releases = {brand: digest(self.proof) for brand in ("b0", "b1")}
            for brand, name in releases.items():
                self.objects.create(evidence_key(brand, name), self.proof, "application/json")
        return make_bundle(
            WORKSPACE, items, previous=self.ledger.pointer().digest, approved=plan.digest,
            releases=releases, require_release=self.required, tiers=self.tiers,
            authors={f"{d.brand}/{d.post}": Authors(("ottilie",)).wire() for d, _ in items}
            if self.tiers else None,
        )  # fmt: skip

    def _created(self, digest: str, name: str) -> None:
        """EventBridge calls `schedule`, now and then twice, and again where it failed."""
        self._invoke_schedule(digest, f"{name}.s", 0)
        if self.rng.random() < self.settings.repeats:
            self.kernel.after(
                self.rng.random() * 5.0, lambda: self._invoke_schedule(digest, f"{name}.t", 0)
            )

    def _invoke_schedule(self, digest: str, name: str, tries: int) -> None:
        self.busy += 1
        owner = f"{name}{tries}"

        def ended(ok: bool) -> None:  # noqa: FBT001 - the kernel calls it so
            self.busy -= 1
            if not ok and tries < 60:
                self.busy += 1

                def again() -> None:
                    self.busy -= 1
                    self._invoke_schedule(digest, name, tries + 1)

                self.kernel.after(min(60.0, 2.0 * 2**tries), again)

        def body() -> None:
            self.scheduler.run(digest, owner=owner)

        self.kernel.spawn(
            owner,
            body,
            ended=ended,
            offset_s=self._offset(),
            limit_s=SCHEDULE_LIMIT_S,
            gentle=True,
        )

    def _await(self, digest: str) -> Verdict | None:
        for _ in range(240):
            self.kernel.pause(5.0)
            if stored := self.objects.get(f"verdicts/{digest}.json"):
                return parse_verdict(stored.data)
        return None

    def open_switch(self) -> None:
        """A person resumes a new workspace, which starts stopped."""

        def ask() -> None:
            if self.ledger.stop() is None:
                self._resume("*")

        self.person("opener", lambda: self._until_done(ask))

    def person(self, name: str, body: Callable[[], object]) -> None:
        """Somebody does something at a terminal."""
        self.busy += 1

        def ended(ok: bool) -> None:  # noqa: FBT001 - the kernel calls it so
            if ok:
                self.busy -= 1
                return

            def again() -> None:
                self.busy -= 1
                self.person(f"{name}'", body)

            self.kernel.after(5.0, again)  # the terminal was closed, or there was no answer

        self.kernel.spawn(name, body, ended=ended, offset_s=self._offset(), gentle=True)

    def _resume(self, scope: str) -> None:
        self.control.resume(scope, actor="ada", reason="simulated")

    def stop_for(self, scope: str, seconds: float) -> None:
        """Stop a scope, wait, resume; asks again until each is sure."""
        if not self._until_done(lambda: self.control.stop(scope, actor="ada", reason="simulated")):
            return
        span = StopSpan(scope, self.kernel.steps)
        self.spans.append(span)
        self.kernel.pause(seconds)
        span.end = self.kernel.steps
        self._until_done(lambda: self._resume(scope))

    def let_go(self, delivery: str) -> None:
        """Somebody lets one held delivery go; asks again until it is sure, or is held no more."""

        def ask() -> None:
            self.released.add(delivery)
            try:
                self.control.release(delivery, actor="ada", reason="simulated")
            except ControlError as error:
                self.kernel.note(f"{delivery} not let go: {error}")

        self._until_done(ask)

    def amend(self, action: Amend, delivery: str) -> None:
        """Somebody corrects or retracts; asks again until it is sure, or cannot be done."""

        def ask() -> None:
            # What was asked for counts from here on: the answer may be lost.
            self.asked[delivery].append(action)
            try:
                self.amender.ask(action, delivery, actor="ada", reason="simulated")
            except ControlError as error:
                self.kernel.note(f"{delivery} {action} refused: {error}")
                self.results[f"{action} refused"] += 1

        self._until_done(ask)

    def _until_done(self, ask: Callable[[], object]) -> bool:
        for _ in range(50):
            try:
                ask()
            except SignpostError:
                self.kernel.pause(2.0)
            else:
                return True
        return False

    # --- the end ---

    def rows(self) -> dict[str, Row]:
        """Every row as the ledger has it, beyond all faults."""
        return dict(self.ledger._rows)

    def chain(self) -> list[Push]:
        """The accepted pushes, in the order of their acceptance."""
        found = []
        digest = self.ledger.pointer().digest
        while digest:
            found.append(self.pushes[digest])
            header = self.objects.content[f"bundles/{digest}.jsonl"].partition(b"\n")[0]
            digest = json.loads(header)["previous"]
        return found[::-1]

    def told(self) -> dict[str, set[State]]:
        """Which bad ends somebody was told of: by alert, dead letter or verdict."""
        told = defaultdict(set, {name: set(states) for name, states in self.alerts.items()})
        for key, data in self.objects.content.items():
            if key.startswith("verdicts/"):
                for change in parse_verdict(data).changes:
                    told[change.delivery].add(State(change.state))
        return told

    @property
    def resting(self) -> bool:
        """Nothing is under way and nothing is open."""
        if self.busy or self._pushing or self.queue.next_ready_at is not None:
            return False
        return not any(row.state in OPEN or row.awaits for row in self.ledger._rows.values())

    def run(self) -> None:
        """Let it run until all rest, or the horizon."""
        settings = self.settings
        self.kernel.run(settings.horizon_s, idle=lambda: self.resting, every=settings.idle_every)


class _NoStateFile(StateWriter):
    """Writes no state file."""

    def refresh(
        self,
        changed: Iterable[str],
        *,
        measured: Iterable[str] = (),
        brands: Iterable[str] = (),
    ) -> bool:
        return False


class _Polled(SimQueue):
    """The queue, which calls the pollers when a message becomes ready."""

    def __init__(self, universe: Universe, wire: Wire) -> None:
        super().__init__(_Announcing(universe), wire)


class _Announcing:
    """Implements ports.Queue: stores, and wakes the poller when a message is ready."""

    def __init__(self, universe: Universe) -> None:
        self._universe = universe

    def publish(self, delivery: str, *, delay_s: int) -> None:
        self._universe.queue.publish(delivery, delay_s=delay_s)
        self._announce(delay_s)

    def measure(self, delivery: str, age_s: int, *, delay_s: int) -> None:
        self._universe.queue.measure(delivery, age_s, delay_s=delay_s)
        self._announce(delay_s)

    def dead_letter(self, delivery: str, reason: str) -> None:
        self._universe.queue.dead_letter(delivery, reason)
        self._universe._alert_all(delivery)
        self._universe.dead.add(delivery)

    def _announce(self, delay_s: int) -> None:
        self._universe.kernel.after(max(0, delay_s) + 0.001, self._universe.poll)


__all__ = ["CHANNELS", "Settings", "StopSpan", "Universe"]
