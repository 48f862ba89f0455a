"""Many universes: what they are made of, and what came of them."""

from __future__ import annotations

import multiprocessing
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from random import Random

from signpost.domain.amendment import Amend
from signpost.domain.delivery import parse_bundle
from tests.fakes.ledger import FakeLedger
from tests.simulation.approved import approvals
from tests.simulation.checker import Findings, check
from tests.simulation.faults import Fault, Rates
from tests.simulation.kernel import TrueClock
from tests.simulation.platform import LAG_MOST_S, SETTLE_S, Weather
from tests.simulation.releases import gate
from tests.simulation.universe import Settings, Universe
from tests.simulation.workload import Post, edited, some_posts


@dataclass(frozen=True, slots=True)
class Twist:
    """What makes a universe unlike the others.

    Args:
        focus: beginnings of I/Os to (fault, probability), on top of the rate.
        sends: rate limit of an account, per minute.
        quota: what the channels themselves take of an account in ten minutes; 0: anything.
        stopped: how often somebody stops something.
        listing: how often the channels' listings fail.
        amended: how often people correct and retract.
        gated: how often releases are required.
        approved: how often posts need approval.
    """

    focus: tuple[tuple[str, Fault, float], ...] = ()
    sends: int | None = None
    quota: int = 0
    stopped: float = 0.3
    listing: float | None = None
    amended: float = 0.5
    gated: float = 0.15
    approved: float = 0.04


PLAIN = Twist()
RETRY_RATE = 0.02
"""Up to this fault rate one guarded resend may duplicate one delivery in 100,000."""


@dataclass(slots=True)
class Ran:
    """One universe that ran."""

    seed: str
    rate: float
    findings: Findings
    trace_hash: str
    results: dict[str, int]
    faults: dict[str, int]
    ios: int
    deliveries: int
    repeatable: bool = True


def make_universe(
    seed: str,
    rate: float,
    *,
    settle_s: int = SETTLE_S,
    posts: int = 30,
    ledger: Callable[[TrueClock], FakeLedger] = FakeLedger,
    twist: Twist = PLAIN,
) -> Universe:
    """A universe with editors, a person at the switch and, by its seed, its own weather."""
    rng = Random(f"{seed}/plan")
    stormy = rate > 0
    weather = Weather(
        throttle=min(0.1, rate * 3),
        refuse=min(0.1, rate * 3),
        broken=min(0.1, rate * 3),
        listing=min(0.3, rate * 10) if twist.listing is None else twist.listing,
        vanish=min(0.02, rate),
        lag_s=rng.random() * LAG_MOST_S if stormy else 0.0,
    )
    settings = Settings(
        seed=seed,
        rate=rate,
        settle_s=settle_s,
        repeats=0.2,
        index_gap=rng.choice((0.0, 0.05, 0.2)) if stormy else 0.0,
        weather=weather,
        sends=twist.sends or (rng.choice((1000, 1000, 6)) if stormy else 1000),
        quota=twist.quota,
        state_file=rng.random() < 0.25,
        ages_s=(60,) if rng.random() < 0.3 else (),
    )
    plan = Rates(Random(f"{seed}/faults"), rate, twist.focus)
    universe = Universe(settings, plan, ledger=ledger)
    universe.ticks_lost = 0.05 if stormy else 0.0
    universe.open_switch()
    universe.kernel.at(rng.random() * 60.0, universe.tick)
    wanted = [some_posts(rng, posts)]
    if Random(f"{seed}/gated").random() < twist.gated:
        gate(universe, lambda: wanted[-1])
    if Random(f"{seed}/approved").random() < twist.approved:
        approvals(universe)
    universe.push(lambda: wanted[-1], "push0")
    for number in range(1, rng.randrange(4) + 1):
        when = 60.0 + rng.random() * 480.0

        def again(number: int = number) -> None:
            wanted.append(edited(rng, wanted[-1], universe.kernel.now, number))
            mine = wanted[-1]
            universe.push(lambda: mine, f"push{number}")

        universe.kernel.at(when, again)
    if rng.random() < twist.amended:
        universe.kernel.at(
            250.0 + rng.random() * 300.0,
            lambda: universe.push(lambda: _mended(rng, wanted), "mended"),
        )
        for number in range(rng.randrange(2, 16)):
            when = 200.0 + rng.random() * 900.0
            universe.kernel.at(when, lambda n=number: _amend_one(universe, n))  # type: ignore[misc] # a bound default
    if rng.random() < twist.stopped:
        scope = rng.choice(("*", "brand:b0", f"account:b1-{rng.randrange(6)}"))
        when, lasts = 60.0 + rng.random() * 360.0, 60.0 + rng.random() * 300.0
        universe.kernel.at(
            when, lambda: universe.person("stopper", lambda: universe.stop_for(scope, lasts))
        )
    return universe


def _mended(rng: Random, wanted: list[list[Post]]) -> list[Post]:
    """A third of the posts in another edition, public ones as well."""
    wanted.append(
        [replace(p, edition=p.edition + 1) if rng.random() < 0.3 else p for p in wanted[-1]]
    )
    return wanted[-1]


