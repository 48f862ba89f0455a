"""Invariant 45: what a channel says is left is never exceeded, however many workers want it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from signpost.domain.lifecycle import State
from signpost.ports import Taken
from tests.fakes.ledger import FakeLedger
from tests.simulation.campaign import Twist, run_one
from tests.simulation.checker import check
from tests.simulation.faults import EVERYWHERE, Fault, Script
from tests.simulation.platform import QUOTA_S
from tests.simulation.universe import Settings, Universe
from tests.simulation.workload import Post

PLAIN = 2
QUOTA = 4
CROWD = 8


class Heedless(FakeLedger):
    """A ledger that takes no notice of what channels say."""

    def take_rate(self, account: str, window: int, limit: int, *, now: datetime) -> Taken:
        kept = self._rates.get(account)
        if kept is not None:
            self._rates[account] = replace(kept, seen=None)
        return super().take_rate(account, window, limit, now=now)


def crowd(plan: Script, ledger: type[FakeLedger] = FakeLedger) -> Universe:
    """All but one of an account's sends are used up, then many workers want one at once."""
    settings = Settings("crowd", ages_s=(), quota=QUOTA, offset_s=5.0, horizon_s=3600.0)
    universe = Universe(settings, plan, ledger=ledger)
    universe.open_switch()
    universe.kernel.at(10.0, universe.tick)
    early = [Post(f"early{n}", "b0", 60 + 20 * n, (PLAIN,)) for n in range(QUOTA - 1)]
    posts = [*early, *(Post(f"late{n}", "b0", 180, (PLAIN,)) for n in range(CROWD))]
    universe.push(lambda: posts, "push")
    universe.run()
    return universe


def over(universe: Universe) -> int:
    """Requests beyond the quota in the first window; what comes after its reset is not yet told."""
    sends = universe.servers["plain"].sends
    return sum(send.over for send in sends if send.at < QUOTA_S)


def test_one_is_left_and_eight_workers_want_it() -> None:
    universe = crowd(Script())
    assert over(universe) == 0
    first = [send for send in universe.servers["plain"].sends if send.at < QUOTA_S]
    assert len(first) == QUOTA
    assert check(universe).faults == []
    # Half an hour is allowed and the window ends after ten minutes: all go out, later.
    assert {row.state for row in universe.rows().values()} == {State.PUBLISHED}


def test_a_ledger_that_does_not_listen_is_noticed() -> None:
    assert over(crowd(Script(), Heedless)) > 0


@pytest.mark.parametrize("kind", EVERYWHERE)
def test_a_budget_whose_write_fails_is_late_or_comes_twice_changes_nothing(kind: Fault) -> None:
    """Each write of a budget meets the fault: every post is still public once."""
    clean = Script()
    crowd(clean)
    places = [n for n, op in enumerate(clean.ops) if op.startswith("budget ")]
    assert places
    for place in places:
        universe = crowd(Script(at={place: kind}))
        findings = check(universe)
        assert findings.faults == [], f"{kind} at I/O {place}"
        assert findings.states == {"PUBLISHED": QUOTA - 1 + CROWD}


@pytest.mark.parametrize("number", range(6))
def test_tight_budgets_in_bad_weather(number: int) -> None:
    twist = Twist(quota=3, focus=(("budget ", Fault.LATE, 0.2), ("budget ", Fault.LOST, 0.2)))
    ran = run_one(f"quota{number}", 0.02, posts=20, twist=twist)
    assert ran.findings.faults == []
