"""The checker is checked: bugs that are sown into the code must come to light."""

from __future__ import annotations

import pytest

from tests.simulation.bugs import BUGS, Bug, sown
from tests.simulation.campaign import Twist, run_one
from tests.simulation.checker import check
from tests.simulation.faults import Fault
from tests.simulation.scenes import finish, rejection_races, stop_races

MOST_UNIVERSES = 60


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: str(bug.name))
def test_a_sown_bug_is_caught(bug: Bug) -> None:
    if bug.race:
        assert any(check(universe).faults for universe in stop_races(bug.ledger))
        return
    if bug.refused:
        assert any(check(universe).faults for universe in rejection_races(bug.ledger))
        return
    if bug.scene:
        with sown(bug):
            assert finish(bug.scene()).faults
        assert finish(bug.scene()).faults == []
        return
    for number in range(MOST_UNIVERSES):
        with sown(bug):
            ran = run_one(
                f"bug{number}", bug.rate, posts=bug.posts, ledger=bug.ledger, twist=bug.twist
            )
        if ran.findings.faults or ran.findings.retried_duplicates:
            # The same universe without the bug is clean: it is the bug that was found.
            clean = run_one(f"bug{number}", bug.rate, posts=bug.posts, twist=bug.twist)
            assert clean.findings.faults == []
            return
    pytest.fail(f"{MOST_UNIVERSES} universes with '{bug.name}' and nothing was noticed")


def test_twenty_bugs_are_sown() -> None:
    assert len({bug.name for bug in BUGS}) == len(BUGS) >= 20


def test_a_settle_time_of_30_seconds_duplicates() -> None:
    """Shorter than channels may apply late and their lists lag: absence is believed too early."""
    duplicates: list[str] = []
    late = Twist(focus=(("POST https://", Fault.LATE, 0.3),))
    for number in range(40):
        seed = f"short{number}"
        assert run_one(seed, 0.001, posts=10, twist=late).findings.faults == []
        found = run_one(seed, 0.001, settle_s=30, posts=10, twist=late).findings
        duplicates += found.duplicates + found.retried_duplicates
        if duplicates:
            break
    assert duplicates
