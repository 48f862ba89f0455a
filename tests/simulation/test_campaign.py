"""20,000 deliveries in every run of the suite, and the same seed gives the same trace."""

from __future__ import annotations

import json
import os

import pytest

from tests.simulation import __main__ as command
from tests.simulation.campaign import SHARES, Summary, run_one, simulate

OFFSET_S = 5.0
"""A tick whose clock is behind asks for a delay that is as much too long."""

DELIVERIES = 20_000


@pytest.fixture(scope="module")
def summaries() -> dict[float, Summary]:
    done = simulate(DELIVERIES, "suite", SHARES, processes=os.cpu_count() or 1)
    return {summary.rate: summary for summary in done}


def test_nothing_is_public_twice_and_nothing_is_lost(summaries: dict[float, Summary]) -> None:
    """Invariants 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 18, 19, 21, 22, 26, 45 and 55."""
    assert sum(summary.deliveries for summary in summaries.values()) >= DELIVERIES
    faults = [f"{ran.seed}: {ran.findings.faults[0]}" for s in summaries.values() for ran in s.bad]
    assert faults == [], "replay: python -m tests.simulation --universe SEED --faults RATE"


def test_a_guarded_resend_duplicates_at_most_one_in_100_000(
    summaries: dict[float, Summary],
) -> None:
    usual = [summary for rate, summary in summaries.items() if rate <= 0.02]
    assert sum(summary.retried_duplicates for summary in usual) == 0


def test_few_are_held_where_faults_are_rare(summaries: dict[float, Summary]) -> None:
    rare = summaries[0.001]
    assert rare.held_unsure <= 0.005 * rare.deliveries


def test_every_kind_of_end_and_of_fault_occurred(summaries: dict[float, Summary]) -> None:
    states = {state for summary in summaries.values() for state in summary.states}
    publications = {state for state in states if " " not in state}
    assert publications == {"PUBLISHED", "HELD", "EXPIRED", "FAILED", "CANCELLED"}
    assert states > {"correct PUBLISHED", "retract PUBLISHED", "correct HELD"}
    assert summaries[0.02].states["PUBLISHED"] > 0.3 * summaries[0.02].deliveries
    kinds = {kind for summary in summaries.values() for kind in summary.kinds}
    assert len(kinds) == 9


def test_traces_can_be_replayed(summaries: dict[float, Summary]) -> None:
    assert [seed for summary in summaries.values() for seed in summary.unrepeatable] == []
    assert run_one("one", 0.02, posts=8).trace_hash != run_one("two", 0.02, posts=8).trace_hash


def test_without_faults_everything_is_out_within_seconds() -> None:
    """Nothing is held, expired or late but for what was so when it was pushed, or stopped."""
    from tests.simulation.campaign import Twist, make_universe
    from tests.simulation.checker import check

    universe = make_universe("calm", 0.0, twist=Twist(stopped=0.0))
    universe.run()
    assert check(universe).faults == []
    late = [
        move
        for move in universe.moves
        if move.kind == "intend"
        and move.after.part == 0
        and move.at > universe.kernel.seconds(move.after.due) + OFFSET_S + 3.0
        and universe.kernel.seconds(move.after.due) > 10.0
    ]
    assert [(move.after.delivery, move.at) for move in late] == []


def test_the_command_counts_replays_and_fails_where_it_should(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    few = ["--deliveries", "20", "--faults", "0.001", "--jobs", "1", "--format", "json"]
    assert command.main(few) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["good"]
    assert figures["rates"][0]["deliveries"] >= 20

    bad = Summary(0.001, deliveries=100, lost=1, unrepeatable=["7/0.001/0"])
    monkeypatch.setattr(command, "simulate", lambda *_, **__: [bad])
    assert command.main(few[:-2]) == 1
    assert "7/0.001/0" in capsys.readouterr().out
