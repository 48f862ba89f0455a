"""What is unknown is asked, and believed only when it is conclusive."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from signpost.domain.lifecycle import State
from signpost.domain.outcome import (
    Absent,
    Ambiguous,
    Confirmation,
    Found,
    Pending,
    Published,
    Several,
    Unknown,
)
from signpost.domain.protocol import MAX_ASKS, SEND_DEADLINE_S
from signpost.errors import LedgerUnavailable
from tests.fakes.connector import FakeConnector
from tests.fakes.faulty_ledger import FaultyLedger
from tests.unit.usecases.stage import NAME, Stage

LIVE = Published("7", "https://test.example/7")
CONCLUSIVE_S = SEND_DEADLINE_S + 210


def sent(connector: FakeConnector, ledger: FaultyLedger | None = None, **changes: Any) -> Stage:
    """A stage on which the answer to the only send was lost."""
    stage = Stage(connector, ledger=ledger)
    stage.accept(stage.delivery(**changes))
    assert stage.work().did == "ambiguous"
    return stage


def test_invariant_01_what_landed_is_found_and_bound_to_its_id() -> None:
    found = Found("7", "https://test.example/7", None)
    stage = sent(FakeConnector([Ambiguous("time-out")], answers=[found]))
    stage.clock.advance(11)
    assert stage.work().did == "published"
    assert stage.row().parts[0].external_id == "7"
    assert len(stage.connector.sendings) == 1


def test_the_question_names_key_window_and_what_is_bound() -> None:
    stage = Stage(FakeConnector([LIVE, Ambiguous("?")], answers=[Unknown("503")]))
    one, two = stage.delivery("p1"), stage.delivery("p2")
    stage.push(one, two)
    stage.work(one.id)
    stage.work(two.id)
    stage.clock.advance(11)
    stage.work(two.id)
    (asked,) = stage.connector.asked
    assert asked.key == stage.row(two.id).key
    assert asked.bound == {"7"}
    assert asked.since <= (stage.row(two.id).intent_at or stage.clock.now())


def test_invariant_03_a_late_arrival_is_waited_for() -> None:
    """It is not there for a minute, then it is: one post, nothing sent again."""
    answers: list[Confirmation] = [Absent(), Absent(), Found("7", "u", None)]
    stage = sent(FakeConnector([Ambiguous("?")], answers=answers), on_ambiguous="retry")
    assert stage.settle_all() is State.PUBLISHED
    assert len(stage.connector.sendings) == 1


def test_invariant_04_one_resend_after_a_conclusive_absence_then_a_person() -> None:
    connector = FakeConnector([Ambiguous("?"), Ambiguous("?")], answers=[Absent()] * 99)
    stage = sent(connector, on_ambiguous="retry")
    assert stage.settle_all() is State.HELD
    assert len(connector.sendings) == 2
    assert stage.row().maybe_live
    keys = {sending.key for sending in connector.sendings}
    assert len(keys) == 1


def test_without_a_key_and_without_leave_nothing_is_sent_again() -> None:
    connector = FakeConnector([Ambiguous("?")], answers=[Absent()] * 99)
    stage = sent(connector)
    assert stage.settle_all() is State.HELD
    assert len(connector.sendings) == 1
    assert stage.row().maybe_live


def test_with_a_usable_key_it_is_sent_again_under_the_same_key() -> None:
    connector = FakeConnector(
        [Ambiguous("?"), LIVE], answers=[Absent()] * 99, usable_key=True, key_ttl_s=3600
    )
    stage = sent(connector)
    assert stage.settle_all() is State.PUBLISHED
    first, second = connector.sendings
    assert first.key == second.key
    assert any(message.delivery == NAME for message in stage.queue.waiting), "it is queued at once"


def test_invariant_08_a_worker_that_died_is_asked_about_only_after_the_settle_time() -> None:
    ledger = FaultyLedger()
    stage = Stage(FakeConnector([LIVE], answers=[Found("7", "u", None)]), ledger=ledger)
    stage.accept()
    ledger.script["write"] = ["refused"] * 5
    stage.work()
    sent_until = stage.row().deadline_at
    assert sent_until is not None
    while stage.work().did == "in flight":
        assert stage.connector.asked == []
        stage.clock.advance(10)
    assert stage.clock.now() >= sent_until + timedelta(seconds=210)
    assert stage.row().state is State.PUBLISHED


@pytest.mark.parametrize("answer", [Unknown("503"), ValueError("not JSON"), TimeoutError()])
def test_invariant_09_no_answer_is_not_absence(answer: Unknown | Exception) -> None:
    connector = FakeConnector([Ambiguous("?")], answers=[answer] * 99)
    stage = sent(connector, on_ambiguous="retry")
    assert stage.settle_all() is State.HELD
    assert len(connector.sendings) == 1
    assert len(connector.asked) == MAX_ASKS
    assert stage.row().maybe_live


def test_invariant_10_two_that_match_are_held() -> None:
    stage = sent(FakeConnector([Ambiguous("?")], answers=[Several(("7", "8"))]))
    stage.clock.advance(11)
    result = stage.work()
    assert (result.did, result.alert) == ("held", True)


def test_an_account_that_cannot_be_asked_is_held_in_the_end() -> None:
    stage = sent(FakeConnector([Ambiguous("?")]))
    stage.secrets.tokens.clear()
    assert stage.settle_all() is State.HELD
    assert "cannot ask the channel" in stage.row().reason


def test_a_dead_worker_whose_bundle_is_gone_waits_for_the_usual_settle_time() -> None:
    ledger = FaultyLedger()
    stage = Stage(FakeConnector([LIVE]), ledger=ledger)
    row = stage.accept()
    ledger.script["write"] = ["refused"] * 5
    stage.work()
    del stage.objects.content[f"bundles/{row.bundle.digest}.jsonl"]
    stage.clock.advance(CONCLUSIVE_S - 15)
    assert stage.work().did == "in flight"
    assert stage.settle_all() is State.HELD
    assert stage.row().maybe_live


def test_two_that_settle_at_once_ask_twice_and_write_once() -> None:
    ledger = FaultyLedger()
    found = Found("7", "u", None)
    stage = sent(FakeConnector([Ambiguous("?")], answers=[found, found]), ledger)
    stage.clock.advance(11)
    ledger.script["write"] = [stage.work]
    assert stage.work().did == "lost"
    assert (stage.row().state, len(stage.row().parts)) == (State.PUBLISHED, 1)


def test_a_part_found_leads_to_the_next_at_once() -> None:
    """Invariant 12: the thread goes on under what was found."""
    stage = Stage(FakeConnector([Ambiguous("?"), LIVE], answers=[Found("1", "u", None)]))
    stage.accept(stage.delivery(texts=("One", "Two")))
    stage.work()
    stage.clock.advance(11)
    assert stage.work().did == "scheduled"
    assert [message.delivery for message in stage.queue.waiting] == [NAME]
    assert stage.work().did == "published"
    assert stage.connector.sendings[1].reply_to == "1"


def test_what_is_pending_is_not_asked_before_its_time() -> None:
    stage = Stage(FakeConnector([Pending("p", 60.0)], answers=[Found("7", "u", None)]))
    stage.accept()
    stage.work()
    stage.clock.advance(59)
    assert stage.work().did == "early"
    stage.clock.advance(2)
    assert stage.work().did == "published"


def test_a_ledger_that_cannot_be_read_changes_nothing() -> None:
    ledger = FaultyLedger()
    stage = sent(FakeConnector([Ambiguous("?")]), ledger)
    before = stage.row()
    ledger.script["read"] = ["refused"]
    with pytest.raises(LedgerUnavailable):
        stage.work()
    assert stage.row() == before


def test_invariant_56_a_row_of_an_older_code_without_a_deadline_is_settled() -> None:
    """Invariant 56: members that an older version did not write are simply empty."""
    stage = Stage(FakeConnector(answers=[Found("7", "u", None)]))
    row = stage.accept()
    old = replace(row, state=State.SENDING, fence=row.fence + 1, key="k")
    stage.ledger.write(old, expected=row)
    stage.clock.advance(1)
    while stage.work().did == "in flight":
        stage.clock.advance(60)
        assert stage.clock.now() < old.due + timedelta(hours=1)
    assert stage.row().state is State.PUBLISHED
