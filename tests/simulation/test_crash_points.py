"""Faults one by one, two by two, and every order of what happens at once."""

from __future__ import annotations

import pytest

from signpost.domain.lifecycle import State
from tests.simulation.checker import check
from tests.simulation.faults import Fault, Script
from tests.simulation.scenes import (
    KEYED_ACCOUNT,
    KINDS,
    LASTING,
    PLAIN_ACCOUNT,
    Orders,
    accepted,
    finish,
    pairs,
    run_pair,
    stop_races,
    whole,
)


@pytest.mark.parametrize("kind", KINDS)
def test_the_nth_io_fails_once(kind: Fault) -> None:
    """Invariants 1, 2, 3, 7 and 8 at every I/O from the push to the last metric."""
    number = 0
    while True:
        script = Script(at={number: kind})
        findings = finish(whole(script, parts=2))
        assert findings.faults == [], f"{kind} at I/O {number}: {script.ops[number]}"
        if script.drawn <= number:
            break
        number += 1
    assert number > 50


@pytest.mark.parametrize("kind", LASTING)
def test_every_io_fails_from_the_nth_on(kind: Fault) -> None:
    """Nothing can be finished then; but nothing may be public twice, or be said to be what it is not."""
    number = 0
    while True:
        script = Script(from_on=(number, kind))
        findings = finish(whole(script, horizon_s=900.0))
        wrong = [*findings.duplicates, *findings.retried_duplicates, *findings.broken]
        lies = [text for text in findings.lost if "is not" in text or "no row" in text]
        assert wrong + lies == [], f"{kind} from I/O {number} on"
        if script.drawn <= number:
            break
        number += 1
    assert number > 25


@pytest.mark.parametrize("kind", LASTING)
def test_an_outage_that_ends(kind: Fault) -> None:
    """Forty I/Os fail from the Nth on, then all is well: it ends as it should."""
    number = 0
    while True:
        script = Script(from_on=(number, kind), until=number + 40)
        findings = finish(whole(script))
        assert findings.faults == [], f"{kind} at I/Os {number} to {number + 40}"
        if script.drawn <= number:
            break
        number += 3


@pytest.mark.parametrize("account", [PLAIN_ACCOUNT, KEYED_ACCOUNT])
def test_pairs_of_faults_for_two_workers_and_one_post(account: int) -> None:
    """All of them, for an account without and for one with keys."""
    count = 0
    for faults in pairs(account):
        findings, _ = run_pair(account, faults)
        assert findings.faults == [], faults
        count += 1
    assert count > 2000


def test_invariant_05_workers_in_every_order() -> None:
    """Two workers with the same message, every order of their I/Os: one post."""
    count = 0
    for choose in Orders(most=11):
        universe = accepted(Script(), PLAIN_ACCOUNT, choose=choose)
        universe.kernel.run(60.0)
        server = universe.servers["plain"]
        assert [item.tag for item in server.items["b0-2"]] == ["sim/b0/post/b0-2#0@0"]
        assert universe.rows()["sim/b0/post/b0-2"].state is State.PUBLISHED
        assert check(universe).faults == []
        count += 1
    assert count > 400


def test_invariant_28_stop_racing_an_intent() -> None:
    """Every order: sent before stop returned, or held."""
    ends: set[State] = set()
    count = 0
    for universe in stop_races():
        row = universe.rows()["sim/b0/post/b0-2"]
        public = universe.servers["plain"].items.get("b0-2", [])
        assert row.state is (State.PUBLISHED if public else State.HELD)
        assert check(universe).faults == []
        ends.add(row.state)
        count += 1
    assert ends == {State.PUBLISHED, State.HELD}
    assert count > 20
