"""Corrections and retractions with a fault at every I/O, and two people who want different things."""

from __future__ import annotations

import pytest

from signpost.domain.amendment import Amend
from signpost.domain.lifecycle import State
from tests.simulation.faults import Fault, Script
from tests.simulation.scenes import KINDS, PLAIN_ACCOUNT, amended, finish
from tests.simulation.universe import Universe
from tests.simulation.workload import Post

NAME = "sim/b0/post/b0-2"
ONE = {
    Amend.CORRECT: ((0.0, Amend.CORRECT, 1),),
    Amend.RETRACT: ((0.0, Amend.RETRACT, 0),),
}


def public(universe: Universe) -> list[str]:
    """Tags of what is public."""
    items = universe.servers["plain"].items.get("b0-2", [])
    return [item.tag.partition("#")[2] for item in items]


def test_a_thread_is_corrected_part_by_part() -> None:
    universe = amended(Script(), ONE[Amend.CORRECT], parts=3)
    assert finish(universe).faults == []
    assert public(universe) == ["0@1", "1@1", "2@1"]
    assert len(universe.servers["plain"].amended) == 3
    assert universe.rows()[NAME].state is State.PUBLISHED


def test_a_thread_is_retracted_from_its_end() -> None:
    universe = amended(Script(), ONE[Amend.RETRACT], parts=3)
    assert finish(universe).faults == []
    assert public(universe) == []
    deleted = [change.id for change in universe.servers["plain"].amended]
    assert deleted == [part.external_id for part in universe.rows()[NAME].parts][::-1]


@pytest.mark.parametrize("action", list(Amend))
@pytest.mark.parametrize("kind", KINDS)
def test_the_nth_io_fails_once(kind: Fault, action: Amend) -> None:
    """A thread of two, a fault at every I/O from the asking on: done, whole, and nothing twice."""
    number = 0
    while True:
        script = Script(at={number: kind})
        universe = amended(script, ONE[action], parts=2)
        findings = finish(universe)
        assert findings.faults == [], f"{kind} at I/O {number}: {script.ops[number]}"
        if script.drawn <= number:
            break
        wanted = ["0@1", "1@1"] if action is Amend.CORRECT else []
        assert public(universe) == wanted, f"{kind} at I/O {number}: {script.ops[number]}"
        number += 1
    assert number > 15


def test_who_corrects_twice_sees_the_second() -> None:
    asks = [(0.0, Amend.CORRECT, 1), (400.0, Amend.CORRECT, 2)]
    universe = amended(Script(), asks)
    assert finish(universe).faults == []
    assert public(universe) == ["0@2"]


def test_a_correction_does_not_bring_back_what_was_retracted() -> None:
    asks = [(0.0, Amend.RETRACT, 0), (30.0, Amend.CORRECT, 1)]
    universe = amended(Script(), asks)
    assert finish(universe).faults == []
    assert public(universe) == []
    assert universe.results["correct refused"] == 1


@pytest.mark.parametrize("first", list(Amend))
def test_a_correction_and_a_retraction_at_once(first: Amend) -> None:
    """One of them is refused, or they happen one after the other; never a mixture."""
    other = Amend.RETRACT if first is Amend.CORRECT else Amend.CORRECT
    universe = amended(Script(), [(0.0, first, 1), (0.0, other, 0)], parts=2)
    assert finish(universe).faults == []
    assert public(universe) in ([], ["0@1", "1@1"])


def test_a_retraction_goes_on_while_everything_is_stopped() -> None:
    universe = amended(Script(), ())
    universe.person("stopper", lambda: universe.stop_for("*", 3000.0))
    universe.kernel.run(universe.kernel.now + 10.0)
    universe.person("amender", lambda: universe.amend(Amend.RETRACT, NAME))
    universe.kernel.run(universe.kernel.now + 60.0)
    assert public(universe) == []
    assert finish(universe).faults == []


def test_a_correction_waits_while_everything_is_stopped() -> None:
    universe = amended(Script(), [(0.0, Amend.CORRECT, 1)])
    universe.person("stopper", lambda: universe.stop_for("*", 3000.0))
    assert finish(universe).faults == []
    state = universe.rows()[f"{NAME}~amendment"].state
    assert (state, public(universe)) in ((State.HELD, ["0@0"]), (State.PUBLISHED, ["0@1"]))


@pytest.mark.parametrize("action", list(Amend))
def test_invariant_45_a_throttled_amendment_waits_and_the_account_goes_on_posting(
    action: Amend,
) -> None:
    universe = amended(Script(), ONE[action])
    server = universe.servers["plain"]
    server.weather.throttle = 1.0
    universe.kernel.run(universe.kernel.now + 5.0)
    assert [change.did for change in server.amended] == ["refused"]
    server.weather.throttle = 0.0
    edition = ONE[action][0][2]
    posts = [Post("post", "b0", None, (PLAIN_ACCOUNT,), edition=edition)]
    posts.append(Post("other", "b0", None, (PLAIN_ACCOUNT,)))
    universe.push(lambda: posts, "another")
    universe.kernel.run(universe.kernel.now + 30.0)
    assert universe.rows()["sim/b0/other/b0-2"].state is State.PUBLISHED
    assert universe.rows()[f"{NAME}~amendment"].state is State.SCHEDULED
    assert finish(universe).faults == []
    assert len(server.amended) == 2
    assert universe.rows()[f"{NAME}~amendment"].state is State.PUBLISHED