def _amend_one(universe: Universe, number: int) -> None:
    """Somebody corrects what is public in another edition than git has, or retracts something."""
    rng = Random(f"{universe.settings.seed}/amend{number}")
    rows = universe.rows()
    public = sorted(name for name, row in rows.items() if row.parts and not row.action)
    if not public:
        return
    digest = universe.ledger.pointer().digest
    lines = parse_bundle(universe.objects.content[f"bundles/{digest}.jsonl"]).lines
    wanted = {line.delivery.id: line.delivery.revision for line in lines}
    edited = [
        name for name in public if wanted.get(name, rows[name].revision) != rows[name].revision
    ]
    correct = edited and rng.random() < 0.7
    action = Amend.CORRECT if correct else Amend.RETRACT
    delivery = rng.choice(edited if correct else public)
    universe.person(f"amender{number}", lambda: universe.amend(action, delivery))


def run_one(
    seed: str,
    rate: float,
    *,
    settle_s: int = SETTLE_S,
    posts: int = 30,
    ledger: Callable[[TrueClock], FakeLedger] = FakeLedger,
    twist: Twist = PLAIN,
) -> Ran:
    """Run a universe and judge it."""
    universe = make_universe(seed, rate, settle_s=settle_s, posts=posts, ledger=ledger, twist=twist)
    universe.run()
    findings = check(universe)
    plan = universe.plan
    return Ran(
        seed, rate, findings, universe.kernel.trace_hash, dict(universe.results),
        dict(getattr(plan, "hits", {})), getattr(plan, "drawn", 0), len(universe.rows()),
    )  # fmt: skip


@dataclass(slots=True)
class Summary:
    """Figures of many universes at one rate."""

    rate: float
    universes: int = 0
    deliveries: int = 0
    ios: int = 0
    faults: int = 0
    duplicates: int = 0
    retried_duplicates: int = 0
    lost: int = 0
    broken: int = 0
    held_unsure: int = 0
    states: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    bad: list[Ran] = field(default_factory=list)
    unrepeatable: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """No duplicate beyond the allowance of `retry`, no loss, no broken invariant, replayable."""
        allowed = self.deliveries // 100_000 if self.rate <= RETRY_RATE else self.deliveries
        within = self.retried_duplicates <= allowed
        return within and not self.bad and not self.unrepeatable

    def add(self, ran: Ran) -> None:
        """Count one universe."""
        found = ran.findings
        self.universes += 1
        self.deliveries += ran.deliveries
        self.ios += ran.ios
        self.faults += sum(ran.faults.values())
        self.duplicates += len(found.duplicates)
        self.retried_duplicates += len(found.retried_duplicates)
        self.lost += len(found.lost)
        self.broken += len(found.broken)
        self.held_unsure += found.held_unsure
        self.states += found.states
        self.kinds.update(ran.faults)
        if not ran.repeatable:
            self.unrepeatable.append(ran.seed)
        if not found.clean:
            self.bad.append(ran)


PER_UNIVERSE = 100
"""A little less than the deliveries of a universe, so that a campaign never falls short."""

REPLAYED = 3
"""How many universes of each rate run a second time, to compare their traces."""

SHARES = {0.001: 0.90, 0.02: 0.07, 0.1: 0.03}
"""Fault rates, and what part of the deliveries each has."""

Job = tuple[str, float, bool]
"""Seed, rate, and whether it runs a second time."""


def jobs_for(deliveries: int, seed: str, rate: float, replayed: int) -> list[Job]:
    """The universes that make up that many deliveries."""
    count = -(-deliveries // PER_UNIVERSE)
    return [(f"{seed}/{rate}/{number}", rate, number < replayed) for number in range(count)]


def run_job(job: Job) -> Ran:
    """Run a universe, twice where that is asked."""
    seed, rate, twice = job
    ran = run_one(seed, rate)
    if twice:
        ran.repeatable = run_one(seed, rate).trace_hash == ran.trace_hash
    return ran


def simulate(
    deliveries: int,
    seed: str,
    rates: Mapping[float, float],
    *,
    processes: int,
    seen: Callable[[Ran], None] | None = None,
) -> list[Summary]:
    """Run universes of several rates in several processes.

    Args:
        rates: fault rate to its share of the deliveries.
        seen: hears of each universe.
    """
    jobs: list[Job] = []
    for rate, share in rates.items():
        jobs += jobs_for(int(deliveries * share), seed, rate, REPLAYED)
    summaries = {rate: Summary(rate) for rate in rates}
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        for ran in pool.map(run_job, jobs, chunksize=4):
            summaries[ran.rate].add(ran)
            if seen is not None:
                seen(ran)
    return list(summaries.values())


def total(summaries: Iterable[Summary], seed: str, seconds: float) -> dict[str, object]:
    """The figures as JSON."""
    rates = [
        {
            "rate": s.rate,
            "universes": s.universes,
            "deliveries": s.deliveries,
            "ios": s.ios,
            "faults": s.faults,
            "duplicates": s.duplicates,
            "duplicates_retry": s.retried_duplicates,
            "lost": s.lost,
            "broken": s.broken,
            "held_unsure": s.held_unsure,
            "states": dict(sorted(s.states.items())),
            "unrepeatable": s.unrepeatable,
            "bad": {ran.seed: ran.findings.faults[:10] for ran in s.bad[:10]},
        }
        for s in summaries
    ]
    good = all(s.good for s in summaries)
    return {"seed": seed, "seconds": round(seconds, 1), "good": good, "rates": rates}
