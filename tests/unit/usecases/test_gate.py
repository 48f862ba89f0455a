"""Nothing goes out without a release in force, where that is required."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from signpost.domain.amendment import Amend, amendment_of
from signpost.domain.gate import Released, ReleaseGate, Require
from signpost.domain.lifecycle import State
from signpost.domain.outcome import Published
from signpost.ports import Write
from signpost.usecases.gate_entries import release_reminders
from signpost.usecases.state import DAILY_KEY, KEY
from tests.fakes.connector import FakeAmender
from tests.fakes.releases import proof
from tests.unit.usecases.stage import NAME, Stage

DAY = timedelta(days=1)
LIVE = Published("7", "https://test.example/7")


def staged(require: Require = Require.CONTENT) -> Stage:
    return Stage(FakeAmender([LIVE, LIVE]), require=require)


def released(stage: Stage, begins_in: float, ends_in: float, version: str = "2026.1") -> Released:
    """A release whose times are so many days from now."""
    now = stage.clock.now()
    return Released(version, f"sha256:{version}", now + begins_in * DAY, now + ends_in * DAY)


def test_a_release_in_force_lets_it_out() -> None:
    stage = staged()
    stage.push(stage.delivery(), proof=proof(1, released(stage, -1, 1)), required=True)
    assert stage.work().did == "published"


@pytest.mark.parametrize(
    ("begins", "ends", "why"),
    [(-2.0, -1.0, "past its review date"), (1.0, 2.0, "takes effect on")],
)
def test_none_in_force_holds(begins: float, ends: float, why: str) -> None:
    stage = staged()
    stage.push(stage.delivery(), proof=proof(1, released(stage, begins, ends)), required=True)
    result = stage.work()
    assert (result.did, result.alert) == ("held", True)
    assert "no release of shop in force: " in result.reason
    assert why in result.reason
    assert stage.connector.sendings == []


def test_nothing_pushed_holds_and_says_what_is_missing() -> None:
    stage = staged()
    stage.push(stage.delivery(), required=True)
    assert stage.work().reason == "no release of shop in force: none was pushed"
    lacking = "signatures of 2026.1 are missing: Head of sales"
    stage = staged()
    stage.push(stage.delivery(), proof=proof(1, lacking=lacking), required=True)
    assert stage.work().reason == f"no release of shop in force: {lacking}"


def test_without_the_setting_nothing_is_held() -> None:
    stage = staged()
    stage.push(stage.delivery(), proof=proof(1, released(stage, -2, -1)))
    assert stage.work().did == "published"


def test_the_stack_may_say_always_or_never() -> None:
    stage = staged(Require.ALWAYS)
    stage.push(stage.delivery())
    assert stage.work().did == "held"
    stage = staged(Require.NEVER)
    stage.push(stage.delivery(), required=True)
    assert stage.work().did == "published"


def test_always_holds_what_was_accepted_before() -> None:
    stage = staged()
    stage.push(stage.delivery())
    stage.require = Require.ALWAYS
    stage.use(stage.ledger)
    assert stage.work().reason == "no release of shop in force: none was pushed"


def test_a_push_alone_cannot_take_it_off() -> None:
    stage = staged()
    stage.push(stage.delivery(in_s=3600), required=True)
    verdict = stage.push(stage.delivery(in_s=3600))
    assert (verdict.accepted, verdict.code) == (False, "gate")
    # Nor under the name of another brand.
    verdict = stage.push(stage.delivery("post-2", in_s=3600, brand="other"))
    assert (verdict.accepted, verdict.code) == (False, "gate")
    stage.require = Require.NEVER
    stage.use(stage.ledger)
    assert stage.push(stage.delivery(in_s=7200)).accepted
    stage.require = Require.CONTENT
    stage.use(stage.ledger)
    assert stage.push(stage.delivery(in_s=9000)).accepted


def test_an_older_proof_is_refused_and_none_changes_nothing() -> None:
    stage = staged()
    good = released(stage, -1, 1)
    stage.push(stage.delivery(in_s=3600), proof=proof(2, good), required=True)
    verdict = stage.push(stage.delivery(in_s=7200), proof=proof(1, good), required=True)
    assert (verdict.accepted, verdict.code) == (False, "rollback")
    assert stage.push(stage.delivery(in_s=7200), required=True).accepted
    gate = stage.ledger.gates(["shop"])["shop"]
    assert (gate.root_version, gate.releases, gate.version) == (2, (good,), 1)


def test_a_proof_that_is_missing_or_altered_is_refused() -> None:
    stage = staged()
    data = proof(1, released(stage, -1, 1))
    name = stage.bundle(stage.delivery(), proof=data, required=True)
    key = next(key for key in stage.objects.content if key.startswith("releases/"))
    stage.objects.content[key] = data + b" "
    verdict = stage.scheduler.run(name, owner="s")
    assert (verdict.accepted, verdict.code) == (False, "release")


def test_the_last_day_may_pass_while_it_waits_for_its_time() -> None:
    stage = staged()
    stage.push(stage.delivery(in_s=60), proof=proof(1, released(stage, -1, 0.0005)), required=True)
    stage.clock.advance(60)
    assert stage.work().did == "held"


def test_a_new_release_opens_the_gate_and_a_person_lets_go() -> None:
    stage = staged()
    wanted = stage.delivery()
    stage.push(wanted, proof=proof(1, released(stage, -2, -1)), required=True)
    assert stage.work().did == "held"
    assert stage.push(wanted, proof=proof(2, released(stage, -1, 9)), required=True).accepted
    assert stage.row().state is State.HELD
    assert stage.work().did == "skipped"
    stage.control.release(NAME, actor="ada", reason="signed")
    assert stage.work().did == "published"


def test_let_go_while_the_gate_is_shut_it_is_held_again() -> None:
    stage = staged()
    stage.push(stage.delivery(), proof=proof(1, released(stage, -2, -1)), required=True)
    stage.work()
    stage.control.release(NAME, actor="ada", reason="please")
    assert stage.work().did == "held"


def test_an_intent_is_bound_to_the_facts_that_were_judged() -> None:
    stage = staged()
    stage.push(stage.delivery(), proof=proof(1, released(stage, -1, 1)), required=True)
    reading = stage.ledger.read(NAME, "fedi")
    assert reading.gate is not None
    assert reading.row is not None
    assert reading.stop is not None
    stage.push(stage.delivery(), proof=proof(2), required=True)
    lost = stage.ledger.intend(
        reading.row, expected=reading.row, stop=reading.stop, gate=reading.gate
    )
    assert lost is Write.LOST


@pytest.mark.parametrize(("action", "did"), [(Amend.RETRACT, "published"), (Amend.CORRECT, "held")])
def test_a_retraction_needs_no_release_and_a_correction_does(action: Amend, did: str) -> None:
    stage = staged()
    data = proof(1, released(stage, -1, 1))
    stage.push(stage.delivery(in_s=None), proof=data, required=True)
    stage.clock.advance(2)
    assert stage.work().did == "published"
    stage.push(stage.delivery(in_s=None, texts=("Better",)), proof=data, required=True)
    stage.clock.advance(2 * 86_400)
    stage.amender.ask(action, NAME, actor="ada", reason="wrong")
    assert stage.work(amendment_of(NAME)).did == did


def test_warnings_lie_in_the_daily_file_and_the_state() -> None:
    stage = staged()
    wanted = stage.delivery(in_s=3600)
    stage.push(wanted, proof=proof(1, released(stage, -1, 7)), required=True)

    def told() -> list[dict[str, object]]:
        found = json.loads(stage.objects.content[DAILY_KEY])["releases"]
        assert isinstance(found, list)
        return found

    (entry,) = told()
    assert (entry["standing"], entry["days"], entry["notify"]) == ("ends soon", 7, True)
    stage.clock.advance(86_400)
    stage.state.refresh([])
    (entry,) = told()
    assert (entry["days"], entry["notify"]) == (6, False)
    stage.clock.advance(7 * 86_400)
    stage.state.refresh([])
    (entry,) = told()
    assert (entry["standing"], entry["days"], entry["notify"]) == ("shut", None, True)
    assert json.loads(stage.objects.content[KEY])["releases"]["shop"]["required"] is True


def test_people_are_notified_30_14_7_and_1_days_ahead_and_every_day_it_is_shut() -> None:
    stage = staged()
    gate = ReleaseGate("shop", required=True, root="r", releases=(released(stage, -1, 40),))
    told = {}
    for ahead in range(40, -3, -1):
        now = stage.clock.now() + (40 - ahead) * DAY
        entries = release_reminders([gate], now)
        told[ahead] = [(item["standing"], item["notify"]) for item in entries]
    assert [ahead for ahead, found in told.items() if not found] == list(range(40, 30, -1))
    assert [ahead for ahead, found in told.items() if ("ends soon", True) in found] == [
        30,
        14,
        7,
        1,
    ]
    assert [ahead for ahead, found in told.items() if ("shut", True) in found] == [0, -1, -2]


def test_a_release_that_follows_needs_no_warning() -> None:
    stage = staged()
    both = (released(stage, -1, 7), released(stage, 5, 100, "2026.2"))
    stage.push(stage.delivery(in_s=3600), proof=proof(1, *both), required=True)
    assert json.loads(stage.objects.content[DAILY_KEY])["releases"] == []
