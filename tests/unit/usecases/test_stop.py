"""The switch: stopping is easy, resuming says why, and what was held is let go one by one."""

from __future__ import annotations

import pytest

from signpost.domain.lifecycle import State
from signpost.domain.outcome import Absent, Ambiguous, Published
from signpost.domain.stop import Stop
from signpost.errors import LedgerUnavailable
from signpost.usecases.stop import ControlError
from tests.fakes.connector import FakeConnector
from tests.fakes.faulty_ledger import FaultyLedger
from tests.unit.usecases.stage import NAME, Stage

LIVE = Published("7", "https://test.example/7")


def held_by_stop() -> Stage:
    stage = Stage(FakeConnector([LIVE]))
    stage.accept()
    stage.control.stop("*", actor="ada", reason="test")
    stage.work()
    assert stage.row().state is State.HELD
    return stage


def maybe_live() -> Stage:
    stage = Stage(FakeConnector([Ambiguous("?"), LIVE], answers=[Absent()] * 99))
    stage.accept()
    stage.work()
    stage.settle_all()
    assert stage.row().maybe_live
    return stage


def test_stops_add_up_and_each_is_a_version_and_on_the_trail() -> None:
    stage = Stage()
    stage.control.stop("brand:shop", actor="ada", reason="typo")
    stop = stage.control.stop("account:fedi", actor="bob", reason="hacked")
    assert (stop.version, stop.scopes) == (3, frozenset({"brand:shop", "account:fedi"}))
    lifted = stage.control.resume("brand:shop", actor="ada", reason="mended")
    assert (lifted.version, lifted.scopes) == (4, frozenset({"account:fedi"}))
    assert stage.control.resume("*", actor="ada", reason="all well").scopes == frozenset()
    trail = [(entry.actor, entry.action) for entry in stage.ledger.trail]
    assert trail == [("ada", "stop"), ("bob", "stop"), ("ada", "resume"), ("ada", "resume")]


def test_invariant_26_a_stop_keeps_asking_where_the_switch_moves() -> None:
    ledger = FaultyLedger()
    stage = Stage(ledger=ledger)

    def other() -> None:
        stage.control.stop("brand:other", actor="bob", reason="x")

    ledger.script["swap_stop"] = [other]
    stop = stage.control.stop("*", actor="ada", reason="x")
    assert stop.scopes == {"*", "brand:other"}


def test_invariant_26_a_stop_outlasts_a_switch_that_is_busy_or_does_not_answer() -> None:
    """Every intent holds the switch for a moment; an emergency stop must win all the same."""
    ledger = FaultyLedger()
    stage = Stage(FakeConnector([LIVE]), ledger=ledger)
    stage.accept()
    ledger.script["swap_stop"] = ["refused", "refused", "lost", "refused"]
    stop = stage.control.stop("*", actor="ada", reason="x")
    assert stop.scopes == {"*"}
    assert stage.ledger.stop() == stop
    assert stage.work().did == "held"


def test_a_stop_that_cannot_take_effect_says_so_in_time() -> None:
    ledger = FaultyLedger()
    stage = Stage(ledger=ledger)
    ledger.script["swap_stop"] = ["refused"] * 999
    before = stage.clock.monotonic()
    with pytest.raises(LedgerUnavailable):
        stage.control.stop("*", actor="ada", reason="x")
    assert stage.clock.monotonic() - before < 15


def test_two_answers_of_one_person_at_once_do_not_pass_for_one() -> None:
    ledger = FaultyLedger()
    stage = Stage(FakeConnector([Ambiguous("?")], answers=[Absent()] * 99), ledger=ledger)
    stage.accept()
    stage.work()
    stage.settle_all()

    def other() -> None:
        stage.clock.advance(0.01)
        stage.control.release(
            NAME, actor="ada", reason="saw it", checked="live", external_id="9", permalink="u"
        )

    ledger.script["write"] = [other]
    with pytest.raises(LedgerUnavailable):
        stage.control.release(NAME, actor="ada", reason="looked", checked="absent")
    assert stage.row().state is State.PUBLISHED


def test_a_resume_lifts_no_stop_that_it_has_not_seen() -> None:
    ledger = FaultyLedger()
    stage = Stage(ledger=ledger)
    stage.control.stop("brand:shop", actor="ada", reason="x")

    def other() -> None:
        stage.control.stop("account:fedi", actor="bob", reason="x")

    ledger.script["swap_stop"] = [other]
    with pytest.raises(LedgerUnavailable):
        stage.control.resume("*", actor="ada", reason="all well")
    now = stage.ledger.stop()
    assert now is not None
    assert now.scopes == {"brand:shop", "account:fedi"}


