"""Approvals with a fault at every I/O, against an intent in every order, and among many others."""

from __future__ import annotations

import pytest

from signpost.domain.approval import Tier
from signpost.domain.lifecycle import State
from tests.simulation.approved import NAME, POST, ask_for, never_warned, one_post, vote
from tests.simulation.campaign import Twist, make_universe, run_one
from tests.simulation.checker import check
from tests.simulation.faults import Fault, Script
from tests.simulation.scenes import LASTING, Orders, finish
from tests.simulation.scenes import approved as scene
from tests.simulation.universe import Settings, Universe

OFFERS = (Tier("offers", lead_s=120),)


def quiet(plan: Script | None = None) -> Universe:
    """A post that needs approval, due after five minutes; nobody approves it by itself."""
    settings = Settings(
        "approvals", ages_s=(), latency_s=(0.01, 0.01), idle_every=4, horizon_s=3600.0,
        state_file=False,
    )  # fmt: skip
    universe = Universe(settings, plan or Script())
    ask_for(universe, OFFERS)
    universe.open_switch()
    universe.kernel.at(30.0, universe.tick)
    universe.push(lambda: [one_post()], "push")
    return universe


def test_nobody_approves_warned_before_told_after() -> None:
    universe = quiet()
    assert finish(universe).faults == []
    row = universe.rows()[NAME]
    due = universe.kernel.seconds(row.due)
    assert (row.state, universe.servers["plain"].items.get("b1-2", [])) == (State.EXPIRED, [])
    assert due - 120 <= universe.warned[NAME] < due
    assert never_warned(universe) == []


@pytest.mark.parametrize("kind", LASTING)
def test_the_nth_io_fails_once(kind: Fault) -> None:
    """From the push over the approval to the post: public once, or expired, and somebody told."""
    number, ends = 0, set()
    while True:
        script = Script(at={number: kind})
        universe = quiet(script)
        universe.kernel.at(120.0, lambda u=universe: u.person("v", lambda: vote(u, POST, "juno")))  # type: ignore[misc] # a bound default
        findings = finish(universe)
        assert findings.faults == [], f"{kind} at I/O {number}: {script.ops[number : number + 1]}"
        ends.add(universe.rows()[NAME].state)
        if script.drawn <= number:
            break
        number += 1
    assert number > 40
    assert State.PUBLISHED in ends


def test_a_no_racing_the_intent_in_every_order() -> None:
    """Sent before the no was taken, or held."""
    ends: set[State] = set()
    for choose in Orders(most=6):
        universe = scene(choose)
        universe.kernel.run(60.0)
        row = universe.rows()[NAME]
        public = universe.servers["plain"].items.get("b1-2", [])
        assert row.state is (State.PUBLISHED if public else State.HELD)
        assert check(universe).faults == []
        ends.add(row.state)
    assert ends == {State.PUBLISHED, State.HELD}


@pytest.mark.parametrize("rate", [0.0, 0.02])
def test_many_posts_many_people_edits_and_faults(rate: float) -> None:
    states: set[str] = set()
    for number in range(2):
        ran = run_one(f"approvals{number}", rate, posts=12, twist=Twist(approved=1.0))
        assert ran.findings.faults == []
        states |= set(ran.findings.states)
    assert {State.PUBLISHED, State.EXPIRED} <= states


def test_without_faults_everybody_is_warned_in_time() -> None:
    for number in range(2):
        twist = Twist(approved=1.0, stopped=0.0, gated=0.0, amended=0.0)
        universe = make_universe(f"warned{number}", 0.0, posts=12, twist=twist)
        universe.run()
        assert never_warned(universe) == []
