"""Small universes for faults one by one: a post, its workers, and everything that follows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from random import Random

from signpost.domain.amendment import Amend
from signpost.domain.lifecycle import State
from tests.fakes.ledger import FakeLedger
from tests.fakes.queue import Message
from tests.simulation.checker import Findings, check
from tests.simulation.faults import EVERYWHERE, Fault, FaultPlan, Rates, Script
from tests.simulation.kernel import TrueClock
from tests.simulation.universe import Settings, Universe
from tests.simulation.workload import WORKSPACE, Post

PLAIN_ACCOUNT, KEYED_ACCOUNT = 2, 0
HORIZON_S = 3 * 3600.0


def whole(plan: FaultPlan, *, parts: int = 1, horizon_s: float = HORIZON_S) -> Universe:
    """From push to live: a post for an account without and one with keys, and all that serves it."""
    settings = Settings(
        "scene", ages_s=(60,), horizon_s=horizon_s, latency_s=(0.01, 0.01), idle_every=16
    )
    universe = Universe(settings, plan)
    universe.open_switch()
    universe.kernel.at(30.0, universe.tick)
    post = Post("post", "b0", 90, (KEYED_ACCOUNT, PLAIN_ACCOUNT), parts=parts)
    universe.push(lambda: [post], "push")
    return universe


def accepted(
    plan: Script,
    account: int,
    *,
    choose: Callable[[int], int] | None = None,
    workers: int = 2,
    ledger: Callable[[TrueClock], FakeLedger] = FakeLedger,
) -> Universe:
    """One accepted post that is due, and workers which are handed it at the same instant.

    The plan is armed only then, and only for workers.
    """
    latency = (0.0, 0.0) if choose else (0.01, 0.01)
    settings = Settings(
        "scene", ages_s=(), horizon_s=HORIZON_S, latency_s=latency, offset_s=0.0, idle_every=16
    )
    chooser = _Armed(plan, choose) if choose else None
    plan.armed = False
    universe = Universe(settings, plan, chooser, ledger, Rates(Random(0), 0.0))
    universe.open_switch()
    post = Post("post", "b0", 30, (account,))
    universe.push(lambda: [post], "push")
    universe.kernel.run(20.0)
    while universe.queue.take(universe.queue.next_ready_at):
        pass
    universe.kernel.run(31.0)
    plan.armed = True
    name = f"sim/b0/post/b0-{account}"
    for number in range(workers):
        universe.busy += 1
        message = Message(universe.kernel.true_time(), 1000 + number, name)
        universe._receive(message)
    universe.kernel.at(91.0, universe.tick)
    return universe


def amended(
    plan: FaultPlan,
    asks: Iterable[tuple[float, Amend, int]],
    *,
    parts: int = 1,
    account: int = PLAIN_ACCOUNT,
) -> Universe:
    """A post that is public, and people who correct and retract it.

    Args:
        plan: armed once it is public, if it can be armed.
        asks: seconds after that, what is asked for, and the edition that is pushed before.
    """
    settings = Settings(
        "scene", ages_s=(60,), horizon_s=HORIZON_S, latency_s=(0.01, 0.01), idle_every=16
    )
    armed = isinstance(plan, Script)
    if isinstance(plan, Script):
        plan.armed = False
    universe = Universe(settings, plan, gentle=Rates(Random(0), 0.0) if not armed else None)
    universe.open_switch()
    universe.kernel.at(30.0, universe.tick)
    post = Post("post", "b0", None, (account,), parts=parts)
    universe.push(lambda: [post], "push")
    universe.kernel.run(100.0)
    row = universe.rows()[f"{WORKSPACE}/b0/post/b0-{account}"]
    assert row.state is State.PUBLISHED, row
    pushed = 0.0
    for after, action, edition in asks:
        if edition:
            again = replace(post, edition=edition)
            universe.push(lambda again=again: [again], f"push{edition}")  # type: ignore[misc] # a bound default
        begin = universe.kernel.now
        universe.kernel.run(begin + max(20.0, after - pushed))
        pushed = after
        if isinstance(plan, Script):
            plan.armed = True
        universe.person(f"{action}{after}", lambda a=action: universe.amend(a, row.delivery))  # type: ignore[misc] # a bound default
    return universe


def stop_races(
    ledger: Callable[[TrueClock], FakeLedger] = FakeLedger,
) -> Iterator[Universe]:
    """A worker and a person who stops everything, in every order of their I/Os."""
    for choose in Orders():
        universe = accepted(Script(), PLAIN_ACCOUNT, choose=choose, workers=1, ledger=ledger)
        universe.person("stopper", lambda u=universe: u.stop_for("*", 3000.0))  # type: ignore[misc] # a bound default
        universe.kernel.run(600.0)
        yield universe


def approved(
    choose: Callable[[int], int], ledger: Callable[[TrueClock], FakeLedger] = FakeLedger
) -> Universe:
    """An approved post that is due, its worker, and somebody who says no at the same instant."""
    from tests.simulation.approved import NAME, POST, ask_for, one_post, vote

    plan = Script()
    plan.armed = False
    settings = Settings(
        "scene", ages_s=(), horizon_s=HORIZON_S, latency_s=(0.0, 0.0), offset_s=0.0, idle_every=16,
        state_file=False,
    )  # fmt: skip
    universe = Universe(settings, plan, _Armed(plan, choose), ledger, Rates(Random(0), 0.0))
    ask_for(universe)
    universe.open_switch()
    universe.push(lambda: [one_post(30)], "push")
    universe.kernel.run(15.0)
    universe.person("yes", lambda: vote(universe, POST, "juno"))
    universe.kernel.run(20.0)
    while universe.queue.take(universe.queue.next_ready_at):
        pass
    universe.kernel.run(31.0)
    plan.armed = True
    universe.busy += 1
    universe._receive(Message(universe.kernel.true_time(), 1000, NAME))
    rng = Random(0)
    universe.person("no", lambda: vote(universe, POST, "kasimir", refuse=True, rng=rng))
    return universe


def rejection_races(
    ledger: Callable[[TrueClock], FakeLedger] = FakeLedger,
) -> Iterator[Universe]:
    """A worker and somebody who says no, in every order of their I/Os."""
    for choose in Orders(most=8):
        universe = approved(choose, ledger)
        universe.kernel.run(60.0)
        yield universe


class _Armed:
    """Orders events by a chooser once the plan is armed, and for the first seconds only."""

    def __init__(self, plan: Script, choose: Callable[[int], int]) -> None:
        self._plan, self._choose = plan, choose

    def __call__(self, count: int) -> int:
        return self._choose(count) if self._plan.armed else 0


def finish(universe: Universe) -> Findings:
    """Run to the end and judge."""
    universe.run()
    return check(universe)


class Orders:
    """Enumerates every order of events, depth first.

    Args:
        most: choices after which only the first of several is taken.
    """

    def __init__(self, most: int = 10_000) -> None:
        self._prefix: list[int] = []
        self._taken: list[tuple[int, int]] = []
        self._most = most

    def __iter__(self) -> Iterator[Callable[[int], int]]:
        while True:
            self._taken = []
            yield self._choose
            while self._taken and self._taken[-1][0] + 1 >= self._taken[-1][1]:
                self._taken.pop()
            if not self._taken:
                return
            choice, _ = self._taken.pop()
            self._prefix = [taken for taken, _ in self._taken] + [choice + 1]

    def _choose(self, count: int) -> int:
        place = len(self._taken)
        if place >= self._most:
            return 0
        choice = self._prefix[place] if place < len(self._prefix) else 0
        self._taken.append((choice, count))
        return choice


KINDS = EVERYWHERE
LASTING = (Fault.REFUSED, Fault.LOST, Fault.CRASH_BEFORE, Fault.CRASH_AFTER)


def run_pair(account: int, faults: dict[int, Fault]) -> tuple[Findings, Script]:
    """Two workers, one post, and these faults at their I/Os."""
    script = Script(at=faults)
    return finish(accepted(script, account)), script


def pairs(account: int) -> Iterator[dict[int, Fault]]:
    """Every pair of faults, the second at any I/O that the first leaves or brings about."""
    _, clean = run_pair(account, {})
    for first in range(clean.drawn):
        for kind in KINDS:
            _, script = run_pair(account, {first: kind})
            for second in range(first + 1, script.drawn):
                for other in KINDS:
                    yield {first: kind, second: other}