def test_invariant_27_a_new_workspace_starts_stopped() -> None:
    stage = Stage()
    stage.ledger._stop = None
    stage.accept()
    assert stage.work().did == "closed"
    assert stage.control.resume("*", actor="ada", reason="begin") == Stop(1)


def test_resuming_needs_a_reason() -> None:
    stage = Stage()
    with pytest.raises(ControlError):
        stage.control.resume("*", actor="ada", reason=" ")


def test_nothing_bursts_when_it_resumes() -> None:
    """What was missed stays held; that two people release it comes with signing."""
    stage = held_by_stop()
    stage.control.resume("*", actor="ada", reason="all well")
    for _ in range(5):
        stage.ticker.run()
        assert stage.work().did == "skipped"
        stage.clock.advance(60)
    assert stage.row().state is State.HELD


def test_a_released_delivery_goes_out_now() -> None:
    stage = held_by_stop()
    stage.control.resume("*", actor="ada", reason="all well")
    stage.clock.advance(7200)
    row = stage.control.release(NAME, actor="ada", reason="still true")
    assert (row.state, row.due) == (State.SCHEDULED, stage.clock.now())
    assert [message.delivery for message in stage.queue.waiting] == [NAME]
    assert stage.work().did == "published"


def test_released_while_it_is_still_stopped_it_is_held_again() -> None:
    stage = held_by_stop()
    stage.control.release(NAME, actor="ada", reason="try")
    assert stage.work().did == "held"


def test_what_may_be_live_needs_a_look() -> None:
    stage = maybe_live()
    with pytest.raises(ControlError, match="may already be public"):
        stage.control.release(NAME, actor="ada", reason="x")
    first = stage.connector.sendings[0].key
    row = stage.control.release(NAME, actor="ada", reason="looked", checked="absent")
    assert (row.key, row.maybe_live, row.attempts) == ("", False, 0)
    assert stage.work().did == "published"
    assert stage.connector.sendings[1].key != first, "a person answered for the first"


def test_what_a_person_found_is_bound_to_its_id() -> None:
    stage = maybe_live()
    with pytest.raises(ControlError, match="id on the channel"):
        stage.control.release(NAME, actor="ada", reason="x", checked="live")
    row = stage.control.release(
        NAME, actor="ada", reason="saw it", checked="live", external_id="9", permalink="u"
    )
    assert (row.state, row.parts[0].external_id) == (State.PUBLISHED, "9")


def test_a_thread_goes_on_after_the_part_that_was_found() -> None:
    stage = Stage(FakeConnector([Ambiguous("?"), LIVE], answers=[Absent()] * 99))
    stage.accept(stage.delivery(texts=("One", "Two")))
    stage.work()
    stage.settle_all()
    stage.control.release(
        NAME, actor="ada", reason="saw it", checked="live", external_id="9", permalink="u"
    )
    assert stage.work().did == "published"
    assert stage.connector.sendings[-1].reply_to == "9"


@pytest.mark.parametrize("name", [NAME, "acme/shop/nobody/fedi"])
def test_only_what_is_held_can_be_released(name: str) -> None:
    stage = Stage()
    stage.accept()
    with pytest.raises(ControlError):
        stage.control.release(name, actor="ada", reason="x")


def test_release_needs_a_reason_and_loses_to_who_was_faster() -> None:
    stage = held_by_stop()
    with pytest.raises(ControlError, match="reason"):
        stage.control.release(NAME, actor="ada", reason="")
    ledger = FaultyLedger()
    stage = Stage(FakeConnector([LIVE]), ledger=ledger)
    stage.accept()
    stage.control.stop("*", actor="ada", reason="test")
    stage.work()

    def other() -> None:
        stage.control.release(NAME, actor="bob", reason="me first")

    ledger.script["write"] = [other]
    with pytest.raises(LedgerUnavailable):
        stage.control.release(NAME, actor="ada", reason="x")


def test_invariant_16_a_restored_table_sends_nothing_by_itself() -> None:
    """Invariant 16: an old copy of the rows, and the switch at `*` first: all wait for a person."""
    stage = Stage(FakeConnector([LIVE]))
    copy = stage.accept()
    stage.work()
    assert len(stage.connector.sendings) == 1
    stage.ledger._rows.clear()
    stage.ledger._index.clear()
    stage.ledger.create(copy)
    stage.control.stop("*", actor="ada", reason="restored")
    for _ in range(3):
        stage.ticker.run()
        stage.work()
        stage.clock.advance(60)
    assert stage.row().state is State.HELD
    stage.control.resume("*", actor="ada", reason="looked through")
    stage.work()
    assert len(stage.connector.sendings) == 1
